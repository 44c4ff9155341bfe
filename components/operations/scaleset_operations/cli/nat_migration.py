"""Carrying out ``scaleset nat migrate``: plans and checks first, of all load balancers; then one after the other."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from rich.markup import escape

from scaleset_operations.azure import Azure
from scaleset_operations.calls import API_VERSIONS
from scaleset_operations.cli import stopping
from scaleset_operations.cli.carrying import tell
from scaleset_operations.cli.confirming import confirm
from scaleset_operations.cli.nat_options import MigrateOptions
from scaleset_operations.cli.options import OutputOptions, ScopeOptions
from scaleset_operations.cli.output import check_query, err, for_people, out, show
from scaleset_operations.cli.settings import resolve_scope
from scaleset_operations.errors import OperationsError, UsageError
from scaleset_operations.natpools.azure_side import AzureSide
from scaleset_operations.natpools.checks import Allowed, problems
from scaleset_operations.natpools.journal import Journal, known
from scaleset_operations.natpools.model import Plan
from scaleset_operations.natpools.planning import plan_balancer
from scaleset_operations.natpools.reading import find_balancers, read_situation
from scaleset_operations.natpools.runner import Migration
from scaleset_operations.natpools.table import Ports, expected, plan_lines, read_ports, rows
from scaleset_operations.report import OK, PARTIAL
from scaleset_operations.target import last_segment

_COLUMNS = ("natPool", "rule", "frontendPort", "backendPort", "before")
_NETWORK = API_VERSIONS["load_balancers"]
_SUBSCRIPTION = 2


@dataclass(slots=True, kw_only=True)
class _Work:
    """One load balancer."""

    journal: Journal
    plan: Plan
    ports: Ports
    expected: Ports = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    begun: bool = False


async def run(scope: ScopeOptions, output: OutputOptions, asked: MigrateOptions) -> int:
    """The command; returns its exit code."""
    check_query(output.query)
    _check(scope, asked)
    found = resolve_scope(scope)
    subscription = _subscription_of(asked) or found.subscription
    async with Azure(found.connection, subscription) as azure:
        azure.retries.tell = tell
        identities: list[str] = []
        if not (asked.rollback and asked.name):  # then the journals tell which: the set's model may name none any more
            identities = await find_balancers(
                azure, group=found.group, balancer=asked.load_balancer, scale_set=asked.name
            )
        identities = _with_known(identities, asked, subscription, found.group)
        with ExitStack() as stack:
            work = [await _prepare(azure, each, asked, stack) for each in identities]
            return await _carry_out(azure, [each for each in work if each is not None], output, asked)


def _with_known(identities: Sequence[str], asked: MigrateOptions, subscription: str, group: str) -> list[str]:
    """And those whose migration is half-way: a set's model may not name the NAT pools any more."""
    found = {each.lower(): each for each in identities}
    for plan, half in known():
        place = plan.balancer.lower().split("/")
        there = place[2] == subscription.lower() and (not group or place[4] == group.lower())
        uses = asked.name.lower() in {name for each in plan.sets for name in (each.lower(), last_segment(each).lower())}
        if there and not asked.load_balancer and (uses if asked.name else half) and (half or asked.rollback):
            found.setdefault(plan.balancer.lower(), plan.balancer)
    if asked.rollback and not found:
        raise UsageError(f"--rollback: no migration that {asked.name!r} takes part in is written down.")
    return [found[key] for key in sorted(found)]


def _check(scope: ScopeOptions, asked: MigrateOptions) -> None:
    if scope.all_subscriptions:
        raise UsageError(
            "--all-subscriptions: one subscription at a time; `scaleset inventory nat-pools` lists all of them."
        )
    if asked.load_balancer and asked.name:
        raise UsageError("--load-balancer and --name both select load balancers: use one of them.")
    if asked.rollback and not (asked.load_balancer or asked.name):
        raise UsageError("--rollback: of which load balancer? Give --load-balancer.")
    if asked.rollback and asked.validate_only:
        raise UsageError("--rollback goes back; --validate-only looks at the way forward. Use one.")


def _subscription_of(asked: MigrateOptions) -> str:
    """The subscription in an ARM id, if one was given."""
    text = asked.load_balancer if "/" in asked.load_balancer else asked.name
    parts = text.strip("/").split("/")
    return parts[1] if len(parts) > _SUBSCRIPTION and parts[0].lower() == "subscriptions" else ""


async def _prepare(azure: Azure, identity: str, asked: MigrateOptions, stack: ExitStack) -> _Work | None:
    """The plan: the journal's, where one was begun, else a new one; None where there is nothing to do."""
    journal = stack.enter_context(Journal(identity))
    name = last_segment(identity)
    if asked.rollback:
        if journal.plan is None:
            raise UsageError(f"--rollback: no migration of {name} is written down in {journal.file.parent}.")
        return _Work(journal=journal, plan=journal.plan, ports=journal.ports, begun=True)
    if journal.back:
        raise UsageError(f"{name}: its rollback has begun. Finish it with --rollback; then you can migrate again.")
    if journal.plan is not None and not journal.finished:
        err().print(f"{name}: a migration has begun; it continues.", markup=False)
        return _Work(journal=journal, plan=journal.plan, ports=journal.ports, begun=True)
    situation = await read_situation(azure, identity, named=asked.name)
    plan = plan_balancer(situation.balancer, [each.model for each in situation.sets])
    if not plan.nat_pools:
        err().print(f"{name}: it has no NAT pool.", markup=False)
        return None
    for note in situation.notes:
        err().print(f"Note: {note}", markup=False)
    ports, note = await read_ports(azure, situation.balancer, plan)
    if note:
        err().print(f"Note: {note}", markup=False)
    instances = {each.target.id.lower(): each.instances for each in situation.sets}
    return _Work(
        journal=journal,
        plan=plan,
        ports=ports,
        expected=expected(plan, instances),
        problems=problems(situation, plan, Allowed(lift=asked.lift_protection, pending=asked.with_pending_changes)),
    )


