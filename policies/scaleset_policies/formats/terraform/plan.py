"""Reading ``terraform show -json``: a plan or a state of azurerm and azapi resources."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies import arm_types as types
from scaleset_policies.formats.entries import Entry, Reading
from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.json_text import JsonText, Path
from scaleset_policies.formats.shape import shape, true_paths
from scaleset_policies.formats.terraform.compute import COMPUTE
from scaleset_policies.formats.terraform.configuration import Configuration
from scaleset_policies.formats.terraform.convert import Refs, all_known, convert, marked, merged, parsed, put
from scaleset_policies.formats.terraform.fold import fold
from scaleset_policies.formats.terraform.network import LINKS, NETWORK
from scaleset_policies.formats.terraform.unset import without_unset

FIELDS: Final = {**COMPUTE, **NETWORK}
_UPDATE: Final = "azapi_update_resource"
_AZAPI: Final = frozenset({"azapi_resource", _UPDATE})
_ORCHESTRATED: Final = "azurerm_orchestrated_virtual_machine_scale_set"
_DEFAULT_NETWORK_API: Final = "2020-11-01"
_MODES: Final = ("managed", "data")
_EMPTY_STATE: Final = frozenset({"format_version", "terraform_version"})


@dataclass(slots=True)
class Planned:
    """One resource of the plan.

    Attributes:
        address: Its address.
        type: Terraform's type.
        values: Its attributes, with UNKNOWN for values that are not known yet.
        expressions: Its attributes in the configuration, with :class:`Refs` as values.
        complete: Whether all references of the configuration could be followed.
        at: The place of its attributes in the file.
        sensitive: Terraform's markers of its sensitive attributes.
        before: Its attributes before the planned change, or None.
        depends_on: The addresses that it is created after; None without a configuration.
        replaced: Whether it is deleted and created again.
    """

    address: str
    type: str
    values: dict[str, Any]
    expressions: dict[str, Any]
    complete: bool
    at: Path
    sensitive: Any
    before: dict[str, Any] | None
    depends_on: tuple[str, ...] | None
    replaced: bool


@dataclass(slots=True)
class _Raw:
    """One resource of the file, not converted yet."""

    address: str
    type: str
    values: dict[str, Any]
    at: Path
    sensitive: Any = None
    before: dict[str, Any] | None = None
    replaced: bool = False


def read_plan(document: JsonText) -> Reading:
    """The resources of a Terraform plan or state in JSON.

    Raises:
        UnreadableError: it has neither planned changes nor values.
    """
    reading = Reading()
    known = {*FIELDS, *LINKS, *_AZAPI}
    found = [each for each in _resources(document, reading) if each.type in known]
    root = _object(_object(document.value.get("configuration")).get("root_module"))
    configuration = Configuration(root, [each.address for each in found], _deferred(document))
    planned = []
    for raw in found:
        expressions, complete = configuration.expressions(raw.address)
        after = configuration.depends_on(raw.address) if root else None
        values = raw.values
        if raw.type in FIELDS and configuration.has(raw.address):
            values = without_unset(values, expressions, FIELDS[raw.type][1])
        planned.append(
            Planned(
                raw.address,
                raw.type,
                values,
                expressions,
                complete and bool(root) and _written(values, expressions),
                raw.at,
                raw.sensitive,
                raw.before,
                after,
                raw.replaced,
            )
        )
    entries = [entry for each in planned if each.type not in LINKS and (entry := _entry(each)) is not None]
    for each in planned:
        if each.type in _AZAPI and not _text(each.values.get("type")):
            message = f"{each.address}: its ARM type is not known, so it was not checked"
            reading.problems.append(_problem(document, message, (*each.at, "type")))
    reading.entries = fold(planned, entries)
    reading.notes += _left_out(document)
    if document.value.get("errored") is True:
        reading.problems.append(_problem(document, "the plan ended with an error, so it is not complete", ("errored",)))
    return reading


def _left_out(document: JsonText) -> Iterator[str]:
    """What a plan itself says that it does not have."""
    deferred = _list(document.value.get("deferred_changes"))
    for each in deferred:
        change = _object(_object(each).get("resource_change"))
        if change.get("type") in {*FIELDS, *LINKS, *_AZAPI}:
            reason = _text(_object(each).get("reason")).replace("_", " ")
            yield f"{change.get('address')} is planned only later ({reason or 'deferred'}): it was not checked"
    if document.value.get("complete") is False and not deferred:
        yield "the plan does not cover the whole configuration (-target, or an error): the rest was not checked"


def _deferred(document: JsonText) -> Iterator[str]:
    """The addresses of data that is not read before the plan is applied."""
    for change in _list(document.value.get("resource_changes")):
        if isinstance(change, Mapping) and change.get("mode") == "data" and isinstance(change.get("address"), str):
            yield change["address"]


def _written(values: Mapping[str, Any], expressions: Mapping[str, Any]) -> bool:
    """Whether the configuration has the blocks whose values are not known yet; it leaves out ``dynamic`` ones."""
    for name, value in values.items():
        found = expressions.get(name)
        if not isinstance(value, list) or isinstance(found, Refs):
            continue
        for index, each in enumerate(value):
            if not isinstance(each, dict):
                continue
            block = found[index] if isinstance(found, list) and index < len(found) else None
            if not (_written(each, block) if isinstance(block, dict) else all_known(each)):
                return False
    return True


def _resources(document: JsonText, reading: Reading) -> Iterator[_Raw]:
    """Every managed resource that exists after the plan."""
    changes = document.value.get("resource_changes")
    if changes is not None:
        if not isinstance(changes, list):
            raise _problem(document, "expected a list of resource changes", ("resource_changes",))
        for index, change in enumerate(changes):
            raw, problem = _changed(_object(change), ("resource_changes", index, "change", "after"))
            if problem:
                reading.problems.append(_problem(document, problem, ("resource_changes", index)))
            if raw is not None:
                yield raw
        return
    for name in ("planned_values", "values"):
        module = _object(document.value.get(name)).get("root_module")
        if isinstance(module, Mapping):
            yield from _module(module, (name, "root_module"), document, reading)
            return
    if not document.value.keys() <= _EMPTY_STATE:
        raise _problem(document, "expected resource_changes, planned_values or values of `terraform show -json`", ())


def _changed(resource: Mapping[str, Any], at: Path) -> tuple[_Raw | None, str]:
    """The resource that a planned change leaves, or None; and the problem with the change, or ``""``."""
    detail, address, kind = _object(resource.get("change")), resource.get("address"), resource.get("type")
    mode, actions, after = resource.get("mode", "managed"), detail.get("actions"), detail.get("after")
    if not isinstance(address, str) or not isinstance(actions, list) or not isinstance(kind, str) or mode not in _MODES:
        return None, "expected a resource change with address, mode, type and actions"
    if mode != "managed" or actions in (["delete"], ["forget"]):
        return None, ""
    unknown, sensitive = detail.get("after_unknown"), detail.get("after_sensitive")
    readable = isinstance(after, Mapping) or (after is None and isinstance(unknown, Mapping) and unknown)
    if not readable or unknown is True:
        return None, f"expected what {address} is after the change"
    before = merged(detail.get("before"), None, detail.get("before_sensitive"))
    values = _object(merged(after, unknown, sensitive))
    replaced = "delete" in actions and "create" in actions
    return _Raw(address, kind, values, at, sensitive, before if isinstance(before, dict) else None, replaced), ""


def _module(module: Mapping[str, Any], at: Path, document: JsonText, reading: Reading) -> Iterator[_Raw]:
    for name in ("resources", "child_modules"):
        if not isinstance(module.get(name), list | None):
            reading.problems.append(_problem(document, f"expected a list of {name}", (*at, name)))
    for index, each in enumerate(_list(module.get("resources"))):
        resource, place = _object(each), (*at, "resources", index)
        mode, kind, values = resource.get("mode", "managed"), resource.get("type"), resource.get("values")
        if not isinstance(resource.get("address"), str) or not isinstance(kind, str) or mode not in _MODES:
            message = "expected a resource with address, mode, type and values"
            reading.problems.append(_problem(document, message, place))
        elif mode == "managed":
            if not isinstance(values, Mapping):
                reading.problems.append(_problem(document, "expected the resource's values", (*place, "values")))
            sensitive = resource.get("sensitive_values")
            yield _Raw(
                resource["address"], kind, _object(merged(values, None, sensitive)), (*place, "values"), sensitive
            )
    for index, child in enumerate(_list(module.get("child_modules"))):
        if isinstance(child, Mapping):
            yield from _module(child, (*at, "child_modules", index), document, reading)
        else:
            reading.problems.append(_problem(document, "expected a module", (*at, "child_modules", index)))


def _entry(planned: Planned) -> Entry | None:
    if planned.type in _AZAPI:
        return _azapi(planned)
    kind, fields = FIELDS[planned.type]
    converted = convert(planned.values, fields)
    references = references_of(convert(planned.expressions, fields).tree)
    always_sent(planned, converted.tree)
    security_type(kind, planned.values, converted.tree)
    return Entry(
        type=kind,
        name=_name(planned),
        id=_text(planned.values.get("id")),
        label=planned.address,
        properties=shape(converted.tree, kind),
        at=planned.at,
        places=converted.places,
        depends_on=planned.depends_on,
        before=None if planned.before is None else shape(convert(planned.before, fields).tree, kind),
        secrets=frozenset(references_of(convert(_object(marked(planned.sensitive)), fields).tree)),
        references=references,
        complete=planned.complete,
        replaced=planned.replaced,
        written=False,
    )


def always_sent(planned: Planned, tree: dict[str, Any]) -> None:
    """What the provider always sends: the mode, a computer name prefix, and on Flexible the network API version."""
    if FIELDS[planned.type][0] != types.SCALE_SET:
        return
    flexible = planned.type == _ORCHESTRATED
    tree["orchestrationMode"] = "Flexible" if flexible else "Uniform"
    profile = tree.get("virtualMachineProfile")
    if not isinstance(profile, dict):
        return
    network = profile.get("networkProfile")
    if flexible and isinstance(network, dict) and "networkInterfaceConfigurations" in network:
        network.setdefault("networkApiVersion", _DEFAULT_NETWORK_API)
    system, name = profile.get("osProfile"), planned.values.get("name")
    if isinstance(system, dict) and isinstance(name, str):
        system.setdefault("computerNamePrefix", name)


def security_type(kind: str, values: Mapping[str, Any], tree: dict[str, Any]) -> None:
    """The security type that the provider sends: from the OS disk's encryption, else from secure boot and vTPM."""
    if kind not in (types.SCALE_SET, types.VIRTUAL_MACHINE):
        return
    disks = values.get("os_disk")
    disk = _object(disks[0]) if isinstance(disks, list) and disks else {}
    confidential = disk.get("security_encryption_type") not in (None, "", UNKNOWN)
    asked = [values.get(name) for name in ("secure_boot_enabled", "vtpm_enabled")]
    unknown = disk.get("security_encryption_type") is UNKNOWN or any(each is UNKNOWN for each in asked)
    sent = "ConfidentialVM" if confidential else UNKNOWN if unknown else "TrustedLaunch" if True in asked else None
    if sent is not None:
        profile = "virtualMachineProfile." if kind == types.SCALE_SET else ""
        put(tree, f"{profile}securityProfile.securityType", sent)


