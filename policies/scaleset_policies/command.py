"""``scaleset check``: the rules of both modes on any supported input format, without an engine."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scaleset_core.command.apps import App
from scaleset_policies.choices import FailOn, Format, Group, ReportFormat
from scaleset_policies.printing import FORMATS, chosen_format, complain, fail, save, write_report

if TYPE_CHECKING:
    from scaleset_policies.checking import Options
    from scaleset_policies.config import Config
    from scaleset_policies.results import Results
    from scaleset_policies.selection import Selection

_LIVE = "What is deployed"

app = App()


@app.command()
def check(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH",
            help="Files, directories to search, or `-` for standard input.",
            show_default=False,
        ),
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Check what is deployed, in place of files.", rich_help_panel=_LIVE)
    ] = False,
    resource_group: Annotated[
        str,
        typer.Option(
            "--resource-group",
            "-g",
            metavar="GROUP",
            rich_help_panel=_LIVE,
            show_default=False,
            help="The resource group; without one, or a default of `az config`, the whole subscription.",
        ),
    ] = "",
    subscription: Annotated[
        str,
        typer.Option(
            "--subscription",
            metavar="ID",
            rich_help_panel=_LIVE,
            show_default=False,
            help="The subscription's id or name.",
        ),
    ] = "",
    cloud: Annotated[
        str, typer.Option("--cloud", metavar="CLOUD", rich_help_panel=_LIVE, show_default=False, help="As az knows it.")
    ] = "",
    endpoint: Annotated[
        str,
        typer.Option(
            "--endpoint", metavar="URL", rich_help_panel=_LIVE, show_default=False, help="Another ARM endpoint."
        ),
    ] = "",
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
    compare: Annotated[
        Path | None,
        typer.Option(
            "--compare",
            metavar="SARIF",
            help="Show what another tool's SARIF report (Checkov, PSRule, Trivy, tflint) has, and what this check has.",
            show_default=False,
        ),
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
    report, file = chosen_format(output, output_file, format_)
    named = list(paths or [])
    place = {"resource_group": resource_group, "subscription": subscription, "cloud": cloud, "endpoint": endpoint}
    _choose(named, place, live=live, changes=fix or diff)
    with _collecting_nothing():
        options = _options(from_, parameters or [], config, baseline, skip_others=skip_others)
        options = replace(options, selection=_selection(rules or [], skip or [], path))
        from scaleset_policies.checking import check_paths  # noqa: PLC0415 - --help does not wait for the rules

        if diff and "-" in named:
            options = replace(options, stdin=sys.stdin.buffer.read())
        results = check_paths(named, options) if not live else _deployed(place, options)
        if fix or diff:
            results = _corrected(results, named, options, write=not diff)
        if write_baseline is not None:
            from scaleset_policies import baseline as baselines  # noqa: PLC0415 - rarely needed

            save(write_baseline, baselines.dump(results))
        if compare is not None:
            from scaleset_policies import comparison  # noqa: PLC0415 - rarely needed

            comparison.write(results, compare, report, file)
            raise typer.Exit(results.exit(fail_on, strict=strict).code)
        chosen: dict[str, dict[str, Any]] = {
            ReportFormat.TEXT: {"verbose": verbose, "group": group},
            ReportFormat.SARIF: {"suppressed": show_suppressed},
        }
        write_report(results, report, file, chosen.get(report, {}))
    if file is not None or report != ReportFormat.TEXT:
        for error in results.errors:
            complain(str(error))
        for _, failure in results.failures:
            complain(failure.message)
    if path and results.files and not results.counts()["resources"]:
        fail(f"--path {path}: no resource has a name, URN, address or id that matches")
    raise typer.Exit(results.exit(fail_on, strict=strict).code)


def _choose(paths: list[str], place: Mapping[str, str], *, live: bool, changes: bool) -> None:
    """Refuse options that do not go together: what is deployed is no file."""
    if live and paths:
        raise typer.BadParameter(f"--live checks what is deployed: leave {' '.join(paths)} out, or --live.")
    if live and changes:
        raise typer.BadParameter("--fix and --diff change files; what is deployed is changed where it was made from.")
    if not live and not paths:
        raise typer.BadParameter("What to check? Name files or directories, - for standard input, or --live.")
    if not live and any(place.values()):
        names = ", ".join(f"--{name.replace('_', '-')}" for name, value in place.items() if value)
        raise typer.BadParameter(f"{names}: for what is deployed, with --live.")


def _deployed(place: Mapping[str, str], options: Options) -> Results:
    """Read what is deployed, with the distribution that knows Azure, and check it."""
    from scaleset_policies.arm_types import ALL  # noqa: PLC0415 - --help does not wait for the rules
    from scaleset_policies.checking import check_deployed  # noqa: PLC0415

    try:
        library = importlib.import_module("scaleset_operations.cli.live")
    except ImportError:
        fail("--live asks Azure, which pulumi-azure-scaleset-operations does: install it beside this")
    where, resources = library.read_deployed(ALL, **place)
    results = check_deployed(where, resources, options) if resources else None
    if results is None or not any(file.relevant for file in results.files):
        fail(f"{where}: there is no resource that a rule is about")
    return results


def _corrected(results: Results, named: list[str], options: Options, *, write: bool) -> Results:
    """The results after the corrections; without ``write`` they are printed, and the command ends."""
    from scaleset_policies.checking import check_paths  # noqa: PLC0415 - --help does not wait for the rules
    from scaleset_policies.fix_command import correct  # noqa: PLC0415 - rarely needed

    if write and "-" in named:
        fail("--fix changes files: for standard input, --diff prints the corrections")
    changed = correct(results, options, write=write)
    if not write:
        raise typer.Exit(int(changed))
    return check_paths(named, options)


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
        fail(str(error))
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
        fail("\n".join(f"--rules and --skip: {problem}" for problem in error.problems))


def _config(file: Path, text: str) -> Config:
    import yaml  # noqa: PLC0415 - only with --config

    from scaleset_policies.config import ConfigError, load  # noqa: PLC0415
    from scaleset_policies.rules import RULES  # noqa: PLC0415

    try:
        return load(yaml.safe_load(text), RULES)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        fail(f"{file}{place}: it is neither YAML nor JSON: {getattr(error, 'problem', None) or error}")
    except ConfigError as error:
        fail("\n".join(f"{file}: {problem}" for problem in error.problems))
