"""The sources that rules refer to, each with its address and the day on which it was read: one list, by publisher.

Microsoft's pages were read as text in their public repositories (MicrosoftDocs); ``dated`` is the page's own
``ms.date``.
"""

from __future__ import annotations

import dataclasses
from typing import Final

from scaleset_core.modes.evidence import Confidence, Source

_FACT_CHECK: Final = "2026-11-15"
"""When those that could not be read again were read."""
_READ: Final = "2026-11-30"
"""When the sources here were last read for this project."""
_LEARN: Final = "https://learn.microsoft.com/azure"
_SETS: Final = f"{_LEARN}/virtual-machine-scale-sets"
_MACHINES: Final = f"{_LEARN}/virtual-machines"
_GITHUB: Final = "https://github.com"
_MAY_2026: Final = "2026-05-19"


def _page(title: str, url: str, dated: str = "") -> Source:
    """A page of Microsoft's documentation."""
    return Source(title=f"learn.microsoft.com: {title}", url=url, confidence=Confidence.PAGE, read=_READ, dated=dated)


def _set_page(title: str, name: str, dated: str = _MAY_2026) -> Source:
    """A page of the documentation of scale sets."""
    return _page(title, f"{_SETS}/{name}", dated)


def _machine_page(title: str, name: str, dated: str) -> Source:
    """A page of the documentation of virtual machines."""
    return _page(title, f"{_MACHINES}/{name}", dated)


def _specified(title: str, url: str, dated: str = "") -> Source:
    """A specification, an SDK generated from it, or code and lists that Microsoft publishes for Azure."""
    return Source(title=title, url=url, confidence=Confidence.SPECIFICATION, read=_READ, dated=dated)


def _other(title: str, url: str, dated: str = "") -> Source:
    """Somebody else's code or list."""
    return Source(title=title, url=url, confidence=Confidence.THIRD_PARTY, read=_READ, dated=dated)


def issue(
    repository: str, number: int, confidence: Confidence, dated: str = "", *, says: str = "", read: str = _READ
) -> Source:
    """An issue on GitHub.

    Args:
        repository: Owner and name.
        number: Its number.
        confidence: What it proves: :attr:`Confidence.SERVICE` for an answer of Azure that it quotes,
            :attr:`Confidence.SPECIFICATION` for a statement of Microsoft's own team, else the word of a user.
        dated: Its date.
        says: What it says.
        read: The day when it was read.
    """
    title, url = f"{repository} issue {number}", f"{_GITHUB}/{repository}/issues/{number}"
    return Source(title=title, url=url, confidence=confidence, read=read, dated=dated, says=says)


def pull(
    repository: str, number: int, confidence: Confidence, dated: str = "", *, says: str = "", read: str = _READ
) -> Source:
    """A pull request on GitHub; see :func:`issue`."""
    title, url = f"{repository} pull request {number}", f"{_GITHUB}/{repository}/pull/{number}"
    return Source(title=title, url=url, confidence=confidence, read=read, dated=dated, says=says)


def psrule(name: str, *, says: str = "") -> Source:
    """A rule of PSRule for Azure, Microsoft's list of checks from the Well-Architected Framework."""
    url = f"https://azure.github.io/PSRule.Rules.Azure/en/rules/{name}/"
    return _specified("PSRule for Azure", url).at(name, says=says)


# Microsoft's documentation: scale sets.

