"""ARM templates of Uniform sets: their images and extensions."""

from typing import Any

from corpus.arm_parts import (
    LEARN,
    SPECS,
    extension,
    health,
    monitor,
    storage,
)
from corpus.arm_uniform import PLAIN, plain
from corpus.situation import Situation

WORKSPACE = {"workspaceId": "0d9a6f1e-3c55-4f0b-9f7e-1d2c3b4a5968"}


def _with(*extensions: Any) -> dict[str, Any]:
    return {"extensionProfile": {"extensions": [monitor(), *extensions]}}


SITUATIONS = (
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
)