def _name(planned: Planned) -> str:
    """The resource's name, which every report shows; its address if the name is not known, or secret."""
    hidden = _object(planned.sensitive).get("name") is True
    return ("" if hidden else _text(planned.values.get("name"))) or planned.address


def _azapi_secrets(sensitive: Any, properties: Mapping[str, Any], kind: str) -> frozenset[str]:
    """The secret properties of a body: all of them if the body is marked as a whole."""
    marks = _object(sensitive)
    body = marks.get("body")
    inner = frozenset(properties) if body is True else frozenset(true_paths(shape(_object(body), kind)))
    return inner | frozenset(name for name in ("name", "location", "tags") if marks.get(name) is True)


def _azapi(planned: Planned) -> Entry | None:
    kind = _text(planned.values.get("type")).partition("@")[0]
    if not kind:
        return None
    body = parsed(planned.values.get("body"))
    envelope = {name: planned.values[name] for name in ("name", "location", "tags") if planned.values.get(name)}
    whole = {**envelope, **(body if isinstance(body, Mapping) else {"properties": UNKNOWN})}
    identity = planned.values.get("identity")
    if isinstance(identity, list) and identity and isinstance(identity[0], Mapping):
        whole["identity"] = convert(planned.values, {"identity": FIELDS[_ORCHESTRATED][1]["identity"]}).tree["identity"]
    properties = shape(whole, kind)
    parent = planned.values.get("parent_id")
    if kind.lower() == types.LOCK and parent is not None:
        put(properties, "scope", parent)
    made_from = planned.expressions.get("body")
    addresses = made_from.addresses if isinstance(made_from, Refs) else tuple(_all_addresses(made_from))
    return Entry(
        type=kind.lower(),
        name=_name(planned),
        id=_text(planned.values.get("id")),
        label=planned.address,
        properties=properties,
        at=(*planned.at, "body"),
        depends_on=planned.depends_on,
        secrets=_azapi_secrets(planned.sensitive, properties, kind),
        references=dict.fromkeys(properties, addresses) if addresses else {},
        complete=planned.complete,
        replaced=planned.replaced,
        partial=planned.type == _UPDATE,
        written=planned.type != _UPDATE,
    )


def references_of(tree: Any, at: str = "") -> dict[str, tuple[str, ...]]:
    """The references of a converted tree by property path."""
    found: dict[str, tuple[str, ...]] = {}
    if isinstance(tree, Refs):
        if tree.addresses:
            found[at] = tree.addresses
    elif isinstance(tree, dict):
        for name, value in tree.items():
            found.update(references_of(value, f"{at}.{name}" if at else name))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            for path, addresses in references_of(value, f"{at}[{index}]").items():
                found[path] = tuple(dict.fromkeys((*found.get(path, ()), *addresses)))
    return found


def _all_addresses(tree: Any) -> Iterator[str]:
    for addresses in references_of(tree).values():
        yield from addresses


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _problem(document: JsonText, message: str, at: Path) -> UnreadableError:
    line, column = document.locate(at)
    return UnreadableError(document.file, message, line=line, column=column)
