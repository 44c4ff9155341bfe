"""``scaleset check``: the rules of both modes on any supported input format, without an engine."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from scaleset_core.command.apps import App
from scaleset_policies.choices import FailOn, Format, Group, ReportFormat

if TYPE_CHECKING:
    from scaleset_policies.checking import Options
    from scaleset_policies.config import Config
    from scaleset_policies.results import Results
    from scaleset_policies.selection import Selection

_YAML, _TSV = "yaml", "tsv"
FORMATS = (*ReportFormat, "table", _YAML, _TSV)
"""What `--output` takes: what every command of `scaleset` takes, and the formats of reports."""
_COLUMNS = ("level", "rule", "name", "file", "line", "column", "resource", "path", "message")
"""The columns of TSV."""

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
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FORMAT",
            help=f"The report's format: {', '.join(FORMATS)}. `table` is `text`; `tsv` has a line for each violation.",
            autocompletion=lambda incomplete: [each for each in FORMATS if each.startswith(incomplete)],
        ),
    ] = ReportFormat.TEXT.value,
    output_file: Annotated[
        Path | None,
        typer.Option(
            "--output-file", "--out", help="Write the report to this file, not to the terminal.", show_default=False
        ),
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", "-f", hidden=True, help="The old spelling of --output.", show_default=False)
    ] = "",
    fail_on: Annotated[
        FailOn,
        typer.Option(
            "--fail-on",
            help="What gives exit code 1: a mandatory rule's violation, any violation, also the undecided, nothing.",
        ),
    ] = FailOn.ERROR,
    rules: Annotated[
        list[str] | None,
        typer.Option(
            "--rules",
            metavar="RULE,...",
            help="Only these rules, by number, id or category; may be given several times.",
            show_default=False,
        ),
    ] = None,
    skip: Annotated[
        list[str] | None,
        typer.Option(
            "--skip",
            metavar="RULE,...",
            help="All rules but these, by number, id or category; may be given several times.",
            show_default=False,
        ),
    ] = None,
    path: Annotated[
        str,
        typer.Option(
            "--path",
            metavar="GLOB",
            help="Only resources whose name, URN, address or id matches, as in a waiver; the others are still read.",
            show_default=False,
        ),
    ] = "",
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
    group: Annotated[
        Group,
        typer.Option("--group", help="What the text groups findings by: the scale set, or none (each by itself)."),
    ] = Group.SET,
    show_suppressed: Annotated[
        bool,
        typer.Option(
            "--show-suppressed",
            help="Write accepted findings into SARIF, too, marked as suppressed; GitHub shows those as open.",
        ),
    ] = False,
    fix: Annotated[
        bool,
        typer.Option("--fix", help="Correct ARM templates in place, where a rule has one safe correction."),
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Print what --fix would change, as a unified diff, and change nothing.")
    ] = False,
    skip_others: Annotated[
        bool,
        typer.Option(
            "--skip-others", help="Pass over named files of other kinds, too; for hooks that name every changed file."
        ),
    ] = False,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict", help="Sources and parts of files that were found and not read make the result incomplete."
        ),
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="List what could not be decided, too.")] = False,
) -> None:
    """Check programs, templates and stacks against the rules of both orchestration modes.

    Reads `pulumi stack export`, `pulumi preview --json`, `pulumi policy analyze --json`, ARM templates, Bicep (with its
    compiler on PATH, or compiled), `terraform show -json`, `az vmss show` and `az deployment group what-if`.

    Exit code: 0 nothing found, 1 violations, 2 something could not be read, or a rule failed (the rest is
    checked all the same).
    """
    report, file = _report(output, output_file, format_)
    with _collecting_nothing():
        options = _options(from_, parameters or [], config, baseline, skip_others=skip_others)
        options = replace(options, selection=_selection(rules or [], skip or [], path))
        from scaleset_policies.checking import check_paths  # noqa: PLC0415 - --help does not wait for the rules

        if diff and "-" in paths:
            options = replace(options, stdin=sys.stdin.buffer.read())
        results = check_paths(paths, options)
        if fix or diff:
            from scaleset_policies.fix_command import correct  # noqa: PLC0415 - rarely needed

            if fix and "-" in paths:
                _fail("--fix changes files: for standard input, --diff prints the corrections")
            changed = correct(results, options, write=not diff)
            if diff:
                raise typer.Exit(int(changed))
            results = check_paths(paths, options)
        if write_baseline is not None:
            from scaleset_policies import baseline as baselines  # noqa: PLC0415 - rarely needed

            _save(write_baseline, baselines.dump(results))
        chosen: dict[str, dict[str, Any]] = {
            ReportFormat.TEXT: {"verbose": verbose, "group": group},
            ReportFormat.SARIF: {"suppressed": show_suppressed},
        }
        _write(results, report, file, chosen.get(report, {}))
    if file is not None or report != ReportFormat.TEXT:
        for error in results.errors:
            _complain(str(error))
        for _, failure in results.failures:
            _complain(failure.message)
    if path and results.files and not results.counts()["resources"]:
        _fail(f"--path {path}: no resource has a name, URN, address or id that matches")
    raise typer.Exit(results.exit(fail_on, strict=strict).code)


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


def _selection(rules: list[str], skipped: list[str], path: str) -> Selection:
    from scaleset_policies.config import ConfigError  # noqa: PLC0415 - --help does not wait for the rules
    from scaleset_policies.rules import RULES  # noqa: PLC0415
    from scaleset_policies.selection import EVERYTHING, select  # noqa: PLC0415

    if not rules and not skipped and not path:
        return EVERYTHING
    try:
        return select(rules, skipped, path, RULES)
    except ConfigError as error:
        _fail("\n".join(f"--rules and --skip: {problem}" for problem in error.problems))


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


def _report(output: str, file: Path | None, old: str) -> tuple[str, Path | None]:
    """The report's format and its file.

    Until 0.1 `--format` was the format and `--output` the file: pipelines that still say so get what they got, and a
    line that tells the new spelling.

    Raises:
        typer.BadParameter: It is no format, or two are given.
    """
    named = output.lower()
    if old and old.lower() not in FORMATS:
        raise typer.BadParameter(f"{old!r} is no format; there are: {', '.join(FORMATS)}.", param_hint="--format")
    if named in FORMATS:
        if old and named not in {ReportFormat.TEXT, old.lower()}:
            message = f"{named} or {old}? --format is the old spelling of --output; give --output alone."
            raise typer.BadParameter(message, param_hint="--output")
        return _same(old.lower() or named), file
    if file is not None or not (old or set(output) & set("./\\")):
        message = f"{output!r} is no format; there are: {', '.join(FORMATS)}. For a file: --output-file {output}."
        raise typer.BadParameter(message, param_hint="--output")
    _complain(f"--output is the format here, as in az: use --output-file {output}. It is written there as before.")
    return _same(old.lower()), Path(output)


def _same(name: str) -> str:
    """The format behind another name of it."""
    return ReportFormat.TEXT.value if name in {"", "table"} else name


def _write(results: Results, format_: str, output: Path | None, options: dict[str, Any]) -> None:
    if output is not None:
        _save(output, _rendered(results, format_, **options))
        return
    if format_ != ReportFormat.TEXT:
        _print(_rendered(results, format_, **options))
        return
    terminal = sys.stdout.isatty()
    width = None
    if terminal:
        import shutil  # noqa: PLC0415 - on a terminal only

        width = shutil.get_terminal_size().columns
    import os  # noqa: PLC0415 - for text only

    color = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    _print(_rendered(results, format_, width=width, color=color, **options))


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
