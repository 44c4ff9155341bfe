"""The tutorial's commands, in their order, by somebody who has just cloned the repository."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.clones import fresh_clone, installation, newcomers_variables

from devkit import paths

pytestmark = [pytest.mark.engine, pytest.mark.long]

TUTORIAL = paths.ROOT / "docs" / "tutorial.md"
BLOCK = re.compile(
    r"^```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
REFUSED = "# is refused"
"""The comment behind a command that must fail."""


@dataclass
class Step:
    """A command and the lines of its output that the page shows, or a file that the reader writes before it."""

    command: str = ""
    shown: tuple[str, ...] = ()
    file: str = ""
    text: str = ""


def steps(page: str) -> Iterator[Step]:
    """What the page tells its reader to do, in order."""
    for block in BLOCK.finditer(page):
        if block["title"]:
            yield Step(file=block["title"], text=block["text"])
        elif block["language"] == "console":
            for part in re.split(r"^\$ ", block["text"], flags=re.MULTILINE)[1:]:
                command, *shown = part.splitlines()
                yield Step(command=command, shown=tuple(shown))


def squeezed(text: str) -> str:
    """The text with single spaces: the widths of columns depend on what else is in a table."""
    return re.sub(r"[ \t]+", " ", text)


def follow(todo: list[Step], clone: Path, variables: dict[str, str]) -> None:
    """Do all of it in one shell, as the reader does: a folder and exported variables stay."""
    with subprocess.Popen(
        ["bash", "--noprofile", "--norc"],
        cwd=clone,
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as shell:
        assert shell.stdin
        assert shell.stdout
        for step in todo:
            if step.file:
                (clone / step.file).write_text(step.text, encoding="utf-8")
                continue
            # The marker is on a line of its own, whatever the command printed last.
            shell.stdin.write(f"{{ {step.command}\n}} < /dev/null\nprintf '\\n@@ended %d\\n' $?\n")
            shell.stdin.flush()
            output, status = "", None
            for line in shell.stdout:
                if ended := re.fullmatch(r"@@ended (\d+)\n", line):
                    status = int(ended[1])
                    break
                output += line
            assert status is not None, f"{step.command}: the shell ended\n{output}"
            assert (status != 0) == (REFUSED in step.command), f"{step.command}: exit code {status}\n{output}"
            for line in step.shown:
                assert squeezed(line).strip() in squeezed(output), f"{step.command}: {line!r} is not in\n{output}"
        shell.stdin.close()


@pytest.mark.timeout(900)
def test_the_tutorial(tmp_path: Path) -> None:
    """Each command of the page works, or is refused where the page says so, and prints what the page shows."""
    todo = list(steps(TUTORIAL.read_text(encoding="utf-8")))
    commands = " ".join(step.command for step in todo)
    for expected in ("make up", "instances restart", REFUSED, "nat migrate", "migrate verify", "--retire", "make down"):
        assert expected in commands
    clone = fresh_clone(tmp_path / "clone")
    variables = newcomers_variables(installation(tmp_path / "pulumi")) | {"XDG_STATE_HOME": str(tmp_path / "state")}
    try:
        follow(todo, clone, variables)
        assert not (clone / ".scratch" / "demo").exists()
    finally:
        if (clone / ".scratch" / "demo").exists():
            subprocess.run(["make", "stop"], cwd=clone, env=variables, capture_output=True, check=False)
