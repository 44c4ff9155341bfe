"""ARM templates of Uniform sets."""

from base64 import b64encode
from typing import Any

from corpus.arm_parts import (
    BIONIC,
    JAMMY,
    LEARN,
    NOBLE,
    QUICKSTART,
    SECURE,
    SPECS,
    SSH_KEY,
    TRUSTED,
    WINDOWS_2022,
    balancer,
    card,
    extension,
    group,
    linux,
    monitor,
    network,
    ref,
    rid,
    scale_set,
    storage,
    template,
    windows,
)
from corpus.situation import Situation

SCRIPT = b64encode(b"#!/bin/bash\nexport QUEUE_PASSWORD=Pelican-7731-blue\n/opt/relay/start\n").decode()
NIC = "virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0]"
NAT = f"{NIC}.ipConfigurations[0].loadBalancerInboundNatPools"
OLD_SERVER = {
    "publisher": "MicrosoftWindowsServer",
    "offer": "WindowsServer",
    "sku": "[parameters('windowsVersion')]",
    "version": "latest",
}


def _nat_pool() -> dict[str, Any]:
    name = "[parameters('fleet')]"
    profile = {
        "storageProfile": storage("[variables('image')]"),
        "osProfile": {
            "computerNamePrefix": name,
            "adminUsername": "[parameters('admin')]",
            "linuxConfiguration": "[variables('keysOnly')]",
        },
        "networkProfile": card("lake", "boats", group="remote", pool=("quay", "moored"), nat_pool=("quay", "logins")),
    }
    made = scale_set(
        name,
        "Standard_D2s_v3",
        "[parameters('count')]",
        profile,
        api="2020-06-01",
        overprovision=True,
        upgradePolicy={"mode": "Manual"},
    )
    return template(
        network("lake", "boats"),
        group("remote", "22", source="*"),
        balancer("quay", "moored", nat_pool=("logins", 22)),
        made,
        parameters={
            "fleet": {"type": "string", "defaultValue": "ferry", "maxLength": 61},
            "count": {"type": "int", "defaultValue": 3, "maxValue": 100},
            "admin": {"type": "string", "defaultValue": "skipper"},
            "key": {"type": "securestring", "defaultValue": SSH_KEY},
        },
        variables={
            "image": BIONIC,
            "keysOnly": {
                "disablePasswordAuthentication": True,
                "ssh": {
                    "publicKeys": [
                        {
                            "path": "[concat('/home/', parameters('admin'), '/.ssh/authorized_keys')]",
                            "keyData": "[parameters('key')]",
                        }
                    ]
                },
            },
        },
    )


def _old_windows() -> dict[str, Any]:
    profile = {
        "storageProfile": storage(OLD_SERVER, "Standard_LRS"),
        "osProfile": windows("keeper", "orchard", enableAutomaticUpdates=False),
        "networkProfile": card("grove", "rows", pool=("gate", "trees"), nat_pool=("gate", "desktops")),
        "extensionProfile": {
            "extensions": [
                extension(
                    "desired",
                    "Microsoft.Powershell",
                    "DSC",
                    "2.83",
                    settings={"configuration": {"url": "https://example.org/site.zip", "function": "Site"}},
                )
            ]
        },
    }
    return template(
        network("grove", "rows"),
        balancer("gate", "trees", nat_pool=("desktops", 3389)),
        scale_set("orchard-win", "Standard_D2_v3", 4, profile, upgradePolicy={"mode": "Automatic"}),
        parameters={**SECURE, "windowsVersion": {"type": "string", "defaultValue": "2012-R2-Datacenter"}},
    )


def _good_windows() -> dict[str, Any]:
    probe = ref("loadBalancers/probes", "locks", "web")
    profile = {
        "storageProfile": storage(WINDOWS_2022, "Premium_LRS"),
        "osProfile": windows("harbourer", "dock", enableAutomaticUpdates=False),
        "securityProfile": TRUSTED,
        "networkProfile": {
            **card("canal", "barges", group="canal-rules", pool=("locks", "afloat")),
            "healthProbe": probe,
        },
        "extensionProfile": {"extensions": [monitor("Windows")]},
    }
    rolling = {"maxBatchInstancePercent": 20, "maxUnhealthyInstancePercent": 25, "pauseTimeBetweenBatches": "PT2M"}
    made = scale_set(
        "dock-win",
        "Standard_D4s_v5",
        6,
        profile,
        zones=["1", "2", "3"],
        orchestrationMode="Uniform",
        singlePlacementGroup=False,
        upgradePolicy={
            "mode": "Rolling",
            "rollingUpgradePolicy": rolling,
            "automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True},
        },
        automaticRepairsPolicy={"enabled": True, "gracePeriod": "PT20M"},
    )
    return template(
        network("canal", "barges"), group("canal-rules", "443"), balancer("locks", "afloat"), made, parameters=SECURE
    )


def plain(name: str, *, profile: dict[str, Any] | None = None, top: Any = None, **properties: Any) -> dict[str, Any]:
    """A template of one Uniform set of Linux machines on a guarded subnet, with trusted launch and the monitor."""
    base = {
        "storageProfile": storage(NOBLE),
        "osProfile": linux("warden", name),
        "securityProfile": TRUSTED,
        "networkProfile": card("fields", "barley"),
        "extensionProfile": {"extensions": [monitor()]},
    }
    said = {"orchestrationMode": "Uniform", "upgradePolicy": {"mode": "Manual"}, **properties}
    merged = {key: value for key, value in {**base, **(profile or {})}.items() if value is not None}
    made = scale_set(name, "Standard_D2s_v5", 2, merged, zones=["1", "2"], **said)
    return template(network("fields", "barley", group="fences"), group("fences", "443"), {**made, **(top or {})})


