"""The stacks of a fleet, and their order."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from scaleset_operations.fleet.config import Fleet, Member, stack_names
from scaleset_operations.fleet.problems import FleetError, Problem


@dataclass(frozen=True)
class StackPlan:
    """One stack.

    Attributes:
        name: The stack's name.
        member: The member that it belongs to; empty for a stack that is no longer in the fleet file.
        role: `set` for a scale set, `network` for the network that several sets of a member share.
        wave: Its wave; lower ones go first.
        needs: The stacks whose outputs it reads.
        subscription: The id of its subscription.
        region: Its region.
        instances: How many instances it asks for.
    """

    name: str
    member: str
    role: Literal["set", "network"] = "set"
    wave: int = 0
    needs: tuple[str, ...] = ()
    subscription: str = ""
    region: str = ""
    instances: int = 0


class UnknownStackError(Exception):
    """A name or pattern matches no stack; the message lists the stacks."""


def expand(fleet: Fleet) -> list[StackPlan]:
    """The stacks of a fleet, in the order of the file."""
    return [plan for member in fleet.members for plan in _member(fleet, member)]


def _member(fleet: Fleet, member: Member) -> list[StackPlan]:
    names = stack_names(member.name, member.stacks)
    subscription = str(fleet.subscriptions[member.subscription])
    shared = names.pop(0) if len(names) > 1 else None
    needs = (shared,) if shared else ()
    count = member.capacity if member.capacity is not None else member.instances or 0
    common = {"member": member.name, "wave": member.wave, "subscription": subscription, "region": member.region}
    plans = [StackPlan(name, needs=needs, instances=count, **common) for name in names]  # type: ignore[arg-type]
    return [StackPlan(shared, role="network", **common), *plans] if shared else plans  # type: ignore[arg-type]


def find(plans: Iterable[StackPlan], name: str) -> StackPlan:
    """The stack with this name.

    Raises:
        FleetError: The fleet has none.
    """
    known = {plan.name: plan for plan in plans}
    if name not in known:
        message = f"the fleet has no stack {name!r}; it has {', '.join(known)}"
        raise FleetError("The fleet file", [Problem("", "", message)])
    return known[name]


def select(plans: Sequence[StackPlan], patterns: Sequence[str], waves: Sequence[int] = ()) -> list[StackPlan]:
    """The stacks whose name, or whose member's name, matches one of the patterns; all if there is none.

    Args:
        plans: The stacks to choose from.
        patterns: Names, or patterns with `*` and `?`.
        waves: Only these waves; all if there is none.

    Raises:
        UnknownStackError: A pattern matches nothing; or no stack has both the name and the wave.
    """
    names = [*dict.fromkeys(name for plan in plans for name in (plan.member, plan.name) if name)]
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in names):
            close = difflib.get_close_matches(pattern, names, n=1)
            hint = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(names)}."
            raise UnknownStackError(f"--only {pattern!r} fits no member and no stack. {hint}")
    known = sorted({plan.wave for plan in plans})
    for wave in waves:
        if wave not in known:
            raise UnknownStackError(f"--wave {wave}: there is no such wave. There are: {', '.join(map(str, known))}.")
    named = [plan for plan in plans if not patterns or _fits(plan, patterns)]
    chosen = [plan for plan in named if not waves or plan.wave in waves]
    if named and not chosen:
        places = ", ".join(f"{plan.name} in wave {plan.wave}" for plan in named)
        raise UnknownStackError(f"--only and --wave fit no stack together: {places}.")
    return chosen


def _fits(plan: StackPlan, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(plan.name, pattern) or fnmatchcase(plan.member, pattern) for pattern in patterns)


def in_waves(plans: Iterable[StackPlan], *, reverse: bool = False) -> list[list[StackPlan]]:
    """The stacks wave by wave; for a destroy the last wave first, and each network after the sets that use it."""
    plans = list(plans)
    waves = [[plan for plan in plans if plan.wave == wave] for wave in sorted({plan.wave for plan in plans})]
    return [turned(wave) for wave in reversed(waves)] if reverse else waves


def turned(wave: Sequence[StackPlan]) -> list[StackPlan]:
    """A wave in which stacks need those that needed them before."""
    users = {plan.name: tuple(other.name for other in wave if plan.name in other.needs) for plan in wave}
    return [
        StackPlan(
            plan.name,
            plan.member,
            plan.role,
            plan.wave,
            users[plan.name],
            plan.subscription,
            plan.region,
            plan.instances,
        )
        for plan in wave
    ]
