"""The escape hatch: raw azure-native inputs, merged into the child resources by resource key."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan import lists, raw_keys, sdk_schema, tokens, versions
from pulumi_azure_scaleset.plan.resources import Child, Lazy, Plan, Ref, Secret
from scaleset_core.facts.secrets import SECRET_INPUTS, is_secret

KINDS = tuple(tokens.OF_KIND)
"""The resource keys of ``overrides``."""

INSTANCE_KINDS = ("virtualMachine", "networkInterface")
"""The resource keys of an instance's own ``overrides``."""


def merge(inputs: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    """``inputs`` merged with ``override``.

    Objects are merged, and so are lists whose elements have a name, a lun or an id; everything else is replaced, null
    removes, and ``{"$replace": [...]}`` replaces a list.
    """
    merged = dict(inputs)
    for name, value in override.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merged(merged.get(name), value)
    return merged


def _merged(old: Any, new: Any) -> Any:
    whole = lists.replaced_by(new)
    if whole is not None:
        return _added(whole)
    if isinstance(new, Mapping) and isinstance(old, Mapping):
        return merge(old, new)
    identity = lists.identity_of(old, new) if isinstance(old, list) and isinstance(new, list | tuple) else None
    if identity is None:
        return _added(new)
    return [_element(element, change) for element, change in lists.pairs(old, new, identity)]


def _added(new: Any) -> Any:
    """Raw inputs that come where nothing is to merge them with."""
    if isinstance(new, list | tuple):
        return [_merged(None, each) for each in new]
    return {name: _merged(None, each) for name, each in new.items()} if isinstance(new, Mapping) else new


def _element(element: Any, change: Any) -> Any:
    if element is None:
        return _added(change)
    return element if change is None else merge(element, change)


def replaced(inputs: Any, override: Any, path: str) -> Iterator[str]:
    """The paths of the lists in ``inputs`` that ``override`` replaces, although it does not say so.

    Args:
        inputs: The inputs.
        override: The raw inputs that are merged into them.
        path: The path of ``override`` in the arguments.
    """
    if isinstance(override, Mapping) and isinstance(inputs, Mapping):
        for name, value in override.items():
            yield from replaced(inputs.get(name), value, f"{path}.{name}")
    elif isinstance(override, list | tuple) and isinstance(inputs, list):
        identity = lists.identity_of(inputs, override)
        if identity is not None:
            for element, change in lists.pairs(inputs, override, identity):
                if element is not None and change is not None:
                    yield from replaced(element, change, f"{path}[{change[identity]!r}]")
        elif any(element not in override for element in inputs):
            yield path


def apply(plan: Plan, model: ScaleSetModel) -> None:
    """Merge the model's overrides into the plan's children: the set's first, then each instance's own."""
    if not _any(model):
        return
    for index, child in enumerate(plan.children):
        merged = child.inputs
        for override in of(child, model).values():
            merged = merge(merged, with_secrets(override))
        # A literal id that replaces a reference means the same resource. So the order is kept, in a destroy too.
        lost = dict.fromkeys(each for each in _referred(child.inputs) if each not in set(_referred(merged)))
        plan.children[index] = replace(child, inputs=merged, after=(*child.after, *lost))


def _referred(value: Any) -> Iterator[str]:
    """The keys of the children that a value refers to."""
    if isinstance(value, Ref):
        yield value.child
    elif isinstance(value, Lazy):
        yield from _referred(value.arguments)
    elif isinstance(value, Mapping):
        yield from _referred(list(value.values()))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _referred(each)


def replaced_lists(plan: Plan, model: ScaleSetModel) -> list[str]:
    """Warnings about lists that the overrides are going to replace as a whole.

    Args:
        plan: The plan, before they are applied.
        model: The arguments.
    """
    if not _any(model):
        return []
    found = dict.fromkeys(
        path
        for child in plan.children
        for field, override in of(child, model).items()
        for path in replaced(child.inputs, override, field)
    )
    return [
        f"{path}: it replaces the whole list, since not every element has a name, a lun or an id to merge it by; "
        f"write the list in full, or {{{lists.REPLACE!r}: [...]}} to say that this is meant"
        for path in found
    ]


def _any(model: ScaleSetModel) -> bool:
    return bool(model.overrides) or any(instance.overrides for instance in model.instances.values())


def of(child: Child, model: ScaleSetModel) -> dict[str, Mapping[str, Any]]:
    """The raw inputs for one resource, by the argument that contains them."""
    found = {f"overrides.{child.kind}": model.overrides.get(child.kind)}
    instance = model.instances.get(child.owner) if child.kind in INSTANCE_KINDS else None
    if instance is not None:
        field = f"instances[{child.owner!r}].overrides.{child.kind}"
        found[field] = instance.overrides.get(child.kind)
    return {field: override for field, override in found.items() if isinstance(override, Mapping)}


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
    """Unknown resource keys, values that are not objects, and keys inside them that azure-native would drop."""
    yield from _check("overrides", model.overrides, KINDS, model)
    raw = model.overrides.get("scaleSet")
    if isinstance(raw, Mapping) and "orchestrationMode" in raw:
        yield Problem("overrides.scaleSet.orchestrationMode", "the whole layout follows it: use orchestration_mode")
    for name, instance in model.instances.items():
        yield from _check(f"instances[{name!r}].overrides", instance.overrides, INSTANCE_KINDS, model)


def without_effect(model: ScaleSetModel, plan: Plan) -> Iterator[str]:
    """Warnings about raw inputs of resources that the plan does not have, and about keys that look like a slip."""
    there = {child.kind for child in plan.children}
    for kind, raw in model.overrides.items():
        if kind in KINDS and kind not in there:
            yield f"overrides.{kind}: it has no effect, because this set has no such resource"
        elif kind in KINDS and isinstance(raw, Mapping) and versions.newer(model, kind):
            yield from _slips(f"overrides.{kind}", kind, raw)
    for name, instance in model.instances.items():
        for kind, raw in instance.overrides.items():
            if kind in INSTANCE_KINDS and isinstance(raw, Mapping) and versions.newer(model, kind):
                yield from _slips(f"instances[{name!r}].overrides.{kind}", kind, raw)


def _slips(field: str, kind: str, raw: Mapping[str, Any]) -> Iterator[str]:
    """Keys that the installed SDK does not have and that resemble one: it does not describe other API versions."""
    for each in raw_keys.unknown_keys(raw, tokens.OF_KIND[kind], field):
        if each.meant is not None:
            yield f"{each.path}: it is passed on, and the SDK knows {each.meant!r}: is that what was meant?"


def _check(field: str, override: Mapping[str, Any], kinds: tuple[str, ...], model: ScaleSetModel) -> Iterator[Problem]:
    for key, value in override.items():
        if key not in kinds:
            close = difflib.get_close_matches(key, kinds, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"expected one of {', '.join(kinds)}"
            yield Problem(f"{field}.{key}", f"there is no such resource here; {hint}")
        elif not isinstance(value, Mapping):
            yield Problem(f"{field}.{key}", "expected an object of azure-native inputs")
        elif not versions.newer(model, key):
            for each in raw_keys.unknown_keys(value, tokens.OF_KIND[key], f"{field}.{key}"):
                yield Problem(each.path, _dropped(key, each))


def _dropped(kind: str, key: raw_keys.Unknown) -> str:
    """What is wrong with a key that azure-native does not have, and the way that works."""
    token = tokens.OF_KIND[kind]
    known = sdk_schema.versions_of(token)
    at = "" if known is None else f" at API version {known.default}"
    argument = versions.FIELD if token in versions.COMPUTE else f"{versions.BY_RESOURCE}: {{{kind}: ...}}"
    meant = "" if key.meant is None else f"did you mean {key.meant!r}? "
    newer = f"If a newer version of the API has it, set that version: {argument}"
    latest = max((each for each in known.others if each > known.default), default="") if known is not None else ""
    example = f" (azure-native has versions up to {latest})" if latest else ""
    return f"azure-native has no such property{at} and would drop it without a word: {meant}{newer}{example}"
