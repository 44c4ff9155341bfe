"""ARM templates of Flexible sets: disks, keys and how machines boot."""

from corpus.arm_flexible import PLAIN, plain
from corpus.arm_parts import (
    NOBLE,
    SPECS,
    TRUSTED,
    storage,
)
from corpus.situation import Situation

DISK = "virtualMachineProfile.storageProfile.osDisk"

SITUATIONS = (
    Situation(
        name="ephemeral-spot",
        title="Ephemeral OS disks of Spot machines with eviction policy Deallocate, cached for writing",
        seen="https://learn.microsoft.com/azure/virtual-machines/ephemeral-os-disks",
        content=plain(
            "chalk",
            size="Standard_D4ds_v5",
            profile={
                "priority": "Spot",
                "storageProfile": storage(
                    NOBLE, "Standard_LRS", diffDiskSettings={"option": "Local", "placement": "ResourceDisk"}
                ),
            },
        ),
        faults=("SS086 chalk virtualMachineProfile.evictionPolicy", f"SS138 chalk {DISK}.caching"),
        practice={"chalk": PLAIN},
        framework="arm",
    ),
    Situation(
        name="secure-boot-off",
        title="Trusted launch without secure boot",
        seen="https://learn.microsoft.com/azure/virtual-machines/trusted-launch",
        content=plain(
            "clay",
            profile={"securityProfile": {**TRUSTED, "uefiSettings": {"secureBootEnabled": False, "vTpmEnabled": True}}},
        ),
        faults=("SS161 clay virtualMachineProfile.securityProfile.uefiSettings.secureBootEnabled",),
        practice={"clay": PLAIN},
        framework="arm",
    ),
    Situation(
        name="confidential-without-vtpm",
        title="Confidential machines without a virtual TPM",
        seen=f"{SPECS}VirtualMachineScaleSet_Create_WithDiskEncryptionSetInVMConfidentialMode.json",
        content=plain(
            "marl",
            size="Standard_DC2as_v5",
            profile={
                "securityProfile": {
                    "encryptionAtHost": True,
                    "securityType": "ConfidentialVM",
                    "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": False},
                },
                "storageProfile": storage(
                    {**NOBLE, "sku": "cvm"},
                    "Premium_LRS",
                    managedDisk={
                        "storageAccountType": "Premium_LRS",
                        "securityProfile": {"securityEncryptionType": "VMGuestStateOnly"},
                    },
                ),
            },
        ),
        faults=("SS085 marl virtualMachineProfile.securityProfile.uefiSettings.vTpmEnabled",),
        practice={"marl": PLAIN},
        framework="arm",
    ),
    Situation(
        name="own-keys-on-premium",
        title="Premium disks with customer-managed keys, on a size without premium storage",
        seen=f"{SPECS}VirtualMachineScaleSet_Create_WithDiskEncryptionSetResource.json",
        content=plain(
            "basalt",
            size="Standard_D2_v5",
            profile={
                "storageProfile": storage(
                    NOBLE,
                    managedDisk={
                        "storageAccountType": "Premium_LRS",
                        "diskEncryptionSet": {"id": "[resourceId('Microsoft.Compute/diskEncryptionSets', 'keys')]"},
                    },
                )
            },
        ),
        faults=(f"SS099 basalt {DISK}.managedDisk.storageAccountType",),
        practice={"basalt": PLAIN},
        framework="arm",
    ),
    Situation(
        name="data-disks",
        title="An ultra disk that the set does not allow, and a disk of 40,000 GB",
        seen="https://learn.microsoft.com/azure/virtual-machines/disks-types",
        content=plain(
            "flint",
            profile={
                "storageProfile": {
                    **storage(NOBLE),
                    "dataDisks": [
                        {
                            "lun": 0,
                            "createOption": "Empty",
                            "diskSizeGB": 512,
                            "caching": "None",
                            "managedDisk": {"storageAccountType": "UltraSSD_LRS"},
                        },
                        {
                            "lun": 1,
                            "createOption": "Empty",
                            "diskSizeGB": 40000,
                            "managedDisk": {"storageAccountType": "Premium_LRS"},
                        },
                    ],
                }
            },
        ),
        faults=(
            "SS084 flint virtualMachineProfile.storageProfile.dataDisks[0].managedDisk.storageAccountType",
            "SS083 flint virtualMachineProfile.storageProfile.dataDisks[1].diskSizeGB",
        ),
        practice={"flint": PLAIN},
        framework="arm",
    ),
    Situation(
        name="values-that-do-not-exist",
        title="Caching ReadMostly, and disks of the type Premium_SSD",
        seen="https://learn.microsoft.com/azure/templates/microsoft.compute/virtualmachinescalesets",
        content=plain("gneiss", profile={"storageProfile": storage(NOBLE, "Premium_SSD", caching="ReadMostly")}),
        faults=(
            f"SS082 gneiss {DISK}.managedDisk.storageAccountType",
            f"SS153 gneiss {DISK}.caching",
        ),
        practice={"gneiss": PLAIN},
        framework="arm",
    ),
)
