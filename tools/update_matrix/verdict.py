"""What Pulumi would do for a change of arguments, computed without the engine.

Two plans of the component are compared resource by resource. The official azure-native provider's facts say what
replaces a resource (the tables of the stand-in provider); so do the component's ``replace_on_changes`` and
``ignore_changes``. A replaced resource is deleted first, because its name is fixed. By the engine's rule, it then also
replaces every resource for which its new value would be a replacement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from azure_native.diff import difference
from azure_native.table import API_VERSION, resource_type
from azure_native.values import Unknown
from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.plan.replacement import goes_along_with, replacing_paths
from pulumi_azure_scaleset.plan.resources import (
    Child,
    Lazy,
    Plan,
    Ref,
    Secret,
)
from pulumi_azure_scaleset.plan.versions import token_of

CREATE, UPDATE, REPLACE, DELETE = "create", "update", "replace", "delete"
OPERATIONS = (REPLACE, UPDATE, CREATE, DELETE)

Operations = dict[str, str]
"""The operation on each resource that has one, by the resource's key in the plan."""

COMPONENT = "web"
"""The component's name in the plans that are compared, unless another is given."""

_OF_INSTANCE = re.compile(r"^(?P<kind>vm|nic|nat|ext|lock|policy):(?P<name>[^/]+)(?P<rest>/.*)?$")


def operations(before: Mapping[str, Any], after: Mapping[str, Any], component: str = COMPONENT) -> Operations:
    """What a deployment of ``after`` does to a stack that has ``before``.

    Args:
        before: The arguments that were deployed.
        after: The arguments that are deployed now.
        component: The component's logical name.

    Raises:
        ScaleSetArgsError: one of the two is refused.
    """
    old, new = _Resources(compile_args(component, before).plan), _Resources(compile_args(component, after).plan)
    result = {key: DELETE for key in old.children if key not in new.children}
    result |= {key: CREATE for key in new.children if key not in old.children}
    shared = [key for key in new.children if key in old.children]
    replaced: set[str] = set()
    # In the plan's order: what a resource refers to comes before it.
    for key in shared:
        operation = _operation(old, new, key, replaced)
        if operation is not None:
            result[key] = operation
        if operation == REPLACE:
            replaced.add(key)
    return result


def _operation(old: _Resources, new: _Resources, key: str, replaced: set[str]) -> str | None:
    one, two = old.children[key], new.children[key]
    if replaced & set(goes_along_with(two, new.children)):
        return REPLACE
    if (one.type, one.name) != (two.type, two.name):
        return REPLACE
    if _replaces(two, _changes(old.inputs(one), new.inputs(two, replaced), two)):
        return REPLACE
    return UPDATE if _changes(old.inputs(one), new.inputs(two), two) else None


def _changes(old: dict[str, Any], new: dict[str, Any], child: Child) -> dict[str, bool]:
    """The changed paths, and whether the provider replaces the resource for them."""
    changes = difference(resource_type(token_of(child)), old, new, {}).changes
    # What others own as a whole is read from Azure, and the same on both sides.
    theirs = [".".join(map(str, each.path)) for each in child.foreign if not each.names]
    left = [*child.ignore_changes, *theirs]
    return {path: c.replace for path, c in changes.items() if not any(_below(path, each) for each in left)}


def _replaces(child: Child, changes: Mapping[str, bool]) -> bool:
    return any(
        replace or any(_below(path, each) for each in replacing_paths(child)) for path, replace in changes.items()
    )


def _below(path: str, root: str) -> bool:
    """Whether ``path`` is ``root`` or below it."""
    return path == root or path.startswith((f"{root}.", f"{root}["))


class _Resources:
    """A plan's resources, with references between them written out."""

    def __init__(self, plan: Plan) -> None:
        self.children = {child.key: child for child in plan.children}

    def inputs(self, child: Child, replaced: set[str] | frozenset[str] = frozenset()) -> dict[str, Any]:
        """A child's inputs; values from a resource that is ``replaced`` are unknown."""
        inputs = {name: self._value(value, replaced) for name, value in child.inputs.items()}
        return {**inputs, API_VERSION: resource_type(token_of(child)).api_version}

    def _value(self, value: Any, replaced: set[str] | frozenset[str]) -> Any:
        if isinstance(value, Ref):
            return Unknown() if value.child in replaced else self._output(value)
        if isinstance(value, Secret):
            return self._value(value.value, replaced)
        if isinstance(value, Lazy):
            return self._computed(value, replaced)
        if isinstance(value, Mapping):
            return {name: self._value(item, replaced) for name, item in value.items()}
        return [self._value(item, replaced) for item in value] if isinstance(value, list | tuple) else value

    def _computed(self, value: Lazy, replaced: set[str] | frozenset[str]) -> Any:
        arguments = [self._value(argument, replaced) for argument in value.arguments]
        if any(isinstance(argument, Unknown) for argument in arguments):
            return Unknown()
        return f"<{getattr(value.function, '__name__', 'computed')}{arguments}>"

    def _output(self, ref: Ref) -> str:
        """A placeholder for another resource's output; it changes with the inputs that determine the resource's id."""
        child = self.children[ref.child]
        parts = [self._value(child.inputs.get(name), frozenset()) for name in resource_type(child.type).parameters]
        return f"<{child.type} {'/'.join(map(str, parts))}>.{ref.attribute}{ref.suffix}"


def summary(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[str]]:
    """:func:`operations` by operation; what is the same for every named instance is written once, with ``*``."""
    found = operations(before, after)
    kept = set(before.get("instances") or {}) & set(after.get("instances") or {})
    result: dict[str, list[str]] = {}
    for operation in OPERATIONS:
        keys = [key for key, each in found.items() if each == operation]
        if keys:
            result[operation] = sorted({_general(key, keys, kept) for key in keys})
    return result


def _general(key: str, keys: list[str], instances: set[str]) -> str:
    match = _OF_INSTANCE.match(key)
    if match is None or match["name"] not in instances or len(instances) < 2:  # noqa: PLR2004 - one has no neighbour
        return key
    rest = match["rest"] or ""
    alike = all(f"{match['kind']}:{name}{rest}" in keys for name in instances)
    return f"{match['kind']}:*{rest}" if alike else key
