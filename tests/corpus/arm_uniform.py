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
    health,
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
WORKSPACE = {"workspaceId": "0d9a6f1e-3c55-4f0b-9f7e-1d2c3b4a5968"}
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


def _with(*extensions: Any) -> dict[str, Any]:
    return {"extensionProfile": {"extensions": [monitor(), *extensions]}}


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
"""What :func:`plain` leaves out: repairs, Flexible, a health signal. Its image is none that Azure upgrades by itself."""

SITUATIONS = (
    Situation(
        name="nat-pool-quickstart",
        title="A Linux set behind a NAT pool, with its image and its keys in variables, port 22 open to everyone",
        seen=f"{QUICKSTART}vmss-linux-nat-zones",
        content=_nat_pool(),
        faults=(f"SS017 ferry {NAT}", "image-out-of-support ferry *", "open-management-ports remote *"),
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
            "image-out-of-support orchard-win *",
            "windows-automatic-updates orchard-win virtualMachineProfile.osProfile.windowsConfiguration",
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
        name="settings-with-a-signature",
        title="A script's download link with a shared access signature in the public settings; another one hides it",
        seen="https://azure.github.io/PSRule.Rules.Azure/en/rules/Azure.VMSS.ScriptExtensions/",
        content=plain(
            "maize",
            profile=_with(
                extension(
                    "install",
                    "Microsoft.Azure.Extensions",
                    "CustomScript",
                    "2.1",
                    settings={
                        "commandToExecute": "curl 'https://example.blob.core.windows.net/k/i.sh?sv=2024-11-04"
                        "&sig=Zk1vbmRheW9yVHVlc2RheTEyMzQ1Njc4OTA%3D' | sh"
                    },
                ),
                extension(
                    "login",
                    "Microsoft.Azure.ActiveDirectory",
                    "AADSSHLoginForLinux",
                    "1.0",
                    protectedSettings={"token": "Heron-2288-grey"},
                ),
            ),
        ),
        faults=("SS105 maize virtualMachineProfile.extensionProfile.extensions[1].settings.commandToExecute",),
        practice={"maize": PLAIN},
        framework="arm",
    ),
    Situation(
        name="oms-agent",
        title="The Log Analytics agent, instead of the Azure Monitor Agent",
        seen="https://azure.github.io/PSRule.Rules.Azure/en/rules/Azure.VMSS.MigrateAMA/",
        content=plain(
            "flax",
            profile={
                "extensionProfile": {
                    "extensions": [
                        extension(
                            "oms",
                            "Microsoft.EnterpriseCloud.Monitoring",
                            "OmsAgentForLinux",
                            "1.14",
                            settings=WORKSPACE,
                        )
                    ]
                }
            },
        ),
        faults=("SS128 flax virtualMachineProfile.extensionProfile.extensions[0].type",),
        practice={"flax": f"{PLAIN} 129"},
        framework="arm",
    ),
    Situation(
        name="managed-image-upgrades",
        title="Automatic OS upgrades of a managed image",
        seen=f"{LEARN}virtual-machine-scale-sets-automatic-upgrade",
        content=plain(
            "millet",
            profile={
                **_with(health()),
                "storageProfile": storage(
                    {"id": "[resourceId('Microsoft.Compute/images', 'golden-millet')]"}, osType="Linux"
                ),
            },
            upgradePolicy={"mode": "Manual", "automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True}},
        ),
        faults=("SS094 millet virtualMachineProfile.storageProfile.imageReference",),
        practice={"millet": "121 124"},
        framework="arm",
    ),
    Situation(
        name="gallery-image-upgrades",
        title="Automatic OS upgrades of a gallery's newest image, with a health extension and repairs",
        seen=f"{SPECS}VirtualMachineScaleSet_Create_FromASharedGalleryImage.json",
        content=plain(
            "wheat",
            profile={
                **_with(health(9000)),
                "storageProfile": storage(
                    {"id": "[resourceId('Microsoft.Compute/galleries/images', 'granary', 'wheat')]"},
                    "Premium_LRS",
                    osType="Linux",
                ),
            },
            upgradePolicy={"mode": "Automatic", "automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True}},
            automaticRepairsPolicy={"enabled": True, "gracePeriod": "PT30M", "repairAction": "Reimage"},
        ),
        practice={"wheat": "124"},
        framework="arm",
    ),
    Situation(
        name="marketplace-image",
        title="An image of the marketplace with its plan, updated by hand",
        seen=f"{SPECS}VirtualMachineScaleSet_Create_WithMarketplaceImagePlan.json",
        content=plain(
            "spelt",
            profile={
                "storageProfile": storage(
                    {"publisher": "example-vendor", "offer": "appliance", "sku": "byol", "version": "3.1.0"}
                )
            },
            top={"plan": {"publisher": "example-vendor", "product": "appliance", "name": "byol"}},
        ),
        practice={"spelt": PLAIN},
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
