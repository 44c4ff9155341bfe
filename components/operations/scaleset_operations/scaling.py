"""How many instances a set has, and which machines belong to it: the calls, from what the set is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scaleset_core.modes import Mode, row, rule
from scaleset_operations.calls import Call, build
from scaleset_operations.errors import UsageError
from scaleset_operations.instances import Instance, profile_of
from scaleset_operations.planning import Choices, Plan, Skip, choose_route
from scaleset_operations.target import Target

SCALE = row("set.scale")
ATTACH = row("instance.attach")


def _properties(model: Mapping[str, Any]) -> Mapping[str, Any]:
    found = model.get("properties")
    return found if isinstance(found, Mapping) else {}


def plan_scale(mode: Mode, target: Target, model: Mapping[str, Any], capacity: int) -> Plan:
    """The call that gives the set ``capacity`` instances; fewer than it has means that some are lost.

    Raises:
        UsageError: The set has no profile to make instances from.
    """
    if mode is Mode.FLEXIBLE and profile_of(model) is None:
        raise UsageError(
            f"`scaleset set scale`: the scale set {target.name!r} has no profile, so Azure makes no instances for it. "
            "Add or remove machines one by one: in your program, or with `scaleset instances attach` and "
            "`scaleset instances delete`. Nothing was done."
        )
    sku = model.get("sku") or {}
    now = int(sku.get("capacity") or 0)
    route = choose_route(SCALE, mode, Choices())
    if capacity == now:
        skip = Skip(name="", why=f"it has {now} instances already", satisfied=True)
        return Plan(row=SCALE, mode=mode, route=route, target=target, calls=(), skipped=(skip,))
    call = build(route, target, body={"sku": {**sku, "capacity": capacity}})
    return Plan(row=SCALE, mode=mode, route=route, target=target, calls=(call,), risk="loss" if capacity < now else "")


def plan_attach(
    mode: Mode, target: Target, model: Mapping[str, Any], names: Sequence[str], members: Sequence[Instance]
) -> Plan:
    """The calls that take existing virtual machines into the set.

    Raises:
        UnsupportedError: The set is Uniform.
        UsageError: The set is of a kind that Azure attaches nothing to.
    """
    route = choose_route(ATTACH, mode, Choices())
    _check_attachable(target, model)
    known = {each.name.lower() for each in members}
    calls: list[Call] = []
    skipped: list[Skip] = []
    for name in names:
        if name.lower() in known:
            skipped.append(Skip(name=name, why="it belongs to the set already", satisfied=True))
            continue
        machine = Instance(name=name, instance_id=name, resource_id=target.machine_id(name))
        body = {"properties": {"virtualMachineScaleSet": {"id": target.id}}}
        calls.append(build(route, target, instance=machine, body=body))
    return Plan(
        row=ATTACH, mode=mode, route=route, target=target, calls=tuple(calls), skipped=tuple(skipped), named=True
    )


def _check_attachable(target: Target, model: Mapping[str, Any]) -> None:
    properties = _properties(model)
    domains = int(properties.get("platformFaultDomainCount") or 1)
    if domains > 1:
        raise UsageError(
            f"`scaleset instances attach`: the scale set {target.name!r} has {domains} fault domains. "
            f"{_ruled('attach-existing-needs-one-fault-domain')}"
        )
    single = properties.get("singlePlacementGroup")
    if single is not False:
        raise UsageError(
            f"`scaleset instances attach`: singlePlacementGroup of the scale set {target.name!r} is {single}. "
            f"{_ruled('attach-needs-no-placement-group')}"
        )


def _ruled(rule_id: str) -> str:
    """What a rule of the mode table asks for, and what to do instead."""
    found = rule(rule_id)
    return f"{found.statement} Instead: {found.alternative}. Nothing was done."


def detached() -> Mapping[str, Any]:
    """The change of a machine that leaves its set: az sends the same (``--set virtualMachineScaleSet.id=null``)."""
    return {"properties": {"virtualMachineScaleSet": {"id": None}}}