ORCHESTRATION_PAGE: Final = _set_page(
    "Orchestration modes for Virtual Machine Scale Sets in Azure",
    "virtual-machine-scale-sets-orchestration-modes",
    "2024-06-14",
)
API_COMPARISON_PAGE: Final = _set_page("Orchestration modes API comparison", "orchestration-modes-api-comparison")
FAULT_DOMAIN_PAGE: Final = _set_page(
    "Manage fault domains in Azure Virtual Machine Scale Sets",
    "virtual-machine-scale-sets-manage-fault-domains",
    "2025-09-02",
)
MIGRATION_PAGE: Final = _set_page(
    "Migrate deployments and resources to Virtual Machine Scale Sets in Flexible orchestration",
    "flexible-virtual-machine-scale-sets-migration-resources",
)
UPGRADE_PAGE: Final = _set_page(
    "Upgrade policy modes for Virtual Machine Scale Sets", "virtual-machine-scale-sets-upgrade-policy"
)
ROLLING_PAGE: Final = _set_page(
    "Configure rolling upgrades on Virtual Machine Scale Sets", "virtual-machine-scale-sets-configure-rolling-upgrades"
)
MAX_SURGE_PAGE: Final = _set_page(
    "Rolling upgrades with MaxSurge for Virtual Machine Scale Sets", "virtual-machine-scale-sets-maxsurge"
)
AUTO_OS_PAGE: Final = _set_page(
    "Automatic OS image upgrades with Azure Virtual Machine Scale Sets", "virtual-machine-scale-sets-automatic-upgrade"
)
REPAIRS_PAGE: Final = _set_page(
    "Automatic instance repairs for Azure Virtual Machine Scale Sets",
    "virtual-machine-scale-sets-automatic-instance-repairs",
)
HEALTH_PAGE: Final = _set_page(
    "Using Application Health extension with Virtual Machine Scale Sets", "virtual-machine-scale-sets-health-extension"
)
TERMINATE_PAGE: Final = _set_page(
    "Terminate notification for Azure Virtual Machine Scale Set instances",
    "virtual-machine-scale-sets-terminate-notification",
)
SPOT_PAGE: Final = _set_page("Azure Spot Virtual Machines for Virtual Machine Scale Sets", "use-spot", "2025-04-01")
PRIORITY_MIX_PAGE: Final = _set_page("Spot Priority Mix for high availability and cost savings", "spot-priority-mix")
INSTANCE_MIX_PAGE: Final = _set_page("Use multiple Virtual Machine sizes with instance mix", "instance-mix-overview")
INSTANCE_MIX_ERRORS_PAGE: Final = _set_page(
    "Instance mix: frequently asked questions and troubleshooting", "instance-mix-faq-troubleshooting"
)
STANDBY_PAGE: Final = _set_page("Standby pools for Virtual Machine Scale Sets", "standby-pools-overview", "2025-05-06")
DESIGN_PAGE: Final = _set_page("Design considerations for scale sets", "virtual-machine-scale-sets-design-overview")
NETWORKING_PAGE: Final = _set_page(
    "Networking for Azure Virtual Machine Scale Sets", "virtual-machine-scale-sets-networking"
)
ATTACH_PAGE: Final = _set_page(
    "Attach or detach a virtual machine to or from a Virtual Machine Scale Set",
    "virtual-machine-scale-sets-attach-detach-vm",
    "2025-04-23",
)
PROTECTION_PAGE: Final = _set_page(
    "Instance Protection for Azure Virtual Machine Scale Set instances",
    "virtual-machine-scale-sets-instance-protection",
)
SCALE_IN_PAGE: Final = _set_page(
    "Use scale-in policies with Azure Virtual Machine Scale Sets", "virtual-machine-scale-sets-scale-in-policy"
)
SCALING_PROFILE_PAGE: Final = _set_page(
    "Scaling profile for Virtual Machine Scale Sets", "virtual-machine-scale-sets-scaling-profile"
)
LARGE_SETS_PAGE: Final = _set_page(
    "Virtual Machine Scale Sets and placement groups", "virtual-machine-scale-sets-placement-groups"
)
PROXIMITY_PAGE: Final = _set_page(
    "Proximity placement groups for Virtual Machine Scale Sets", "proximity-placement-groups"
)
INSTANCE_IDS_PAGE: Final = _set_page(
    "Understand names and instance IDs for Azure Virtual Machine Scale Set VMs",
    "virtual-machine-scale-sets-instance-ids",
)
ZONE_BALANCE_PAGE: Final = _set_page(
    "Automatic zone balance for Virtual Machine Scale Sets (preview)", "auto-zone-balance-overview", "2025-04-18"
)
ZONE_BALANCE_ENABLE_PAGE: Final = _set_page(
    "Enable Automatic Zone Balance on Virtual Machine Scale Sets (preview)", "auto-zone-balance-enable", "2025-12-10"
)
ZONE_PLACEMENT_PAGE: Final = _set_page(
    "Configure automatic zone placement for a scale set (preview)",
    "virtual-machine-scale-sets-automatic-zone-placement",
    "2026-08-11",
)

