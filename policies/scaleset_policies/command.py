"""``scaleset check``: the rules of both modes on any supported input format, without an engine."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from scaleset_core.command.apps import App
from scaleset_policies.choices import FailOn, Format, ReportFormat

if TYPE_CHECKING:
    from scaleset_policies.checking import Options
    from scaleset_policies.config import Config
    from scaleset_policies.results import Results


app = App()


@app.command()
def check(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help="Files, directories to search, or `-` for standard input.",
            show_default=False,
        ),
    ],
    from_: Annotated[
        Format | None,
        typer.Option("--from", help="The input's format. Told by its content if not given.", show_default=False),
    ] = None,
    parameters: Annotated[
        list[Path] | None,
        typer.Option("--parameters", help="ARM parameter file; may be given several times.", show_default=False),
    ] = None,
    format_: Annotated[ReportFormat, typer.Option("--format", "-f", help="The report's format.")] = ReportFormat.TEXT,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the report to this file, not to the terminal.", show_default=False),
    ] = None,
    fail_on: Annotated[
        FailOn,
        typer.Option("--fail-on", help="What gives exit code 1: a mandatory rule's violation, any violation, nothing."),
    ] = FailOn.ERROR,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", help="Levels, waivers and accepted values of the rules, as JSON or YAML.", show_default=False
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", help="Accept the violations that this file lists.", show_default=False),
    ] = None,
    write_baseline: Annotated[
        Path | None,
        typer.Option("--write-baseline", help="Write a file that accepts what is found now.", show_default=False),
    ] = None,
    skip_others: Annotated[
        bool,
        typer.Option(
            "--skip-others", help="Pass over named files of other kinds, too; for hooks that name every changed file."
        ),
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="List what could not be decided, too.")] = False,
) -> None:
    """Check programs, templates and stacks against the rules of both orchestration modes.

    Reads `pulumi stack export`, `pulumi preview --json`, `pulumi policy analyze --json`, ARM templates, Bicep's
    compiled JSON and `terraform show -json`.

    Exit code: 0 nothing found, 1 violations, 2 something could not be read, or a rule failed (the rest is
    checked all the same).
    """
    with _collecting_nothing():
        options = _options(from_, parameters or [], config, baseline, skip_others=skip_others)
        from scaleset_policies.checking import check_paths  # noqa: PLC0415 - --help does not wait for the rules

        results = check_paths(paths, options)
        if write_baseline is not None:
            from scaleset_policies import baseline as baselines  # noqa: PLC0415 - rarely needed

            _save(write_baseline, baselines.dump(results))
        _write(results, format_, output, verbose=verbose)
    if output is not None or format_ is not ReportFormat.TEXT:
        for error in results.errors:
            _complain(str(error))
        for _, failure in results.failures:
            _complain(failure.message)
    raise typer.Exit(results.exit(fail_on).code)


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Disable Python's cycle collector.

    A check builds trees of many small objects and no cycles: the collector would traverse them repeatedly, a tenth of
    the time of a large check, and find nothing.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _options(
    from_: Format | None, parameters: list[Path], config: Path | None, baseline: Path | None, *, skip_others: bool
) -> Options:
    from scaleset_policies import baseline as baselines  # noqa: PLC0415 - --help does not wait for the rules
    from scaleset_policies.checking import Options, read_bytes  # noqa: PLC0415
    from scaleset_policies.config import DEFAULT  # noqa: PLC0415
    from scaleset_policies.formats.errors import UnreadableError  # noqa: PLC0415
    from scaleset_policies.formats.json_text import decode  # noqa: PLC0415
    from scaleset_policies.formats.read import read_parameters  # noqa: PLC0415

    values = {}
    try:
        for file in parameters:
            values.update(read_parameters(decode(read_bytes(str(file)), str(file)), str(file)))
        accepted = (
            None
            if baseline is None
            else baselines.load(decode(read_bytes(str(baseline)), str(baseline)), str(baseline))
        )
        text = None if config is None else decode(read_bytes(str(config)), str(config))
    except UnreadableError as error:
        _fail(str(error))
    settings = DEFAULT if config is None or text is None else _config(config, text)
    return Options(from_, values, settings, accepted, skip_others)


def _config(file: Path, text: str) -> Config:
    import yaml  # noqa: PLC0415 - only with --config

    from scaleset_policies.config import ConfigError, load  # noqa: PLC0415
    from scaleset_policies.rules import RULES  # noqa: PLC0415

    try:
        return load(yaml.safe_load(text), RULES)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        _fail(f"{file}{place}: it is neither YAML nor JSON: {getattr(error, 'problem', None) or error}")
    except ConfigError as error:
        _fail("\n".join(f"{file}: {problem}" for problem in error.problems))


def _write(results: Results, format_: ReportFormat, output: Path | None, *, verbose: bool) -> None:
    from scaleset_policies.reports import write  # noqa: PLC0415

    if output is not None:
        options = {"verbose": verbose} if format_ is ReportFormat.TEXT else {}
        _save(output, write(results, format_, **options))
        return
    if format_ is not ReportFormat.TEXT:
        _print(write(results, format_))
        return
    terminal = sys.stdout.isatty()
    width = None
    if terminal:
        import shutil  # noqa: PLC0415 - on a terminal only

        width = shutil.get_terminal_size().columns
    import os  # noqa: PLC0415 - for text only

    color = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    _print(write(results, format_, width=width, color=color, verbose=verbose))


def _print(text: str) -> None:
    """Write to stdout in any encoding; a closed pipe is not an error."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stderr.close()


def _save(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        _fail(f"{file}: it cannot be written: {error.strerror or error}")


def _complain(text: str) -> None:
    encoding = sys.stderr.encoding or "utf-8"
    safe = "".join(letter if letter.isprintable() or letter == "\n" else f"\\x{ord(letter):02x}" for letter in text)
    typer.echo(f"scaleset check: {safe}".encode(encoding, "backslashreplace").decode(encoding), err=True)


def _fail(text: str) -> NoReturn:
    _complain(text)
    raise typer.Exit(2)
