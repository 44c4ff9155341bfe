"""What ``scaleset check`` prints and writes, and how it complains."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from scaleset_policies.choices import ReportFormat

if TYPE_CHECKING:
    from scaleset_policies.results import Results

_YAML, _TSV = "yaml", "tsv"
FORMATS = (*ReportFormat, "table", _YAML, _TSV)
"""What `--output` takes: what every command of `scaleset` takes, and the formats of reports."""
_COLUMNS = ("level", "rule", "name", "file", "line", "column", "resource", "path", "message")
"""The columns of TSV."""


def chosen_format(output: str, file: Path | None, old: str) -> tuple[str, Path | None]:
    """The report's format and its file.

    Until 0.1 `--format` was the format and `--output` the file: pipelines that still say so get what they got, and a
    line that tells the new spelling.

    Raises:
        typer.BadParameter: It is no format, or two are given.
    """
    named = output.lower()
    if old and old.lower() not in FORMATS:
        raise typer.BadParameter(f"{old!r} is not a format; there are: {', '.join(FORMATS)}.", param_hint="--format")
    if named in FORMATS:
        if old and named not in {ReportFormat.TEXT, old.lower()}:
            message = f"{named} or {old}? --format is the old spelling of --output; give --output alone."
            raise typer.BadParameter(message, param_hint="--output")
        return _same(old.lower() or named), file
    if file is not None or not (old or set(output) & set("./\\")):
        message = f"{output!r} is not a format; there are: {', '.join(FORMATS)}. For a file: --output-file {output}."
        raise typer.BadParameter(message, param_hint="--output")
    complain(f"--output is the format here, as in az: use --output-file {output}. It is written there as before.")
    return _same(old.lower()), Path(output)


def _same(name: str) -> str:
    """The format behind another name of it."""
    return ReportFormat.TEXT.value if name in {"", "table"} else name


def write_report(results: Results, format_: str, output: Path | None, options: dict[str, Any]) -> None:
    """Write the report to a file, to a terminal in its width and colours, or plain."""
    if output is not None:
        save(output, _rendered(results, format_, **options))
        return
    if format_ != ReportFormat.TEXT:
        print_text(_rendered(results, format_, **options))
        return
    terminal = sys.stdout.isatty()
    width = None
    if terminal:
        import shutil  # noqa: PLC0415 - on a terminal only

        width = shutil.get_terminal_size().columns
    import os  # noqa: PLC0415 - for text only

    color = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    print_text(_rendered(results, format_, width=width, color=color, **options))


def _rendered(results: Results, format_: str, **options: Any) -> str:
    """The report as text; YAML and TSV are other writings of the JSON report."""
    from scaleset_policies.reports import write  # noqa: PLC0415 - --help does not wait for the rules

    if format_ not in {_YAML, _TSV}:
        return write(results, ReportFormat(format_), **options)
    document = json.loads(write(results, ReportFormat.JSON))
    if format_ == _YAML:
        import yaml  # noqa: PLC0415 - for this format only

        return str(yaml.safe_dump(document, sort_keys=False, allow_unicode=True))
    return "".join(
        "\t".join(" ".join(str(each[name]).split()) for name in _COLUMNS) + "\n" for each in document["violations"]
    )


def print_text(text: str) -> None:
    """Write to stdout in any encoding; a closed pipe is not an error."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stderr.close()


def save(file: Path, text: str) -> None:
    """Write a file and the folders above it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        fail(f"{file}: it cannot be written: {error.strerror or error}")


def complain(text: str) -> None:
    """Say something on standard error."""
    encoding = sys.stderr.encoding or "utf-8"
    safe = "".join(letter if letter.isprintable() or letter == "\n" else f"\\x{ord(letter):02x}" for letter in text)
    typer.echo(f"scaleset check: {safe}".encode(encoding, "backslashreplace").decode(encoding), err=True)


def fail(text: str) -> NoReturn:
    """Say why nothing can be checked, and end with 2."""
    complain(text)
    raise typer.Exit(2)
