"""Checking files: find them, read them, run the rules over their resources."""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from scaleset_policies.acceptance import mistakes
from scaleset_policies.choices import Format
from scaleset_policies.config import DEFAULT, Config
from scaleset_policies.engine import check, rules_by_type
from scaleset_policies.estate import Estate, Location, Resource
from scaleset_policies.events import violations
from scaleset_policies.families import families
from scaleset_policies.formats.detect import MARKERS
from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.json_text import decode
from scaleset_policies.formats.read import FileEstate, compiled, not_ours, read, read_parameters
from scaleset_policies.reports.clean import shown_path
from scaleset_policies.results import FileResult, Results
from scaleset_policies.rules import RULES
from scaleset_policies.selection import EVERYTHING, Selection
from scaleset_policies.sources import compile_source, kind_of, sources_of

STDIN: Final = "-"
"""The path that means standard input."""
_SUFFIXES: Final = (".json", ".jsonc", ".template", ".ndjson", ".jsonl")
_NOT_WALKED: Final = frozenset({"node_modules", "__pycache__", "venv"})
_PARAMETERS: Final = ".parameters.json"
"""The end of the name of a parameter file next to its template: ``azuredeploy.parameters.json``."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to check.

    Attributes:
        format: The format of all files; detected from each file's content if None.
        parameters: Values for templates' parameters by name.
        config: Levels, waivers, accepted values.
        baseline: The fingerprints of accepted violations; None without a baseline.
        skip_others: Whether to skip named files of other formats, like those found in directories.
        selection: The rules and the resources that count.
        stdin: What standard input holds, if it was read before; else it is read where it is named.
    """

    format: Format | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    config: Config = DEFAULT
    baseline: frozenset[str] | None = None
    skip_others: bool = False
    selection: Selection = EVERYTHING
    stdin: bytes = b""


def check_paths(paths: Sequence[str], options: Options) -> Results:
    """Check files, directories and standard input.

    Args:
        paths: Files, directories to walk, or ``-``.
        options: How to check.

    Returns:
        The results. A file that cannot be read is among the errors; the others are still checked.
    """
    run = _Run(options)
    for path in paths:
        run.path(path)
    return Results(tuple(run.files), tuple(run.errors), options.baseline, run.skipped, tuple(dict.fromkeys(run.unread)))


def check_deployed(where: str, resources: Sequence[Mapping[str, Any]], options: Options) -> Results:
    """Check what Azure answered.

    Args:
        where: What it is a part of, for reports; there are no lines in it.
        resources: The resources' bodies.
        options: How to check.
    """
    found = read(json.dumps({"value": resources}), where, format_=Format.AZURE)
    assert found is not None  # the format is given
    plain = replace(found, estate=Estate([replace(each, locate=None) for each in found.estate]))
    errors = tuple(UnreadableError(each.file, each.message) for each in found.problems)
    return Results((check_estate(plain, options.config, options.selection),), errors, options.baseline)


class _Run:
    """One check of several paths.

    Args:
        options: How to check.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self.files: list[FileResult] = []
        self.errors: list[UnreadableError] = []
        self.unread: list[UnreadableError] = []
        self.skipped = 0
        self._seen: set[str] = set()

    def path(self, path: str) -> None:
        """Check what the user named."""
        before = len(self.files) + len(self.errors)
        sources: list[Path] = []
        read: dict[Path, Format] = {}
        for name, walked in _inputs(path, self.errors):
            if walked and kind_of(name):
                sources.append(Path(name))
            elif self._file(name, walked=walked):
                read[Path(name)] = self.files[-1].format
        found = sources_of(sources, read, self.options.format)
        for each in found.compiled:
            self._file(str(each), walked=False)
        self.unread += found.unread
        if _is_folder(path) and len(self.files) + len(self.errors) == before:
            message = "no file in this directory has a format that can be checked"
            self.errors.append(UnreadableError(shown_path(path), message))

    def _file(self, name: str, *, walked: bool) -> bool:
        """Check one file; whether it was checked."""
        real = _real(name)
        if real in self._seen:
            return False
        self._seen.add(real)
        try:
            found = read_file(name, self.options, walked=walked or self.options.skip_others)
        except UnreadableError as error:
            self.errors.append(error)
            return False
        if found is None:
            self.skipped += 1
            return False
        self.files.append(check_estate(found, self.options.config, self.options.selection))
        self.errors += [_renamed(problem) for problem in found.problems]
        return True


def check_estate(found: FileEstate, config: Config, selection: Selection = EVERYTHING) -> FileResult:
    """Run the rules over one file's resources, and add the violations that the file itself reports."""
    estate = _with_file(found.estate, shown_path(found.file))
    report = check(estate, config, selection=selection)
    reported = [
        each
        for each in violations(found.events, report, config)
        if selection.has(each.rule) and selection.covers(each.resource)
    ]
    report = replace(
        report,
        violations=(*report.violations, *(each for each in reported if each.waiver is None)),
        waived=(*report.waived, *(each for each in reported if each.waiver is not None)),
    )
    mistaken = tuple(text for resource in estate for text in mistakes(resource, RULES.values()))
    relevant = sum(1 for each in estate if each.type in rules_by_type() and selection.covers(each))
    return FileResult(
        shown_path(found.file),
        found.format,
        report,
        (*found.notes, *mistaken),
        found.remarks,
        relevant,
        partial(families, estate),
    )


