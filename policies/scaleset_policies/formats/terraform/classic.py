"""Resources of Pulumi's classic azure provider: azurerm's attributes in camel case.

The provider is made from azurerm: ``azure:compute/linuxVirtualMachineScaleSet:LinuxVirtualMachineScaleSet`` is
``azurerm_linux_virtual_machine_scale_set``, its ``networkInterfaces`` are the blocks ``network_interface``. A block of
which there is one at most is an object; a list has a name in the plural.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies.formats.entries import Entry
from scaleset_policies.formats.json_text import Path
from scaleset_policies.formats.shape import shape
from scaleset_policies.formats.terraform.convert import Block, Fields, Refs, convert, marked, put
from scaleset_policies.formats.terraform.fold import fold
from scaleset_policies.formats.terraform.network import LINKS
from scaleset_policies.formats.terraform.plan import FIELDS, Planned, always_sent, references_of, security_type

_OTHER_NAMES: Final = {
    "authorization/userAssignedIdentity": "azurerm_user_assigned_identity",
    "compute/extension": "azurerm_virtual_machine_extension",
    "compute/scaleSet": "azurerm_virtual_machine_scale_set",
    "lb/loadBalancer": "azurerm_lb",
    "management/lock": "azurerm_management_lock",
    "monitoring/autoscaleSetting": "azurerm_monitor_autoscale_setting",
}
"""Types whose names are not azurerm's in camel case."""
_PREFIXES: Final = {"lb": "azurerm_lb_"}
_DEFAULTS: Final = {
    "azurerm_linux_virtual_machine": {"disablePasswordAuthentication": True},
    "azurerm_linux_virtual_machine_scale_set": {"disablePasswordAuthentication": True},
    "azurerm_windows_virtual_machine": {"enableAutomaticUpdates": True},
    "azurerm_windows_virtual_machine_scale_set": {"enableAutomaticUpdates": True},
}
"""What azurerm sends where a program does not say it: inputs, other than plans, are without the provider's defaults."""
_FLEXIBLE_DEFAULTS: Final = {
    "linuxConfiguration": {"disablePasswordAuthentication": True},
    "windowsConfiguration": {"enableAutomaticUpdates": True},
}
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One resource of the provider, in a state, a preview or an event.

    Attributes:
        urn: Its URN.
        kind: Its type in Terraform.
        id: Its ARM id, or ``""``.
        inputs: What the program says, with UNKNOWN for what is not known yet.
        outputs: What the provider answered or plans.
        at: Its place in the file.
        secrets: The paths of secret inputs and outputs.
        references: The URNs that each input was made from.
        complete: Whether ``references`` has all of them.
        depends_on: The URNs that it is created after.
        before: Its inputs before the change, or None.
        protect: Whether Pulumi protects it.
        replaced: Whether it is going to be replaced.
    """

    urn: str
    kind: str
    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    at: Path
    secrets: frozenset[str] = frozenset()
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    complete: bool = False
    depends_on: tuple[str, ...] = ()
    before: Mapping[str, Any] | None = None
    protect: bool = False
    replaced: bool = False


def terraform_type(token: str) -> str:
    """The Terraform type of a type token, ``""`` if it is none that is read."""
    path = token.removeprefix("azure:").partition(":")[0]
    module, _, name = path.partition("/")
    kind = _OTHER_NAMES.get(path) or _PREFIXES.get(module, "azurerm_") + _WORD.sub("_", name).lower()
    return kind if kind in FIELDS or kind in LINKS else ""


def entries_of(declared: Sequence[Declared]) -> list[Entry]:
    """The resources as ARM has them, with associations and parts of load balancers where they belong."""
    sources = [_source(each) for each in declared]
    entries = [_entry(each, source) for each, source in zip(declared, sources, strict=True) if each.kind in FIELDS]
    return fold(sources, entries)


def _source(each: Declared) -> Planned:
    """The resource in azurerm's own names, as far as what azurerm splits is put together by them."""
    values = {_WORD.sub("_", name).lower(): _singles(value) for name, value in _values(each).items()}
    return Planned(
        address=each.urn,
        type=each.kind,
        values=values,
        expressions={_WORD.sub("_", name).lower(): Refs(urns) for name, urns in each.references.items()},
        complete=each.complete,
        at=each.at,
        sensitive=None,
        before=None,
        depends_on=each.depends_on,
        replaced=each.replaced,
    )


