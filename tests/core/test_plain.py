"""Plain values of the command line skip Typer's converters, and the command gets what they would have made of them."""

from __future__ import annotations

import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

from scaleset_core.command.apps import App


class Colour(StrEnum):
    """A choice."""

    RED = "red"
    DARK_RED = "dark-red"


def _fill(app: typer.Typer, got: dict[str, Any]) -> typer.Typer:
    @app.command()
    def paint(
        names: Annotated[list[str] | None, typer.Argument()] = None,
        colour: Annotated[Colour, typer.Option()] = Colour.RED,
        colours: Annotated[list[Colour] | None, typer.Option()] = None,
        file: Annotated[Path | None, typer.Option()] = None,
        there: Annotated[Path | None, typer.Option(exists=True)] = None,
        no_folder: Annotated[Path | None, typer.Option(dir_okay=False)] = None,
        count: Annotated[int, typer.Option(min=1)] = 3,
        wide: Annotated[float | None, typer.Option()] = None,
        wet: Annotated[bool | None, typer.Option("--wet/--dry")] = None,
        text: Annotated[str, typer.Option()] = "",
        parsed: Annotated[str | None, typer.Option(parser=str.upper)] = None,
    ) -> None:
        got.update({name: value for name, value in locals().items() if name != "got"})

    @app.command()
    def other() -> None:
        """Makes the application a group."""

    return app


def _run(app: typer.Typer, got: dict[str, Any], words: list[str]) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(app, ["paint", *words])
    return result.exit_code, {name: (type(value), value) for name, value in got.items()}


@pytest.mark.parametrize(
    "words",
    [
        "",
        "a b c",
        "--colour dark-red --colours red --colours dark-red",
        "--colour RED",
        "--colour blue",
        "--colours red --colours blue",
        "--file nowhere --no-folder nowhere",
        "--file .",
        "--no-folder .",
        "--there nowhere",
        "--there .",
        "--count 7",
        "--count 0",
        "--count seven",
        "--wide 2 --wet",
        "--dry --text 5 --parsed up",
    ],
)
def test_the_command_gets_what_typer_would_give_it(words: str) -> None:
    """The same values, of the same types, and the same refusals."""
    ours: dict[str, Any] = {}
    theirs: dict[str, Any] = {}
    assert _run(_fill(App(), ours), ours, words.split()) == _run(_fill(typer.Typer(), theirs), theirs, words.split())


def test_a_check_starts_without_pydantic(tmp_path: Path) -> None:
    """A check without a configuration loads none of it: it takes as long as all the rest of the start."""
    file = tmp_path / "empty.json"
    file.write_text('{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}')
    code = (
        "import sys; from scaleset_core.command import run\n"
        f"sys.argv = ['scaleset', 'check', {str(file)!r}]\n"
        "try: run()\n"
        "except SystemExit: pass\n"
        "print(sorted(name for name in sys.modules if name.startswith('pydantic')))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]", ended.stderr
