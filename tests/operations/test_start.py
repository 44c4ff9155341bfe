"""What a help screen loads: nothing that only a request needs. How long it takes is for `make bench`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from scaleset_core.command.main import app

HEAVY = {
    "aiohttp", "asyncio", "azure", "concurrent", "duckdb", "email", "jmespath", "markdown_it", "pulumi", "pydantic",
    "pygments", "rich", "socket", "ssl", "yaml",
}  # fmt: skip
"""What takes long to load and no help needs. `import pulumi` alone loads 450 modules, `rich.markdown` a hundred."""
MOST = 265
"""More modules than any help loads today (240, with the mode table); the first screen loads 165."""
_SHOWN = """
import contextlib, io, json, sys
sys.argv = ["scaleset", *json.loads(sys.argv[1]), "--help"]
from scaleset_core.command.main import run
shown = io.StringIO()
with contextlib.redirect_stdout(shown), contextlib.suppress(SystemExit):
    run()
print(json.dumps([shown.getvalue(), list(sys.modules)]))
"""


def paths(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of each command and group, the program itself with none."""
    yield words
    for name in getattr(command, "commands", ()) if words else command.list_commands(None):
        inner = command.get_command(None, name)
        yield from paths(getattr(inner, "real", inner), (*words, name))


PATHS = list(paths(get_command(app)))


@pytest.mark.parametrize("words", PATHS, ids=" ".join)
def test_help_is_light(words: tuple[str, ...]) -> None:
    """The help of every command and group loads neither a client, Pulumi, pydantic nor Rich, and few modules at all."""
    command = [sys.executable, "-c", _SHOWN, json.dumps(words)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    shown, loaded = json.loads(answer.stdout)
    assert shown.startswith(f"Usage: {' '.join(('scaleset', *words))} ")
    assert not HEAVY & {name.split(".")[0] for name in loaded}
    assert len(loaded) < (MOST if words else 190)


def test_every_command_is_among_them() -> None:
    """The walk above finds the groups' commands, the single commands, and those of a group in a group."""
    known = set(PATHS)
    assert {(), ("check",), ("fleet", "up"), ("instances", "list"), ("set", "upgrade", "start"), ("resume",)} <= known
    assert len(known) > 80