# Microsoft's documentation: virtual machines.

EPHEMERAL_PAGE: Final = _machine_page("Ephemeral OS disks for Azure VMs", "ephemeral-os-disks", "2026-09-08")
RESERVATION_PAGE: Final = _machine_page(
    "On-demand capacity reservation", "capacity-reservation-overview", "2026-02-17"
).at("Limitations and restrictions")
DEDICATED_HOSTS_PAGE: Final = _machine_page("Azure Dedicated Hosts", "dedicated-hosts", "2023-01-25")
DISK_TYPES_PAGE: Final = _machine_page("Azure managed disk types", "disks-types", "2026-08-11")
DISK_ENCRYPTION_PAGE: Final = _machine_page(
    "Overview of managed disk encryption options", "disk-encryption-overview", "2025-05-14"
)
GUEST_PATCHING_PAGE: Final = _machine_page(
    "Automatic Guest Patching for Azure Virtual Machines and Scale Sets", "automatic-vm-guest-patching", "2024-07-31"
)
TRUSTED_LAUNCH_PAGE: Final = _machine_page("Trusted Launch for Azure virtual machines", "trusted-launch", "2025-04-21")
UNMANAGED_DISKS_PAGE: Final = _machine_page(
    "Migrate your Azure unmanaged disks by March 31, 2026", "unmanaged-disks-deprecation", "2025-08-28"
)
EPHEMERAL_DEPLOY_PAGE: Final = _machine_page(
    "How to deploy Ephemeral OS disks for Azure VMs", "ephemeral-os-disks-deploy", "2026-09-08"
)
HIBERNATION_PAGE: Final = _machine_page("Hibernation for Azure virtual machines", "hibernate-resume", "2025-10-24")
WRITE_ACCELERATOR_PAGE: Final = _machine_page(
    "Enable Write Accelerator", "how-to-enable-write-accelerator", "2026-09-21"
)
SIZE_NAMES_PAGE: Final = _machine_page("Azure VM sizes naming conventions", "vm-naming-conventions", "2023-05-01")
SPOT_ERRORS_PAGE: Final = _machine_page(
    "Error messages for Azure Spot Virtual Machines and scale sets", "error-codes-spot", "2023-02-28"
)
SPOT_MACHINES_PAGE: Final = _machine_page("Use Azure Spot Virtual Machines", "spot-vms", "2024-08-05")
CUSTOM_DATA_PAGE: Final = _machine_page("Custom data on Azure virtual machines", "custom-data", "2026-05-28")
VM_SECURITY_PAGE: Final = _machine_page(
    "Security recommendations for virtual machines in Azure", "security-recommendations", "2019-11-13"
)

# Microsoft's documentation: network, resource manager, policy.

