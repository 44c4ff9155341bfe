"""``scaleset preview``: a picture of the set before it is deployed, and of what differs between two inputs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from scaleset_core.command.apps import App
from scaleset_core.command.formats import Format as Output
from scaleset_core.command.formats import dump
from scaleset_policies.choices import Format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scaleset_core.picture import Picture
    from scaleset_policies.checking import Options
    from scaleset_policies.formats.read import FileEstate

_WIDE = 100_000
_FAILED = 2

app = App()


@app.command()
def preview(
    file: Annotated[
        str,
        typer.Argument(
            metavar="[FILE]", help="A plan, template or state, or `-` for standard input.", show_default=False
        ),
    ] = "",
    stack: Annotated[
        str, typer.Option("--stack", metavar="STACK", help="Draw what `pulumi preview` plans for this stack instead.")
    ] = "",
    cwd: Annotated[str, typer.Option("--cwd", metavar="DIRECTORY", help="The Pulumi project's directory.")] = "",
    against: Annotated[
        str, typer.Option("--against", metavar="FILE", help="Show what differs from this plan, template or state.")
    ] = "",
    name: Annotated[str, typer.Option("--name", "-n", metavar="NAME", help="Only the scale set of this name.")] = "",
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", dir_okay=False, help="Write the picture as one self-contained page."),
    ] = None,
    output: Annotated[Output, typer.Option("--output", "-o", help="The format on the terminal.")] = Output.TABLE,
    from_: Annotated[
        Format | None,
        typer.Option(
            "--from", help="The inputs' format. By default it is recognised by the content.", show_default=False
        ),
    ] = None,
    parameters: Annotated[
        list[Path] | None,
        typer.Option("--parameters", help="ARM parameter file; may be given several times.", show_default=False),
    ] = None,
) -> None:
    """Draw the scale sets of a plan, template or state, before anything is deployed.

    Reads what `scaleset check` reads: `pulumi preview --json`, `pulumi stack export`, ARM templates, Bicep's compiled
    JSON and `terraform show -json`. Values that are not known before deployment are drawn as not known.

    With `--against` it shows what was added, removed, changed and replaced, from that file to this one.

    Exit code: 0 drawn, 2 something could not be read (the rest is still drawn).
    """
    from scaleset_policies.formats.errors import UnreadableError  # noqa: PLC0415 - --help does not wait

    if bool(file) == bool(stack):
        _fail("give either a FILE (or `-`) or --stack STACK")
    if file == against == "-":
        _fail("--against -: standard input is the first file already; name a file")
    try:
        options = _options(from_, parameters or [])
        new = _read(file, options) if file else _of_stack(stack, cwd)
        old = _read(against, options) if against else None
    except UnreadableError as error:
        _fail(str(error))
    pictures = _drawn(new, old, name)
    if html is not None:
        _write(pictures, html)
    else:
        _show(pictures, output)
    problems = [str(each) for found in (new, old) if found is not None for each in found.problems]
    for problem in problems:
        _complain(problem)
    if problems:
        raise typer.Exit(_FAILED)


def _options(from_: Format | None, parameters: list[Path]) -> Options:
    from scaleset_policies.checking import Options, read_bytes  # noqa: PLC0415
    from scaleset_policies.formats.json_text import decode  # noqa: PLC0415
    from scaleset_policies.formats.read import read_parameters  # noqa: PLC0415

    values = {}
    for file in parameters:
        values.update(read_parameters(decode(read_bytes(str(file)), str(file)), str(file)))
    return Options(from_, values)


def _read(file: str, options: Options) -> FileEstate:
    from scaleset_policies.checking import read_file  # noqa: PLC0415
    from scaleset_policies.formats.errors import UnreadableError  # noqa: PLC0415

    if file != "-" and Path(file).is_dir():
        raise UnreadableError(file, "it is a directory: name one file")
    found = read_file(file, options, walked=False)
    assert found is not None  # only a directory walk skips files
    return found


def _of_stack(stack: str, cwd: str) -> FileEstate:
    from scaleset_policies.formats.read import not_ours, read  # noqa: PLC0415
    from scaleset_policies.preview.stack import preview_of  # noqa: PLC0415

    found = read(preview_of(stack, cwd), f"--stack {stack}", format_=Format.PREVIEW)
    if found is None:
        raise not_ours(f"--stack {stack}")
    return found


def _drawn(new: FileEstate, old: FileEstate | None, name: str) -> list[Picture]:
    from scaleset_policies.preview.drawing import paired, pictures_of  # noqa: PLC0415
    from scaleset_policies.preview.hiding import without_secrets  # noqa: PLC0415

    after = _pictures(pictures_of(without_secrets(new.estate), _source(new), _sentences(new)), name)
    before = None
    if old is not None:
        before = _pictures(pictures_of(without_secrets(old.estate), _source(old), _sentences(old)), name)
    if not after and not before:
        where = f"{new.file} and {old.file} have" if old else f"{new.file} has"
        _fail(f"{where} no scale set" + (f" {name!r}: leave --name out to list them" if name else ""))
    return after if before is None or old is None else paired(before, after, _source(old))


def _pictures(pictures: list[Picture], name: str) -> list[Picture]:
    return [each for each in pictures if not name or each.name.lower() == name.lower()]


def _source(found: FileEstate) -> str:
    return f"{found.file} ({found.format.value})"


def _sentences(found: FileEstate) -> list[str]:
    return [*map(str, found.problems), *found.notes]


def _show(pictures: Sequence[Picture], output: Output) -> None:
    if output is not Output.TABLE:
        typer.echo(dump(json.loads(json.dumps([each.to_json() for each in pictures])), output))
        return
    from rich.console import Console  # noqa: PLC0415

    from scaleset_core.picture.terminal import show  # noqa: PLC0415

    terminal = sys.stdout.isatty()
    console = Console(width=None if terminal else _WIDE, highlight=False, soft_wrap=not terminal)
    for number, each in enumerate(pictures):
        if number:
            console.print()
        show(each, console)


def _write(pictures: Sequence[Picture], html: Path) -> None:
    from scaleset_core.picture.page import render  # noqa: PLC0415

    names = ", ".join(each.name for each in pictures)
    try:
        html.write_text(render(pictures, f"{names} · plan"), encoding="utf-8")
    except OSError as error:
        _fail(f"--html {html}: it cannot be written: {error.strerror or error}")
    typer.echo(f"Wrote {html}.", err=True)


def _complain(text: str) -> None:
    safe = "".join(letter if letter.isprintable() or letter == "\n" else f"\\x{ord(letter):02x}" for letter in text)
    typer.echo(f"scaleset preview: {safe}", err=True)


def _fail(text: str) -> NoReturn:
    _complain(text)
    raise typer.Exit(_FAILED)
