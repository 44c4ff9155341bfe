"""Edits of an exported state; none of them changes the state that it is given."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

STACK = "pulumi:pulumi:Stack"
PROVIDERS = "pulumi:providers:"
_OPTIONS = (
    "parent",
    "protect",
    "dependencies",
    "propertyDependencies",
    "additionalSecretOutputs",
    "customTimeouts",
    "retainOnDelete",
    "deletedWith",
    "replaceWith",
    "ignoreChanges",
    "hideDiff",
    "replaceOnChanges",
    "resourceHooks",
)
"""The options of a resource that its state has."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An operation that the state has as begun and not ended.

    Attributes:
        operation: ``creating``, ``updating``, ``deleting``, ``reading`` or ``importing``.
        resource: The resource as the operation wants it; secrets are encrypted.
    """

    operation: str
    resource: Json

    @property
    def urn(self) -> str:
        """The resource's URN."""
        return str(self.resource.get("urn"))


def entries(state: Mapping[str, Any]) -> list[Json]:
    """The resources of a state, in its order."""
    return list((state.get("deployment") or {}).get("resources") or ())


def live(state: Mapping[str, Any]) -> dict[str, Json]:
    """The resources by their URNs, without old ones that wait to be deleted."""
    return {str(each["urn"]): each for each in entries(state) if not each.get("delete")}


def pending(state: Mapping[str, Any]) -> list[Pending]:
    """The operations that were interrupted; for each resource the last one."""
    found = (state.get("deployment") or {}).get("pending_operations") or ()
    last = {(each["type"], each["resource"]["urn"]): Pending(str(each["type"]), each["resource"]) for each in found}
    return list(last.values())


def without(state: Mapping[str, Any], urns: Collection[str]) -> Json:
    """The state without some resources, and without what other resources say about them."""
    result = copy.deepcopy(dict(state))
    kept = [each for each in entries(result) if each["urn"] not in urns or each.get("delete")]
    known = {each["urn"] for each in kept}
    for each in kept:
        _forget(each, known)
    result["deployment"]["resources"] = kept
    return result


def with_entries(state: Mapping[str, Any], new: Mapping[str, Json]) -> Json:
    """The state in which the live resources with these URNs are replaced; what they name and is not there is left out.

    Resources come after all that they depend on, as the engine demands.
    """
    result = copy.deepcopy(dict(state))
    known = {each["urn"] for each in entries(result)}
    replaced = []
    for each in entries(result):
        entry = each if each.get("delete") else copy.deepcopy(new.get(each["urn"], each))
        _forget(entry, known)
        replaced.append(entry)
    result["deployment"]["resources"] = _sorted(replaced)
    return result


def entry(imported: Json, options: Mapping[str, Any], inputs: Json, outputs: Json) -> Json:
    """The state of a recovered resource: what was imported, with the options of the program, as after a creation.

    Args:
        imported: Its state after the import.
        options: Its state as the program wants it.
        inputs: Its inputs.
        outputs: Its outputs.
    """
    kept = {name: value for name, value in imported.items() if name not in {*_OPTIONS, "importID"}}
    wanted = {name: options[name] for name in _OPTIONS if options.get(name)}
    parent = {"parent": imported["parent"]} if "parent" in imported else {}
    return {**kept, **parent, **wanted, "inputs": inputs, "outputs": outputs}


def references(resource: Mapping[str, Any]) -> Iterator[str]:
    """The URNs of all resources that have to be in the state with this one."""
    if resource.get("parent"):
        yield str(resource["parent"])
    if resource.get("deletedWith"):
        yield str(resource["deletedWith"])
    if resource.get("provider"):
        yield str(resource["provider"]).rpartition("::")[0]
    yield from resource.get("dependencies") or ()
    yield from resource.get("replaceWith") or ()
    for urns in (resource.get("propertyDependencies") or {}).values():
        yield from urns or ()


def _forget(resource: Json, known: Collection[str]) -> None:
    """Leave out what a resource says about others that are not in the state."""
    for name in ("dependencies", "replaceWith"):
        if resource.get(name):
            resource[name] = [urn for urn in resource[name] if urn in known]
    if resource.get("propertyDependencies"):
        resource["propertyDependencies"] = {
            name: [urn for urn in urns or () if urn in known] for name, urns in resource["propertyDependencies"].items()
        }
    if resource.get("deletedWith") and resource["deletedWith"] not in known:
        del resource["deletedWith"]


def _sorted(resources: Sequence[Json]) -> list[Json]:
    """In an order in which each comes after all that it refers to, and otherwise as before."""
    first: dict[str, int] = {}
    for index, each in enumerate(resources):
        first.setdefault(str(each["urn"]), index)
    done: dict[int, Json] = {}
    for start in range(len(resources)):
        waiting = [(start, iter(list(references(resources[start]))))]
        entered = {start}
        while waiting:
            index, left = waiting[-1]
            following = next((first[urn] for urn in left if urn in first and first[urn] not in done), None)
            if following is None or following in entered:
                if following is None:
                    done.setdefault(index, resources[index])
                    waiting.pop()
                continue
            entered.add(following)
            waiting.append((following, iter(list(references(resources[following])))))
    return list(done.values())