NAT_POOL_PAGE: Final = _page(
    "Migrate from Inbound NAT rules version 1 to version 2", f"{_LEARN}/load-balancer/load-balancer-nat-pool-migration"
)
NAT_POOL_PAGE_2025: Final = dataclasses.replace(
    NAT_POOL_PAGE,
    url=f"{_GITHUB}/MicrosoftDocs/azure-docs/blob/02a777bcf30452fa62b76ce20c17580b1da65366/articles/load-balancer/"
    "load-balancer-nat-pool-migration.md",
    dated="2025-01-28",
)
PRIVATE_SUBNETS_PAGE: Final = _page(
    "Default outbound access in Azure",
    f"{_LEARN}/virtual-network/ip-services/default-outbound-access",
    "2026-01-30",
)
PRIVATE_SUBNETS_BLOG: Final = Source(
    title="techcommunity.microsoft.com: Private subnets by default in Azure virtual networks",
    url="https://techcommunity.microsoft.com/t5/azure-networking-blog/private-subnets-by-default-in-azure-virtual-"
    "networks-what/ba-p/4513778",
    confidence=Confidence.PAGE,
    read=_READ,
    dated="2026",
)
LOCKS_PAGE: Final = _page(
    "Lock your resources to protect your infrastructure",
    f"{_LEARN}/azure-resource-manager/management/lock-resources",
    "2024-03-08",
)

# Microsoft's specifications, SDKs, modules and lists.

SDK: Final = _specified(
    "azure-mgmt-compute 39.0.0 (api-version 2026-04-01)", "https://pypi.org/project/azure-mgmt-compute/39.0.0/"
)
NETWORK_SDK: Final = _specified("azure-mgmt-network 33.1.0", "https://pypi.org/project/azure-mgmt-network/33.1.0/")
REST_SPECIFICATION: Final = _specified(
    "Azure/azure-rest-api-specs: Microsoft.Compute 2023-03-01, virtualMachineScaleSet.json",
    f"{_GITHUB}/Azure/azure-rest-api-specs/blob/043b1f5524ff7cbdbc245206b9344d5b0acf8744/specification/compute/"
    "resource-manager/Microsoft.Compute/ComputeRP/stable/2023-03-01/virtualMachineScaleSet.json",
    "2023",
)
BATCH_SDK: Final = _specified(
    "Azure Batch SDK for .NET: RollingUpgradePolicy",
    "https://learn.microsoft.com/dotnet/api/microsoft.azure.batch.rollingupgradepolicy",
)
AVM: Final = _specified(
    "Azure Verified Modules: avm-res-compute-virtualmachinescaleset",
    f"{_GITHUB}/Azure/terraform-azurerm-avm-res-compute-virtualmachinescaleset",
)
APRL: Final = _specified(
    "Azure Proactive Resiliency Library v2: virtualMachineScaleSets",
    "https://azure.github.io/Azure-Proactive-Resiliency-Library-v2/azure-resources/Compute/virtualMachineScaleSets/",
)
OS_PATCHING_POLICY: Final = _specified(
    "Azure/azure-policy: Require automatic OS image patching on Virtual Machine Scale Sets",
    f"{_GITHUB}/Azure/azure-policy/blob/master/built-in-policies/policyDefinitions/Compute/"
    "VMSSOSUpgradeHealthCheck_Deny.json",
)

# Issues and pull requests: answers of the service that they quote, statements of Microsoft's teams, and users' words.

