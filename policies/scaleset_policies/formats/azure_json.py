"""What Azure itself answers: ``az vmss show``, ``az vm list``, ``az rest``, and ``az deployment group what-if``.

The Azure CLI prints resources without ARM's ``properties`` wrappers and with null for everything that is not set; REST
answers and Resource Graph have the wrappers. A what-if has each resource as it is and as it will be.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies.formats.entries import Entry, Reading
from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.json_text import JsonText, Path
from scaleset_policies.formats.shape import canonical_type, shape

_ENVELOPE: Final = frozenset({"type", "id", "etag", "resourcegroup", "apiversion", "name", "scope", "dependson"})
_OWN_TYPES: Final = ("typePropertiesType", "type1")
"""The Azure CLI's names for the ``type`` of an extension, beside which it prints the type of the resource."""
_LISTS: Final = ("value", "data")
"""The members of REST answers and of Resource Graph's that hold the resources."""
_GONE: Final = "delete"
_NOT_TOLD: Final = frozenset({"deploy", "unsupported"})
_HIDDEN: Final = re.compile(r"\*{3,}")
"""A secret in a what-if."""


def is_resource(value: Any) -> bool:
    """Whether a value is a resource as Azure answers it."""
    return isinstance(value, Mapping) and _is_id(value.get("id")) and "/" in str(value.get("type", ""))


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and value[:1] == "/" and "/providers/" in value.lower()


def resources_at(value: Any) -> tuple[list[Any], Path] | None:
    """The resources of an answer and their place in it; None if it is no answer of Azure's."""
    if is_resource(value):
        return [value], ()
    places: dict[Path, Any] = {(): value}
    if isinstance(value, Mapping):
        places = {(name,): value.get(name) for name in _LISTS}
    for at, listed in places.items():
        if isinstance(listed, list) and listed and all(is_resource(each) for each in listed):
            return listed, at
    return None


def changes_at(value: Any) -> tuple[list[Any], Path] | None:
    """The changes of a what-if and their place in it; None if it is no what-if."""
    if not isinstance(value, Mapping):
        return None
    inner = value.get("properties")
    holders: dict[Path, Any] = {(): value, ("properties",): inner if isinstance(inner, Mapping) else {}}
    for at, holder in holders.items():
        changes = holder.get("changes")
        kinds = isinstance(changes, list) and all(
            isinstance(each, Mapping) and "changeType" in each for each in changes
        )
        if kinds and (changes or "status" in value):
            return changes, (*at, "changes")
    return None


def read_azure(document: JsonText) -> Reading:
    """The resources of an answer of Azure's."""
    reading = Reading()
    found = resources_at(document.value)
    listed, at = found if found is not None else ([], ())
    for index, body in enumerate(listed):
        place = at if body is document.value else (*at, index)
        told = "properties" not in body or body["properties"] is not None
        if not told:
            what = "has no properties, as in `az resource list`: check what `az vmss list` or `az vm list` writes"
            reading.notes.append(f"{body.get('name')}: it {what}")
        reading.entries.append(_entry(body if told else {**body, "properties": UNKNOWN}, place))
    return reading


def read_what_if(document: JsonText) -> Reading:
    """The resources that will be there after the deployment that a what-if is about."""
    reading = Reading()
    changes, at = changes_at(document.value) or ([], ())
    for index, change in enumerate(changes):
        place, kind = (*at, index), str(change.get("changeType", "")).lower()
        if kind == _GONE:
            continue
        name = "after" if isinstance(change.get("after"), Mapping) else "before"
        body = change.get(name)
        if kind in _NOT_TOLD or not isinstance(body, Mapping):
            reading.problems.append(_problem(document, _untold(change), place))
            continue
        before = change.get("before")
        entry = _entry(_known({"id": change.get("resourceId"), **body}), (*place, name))
        if isinstance(before, Mapping):
            entry.before = _properties(_known(before), entry.type)
        reading.entries.append(entry)
    if isinstance(document.value, Mapping) and str(document.value.get("status", "")).lower() == "failed":
        reading.problems.append(_problem(document, "the what-if failed, so its changes are not all", ("status",)))
    return reading


def _untold(change: Mapping[str, Any]) -> str:
    reason = change.get("unsupportedReason")
    why = f": {reason}" if isinstance(reason, str) and reason else ""
    shown = "use --result-format FullResourcePayloads" if not why else "check the template instead"
    return f"the what-if does not say what {change.get('resourceId')} will be{why}; {shown}"


def _entry(body: Mapping[str, Any], at: Path) -> Entry:
    identifier = body["id"] if _is_id(body.get("id")) else ""
    kind, name = _type_and_name(identifier)
    kind = canonical_type(str(body.get("type") or kind))
    properties = _properties(body, kind)
    properties["name"] = str(body.get("name") or name).rpartition("/")[2]
    if isinstance(version := body.get("apiVersion"), str):
        properties["azureApiVersion"] = version
    return Entry(
        type=kind,
        name=name or str(body.get("name", "")),
        id=identifier,
        label=identifier or f"{kind} {name}",
        properties=properties,
        at=at,
        depends_on=None,
        written=False,
    )


def _properties(body: Mapping[str, Any], kind: str) -> dict[str, Any]:
    left_out = {*_ENVELOPE, *(name.lower() for name in _OWN_TYPES)}
    told = {name: _set(value) for name, value in body.items() if name.lower() not in left_out and value is not None}
    own = next((body[name] for name in _OWN_TYPES if isinstance(body.get(name), str)), None)
    return shape(told if own is None else {**told, _OWN_TYPES[0]: own}, kind)


def _set(value: Any) -> Any:
    """``value`` without nulls, which an answer has for everything that is not set, and with extensions' own types."""
    if isinstance(value, Mapping):
        own = next((value[name] for name in _OWN_TYPES if isinstance(value.get(name), str)), None)
        told = {name: _set(item) for name, item in value.items() if item is not None and name not in _OWN_TYPES}
        return told if own is None else {**told, "type": own}
    return [_set(item) for item in value] if isinstance(value, list) else value


def _known(value: Any) -> Any:
    """A body of a what-if: expressions that only the deployment evaluates, and hidden secrets, are UNKNOWN."""
    if isinstance(value, Mapping):
        return {name: _known(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_known(item) for item in value]
    if isinstance(value, str) and ((value[:1] == "[" and value[-1:] == "]") or _HIDDEN.fullmatch(value)):
        return UNKNOWN
    return value


def _type_and_name(identifier: str) -> tuple[str, str]:
    """The type and the full name that an id tells."""
    _, _, rest = identifier.rpartition("/providers/") if "/providers/" in identifier else ("", "", "")
    namespace, *parts = rest.split("/")
    pairs = list(_pairs(parts))
    return "/".join((namespace, *(kind for kind, _ in pairs))), "/".join(name for _, name in pairs)


def _pairs(parts: list[str]) -> Iterator[tuple[str, str]]:
    yield from zip(parts[::2], parts[1::2], strict=False)


def _problem(document: JsonText, message: str, at: Path) -> UnreadableError:
    line, column = document.locate(at)
    return UnreadableError(document.file, message, line=line, column=column)
