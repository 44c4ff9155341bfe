"""ARM templates of Flexible sets, of their instances and of sets without a profile."""

from typing import Any

from corpus.arm_parts import (
    BIONIC,
    JAMMY,
    LEARN,
    NOBLE,
    QUICKSTART,
    SECURE,
    TRUSTED,
    WINDOWS_2022,
    balancer,
    card,
    extension,
    flexible_card,
    gateway,
    group,
    health,
    linux,
    monitor,
    network,
    scale_set,
    storage,
    template,
    windows,
)
from corpus.situation import Situation

PATCHED = {"patchSettings": {"patchMode": "AutomaticByPlatform", "assessmentMode": "AutomaticByPlatform"}}


def _copied() -> dict[str, Any]:
    """A Uniform template whose author has added orchestrationMode and changed nothing else."""
    profile = {
        "storageProfile": storage(BIONIC),
        "osProfile": linux("porter", "trolley"),
        "networkProfile": card("station", "platforms", pool=("hall", "carts"), nat_pool=("hall", "shells")),
    }
    return template(
        gateway("exit"),
        network("station", "platforms", group="barriers", gateway="exit"),
        group("barriers", "443"),
        balancer("hall", "carts", sku="Basic", nat_pool=("shells", 22)),
        scale_set(
            "trolleys",
            "Standard_D2s_v4",
            3,
            profile,
            orchestrationMode="Flexible",
            overprovision=True,
        ),
    )


def _good() -> dict[str, Any]:
    profile = {
        "storageProfile": storage(JAMMY, "Premium_LRS"),
        "osProfile": linux("conductor", "tram", **PATCHED),
        "securityProfile": TRUSTED,
        "networkProfile": flexible_card("tracks", "lines", group="signals", pool=("depot", "trams")),
        "extensionProfile": {"extensions": [health(), monitor()]},
    }
    made = scale_set(
        "tram-fleet",
        "Standard_D4s_v5",
        9,
        profile,
        zones=["1", "2", "3"],
        orchestrationMode="Flexible",
        platformFaultDomainCount=1,
        singlePlacementGroup=False,
        upgradePolicy={"mode": "Manual"},
        automaticRepairsPolicy={"enabled": True, "gracePeriod": "PT30M"},
    )
    return template(
        network("tracks", "lines"), group("signals", "443", "80"), balancer("depot", "trams", outbound=True), made
    )


def plain(
    name: str,
    *,
    size: str = "Standard_D2s_v5",
    profile: dict[str, Any] | None = None,
    top: Any = None,
    parameters: Any = None,
    **properties: Any,
) -> dict[str, Any]:
    """A template of one Flexible set of Linux machines on a guarded subnet with a NAT gateway."""
    base = {
        "storageProfile": storage(NOBLE),
        "osProfile": linux("porter", name),
        "securityProfile": TRUSTED,
        "networkProfile": flexible_card("yard", "sidings"),
        "extensionProfile": {"extensions": [monitor()]},
    }
    said = {
        "orchestrationMode": "Flexible",
        "platformFaultDomainCount": 1,
        "singlePlacementGroup": False,
        **properties,
    }
    merged = {key: value for key, value in {**base, **(profile or {})}.items() if value is not None}
    made = scale_set(name, size, 3, merged, zones=["1", "3"], **said)
    members = {"parameters": parameters} if parameters else {}
    return template(
        gateway("exit"),
        network("yard", "sidings", group="barriers", gateway="exit"),
        group("barriers", "443"),
        {**made, **(top or {})},
        **members,
    )


PLAIN = "121 125"
"""What :func:`plain` leaves out: repairs and a health signal."""