SIZE_B1LS: Final = issue("MicrosoftDocs/azure-docs", 102050, Confidence.SERVICE, "2022-11-29")
AZURE_DOCS_84157: Final = issue("MicrosoftDocs/azure-docs", 84157, Confidence.THIRD_PARTY, "2021-11-19")
COMPUTE_DOCS_155: Final = pull("MicrosoftDocs/azure-compute-docs", 155, Confidence.SPECIFICATION, "2025-04-09")
AZURE_DOCS_39477: Final = issue("MicrosoftDocs/azure-docs", 39477, Confidence.SERVICE, "2019-09-24")
AZURE_DOCS_114432: Final = issue("MicrosoftDocs/azure-docs", 114432, Confidence.SERVICE, "2023-09-07")
AZURE_DOCS_122644: Final = issue("MicrosoftDocs/azure-docs", 122644, Confidence.SERVICE, "2024-05-21")
REST_SPECS_27029: Final = issue("Azure/azure-rest-api-specs", 27029, Confidence.SPECIFICATION, "2023-12-11")
AZURE_SDK_33268: Final = issue("Azure/azure-sdk-for-python", 33268, Confidence.SERVICE, "2023-11-21")
AZURE_CLI_16346: Final = issue("Azure/azure-cli", 16346, Confidence.SPECIFICATION, "2020-12-23")
AZURE_CLI_17830: Final = issue("Azure/azure-cli", 17830, Confidence.SPECIFICATION, "2021-04-23")
AZURE_CLI_21504: Final = issue("Azure/azure-cli", 21504, Confidence.SERVICE, read=_FACT_CHECK)
AZURE_CLI_21834: Final = issue("Azure/azure-cli", 21834, Confidence.SERVICE, "2022-03-29")
AZURE_CLI_29415: Final = pull("Azure/azure-cli", 29415, Confidence.SPECIFICATION, "2024-07-18")
AZURE_CLI_33881: Final = issue("Azure/azure-cli", 33881, Confidence.SPECIFICATION, "2026-08-12")
POWERSHELL_3388: Final = issue("Azure/azure-powershell", 3388, Confidence.SERVICE, "2017-01-13")
AZURE_DOCS_16191: Final = issue("MicrosoftDocs/azure-docs", 16191, Confidence.SERVICE, "2018-10-04")
XPLAT_CLI_2761: Final = pull("Azure/azure-xplat-cli", 2761, Confidence.SERVICE, "2016-04-14")
POWERSHELL_15331: Final = issue("Azure/azure-powershell", 15331, Confidence.SERVICE, "2021-06-22")
BICEP_MODULES_2088: Final = issue("Azure/bicep-registry-modules", 2088, Confidence.SERVICE, "2024-05-29")
AKS_ENGINE_1795: Final = issue("Azure/aks-engine", 1795, Confidence.SERVICE, "2019-08-16")
SERVICE_FABRIC_618: Final = issue("microsoft/service-fabric", 618, Confidence.SERVICE, "2020-04-28")
VM_MODULE_13: Final = issue("kumarvna/terraform-azurerm-virtual-machine", 13, Confidence.SERVICE, "2022-08-04")
AZURE_MYRIAD_30: Final = issue("gbowerman/azure-myriad", 30, Confidence.SERVICE, "2018-08-23")
LISA_689: Final = pull("microsoft/lisa", 689, Confidence.SERVICE, "2020-01-19")
TERRAFORM_EXAMPLES_62: Final = pull("ContainerSolutions/terraform-examples", 62, Confidence.SERVICE)
CLOUD_PROVIDER_2698: Final = pull("kubernetes-sigs/cloud-provider-azure", 2698, Confidence.SERVICE, "2022-11-03")
ANSIBLE_40648: Final = issue("ansible/ansible", 40648, Confidence.SERVICE, "2018-05-24")
AZURERM_2035: Final = pull("hashicorp/terraform-provider-azurerm", 2035, Confidence.SERVICE, "2018-10-08")
AZURERM_5860: Final = issue("hashicorp/terraform-provider-azurerm", 5860, Confidence.SERVICE, "2020-09-22")
AZURERM_10803: Final = pull("hashicorp/terraform-provider-azurerm", 10803, Confidence.THIRD_PARTY, "2021-03-04")
AZURERM_11398: Final = issue("hashicorp/terraform-provider-azurerm", 11398, Confidence.SERVICE, "2021-04-20")
AZURERM_11723: Final = pull("hashicorp/terraform-provider-azurerm", 11723, Confidence.THIRD_PARTY, "2021-05-14")
AZURERM_27599: Final = pull(
    "hashicorp/terraform-provider-azurerm", 27599, Confidence.THIRD_PARTY, "2024-10-25", read=_FACT_CHECK
)
AZURERM_19074: Final = pull("hashicorp/terraform-provider-azurerm", 19074, Confidence.SERVICE, "2022-10-31")

# Others.

AZURERM: Final = _other("hashicorp/terraform-provider-azurerm", f"{_GITHUB}/hashicorp/terraform-provider-azurerm")
CHECKOV: Final = _other("Checkov", "https://www.checkov.io/5.Policy%20Index/all.html")
