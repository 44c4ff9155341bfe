"""Rules between arguments: image, size, credentials, disks, extensions."""

from collections.abc import Iterator, Sequence

from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.layout.extensions import extensions_of
from pulumi_azure_scaleset.model.base import is_deferred
from pulumi_azure_scaleset.model.machine import DataDisk, Extension
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.names import WINDOWS_COMPUTER_NAME

_WINDOWS_ONLY = ("time_zone", "enable_automatic_updates")
_WINDOWS_PATCH_MODES = ("AutomaticByOS", "Manual")
_FORBIDDEN_USERS = frozenset({"admin", "administrator", "root", "guest", "user", "test", "owner", "sys", "sql"})
_PASSWORD_LENGTH = (12, 123)
_PASSWORD_CLASSES = 3


def makes_machines(model: ScaleSetModel) -> bool:
    """Whether the arguments make any machine here: a profile, or named instances."""
    return model.has_profile or bool(model.instances)


def problems(model: ScaleSetModel) -> Iterator[Problem]:
    """Problems of what the instances are made of."""
    if makes_machines(model):
        yield from _needed(model)
        yield from _credentials(model)
    yield from _windows_only(model)
    yield from _computer_names(model)
    yield from _disks("data_disks", model.data_disks)
    yield from _extensions("extensions", extensions_of(model))
    for name, instance in model.instances.items():
        if instance.data_disks is not None:
            yield from _disks(f"instances[{name!r}].data_disks", instance.data_disks)
        if instance.extensions is not None:
            yield from _extensions(f"instances[{name!r}].extensions", extensions_of(model, instance))


def _needed(model: ScaleSetModel) -> Iterator[Problem]:
    images = [instance.image for instance in model.instances.values()] if model.flexible else []
    if model.image is None and (model.has_profile or None in images):
        yield Problem("image", "it is required: give a urn such as Canonical:ubuntu-24_04-lts:server:latest, or an id")
    sizes = [instance.vm_size for instance in model.instances.values()] if model.flexible else []
    if model.vm_size is None and ((model.has_profile and model.instance_mix is None) or None in sizes):
        yield Problem("vm_size", "it is required: give a size such as Standard_D2s_v5")
    if model.vm_size is not None and model.instance_mix is not None and not model.instances:
        yield Problem("vm_size", "instance_mix names the sizes: give one of the two")


def _credentials(model: ScaleSetModel) -> Iterator[Problem]:
    password, keys = model.admin_password, model.ssh_public_keys
    if model.windows:
        if password is None:
            yield Problem("admin_password", "it is required on Windows")
        if keys is not None:
            yield Problem("ssh_public_keys", "they are for Linux; on Windows use admin_password")
    elif password is None and (keys is None or keys == []):
        yield Problem("ssh_public_keys", "give at least one public key (or admin_password, which turns passwords on)")
    if isinstance(model.admin_username, str) and model.admin_username.lower() in _FORBIDDEN_USERS:
        yield Problem("admin_username", f"Azure does not allow the name {model.admin_username!r}; use azureuser")
    if isinstance(password, str) and not _strong(password):
        low, high = _PASSWORD_LENGTH
        yield Problem(
            "admin_password",
            f"it needs {low} to {high} characters of three kinds: lower case, upper case, digits, other characters",
        )


def _strong(password: str) -> bool:
    kinds = (str.islower, str.isupper, str.isdigit, lambda letter: not letter.isalnum())
    low, high = _PASSWORD_LENGTH
    present = sum(any(kind(letter) for letter in password) for kind in kinds)
    return low <= len(password) <= high and present >= _PASSWORD_CLASSES


def _windows_only(model: ScaleSetModel) -> Iterator[Problem]:
    if model.windows:
        return
    for field in _WINDOWS_ONLY:
        if getattr(model, field) is not None:
            yield Problem(field, "it is for Windows: set os_type to Windows, or leave it out")
    if model.patch_mode in _WINDOWS_PATCH_MODES:
        yield Problem("patch_mode", f"{model.patch_mode!r} is for Windows; Linux has ImageDefault, AutomaticByPlatform")


def _computer_names(model: ScaleSetModel) -> Iterator[Problem]:
    if not model.flexible or not model.windows:
        return
    for name, instance in model.instances.items():
        computer = instance.computer_name or name
        if len(computer) > WINDOWS_COMPUTER_NAME:
            yield Problem(
                f"instances[{name!r}].computer_name",
                f"{computer!r} has {len(computer)} characters and Windows takes {WINDOWS_COMPUTER_NAME}: "
                "set a shorter computer_name",
            )


def _disks(field: str, disks: Sequence[DataDisk]) -> Iterator[Problem]:
    seen: set[int] = set()
    for index, disk in enumerate(disks):
        if disk.lun in seen:
            yield Problem(f"{field}[{index}].lun", f"two data disks have lun {disk.lun}; each needs its own, 0 to 63")
        seen.add(disk.lun)


def _extensions(field: str, extensions: Sequence[Extension]) -> Iterator[Problem]:
    before: set[str] = set()
    names = {extension.name for extension in extensions}
    for index, extension in enumerate(extensions):
        where = f"{field}[{index}]"
        if extension.name in before:
            yield Problem(f"{where}.name", f"two extensions are called {extension.name!r}; names are unique")
        before.add(extension.name)
        for wanted in extension.provision_after_extensions or ():
            if wanted not in names:
                known = ", ".join(sorted(names - {extension.name})) or "no others"
                yield Problem(f"{where}.provision_after_extensions", f"there is no extension {wanted!r}; got {known}")
            elif wanted not in before or wanted == extension.name:
                yield Problem(
                    f"{where}.provision_after_extensions",
                    f"{wanted!r} is listed later (or is the extension itself): list it before {extension.name!r}",
                )


def duplicate_ids(field: str, values: Sequence[object]) -> Iterator[Problem]:
    """Problems of ids that are given twice; what is not known yet is passed over."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if is_deferred(value):
            continue
        if str(value).lower() in seen:
            yield Problem(f"{field}[{index}]", f"{value} is given twice")
        seen.add(str(value).lower())
