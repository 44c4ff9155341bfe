"""More of ``scaleset set``: lists, waits and events."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scaleset_core.command.apps import App
from scaleset_core.modes import Mode
from scaleset_operations.cli.actions import both_modes
from scaleset_operations.cli.guarding import guard
from scaleset_operations.cli.options import OutputOptions, ScopeOptions, TargetOptions, grouped
from scaleset_operations.cli.output import check_query, err, for_people, show
from scaleset_operations.cli.session import read
from scaleset_operations.cli.watching import WatchOptions
from scaleset_operations.errors import AzureError
from scaleset_operations.report import PARTIAL

if TYPE_CHECKING:
    from scaleset_operations import Operations
    from scaleset_operations.instances import Instance

_LISTED = (
    "name", "resourceGroup", "orchestrationMode", "location", "size", "capacity", "running", "zones",
    "provisioningState",
)  # fmt: skip
_EVENTS = ("instance", "kind", "state", "selfService", "from", "until", "what")
_FORBIDDEN = 403
_NOT_FOUND = 404


def list_sets(
    scope: ScopeOptions,
    output: OutputOptions,
    watch: WatchOptions,
) -> None:
    """List scale sets of both modes: mode, size, capacity, how many instances run, zones, provisioning state."""

    async def body() -> int:
        from scaleset_operations.azure import Azure  # noqa: PLC0415 - loads the Azure SDK
        from scaleset_operations.cli.repeating import repeated  # noqa: PLC0415
        from scaleset_operations.cli.settings import resolve_scope  # noqa: PLC0415
        from scaleset_operations.sets import list_sets as read_sets  # noqa: PLC0415

        check_query(output.query)
        found = resolve_scope(scope)

        async def once() -> None:
            async with Azure(found.connection, found.subscription) as azure:
                sets = await read_sets(azure, group=found.group, everywhere=scope.all_subscriptions)
            columns = (*_LISTED, "subscription") if scope.all_subscriptions else _LISTED
            show([each.to_row() for each in sets], output, columns=columns)
            where = f"in the resource group {found.group!r}" if found.group else "in what you may read"
            if not sets:
                err().print(f"No scale set {where}.", markup=False)
            if any(each.running is None for each in sets):
                err().print(
                    "Running is empty if you have no permission to read the set's instance view "
                    "(Microsoft.Compute/virtualMachineScaleSets/instanceView/read).",
                    markup=False,
                )
            if sets:
                err().print(
                    "From Azure Resource Graph, which may lag by up to 60 seconds; for Uniform sets, Running is "
                    "current.",
                    markup=False,
                )

        return await repeated(watch.watch, once) or 0

    guard(body)


def wait_for(
    target: TargetOptions,
    output: OutputOptions,
    created: Annotated[bool, typer.Option("--created", help="Until its provisioning has succeeded.")] = False,
    updated: Annotated[bool, typer.Option("--updated", help="The same, as in az.")] = False,
    deleted: Annotated[bool, typer.Option("--deleted", help="Until it does not exist any more.")] = False,
    exists: Annotated[bool, typer.Option("--exists", help="Until it exists, in any state.")] = False,
    custom: Annotated[
        str,
        typer.Option("--custom", metavar="JMESPATH", help="Until this is true of the set, e.g. sku.capacity>`3`."),
    ] = "",
    healthy: Annotated[bool, typer.Option("--healthy", help="Until every instance is reported as healthy.")] = False,
    latest_model: Annotated[
        bool, typer.Option("--latest-model", help="Until every instance runs the latest model.")
    ] = False,
    capacity: Annotated[
        int | None, typer.Option("--capacity", min=0, metavar="N", help="Until it has N instances, all provisioned.")
    ] = None,
    interval: Annotated[
        float, typer.Option("--interval", min=0, metavar="SECONDS", help="The time between two checks.")
    ] = 30.0,
    timeout: Annotated[
        float,
        typer.Option("--timeout", min=0, metavar="SECONDS", help="Stop waiting after this time, with exit code 1."),
    ] = 3600.0,
) -> None:
    """Wait until a scale set is as it should be; several conditions must hold at once."""
    import asyncio  # noqa: PLC0415 - help does not wait for it

    from scaleset_operations.waiting import Goal, hopeless, missing  # noqa: PLC0415

    goal = Goal(
        created=created or updated,
        deleted=deleted,
        exists=exists,
        custom=custom,
        healthy=healthy,
        latest_model=latest_model,
        capacity=capacity,
    )

    async def work(operations: Operations) -> int:
        goal.check()
        query = _condition(custom)
        ends = time.monotonic() + timeout
        while True:
            model = await _model(operations)
            instances = await _instances(operations, model, goal.latest_model) if goal.reads_instances and model else []
            left = missing(goal, model, bool(query(model)) if model else False, instances)
            if not left:
                if model is not None and not for_people(output):
                    show(model, output)
                return 0
            why = hopeless(goal, model, instances)
            if why or time.monotonic() + interval > ends:
                err().print(f"Gave up: {why or '; '.join(left)}.", markup=False)
                return PARTIAL
            err().print(f"Waiting: {'; '.join(left)}.", markup=False, style="dim")
            await asyncio.sleep(interval)

    read(target, output, work)


def _condition(text: str) -> Callable[[Any], Any]:
    query = check_query(text)
    return query.search if query is not None else lambda _: True


async def _model(operations: Operations) -> Mapping[str, Any] | None:
    target = operations.target
    try:
        found: Mapping[str, Any] = await operations.azure.ask(
            "virtual_machine_scale_sets", "get", target.resource_group, target.name
        )
    except AzureError as error:
        if error.status == _NOT_FOUND:
            return None
        raise
    return found


async def _instances(operations: Operations, model: Mapping[str, Any], set_facts: bool) -> list[Instance]:
    from scaleset_operations.inventory import live_instances  # noqa: PLC0415 - loads the Azure SDK

    flexible = str((model.get("properties") or {}).get("orchestrationMode") or "").lower() == "flexible"
    mode = Mode.FLEXIBLE if flexible else Mode.UNIFORM
    return await live_instances(operations.azure, operations.target, mode, set_facts=set_facts)


def events(target: TargetOptions, output: OutputOptions, watch: WatchOptions) -> None:
    """Show what Azure plans and waits for: maintenance of the instances, and events of lifecycle hooks."""
    from scaleset_operations import events as library  # noqa: PLC0415 - help does not wait for it

    async def work(operations: Operations) -> None:
        rows = list(library.maintenance(await operations.instances(live=True)))
        try:
            rows += library.hooks(await operations.hook_events())
        except AzureError as error:
            if error.status != _FORBIDDEN:
                raise
            operations.notes.append(f"lifecycle hooks are left out: {error}")
        show(rows, output, columns=_EVENTS)
        if not rows:
            err().print("No maintenance is planned, and nothing waits for an answer.", markup=False)
        err().print(library.NOT_IN_ARM, markup=False)

    read(target, output, work, watch=watch.watch)


_HELP: Mapping[str, tuple[Callable[..., None], str, str]] = {
    "list": (
        list_sets,
        "one Resource Graph query for all sets, then `GET instanceView` of each for how many run.",
        "the same query, and one more for all machines.",
    ),
    "wait": (
        wait_for,
        "`GET` of the set; with --healthy, --latest-model and --capacity its instances in one list call too.",
        "`GET` of the set; with --healthy and --capacity the list of its machines, --latest-model the set's list too.",
    ),
    "events": (
        events,
        "the instances' views in one list call, and `GET lifecycleHookEvents`.",
        "the virtual machines' views in one list call, and `GET lifecycleHookEvents`.",
    ),
}


def add_to(app: App) -> None:
    """Add the commands to ``scaleset set``."""
    for name, (function, uniform, flexible) in _HELP.items():
        text = " ".join((function.__doc__ or "").split())
        app.command(name, help=both_modes(text, uniform, flexible))(grouped(function))
