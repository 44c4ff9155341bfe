"""Arguments that become exactly what is wanted: what they do not say is added as raw inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.errors import ScaleSetArgsError
from pulumi_azure_scaleset.plan import sdk_schema, tokens
from pulumi_azure_scaleset.plan.resources import Plan, readable
from scaleset_migration.residue import residue

PLACEHOLDER = "Placeholder-0-of-a-secret!"
"""The placeholder for a secret while a program is being written; it is never in one."""


@dataclass(frozen=True, slots=True)
class FromConfig:
    """A value that a program takes from its stack's configuration, because Azure shows it to nobody.

    Attributes:
        name: The key of the configuration.
        secret: Whether it is a secret.
        structured: Whether it is an object and not a text.
        example: The placeholder while the program is checked.
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
        keep_defaults: Whether what the component adds by itself may stay: right for a new set, wrong for an existing
            one.
    """
    found = check(component, arguments)
    if found.plan is None:
        return found
    have = {name: value for name, value in readable(found.plan.scale_set.inputs).items() if name not in _NAMES}
    asked_for = plain({name: value for name, value in wanted.items() if name not in _NAMES})
    missing = residue(have, asked_for, keep=keep_defaults)
    if not missing:
        return found
    overrides = {**dict(arguments.get("overrides", {})), "scaleSet": missing}
    settled = check(component, {**arguments, "overrides": overrides})
    if settled.plan is None and any(_NEWER in problem for problem in settled.problems):
        # The set has a property that azure-native's own version of the API lacks: the newest one may have it.
        newest = newest_version(tokens.SCALE_SET)
        return check(component, {**arguments, "overrides": overrides, **({"api_version": newest} if newest else {})})
    return settled


_NEWER = "azure-native has no such property at API version"


def newest_version(token: str) -> str:
    """The newest API version that azure-native has of a type, ``""`` if it has none but its own."""
    known = sdk_schema.versions_of(token)
    return max(known.others, default="") if known is not None else ""


_NAMES = frozenset({"resourceGroupName", "vmScaleSetName", "azureApiVersion", "name", "id", "type"})


def check(component: str, arguments: Mapping[str, Any]) -> Settled:
    """What the component says to the arguments; contested rules are accepted, and reported."""
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
