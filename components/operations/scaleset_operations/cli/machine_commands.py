"""More of ``scaleset instances``: scripts, data disks, membership and zones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scaleset_core.command.apps import App
from scaleset_core.modes import row
from scaleset_operations.cli.actions import help_of
from scaleset_operations.cli.boot_command import boot_log
from scaleset_operations.cli.guarding import checked
from scaleset_operations.cli.options import OutputOptions, RunOptions, SelectionOptions, TargetOptions, grouped
from scaleset_operations.cli.request import Request
from scaleset_operations.cli.script_command import run_command
from scaleset_operations.cli.session import perform, perform_row
from scaleset_operations.errors import UsageError
from scaleset_operations.planning import Choices, Plan
from scaleset_operations.selection import Selection

if TYPE_CHECKING:
    from scaleset_operations import Operations

OWN = frozenset(
    {
        "instance.run-command",
        "instance.boot-log",
        "instance.resiliency-view",
        "instance.attach-disk",
        "instance.detach-disk",
        "instance.attach",
        "instance.detach",
        "instance.migrate-zone",
    }
)
"""The rows whose commands are here."""
_DISK = typer.Option("--disk", metavar="ID", help="The managed disk's ARM id, or its name in the set's resource group.")


class Caching(StrEnum):
    """The host cache of a data disk."""

    NONE = "None"
    READ_ONLY = "ReadOnly"
    READ_WRITE = "ReadWrite"


class DeleteOption(StrEnum):
    """What happens to a disk when its machine is deleted."""

    DELETE = "Delete"
    DETACH = "Detach"


def add_to(app: App) -> None:
    """Add the commands to ``scaleset instances``."""
    for name, function in _COMMANDS.items():
        app.command(name, help=help_of(row(f"instance.{name}")))(grouped(function))


def _one(options: SelectionOptions, command: str) -> Selection:
    chosen = options.make()
    if not chosen.by_name or len(chosen.names) != 1:
        raise UsageError(f"`scaleset instances {command}`: a disk is on one machine; name it with --instances NAME.")
    return chosen


def resiliency_view(target: TargetOptions, selection: SelectionOptions, run: RunOptions, output: OutputOptions) -> None:
    """Show how resilient instances are."""
    request = Request(title="instances resiliency-view", target=target, run=run, output=output)
    choices = Choices(query={"$expand": "resiliencyView"})
    perform_row("instance.resiliency-view", request, checked(selection.make), choices)


def _disk_id(operations: Operations, disk: str) -> str:
    if disk.startswith("/"):
        return disk
    return f"{operations.target.group_id}/providers/Microsoft.Compute/disks/{disk}"


def _disks(name: str, key: str, request: Request, selection: Selection, disks: list[str], more: dict[str, Any]) -> None:
    async def plan(operations: Operations) -> Plan:
        body = {key: [{"diskId": _disk_id(operations, disk), **more} for disk in disks]}
        return await operations.plan(f"instance.{name}", selection, Choices(body=body))

    perform(request, plan)


def attach_disk(
    target: TargetOptions,
    selection: SelectionOptions,
    run: RunOptions,
    output: OutputOptions,
    disk: Annotated[list[str], _DISK],
    lun: Annotated[
        int | None, typer.Option("--lun", min=0, max=63, help="Its unit number. Default: a free one.")
    ] = None,
    caching: Annotated[
        Caching | None, typer.Option("--caching", case_sensitive=False, help="Its host cache. Default: by its type.")
    ] = None,
    delete_option: Annotated[
        DeleteOption | None,
        typer.Option("--delete-option", case_sensitive=False, help="When the machine is deleted. Default: Detach."),
    ] = None,
) -> None:
    """Attach managed data disks to an instance."""
    chosen = checked(lambda: _one(selection, "attach-disk"))
    if lun is not None and len(disk) > 1:
        checked(_one_lun)
    given = {"lun": lun, "caching": caching and caching.value, "deleteOption": delete_option and delete_option.value}
    request = Request(title="instances attach-disk", target=target, run=run, output=output, named=True)
    more = {name: value for name, value in given.items() if value is not None}
    _disks("attach-disk", "dataDisksToAttach", request, chosen, disk, more)


def _one_lun() -> None:
    raise UsageError("--lun works with one disk only; attach the disks one by one, or leave --lun out.")


def detach_disk(
    target: TargetOptions,
    selection: SelectionOptions,
    run: RunOptions,
    output: OutputOptions,
    disk: Annotated[list[str], _DISK],
    force: Annotated[
        bool, typer.Option("--force", help="Do not wait until the machine releases it: data may be lost.")
    ] = False,
) -> None:
    """Detach data disks from an instance; the disks stay."""
    chosen = checked(lambda: _one(selection, "detach-disk"))
    risk = "loss" if force else "outage"
    request = Request(title="instances detach-disk", target=target, run=run, output=output, risk=risk, named=True)
    more = {"detachOption": "ForceDetach"} if force else {}
    _disks("detach-disk", "dataDisksToDetach", request, chosen, disk, more)


def attach(
    target: TargetOptions,
    run: RunOptions,
    output: OutputOptions,
    machine: Annotated[
        list[str],
        typer.Option("--machine", metavar="NAME", help="A virtual machine of the set's resource group (repeatable)."),
    ],
) -> None:
    """Add existing virtual machines to the set."""
    request = Request(title="instances attach", target=target, run=run, output=output, named=True)

    async def plan(operations: Operations) -> Plan:
        return await operations.plan_attach(machine)

    perform(request, plan)


def detach(target: TargetOptions, selection: SelectionOptions, run: RunOptions, output: OutputOptions) -> None:
    """Take virtual machines out of the set, and keep them."""
    from scaleset_operations.scaling import detached  # noqa: PLC0415 - help does not wait for it

    request = Request(title="instances detach", target=target, run=run, output=output)
    perform_row("instance.detach", request, checked(selection.make), Choices(body=detached()))


def migrate_zone(
    target: TargetOptions,
    selection: SelectionOptions,
    run: RunOptions,
    output: OutputOptions,
    zone: Annotated[str, typer.Option("--zone", help="The zone they move to. Default: Azure chooses.")] = "",
) -> None:
    """Move instances to another availability zone."""
    request = Request(title="instances migrate-zone", target=target, run=run, output=output)
    body = {"targetZone": zone} if zone else {}
    perform_row("instance.migrate-zone", request, checked(selection.make), Choices(body=body))


_COMMANDS: Mapping[str, Callable[..., None]] = {
    "run-command": run_command,
    "boot-log": boot_log,
    "resiliency-view": resiliency_view,
    "attach-disk": attach_disk,
    "detach-disk": detach_disk,
    "attach": attach,
    "detach": detach,
    "migrate-zone": migrate_zone,
}
