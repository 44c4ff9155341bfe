"""From a user's request to the REST calls that perform it: pure, and driven by the mode table alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scaleset_core.modes import (
    Mode,
    Route,
    RouteKind,
    Row,
)
from scaleset_operations.calls import Call, build
from scaleset_operations.errors import UnsupportedError, UsageError
from scaleset_operations.instances import Instance
from scaleset_operations.locks import advice
from scaleset_operations.report import Outcome, State
from scaleset_operations.target import Target, same_id

_PER_INSTANCE = {RouteKind.INSTANCE_CALL, RouteKind.VM_CALL, RouteKind.VM_EXTENSION_CALL, RouteKind.LOCK}
_MOST = 100
"""How many instances one call deletes at most; Azure documents no limit, and a smaller one makes a failure smaller."""
_READ_ONLY = ("id", "name", "type", "instanceId", "resources", "etag")
_READ_ONLY_PROPERTIES = (
    "instanceView", "latestModelApplied", "modelDefinitionApplied", "provisioningState", "timeCreated", "vmId",
    "virtualMachineResourceId",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """An instance that is skipped, and why.

    Attributes:
        name: The instance.
        why: The reason.
        satisfied: Whether it is already in the requested state: then it counts as done.
    """

    name: str
    why: str
    satisfied: bool = False

    def outcome(self) -> Outcome:
        """Its line in the report."""
        return Outcome(name=self.name, state=State.DONE if self.satisfied else State.SKIPPED, why=self.why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The user's choices besides the instances.

    Attributes:
        variant: The option that chooses another route of the row (``each-machine``), or ``""``.
        name: The extension's name, for rows about extensions.
        body: The JSON body's members, instance ids excepted.
        query: Query parameters in ARM's spelling.
        batch: Instances in one batch call; 0: all of them.
        named: Whether the instances were named one by one.
        by_instance: The variant for chosen instances, where the row has one (``instances``).
    """

    variant: str = ""
    name: str = ""
    body: Mapping[str, Any] | None = None
    query: Mapping[str, Any] = field(default_factory=dict)
    batch: int = 0
    named: bool = False
    by_instance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The calls of one operation.

    Attributes:
        row: The row of the mode table.
        mode: The scale set's mode.
        route: The route that was taken.
        target: The scale set.
        calls: The calls, in order.
        skipped: Instances that are skipped.
        named: Whether the instances were named one by one.
        risk: What is at risk, where that depends on the set and not on the row alone: see
            :class:`~scaleset_core.modes.Row`.
    """

    row: Row
    mode: Mode
    route: Route
    target: Target
    calls: tuple[Call, ...]
    skipped: tuple[Skip, ...] = ()
    named: bool = False
    risk: str = ""

    def to_json(self) -> dict[str, Any]:
        """What ``--dry-run`` prints."""
        return {
            "operation": self.row.id,
            "mode": self.mode.value,
            "scaleSet": self.target.id,
            "calls": [each.to_json() for call in self.calls for each in (call, *call.then)],
            "skipped": [{"instance": skip.name, "why": skip.why} for skip in self.skipped],
        }


def choose_route(row: Row, mode: Mode, choices: Choices) -> Route:
    """The route of the row in this mode, with the variant that was chosen.

    Raises:
        UnsupportedError: The mode has no such operation.
        UsageError: The route has no such variant, or takes no such query parameter.
    """
    route = row.route(mode)
    if not route.supported:
        raise UnsupportedError(row, mode)
    if choices.variant:
        found = route.variant(choices.variant)
        if found is None:
            raise UsageError(_no_variant(row, mode, choices.variant))
        route = found
    for name in choices.query:
        if name not in route.query:
            taken = ", ".join(_option(item) for item in route.query) or "none"
            raise UsageError(
                f"{_option(name)}: `scaleset {row.command}` takes no such option on a {mode} scale set "
                f"(options of its call: {taken}). Leave it out."
            )
    return route


def _no_variant(row: Row, mode: Mode, variant: str) -> str:
    if row.route(mode.other).variant(variant) is not None:
        option = f"via {variant.split(maxsplit=1)[0]}" if variant.startswith("scheduled-actions") else variant
        return (
            f"--{option} is for {mode.other} scale sets; on this {mode} one `scaleset {row.command}` has a "
            "single implementation. Leave the option out."
        )
    others = [name for name, _ in row.route(mode).variants]
    return (
        f"--{variant}: `scaleset {row.command}` has no such way"
        + (f"; it has: {', '.join(others)}." if others else ".")
        + " Leave the option out."
    )


def _option(name: str) -> str:
    return "--" + "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)


def make_plan(
    row: Row, mode: Mode, target: Target, instances: Sequence[Instance] | None, choices: Choices | None = None
) -> Plan:
    """The calls that perform a row.

    Args:
        row: What to do.
        mode: The scale set's mode.
        target: The scale set.
        instances: The selected instances; None: the whole set, with one call (set calls only).
        choices: Everything else.

    Raises:
        UnsupportedError: The mode has no such operation.
        UsageError: A choice does not fit the route, or no selected instance can take part.
    """
    chosen = choices or Choices()
    route = choose_route(row, mode, chosen)
    if route.kind not in _PER_INSTANCE | {RouteKind.SET_CALL}:
        raise UsageError(f"`scaleset {row.command}` is a {route.kind.value}; it has no calls to plan.")
    if instances is None:
        if route.kind is not RouteKind.SET_CALL:
            raise UsageError(f"`scaleset {row.command}` on a {mode} scale set acts on instances; none was given.")
        calls: tuple[Call, ...] = (_whole_set(route, target, chosen),)
        return Plan(row=row, mode=mode, route=route, target=target, calls=calls)
    fit, skipped = divide(route, instances, chosen)
    if instances and not fit:
        raise UsageError(nothing_fits(row, mode, skipped))
    if route.kind is RouteKind.SET_CALL:
        calls = tuple(_batches(route, target, fit, chosen))
    else:
        calls = tuple(
            build(
                route, target, instance=item, name=chosen.name, body=_body_for(route, item, chosen), query=chosen.query
            )
            for item in fit
        )
    return Plan(row=row, mode=mode, route=route, target=target, calls=calls, skipped=tuple(skipped), named=chosen.named)


def _whole_set(route: Route, target: Target, choices: Choices) -> Call:
    body = dict(choices.body or {})
    if route.instance_ids == "required":
        body["instanceIds"] = ["*"]
    given = body if body or choices.body is not None else None
    return build(route, target, name=choices.name, body=given, query=choices.query)


def _batches(route: Route, target: Target, instances: Sequence[Instance], choices: Choices) -> Iterable[Call]:
    most = _MOST if route.deletes == "instance" else 0
    size = choices.batch or min(most, len(instances)) or len(instances) or 1
    for start in range(0, len(instances), size):
        part = instances[start : start + size]
        body = {**(choices.body or {}), "instanceIds": [item.instance_id for item in part]}
        yield build(route, target, body=body, query=choices.query, instances=tuple(item.name for item in part))


def _body_for(route: Route, instance: Instance, choices: Choices) -> Mapping[str, Any] | None:
    """The body of a call on one instance: the change alone, or the whole model with the change in it.

    A PATCH of a virtual machine replaces all its tags, so that a change of one goes with the others.
    """
    change = choices.body
    if change is None:
        return None
    if route.whole_body:
        return merge(writable(instance.model), change)
    if route.http == "PATCH" and isinstance(change.get("tags"), Mapping):
        return {**change, "tags": merge(instance.model.get("tags") or {}, change["tags"])}
    return change


def writable(model: Mapping[str, Any]) -> dict[str, Any]:
    """A scale-set VM's model without what only Azure writes."""
    body = {key: value for key, value in model.items() if key not in _READ_ONLY}
    properties = {
        key: value for key, value in (model.get("properties") or {}).items() if key not in _READ_ONLY_PROPERTIES
    }
    return {**body, "properties": properties}


