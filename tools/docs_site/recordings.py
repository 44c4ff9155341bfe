"""Pictures of a terminal on the tutorial's page: ``python -m docs_site.recordings`` follows it in a terminal.

Nothing in them is written by hand: a fresh clone is set up, the tutorial's commands run in it, in order, and what some
of them print becomes a picture, light and dark. Times, ports and names that differ each time are those of the run.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devkit import paths
from devkit.clone import fresh_clone
from docs_site import pages
from docs_site.terminal import Terminal, picture

FOLDER = paths.ROOT / "docs" / "recordings"
TUTORIAL = "docs/tutorial.md"


@dataclass(frozen=True)
class Part:
    """A command of the tutorial and how much of its output is shown.

    Attributes:
        command: How it begins.
        since: What the first line that is shown has; all of it without one.
        lines: How many lines are shown.
    """

    command: str
    since: str = ""
    lines: int = 30


RECORDINGS: Mapping[str, Sequence[Part]] = {
    "up": (
        Part("make up", since=r"^ +\+ \d+ created", lines=20),
        Part("eval"),
        Part("scaleset instances list -g shop -n shop"),
    ),
    "policy": (
        Part("pulumi preview --policy-pack", since="nat-pool-on-flexible", lines=4),
        Part("scaleset rules show", lines=8),
    ),
    "migrate": (
        Part("scaleset migrate plan -g old"),
        Part("scaleset migrate run moved --pause 0"),
        Part("scaleset migrate verify moved"),
    ),
}
"""Each recording and what is in it, in the tutorial's order."""


def follow(clone: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """What each command of the tutorial prints, with its colours, up to the last one that is recorded."""
    wanted = [part.command for parts in RECORDINGS.values() for part in parts]
    found: dict[str, str] = {}
    with Terminal(clone, variables) as terminal:
        for step in pages.steps(TUTORIAL):
            if step.file:
                (clone / step.file).write_text(step.text, encoding="utf-8")
                continue
            status, printed = terminal.run(step.command)
            if (status != 0) != step.refused:
                raise RuntimeError(f"{step.command}: exit code {status}\n{printed}")
            for name in wanted:
                if step.command.startswith(name):
                    found.setdefault(name, printed)
            if len(found) == len(set(wanted)):
                break
    return found


def shown(part: Part, printed: str) -> list[str]:
    """The lines of a recording for one command: the command, and what is shown of its output."""
    lines = re.sub(r"\n{3,}", "\n\n", printed.rstrip()).splitlines()
    first = next((place for place, line in enumerate(lines) if re.search(part.since, plain(line))), 0)
    chosen = lines[first : first + part.lines]
    before, after = ["…"] if first else [], ["…"] if first + part.lines < len(lines) else []
    return [*before, *chosen, *after]


def plain(text: str) -> str:
    """A text without colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def drawn(printed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The pictures: name and SVG."""
    for name, parts in RECORDINGS.items():
        sections = [(command(part), shown(part, printed[part.command])) for part in parts]
        for scheme in ("light", "dark"):
            yield f"{name}-{scheme}.svg", picture(sections, scheme)


def command(part: Part) -> str:
    """The command as the tutorial has it, without its comment."""
    steps = (step.command for step in pages.steps(TUTORIAL))
    return next(each for each in steps if each.startswith(part.command)).partition("   #")[0]


def make(clone: Path, variables: Mapping[str, str], target: str) -> None:
    """Run `make` in the clone, which must succeed."""
    command = ["make", target]
    subprocess.run(command, cwd=clone, env=variables, capture_output=True, check=True)


@contextmanager
def newcomer() -> Iterator[tuple[Path, dict[str, str]]]:
    """A fresh clone after its set-up, and an environment without this process's settings; its simulator is stopped."""
    with tempfile.TemporaryDirectory(prefix="recording-") as directory:
        clone = fresh_clone(Path(directory) / "pulumi-azure-scaleset")
        ours = ("SCALESET_", "VIRTUAL_ENV", "PULUMI_", "AZURE_", "ARM_", "MAKE", "MFLAGS")  # also of `make recordings`
        variables = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
        variables["XDG_STATE_HOME"] = str(Path(directory) / "state")
        make(clone, variables, "setup")
        try:
            yield clone, variables
        finally:
            make(clone, variables, "stop")


def record() -> dict[str, str]:
    """A new recording of every picture, by its file's name."""
    with newcomer() as (clone, variables):
        return dict(drawn(follow(clone, variables)))


def main() -> int:
    """Record all pictures again; returns the exit code."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in record().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print((FOLDER / name).relative_to(paths.ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
