"""Which of the written arguments a broken rule of the mode table is about.

A rule names one argument, the usual one. What breaks it may have been written elsewhere: in raw inputs, at one
instance, or in a list that can express the same as another argument (a custom health extension, and ``health``).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi_azure_scaleset.model.base import Model
from pulumi_azure_scaleset.model.forms import Kind, forms
from pulumi_azure_scaleset.model.machine import DataDisk, Extension
from pulumi_azure_scaleset.model.network import NetworkInterface
from pulumi_azure_scaleset.model.scale_set import Instance, ScaleSetModel
from pulumi_azure_scaleset.plan import lists, overrides, tokens
from pulumi_azure_scaleset.plan.resources import Child
from pulumi_azure_scaleset.validation.normalize import snake
from scaleset_core.facts.checks import machine_path
from scaleset_core.modes import PropertyRule

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_ELEMENT = re.compile(r"(?P<list>[^\[]+)\[(?P<index>\d+)\](?P<rest>.*)")
_PROFILE = "virtualMachineProfile"


@dataclass(frozen=True, slots=True)
class _List:
    """A list of the profile that has an argument for its elements."""

    argument: str
    holds: type[Model]
    names: Mapping[str, str]
    """The arguments of properties that are called otherwise."""


_LISTS: Mapping[str, _List] = {
    f"{_PROFILE}.extensionProfile.extensions": _List("extensions", Extension, {}),
    f"{_PROFILE}.storageProfile.dataDisks": _List(
        "data_disks",
        DataDisk,
        {
            "diskSizeGB": "size_gb",
            "diskIOPSReadWrite": "disk_iops_read_write",
            "diskMBpsReadWrite": "disk_mbps_read_write",
        },
    ),
    f"{_PROFILE}.networkProfile.networkInterfaceConfigurations": _List("network_interfaces", NetworkInterface, {}),
}

_PLACES: Mapping[str, str] = {
    "upgradePolicy.mode": "upgrade_policy.mode",
    "sku.capacity": "capacity",
    "sku.name": "vm_size",
    f"{_PROFILE}.priority": "spot.priority",
    f"{_PROFILE}.networkProfile.healthProbe": "health.probe_id",
    f"{_PROFILE}.storageProfile.imageReference": "image",
    f"{_PROFILE}.storageProfile.osDisk": "os_disk",
}
"""The arguments of properties that rules about other arguments find wrong."""


def culprit(entry: PropertyRule, path: str, child: Child, model: ScaleSetModel) -> str:
    """The argument, as it is written, that breaks a rule.

    Args:
        entry: The rule.
        path: Where the finding is: in the inputs of a scale set or load balancer, or in the view of a machine as a set.
        child: The resource.
        model: The arguments.

    Returns:
        The argument; the path itself where there is none.
    """
    return (
        _overridden(entry, machine_path(path) if child.owner in model.instances else path, child, model)
        or _at_instance(_argument(entry, path, child, model), child, model)
        or path
    )


def culprit_extension(entry: PropertyRule, path: str, owner: str, declared: int) -> str:
    """The same for a rule on extensions that are resources of virtual machines.

    Args:
        entry: The rule.
        path: Where the finding is, in the extensions as those of a profile.
        owner: What has the extensions: ``instances['web-1']``, or "" for the set.
        declared: How many of them are declared; the component's own follow.
    """
    element = _ELEMENT.fullmatch(path)
    if element is None or int(element["index"]) >= declared:
        return entry.argument
    kind = _LISTS[element["list"]]
    return ".".join(filter(None, (owner, _element(entry, kind, int(element["index"]), element["rest"]))))


def _overridden(entry: PropertyRule, path: str, child: Child, model: ScaleSetModel) -> str:
    """The raw inputs that wrote what is at ``path``; "" for none."""
    for field, raw in reversed(overrides.of(child, model).items()):
        below, value = _raw_place(raw, child.inputs, path)
        whole = not isinstance(value, Mapping) or not _written(model, entry.argument)
        if below and whole:
            return f"{field}{below}"
    return ""


def _raw_place(raw: Any, inputs: Any, path: str) -> tuple[str, Any]:
    """How far raw inputs lead to a path, and what they have there; "" if they write nothing at it."""
    text = ""
    for name, index in _STEP.findall(path):
        if lists.replaced_by(raw) is not None or not isinstance(raw, Mapping | list | tuple):
            break
        if name:
            if not isinstance(raw, Mapping) or name not in raw:
                return "", None
            raw, text = raw[name], f"{text}.{name}"
            inputs = inputs.get(name) if isinstance(inputs, Mapping) else None
            continue
        inputs = inputs[int(index)] if isinstance(inputs, list) and int(index) < len(inputs) else None
        identity = lists.identity_of(raw) if isinstance(raw, list | tuple) else None
        if identity is None or not isinstance(inputs, Mapping):
            break
        raw = next((each for each in raw if lists.same(each[identity], inputs.get(identity))), None)
        if raw is None:
            return "", None
        text += f"[{raw[identity]!r}]"
    return text, raw


def _written(model: Model, argument: str) -> bool:
    """Whether the user wrote the top-level argument of ``argument``."""
    root = re.split(r"[.\[]", argument, maxsplit=1)[0]
    return root in model.model_fields_set and getattr(model, root) not in (None, [], {})


def _argument(entry: PropertyRule, path: str, child: Child, model: ScaleSetModel) -> str:
    """The argument that wrote what is at ``path``, as if it was the set's."""
    instance = model.instances.get(child.owner) or Instance()
    element = _ELEMENT.fullmatch(path)
    kind = _LISTS.get(element["list"]) if element else None
    if element is not None and kind is not None:
        if kind.argument not in entry.argument and entry.argument != "health" and _written(model, entry.argument):
            return entry.argument
        place = _declared(kind, int(element["index"]), instance, model)
        return entry.argument if place is None else _element(entry, kind, place, element["rest"])
    if _written(model, entry.argument) or _written(instance, entry.argument):
        return entry.argument
    places = {} if child.type == tokens.LOAD_BALANCER else _PLACES
    near = next((argument for raw, argument in places.items() if f"{path}.".startswith(f"{raw}.")), "")
    return near if near and (_written(model, near) or _written(instance, near)) else entry.argument