def merge(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """A deep JSON merge into a copy: objects merge, everything else is replaced, null removes."""
    merged = dict(base)
    for key, value in change.items():
        current = merged.get(key)
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping):
            merged[key] = merge(current if isinstance(current, Mapping) else {}, value)
        else:
            merged[key] = value
    return merged


def divide(route: Route, instances: Iterable[Instance], choices: Choices) -> tuple[list[Instance], list[Skip]]:
    """Those that can take part, and those that are skipped, each with the reason."""
    fit: list[Instance] = []
    skipped: list[Skip] = []
    for item in instances:
        why = obstacle(route, item, named=choices.named)
        if why:
            skipped.append(Skip(name=item.name, why=why))
        else:
            fit.append(item)
    return fit, skipped


def obstacle(route: Route, instance: Instance, *, named: bool) -> str:
    """Why an instance cannot take part; ``""`` when it can. An unknown fact is not a reason."""
    if route.condition == "ephemeral-os-disk" and instance.ephemeral is False:
        return "its OS disk is not ephemeral; leave out --each-machine: the set's own call takes any OS disk"
    if route.condition == "spot" and instance.spot is False:
        return "it is not a Spot instance; only Spot instances are evicted"
    locked = lock_obstacle(route, instance)
    if locked:
        return locked
    return _policy_obstacle(route, instance, named=named)


def _policy_obstacle(route: Route, instance: Instance, *, named: bool) -> str:
    """A protectionPolicy blocks set-wide actions, but not a delete or a call on one instance."""
    if not instance.protect_actions or route.deletes == "instance" or route.reads:
        return ""
    if route.kind is RouteKind.SET_CALL:
        return (
            "its protectionPolicy protects it from set-wide actions; lift it first: "
            f"`scaleset instances unprotect --instances {instance.instance_id}`"
        )
    return "" if named else "its protectionPolicy protects it from set-wide actions; name it with --instances"


def lock_obstacle(route: Route, instance: Instance) -> str:
    """The management lock that stops a call on the instance, by name; ``""`` when none does."""
    if route.reads or route.kind is RouteKind.LOCK or not instance.locks:
        return ""
    stopping = [lock for lock in instance.locks if route.deletes or "readonly" in lock.lower()]
    if not stopping:
        return ""
    above = [
        lock for lock in instance.guards if str(lock) in stopping and not same_id(lock.scope, instance.resource_id)
    ]
    named = f"the management lock {' and '.join(stopping)} stops it"
    if above:
        return f"{named}; {'; '.join(f'{lock.name}: {advice(lock)}' for lock in above)}"
    return f"{named}; remove it first: `scaleset instances unprotect --instances {instance.name}`"


def nothing_fits(row: Row, mode: Mode, skipped: Sequence[Skip]) -> str:
    """The error message when no selected instance can take part."""
    reasons: dict[str, list[str]] = {}
    for skip in skipped:
        reasons.setdefault(skip.why.replace(skip.name, "NAME"), []).append(skip.name)
    shown = "; ".join(
        f"{', '.join(names[:5])}{f' and {len(names) - 5} more' if len(names) > 5 else ''}: "  # noqa: PLR2004 - a readable line
        + (why.replace("NAME", names[0]) if len(names) == 1 else why)
        for why, names in reasons.items()
    )
    return (
        f"`scaleset {row.command}` on this {mode} scale set: of {len(skipped)} selected, none can take part. "
        f"{shown}. Nothing was done."
    )
