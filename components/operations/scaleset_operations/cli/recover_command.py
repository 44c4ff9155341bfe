"""``scaleset recover``: after an update that was interrupted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scaleset_core.command.apps import App
from scaleset_operations.cli import advice
from scaleset_operations.cli.guarding import guard
from scaleset_operations.cli.options import OutputOptions, RecoverOptions, grouped
from scaleset_operations.cli.output import check_query, err, for_people, show
from scaleset_operations.report import PARTIAL

if TYPE_CHECKING:
    from scaleset_operations.recovery.outcome import Recovery

app = App()

_COLUMNS = ("name", "type", "result", "why")


@app.command()
@grouped
def recover(options: RecoverOptions, output: OutputOptions) -> None:
    """Bring a stack's state and Azure together again after an interrupted or refused update.

    Finds the resources that Azure has and the state lacks, imports them, and gives them the program's inputs, so that
    the next update neither refuses nor replaces them. Resources in the state that Azure does not have are named;
    `--yes` removes them from the state. The command only reads from Azure. `docs/interrupted.md` has the full
    procedure.
    """

    async def body() -> int:
        check_query(output.query)
        from scaleset_operations.cli.settings import connection_for  # noqa: PLC0415 - help does not wait for it
        from scaleset_operations.recovery.engine import Stack  # noqa: PLC0415 - help does not wait for it
        from scaleset_operations.recovery.recover import Request, recover  # noqa: PLC0415 - loads the Azure SDK

        advice.remember_stack(options.stack, options.cwd, options.cloud, options.endpoint)
        stack = Stack(options.stack, options.cwd)
        request = Request(
            stack=stack,
            connection=connection_for(options.cloud, options.endpoint),
            file=Path(options.import_file) if options.import_file else stack.directory / _file_name(options.stack),
            dry_run=options.dry_run,
            remove_gone=options.yes,
            tell=_tell if sys.stderr.isatty() else lambda _: None,
        )
        result = await recover(request)
        if for_people(output):
            show([each.to_row() for each in result.findings], output, columns=_COLUMNS)
        else:
            show(result.to_json(), output)
        _explain(result, options, request.file)
        return 0 if result.is_complete else PARTIAL

    guard(body)


def _file_name(stack: str) -> str:
    """The import file of a stack, ``org/project/stack`` for example."""
    return f"recover-{stack.rpartition('/')[2] or 'stack'}.json"


def _tell(step: str) -> None:
    err().print(f"{step} ...", style="dim", markup=False)


def _explain(result: Recovery, options: RecoverOptions, file: Path) -> None:
    """What a person should know, on stderr."""
    from scaleset_operations.recovery.report import sentences  # noqa: PLC0415 - help does not wait for it

    for sentence in sentences(result, file=str(file), dry_run=options.dry_run):
        err().print(sentence, markup=False)
