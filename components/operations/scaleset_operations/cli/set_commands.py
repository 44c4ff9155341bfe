"""``scaleset set``: a scale set as a whole."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scaleset_core.command.apps import App
from scaleset_core.modes import ROWS, row
from scaleset_operations.cli import drift_command, set_reads, upgrade_commands
from scaleset_operations.cli.actions import add_action, help_of
from scaleset_operations.cli.options import (
    OutputOptions,
    RunOptions,
    TargetOptions,
    grouped,
)
from scaleset_operations.cli.output import for_people, show
from scaleset_operations.cli.protect import INSTANCE_PROTECTION, LockChoice, protect
from scaleset_operations.cli.request import Request
from scaleset_operations.cli.session import perform, perform_row, read
from scaleset_operations.cli.view import show_view, write_page
from scaleset_operations.cli.watching import WatchOptions
from scaleset_operations.planning import Choices, Plan
from scaleset_operations.selection import Selection

if TYPE_CHECKING:
    from scaleset_operations import Operations

app = App(no_args_is_help=True, help="Work on a scale set as a whole.")

_OWN = {"set.orchestration-service-state", "set.convert-to-single-placement-group", "set.scale", "set.scale-out"}
_SHOWN = ("name", "location", "orchestrationMode", "size", "capacity", "zones", "provisioningState", "uniqueId", "id")


class Service(StrEnum):
    """The orchestration services of a scale set."""

    AUTOMATIC_REPAIRS = "AutomaticRepairs"
    AUTOMATIC_ZONE_REBALANCING = "AutomaticZoneRebalancing"


class ServiceAction(StrEnum):
    """What to do with a service."""

    RESUME = "Resume"
    SUSPEND = "Suspend"


@app.command("show")
@grouped
def show_set(target: TargetOptions, output: OutputOptions) -> None:
    """Show the scale set: its model as Azure has it.

    The table shows the main facts; `--output json` the whole resource.
    """

    async def work(operations: Operations) -> None:
        found = await operations.scale_set()
        model, properties, sku = found.model, found.model.get("properties") or {}, found.model.get("sku") or {}
        record = dict(model)
        if for_people(output):
            record |= {"orchestrationMode": found.mode.value, "size": sku.get("name"), "capacity": sku.get("capacity")}
            record |= {"zones": ", ".join(model.get("zones") or [])}
            record |= {key: properties.get(key) for key in ("provisioningState", "uniqueId")}
        show(record, output, columns=_SHOWN)

    read(target, output, work)


@app.command("view", help=help_of(row("view.instances")))
@grouped
def view_set(
    target: TargetOptions,
    output: OutputOptions,
    watch: WatchOptions,
    live: Annotated[
        bool, typer.Option("--live", help="Flexible: read the machines themselves, not Resource Graph.")
    ] = False,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", dir_okay=False, help="Write the picture as one self-contained page."),
    ] = None,
) -> None:
    """Draw the instances by zone and fault domain, with addresses, network and locks."""

    async def work(operations: Operations) -> None:
        from scaleset_operations.view import read_view  # noqa: PLC0415 - loads the Azure SDK

        found = await read_view(operations, live=live)
        if html is not None:
            write_page(found, html)
        else:
            show_view(found, output)

    read(target, output, work, watch=watch.watch)


@app.command("orchestration-service-state", help=help_of(row("set.orchestration-service-state")))
@grouped
def orchestration_service_state(
    target: TargetOptions,
    run: RunOptions,
    output: OutputOptions,
    action: Annotated[ServiceAction, typer.Option("--action", case_sensitive=False, help="What to do.")],
    service: Annotated[
        Service, typer.Option("--service", case_sensitive=False, help="Which service.")
    ] = Service.AUTOMATIC_REPAIRS,
) -> None:
    """Suspend or resume automatic repairs."""
    body = {"serviceName": service.value, "action": action.value}
    request = Request(title="set orchestration-service-state", target=target, run=run, output=output)
    perform_row("set.orchestration-service-state", request, None, Choices(body=body))


@app.command("convert-to-single-placement-group", help=help_of(row("set.convert-to-single-placement-group")))
@grouped
def convert(
    target: TargetOptions,
    run: RunOptions,
    output: OutputOptions,
    active_placement_group_id: Annotated[
        str, typer.Option("--active-placement-group-id", help="The placement group that stays. Default: Azure chooses.")
    ] = "",
) -> None:
    """Merge the set into one placement group."""
    body = {"activePlacementGroupId": active_placement_group_id} if active_placement_group_id else {}
    request = Request(title="set convert-to-single-placement-group", target=target, run=run, output=output)
    perform_row("set.convert-to-single-placement-group", request, None, Choices(body=body))


@app.command("scale", help=help_of(row("set.scale"), "Asks first where instances go."))
@grouped
def scale(
    target: TargetOptions,
    run: RunOptions,
    output: OutputOptions,
    capacity: Annotated[int, typer.Option("--capacity", min=0, help="How many instances the set has then.")],
) -> None:
    """Change the number of instances."""
    request = Request(title=f"set scale to {capacity}", target=target, run=run, output=output)

    async def plan(operations: Operations) -> Plan:
        return await operations.plan_scale(capacity)

    perform(request, plan)


@app.command("scale-out", help=help_of(row("set.scale-out")))
@grouped
def scale_out(
    target: TargetOptions,
    run: RunOptions,
    output: OutputOptions,
    capacity: Annotated[
        int, typer.Option("--capacity", min=1, help="The number of virtual machines, as in Azure's scaleOut.")
    ],
    zone: Annotated[str, typer.Option("--zone", help="The availability zone. Default: Azure chooses.")] = "",
) -> None:
    """Add instances, in a zone of choice."""
    body = {"capacity": capacity, **({"properties": {"zone": zone}} if zone else {})}
    request = Request(title="set scale-out", target=target, run=run, output=output)
    perform_row("set.scale-out", request, None, Choices(body=body))


@app.command("protect", help=help_of(row("protection"), "Protects every instance that the set has now."))
@grouped
def protect_set(
    target: TargetOptions,
    run: RunOptions,
    output: OutputOptions,
    scale_set_actions: Annotated[
        bool, typer.Option("--scale-set-actions", help="From set-wide actions too (Flexible: a ReadOnly lock).")
    ] = False,
    lock: Annotated[
        LockChoice | None, typer.Option("--lock", case_sensitive=False, help="Flexible: the lock's level.")
    ] = None,
    lock_name: Annotated[str, typer.Option("--lock-name", help="Flexible: the lock's name.")] = "",
    instance_protection: Annotated[bool | None, INSTANCE_PROTECTION] = None,
) -> None:
    """Protect every instance."""
    request = Request(title="set protect", target=target, run=run, output=output)
    protect(
        request,
        Selection(everything=True),
        scale_set_actions=scale_set_actions,
        lock=lock,
        lock_name=lock_name,
        instance_protection=instance_protection,
    )


@app.command("detach")
@grouped
def detach(
    target: TargetOptions,
    run: RunOptions,
    output: OutputOptions,
    resource: Annotated[
        str, typer.Option("--from", metavar="ID", help="The id of the load balancer, pool, NAT pool or probe.")
    ],
) -> None:
    """Free a load balancer, pool, NAT pool or probe, so that it can be removed.

    The model is changed first. Then Uniform instances that still use it are brought up to the latest model, and to
    whatever else has changed in it; of the instances that a Flexible set made, the network interfaces are changed.
    Explicit virtual machines have no model, and are not touched.
    """
    request = Request(title="set detach", target=target, run=replace(run, batch=run.batch or 1), output=output)

    async def plan(operations: Operations) -> Plan:
        return await operations.plan_detach(resource, run.batch)

    perform(replace(request, risk="outage"), plan)


set_reads.add_to(app)
drift_command.add_to(app)
app.add_typer(upgrade_commands.app, name="upgrade", help="Start, follow, stop and approve upgrades: `rolling-upgrade`.")
for _entry in ROWS.values():
    if _entry.id.startswith("set.") and _entry.id not in _OWN:
        add_action(app, _entry.id)
