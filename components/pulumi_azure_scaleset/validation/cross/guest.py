"""Rules between arguments: patches, certificates, remote management, specialised images, the newest placement.

The conditions are those of azure-mgmt-compute 39.0.0: PatchSettings, VaultCertificate, OSProfile, Placement.
"""

from collections.abc import Iterator

from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan import tokens, versions

_PLATFORM = "AutomaticByPlatform"
_SPOT_PLUS, _AUTOMATIC_ZONES = "2026-04-01", "2026-03-01"
"""The versions of Microsoft.Compute from which on they are known."""
_IN_THE_IMAGE = (
    "admin_password",
    "ssh_public_keys",
    "custom_data",
    "computer_name_prefix",
    "patch_mode",
    "patch_settings",
    "provision_vm_agent",
    "enable_vm_agent_platform_updates",
    "allow_extension_operations",
    "key_vault_certificates",
    "enable_automatic_updates",
    "time_zone",
    "win_rm_listeners",
    "additional_unattend_content",
)
"""The arguments of the OS profile, which a specialised image does not have."""


def specialized(model: ScaleSetModel) -> bool:
    """Whether every machine of the set is made from a specialised image."""
    images = [instance.image or model.image for instance in model.instances.values()]
    images += [model.image] if model.has_profile or not images else []
    return all(image is not None and image.specialized for image in images)


def problems(model: ScaleSetModel) -> Iterator[Problem]:
    """Problems of what the guests get."""
    yield from _patching(model)
    yield from _certificates(model)
    yield from _extensions(model)
    yield from _profile_only(model)
    yield from _interfaces(model)
    yield from _newest(model)
    if specialized(model):
        for field in _IN_THE_IMAGE:
            if field in model.model_fields_set and getattr(model, field) not in (None, []):
                yield Problem(
                    field,
                    "a specialised image contains it already, and Azure accepts no OS profile with one: remove it",
                )


def _patching(model: ScaleSetModel) -> Iterator[Problem]:
    settings = model.patch_settings
    if settings is None:
        return
    if settings.enable_hotpatching is not None and not model.windows:
        yield Problem("patch_settings.enable_hotpatching", "it is for Windows: leave it out")
    elif model.patch_mode != _PLATFORM:
        for name in settings.by_platform:
            yield Problem(f"patch_settings.{name}", f"it needs patch_mode {_PLATFORM!r}, got {model.patch_mode!r}")
    if settings.enable_hotpatching and settings.bypass_platform_safety_checks_on_user_schedule:
        field = "patch_settings.bypass_platform_safety_checks_on_user_schedule"
        yield Problem(field, "hotpatches need the platform's safety checks: remove it, or enable_hotpatching")
    if settings.assessment_mode == _PLATFORM and model.provision_vm_agent is False:
        yield Problem("patch_settings.assessment_mode", f"{_PLATFORM!r} needs the agent: leave provision_vm_agent out")


def _certificates(model: ScaleSetModel) -> Iterator[Problem]:
    for place, vault in enumerate(model.key_vault_certificates):
        for index, each in enumerate(vault.certificates):
            field = f"key_vault_certificates[{place}].certificates[{index}].certificate_store"
            if model.windows and each.certificate_store is None:
                yield Problem(field, "it is required on Windows, for example My")
            elif not model.windows and each.certificate_store is not None:
                yield Problem(field, "it is for Windows; Linux has the files in /var/lib/waagent: leave it out")
    if model.windows and model.enable_vm_agent_platform_updates is not None:
        yield Problem("enable_vm_agent_platform_updates", "it is for Linux: leave it out")


def _extensions(model: ScaleSetModel) -> Iterator[Problem]:
    listed = bool(model.extensions) or any(each.extensions for each in model.instances.values())
    signal = model.health is not None and model.health.probe_id is None
    if model.allow_extension_operations is False and (listed or signal):
        what = "extensions are listed" if listed else "health makes an extension"
        yield Problem("allow_extension_operations", f"False prevents all extensions, and {what}: leave it out")


def _profile_only(model: ScaleSetModel) -> Iterator[Problem]:
    """Arguments that only a profile has, in a set without one."""
    if model.has_profile:
        return
    for field in ("security_posture", "service_artifact_id", "zone_placement"):
        if getattr(model, field) is not None:
            yield Problem(
                field, "it applies to instances that Azure creates from the profile: set capacity, or remove it"
            )


def _interfaces(model: ScaleSetModel) -> Iterator[Problem]:
    fields = {"": model} | {f"network_interfaces[{i}].": each for i, each in enumerate(model.network_interfaces)}
    for at, each in fields.items():
        if each.auxiliary_sku not in {None, "None"} and each.auxiliary_mode in {None, "None"}:
            yield Problem(f"{at}auxiliary_sku", "it needs auxiliary_mode AcceleratedConnections or Floating")


def _newest(model: ScaleSetModel) -> Iterator[Problem]:
    """What only newer versions of the API know: others would drop or refuse it."""
    if model.zone_placement is not None:
        yield from _needs(model, "scaleSet", "zone_placement", _AUTOMATIC_ZONES)
        if model.zones:
            yield Problem("zone_placement", "Azure chooses the zones, and zones names some: give one of the two")
    if model.spot is not None and model.spot.priority == "SpotPlus":
        yield from _needs(model, "scaleSet" if model.has_profile else "virtualMachine", "spot.priority", _SPOT_PLUS)
    for name, instance in model.instances.items():
        if instance.automatic_zone is not None and (model.zones or instance.zone):
            text = "Azure chooses the zone, and zone or the set's zones name one: give one of the two"
            yield Problem(f"instances[{name!r}].automatic_zone", text)
        if instance.spot is not None and instance.spot.priority == "SpotPlus":
            yield from _needs(model, "virtualMachine", f"instances[{name!r}].spot.priority", _SPOT_PLUS)


def _needs(model: ScaleSetModel, kind: str, field: str, version: str) -> Iterator[Problem]:
    found = versions.asked_for(model, kind)
    if found is None or found[0] < version:
        what = "azure-native's own version" if found is None else found[0]
        yield Problem(field, f"{tokens.OF_KIND[kind]} at {what} does not know it: set api_version {version!r} or later")
