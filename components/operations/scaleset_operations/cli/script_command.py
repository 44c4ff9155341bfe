"""``scaleset instances run-command``: a script on many instances, and what it printed on each."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scaleset_operations.cli.bodies import text_of
from scaleset_operations.cli.guarding import checked
from scaleset_operations.cli.options import OptionGroup, OutputOptions, RunOptions, SelectionOptions, TargetOptions
from scaleset_operations.cli.output import err, for_people, show
from scaleset_operations.cli.request import Request
from scaleset_operations.cli.session import perform_row
from scaleset_operations.errors import UsageError
from scaleset_operations.planning import Choices, Plan
from scaleset_operations.report import OK, PARTIAL, Report, State

if TYPE_CHECKING:
    from scaleset_operations import Operations

_MANAGED = "managed"
_SECONDS = 3600


class Shell(StrEnum):
    """Which shell runs a script: Azure's command ids for scripts."""

    LINUX = "RunShellScript"
    WINDOWS = "RunPowerShellScript"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptOptions(OptionGroup):
    """What a script gets, and whether it is a managed run command."""

    parameter: Annotated[
        list[str], typer.Option("--parameter", metavar="NAME=VALUE", help="A parameter (repeatable).")
    ] = field(default_factory=list)
    protected_parameter: Annotated[
        list[str],
        typer.Option(
            "--protected-parameter",
            metavar="NAME=@FILE",
            help="A secret parameter (repeatable), which Azure never shows again; @FILE or @- keeps it out of ps. It "
            "makes the script a managed run command.",
        ),
    ] = field(default_factory=list)
    managed: Annotated[
        bool,
        typer.Option(
            "--managed",
            help="As a managed run command: a resource below each machine. It returns the exit code, may run "
            "longer than 90 minutes, and is deleted afterwards.",
        ),
    ] = False
    keep: Annotated[
        str, typer.Option("--keep", metavar="NAME", help="Managed: under this name, and do not delete it afterwards.")
    ] = ""


def run_command(
    target: TargetOptions,
    selection: SelectionOptions,
    run: RunOptions,
    output: OutputOptions,
    how: ScriptOptions,
    script: Annotated[
        str, typer.Option("--script", metavar="TEXT|@FILE", help="The script; @FILE reads it, @- stdin.")
    ],
    shell: Annotated[
        Shell, typer.Option("--command-id", case_sensitive=False, help="Azure's name of the shell that runs it.")
    ] = Shell.LINUX,
    timeout: Annotated[
        int, typer.Option("--timeout", min=1, metavar="SECONDS", help="Managed: how long the script may run.")
    ] = _SECONDS,
) -> None:
    """Run a script on instances, and print what it printed."""
    text = checked(lambda: text_of("--script", script))
    plain = checked(lambda: _parameters("--parameter", how.parameter))
    secret = checked(lambda: _parameters("--protected-parameter", how.protected_parameter))
    chosen = checked(selection.make)
    request = Request(title="instances run-command", target=target, run=run, output=output)
    is_managed = bool(how.managed or secret or how.keep)

    def present(report: Report, options: OutputOptions) -> int:
        return show_printed(report, options, [each["value"] for each in secret])

    if not is_managed:
        body: dict[str, Any] = {"commandId": shell.value, "script": text.splitlines()}
        if plain:
            body["parameters"] = plain
        perform_row("instance.run-command", request, chosen, Choices(body=body), present=present)
        return
    from scaleset_operations.scripts import with_followers  # noqa: PLC0415 - help does not wait for it

    checked(lambda: _check_managed(shell, waits=not run.no_wait or bool(how.keep)))
    properties: dict[str, Any] = {"source": {"script": text}, "asyncExecution": False, "timeoutInSeconds": timeout}
    properties |= {"parameters": plain} if plain else {}
    properties |= {"protectedParameters": secret} if secret else {}

    async def complete(operations: Operations, plan: Plan) -> Plan:
        location = (await operations.scale_set()).location
        return with_followers(plan, location, keep=bool(how.keep))

    name = how.keep or f"scaleset-{uuid.uuid4().hex[:12]}"
    choices = Choices(variant=_MANAGED, name=name, body={"properties": properties})
    perform_row("instance.run-command", request, chosen, choices, present=present, complete=complete)


def _check_managed(shell: Shell, *, waits: bool) -> None:
    if shell is Shell.WINDOWS:
        raise UsageError(
            "--command-id: a managed run command uses the shell of the machine's system (sh, or PowerShell on "
            "Windows). Leave the option out."
        )
    if not waits:
        raise UsageError(
            "--no-wait: nobody would read the output of a managed run command, nor delete it. Add --keep NAME, "
            "or leave --no-wait out."
        )


def _parameters(option: str, given: list[str]) -> list[dict[str, str]]:
    """The parameters; a wrong one is not repeated: it may be secret."""
    found = []
    for item in given:
        name, mark, value = item.partition("=")
        if not mark or not name.strip():
            raise UsageError(f"{option}: expected NAME=VALUE.")
        text = text_of(option, value) if option == "--protected-parameter" else value
        found.append({"name": name.strip(), "value": text.removesuffix("\n") if value.startswith("@") else text})
    return found


def show_printed(report: Report, options: OutputOptions, secrets: Sequence[str] = ()) -> int:
    """Print what each instance printed; 1 where a script failed."""
    from scaleset_operations.scripts import printed  # noqa: PLC0415 - as above

    answered = [each for each in report.outcomes if each.state is State.DONE or _has_view(each.result)]
    found = [(each.name, printed(each.result).without(secrets)) for each in answered]
    if not for_people(options):
        rows = [
            {**(each.result if isinstance(each.result, dict) and not secrets else {}), **text.to_row(name)}
            for each, (name, text) in zip(answered, found, strict=True)
        ]
        show(rows, options)
    else:
        for name, text in found:
            if len(found) > 1:
                sys.stdout.write(f"==> {name} <==\n")
            sys.stdout.write(text.out + ("\n" if text.out and not text.out.endswith("\n") else ""))
            if text.err:
                err().print(f"{name}, standard error: {text.err}", markup=False)
    failed = [(name, text.exit_code) for name, text in found if text.failed]
    for name, code in failed:
        err().print(f"{name}: the script failed" + (f" with exit code {code}." if code else "."), markup=False)
    return PARTIAL if failed else OK


def _has_view(result: Any) -> bool:
    """Whether it is a managed run command that was read, although what followed went wrong."""
    return isinstance(result, dict) and bool((result.get("properties") or {}).get("instanceView"))
