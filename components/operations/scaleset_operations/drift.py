"""The differences between Azure and the stack's state, resource by resource, in the words of a refresh.

Neither Pulumi nor its provider is run. The state's resources are read by their ids. For each property that the program
declared, Azure's present answer is compared with its answer when the state was written. Values that Azure never shows
cannot be compared.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scaleset_core.facts.secrets import is_secret as names_secret
from scaleset_core.facts.secrets import masked
from scaleset_operations.azure import Azure
from scaleset_operations.errors import AzureError
from scaleset_operations.recovery.arm_ids import kind_of, plain_type
from scaleset_operations.recovery.inputs import is_empty, is_secret
from scaleset_operations.recovery.state import STACK, Json
from scaleset_operations.target import Target, same_id

_MISSING = object()
_API_VERSION = "azureApiVersion"
_WHOLE = frozenset({"tags"})
"""Objects whose members are all the program's: one that Azure has besides is a change."""
_SIDE_BY_SIDE = 20
_NATIVE = "azure-native:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference.

    Attributes:
        resource: The resource's name in the program.
        type: Its type token.
        kind: ``update``, ``add`` or ``delete``, as in a detailed diff; ``unknown`` if the caller has no permission to
            read it; ``only-in-azure`` for what the program does not declare: see :mod:`scaleset_operations.undeclared`.
        path: The property; empty: the resource as a whole.
        before: What the state has.
        now: What Azure has.
    """

    resource: str
    type: str
    kind: str
    path: str = ""
    before: Any = None
    now: Any = None

    @property
    def words(self) -> str:
        """As the engine writes it: ``~ sku.capacity: 3 => 5``."""
        if self.kind == "unknown":
            return f"? {self.now}"
        if not self.path and self.kind == "only-in-azure":
            return f"+ not in the stack: {self.now}"
        if not self.path:
            return "- deleted in Azure"
        secret = names_secret(self.path)
        shown = (_shown(masked(self.before)), _shown(masked(self.now)))
        before, now = ("[secret]", "[secret]") if secret else shown
        if self.kind == "only-in-azure":
            change = now if self.before is None else f"{before} => {now if self.now is not None else 'gone'}"
            return f"{'+' if self.before is None else '~'} {self.path}: {change} (only in Azure)"
        return {"add": f"+ {self.path}: {now}", "delete": f"- {self.path}: {before}"}.get(
            self.kind, f"~ {self.path}: {before} => {now}"
        )

    def to_row(self) -> dict[str, Any]:
        """The flat record that is printed."""
        return {"resource": self.resource, "type": self.type, "kind": self.kind, "path": self.path, "diff": self.words}


def _shown(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def of_component(resources: Sequence[Json], target: Target) -> list[Json]:
    """The resources of the component that made a scale set: everything below the set's parent.

    If the set has no component as its parent, it is the only resource.
    """
    own = next((each for each in resources if same_id(str(each.get("id") or ""), target.id)), None)
    if own is None:
        return []
    parent = str(own.get("parent") or "")
    by_urn = {str(each.get("urn")): each for each in resources}
    if not parent or by_urn.get(parent, {}).get("type") == STACK:
        return [own]

    def below(each: Json) -> bool:
        while each.get("parent"):
            if each["parent"] == parent:
                return True
            each = by_urn.get(str(each["parent"]), {})
        return False

    return [each for each in resources if below(each) and str(each.get("type")).startswith(_NATIVE) and each.get("id")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A resource of the state, and what Azure has of it now.

    Attributes:
        name: Its name in the program.
        type: Its type token.
        id: Its id in Azure.
        inputs: What the program declared.
        outputs: What Azure answered when the state was written, in azure-native's shape.
        body: What Azure answers now, as ARM has it; None: it is gone, or the caller has no permission to read it.
        problem: Why it could not be read; ``""``: it was.
    """

    name: str
    type: str
    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    body: Mapping[str, Any] | None = None
    problem: str = ""


async def read(azure: Azure, resources: Sequence[Json]) -> list[Seen]:
    """What Azure has of all resources, in their order."""
    gate = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def one(each: Json) -> Seen:
        async with gate:
            return await _read_one(azure, each)

    return list(await asyncio.gather(*map(one, resources)))


async def _read_one(azure: Azure, each: Json) -> Seen:
    token, outputs = str(each["type"]), each.get("outputs") or {}
    seen = Seen(
        name=str(each["urn"]).rsplit("::", 1)[-1],
        type=token,
        id=str(each["id"]),
        inputs=each.get("inputs") or {},
        outputs=outputs,
    )
    kind = kind_of(token)
    version = str(outputs.get(_API_VERSION) or (kind.api_version if kind else ""))
    if not version:
        return replace(seen, problem=f"{plain_type(token)} can not be read here")
    try:
        return replace(seen, body=await azure.get(seen.id, version))
    except AzureError as error:
        return replace(seen, problem=str(error))


