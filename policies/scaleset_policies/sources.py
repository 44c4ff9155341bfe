"""Sources in the languages that templates and plans are made from: compiled with their compiler, else reported.

Bicep is compiled by ``bicep`` or ``az bicep``. Terraform's and Pulumi's programs need credentials and a state to say
what they deploy, so that their users make a plan or a preview.
"""

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from scaleset_policies.choices import Format
from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.reports.clean import shown_path

BICEP: Final = ".bicep"
BICEP_PARAMETERS: Final = ".bicepparam"
TERRAFORM: Final = ".tf"
PULUMI: Final = "pulumi"
_PLAN: Final = ".tfplan"
PLAN_OF_TERRAFORM: Final = "check what `terraform show -json PLAN` writes"
HINTS: Final = {
    BICEP: "it is Bicep source, and neither `bicep` nor `az bicep` is on PATH: check what `bicep build FILE --stdout` "
    "writes",
    BICEP_PARAMETERS: "it is a Bicep parameter file, and neither `bicep` nor `az bicep` is on PATH: check what "
    "`bicep build-params FILE --stdout` writes",
    TERRAFORM: f"it is Terraform source: {PLAN_OF_TERRAFORM}",
    _PLAN: f"it is a binary plan: {PLAN_OF_TERRAFORM}",
    ".tfstate": "it is Terraform's own state file: check what `terraform show -json` writes",
    PULUMI: "it is a Pulumi program: check what `pulumi preview --json --show-sames` writes",
}
"""Why a source was not read and what to do, by its kind."""
_FORMATS: Final = {
    Format.BICEP: (BICEP, BICEP_PARAMETERS),
    Format.TERRAFORM: (TERRAFORM, _PLAN, ".tfstate"),
    Format.PREVIEW: (PULUMI,),
    Format.STACK: (PULUMI,),
}
"""The sources that a format is made from."""
_PROJECTS: Final = frozenset({"pulumi.yaml", "pulumi.yml"})
_ABOUT_AZURE: Final = re.compile(rb"azurerm|azapi|azure", re.IGNORECASE)
_USED: Final = re.compile(r"^[ \t]*(?:module[ \t]+\w+|using|import[^'\n]*from)[ \t]+'([^'\n]+)'", re.MULTILINE)
_MODULE: Final = re.compile(r"""^[ \t]*source[ \t]*=[ \t]*"(\.{1,2}/[^"\n]+)\"""", re.MULTILINE)
_TIMEOUT: Final = 300
"""Seconds for one compilation; the first may fetch modules from a registry."""
_LINES: Final = 5
"""How many lines of a compiler's message are shown."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources in a folder.

    Attributes:
        compiled: The Bicep files to compile: those that no other one uses.
        unread: Those that are not read, each with the reason.
    """

    compiled: tuple[Path, ...] = ()
    unread: tuple[UnreadableError, ...] = ()


def kind_of(file: str | Path) -> str:
    """The kind of source that a file is by its name, a key of :data:`HINTS`; ``""`` for none."""
    name = Path(file).name.lower()
    if name in _PROJECTS:
        return PULUMI
    kind = TERRAFORM if name.endswith(f"{TERRAFORM}.json") else Path(name).suffix
    return kind if kind in HINTS else ""


def sources_of(files: Iterable[Path], read: Mapping[Path, Format], only: Format | None = None) -> Sources:
    """What to do with the sources in a folder.

    Args:
        files: The sources.
        read: The files that were read, with their formats. A plan or a preview covers the programs in its folder,
            around it and below it. A template that Bicep made covers the source of the same name.
        only: The format to which the check is restricted; sources of other formats are ignored.
    """
    found = [each for each in files if only is None or kind_of(each) in _FORMATS.get(only, ())]
    bicep = [each for each in found if kind_of(each) in (BICEP, BICEP_PARAMETERS)]
    roots = [each for each in _roots(bicep) if read.get(each.with_suffix(".json")) is not Format.BICEP]
    unread = [_unread(each) for each in _programs(found) if not _planned(each, read)]
    if roots and compiler() is None:
        return Sources((), (*map(_unread, roots), *unread))
    return Sources(tuple(roots), tuple(unread))


