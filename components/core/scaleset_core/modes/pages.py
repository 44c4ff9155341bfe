"""The sources that rules refer to, each with its address and the day on which it was read: one list for all rules."""

from __future__ import annotations

from typing import Final

from scaleset_core.modes.evidence import Confidence, Source

_READ: Final = "2026-11-29"
"""When the sources here were last read for this project."""
_SETS: Final = "https://learn.microsoft.com/azure/virtual-machine-scale-sets"
_MACHINES: Final = "https://learn.microsoft.com/azure/virtual-machines"
_LEARN: Final = "https://learn.microsoft.com"


def _page(title: str, url: str, dated: str = "", says: str = "") -> Source:
    """A page of Microsoft's documentation."""
    return Source(
        title=f"learn.microsoft.com: {title}", url=url, confidence=Confidence.PAGE, read=_READ, dated=dated, says=says
    )


def _specified(title: str, url: str, dated: str = "") -> Source:
    """A specification, an SDK generated from it, or code and lists that Microsoft publishes for Azure."""
    return Source(title=title, url=url, confidence=Confidence.SPECIFICATION, read=_READ, dated=dated)


def _other(title: str, url: str, dated: str = "") -> Source:
    """Somebody else's code or list."""
    return Source(title=title, url=url, confidence=Confidence.THIRD_PARTY, read=_READ, dated=dated)


def _answer(title: str, url: str, dated: str = "") -> Source:
    """Azure's answer, shown in public."""
    return Source(title=title, url=url, confidence=Confidence.SERVICE, read=_READ, dated=dated)


def issue(repository: str, number: int, confidence: Confidence, dated: str = "", *, says: str = "") -> Source:
    """An issue or pull request on GitHub.

    Args:
        repository: Owner and name.
        number: Its number.
        confidence: What it proves: usually :attr:`Confidence.SERVICE`, for an answer of Azure that it quotes.
        dated: Its date.
        says: What it says.
    """
    url = f"https://github.com/{repository}/issues/{number}"
    title = f"{repository} issue {number}"
    return Source(title=title, url=url, confidence=confidence, read=_READ, dated=dated, says=says)


def psrule(name: str) -> Source:
    """A rule of PSRule for Azure, Microsoft's list of checks from the Well-Architected Framework."""
    return _specified("PSRule for Azure", f"https://azure.github.io/PSRule.Rules.Azure/en/rules/{name}/").at(name)