def _with_pool() -> dict[str, Any]:
    made = plain("sorghum", profile={"storageProfile": storage(JAMMY)})
    pool = {
        "type": "Microsoft.StandbyPool/standbyVirtualMachinePools",
        "apiVersion": "2025-03-01",
        "name": "warm",
        "location": "[resourceGroup().location]",
        "properties": {
            "elasticityProfile": {"maxReadyCapacity": 10, "minReadyCapacity": 2},
            "virtualMachineState": "Running",
            "attachedVirtualMachineScaleSetId": rid("Microsoft.Compute/virtualMachineScaleSets", "sorghum"),
        },
    }
    return {**made, "resources": [*made["resources"], pool]}


PLAIN = "121 124 125"
"""What :func:`plain` leaves out: repairs, Flexible, a health signal. Azure does not upgrade its image by itself."""

SITUATIONS = (
    Situation(
        name="nat-pool-quickstart",
        title="A Linux set behind a NAT pool, with its image and its keys in variables, port 22 open to everyone",
        seen=f"{QUICKSTART}vmss-linux-nat-zones",
        content=_nat_pool(),
        faults=(f"SS017 ferry {NAT}", "SS164 ferry *", "SS160 remote *"),
        practice={"ferry": "102 103 121 122 124 125 129"},
        framework="arm",
    ),
    Situation(
        name="old-windows-password",
        title="Windows Server 2012 R2 with a DSC extension, updates off, no security group",
        seen=f"{QUICKSTART}vmss-windows-webapp-dsc-autoscale",
        content=_old_windows(),
        faults=(
            f"SS017 orchard-win {NAT}",
            "SS164 orchard-win *",
            "SS162 orchard-win virtualMachineProfile.osProfile.windowsConfiguration",
        ),
        practice={"orchard-win": "102 103 107 121 122 124 125 126 129"},
        framework="arm",
    ),
    Situation(
        name="good-uniform-windows",
        title="Rolling and automatic OS upgrades on a probe: nothing is wrong",
        seen=f"{SPECS}VirtualMachineScaleSet_Create_WithAutomaticRepairs.json",
        content=_good_windows(),
        practice={"dock-win": "124"},
        framework="arm",
    ),
    Situation(
        name="rolling-without-health",
        title="Rolling upgrades, and nothing tells the health",
        seen=f"{LEARN}virtual-machine-scale-sets-configure-rolling-upgrades",
        content=plain("barley", upgradePolicy={"mode": "Rolling", "rollingUpgradePolicy": {"maxSurge": False}}),
        faults=("SS026 barley upgradePolicy.mode",),
        practice={"barley": PLAIN},
        framework="arm",
    ),
    Situation(
        name="uniform-three-domains-in-zones",
        title="Three fault domains in two zones",
        seen=f"{LEARN}virtual-machine-scale-sets-manage-fault-domains",
        content=plain("rye", platformFaultDomainCount=3),
        faults=("SS006 rye platformFaultDomainCount",),
        practice={"rye": PLAIN},
        framework="arm",
    ),
    Situation(
        name="public-address-each",
        title="A public address for each instance, with a SKU",
        seen=f"{LEARN}virtual-machine-scale-sets-networking",
        content=plain(
            "oats",
            profile={
                "networkProfile": card(
                    "fields",
                    "barley",
                    publicIPAddressConfiguration={
                        "name": "outer",
                        "sku": {"name": "Standard"},
                        "properties": {"idleTimeoutInMinutes": 10},
                    },
                )
            },
        ),
        faults=(
            f"SS106 oats {NIC}.ipConfigurations[0].publicIPAddressConfiguration",
            f"SS021 oats {NIC}.ipConfigurations[0].publicIPAddressConfiguration.sku",
        ),
        practice={"oats": PLAIN},
        framework="arm",
    ),
    Situation(
        name="secret-in-custom-data",
        title="A boot script with a password in it, and password login beside the keys",
        seen="https://learn.microsoft.com/azure/virtual-machines/custom-data",
        content=plain(
            "hops",
            profile={
                "osProfile": {
                    **linux("warden", "hops", disablePasswordAuthentication=False),
                    "customData": SCRIPT,
                }
            },
        ),
        faults=(
            "SS104 hops virtualMachineProfile.osProfile.customData",
            "SS101 hops virtualMachineProfile.osProfile.linuxConfiguration.disablePasswordAuthentication",
        ),
        practice={"hops": PLAIN},
        framework="arm",
    ),
    Situation(
        name="reserved-and-near",
        title="Reserved capacity together with a proximity placement group, in Uniform's one placement group",
        seen="https://learn.microsoft.com/azure/virtual-machines/capacity-reservation-overview",
        content=plain(
            "teff",
            profile={
                "capacityReservation": {
                    "capacityReservationGroup": {
                        "id": "[resourceId('Microsoft.Compute/capacityReservationGroups', 'silo')]"
                    }
                }
            },
            platformFaultDomainCount=1,
            proximityPlacementGroup={"id": "[resourceId('Microsoft.Compute/proximityPlacementGroups', 'near')]"},
            top={"zones": ["2"]},
        ),
        faults=(
            "SS013 teff proximityPlacementGroup.id",
            "SS007 teff singlePlacementGroup",
        ),
        practice={"teff": f"{PLAIN} 122"},
        framework="arm",
    ),
    Situation(
        name="standby-pool-for-uniform",
        title="A standby pool for a Uniform set",
        seen=f"{LEARN}standby-pools-overview",
        content=_with_pool(),
        faults=("SS070 warm *",),
        practice={"sorghum": f"{PLAIN} 126"},
        framework="arm",
    ),
)
