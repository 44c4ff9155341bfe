"""The examples of machines that are about patching, access, networks and care."""

from __future__ import annotations

from support.published.situation import (
    ENCRYPTION,
    LINUX_IMAGE,
    MACHINE,
    SUBNET,
    WINDOWS_IMAGE,
    Body,
    Situation,
    changed,
    on_linux,
)

_P = "properties"
_IMAGE = f"{_P}.storageProfile.imageReference"
_DISK = f"{_P}.storageProfile.osDisk"
_WINDOWS = f"{_P}.osProfile.windowsConfiguration"
_LINUX = f"{_P}.osProfile.linuxConfiguration"
_SIZE = f"{_P}.hardwareProfile.vmSize"


def _vm(name: str, text: str, changes: Body, version: str = "2026-04-01", refused: str = "") -> Situation:
    return Situation(name, "machine", text, changed(MACHINE, changes), version, refused)


def _linux_patching(name: str, text: str, settings: Body) -> Situation:
    return _vm(name, text, {**on_linux(_P), f"{_LINUX}.patchSettings": settings, f"{_LINUX}.provisionVMAgent": True})


def _windows_patching(name: str, text: str, settings: Body, *, updates: bool = True, refused: str = "") -> Situation:
    config = {"provisionVMAgent": True, "enableAutomaticUpdates": updates, "patchSettings": settings}
    return _vm(name, text, {_WINDOWS: config}, refused=refused)


def _confidential(encryption: str, **more: Body) -> Body:
    return {
        f"{_P}.securityProfile": {
            "securityType": "ConfidentialVM",
            "uefiSettings": {"secureBootEnabled": encryption != "NonPersistedTPM", "vTpmEnabled": True},
        },
        f"{_DISK}.managedDisk": {
            "storageAccountType": "StandardSSD_LRS",
            "securityProfile": {"securityEncryptionType": encryption, **more},
        },
        _SIZE: "Standard_DC4as_v5",
    }


_PATCHING = (
    _linux_patching(
        "Create_LinuxVmWithAutomaticByPlatformSettings",
        "the platform patches, and reboots if it must",
        {
            "patchMode": "AutomaticByPlatform",
            "assessmentMode": "AutomaticByPlatform",
            "automaticByPlatformSettings": {
                "rebootSetting": "IfRequired",
                "bypassPlatformSafetyChecksOnUserSchedule": True,
            },
        },
    ),
    _linux_patching(
        "Create_LinuxVmWithPatchSettingAssessmentModeOfImageDefault",
        "the image assesses",
        {"assessmentMode": "ImageDefault"},
    ),
    _linux_patching(
        "Create_LinuxVmWithPatchSettingModeOfImageDefault", "the image patches", {"patchMode": "ImageDefault"}
    ),
    _linux_patching(
        "Create_LinuxVmWithPatchSettingModesOfAutomaticByPlatform",
        "the platform assesses and patches",
        {"patchMode": "AutomaticByPlatform", "assessmentMode": "AutomaticByPlatform"},
    ),
    _windows_patching(
        "Create_WindowsVmWithAutomaticByPlatformSettings",
        "the platform patches, and never reboots",
        {
            "patchMode": "AutomaticByPlatform",
            "assessmentMode": "AutomaticByPlatform",
            "automaticByPlatformSettings": {
                "rebootSetting": "Never",
                "bypassPlatformSafetyChecksOnUserSchedule": False,
            },
        },
    ),
    _windows_patching(
        "Create_WindowsVmWithPatchSettingAssessmentModeOfImageDefault",
        "the image assesses",
        {"assessmentMode": "ImageDefault"},
    ),
    _windows_patching(
        "Create_WindowsVmWithPatchSettingModeOfAutomaticByOS", "Windows patches", {"patchMode": "AutomaticByOS"}
    ),
    _windows_patching(
        "Create_WindowsVmWithPatchSettingModeOfAutomaticByPlatformAndEnableHotPatchingTrue",
        "hotpatching of an image that does not take it",
        {"patchMode": "AutomaticByPlatform", "enableHotpatching": True},
        refused="the image is none of the hotpatchable ones (Automatic Guest Patching, supported Windows images)",
    ),
    _windows_patching(
        "Create_WindowsVmWithPatchSettingModeOfManual",
        "nobody patches, with Windows' own updates on",
        {"patchMode": "Manual"},
        refused="Manual needs enableAutomaticUpdates to be false (REST reference of PatchSettings)",
    ),
    _windows_patching(
        "Create_WindowsVmWithPatchSettingModesOfAutomaticByPlatform",
        "the platform assesses and patches",
        {"patchMode": "AutomaticByPlatform", "assessmentMode": "AutomaticByPlatform"},
    ),
)