def _singles(value: Any) -> Any:
    """A block in azurerm's form: a list, with its attributes in azurerm's names."""
    if isinstance(value, Mapping):
        return [{_WORD.sub("_", name).lower(): item for name, item in value.items()}]
    return value


def _entry(each: Declared, source: Planned) -> Entry:
    kind, fields = FIELDS[each.kind][0], camel(each.kind)
    values = _values(each)
    converted = convert(values, fields)
    always_sent(source, converted.tree)
    security_type(kind, source.values, converted.tree)
    name = values.get("name") if "name" not in each.secrets else None
    references = references_of(convert({name: Refs(urns) for name, urns in each.references.items()}, fields).tree)
    used = "outputs" if each.outputs else "inputs"
    return Entry(
        written=False,
        type=kind,
        name=name if isinstance(name, str) else each.urn.rsplit("::", 1)[-1],
        id=each.id if each.id[:1] == "/" else "",
        label=each.urn,
        properties=shape(converted.tree, kind),
        at=(*each.at, "inputs" if each.inputs else used),
        places=converted.places,
        depends_on=each.depends_on,
        before=None if each.before is None else shape(convert(each.before, fields).tree, kind),
        secrets=frozenset(references_of(convert(_marks(each.secrets), fields).tree)),
        references=references,
        protect=each.protect,
        complete=each.complete,
        replaced=each.replaced,
    )


def _values(each: Declared) -> dict[str, Any]:
    """What is sent to Azure: the inputs, and the provider's own values where they are known."""
    values = _filled(each.inputs, each.outputs)
    values = {**_DEFAULTS.get(each.kind, {}), **values}
    system = values.get("osProfile")
    if isinstance(system, Mapping):
        values["osProfile"] = {
            name: {**_FLEXIBLE_DEFAULTS[name], **item}
            if name in _FLEXIBLE_DEFAULTS and isinstance(item, Mapping)
            else item
            for name, item in system.items()
        }
    return values


def _filled(inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name in {**inputs, **outputs}:
        given, made = inputs.get(name), outputs.get(name)
        if given is None:
            if made is not UNKNOWN or name == "name":
                result[name] = made
        elif isinstance(given, Mapping) and isinstance(made, Mapping):
            result[name] = _filled(given, made)
        elif isinstance(given, list) and isinstance(made, list) and len(given) == len(made):
            pairs = zip(given, made, strict=True)
            result[name] = [
                _filled(one, other) if isinstance(one, Mapping) and isinstance(other, Mapping) else one
                for one, other in pairs
            ]
        else:
            result[name] = made if given is UNKNOWN and made is not None else given
    return result


def _marks(paths: Iterable[str]) -> dict[str, Any]:
    """Markers of secret values at their places."""
    tree: dict[str, Any] = {}
    for path in sorted(paths):
        put(tree, ".".join(index or name for name, index in _STEP.findall(path)), True)
    listed = _listed(marked(tree))
    return listed if isinstance(listed, dict) else {}


def _listed(tree: Any) -> Any:
    """Objects whose names are numbers as lists."""
    if not isinstance(tree, dict):
        return tree
    if tree and all(name.isdigit() for name in tree):
        size = max(int(name) for name in tree) + 1
        return [_listed(tree.get(str(index), {})) for index in range(size)]
    return {name: _listed(item) for name, item in tree.items()}


@cache
def camel(kind: str) -> Fields:
    """The attributes of a Terraform type under the names that the provider gives them."""
    return _camel(FIELDS[kind][1])


def _camel(fields: Fields) -> Fields:
    result: dict[str, Any] = {}
    for name, target in fields.items():
        inner = replace(target, fields=_camel(target.fields)) if isinstance(target, Block) else target
        head, *words = name.split("_")
        written = head + "".join(word.capitalize() for word in words)
        for each in (written, _plural(written)) if isinstance(target, Block) else (written,):
            result.setdefault(each, inner)
    return result


def _plural(name: str) -> str:
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith("s") else f"{name}s"
