"""Extensions of a Flexible set: in its profile, from which Azure creates machines, and on the existing machines.

az does the same in two commands, ``az vmss extension set`` and ``az vmss update-instances`` (Microsoft's page "Enable
automatic zone balance"). Here each machine gets the extension by a separate call: ``update-instances`` would also apply
everything else that has changed in the profile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from scaleset_core.modes import Mode, Row
from scaleset_operations.calls import Call, build
from scaleset_operations.errors import UsageError
from scaleset_operations.instances import Instance, profile_of
from scaleset_operations.planning import Choices, Plan, Skip, choose_route, make_plan
from scaleset_operations.selection import made_by
from scaleset_operations.target import Target

NO_PROFILE = "the set has no profile: machines that are added later do not get the extension automatically"
NOT_IN_PROFILE = "the profile does not have the extension: machines that are created later do not have it either"
ONLY_CHOSEN = (
    "only the chosen machines were changed, not the set's profile: machines that are created later follow the profile"
)
_INSTALL, _CHANGE, _REMOVE = "extension.create-or-update", "extension.update", "extension.delete"
_BY_AZURE = ("automatic", "rolling")


def _has(profile: Mapping[str, Any], name: str) -> bool:
    extensions = (profile.get("extensionProfile") or {}).get("extensions") or []
    return any(str(each.get("name") or "").lower() == name.lower() for each in extensions)


def upgrade_mode(model: Mapping[str, Any]) -> str:
    """The mode of the set's upgrade policy; Manual where it has none, as Azure has it on Flexible."""
    policy = (model.get("properties") or {}).get("upgradePolicy") or {}
    return str(policy.get("mode") or "Manual")


def profile_call(entry: Row, target: Target, model: Mapping[str, Any], choices: Choices) -> Call | None:
    """The call about the extension in the set's profile; None where there is nothing to call about.

    Args:
        entry: A row about extensions.
        target: The scale set.
        model: The set as Azure has it.
        choices: The extension's name and body.
    """
    profile = profile_of(model)
    if profile is None or (choices.name and entry.id != _INSTALL and not _has(profile, choices.name)):
        return None
    route = choose_route(entry, Mode.FLEXIBLE, Choices(variant="profile"))
    return build(route, target, name=choices.name, body=choices.body)


def plan_everywhere(
    entry: Row, target: Target, model: Mapping[str, Any], instances: Sequence[Instance], choices: Choices
) -> tuple[Plan, tuple[str, ...]]:
    """The calls about an extension of all machines of a Flexible set and of its profile, and what to tell about them.

    The profile comes first. Where the upgrade policy is Automatic or Rolling, Azure then brings the machines that the
    set made to it by itself; only the explicit ones get a call.

    Raises:
        UsageError: There is neither a machine nor a profile that could take it.
    """
    first = profile_call(entry, target, model, choices)
    machines = list(instances)
    writes = entry.id in {_INSTALL, _CHANGE, _REMOVE}
    left: tuple[Skip, ...] = ()
    mode = upgrade_mode(model)
    if first is not None and writes and mode.lower() in _BY_AZURE:
        followers = [each for each in machines if made_by(target, each.name)]
        why = f"Azure updates the machine to the profile automatically: the upgrade policy is {mode}"
        left = tuple(Skip(name=each.name, why=why, satisfied=True) for each in followers)
        machines = [each for each in machines if each not in followers]
    plan = _of_machines(entry, target, machines, choices, alone=first is None)
    calls = plan.calls
    if first is not None:
        calls = (first, *(replace(call, stage=1) if writes else call for call in plan.calls))
    return replace(plan, calls=calls, skipped=(*plan.skipped, *left)), _notes(entry, model, first)


def _of_machines(entry: Row, target: Target, machines: list[Instance], choices: Choices, *, alone: bool) -> Plan:
    """The calls on the machines; none where they cannot take part, but the profile can."""
    try:
        return make_plan(entry, Mode.FLEXIBLE, target, machines, choices)
    except UsageError:
        if alone:
            raise
    route = choose_route(entry, Mode.FLEXIBLE, choices)
    skips = tuple(Skip(name=each.name, why=f"locked: {', '.join(each.locks)}") for each in machines)
    return Plan(row=entry, mode=Mode.FLEXIBLE, route=route, target=target, calls=(), skipped=skips)


def _notes(entry: Row, model: Mapping[str, Any], first: Call | None) -> tuple[str, ...]:
    if first is not None or entry.id not in {_INSTALL, _CHANGE}:
        return ()
    return (NO_PROFILE if profile_of(model) is None else NOT_IN_PROFILE,)
