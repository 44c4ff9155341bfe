"""The escape hatch: raw azure-native inputs, merged into the child resources by resource key."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan.resources import Child, Plan, Secret
from scaleset_core.facts.secrets import SECRET_INPUTS, is_secret

KINDS = (
    "scaleSet",
    "virtualMachine",
    "networkInterface",
    "virtualMachineExtension",
    "inboundNatRule",
    "loadBalancer",
    "publicIPAddress",
    "virtualNetwork",
    "networkSecurityGroup",
    "natGateway",
    "lock",
    "instanceProtection",
    "autoscaleSetting",
    "standbyVirtualMachinePool",
    "attachment",
    "roleAssignment",
    "diagnosticSetting",
)
"""The resource keys of ``overrides``."""

INSTANCE_KINDS = ("virtualMachine", "networkInterface")
"""The resource keys of an instance's own ``overrides``."""


def merge(inputs: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    """``inputs`` merged with ``override``: objects are merged, everything else is replaced, null removes."""
    merged = dict(inputs)
    for name, value in override.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping) and isinstance(merged.get(name), Mapping):
            merged[name] = merge(merged[name], value)
        else:
            merged[name] = value
    return merged


def apply(plan: Plan, model: ScaleSetModel) -> None:
    """Merge the model's overrides into the plan's children: the set's first, then each instance's own."""
    own = {name: instance.overrides for name, instance in model.instances.items() if instance.overrides}
    if not model.overrides and not own:
        return
    for index, child in enumerate(plan.children):
        override = model.overrides.get(child.kind)
        changed = child if not isinstance(override, Mapping) else _with(child, override)
        instance = own.get(child.owner, {}).get(child.kind) if child.kind in INSTANCE_KINDS else None
        if isinstance(instance, Mapping):
            changed = _with(changed, instance)
        plan.children[index] = changed


def _with(child: Child, override: Mapping[str, Any]) -> Child:
    return replace(child, inputs=merge(child.inputs, with_secrets(override)))


def with_secrets(raw: Any) -> Any:
    """Raw inputs with what is secret by its name marked as such, at any depth: nobody marks it in a configuration file.

    A text below a secret's name is one (``adminPassword``), and so is everything below ``protectedSettings``.
    """
    if isinstance(raw, Mapping):
        return {name: _marked(str(name), value) for name, value in raw.items()}
    if isinstance(raw, list | tuple):
        return [with_secrets(item) for item in raw]
    return raw


def _marked(name: str, value: Any) -> Any:
    whole = name in SECRET_INPUTS or (not isinstance(value, Mapping | list | tuple) and is_secret(name))
    if whole and value is not None and not isinstance(value, bool):
        return Secret(value)
    return with_secrets(value)


def problems(model: ScaleSetModel) -> Iterator[Problem]:
    """Unknown resource keys, and values that are not objects."""
    yield from _check("overrides", model.overrides, KINDS)
    raw = model.overrides.get("scaleSet")
    if isinstance(raw, Mapping) and "orchestrationMode" in raw:
        yield Problem("overrides.scaleSet.orchestrationMode", "the whole layout follows it: use orchestration_mode")
    for name, instance in model.instances.items():
        yield from _check(f"instances[{name!r}].overrides", instance.overrides, INSTANCE_KINDS)


def without_effect(model: ScaleSetModel, plan: Plan) -> Iterator[str]:
    """Warnings about raw inputs of resources that the plan does not have."""
    there = {child.kind for child in plan.children}
    for kind in model.overrides:
        if kind in KINDS and kind not in there:
            yield f"overrides.{kind}: it has no effect, there is no such resource in this set"


def _check(field: str, override: Mapping[str, Any], kinds: tuple[str, ...]) -> Iterator[Problem]:
    for key, value in override.items():
        if key not in kinds:
            close = difflib.get_close_matches(key, kinds, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"expected one of {', '.join(kinds)}"
            yield Problem(f"{field}.{key}", f"there is no such resource here; {hint}")
        elif not isinstance(value, Mapping):
            yield Problem(f"{field}.{key}", "expected an object of azure-native inputs")