def changes(seen: Seen) -> list[Change]:
    """The differences between Azure and what the program declared, for one resource."""
    if seen.problem:
        return [Change(resource=seen.name, type=seen.type, kind="unknown", now=seen.problem)]
    if seen.body is None:
        return [Change(resource=seen.name, type=seen.type, kind="delete")]
    return [
        Change(resource=seen.name, type=seen.type, kind=what, path=path, before=before, now=now)
        for what, path, before, now in differences(seen.inputs, seen.outputs, seen.body)
    ]


def flat(body: Any) -> Any:
    """ARM's JSON in the shape of azure-native: what is under ``properties`` moves up, at every depth."""
    if isinstance(body, Mapping):
        inner = body.get("properties")
        merged = (
            {**{k: v for k, v in body.items() if k != "properties"}, **inner} if isinstance(inner, Mapping) else body
        )
        return {name: flat(value) for name, value in merged.items()}
    return [flat(each) for each in body] if isinstance(body, list) else body


Difference = tuple[str, str, Any, Any]


def differences(inputs: Mapping[str, Any], outputs: Mapping[str, Any], live: Mapping[str, Any]) -> list[Difference]:
    """What differs of what the program declared: kind, path, the state's value, Azure's value.

    Args:
        inputs: The program's inputs.
        outputs: What Azure answered then, in azure-native's shape.
        live: What Azure answers now, as ARM has it.
    """
    return list(_members(flat(inputs), flat(outputs), flat(live), ""))


def _members(inputs: Mapping[str, Any], outputs: Any, live: Any, path: str) -> Iterator[Difference]:
    for name, wanted in inputs.items():
        if name == _API_VERSION or name.startswith("__") or (not path and name == "type"):
            continue
        here = f"{path}.{name}" if path else name
        yield from _value(wanted, _member(outputs, name), _member(live, name), here)


def _value(wanted: Any, before: Any, now: Any, path: str) -> Iterator[Difference]:
    if is_secret(wanted) or is_secret(before) or before is _MISSING or before is None:
        return  # Azure never showed it
    if isinstance(wanted, Mapping) and isinstance(before, Mapping):
        if not isinstance(now, Mapping):
            yield ("delete", path, before, None)
            return
        yield from _members(wanted, before, now, path)
        if path.rsplit(".", 1)[-1] in _WHOLE:
            yield from (("add", f"{path}.{name}", None, now[name]) for name in now if name not in before)
    elif isinstance(wanted, list) and isinstance(before, list):
        yield from _items(wanted, before, now if isinstance(now, list) else [], path)
    elif now is _MISSING or now is None:
        if not is_empty(before):
            yield ("delete", path, before, None)
    elif not same(before, now):
        yield ("update", path, before, now)


def _items(wanted: list[Any], before: list[Any], now: list[Any], path: str) -> Iterator[Difference]:
    """Lists: elements with names are matched by them, others by their place."""
    if all(map(_name, (*wanted, *before, *now))):
        of_inputs, of_now = ({_name(each): each for each in items} for items in (wanted, now))
        for index, each in enumerate(before):
            here = f"{path}[{index}]"
            if _name(each) not in of_now:
                yield ("delete", here, each.get("name"), None)
            elif _name(each) in of_inputs:
                yield from _value(of_inputs[_name(each)], each, of_now[_name(each)], here)
        known = {_name(each) for each in before}
        for index, each in enumerate(now):
            if _name(each) not in known:
                yield ("add", f"{path}[{index}]", None, each.get("name"))
        return
    if len(before) != len(now):
        yield ("update", path, before, now)
        return
    for index, (old, new) in enumerate(zip(before, now, strict=True)):
        declared = wanted[index] if index < len(wanted) else old
        yield from _value(declared, old, new, f"{path}[{index}]")


def _name(value: Any) -> str:
    name = value.get("name") if isinstance(value, Mapping) else None
    return name.lower() if isinstance(name, str) else ""


def _member(value: Any, name: str) -> Any:
    """A member of an object, whatever the case of its name."""
    if not isinstance(value, Mapping):
        return _MISSING
    if name in value:
        return value[name]
    return next((each for key, each in value.items() if key.lower() == name.lower()), _MISSING)


def same(before: Any, now: Any) -> bool:
    """Whether Azure means the same: ids, regions and closed lists have no case, and numbers may be texts."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        return all(same(value, _member(now, name)) for name, value in before.items())
    if isinstance(before, list) and isinstance(now, list):
        return len(before) == len(now) and all(map(same, before, now))
    if isinstance(before, bool) or isinstance(now, bool):
        return before is now
    if isinstance(before, int | float) and isinstance(now, int | float):
        return before == now
    return re.sub(r"\s", "", str(before)).rstrip("/").lower() == re.sub(r"\s", "", str(now)).rstrip("/").lower()
