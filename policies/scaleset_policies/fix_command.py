"""``scaleset check --fix`` and ``--diff``: what is written, and what is reported."""

import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import typer

from scaleset_policies.checking import STDIN, Options, beside, read_bytes
from scaleset_policies.choices import Format
from scaleset_policies.fixing import Fixed, fix
from scaleset_policies.formats.json_text import decode, encoding_of
from scaleset_policies.reports.clean import clean, shown_path
from scaleset_policies.results import FileResult, Results


def correct(results: Results, options: Options, *, write: bool) -> bool:
    """Correct the templates that were checked, in place or as a diff on standard output; whether anything changes.

    What was corrected, and what could not be, is reported on standard error.
    """
    changed = False
    for file in _with_fixes(results):
        if file.format is not Format.ARM:
            _tell(f"{file.file}: only ARM templates are corrected; correct the source that it is made from")
            continue
        data = options.stdin if file.file == shown_path(STDIN) else read_bytes(file.file)
        values = options.parameters or beside(STDIN if file.file == shown_path(STDIN) else file.file).values
        made = fix(decode(data, file.file), file.file, replace(options, parameters=values))
        if made is None:
            continue
        changed = changed or bool(made.done)
        if not write:
            sys.stdout.write(made.diff)
        elif made.done:
            _save(Path(file.file), made.text.encode(encoding_of(data)))
        _report(made, write=write)
    return changed


def _with_fixes(results: Results) -> Iterable[FileResult]:
    found = {id(item.file): item.file for item in results.open if item.violation.rule.fix is not None}
    return found.values()


def _report(made: Fixed, *, write: bool) -> None:
    for what in made.done:
        _tell(f"{made.file}: {'corrected' if write else 'would correct'} {what}")
    for what in made.left:
        _tell(f"{made.file}: not corrected: {what}: an expression or another place decides it")


def _save(file: Path, data: bytes) -> None:
    """Replace a file as a whole: an interruption leaves the old or the new one."""
    with tempfile.NamedTemporaryFile(dir=file.resolve().parent, prefix=f".{file.name}.", delete=False) as made:
        made.write(data)
    shutil.copymode(file, made.name)
    Path(made.name).replace(file.resolve())


def _tell(text: str) -> None:
    typer.echo(clean(text), err=True)