def _declared(kind: _List, index: int, instance: Instance, model: ScaleSetModel) -> int | None:
    """The index, among what is declared, of a list's element; None for one that the component adds."""
    declared: Sequence[Any] = getattr(instance, kind.argument, None) or getattr(model, kind.argument)
    if kind.argument == "network_interfaces":
        primary = next((i for i, each in enumerate(declared) if each.primary), None)
        # The primary one comes first: the one that is declared so, or the one of the set's own arguments.
        if primary is None:
            index -= 1
        elif index == 0:
            index = primary
        elif index <= primary:
            index -= 1
    return index if 0 <= index < len(declared) else None


def _element(entry: PropertyRule, kind: _List, index: int, rest: str) -> str:
    """``extensions[0].settings.requestPath``: an element, and what is below it as far as it has an argument."""
    place = f"{kind.argument}[{index}]"
    if entry.argument.startswith(f"{kind.argument}[]"):
        return place + entry.argument.removeprefix(f"{kind.argument}[]")
    known = forms(kind.holds)
    names = [name for name, _ in _STEP.findall(rest) if name]
    for position, name in enumerate(names):
        argument = kind.names.get(name, snake(name))
        if argument in known:
            free = known[argument].kind is Kind.FREE
            return ".".join([place, argument, *(names[position + 1 :] if free else ())])
    return place


def _at_instance(argument: str, child: Child, model: ScaleSetModel) -> str:
    """``argument`` at the instance that wrote it, if one did."""
    instance = model.instances.get(child.owner)
    if instance is None or not model.flexible:
        return argument
    if argument.startswith("instances.*."):
        return f"instances[{child.owner!r}].{argument.removeprefix('instances.*.')}"
    return f"instances[{child.owner!r}].{argument}" if _written(instance, argument) else argument