async def _carry_out(azure: Azure, work: Sequence[_Work], output: OutputOptions, asked: MigrateOptions) -> int:
    in_the_way = [text for each in work for text in each.problems]
    if asked.dry_run:
        return await _dry(azure, work, output, asked, in_the_way)
    if for_people(output):
        _show_plans(work, output)
    for text in in_the_way:
        err().print(f"In the way: {text}", markup=False)
    if asked.validate_only or in_the_way:
        if not for_people(output):
            show([_plan_json(each) for each in work], output)
        if in_the_way:
            err().print("Nothing was changed.", markup=False)
        return PARTIAL if in_the_way else OK
    if not work:
        if not for_people(output):
            show([], output)
        return OK
    if not asked.yes:
        _ask(work, asked)
    return await _run(azure, work, output, asked)


def _show_plans(work: Sequence[_Work], output: OutputOptions) -> None:
    for each in work:
        if each.begun:
            continue
        for line in plan_lines(each.plan):
            out().print(line, markup=False)
        table = rows(each.plan, each.ports, each.expected, column="expected")
        if table:
            show(table, output, columns=(*_COLUMNS, "expected"))


def _plan_json(each: _Work) -> dict[str, Any]:
    return {
        **each.plan.to_json(),
        "sets": list(each.plan.sets),
        "ports": rows(each.plan, each.ports, each.expected, column="expected"),
        "problems": each.problems,
        "begun": each.begun,
    }


def _ask(work: Sequence[_Work], asked: MigrateOptions) -> None:
    what = "go back" if asked.rollback else "migrate"
    names = ", ".join(each.plan.name for each in work)
    confirm("nat migrate", f"{what} {names}? Their NAT ports do not work until the end.")


def _side(azure: Azure, asked: MigrateOptions, say: Callable[[str], None], *, dry: bool = False) -> AzureSide:
    return AzureSide(
        azure, say, batch=asked.batch, pause=asked.pause, patience=asked.upgrade_timeout,
        poll=azure.connection.poll_seconds, dry=dry,
    )  # fmt: skip


async def _dry(
    azure: Azure, work: Sequence[_Work], output: OutputOptions, asked: MigrateOptions, in_the_way: Sequence[str]
) -> int:
    calls: list[dict[str, Any]] = []
    for each in work:
        side = _side(azure, asked, lambda _: None, dry=True)
        migration = Migration(side, each.plan, None, lift=asked.lift_protection)
        await (migration.backward() if asked.rollback else migration.forward())
        calls += [call.to_json() for call in side.calls]
    show(calls, output, columns=("method", "url"))
    for text in in_the_way:
        err().print(f"In the way: {text}", markup=False)
    err().print("Dry run: nothing was changed.", markup=False)
    return OK


@contextlib.contextmanager
def _telling(azure: Azure, name: str) -> Iterator[Callable[[str], None]]:
    """Tells the steps: a line each, and on a terminal a spinner with the one that is under way."""
    console = err()
    if not sys.stderr.isatty():
        yield lambda text: console.print(text, markup=False)
        return
    with console.status(name) as status:

        def say(text: str) -> None:
            console.print(text, markup=False)
            if not text.startswith(" "):
                status.update(escape(f"{name}: {text}"))

        azure.retries.tell = say
        try:
            yield say
        finally:
            azure.retries.tell = tell


async def _run(azure: Azure, work: Sequence[_Work], output: OutputOptions, asked: MigrateOptions) -> int:
    table: list[dict[str, Any]] = []
    for each in work:
        try:
            with _telling(azure, each.plan.name) as say:
                if asked.rollback:
                    await _migration(azure, each, asked, say).backward()
                else:
                    table += await _forward(azure, each, asked, say)
            if asked.rollback:
                err().print(f"{each.plan.name}: undone; its NAT pools are as before.", markup=False)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None:
                task.uncancel()
            _tell_where(each, "Interrupted.", asked)
            return stopping.code_now()
        except OperationsError as error:
            _tell_where(each, "", asked)
            raise error from None
    if not asked.rollback:
        show(table, output, columns=("balancer", *_COLUMNS, "after"))
    elif not for_people(output):
        show([], output)
    return OK


def _migration(azure: Azure, each: _Work, asked: MigrateOptions, say: Callable[[str], None]) -> Migration:
    side = _side(azure, asked, say)
    return Migration(side, each.plan, each.journal, lift=asked.lift_protection or each.journal.lift)


async def _forward(
    azure: Azure, each: _Work, asked: MigrateOptions, say: Callable[[str], None]
) -> list[dict[str, Any]]:
    if not each.begun:
        each.journal.begin(each.plan, each.ports, lift=asked.lift_protection)
    await _migration(azure, each, asked, say).forward()
    balancer = await azure.get(each.plan.balancer, _NETWORK)
    after, note = await read_ports(azure, balancer or {}, each.plan)
    if note:
        say(f"Note: {note}")
    say(f"{each.plan.name}: done. To undo it: --rollback ({each.journal.file}).")
    return rows(each.plan, each.ports, after, column="after")


def _tell_where(each: _Work, why: str, asked: MigrateOptions) -> None:
    again = "the same command" if asked.rollback else "the same command, or go back with --rollback"
    err().print(
        f"{why} {each.plan.name} is half-way: go on with {again}. What was done is in {each.journal.file}.".strip(),
        markup=False,
    )
