"""``scaleset resume``: go on with an interrupted run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scaleset_core.command.apps import App
from scaleset_operations.cli.guarding import guard
from scaleset_operations.cli.options import OutputOptions, RunOptions, TargetOptions, grouped
from scaleset_operations.cli.output import check_query
from scaleset_operations.cli.request import Request
from scaleset_operations.errors import UsageError
from scaleset_operations.report import Report

app = App()


@app.command()
@grouped
def resume(
    output: OutputOptions,
    journal: Annotated[
        Path | None,
        typer.Argument(metavar="JOURNAL", help="The file that the run named. Default: the latest unfinished one."),
    ] = None,
    endpoint: Annotated[
        str, typer.Option("--endpoint", metavar="URL", help="Azure Resource Manager. Default: SCALESET_ARM_ENDPOINT.")
    ] = "",
    cloud: Annotated[str, typer.Option("--cloud", metavar="CLOUD", help="Default: as for every command.")] = "",
    again: Annotated[
        bool,
        typer.Option(
            "--send-again",
            help="Repeat requests that left no trace in Azure, such as a restart.",
        ),
    ] = False,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0, metavar="SECONDS", help="End after this time, with a report.")
    ] = 0.0,
) -> None:
    """Continue an interrupted run.

    It asks Azure how each call ended: by the operation that Azure accepted, or by the state of the machine. Completed
    calls are not repeated; calls that were never sent are sent now. There is no confirmation, because the first run was
    confirmed. A call that was sent and left no trace stays unknown, unless --send-again allows it to happen twice.
    """

    async def body() -> int:
        check_query(output.query)
        import asyncio  # noqa: PLC0415 - help does not wait for it

        from scaleset_operations import Operations  # noqa: PLC0415
        from scaleset_operations import journal as journals  # noqa: PLC0415
        from scaleset_operations.cli import resuming  # noqa: PLC0415
        from scaleset_operations.cli.carrying import carry_out, tell  # noqa: PLC0415
        from scaleset_operations.cli.reporting import show_report  # noqa: PLC0415
        from scaleset_operations.cli.settings import connection_for  # noqa: PLC0415
        from scaleset_operations.resume import target_of  # noqa: PLC0415 - loads azure-core

        begun = asyncio.get_running_loop().time()
        story = journals.read(journal) if journal else journals.latest()
        if story is None:
            raise UsageError(f"there is no interrupted run in {journals.default_folder()}; name a JOURNAL.")
        target, mode = target_of(story)
        connection = connection_for(cloud, endpoint)
        if connection.endpoint != story.header["endpoint"]:
            raise UsageError(
                f"{story.path}: that run was at {story.header['endpoint']}, and this one would be at "
                f"{connection.endpoint}. Give --endpoint or --cloud as then."
            )
        run = RunOptions(batch=int(story.header["batch"]))
        options = TargetOptions(name=target.name, timeout=timeout)
        request = Request(title=str(story.header["title"]), target=options, run=run, output=output)
        async with Operations(connection, target, mode) as operations:
            operations.azure.retries.tell = tell
            plan, log = await resuming.go_on(operations, story, None, again=again)
            report = await carry_out(operations, plan, request, log, begun=begun)
        own = _presented(report, output, request.title)
        show_report(report, plan, request, shown=own is not None)
        return report.exit_code or own or 0

    guard(body)


def _presented(report: Report, output: OutputOptions, title: str) -> int | None:
    """Print what was answered as the command itself does; None: the report has all that there is to say."""
    if title != "instances run-command" or report.interrupted:
        return None
    from scaleset_operations.cli.script_command import show_printed  # noqa: PLC0415 - for scripts only

    return show_printed(report, output)
