"""Arguments that become exactly what is wanted: what they do not say is added as raw inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.errors import ScaleSetArgsError
from pulumi_azure_scaleset.plan.lists import REPLACE
from pulumi_azure_scaleset.plan.resources import Plan, readable
from scaleset_migration.residue import residue

PLACEHOLDER = "Placeholder-0-of-a-secret!"
"""Stands for a secret while a program is being written; it is never in one."""


@dataclass(frozen=True, slots=True)
class FromConfig:
    """A value that a program takes from its stack's configuration, because Azure shows it to nobody.

    Attributes:
        name: The key of the configuration.
        secret: Whether it is a secret.
        structured: Whether it is an object, and no text.
        example: What stands for it while the program is checked.
    """

    name: str
    secret: bool = True
    structured: bool = False
    example: Any = PLACEHOLDER


@dataclass(frozen=True, slots=True)
class Settled:
    """Arguments, and what they become.

    Attributes:
        arguments: In snake case, with :class:`FromConfig` where a value comes from the configuration.
        plan: The resources; None if the arguments are refused.
        problems: Why they are refused.
        warnings: What the component says of them.
    """

    arguments: dict[str, Any]
    plan: Plan | None
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def plain(value: Any) -> Any:
    """Arguments as the component can check them now: an example in place of what comes from the configuration."""
    if isinstance(value, FromConfig):
        return value.example
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def settle(
    component: str, arguments: Mapping[str, Any], wanted: Mapping[str, Any], *, keep_defaults: bool = False
) -> Settled:
    """The arguments with the overrides that make the set what is wanted.

    Args:
        component: The component's name.
        arguments: The arguments.
        wanted: The set's properties as azure-native flattens them, without what Azure decides.
        keep_defaults: Whether what the component adds by itself may stay: right for a set that is made anew, wrong for
            one that is there already.
    """
    found = check(component, arguments)
    if found.plan is None:
        return found
    have = {name: value for name, value in readable(found.plan.scale_set.inputs).items() if name not in _NAMES}
    missing = residue(have, plain({name: value for name, value in wanted.items() if name not in _NAMES}))
    if keep_defaults:
        missing = _without_nulls(missing) or {}
    if not missing:
        return found
    overrides = {**dict(arguments.get("overrides", {})), "scaleSet": missing}
    return check(component, {**arguments, "overrides": overrides})


def _without_nulls(value: Any) -> Any:
    """Overrides that remove nothing."""
    if isinstance(value, Mapping) and REPLACE not in value:
        kept = {name: _without_nulls(each) for name, each in value.items() if each is not None}
        return {name: each for name, each in kept.items() if each not in ({}, [])}
    if isinstance(value, list):
        kept_items = [_without_nulls(each) for each in value]
        # An element that only its name is left of changes nothing.
        return [each for each in kept_items if not isinstance(each, Mapping) or len(each) > 1]
    return value


_NAMES = frozenset({"resourceGroupName", "vmScaleSetName", "azureApiVersion", "name", "id", "type"})


def check(component: str, arguments: Mapping[str, Any]) -> Settled:
    """What the component says to the arguments; contested rules are accepted, and told."""
    known = dict(arguments)
    try:
        compiled = compile_args(component, plain(known))
    except ScaleSetArgsError as error:
        problems = tuple(f"{each.field}: {each.message}" for each in error.problems)
        return Settled(known, None, problems)
    return Settled(known, compiled.plan, (), compiled.warnings)


def with_arguments(found: Settled, **more: Any) -> Settled:
    """The same with other arguments, unchecked."""
    return replace(found, arguments={**found.arguments, **more})
