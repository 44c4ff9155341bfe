"""Going on with an interrupted run: what was done is taken from its journal and from Azure, the rest is done now."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scaleset_core.modes import Mode, Route, Row, row
from scaleset_operations.azure import Azure
from scaleset_operations.errors import UsageError
from scaleset_operations.evidence import Evidence, leaves_a_mark, look, may_be_repeated
from scaleset_operations.executor import Prior
from scaleset_operations.following import left_by
from scaleset_operations.instances import Instance
from scaleset_operations.inventory import live_instances
from scaleset_operations.journal import Past, Story
from scaleset_operations.planning import Plan, Skip
from scaleset_operations.report import Outcome, State
from scaleset_operations.target import Target, parse_target

_BY_STATE = "by the state that Azure shows"
_NO_TRACE = (
    "it was sent, and Azure shows no later operation on the machine, but that does not prove that there was none: "
    "`scaleset resume --send-again` sends it again"
)
_UNCLEAR = (
    "it was sent, and Azure does not show whether it happened: look at the machine, or at the activity log of the "
    "resource; a new run of the command sends it again"
)


def header(plan: Plan, *, endpoint: str, title: str, batch: int) -> dict[str, Any]:
    """What a journal keeps of a plan besides its calls."""
    variants = [name for name, route in plan.row.route(plan.mode).variants if route == plan.route]
    return {
        "title": title,
        "row": plan.row.id,
        "mode": plan.mode.value,
        "variant": variants[0] if variants else "",
        "target": plan.target.id,
        "endpoint": endpoint,
        "named": plan.named,
        "batch": batch,
        "hides": any("protectedParameters" in ((call.body or {}).get("properties") or {}) for call in plan.calls),
        "skipped": [{"name": skip.name, "why": skip.why, "satisfied": skip.satisfied} for skip in plan.skipped],
    }


def target_of(story: Story) -> tuple[Target, Mode]:
    """The scale set of a journal, and its mode."""
    return parse_target(str(story.header["target"])), Mode(story.header["mode"])


def plan_of(story: Story, found: Found) -> Plan:
    """The plan of a journal.

    Raises:
        UsageError: A call that has to be sent has a body that was not kept.
    """
    target, mode = target_of(story)
    entry = row(str(story.header["row"]))
    if any(not past.whole and number not in found.prior for number, past in enumerate(story.calls)):
        raise _same_command(story, "the bodies of its requests may contain secrets and were not kept")
    return Plan(
        row=entry, mode=mode, route=_route(entry, mode, str(story.header["variant"])), target=target,
        calls=tuple(past.call for past in story.calls), named=bool(story.header["named"]),
        skipped=tuple(Skip(**skip) for skip in story.header["skipped"]),
    )  # fmt: skip


def _route(entry: Row, mode: Mode, variant: str) -> Route:
    route = entry.route(mode)
    return (route.variant(variant) if variant else None) or route


def lacks_bodies(story: Story) -> bool:
    """Whether a call that may have to be sent has a body that was not kept."""
    return any(not past.whole and _to_send(past) for past in story.calls)


def check_alone(story: Story) -> None:
    """Refuse what only the same command can do.

    Raises:
        UsageError: A call that has to be sent has a body that was not kept, or what the calls answer may have secrets
            in it that only the command knows.
    """
    if story.header.get("hides"):
        raise _same_command(story, "the output of its scripts may contain the values of protected parameters")
    if any(not past.whole and _to_send(past) and not (past.sent and past.call.then) for past in story.calls):
        raise _same_command(story, "the bodies of its requests may contain secrets and were not kept")


def _same_command(story: Story, why: str) -> UsageError:
    return UsageError(f"{story.path}: {why}. Go on with the same command and its options, and --resume.")


def _to_send(past: Past) -> bool:
    """Whether it may have to be sent (again)."""
    if past.operation is not None or (past.outcomes is not None and not _unknown(past.outcomes)):
        return False
    return not past.sent or leaves_a_mark(past.call) or may_be_repeated(past.call)


def with_bodies(story: Story, plan: Plan) -> None:
    """Take the bodies that a journal lacks from a new plan of the same command.

    Raises:
        UsageError: The new plan has no such call.
    """
    known = {(call.verb, call.url): call for call in plan.calls}
    # A managed run command has a new name in each run: it is recognised by its machine.
    by_machine = {(call.verb, call.group, call.instances): call for call in plan.calls if call.then}
    for past in story.calls:
        if past.whole or not _to_send(past):
            continue
        found = known.get((past.call.verb, past.call.url))
        if found is None and past.call.then:
            found = by_machine.get((past.call.verb, past.call.group, past.call.instances))
        if found is None:
            raise UsageError(
                f"--resume: this command does not make the call {past.call.verb} {past.call.path} of the interrupted "
                "run. Give the same options as then."
            )
        past.call, past.whole = replace(past.call, body=found.body), True


@dataclass(slots=True)
class Found:
    """What is known of an interrupted run's calls.

    Attributes:
        prior: By the number of the call: how it ended, or what Azure is working on. The others must be sent.
        asked: How many calls Azure had to be asked for.
    """

    prior: dict[int, Prior] = field(default_factory=dict)
    asked: int = 0


async def find(azure: Azure, story: Story, *, again: bool = False) -> Found:
    """Ask Azure for everything that the journal leaves open. Only reads.

    Args:
        azure: Azure.
        story: What the journal says.
        again: Whether to send a call again that was sent, left no trace, and must not happen twice. Azure does not
            document when a restart becomes visible: without ``again`` such a call stays unknown.
    """
    found = Found()
    unclear: dict[int, Past] = {}
    followed: dict[int, Past] = {}
    for number, past in enumerate(story.calls):
        if past.call.then and past.sent and (past.outcomes is None or _unknown(past.outcomes)):
            followed[number] = past
        elif past.operation is not None and (past.outcomes is None or _unknown(past.outcomes)):
            found.prior[number] = azure.underway(past.call, past.operation)
        elif past.outcomes is not None and not _unknown(past.outcomes):
            found.prior[number] = past.outcomes
        elif past.sent:
            unclear[number] = past
    found.asked = len(unclear) + len(followed)
    for number, past in followed.items():
        left = await left_by(azure, past, functools.partial(_settle, azure, past.sent))
        if left is not None:
            found.prior[number] = left
    if unclear:
        await _settle(azure, max(past.sent for past in unclear.values()))
        await _look(azure, story, unclear, found, again=again)
    return found


def _unknown(outcomes: Sequence[Outcome]) -> bool:
    return any(each.state is State.UNKNOWN for each in outcomes)


async def _settle(azure: Azure, sent: float) -> None:
    """A request that was sent a moment ago may not have reached Azure yet: its absence proves nothing."""
    left = sent + azure.connection.patience.answer - (time.time() + azure.retries.skew)
    if left > 0:
        if left > azure.connection.patience.tell:
            azure.retries.tell(f"waits {left:.0f} s: requests of the interrupted run may still be on their way")
        await asyncio.sleep(left)


async def _look(azure: Azure, story: Story, unclear: Mapping[int, Past], found: Found, *, again: bool) -> None:
    target, mode = target_of(story)
    marked = {number: past for number, past in unclear.items() if leaves_a_mark(past.call)}
    waiting = bool(marked)
    known: dict[str, Instance] = {}
    until = time.monotonic() + azure.connection.patience.throttle
    while waiting:
        known = {each.name.lower(): each for each in await live_instances(azure, target, mode)}
        seen = [_seen(past, known) for past in marked.values()]
        waiting = any(Evidence.UNDER_WAY in each.values() for each in seen) and time.monotonic() < until
        if waiting:
            await asyncio.sleep(azure.connection.poll_seconds)
    for number, past in unclear.items():
        outcomes = _decide(past, _seen(past, known) if number in marked else {}, again=again)
        if outcomes is not None:
            found.prior[number] = outcomes


def _seen(past: Past, known: Mapping[str, Instance]) -> dict[str, Evidence]:
    names = past.call.instances or tuple(each.name for each in known.values())
    return {name: look(past.call, known.get(name.lower()), past.sent) for name in names}


def _decide(past: Past, seen: Mapping[str, Evidence], *, again: bool) -> list[Outcome] | None:
    """How a call ended by what the machines show; None: it is sent (again)."""
    found = set(seen.values())
    if again and seen and found == {Evidence.NOT}:
        return None
    if Evidence.HAPPENED not in found and may_be_repeated(past.call):
        return None
    names = past.call.instances or ("",)
    if not past.call.instances and Evidence.HAPPENED in found:  # one call for the whole set
        return [Outcome(name="", state=State.DONE, why=_BY_STATE)]
    return [_outcome(name, seen.get(name, Evidence.UNCLEAR)) for name in names]


def _outcome(name: str, evidence: Evidence) -> Outcome:
    if evidence is Evidence.HAPPENED:
        return Outcome(name=name, state=State.DONE, why=_BY_STATE)
    return Outcome(name=name, state=State.UNKNOWN, why=_NO_TRACE if evidence is Evidence.NOT else _UNCLEAR)
