"""``scaleset check``: the rules of both modes on any supported input format, without an engine."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from scaleset_core.command.apps import App
from scaleset_policies import check_options as given
from scaleset_policies.choices import FailOn, Format, Group, ReportFormat
from scaleset_policies.printing import chosen_format, complain, fail, save, write_report

if TYPE_CHECKING:
    from scaleset_policies.checking import Options
    from scaleset_policies.config import Config
    from scaleset_policies.results import Results
    from scaleset_policies.selection import Selection

app = App()


@app.command()
def check(
    paths: given.Paths = None,
    live: given.Live = False,
    resource_group: given.ResourceGroup = "",
    subscription: given.Subscription = "",
    cloud: given.Cloud = "",
    endpoint: given.Endpoint = "",
    from_: given.From = None,
    parameters: given.ParameterFiles = None,
    output: given.Output = ReportFormat.TEXT.value,
    output_file: given.OutputFile = None,
    format_: given.OldFormat = "",
    fail_on: given.FailsOn = FailOn.ERROR,
    rules: given.OnlyRules = None,
    skip: given.Skip = None,
    path: given.OnlyPath = "",
    config: given.ConfigFile = None,
    baseline: given.Baseline = None,
    write_baseline: given.WriteBaseline = None,
    compare: given.Compare = None,
    group: given.GroupedBy = Group.SET,
    show_suppressed: given.ShowSuppressed = False,
    fix: given.FixThem = False,
    diff: given.ShowDiff = False,
    skip_others: given.SkipOthers = False,
    strict: given.Strict = False,
    verbose: given.Verbose = False,
) -> None:
    """Check programs, templates and stacks against the rules of both orchestration modes.

    Reads `pulumi stack export`, `pulumi preview --json`, `pulumi policy analyze --json`, ARM templates, Bicep (with its
    compiler on PATH, or compiled), `terraform show -json`, `az vmss show` and `az deployment group what-if`.

    Exit code: 0 nothing found, 1 violations, 2 something could not be read, or a rule failed (the rest is still
    checked).
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
        raise typer.BadParameter(
            "--fix and --diff change files; change a deployed resource in the program or "
            "template that it was made from."
        )
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
        fail("--live reads from Azure and needs pulumi-azure-scaleset-operations: install it too")
    where, resources = library.read_deployed(ALL, **place)
    results = check_deployed(where, resources, options) if resources else None
    if results is None or not any(file.relevant for file in results.files):
        fail(f"{where}: there is no resource that a rule applies to")
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
    the time of a large check, and find nothing. Nor does it look at them when the program ends.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
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

    from scaleset_policies.config import ConfigError  # noqa: PLC0415
    from scaleset_policies.config_reading import load  # noqa: PLC0415
    from scaleset_policies.rules import RULES  # noqa: PLC0415

    try:
        return load(yaml.safe_load(text), RULES)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        fail(f"{file}{place}: it is neither YAML nor JSON: {getattr(error, 'problem', None) or error}")
    except ConfigError as error:
        fail("\n".join(f"{file}: {problem}" for problem in error.problems))