ORCHESTRATION_PAGE: Final = _page(
    "Orchestration modes for Virtual Machine Scale Sets",
    f"{_SETS}/virtual-machine-scale-sets-orchestration-modes",
    "2024-06",
)
API_COMPARISON_PAGE: Final = _page(
    "Orchestration modes API comparison", f"{_SETS}/orchestration-modes-api-comparison", "2026-05"
)
FAULT_DOMAIN_PAGE: Final = _page(
    "Manage fault domains in Virtual Machine Scale Sets",
    f"{_SETS}/virtual-machine-scale-sets-manage-fault-domains",
    "2025-09",
)
MIGRATION_PAGE: Final = _page(
    "Migrate deployments and resources to Flexible orchestration",
    f"{_SETS}/flexible-virtual-machine-scale-sets-migration-resources",
    "2026-05",
)
UPGRADE_PAGE: Final = _page(
    "Upgrade policy modes for Virtual Machine Scale Sets", f"{_SETS}/virtual-machine-scale-sets-upgrade-policy"
)
ROLLING_PAGE: Final = _page(
    "Configure rolling upgrades on Virtual Machine Scale Sets",
    f"{_SETS}/virtual-machine-scale-sets-configure-rolling-upgrades",
    "2026-05",
)
MAX_SURGE_PAGE: Final = _page(
    "Rolling upgrades with MaxSurge", f"{_SETS}/virtual-machine-scale-sets-maxsurge", "2026-05"
)
AUTO_OS_PAGE: Final = _page(
    "Automatic OS image upgrades", f"{_SETS}/virtual-machine-scale-sets-automatic-upgrade", "2026-05"
)
REPAIRS_PAGE: Final = _page(
    "Automatic instance repairs", f"{_SETS}/virtual-machine-scale-sets-automatic-instance-repairs", "2026-05"
)
HEALTH_PAGE: Final = _page("Application Health extension", f"{_SETS}/virtual-machine-scale-sets-health-extension")
TERMINATE_PAGE: Final = _page(
    "Terminate notification for scale set instances",
    f"{_SETS}/virtual-machine-scale-sets-terminate-notification",
    "2026-05",
)
SPOT_PAGE: Final = _page("Azure Spot Virtual Machines for scale sets", f"{_SETS}/use-spot", "2025-04")
PRIORITY_MIX_PAGE: Final = _page("Spot Priority Mix", f"{_SETS}/spot-priority-mix")
INSTANCE_MIX_PAGE: Final = _page("Instance mix overview", f"{_SETS}/instance-mix-overview", "2026-05")
STANDBY_PAGE: Final = _page("Standby pools overview", f"{_SETS}/standby-pools-overview", "2025-05")
DESIGN_PAGE: Final = _page(
    "Design considerations for scale sets", f"{_SETS}/virtual-machine-scale-sets-design-overview"
)
NETWORKING_PAGE: Final = _page(
    "Networking for Virtual Machine Scale Sets", f"{_SETS}/virtual-machine-scale-sets-networking"
)
ATTACH_PAGE: Final = _page(
    "Attach or detach a virtual machine", f"{_SETS}/virtual-machine-scale-sets-attach-detach-vm", "2025-04"
)
PROTECTION_PAGE: Final = _page(
    "Instance protection for scale set instances",
    f"{_SETS}/virtual-machine-scale-sets-instance-protection",
    "2026-05",
)
SCALE_IN_PAGE: Final = _page("Scale-in policy", f"{_SETS}/virtual-machine-scale-sets-scale-in-policy")
SCALING_PROFILE_PAGE: Final = _page(
    "Virtual machine scale set scaling profile", f"{_SETS}/virtual-machine-scale-sets-scaling-profile"
)
LARGE_SETS_PAGE: Final = _page(
    "Working with large Virtual Machine Scale Sets", f"{_SETS}/virtual-machine-scale-sets-placement-groups", "2026-05"
)
ZONE_BALANCE_PAGE: Final = _page("Automatic zone balance overview (preview)", f"{_SETS}/auto-zone-balance-overview")
ZONE_PLACEMENT_PAGE: Final = _page(
    "Automatic zone placement", f"{_SETS}/virtual-machine-scale-sets-automatic-zone-placement", "2026-08"
)
EPHEMERAL_PAGE: Final = _page("Ephemeral OS disks for Azure VMs", f"{_MACHINES}/ephemeral-os-disks", "2026-09")
RESERVATION_PAGE: Final = _page(
    "On-demand Capacity Reservation, limitations", f"{_MACHINES}/capacity-reservation-overview", "2026-02"
)
DEDICATED_HOSTS_PAGE: Final = _page("Azure Dedicated Hosts", f"{_MACHINES}/dedicated-hosts")
DISK_TYPES_PAGE: Final = _page("Azure managed disk types", f"{_MACHINES}/disks-types", "2026-08")
GUEST_PATCHING_PAGE: Final = _page(
    "Automatic Guest Patching for Azure Virtual Machines and Scale Sets", f"{_MACHINES}/automatic-vm-guest-patching"
)
TRUSTED_LAUNCH_PAGE: Final = _page("Trusted launch for Azure virtual machines", f"{_MACHINES}/trusted-launch")
UNMANAGED_DISKS_PAGE: Final = _page(
    "Migrate your unmanaged disks by 2026-03-31", f"{_MACHINES}/unmanaged-disks-deprecation"
)
VM_SECURITY_PAGE: Final = _page(
    "Security recommendations for virtual machines in Azure", f"{_MACHINES}/security-recommendations"
)
NAT_POOL_PAGE: Final = _page(
    "Migrate from inbound NAT pools to NAT rules", f"{_LEARN}/azure/load-balancer/load-balancer-nat-pool-migration"
)
LOCKS_PAGE: Final = _page(
    "Lock your resources to protect your infrastructure",
    f"{_LEARN}/azure/azure-resource-manager/management/lock-resources",
)
PRIVATE_SUBNETS_PAGE: Final = _page(
    "Default outbound access in Azure", f"{_LEARN}/azure/virtual-network/ip-services/default-outbound-access"
)
BUILT_IN_POLICIES_PAGE: Final = _page(
    "Azure Policy built-in definitions", f"{_LEARN}/azure/governance/policy/samples/built-in-policies"
)

SDK: Final = _specified(
    "azure-mgmt-compute 39.0.0 (api-version 2026-04-01)", "https://pypi.org/project/azure-mgmt-compute/39.0.0/"
)
NETWORK_SDK: Final = _specified(
    "Azure SDK for .NET",
    f"{_LEARN}/dotnet/api/azure.resourcemanager.network.loadbalancerdata.inboundnatpools",
)
AVM: Final = _specified(
    "Azure Verified Modules: avm-res-compute-virtualmachinescaleset",
    "https://github.com/Azure/terraform-azurerm-avm-res-compute-virtualmachinescaleset",
)
APRL: Final = _specified(
    "Azure Proactive Resiliency Library v2: virtualMachineScaleSets",
    "https://azure.github.io/Azure-Proactive-Resiliency-Library-v2/azure-resources/Compute/virtualMachineScaleSets/",
)
AZURERM: Final = _other(
    "hashicorp/terraform-provider-azurerm", "https://github.com/hashicorp/terraform-provider-azurerm"
)
CHECKOV: Final = _other("Checkov", "https://www.checkov.io/5.Policy%20Index/all.html")
SIZE_B1LS: Final = _answer(
    "MicrosoftDocs/azure-docs issue 102050", "https://github.com/MicrosoftDocs/azure-docs/issues/102050", "2022"
)