def _with_file(estate: Estate, file: str) -> Estate:
    """The estate, with locations that use the file name of the reports."""
    return Estate([replace(resource, locate=_Relocated(resource, file)) for resource in estate])


@dataclass(frozen=True, slots=True)
class _Relocated:
    resource: Resource
    file: str

    def __call__(self, path: str) -> Location | None:
        found = self.resource.where(path)
        return replace(found, file=self.file) if found else None


def _renamed(error: UnreadableError) -> UnreadableError:
    return UnreadableError(shown_path(error.file), error.message, line=error.line, column=error.column)


def _inputs(path: str, errors: list[UnreadableError]) -> Iterator[tuple[str, bool]]:
    """The files of a path that the user named, and whether a directory walk found them; ``errors`` collects failures.

    In a directory only regular files are read: a pipe or a device would block until someone writes. Named on the
    command line they are read, since the shell's ``<(...)`` creates them.
    """
    if path == STDIN or not _is_folder(path):
        yield path, False
        return

    def refused(error: OSError) -> None:
        errors.append(_no_access(str(error.filename or path), error))

    for folder, folders, names in os.walk(path, onerror=refused):
        folders[:] = sorted(name for name in folders if name not in _NOT_WALKED and not name.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            wanted = name.lower().endswith(_SUFFIXES) or kind_of(name)
            if wanted and not name.startswith(".") and not _waits(file):
                yield str(file), True


def _real(name: str) -> str:
    """The identity of a file, the same for every path to it."""
    try:
        return name if name == STDIN else os.path.realpath(name)
    except (OSError, ValueError):
        return name


def _is_folder(path: str) -> bool:
    """Whether a path names a folder; False if that cannot be determined: reading it then reports the cause."""
    try:
        return Path(path).is_dir()
    except OSError:
        return False


def _waits(file: Path) -> bool:
    """Whether the path exists and is not a regular file: a pipe, a socket, a device."""
    try:
        return file.exists() and not file.is_file()
    except OSError:
        return False


def read_file(path: str, options: Options, *, walked: bool) -> FileEstate | None:
    """The content of a file; None if it has none of the formats and a directory walk found it.

    Args:
        path: The file, or ``-``.
        options: Format and parameters.
        walked: Whether a directory walk found it.

    Raises:
        UnreadableError: it does not exist, or cannot be understood.
    """
    shown = shown_path(path)
    if path != STDIN and kind_of(path):
        source = read_bytes(path).decode("utf-8-sig", errors="replace")
        return compiled(compile_source(path), shown, source, options.parameters)
    given = Beside() if options.parameters else beside(path)
    try:
        text, values = _text(path, shown, options), options.parameters or given.values
        found = read(text, shown, format_=None if walked else options.format, parameters=values)
    except UnreadableError:
        if walked and not _one_of_ours(read_bytes(path)):
            return None
        raise
    except Exception as error:
        message = f"it cannot be understood: {type(error).__name__} while reading it; please report this file's shape"
        raise UnreadableError(shown, message) from error
    if found is None and not walked:
        raise not_ours(shown)
    if found is not None and walked and options.format is not None and found.format is not options.format:
        return None
    if found is not None and found.format in (Format.ARM, Format.BICEP):
        return replace(found, remarks=given.remarks, problems=(*found.problems, *given.problems))
    return found


def _text(path: str, shown: str, options: Options) -> str:
    """The text of a file, whose bytes are not kept beside it."""
    return decode(options.stdin if path == STDIN and options.stdin else read_bytes(path), shown)


@dataclass(frozen=True, slots=True)
class Beside:
    """The values of the parameter file beside a template, what to tell of it, and its problems."""

    values: Mapping[str, Any] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    problems: tuple[UnreadableError, ...] = ()


def beside(path: str) -> Beside:
    """The parameter file beside a template; nothing if there is none."""
    if path == STDIN or not Path(path).name or path.lower().endswith(_PARAMETERS):
        return Beside()
    file = Path(path).with_suffix(_PARAMETERS)
    shown, data = shown_path(str(file)), b""
    try:
        if not file.is_file():
            return Beside()
        data = read_bytes(str(file))
        return Beside(read_parameters(decode(data, shown), shown), (f"with the values of {shown}",))
    except UnreadableError as error:
        ours = not data or b"deploymentparameters.json" in data.lower()
        return Beside(problems=(error,) if ours else ())
    except (OSError, ValueError):
        return Beside()


def read_bytes(path: str) -> bytes:
    """The content of a file, or of standard input for ``-``.

    Raises:
        UnreadableError: it does not exist, or the user has no permission to read it.
    """
    try:
        return sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    except FileNotFoundError:
        raise UnreadableError(shown_path(path), "there is no such file or directory") from None
    except (OSError, ValueError) as error:
        raise _no_access(path, error) from None


def _no_access(path: str, error: OSError | ValueError) -> UnreadableError:
    return UnreadableError(shown_path(path), f"it cannot be read: {getattr(error, 'strerror', None) or error}")


def _one_of_ours(data: bytes) -> bool:
    text = data.replace(b"\0", b"").lower()
    return any(marker.encode() in text for marker in MARKERS)
