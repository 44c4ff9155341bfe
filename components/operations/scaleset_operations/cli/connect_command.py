"""``scaleset instances connect``: the command that signs in to an instance, and why there is none."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scaleset_core.command.apps import App
from scaleset_operations.cli.actions import both_modes
from scaleset_operations.cli.options import OutputOptions, TargetOptions, grouped
from scaleset_operations.cli.output import err, for_people, show
from scaleset_operations.cli.session import read
from scaleset_operations.report import PARTIAL
from scaleset_operations.selection import Selection, select

if TYPE_CHECKING:
    from scaleset_operations import Operations
    from scaleset_operations.connecting import Way

_COLUMNS = ("way", "through", "reaches", "command")
_TEXT = (
    "Print the command that signs in to an instance, by ssh or RDP: through a NAT rule or pool, its public address, or "
    "a Bastion. If it is not reachable, show what prevents each way. Nothing is sent to the instance."
)


def connect(
    target: TargetOptions,
    output: OutputOptions,
    instance: Annotated[str, typer.Argument(metavar="NAME", help="The instance's name; on Uniform its number too.")],
    user: Annotated[str, typer.Option("--user", "-u", help="Who signs in. Default: the administrator.")] = "",
    identity_file: Annotated[str, typer.Option("--identity-file", metavar="FILE", help="The private key.")] = "",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="The port on the machine. Default: 22, or 3389 on Windows.")
    ] = 0,
    source: Annotated[
        str, typer.Option("--from", metavar="ADDRESS", help="Your public address. Default: anybody on the Internet.")
    ] = "",
    all_ways: Annotated[bool, typer.Option("--all-ways", help="Show every way, and what stops it.")] = False,
    run: Annotated[bool, typer.Option("--exec", help="Run the command instead of printing it.")] = False,
) -> None:
    """Sign in to an instance."""
    chosen: list[Way] = []
    key = str(Path(identity_file).expanduser()) if identity_file else ""

    async def work(operations: Operations) -> int:
        found, why = await _find(operations, instance, user, key, port, source)
        if all_ways:
            show([each.to_row() for each in found], output, columns=_COLUMNS)
            return 0
        usable = [each for each in found if not each.why_not]
        if not for_people(output):
            show(usable[0].to_row() if usable else None, output, columns=_COLUMNS)
        elif usable and usable[0].command[0] != "scaleset":
            chosen.append(usable[0])
            if not run:
                sys.stdout.write(usable[0].line + "\n")
            return 0
        if usable and usable[0].command[0] != "scaleset":
            return 0
        err().print(f"Error: {why}", markup=False)
        if usable:
            err().print(f"You can still run a script on it: {usable[0].line}", markup=False)
        return PARTIAL

    read(target, output, work)
    if run and chosen:
        _execute(chosen[0].command)


async def _find(
    operations: Operations, name: str, user: str, identity: str, port: int, source: str
) -> tuple[Sequence[Way], str]:
    from scaleset_operations import connecting, reachability  # noqa: PLC0415 - loads the Azure SDK
    from scaleset_operations.addresses import with_addresses  # noqa: PLC0415
    from scaleset_operations.network import read_network  # noqa: PLC0415
    from scaleset_operations.ports import with_ports  # noqa: PLC0415

    client = reachability.client(source)
    scale_set = await operations.scale_set()
    known = await operations.instances(live=True)
    (one,) = select(Selection(names=(name,)), known, operations.target)
    network = await read_network(
        operations.azure, scale_set.target, scale_set.mode, [one], scale_set.model, security_groups=True
    )
    network, note = await with_ports(operations.azure, network)
    bastions, unseen = await connecting.read_bastions(operations.azure)
    operations.notes += [each for each in (note, unseen) if each]
    (one,) = await with_addresses(operations.azure, scale_set.target, scale_set.mode, [one])
    who = connecting.login(scale_set.model, one, user=user, identity=identity, port=port)
    found = connecting.ways(scale_set.target, one, network, bastions, who, client)
    return found, connecting.no_session(found, one)


def _execute(command: Sequence[str]) -> None:
    """Become the command: its signals and its exit code are this one's."""
    import shutil  # noqa: PLC0415 - help does not wait for it

    program = shutil.which(command[0])
    if program is None:
        err().print(f"Error: {command[0]} is not on PATH. Install it, or run without --exec.", markup=False)
        raise typer.Exit(2)
    os.execv(program, list(command))  # noqa: S606 - no shell; the words are built here


def add_to(app: App) -> None:
    """Add the command to ``scaleset instances``."""
    uniform = "the set's interfaces and addresses, its load balancers and security groups, and the Bastions (`GET`s)."
    flexible = "the interfaces of the virtual machine, and the same around them."
    app.command("connect", help=both_modes(_TEXT, uniform, flexible))(grouped(connect))
