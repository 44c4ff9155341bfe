"""A component's resources compared with those in Azure: missing raw inputs, and what cannot be compared."""

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_azure_scaleset.plan.resources import Child, Ref, Secret, readable
from scaleset_core.facts.properties import UNKNOWN
from scaleset_migration.adopting.things import Thing
from scaleset_migration.residue import residue

Pairs = Mapping[str, Thing]
"""The resource in Azure of each child, by the child's key."""


def missing(child: Child, wanted: Mapping[str, Any], pairs: Pairs) -> dict[str, Any]:
    """The raw inputs that make a child exactly what an import finds.

    Args:
        child: A child of the plan.
        wanted: The inputs that the import gives its resource.
        pairs: What each child is in Azure: references are compared by it.
    """
    have, open_ = resolved(child.inputs, pairs), readable(child.inputs)
    agreeing = set(_agreeing(open_, have, wanted, ()))
    return residue(_without(open_, agreeing, ()), _without(wanted, agreeing, ()))


def resolved(value: Any, pairs: Pairs) -> Any:
    """Inputs with the ids that references will have; what is secret or computed is UNKNOWN."""
    if isinstance(value, Ref) and value.known is None and value.attribute == "id" and value.child in pairs:
        return pairs[value.child].id + value.suffix
    if isinstance(value, Mapping):
        return {name: resolved(each, pairs) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [resolved(each, pairs) for each in value]
    return readable(value)


def secrets(value: Any, wanted: Any, path: str = "") -> Iterator[str]:
    """The paths of secrets that a child has and Azure does not show."""
    if isinstance(value, Secret):
        if wanted is None:
            yield path
    elif isinstance(value, Mapping):
        for name, each in value.items():
            inner = wanted.get(name) if isinstance(wanted, Mapping) else None
            yield from secrets(each, inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        for index, each in enumerate(value):
            inner = wanted[index] if isinstance(wanted, list | tuple) and index < len(wanted) else None
            yield from secrets(each, inner, f"{path}[{index}]")


_Path = tuple[str, ...]


def _agreeing(open_: Any, have: Any, wanted: Any, path: _Path) -> Iterator[_Path]:
    """The paths where references lead to what is wanted: they stay references."""
    if not isinstance(open_, Mapping) or not isinstance(wanted, Mapping):
        return
    for name, value in open_.items():
        if not _holds_unknown(value) or name not in wanted:
            continue
        if not residue({name: have[name]}, {name: wanted[name]}):
            yield (*path, name)
        else:
            yield from _agreeing(value, have[name], wanted[name], (*path, name))


def _holds_unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_unknown, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_holds_unknown, value))
    return value is UNKNOWN


def _without(value: Any, paths: set[_Path], path: _Path) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {name: _without(each, paths, (*path, name)) for name, each in value.items() if (*path, name) not in paths}
