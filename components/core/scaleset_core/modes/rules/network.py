"""Property rules: the network of a scale set."""

from collections.abc import Iterator, Mapping
from typing import Any

from scaleset_core.facts.checks import (
    Finding,
    NotDecided,
    forbidden,
    one_of,
    required,
)
from scaleset_core.facts.fixes import Fix, drop, objects, set_missing
from scaleset_core.facts.properties import View
from scaleset_core.modes.examples import (
    ABSENT,
    FIRST_IP,
    GROUP,
    NAT_POOLS,
    PROBE,
    flexible,
    on_flexible,
    on_uniform,
    pair,
    uniform,
)
from scaleset_core.modes.pages import (
    ANSIBLE_40648,
    API_COMPARISON_PAGE,
    AZURE_CLI_17830,
    AZURE_DOCS_84157,
    AZURE_SDK_33268,
    AZURERM_2035,
    BICEP_MODULES_2088,
    CLOUD_PROVIDER_2698,
    MIGRATION_PAGE,
    NAT_POOL_PAGE,
    NAT_POOL_PAGE_2025,
    NETWORK_SDK,
    NETWORKING_PAGE,
    ORCHESTRATION_PAGE,
    POWERSHELL_15331,
    REPAIRS_PAGE,
    SDK,
)
from scaleset_core.modes.rules.parts import (
    BOTH,
    FLEXIBLE,
    IP,
    NETWORK,
    NIC,
    UNIFORM,
    has_profile,
)
from scaleset_core.modes.types import (
    Conflict,
    Impact,
    PropertyRule,
    Severity,
    Subject,
)

NETWORK_API_VERSIONS = ("2020-11-01", "2022-11-01")
"""The values of ``networkApiVersion``; the first is this project's default."""

_Check = Iterator[Finding | NotDecided]


def _member_present(view: View) -> _Check:
    """Uniform rejects the member itself, so a null counts: look at the parent's own keys."""
    profile = view.first(NETWORK)
    if profile is None:
        return
    if not profile.known:
        yield NotDecided(profile.path)
    elif isinstance(profile.value, Mapping) and "networkApiVersion" in profile.value:
        value = profile.value["networkApiVersion"]
        yield Finding(f"{profile.path}.networkApiVersion", value if View(value).known else None)


def _one_primary_nic(view: View) -> _Check:
    nics = view.members(f"{NETWORK}.networkInterfaceConfigurations")
    if len(nics) <= 1:
        return
    primaries = [nic for nic in nics if nic.value("primary") is True]
    if len(primaries) != 1:
        path = f"{NETWORK}.networkInterfaceConfigurations"
        yield Finding(path, detail=f"{len(primaries) or 'none'} of {len(nics)} is primary, expected exactly one")


def _primary_ip_configuration(view: View) -> _Check:
    if not has_profile(view):
        return
    for nic in view.members(f"{NETWORK}.networkInterfaceConfigurations"):
        configurations = nic.members("ipConfigurations")
        if configurations and not any(each.value("primary") is True for each in configurations):
            yield Finding(nic.path("ipConfigurations"), detail="none is primary")


def _mark_single_ip(properties: dict[str, Any]) -> bool:
    changed = False
    for nic in objects(properties, NIC):
        configurations = nic.get("ipConfigurations")
        if not isinstance(configurations, list) or len(configurations) != 1 or not isinstance(configurations[0], dict):
            continue
        if configurations[0].get("primary") is None or configurations[0]["primary"] is False:
            configurations[0]["primary"] = True
            changed = True
    return changed


def _pools_and_rules(view: View) -> _Check:
    if view.has("inboundNatPools[]") and view.has("inboundNatRules[]"):
        yield Finding("inboundNatPools", detail="the load balancer has inboundNatRules too")


def _basic(view: View) -> _Check:
    name = view.value("sku.name", "Basic")
    if str(name).lower() == "basic":
        yield Finding("sku.name", name, "expected Standard")


_NAT_POOL = [{"id": f"{GROUP}/providers/Microsoft.Network/loadBalancers/web/inboundNatPools/ssh"}]

RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="network-api-version-on-flexible",
        number="SS014",
        modes=FLEXIBLE,
        path=f"{NETWORK}.networkApiVersion",
        argument="network_api_version",
        statement="The networkApiVersion of a Flexible set's profile must be 2020-11-01 or 2022-11-01.",
        reason="the compute service creates the network interfaces with that version of Microsoft.Network",
        alternative="set networkApiVersion to 2020-11-01",
        sources=(
            SDK.at(
                "VirtualMachineScaleSetNetworkProfile.network_api_version",
                says="for sets in Flexible mode; the known values are 2020-11-01 and 2022-11-01",
            ),
            AZURE_CLI_17830.at(says="the service's team: 2020-11-01 unless another is given"),
            MIGRATION_PAGE.at("Update Uniform scale sets", says="contradicts: 2021-11-01 or higher"),
            AZURE_DOCS_84157.at(says="a reader of that page: no version 2021-11-01 exists"),
        ),
        conflict=Conflict(
            stale="the migration page says 2021-11-01 or higher, which the SDK's enumeration does not contain",
            followed="the enumeration of the REST specification",
        ),
        check=one_of(f"{NETWORK}.networkApiVersion", *NETWORK_API_VERSIONS),
        impact=Impact.HIGH,
        example=on_flexible(
            {f"{NETWORK}.networkApiVersion": "2021-11-01"}, {f"{NETWORK}.networkApiVersion": "2020-11-01"}
        ),
    ),
    PropertyRule(
        id="network-api-version-required-on-flexible",
        number="SS150",
        modes=FLEXIBLE,
        path=f"{NETWORK}.networkApiVersion",
        argument="network_api_version",
        statement="A Flexible set's profile with network interfaces needs networkApiVersion.",
        reason="the compute service creates the network interfaces with that version of Microsoft.Network",
        alternative="set networkApiVersion to 2020-11-01",
        sources=(
            AZURE_SDK_33268.at(says="Azure: the network API version must be specified where network interfaces are"),
            CLOUD_PROVIDER_2698.at(says="Azure: NetworkApiVersionMustBeSpecifiedWithNetworkInterfaceConfigurations"),
            AZURE_CLI_17830.at(says="the service's team: required on Flexible"),
        ),
        check=required(f"{NETWORK}.networkApiVersion", under=f"{NETWORK}.networkInterfaceConfigurations"),
        impact=Impact.CRITICAL,
        fix=set_missing(NETWORK, "networkApiVersion", NETWORK_API_VERSIONS[0]),
        example=on_flexible({f"{NETWORK}.networkApiVersion": ABSENT}, {f"{NETWORK}.networkApiVersion": "2020-11-01"}),
    ),
    PropertyRule(
        id="network-api-version-on-uniform",
        number="SS015",
        modes=UNIFORM,
        path=f"{NETWORK}.networkApiVersion",
        argument="network_api_version",
        statement="A Uniform set refuses networkApiVersion, even as null.",
        reason="only Flexible sets create their network interfaces with Microsoft.Network",
        alternative="remove the property",
        sources=(
            BICEP_MODULES_2088.at(says="Azure: could not find member networkApiVersion, even where it is null"),
            POWERSHELL_15331.at(says="the same answer; the service expects the property in Flexible mode only"),
            AZURE_CLI_17830.at(says="the service's team: it cannot be populated unless the mode is Flexible"),
        ),
        check=_member_present,
        impact=Impact.HIGH,
        fix=drop(NETWORK, "networkApiVersion"),
        example=on_uniform({f"{NETWORK}.networkApiVersion": "2020-11-01"}),
    ),
    PropertyRule(
        id="nat-pool-on-flexible",
        number="SS016",
        modes=FLEXIBLE,
        path=f"{IP}.loadBalancerInboundNatPools",
        argument="inbound_nat",
        statement="A Flexible set cannot use a load balancer's inbound NAT pools.",
        reason=(
            "NAT pools assign ports to the numbered instances of a Uniform set; Flexible instances are virtual "
            "machines with names"
        ),
        alternative="use an inbound NAT rule to each instance's network interface, or one version 2 NAT rule over the "
        "backend pool (backendAddressPool with frontendPortRangeStart and frontendPortRangeEnd)",
        sources=(
            ORCHESTRATION_PAGE.at(
                "Unsupported parameters", says="NAT pools of a load balancer: NAT rules can be configured instead"
            ),
            MIGRATION_PAGE.at("Update Uniform scale sets", says="remove LoadBalancerNATPool: not valid on Flexible"),
            API_COMPARISON_PAGE.at("Networking", says="in place of a NAT pool, NAT rules to specific instances"),
        ),
        check=forbidden(f"{IP}.loadBalancerInboundNatPools[]"),
        impact=Impact.CRITICAL,
        fix=drop(IP, "loadBalancerInboundNatPools"),
        example=on_flexible({f"{FIRST_IP}.loadBalancerInboundNatPools": _NAT_POOL}),
    ),
    PropertyRule(
        id="nat-pools-retire",
        number="SS017",
        modes=UNIFORM,
        path=f"{IP}.loadBalancerInboundNatPools",
        argument="inbound_nat",
        statement="Inbound NAT pools retire on 2027-09-30.",
        reason="Microsoft replaces them with version 2 NAT rules, which work in both modes",
        alternative="use a version 2 NAT rule over the backend pool",
        severity=Severity.WARNING,
        sources=(
            NAT_POOL_PAGE.at(says="pools retire on 2027-09-30; rules to a single machine are not affected"),
            NAT_POOL_PAGE_2025.at(says="contradicts: all version 1 rules retire on that day"),
        ),
        conflict=Conflict(
            stale="some copies of the page say that all version 1 rules retire",
            followed="the newest copy: only NAT pools retire, NAT rules to single virtual machines stay",
        ),
        check=forbidden(f"{IP}.loadBalancerInboundNatPools[]"),
        impact=Impact.MEDIUM,
        example=on_uniform({f"{FIRST_IP}.loadBalancerInboundNatPools": _NAT_POOL}),
    ),
    PropertyRule(
        id="health-probe-on-flexible",
        number="SS018",
        modes=FLEXIBLE,
        path=f"{NETWORK}.healthProbe",
        argument="health.probe_id",
        statement="A load balancer probe is not a health signal of a Flexible set.",
        reason=(
            "a probe reports to the backend pool, not to the set; Flexible reads the health from inside the instance"
        ),
        alternative="use the Application Health extension in the profile (health with protocol, port, request_path)",
        sources=(
            ORCHESTRATION_PAGE.at(
                "Unsupported parameters", says="health by a load balancer probe: use the Application Health extension"
            ),
            MIGRATION_PAGE.at(
                "Monitor application health", says="Flexible needs the extension; Uniform may have a probe instead"
            ),
            REPAIRS_PAGE.at("Azure CLI 2.0", says="contradicts: the example gives a Flexible set a health probe"),
        ),
        conflict=Conflict(
            stale="the repairs page's command-line example gives a Flexible set a load balancer probe",
            followed="the orchestration-modes and migration pages: Flexible needs the extension",
        ),
        check=forbidden(f"{NETWORK}.healthProbe"),
        impact=Impact.HIGH,
        example=on_flexible({f"{NETWORK}.healthProbe": PROBE}),
    ),
    PropertyRule(
        id="one-primary-network-interface",
        number="SS019",
        modes=BOTH,
        path=f"{NIC}.primary",
        argument="network_interfaces",
        statement="If there are several network interfaces, exactly one must be primary.",
        reason="the load balancer and outbound traffic use the primary network interface",
        alternative="mark one network interface as primary",
        sources=(
            SDK.at(
                "VirtualMachineScaleSetNetworkConfiguration.primary",
                says="marks the primary interface where a machine has several",
            ),
            ANSIBLE_40648.at(says="Azure, for a machine with two: NetworkInterfaceMustHavePrimaryPropertySet"),
        ),
        check=_one_primary_nic,
        impact=Impact.HIGH,
        example=on_flexible(
            {
                f"{NETWORK}.networkInterfaceConfigurations[1]": {
                    "name": "second",
                    "primary": True,
                    "ipConfigurations": [{"name": "ip", "primary": True, "subnet": {"id": "${subnet.id}"}}],
                }
            },
            {
                f"{NETWORK}.networkInterfaceConfigurations[1]": {
                    "name": "second",
                    "ipConfigurations": [{"name": "ip", "primary": True, "subnet": {"id": "${subnet.id}"}}],
                }
            },
        ),
    ),
    PropertyRule(
        id="primary-ip-configuration-on-flexible",
        number="SS020",
        modes=FLEXIBLE,
        path=f"{IP}.primary",
        argument="network_interfaces",
        statement="On Flexible, one IP configuration of each network interface should have primary: true.",
        reason="a load balancer's outbound rules need it",
        alternative="set primary: true on the IP configuration",
        severity=Severity.WARNING,
        sources=(
            MIGRATION_PAGE.at(
                "Update Uniform scale sets", says="set the IP configuration's primary to true: outbound rules need it"
            ),
            AZURERM_2035.at(says="Azure: an interface configuration must have one designated primary IP configuration"),
        ),
        check=_primary_ip_configuration,
        impact=Impact.MEDIUM,
        fix=Fix(_mark_single_ip, "set primary: true on the only IP configuration of a network interface"),
        example=on_flexible({f"{FIRST_IP}.primary": ABSENT}, {f"{FIRST_IP}.primary": True}),
    ),
    PropertyRule(
        id="public-ip-sku-on-uniform",
        number="SS021",
        modes=UNIFORM,
        path=f"{IP}.publicIPAddressConfiguration.sku",
        argument="network_interfaces",
        statement="The SKU of an instance's public address can be chosen on Flexible only.",
        reason="the REST specification says so",
        alternative="leave sku out of publicIPAddressConfiguration, or use Flexible",
        severity=Severity.WARNING,
        sources=(
            SDK.at(
                "VirtualMachineScaleSetPublicIPAddressConfiguration.sku",
                says="can only be set with orchestration mode Flexible",
            ),
            NETWORKING_PAGE.at(
                "Creating a scale set with public IP per virtual machine",
                says="contradicts: shows the property without that limit",
            ),
        ),
        conflict=Conflict(
            stale="the networking page shows the property without that limit",
            followed="warned about, not refused",
        ),
        check=forbidden(f"{IP}.publicIPAddressConfiguration.sku"),
        impact=Impact.LOW,
        example=on_uniform(
            {f"{FIRST_IP}.publicIPAddressConfiguration": {"name": "public", "sku": {"name": "Standard"}}},
            also=("SS106",),
        ),
    ),
    PropertyRule(
        id="nat-pools-exclude-nat-rules",
        number="SS022",
        modes=BOTH,
        subject=Subject.LOAD_BALANCER,
        path="inboundNatPools",
        argument="inbound_nat",
        statement="A load balancer has inbound NAT pools or inbound NAT rules, not both.",
        reason="Microsoft.Network does not allow both on one load balancer",
        alternative="use version 2 NAT rules only",
        sources=(
            NETWORK_SDK.at(
                "LoadBalancerPropertiesFormat.inbound_nat_pools",
                says="pools and inbound NAT rules on one load balancer are mutually exclusive",
            ),
        ),
        check=_pools_and_rules,
        impact=Impact.HIGH,
        example=pair(
            uniform({"balancer:inboundNatPools": NAT_POOLS}, "balancer", "nat-rule"),
            uniform({}, "balancer", "nat-rule"),
            "balancer:inboundNatPools",
            "rule:",
        ),
    ),
    PropertyRule(
        id="basic-load-balancer-on-flexible",
        number="SS023",
        modes=FLEXIBLE,
        subject=Subject.LOAD_BALANCER,
        path="sku.name",
        argument="load_balancer",
        statement="A Flexible set needs a Standard load balancer.",
        reason="Basic load balancers work only with availability sets and Uniform sets, and are retired",
        alternative="use sku Standard",
        sources=(ORCHESTRATION_PAGE.at("Networking: Basic LB", says="Flexible no, Uniform yes"),),
        check=_basic,
        impact=Impact.HIGH,
        example=pair(flexible({"balancer:sku.name": "Basic"}, "balancer"), flexible({}, "balancer"), "balancer:sku"),
    ),
)
