"""Which operations requests need, by the simulator's own permission check: it refuses until all are granted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from arm_simulator.access.guard import Rights, refuse
from arm_simulator.access.identities import Identity
from arm_simulator.core.errors import ArmError
from arm_simulator.core.messages import Call
from arm_simulator.providers.authorization.role_definitions import Permission

_SOMEBODY = Identity("somebody", "00000000-0000-0000-0000-000000000001", "token")
_FORBIDDEN = 403


def needed(context: Any, call: Call) -> set[str]:
    """The operations without any one of which the request is refused.

    Each refusal names those that are missing; they are granted everywhere, until there is no refusal.
    """
    granted: set[str] = set()
    while missing := _missing(context, call, granted):
        if missing <= granted:
            raise AssertionError(f"{call.method} {call.path} is refused for {missing}, which are granted")
        granted |= missing
    for each in granted:
        if not _missing(context, call, granted - {each}):
            raise AssertionError(f"{call.method} {call.path} is allowed without {each}")
    return granted


def _missing(context: Any, call: Call, operations: Iterable[str]) -> set[str]:
    rights = Rights((("", Permission(tuple(operations))),))
    try:
        refuse(context, call, _SOMEBODY, rights)
    except ArmError as error:
        if error.status != _FORBIDDEN:
            raise
        return set(error.message.rpartition("perform action")[2].split("'")[1].split(","))
    return set()
