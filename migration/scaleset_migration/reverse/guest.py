"""The operating system of a profile or of a virtual machine."""

from collections.abc import Mapping
from typing import Any

from scaleset_core.facts.properties import UNKNOWN
from scaleset_migration.reverse.parts import at, given, objects, renamed


def is_windows(profile: Any) -> bool:
    """Whether a profile's operating system is Windows, by its configuration or its disk."""
    disk = at(profile, "storageProfile.osDisk.osType")
    return at(profile, "osProfile.windowsConfiguration") is not None or str(disk).lower() == "windows"


def operating_system(profile: Any) -> dict[str, Any]:
    """The arguments about the operating system; passwords and custom data are not readable in Azure."""
    system = at(profile, "osProfile")
    part = "windowsConfiguration" if is_windows(profile) else "linuxConfiguration"
    configuration = at(system, part)
    found = renamed(system, {"admin_username": "adminUsername", "computer_name_prefix": "computerNamePrefix"})
    found |= given(allow_extension_operations=_unless(at(system, "allowExtensionOperations"), usual=True))
    listed = [each.get("keyData") for each in objects(configuration, "ssh.publicKeys")]
    keys = [each for each in listed if each not in (None, UNKNOWN)]
    found |= given(ssh_public_keys=keys, key_vault_certificates=_certificates(system))
    found |= renamed(
        configuration,
        {
            "patch_mode": "patchSettings.patchMode",
            "enable_vm_agent_platform_updates": "enableVMAgentPlatformUpdates",
            "enable_automatic_updates": "enableAutomaticUpdates",
            "time_zone": "timeZone",
        },
    )
    settings = renamed(
        at(configuration, "patchSettings"),
        {
            "assessment_mode": "assessmentMode",
            "reboot_setting": "automaticByPlatformSettings.rebootSetting",
            "bypass_platform_safety_checks_on_user_schedule": (
                "automaticByPlatformSettings.bypassPlatformSafetyChecksOnUserSchedule"
            ),
            "enable_hotpatching": "enableHotpatching",
        },
    )
    listeners = [
        renamed(each, {"protocol": "protocol", "certificate_url": "certificateUrl"})
        for each in objects(configuration, "winRM.listeners")
    ]
    agent = _unless(at(configuration, "provisionVMAgent"), usual=True)
    return found | given(patch_settings=settings, win_rm_listeners=listeners, provision_vm_agent=agent)


def _unless(value: Any, *, usual: bool) -> Any:
    return None if value is usual else value


def _certificates(system: Any) -> list[dict[str, Any]]:
    found = []
    for vault in objects(system, "secrets"):
        certificates = [
            renamed(each, {"certificate_url": "certificateUrl", "certificate_store": "certificateStore"})
            for each in objects(vault, "vaultCertificates")
        ]
        found.append(given(source_vault_id=at(vault, "sourceVault.id"), certificates=certificates))
    return found


def events(profile: Any) -> dict[str, Any]:
    """The notices before a deletion, and before a change of the OS image."""
    notice = at(profile, "scheduledEventsProfile.terminateNotificationProfile")
    image = at(profile, "scheduledEventsProfile.osImageNotificationProfile.enable")
    told = renamed(notice, {"enabled": "enable", "not_before_timeout": "notBeforeTimeout"})
    usual: Mapping[str, Any] = {"enabled": True, "not_before_timeout": "PT5M"}
    short = {name: value for name, value in told.items() if usual[name] != value}
    return {**({"terminate_notification": short} if told else {}), **given(os_image_notification=image)}
