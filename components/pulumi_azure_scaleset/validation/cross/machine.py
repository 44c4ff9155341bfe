"""Rules between arguments: image, size, names, disks, extensions."""

import re
from collections.abc import Iterator, Sequence

from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.model.base import is_deferred
from pulumi_azure_scaleset.model.forms import marked
from pulumi_azure_scaleset.model.machine import DataDisk, Extension
from pulumi_azure_scaleset.model.marks import WindowsOnly
from pulumi_azure_scaleset.model.resolved import extensions_of
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan.resources import readable
from pulumi_azure_scaleset.validation.cross import credentials, guest
from pulumi_azure_scaleset.validation.culprit import culprit_extension
from pulumi_azure_scaleset.validation.quoting import quote
from scaleset_core.facts.checks import evaluate, show
from scaleset_core.facts.names import LINUX_COMPUTER_NAME, WINDOWS_COMPUTER_NAME
from scaleset_core.facts.properties import View
from scaleset_core.modes import rule

_WINDOWS_PATCH_MODES = ("AutomaticByOS", "Manual")
_COMPUTER_NAMES = {
    "Windows": re.compile(r"^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"),
    "Linux": re.compile(r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?"),
}


def makes_machines(model: ScaleSetModel) -> bool:
    """Whether the arguments make any machine here: a profile, or named instances."""
    return model.has_profile or bool(model.instances)


def problems(model: ScaleSetModel) -> Iterator[Problem]:
    """Problems of what the instances are made of."""
    if makes_machines(model):
        yield from _needed(model)
        if not guest.specialized(model):
            yield from credentials.problems(model)
    yield from _windows_only(model)
    yield from _computer_names(model)
    yield from _disks("data_disks", model.data_disks)
    yield from _shared_disks(model)
    yield from _extensions("extensions", extensions_of(model), len(model.extensions))
    yield from _agent(model)
    if model.instances and not model.has_profile:
        # The rules of the mode table check a profile's extensions; this set has no profile.
        yield from _health("", extensions_of(model), len(model.extensions))
    for name, instance in model.instances.items():
        if instance.data_disks is not None:
            yield from _disks(f"instances[{name!r}].data_disks", instance.data_disks)
        if instance.extensions is not None:
            own, declared = extensions_of(model, instance), len(instance.extensions)
            yield from _extensions(f"instances[{name!r}].extensions", own, declared)
            yield from _health(f"instances[{name!r}]", own, declared)


_HEALTH_RULES = ("one-health-extension", "health-extension-settings")


def _health(owner: str, extensions: Sequence[Extension], declared: int) -> Iterator[Problem]:
    """The mode table's rules on health extensions, for extensions that are resources of virtual machines."""
    names = ("name", "publisher", "type", "settings")
    inputs = [
        readable({each: value for each in names if (value := getattr(extension, each)) is not None})
        for extension in extensions
    ]
    view = View({"virtualMachineProfile": {"extensionProfile": {"extensions": inputs}}})
    for rule_id in _HEALTH_RULES:
        entry = rule(rule_id)
        findings = () if entry.check is None else evaluate(entry.check, view).findings
        for finding in findings[:1]:
            yield quote(rule_id, culprit_extension(entry, finding.path, owner, declared), finding.value)


def _agent(model: ScaleSetModel) -> Iterator[Problem]:
    """Extensions need the VM agent."""
    sets = [extensions_of(model), *(extensions_of(model, instance) for instance in model.instances.values())]
    listed = next((extensions[0] for extensions in sets if extensions), None)
    if model.provision_vm_agent is False and listed is not None:
        text = f"without the agent no extension is installed, and {listed.name!r} is one: leave provision_vm_agent out"
        yield Problem("provision_vm_agent", text)


def _needed(model: ScaleSetModel) -> Iterator[Problem]:
    images = [instance.image for instance in model.instances.values()] if model.flexible else []
    if model.image is None and (model.has_profile or None in images):
        yield Problem("image", "it is required: give a urn such as Canonical:ubuntu-24_04-lts:server:latest, or an id")
    sizes = [instance.vm_size for instance in model.instances.values()] if model.flexible else []
    if model.vm_size is None and ((model.has_profile and model.instance_mix is None) or None in sizes):
        yield Problem("vm_size", "it is required: give a size such as Standard_D2s_v5")
    if model.vm_size is not None and model.instance_mix is not None and not model.instances:
        yield Problem("vm_size", "instance_mix names the sizes: give one of the two")


def _windows_only(model: ScaleSetModel) -> Iterator[Problem]:
    if model.windows:
        if model.patch_mode == "ImageDefault":
            yield Problem(
                "patch_mode", "'ImageDefault' is for Linux; Windows has AutomaticByOS, AutomaticByPlatform, Manual"
            )
        return
    for field in marked(ScaleSetModel, WindowsOnly):
        if getattr(model, field) not in (None, []):
            yield Problem(field, "it is for Windows: set os_type to Windows, or leave it out")
    if model.patch_mode in _WINDOWS_PATCH_MODES:
        yield Problem("patch_mode", f"{model.patch_mode!r} is for Windows; Linux has ImageDefault, AutomaticByPlatform")


def _computer_names(model: ScaleSetModel) -> Iterator[Problem]:
    prefix = model.computer_name_prefix
    if model.windows and model.has_profile and (prefix or model.scale_set_name).isdigit():
        yield Problem(
            "computer_name_prefix", "Windows does not accept a computer name that has only digits: add a letter"
        )
    if not model.flexible:
        return
    most = WINDOWS_COMPUTER_NAME if model.windows else LINUX_COMPUTER_NAME
    for name, instance in model.instances.items():
        computer, field = instance.computer_name or name, f"instances[{name!r}].computer_name"
        if len(computer) > most:
            yield Problem(
                field,
                f"{computer!r} has {len(computer)} characters and {model.system} takes {most}: "
                "set a shorter computer_name",
            )
        elif not _COMPUTER_NAMES[model.system].fullmatch(computer):
            yield Problem(
                field, f"{computer!r} is not a valid host name: set a computer_name with letters, digits and hyphens"
            )
        elif model.windows and computer.isdigit():
            yield Problem(
                field, f"Windows does not accept a name that has only digits, got {computer!r}: set a computer_name"
            )


def _disks(field: str, disks: Sequence[DataDisk]) -> Iterator[Problem]:
    seen: set[int] = set()
    for index, disk in enumerate(disks):
        if disk.lun in seen:
            yield Problem(f"{field}[{index}].lun", f"two data disks have lun {disk.lun}; each needs its own, 0 to 63")
        seen.add(disk.lun)


def _shared_disks(model: ScaleSetModel) -> Iterator[Problem]:
    """An existing disk can be attached to one machine only."""
    heirs = sum(instance.data_disks is None for instance in model.instances.values())
    for index, disk in enumerate(model.data_disks):
        if disk.create_option == "Attach" and (model.has_profile or heirs > 1):
            yield Problem(
                f"data_disks[{index}].create_option",
                "Attach names one existing disk, and these are the disks of several instances: give it to one of them, "
                "instances[...].data_disks",
            )


def _extensions(field: str, extensions: Sequence[Extension], declared: int) -> Iterator[Problem]:
    before: set[str] = set()
    handlers: dict[str, str] = {}
    names = {extension.name for extension in extensions}
    for index, extension in enumerate(extensions):
        where = f"{field}[{index}]"
        if extension.name in before:
            yield Problem(f"{where}.name", f"two extensions are called {extension.name!r}; names are unique")
        before.add(extension.name)
        first = _same_handler(handlers, extension)
        # The component's own health extension beside one of the user's is a matter of the health rules.
        if first is not None and index < declared:
            yield Problem(
                where,
                f"{extension.name!r} has publisher and type of {first!r}, and a machine takes one extension of a kind: "
                "put both tasks into one",
            )
        for wanted in extension.provision_after_extensions or ():
            if wanted not in names:
                known = ", ".join(sorted(names - {extension.name})) or "no others"
                yield Problem(
                    f"{where}.provision_after_extensions", f"there is no extension {show(wanted)}; got {known}"
                )
            elif wanted not in before or wanted == extension.name:
                yield Problem(
                    f"{where}.provision_after_extensions",
                    f"{wanted!r} is listed later (or is the extension itself): list it before {extension.name!r}",
                )


def _same_handler(handlers: dict[str, str], extension: Extension) -> str | None:
    """The name of an earlier extension with the same publisher and type; values that are not known yet differ."""
    if is_deferred(extension.publisher) or is_deferred(extension.type):
        return None
    handler = f"{extension.publisher}.{extension.type}".lower()
    first = handlers.setdefault(handler, extension.name)
    return None if first == extension.name else first


def duplicate_ids(field: str, values: Sequence[object]) -> Iterator[Problem]:
    """Problems of ids that are given twice; unknown ids are skipped."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if is_deferred(value):
            continue
        if str(value).lower() in seen:
            yield Problem(f"{field}[{index}]", f"{show(value)} is given twice")
        seen.add(str(value).lower())
