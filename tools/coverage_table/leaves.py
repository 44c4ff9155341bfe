"""The leaves of azure-native's schema, and those that the component's maximal argument sets write."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from devkit import paths
from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.plan import sdk_schema
from pulumi_azure_scaleset.plan.resources import Lazy, Secret

_PARTS = frozenset({"resourceGroupName"})


def leaves_of(token: str) -> list[str]:
    """Every property of a type that holds no further properties, ``a.b[].c``; maps and free JSON are one leaf each."""
    cls = sdk_schema.inputs_of(token)
    return [] if cls is None else list(_of_class(cls, "", ()))


def _of_class(cls: type, path: str, above: tuple[type, ...]) -> Iterator[str]:
    for name, kind in sdk_schema.members(cls).items():
        where = f"{path}.{name}" if path else name
        classes = () if sdk_schema.is_map(kind) else sdk_schema.objects_of(kind)
        inner = [each for each in classes if each not in above]
        if not classes:
            yield where
        for each in inner:
            yield from _of_class(each, where, (*above, cls))


def argument_sets() -> Mapping[str, Mapping[str, Any]]:
    """The maximal argument sets of the tests: together they use every argument."""
    sys.path.append(str(paths.ROOT / "tests"))
    from support.maximal import EVERYTHING  # noqa: PLC0415 - found by the line above

    return EVERYTHING


def written(sets: Mapping[str, Mapping[str, Any]]) -> dict[str, set[str]]:
    """The leaves that the sets write by their arguments, without ``overrides``, by type token."""
    found: dict[str, set[str]] = {}
    for args in sets.values():
        instances = {
            name: {key: value for key, value in each.items() if key != "overrides"}
            for name, each in args.get("instances", {}).items()
        }
        for child in compile_args("web", {**args, "overrides": {}, "instances": instances}).plan.children:
            found.setdefault(child.type, set()).update(_paths(child.inputs, ""))
    return found


def _paths(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Secret):
        value = value.value
    if isinstance(value, Lazy):
        yield f"{path}*"
    elif isinstance(value, Mapping):
        yield path
        for name, inner in value.items():
            yield from _paths(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        yield path
        for inner in value:
            yield from _paths(inner, path)
    else:
        yield path


def reached(leaf: str, paths_written: set[str]) -> bool:
    """Whether a leaf is written: itself, or in an object that is computed as a whole."""
    parts = leaf.split(".")
    return leaf in paths_written or any(f"{'.'.join(parts[: i + 1])}*" in paths_written for i in range(len(parts)))