SITUATIONS = (
    Situation(
        name="uniform-template-made-flexible",
        title="An old template with orchestrationMode Flexible added: NAT pool, Basic balancer, overprovisioning stay",
        seen=f"{LEARN}flexible-virtual-machine-scale-sets-migration-resources",
        content=_copied(),
        faults=(
            (
                "SS016 trolleys virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0]"
                ".ipConfigurations[0].loadBalancerInboundNatPools"
            ),
            "SS068 hall inboundNatPools",
            "SS023 hall sku.name",
            "SS035 trolleys overprovision",
            "SS150 trolleys virtualMachineProfile.networkProfile.networkApiVersion",
            "SS005 trolleys platformFaultDomainCount",
            "SS164 trolleys *",
        ),
        practice={"trolleys": "102 103 121 122 125 129"},
        framework="arm",
    ),
    Situation(
        name="good-flexible",
        title="Zones, health, repairs, patching by Azure, an outbound rule: nothing is wrong",
        seen=f"{QUICKSTART}vmss-flexible-orchestration-quickstart-linux",
        content=_good(),
        framework="arm",
    ),
    Situation(
        name="rolling-out-of-range",
        title="Batches of 2 percent, and a TCP probe with a path",
        seen=f"{LEARN}virtual-machine-scale-sets-health-extension",
        content=plain(
            "coal",
            profile={
                "extensionProfile": {
                    "extensions": [
                        monitor(),
                        health(settings={"protocol": "tcp", "port": 7001, "requestPath": "/ready"}),
                    ],
                }
            },
            upgradePolicy={
                "mode": "Rolling",
                "rollingUpgradePolicy": {"maxBatchInstancePercent": 2, "maxUnhealthyInstancePercent": 100},
            },
        ),
        faults=(
            "SS027 coal upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent",
            "SS043 coal virtualMachineProfile.extensionProfile.extensions[1].settings.requestPath",
        ),
        practice={"coal": "121 127"},
        framework="arm",
    ),
    Situation(
        name="spot-of-b-sizes",
        title="Spot machines of a B size for a price of nothing, with a terminate notification",
        seen="https://learn.microsoft.com/azure/virtual-machine-scale-sets/use-spot",
        content=plain(
            "gravel",
            size="Standard_B2ms",
            profile={
                "priority": "Spot",
                "evictionPolicy": "Delete",
                "billingProfile": {"maxPrice": 0},
                "scheduledEventsProfile": {
                    "terminateNotificationProfile": {"enable": True, "notBeforeTimeout": "PT5M"}
                },
            },
        ),
        faults=(
            "SS049 gravel sku.name",
            "SS079 gravel virtualMachineProfile.billingProfile.maxPrice",
            "SS045 gravel virtualMachineProfile.scheduledEventsProfile.terminateNotificationProfile.enable",
        ),
        practice={"gravel": PLAIN},
        framework="arm",
    ),
    Situation(
        name="eviction-of-regular-machines",
        title="An eviction policy and a price left over from a Spot template",
        seen=f"{QUICKSTART}vmss-spot",
        content=plain(
            "sand", profile={"priority": "Regular", "evictionPolicy": "Deallocate", "billingProfile": {"maxPrice": 0.4}}
        ),
        faults=(
            "SS046 sand virtualMachineProfile.evictionPolicy",
            "SS048 sand virtualMachineProfile.billingProfile.maxPrice",
        ),
        practice={"sand": PLAIN},
        framework="arm",
    ),
    Situation(
        name="flexible-domains-in-zones",
        title="Two fault domains in two zones, strictly balanced",
        seen=f"{LEARN}virtual-machine-scale-sets-manage-fault-domains",
        content=plain("slate", platformFaultDomainCount=2, zoneBalance=True),
        faults=("SS004 slate platformFaultDomainCount", "SS123 slate zoneBalance"),
        practice={"slate": PLAIN},
        framework="arm",
    ),
    Situation(
        name="own-identity",
        title="A system-assigned identity, and a network version that does not exist",
        seen=f"{LEARN}virtual-machine-scale-sets-orchestration-modes",
        content=plain(
            "granite",
            profile={"networkProfile": flexible_card("yard", "sidings", version="2021-11-01")},
            top={"identity": {"type": "SystemAssigned"}},
        ),
        faults=(
            "SS002 granite identity.type",
            "SS014 granite virtualMachineProfile.networkProfile.networkApiVersion",
        ),
        practice={"granite": PLAIN},
        framework="arm",
    ),
    Situation(
        name="mix-with-a-size",
        title="A mix of sizes, and a size beside it",
        seen=f"{LEARN}instance-mix-overview",
        content=plain(
            "shale",
            skuProfile={
                "vmSizes": [{"name": "Standard_D2s_v5"}, {"name": "Standard_D2as_v5"}],
                "allocationStrategy": "CapacityOptimized",
            },
        ),
        faults=("SS054 shale sku.name", "SS054 shale sku.tier"),
        practice={"shale": PLAIN},
        framework="arm",
    ),
    Situation(
        name="misspelt-properties",
        title="upgradePolicies and automaticRepairPolicy: names that Azure does not have",
        seen="https://github.com/Azure/azure-rest-api-specs/issues/27029",
        content=plain(
            "quartz",
            upgradePolicies={"mode": "Manual"},
            automaticRepairPolicy={"enabled": True, "gracePeriod": "PT30M"},
        ),
        faults=("SS151 quartz upgradePolicies", "SS151 quartz automaticRepairPolicy"),
        practice={"quartz": PLAIN},
        framework="arm",
    ),
    Situation(
        name="windows-ports-open",
        title="Remote desktop open to the Internet, machines in no zone, no outbound access",
        seen=f"{QUICKSTART}vmss-windows-nat",
        content=template(
            network("quarry", "benches"),
            group("pit", "3389", source="Internet"),
            scale_set(
                "diggers",
                "Standard_D4s_v5",
                2,
                {
                    "storageProfile": storage(WINDOWS_2022),
                    "osProfile": windows("foreman", "digger", enableAutomaticUpdates=True),
                    "securityProfile": TRUSTED,
                    "networkProfile": flexible_card("quarry", "benches", group="pit"),
                    "extensionProfile": {"extensions": [monitor("Windows")]},
                },
                orchestrationMode="Flexible",
                platformFaultDomainCount=1,
            ),
            parameters=SECURE,
        ),
        faults=("SS069 diggers virtualMachineProfile.networkProfile", "SS160 pit *"),
        practice={"diggers": f"{PLAIN} 122"},
        framework="arm",
    ),
    Situation(
        name="patched-without-health",
        title="Patching by Azure without the health extension, and a custom script in protected settings",
        seen="https://learn.microsoft.com/azure/virtual-machines/automatic-vm-guest-patching",
        content=plain(
            "tuff",
            profile={
                "storageProfile": storage(JAMMY),
                "osProfile": linux("porter", "tuff", **PATCHED),
                "extensionProfile": {
                    "extensions": [
                        monitor(),
                        extension(
                            "setup",
                            "Microsoft.Azure.Extensions",
                            "CustomScript",
                            "2.1",
                            protectedSettings={"commandToExecute": "sh setup.sh --token Puffin-4410"},
                        ),
                    ]
                },
            },
        ),
        faults=("SS091 tuff virtualMachineProfile.osProfile.linuxConfiguration.patchSettings.patchMode",),
        practice={"tuff": PLAIN},
        framework="arm",
    ),
)