def _roots(files: list[Path]) -> Iterator[Path]:
    """The Bicep files that no other one uses as a module, for its types or as the template of its parameters."""
    used = {_plain(each.parent / name) for each in files for name in _USED.findall(_text(each))}
    return (each for each in files if _plain(each) not in used)


def _planned(program: Path, read: Mapping[Path, Format]) -> bool:
    folder, kind = program.parent, kind_of(program)
    made = (file.parent for file, format_ in read.items() if kind in _FORMATS.get(format_, ()))
    return any(each == folder or folder in each.parents or each in folder.parents for each in made)


def _programs(files: list[Path]) -> Iterator[Path]:
    """The first file of each folder's program, if the program is about Azure; plans and states one by one.

    A Terraform module that another folder uses is no program.
    """
    terraform = [each for each in files if kind_of(each) == TERRAFORM]
    modules = {_plain(each.parent / name) for each in terraform for name in _MODULE.findall(_text(each))}
    folders: set[tuple[Path, str]] = set()
    for each in files:
        kind = kind_of(each)
        part = kind == TERRAFORM and _plain(each.parent) in modules
        if part or kind in (BICEP, BICEP_PARAMETERS) or (each.parent, kind) in folders:
            continue
        if kind == _PLAN or _ABOUT_AZURE.search(_bytes(each)):
            folders |= {(each.parent, kind)} if kind in (TERRAFORM, PULUMI) else set()
            yield each


def _unread(file: Path) -> UnreadableError:
    return UnreadableError(shown_path(str(file)), HINTS[kind_of(file)])


def compile_source(file: str) -> str:
    """The template of a Bicep file, or the template and the values of a Bicep parameter file, as JSON.

    Raises:
        UnreadableError: no compiler is on PATH, or it failed, or the file is a source of another kind; the message has
            what the compiler said, or what to do.
    """
    kind = kind_of(file)
    command = compiler() if kind in (BICEP, BICEP_PARAMETERS) else None
    if command is None:
        raise UnreadableError(shown_path(file), HINTS[kind])
    verb = "build" if kind == BICEP else "build-params"
    named = [file] if len(command) == 1 else ["--file", file]
    try:
        done = subprocess.run(  # noqa: S603 - a compiler of the user's PATH, and no shell
            [*command, verb, *named, "--stdout"],
            capture_output=True,
            timeout=_TIMEOUT,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        why = f"it took more than {_TIMEOUT} s" if isinstance(error, subprocess.TimeoutExpired) else error.strerror
        raise UnreadableError(shown_path(file), f"`{' '.join(command)} {verb}` failed: {why}") from None
    if done.returncode:
        said = " ".join(done.stderr.decode(errors="replace").strip().splitlines()[:_LINES]) or "it said nothing"
        raise UnreadableError(shown_path(file), f"`{' '.join(command)} {verb}` failed: {said}")
    return done.stdout.decode("utf-8-sig", errors="replace")


def compiler() -> tuple[str, ...] | None:
    """The Bicep compiler on PATH: ``bicep`` itself, or the one of the Azure CLI; None if there is none."""
    if (own := shutil.which("bicep")) is not None:
        return (own,)
    azure = shutil.which("az")
    return (azure, "bicep") if azure is not None and _has_bicep(azure) else None


@cache
def _has_bicep(azure: str) -> bool:
    """Whether the Azure CLI has a Bicep compiler; asked for a version it does not fetch one, as it does to compile."""
    try:
        asked = [azure, "bicep", "version"]
        done = subprocess.run(  # noqa: S603
            asked, capture_output=True, timeout=_TIMEOUT, stdin=subprocess.DEVNULL, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _plain(file: Path) -> Path:
    """The path without ``..``, whether or not it exists."""
    return Path(*file.parts).resolve(strict=False)


def _text(file: Path) -> str:
    return _bytes(file).decode("utf-8-sig", errors="replace")


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except (OSError, ValueError):
        return b""
