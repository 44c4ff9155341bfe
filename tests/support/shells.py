"""A shell that does what a page tells its reader, command by command, and looks for what the page shows."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from docs_site.pages import Step


def squeezed(text: str) -> str:
    """The text with single spaces: the widths of columns depend on what else is in a table."""
    return re.sub(r"[ \t]+", " ", text)


def shows(output: str, line: str) -> bool:
    """Whether an output has a line like this one; `…` in it matches anything."""
    wanted = r"[^\n]*".join(re.escape(part.strip()) for part in squeezed(line).split("…"))
    return re.search(wanted, squeezed(output)) is not None


class Shell:
    """One shell: a folder that a command enters and variables that it exports stay for the next one.

    Args:
        folder: Where it starts; files are written below it.
        variables: Its whole environment.
    """

    def __init__(self, folder: Path, variables: Mapping[str, str]) -> None:
        self.folder = folder
        self.transcript = ""
        """Each command and all that it printed."""
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=dict(variables),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, command: str) -> tuple[int, str]:
        """Run a command; returns its exit code and all that it printed."""
        assert self._process.stdin
        assert self._process.stdout
        # The marker is on a separate line, whatever the command printed last.
        self._process.stdin.write(f"{{ {command}\n}} < /dev/null\nprintf '\\n@@ended %d\\n' $?\n")
        self._process.stdin.flush()
        output = ""
        for line in self._process.stdout:
            if ended := re.fullmatch(r"@@ended (\d+)\n", line):
                self.transcript += f"$ {command}\n{output}"
                return int(ended[1]), output
            output += line
        raise AssertionError(f"{command}: the shell ended\n{output}")

    def follow(self, todo: Iterable[Step]) -> None:
        """Do all of it: a command succeeds, or fails where the page says so, and prints what the page shows."""
        for step in todo:
            if step.file:
                file = self.folder / step.file
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(step.text, encoding="utf-8")
                continue
            status, output = self.run(step.command)
            assert (status != 0) == step.refused, f"{step.command}: exit code {status}\n{output}"
            for line in step.shown:
                assert shows(output, line), f"{step.command}: {line!r} is not in\n{output}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with self._process:
            assert self._process.stdin
            self._process.stdin.close()