_ACCESS = (
    _vm("Create_WithPasswordAuthentication", "a password", {_IMAGE: WINDOWS_IMAGE}),
    _vm("Create_WithSshAuthentication", "SSH keys only", on_linux(_P)),
    _vm(
        "Create_WithUefiSettings",
        "trusted launch",
        {
            f"{_P}.securityProfile": {
                "securityType": "TrustedLaunch",
                "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True},
            }
        },
    ),
    _vm(
        "Create_WithSecurityTypeConfidentialVM",
        "a confidential machine, keys of the platform",
        _confidential("DiskWithVMGuestState"),
    ),
    _vm(
        "Create_WithSecurityTypeConfidentialVMWithCustomerManagedKeys",
        "a confidential machine, keys of one's own",
        _confidential("DiskWithVMGuestState", diskEncryptionSet={"id": ENCRYPTION}),
    ),
    _vm(
        "Create_WithSecurityTypeConfidentialVMWithNonPersistedTPM",
        "a confidential machine whose TPM does not last",
        {**_confidential("NonPersistedTPM"), **on_linux(_P)},
    ),
    _vm(
        "Create_WithProxyAgentSettings",
        "the metadata service behind a proxy agent",
        {
            **on_linux(_P),
            f"{_P}.securityProfile": {
                "proxyAgentSettings": {
                    "enabled": True,
                    "addProxyAgentExtension": True,
                    "imds": {"mode": "Audit"},
                    "wireServer": {"mode": "Enforce"},
                }
            },
        },
        "2026-03-01",
    ),
    _vm(
        "Create_WithFips1403Enabled",
        "FIPS 140-3",
        {**on_linux(_P), f"{_P}.additionalCapabilities": {"enableFips1403Encryption": True}},
        "2025-04-01",
    ),
)

_NETWORKS = tuple(
    _vm(
        name,
        text,
        {
            f"{_P}.networkProfile": {
                "networkApiVersion": "2022-11-01",
                "networkInterfaceConfigurations": [
                    {
                        "name": "front",
                        "properties": {
                            "primary": True,
                            "deleteOption": "Delete",
                            "ipConfigurations": [
                                {
                                    "name": "ip",
                                    "properties": {
                                        "primary": True,
                                        "subnet": {"id": SUBNET},
                                        "publicIPAddressConfiguration": {
                                            "name": "address",
                                            "sku": {"name": "Standard", "tier": "Regional"},
                                            "properties": {
                                                "deleteOption": "Detach",
                                                "publicIPAllocationMethod": "Static",
                                                **more,
                                            },
                                        },
                                    },
                                }
                            ],
                        },
                    }
                ],
            }
        },
    )
    for name, text, more in (
        ("Create_WithNetworkInterfaceConfiguration", "an interface and an address that the machine makes", {}),
        (
            "Create_WithNetworkInterfaceConfigurationDnsSettings",
            "the same with a name",
            {"dnsSettings": {"domainNameLabel": "till", "domainNameLabelScope": "TenantReuse"}},
        ),
    )
)

_CARE = (
    _vm(
        "Create_WithBootDiagnostics",
        "boot diagnostics on an account",
        {
            f"{_P}.diagnosticsProfile": {
                "bootDiagnostics": {"enabled": True, "storageUri": "https://a.blob.core.windows.net"}
            }
        },
    ),
    _vm(
        "Create_WithManagedBootDiagnostics",
        "boot diagnostics without an account",
        {f"{_P}.diagnosticsProfile": {"bootDiagnostics": {"enabled": True}}},
    ),
    _vm(
        "Create_WithExtensionsTimeBudget", "extensions that have half an hour", {f"{_P}.extensionsTimeBudget": "PT30M"}
    ),
    _vm(
        "Create_WithHibernationEnabled",
        "a machine that can hibernate",
        {f"{_P}.additionalCapabilities": {"hibernationEnabled": True}},
    ),
    _vm(
        "Create_WithScheduledEventsProfile",
        "notices before the end and before a new image, events that are approved by themselves",
        {
            f"{_P}.scheduledEventsProfile": {
                "terminateNotificationProfile": {"enable": True, "notBeforeTimeout": "PT5M"},
                "osImageNotificationProfile": {"enable": True, "notBeforeTimeout": "PT15M"},
            },
            f"{_P}.scheduledEventsPolicy": {
                "allInstancesDown": {"automaticallyApprove": True},
                "userInitiatedReboot": {"automaticallyApprove": True},
                "userInitiatedRedeploy": {"automaticallyApprove": True},
            },
        },
        "2025-04-01",
    ),
    _vm("Create_WithUserData", "user data", {f"{_P}.userData": "b3Blbg=="}),
    _vm(
        "Create_WithVMSizeProperties",
        "fewer threads than the size has",
        {f"{_P}.hardwareProfile.vmSizeProperties": {"vCPUsAvailable": 1, "vCPUsPerCore": 1}},
    ),
    _vm(
        "Create_WithDeterministicProcessorMode",
        "processors whose clock is steady",
        {
            f"{_P}.hardwareProfile.processorMode": "Deterministic",
            _SIZE: "Standard_E2pds_v8",
            _IMAGE: LINUX_IMAGE,
            **on_linux(_P),
        },
    ),
    _vm(
        "Create_WithOpportunisticProcessorMode",
        "processors whose clock rises when it can",
        {f"{_P}.hardwareProfile.processorMode": "Opportunistic", _SIZE: "Standard_E2pds_v8", **on_linux(_P)},
    ),
)


MACHINES_KEPT: tuple[Situation, ...] = (*_PATCHING, *_ACCESS, *_NETWORKS, *_CARE)
