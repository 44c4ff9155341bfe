"""The protection of instances is away for one command, and then as it was."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from scaleset_core.modes import Mode
from scaleset_operations.cli.carrying import open_operations
from scaleset_operations.cli.guarding import checked, reported
from scaleset_operations.cli.options import ChosenOptions, TargetOptions
from scaleset_operations.cli.output import err
from scaleset_operations.cli.settings import resolve
from scaleset_operations.errors import AzureError, UsageError
from scaleset_operations.report import PARTIAL
from scaleset_operations.selection import Selection, select
from scaleset_operations.target import Target

if TYPE_CHECKING:
    from scaleset_operations import Operations
    from scaleset_operations.lifting import Journal, Lifted

_NOT_FOUND = 404
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_BY_SIGNAL = 128


def lift(target: TargetOptions, selection: ChosenOptions, command: Sequence[str], *, dry_run: bool) -> None:
    """Lift the protection, run the command, and put the protection back: see ``lift_command``."""
    chosen = checked(selection.make)
    found = reported(lambda: resolve(target)).target
    if dry_run:
        lifted = _run(target, lambda operations: _find(operations, chosen))
        for each in lifted:
            sys.stdout.write(f"lift {each}\n")
        sys.stdout.write(f"run {' '.join(command)}\n")
        for each in lifted:
            sys.stdout.write(f"put back {each}\n")
        err().print("Dry run: nothing was changed.")
        return
    with _journal(found) as journal, _deferred() as signals:
        left = _put_back_what_is_left(target, journal)
        if left:
            raise typer.Exit(_tell_left(left, found))
        lifted = _run(target, lambda operations: _find(operations, chosen))
        if not lifted:
            err().print("The chosen instances have no lock and no protectionPolicy: the command runs without changes.")
        journal.write(lifted)
        try:
            _run(target, lambda operations: _lift(operations, lifted))
            code = _BY_SIGNAL + signals[0] if signals else _execute(command, signals)
        finally:
            left = _run(target, lambda operations: _restore(operations, lifted))
            journal.write(left)
            failed = _tell_left(left, found) if left else 0
    if failed or code:
        raise typer.Exit(failed or code)


def restore(target: TargetOptions) -> None:
    """Put back what an interrupted run has left lifted."""
    found = reported(lambda: resolve(target)).target
    with _journal(found) as journal, _deferred():
        if not journal.read():
            err().print(f"Nothing of {found.name} is still removed.", markup=False)
            return
        left = _put_back_what_is_left(target, journal)
    if left:
        raise typer.Exit(_tell_left(left, found))


@contextmanager
def _journal(target: Target) -> Iterator[Journal]:
    from scaleset_operations import lifting  # noqa: PLC0415 - loads the Azure SDK

    journal = lifting.Journal(lifting.folder(), target)
    reported(journal.__enter__)
    try:
        yield journal
    finally:
        journal.__exit__()


def _run(target: TargetOptions, work: Callable[[Operations], Awaitable[Any]]) -> Any:
    async def body() -> Any:
        async with open_operations(target) as operations:
            result = await work(operations)
            for note in operations.notes:
                err().print(f"Note: {note}", markup=False)
            return result

    return reported(lambda: asyncio.run(body()))


@contextmanager
def _deferred() -> Iterator[list[int]]:
    """Signals that would end the process are noted instead: what was lifted has to be put back first."""
    got: list[int] = []
    before = {each: signal.signal(each, lambda number, _: got.append(number)) for each in _SIGNALS}
    try:
        yield got
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


async def _find(operations: Operations, chosen: Selection) -> list[Lifted]:
    """What is lifted: everything on the instances themselves. A lock from above is named, and nothing is done."""
    from scaleset_operations import lifting  # noqa: PLC0415 - loads the Azure SDK
    from scaleset_operations.inventory import parse_lock, set_machines  # noqa: PLC0415
    from scaleset_operations.locks import advice  # noqa: PLC0415

    mode, target = await operations.mode(), operations.target
    if mode is Mode.UNIFORM:
        known = await set_machines(operations.azure, target, mode)
        return lifting.policies_to_lift(select(chosen, known, target))
    instances = select(chosen, await operations.instances(live=True, set_facts=False), target)
    bodies = await operations.azure.ask("management_locks", "list_at_resource_group_level", target.resource_group)
    above = lifting.inherited([parse_lock(each) for each in bodies], target, instances)
    if above:
        raise UsageError(
            f"{', '.join(str(lock) for lock in above)} also protects other resources, and is not removed: "
            f"{'; '.join(advice(lock) for lock in above)}. Nothing was done."
        )
    return lifting.locks_to_lift(target, instances, bodies)


async def _lift(operations: Operations, lifted: Sequence[Lifted]) -> None:
    from scaleset_operations.lifting import lock_calls  # noqa: PLC0415 - loads the Azure SDK
    from scaleset_operations.protection import Wanted  # noqa: PLC0415

    for call in lock_calls(operations.target, [each for each in lifted if each.lock], back=False):
        await operations.azure.invoke(call)
    policies = tuple(each.instance_id for each in lifted if not each.lock)
    if policies:
        plan = await operations.plan_protection(Selection(names=policies), Wanted(), remove=True)
        for call in plan.calls:
            await operations.azure.invoke(call)


async def _restore(operations: Operations, lifted: Sequence[Lifted]) -> list[Lifted]:
    """Put back; what could not be put back is returned. What the command has deleted needs no protection any more."""
    from scaleset_operations.lifting import lock_calls  # noqa: PLC0415 - loads the Azure SDK

    left: list[Lifted] = []
    for each in lifted:
        try:
            if each.lock:
                (call,) = lock_calls(operations.target, [each], back=True)
                await operations.azure.ask("virtual_machines", "get", operations.target.resource_group, each.instance)
                await operations.azure.invoke(call)
            else:
                await _restore_policy(operations, each)
        except AzureError as error:
            if error.status == _NOT_FOUND:
                err().print(f"{each.instance} does not exist any more, and neither does its protection.", markup=False)
            else:
                err().print(f"{each} is not back: {error}", markup=False)
                left.append(each)
        except Exception as error:  # noqa: BLE001 - whatever it was: the journal must keep what is not back
            err().print(f"{each} is not back: {error}", markup=False)
            left.append(each)
    return left


async def _restore_policy(operations: Operations, each: Lifted) -> None:
    from scaleset_operations.inventory import set_machines  # noqa: PLC0415 - loads the Azure SDK
    from scaleset_operations.protection import Wanted  # noqa: PLC0415

    known = {item.instance_id for item in await set_machines(operations.azure, operations.target, Mode.UNIFORM)}
    if each.instance_id not in known:
        raise AzureError(_NOT_FOUND, "NotFound", each.instance)
    wanted = Wanted(scale_set_actions=bool(each.properties.get("protectFromScaleSetActions")))
    plan = await operations.plan_protection(Selection(names=(each.instance_id,)), wanted)
    for call in plan.calls:
        await operations.azure.invoke(call)


def _put_back_what_is_left(target: TargetOptions, journal: Journal) -> list[Lifted]:
    """What an earlier run has left lifted; it was killed, or could not put it back."""
    before = reported(journal.read)
    if not before:
        return []
    err().print(f"An earlier run has left lifted: {', '.join(map(str, before))}. Putting it back.", markup=False)
    left: list[Lifted] = _run(target, lambda operations: _restore(operations, before))
    journal.write(left)
    return left


def _execute(command: Sequence[str], signals: list[int]) -> int:
    """Run the command; a signal that this process gets goes to it, and its end is waited for."""
    try:
        process = subprocess.Popen(list(command))  # noqa: S603 - the user's own command, without a shell
    except OSError as error:
        err().print(f"Error: {command[0]}: {error.strerror}.", markup=False)
        return 127 if isinstance(error, FileNotFoundError) else 126
    told = 0
    while True:
        try:
            code = process.wait(timeout=0.1)
            break
        except subprocess.TimeoutExpired:
            for number in signals[told:]:
                # Ctrl-C on a terminal reaches the whole group: the command has it already.
                if number != signal.SIGINT or not sys.stdin.isatty():
                    process.send_signal(number)
            told = len(signals)
    return _BY_SIGNAL - code if code < 0 else code


def _tell_left(left: Sequence[Lifted], target: Target) -> int:
    err().print(
        f"Not back: {', '.join(map(str, left))}. Put it back with `scaleset instances restore-locks --subscription "
        f"{target.subscription} -g {target.resource_group} -n {target.name}`.",
        markup=False,
    )
    return PARTIAL
