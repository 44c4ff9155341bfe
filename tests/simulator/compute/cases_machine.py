"""Rule cases: extensions, operating systems, disks and security."""

from __future__ import annotations

from simulator.compute.bodies import HEALTH, IMAGE, SCRIPT, windows_profile
from simulator.compute.cases import (
    EXTENSIONS,
    FLEX,
    HEALTH_PROPERTIES,
    MANAGED,
    ULTRA,
    UNIFORM,
    Case,
    disk,
    health,
)

CASES: list[Case] = [
    Case(
        "health-path",
        FLEX,
        {EXTENSIONS: health(protocol="http", requestPath="/h")},
        {EXTENSIONS: health(protocol="http")},
        "virtualMachineProfile.extensionProfile.extensions[0].properties.settings.requestPath",
    ),
    Case(
        "health-tcp",
        UNIFORM,
        {EXTENSIONS: health(protocol="tcp", port=80)},
        {EXTENSIONS: health(protocol="tcp", port=80, requestPath="/")},
        "virtualMachineProfile.extensionProfile.extensions[0].properties.settings.requestPath",
    ),
    *(
        Case(
            f"health-{member}",
            FLEX,
            {EXTENSIONS: health(protocol="tcp", port=80, **{member: most})},
            {EXTENSIONS: health(protocol="tcp", port=80, **{member: most + 1})},
            f"virtualMachineProfile.extensionProfile.extensions[0].properties.settings.{member}",
        )
        for member, most in (("intervalInSeconds", 60), ("numberOfProbes", 24), ("gracePeriod", 14400))
    ),
    Case(
        "extension-names",
        UNIFORM,
        {EXTENSIONS: [SCRIPT, HEALTH]},
        {EXTENSIONS: [SCRIPT, {**HEALTH, "name": "hello"}]},
        "virtualMachineProfile.extensionProfile.extensions",
    ),
    Case(
        "extension-handlers",
        FLEX,
        {EXTENSIONS: [SCRIPT]},
        {EXTENSIONS: [SCRIPT, {**SCRIPT, "name": "again"}]},
        "virtualMachineProfile.extensionProfile.extensions",
        "OnlyOneExtensionPerHandlerIsAllowed",
    ),
    Case(
        "extension-order",
        FLEX,
        {
            EXTENSIONS: [
                SCRIPT,
                {**HEALTH, "properties": {**HEALTH_PROPERTIES, "provisionAfterExtensions": ["hello"]}},
            ]
        },
        {EXTENSIONS: [{**HEALTH, "properties": {**HEALTH_PROPERTIES, "provisionAfterExtensions": ["hello"]}}]},
        "virtualMachineProfile.extensionProfile.extensions",
    ),
    Case(
        "extension-budget",
        FLEX,
        {"vmp.extensionProfile.extensionsTimeBudget": "PT2H"},
        {"vmp.extensionProfile.extensionsTimeBudget": "PT3H"},
        "virtualMachineProfile.extensionProfile.extensionsTimeBudget",
    ),
    Case(
        "extension-operations",
        FLEX,
        {"vmp.osProfile.allowExtensionOperations": False},
        {"vmp.osProfile.allowExtensionOperations": False, EXTENSIONS: [SCRIPT]},
        "virtualMachineProfile.osProfile.allowExtensionOperations",
        "OperationNotAllowed",
    ),
    Case(
        "prefix-linux",
        FLEX,
        {"vmp.osProfile.computerNamePrefix": "a" * 58},
        {"vmp.osProfile.computerNamePrefix": "a" * 59},
        "virtualMachineProfile.osProfile.computerNamePrefix",
    ),
    Case(
        "prefix-windows",
        UNIFORM,
        {"vmp.osProfile": windows_profile("a" * 9)},
        {"vmp.osProfile": windows_profile("a" * 10)},
        "virtualMachineProfile.osProfile.computerNamePrefix",
    ),
    Case("user", FLEX, {}, {"vmp.osProfile.adminUsername": "root"}, "virtualMachineProfile.osProfile.adminUsername"),
    Case(
        "keys",
        FLEX,
        {},
        {"vmp.osProfile.linuxConfiguration.ssh": ...},
        "virtualMachineProfile.osProfile.linuxConfiguration.ssh.publicKeys",
    ),
    Case(
        "password-weak",
        UNIFORM,
        {"vmp.osProfile": windows_profile()},
        {"vmp.osProfile": {**windows_profile(), "adminPassword": "simple"}},
        "virtualMachineProfile.osProfile.adminPassword",
    ),
    Case(
        "password-disabled",
        FLEX,
        {},
        {"vmp.osProfile.adminPassword": "Complex-Enough-1"},
        "virtualMachineProfile.osProfile.adminPassword",
    ),
    Case(
        "key-path",
        FLEX,
        {},
        {"vmp.osProfile.linuxConfiguration.ssh.publicKeys.0.path": "/tmp/keys"},
        "virtualMachineProfile.osProfile.linuxConfiguration.ssh.publicKeys[0].path",
    ),
    Case(
        "custom-data",
        FLEX,
        {"vmp.osProfile.customData": "aGVsbG8="},
        {"vmp.osProfile.customData": "hello!"},
        "virtualMachineProfile.osProfile.customData",
    ),
    Case(
        "patch-mode-uniform",
        UNIFORM,
        {"vmp.osProfile.linuxConfiguration.patchSettings": {"patchMode": "ImageDefault"}},
        {"vmp.osProfile.linuxConfiguration.patchSettings": {"patchMode": "AutomaticByPlatform"}},
        "virtualMachineProfile.osProfile.linuxConfiguration.patchSettings.patchMode",
    ),
    Case(
        "patch-mode-agent",
        FLEX,
        {
            "vmp.osProfile.linuxConfiguration.patchSettings": {"patchMode": "AutomaticByPlatform"},
            EXTENSIONS: [HEALTH],
        },
        {
            "vmp.osProfile.linuxConfiguration.patchSettings": {"patchMode": "AutomaticByPlatform"},
            "vmp.osProfile.linuxConfiguration.provisionVMAgent": False,
        },
        "virtualMachineProfile.osProfile.linuxConfiguration.patchSettings.patchMode",
    ),
    Case(
        "image",
        UNIFORM,
        {"vmp.storageProfile.imageReference": {"communityGalleryImageId": "/c"}},
        {"vmp.storageProfile.imageReference": {**IMAGE, "id": MANAGED["id"]}},
        "virtualMachineProfile.storageProfile.imageReference",
    ),
    Case(
        "image-whole",
        FLEX,
        {},
        {"vmp.storageProfile.imageReference.sku": ...},
        "virtualMachineProfile.storageProfile.imageReference",
    ),
    Case(
        "ephemeral-caching",
        FLEX,
        {
            "sku.name": "Standard_D2ds_v5",
            "vmp.storageProfile.osDisk": {
                "createOption": "FromImage",
                "caching": "ReadOnly",
                "diffDiskSettings": {"option": "Local"},
            },
        },
        {
            "sku.name": "Standard_D2ds_v5",
            "vmp.storageProfile.osDisk": {
                "createOption": "FromImage",
                "caching": "ReadWrite",
                "diffDiskSettings": {"option": "Local"},
            },
        },
        "virtualMachineProfile.storageProfile.osDisk.caching",
    ),
    Case(
        "luns",
        FLEX,
        {"vmp.storageProfile.dataDisks": [disk(), disk(lun=1)]},
        {"vmp.storageProfile.dataDisks": [disk(), disk()]},
        "virtualMachineProfile.storageProfile.dataDisks",
    ),
    Case(
        "disk-size",
        UNIFORM,
        {"vmp.storageProfile.dataDisks": [disk()]},
        {"vmp.storageProfile.dataDisks": [{"lun": 0, "createOption": "Empty"}]},
        "virtualMachineProfile.storageProfile.dataDisks[0].diskSizeGB",
    ),
    Case(
        "ultra",
        FLEX,
        {"vmp.storageProfile.dataDisks": ULTRA, "p.additionalCapabilities": {"ultraSSDEnabled": True}},
        {"vmp.storageProfile.dataDisks": ULTRA},
        "virtualMachineProfile.storageProfile.dataDisks[0].managedDisk.storageAccountType",
    ),
    Case(
        "iops",
        FLEX,
        {
            "vmp.storageProfile.dataDisks": [
                disk(managedDisk={"storageAccountType": "PremiumV2_LRS"}, diskIOPSReadWrite=3000)
            ]
        },
        {
            "vmp.storageProfile.dataDisks": [
                disk(managedDisk={"storageAccountType": "Premium_LRS"}, diskIOPSReadWrite=3000)
            ]
        },
        "virtualMachineProfile.storageProfile.dataDisks[0]",
    ),
    Case(
        "uefi",
        FLEX,
        {"vmp.securityProfile": {"securityType": "TrustedLaunch", "uefiSettings": {"vTpmEnabled": True}}},
        {"vmp.securityProfile": {"uefiSettings": {"vTpmEnabled": True}}},
        "virtualMachineProfile.securityProfile.uefiSettings",
    ),
    Case(
        "confidential",
        FLEX,
        {
            "vmp.securityProfile": {"securityType": "ConfidentialVM", "uefiSettings": {"vTpmEnabled": True}},
            "vmp.storageProfile.osDisk.managedDisk": {
                "securityProfile": {"securityEncryptionType": "VMGuestStateOnly"}
            },
        },
        {"vmp.securityProfile": {"securityType": "ConfidentialVM", "uefiSettings": {"vTpmEnabled": True}}},
        "virtualMachineProfile.storageProfile.osDisk.managedDisk.securityProfile.securityEncryptionType",
    ),
]
