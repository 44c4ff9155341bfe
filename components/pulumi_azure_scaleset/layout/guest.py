"""What the guest's operating system gets, as a virtual machine and a set's profile have it: OS profile, events."""

from collections.abc import Sequence
from typing import Any

from pulumi_azure_scaleset.model import guest as g
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan.resources import Secret, compact, lazy, optional_sub, sub

_COMPONENT, _PASS = "Microsoft-Windows-Shell-Setup", "OobeSystem"
"""The only ones that Azure takes (AdditionalUnattendContent)."""
_NOTICE = "PT15M"
"""The only length of an OS image notification (OSImageNotificationProfile)."""


def operating_system(
    model: ScaleSetModel, names: dict[str, Any], custom_data: Any, *, specialized: bool
) -> dict[str, Any] | None:
    """The OS profile; None for a specialised image, which has everything in it.

    Args:
        model: The set.
        names: ``computerName`` or ``computerNamePrefix``.
        custom_data: Custom data, base64, or None.
        specialized: Whether the image is a specialised one.
    """
    if specialized:
        return None
    configuration = _windows(model) if model.windows else _linux(model)
    return compact(
        {
            **names,
            "adminUsername": model.admin_username,
            "adminPassword": None if model.admin_password is None else Secret(model.admin_password),
            "customData": None if custom_data is None else Secret(custom_data),
            "allowExtensionOperations": model.allow_extension_operations,
            "secrets": _certificates(model.key_vault_certificates),
            "windowsConfiguration" if model.windows else "linuxConfiguration": configuration,
        }
    )


def _certificates(vaults: Sequence[g.VaultCertificates]) -> list[dict[str, Any]] | None:
    return [
        {
            "sourceVault": sub(vault.source_vault_id),
            "vaultCertificates": [
                compact({"certificateUrl": each.certificate_url, "certificateStore": each.certificate_store})
                for each in vault.certificates
            ],
        }
        for vault in vaults
    ] or None


def _linux(model: ScaleSetModel) -> dict[str, Any]:
    keys = model.ssh_public_keys
    return compact(
        {
            "disablePasswordAuthentication": model.admin_password is None,
            "provisionVMAgent": True if model.provision_vm_agent is None else model.provision_vm_agent,
            "enableVMAgentPlatformUpdates": model.enable_vm_agent_platform_updates,
            "ssh": None if keys is None else {"publicKeys": lazy(_ssh_keys, model.admin_username, keys)},
            "patchSettings": _patching(model),
        }
    )


def _ssh_keys(user: str, keys: Sequence[str]) -> list[dict[str, str]]:
    return [{"path": f"/home/{user}/.ssh/authorized_keys", "keyData": key} for key in keys]


def _windows(model: ScaleSetModel) -> dict[str, Any]:
    listeners = [
        compact({"protocol": each.protocol, "certificateUrl": each.certificate_url}) for each in model.win_rm_listeners
    ]
    unattend = [
        {
            "componentName": _COMPONENT,
            "passName": _PASS,
            "settingName": each.setting_name,
            "content": Secret(each.content),
        }
        for each in model.additional_unattend_content
    ]
    return compact(
        {
            "provisionVMAgent": True if model.provision_vm_agent is None else model.provision_vm_agent,
            "enableAutomaticUpdates": _automatic_updates(model),
            "timeZone": model.time_zone,
            "patchSettings": _patching(model),
            "winRM": {"listeners": listeners} if listeners else None,
            "additionalUnattendContent": unattend or None,
        }
    )


def _patching(model: ScaleSetModel) -> dict[str, Any] | None:
    settings = model.patch_settings or g.PatchSettings()
    platform = compact(
        {
            "rebootSetting": settings.reboot_setting,
            "bypassPlatformSafetyChecksOnUserSchedule": settings.bypass_platform_safety_checks_on_user_schedule,
        }
    )
    found = compact(
        {
            "patchMode": model.patch_mode,
            "assessmentMode": settings.assessment_mode,
            "enableHotpatching": settings.enable_hotpatching,
            "automaticByPlatformSettings": platform or None,
        }
    )
    return found or None


