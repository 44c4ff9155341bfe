"""Answers to the events of a set's lifecycle hooks."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from scaleset_core.modes import Mode, row
from scaleset_operations.calls import build
from scaleset_operations.errors import UsageError
from scaleset_operations.planning import Choices, Plan, Skip, choose_route
from scaleset_operations.target import Target, same_id

ROW = row("lifecycle-hook.answer")
_WAITING = "waiting"


class Answer(StrEnum):
    """The answer to a lifecycle hook, in the spelling of ``actionState``."""

    APPROVED = "Approved"
    REJECTED = "Rejected"


def plan_answer(
    mode: Mode, target: Target, event: Mapping[str, Any], answer: Answer, resources: tuple[str, ...] = ()
) -> Plan:
    """The call that answers an event for all its resources that wait, or for the named ones.

    Args:
        mode: The set's mode.
        target: The set.
        event: The event as Azure has it.
        answer: The answer.
        resources: Names or ids of the resources it is for; none: all that wait.

    Raises:
        UsageError: A named resource is not one of the event's.
    """
    route = choose_route(ROW, mode, Choices())
    targets = [each for each in (event.get("properties") or {}).get("targetResources") or [] if isinstance(each, dict)]
    ids = [str((each.get("resource") or {}).get("id") or "") for each in targets]
    unknown = [name for name in resources if not any(_is(name, identity) for identity in ids)]
    if unknown:
        raise UsageError(
            f"--resource {', '.join(unknown)}: the event {event.get('name')!r} is not about it; it is about "
            f"{', '.join(identity.rsplit('/', 1)[-1] for identity in ids) or 'nothing'}. Nothing was done."
        )
    chosen = [
        identity
        for each, identity in zip(targets, ids, strict=True)
        if (any(_is(name, identity) for name in resources) if resources else _waits(each))
    ]
    name = str(event.get("name") or "")
    if not chosen:
        skip = Skip(name=name, why="none of them waits for an answer", satisfied=True)
        return Plan(row=ROW, mode=mode, route=route, target=target, calls=(), skipped=(skip,))
    body = {
        "properties": {
            "targetResources": [
                {"resource": {"id": identity}, "actionState": answer.value if identity in chosen else state}
                for identity, state in zip(ids, (each.get("actionState") for each in targets), strict=True)
            ]
        }
    }
    return Plan(row=ROW, mode=mode, route=route, target=target, calls=(build(route, target, name=name, body=body),))


def _is(name: str, identity: str) -> bool:
    return same_id(name, identity) or identity.rsplit("/", 1)[-1].lower() == name.lower()


def _waits(resource: Mapping[str, Any]) -> bool:
    return str(resource.get("actionState") or _WAITING).lower() == _WAITING