def _automatic_updates(model: ScaleSetModel) -> bool | None:
    """What was asked for; the patch mode implies it too, and automatic OS upgrades need it off."""
    if model.enable_automatic_updates is not None:
        return model.enable_automatic_updates
    if model.patch_mode == "Manual":
        return False
    policy = model.upgrade_policy
    if policy is not None and policy.automatic_os_upgrade is not None and policy.automatic_os_upgrade.enabled:
        return False
    return True if model.patch_mode in {"AutomaticByPlatform", "AutomaticByOS"} else None


def events_profile(model: ScaleSetModel) -> dict[str, Any] | None:
    """The notices before a deletion, and before a change of the OS image."""
    notice, image = model.terminate_notification, model.os_image_notification
    found = compact(
        {
            "terminateNotificationProfile": None
            if notice is None
            else {"enable": notice.enabled, "notBeforeTimeout": notice.not_before_timeout},
            "osImageNotificationProfile": None if image is None else {"enable": image, "notBeforeTimeout": _NOTICE},
        }
    )
    return found or None


def events_policy(policy: g.ScheduledEventsPolicy | None) -> dict[str, Any] | None:
    """The scheduled events of what people start."""
    if policy is None:
        return None
    targets = policy.event_grid_and_resource_graph
    return compact(
        {
            "userInitiatedRedeploy": _approved(policy.user_initiated_redeploy),
            "userInitiatedReboot": _approved(policy.user_initiated_reboot),
            "scheduledEventsAdditionalPublishingTargets": None
            if targets is None
            else {"eventGridAndResourceGraph": {"enable": targets}},
        }
    )


def _approved(value: bool | None) -> dict[str, bool] | None:
    return None if value is None else {"automaticallyApprove": value}


def proxy_agent(agent: g.ProxyAgent | None) -> dict[str, Any] | None:
    """The guest proxy agent."""
    if agent is None:
        return None
    return compact(
        {
            "enabled": agent.enabled,
            "keyIncarnationId": agent.key_incarnation_id,
            "wireServer": _endpoint(agent.wire_server),
            "imds": _endpoint(agent.imds),
        }
    )


def _endpoint(endpoint: g.HostEndpoint | None) -> dict[str, Any] | None:
    if endpoint is None:
        return None
    profile = endpoint.in_vm_access_control_profile_id
    return compact({"mode": endpoint.mode, "inVMAccessControlProfileReferenceId": profile})


def security_posture(posture: g.SecurityPosture | None) -> dict[str, Any] | None:
    """The security posture of a profile."""
    if posture is None:
        return None
    excluded = posture.exclude_extensions
    return compact({"id": posture.id, "excludeExtensions": excluded, "isOverridable": posture.is_overridable})


def service_artifact(identity: Any) -> dict[str, Any] | None:
    """The service artifact of a profile."""
    return optional_sub(identity)


def size_properties(properties: g.VmSizeProperties | None) -> dict[str, Any] | None:
    """How many virtual CPUs are used."""
    if properties is None:
        return None
    return compact({"vCPUsAvailable": properties.vcpus_available, "vCPUsPerCore": properties.vcpus_per_core})


def placement(zone: g.AutomaticZone | None) -> dict[str, Any] | None:
    """The zone of a machine, where Azure chooses it."""
    if zone is None:
        return None
    chosen = {"includeZones": zone.include_zones, "excludeZones": zone.exclude_zones}
    return compact({"zonePlacementPolicy": "Any", **chosen})


__all__ = [
    "events_policy",
    "events_profile",
    "operating_system",
    "placement",
    "proxy_agent",
    "security_posture",
    "service_artifact",
    "size_properties",
]
