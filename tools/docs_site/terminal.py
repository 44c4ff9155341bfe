"""A terminal that commands run in, with the colours that they print, and pictures of it as SVG."""

from __future__ import annotations

import fcntl
import hashlib
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

COLUMNS = 100
_ROWS = 400

_LIGHT = TerminalTheme(
    (246, 248, 250),
    (31, 35, 40),
    [
        (36, 41, 47),
        (164, 14, 38),
        (17, 99, 41),
        (127, 78, 0),
        (9, 105, 218),
        (130, 80, 223),
        (27, 124, 131),
        (89, 99, 110),
    ],
)
_DARK = TerminalTheme(
    (13, 17, 23),
    (230, 237, 243),
    [(110, 118, 129), (255, 123, 114), (63, 185, 80), (210, 153, 34), (88, 166, 255), (188, 140, 255), (57, 197, 207),
     (177, 186, 196)],
)  # fmt: skip
THEMES = {"light": _LIGHT, "dark": _DARK}

_FORMAT = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font: {char_height}px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  line-height: {line_height}px; white-space: pre }}
.{unique_id}-title {{ font: bold 16px system-ui, sans-serif }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""
"""Rich's own, without the fonts that it would load from the network."""


class Terminal:
    """A shell whose commands print to a terminal; a folder that is entered and variables that are exported stay.

    Args:
        folder: Where it starts.
        variables: Its environment.
    """

    def __init__(self, folder: Path, variables: Mapping[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, COLUMNS, 0, 0))
        command = ["bash", "--noprofile", "--norc"]
        self._shell = subprocess.Popen(
            command,
            cwd=folder,
            env={**variables, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)},
            stdin=subprocess.PIPE,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def run(self, command: str) -> tuple[int, str]:
        """Run a command; returns its exit code and all that it printed, with its colours."""
        assert self._shell.stdin
        self._shell.stdin.write(f"{{ {command}\n}} < /dev/null\nprintf '\\n@@ended %d\\n' $?\n".encode())
        self._shell.stdin.flush()
        printed = b""
        while not (ended := re.search(rb"\r?\n@@ended (\d+)\r\n$", printed)):
            printed += os.read(self._ours, 65536)
        return int(ended[1]), screen(printed[: ended.start()].decode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with self._shell:
            assert self._shell.stdin
            self._shell.stdin.close()
        os.close(self._ours)


def screen(printed: str) -> str:
    """What a terminal shows in the end: of a line that was written over, the last text; of escapes, the colours."""
    kept = re.sub(r"\x1b(?!\[[0-9;]*m)(?:\[[0-9;?]*[A-Za-z]|\].*?(?:\x07|\x1b\\)|[()][A-B0-2]|[=>])", "", printed)
    return "\n".join(line.rstrip("\r").rpartition("\r")[2].rstrip() for line in kept.split("\n"))


def picture(sections: Sequence[tuple[str, Sequence[str]]], scheme: str) -> str:
    """The commands and what they printed as an SVG.

    Args:
        sections: Each command with the lines that are shown of its output.
        scheme: light or dark.
    """
    with Path(os.devnull).open("w", encoding="utf-8") as nothing:
        console = Console(record=True, width=COLUMNS, file=nothing, force_terminal=True, color_system="truecolor")
        for command, lines in sections:
            console.print(Text.assemble(("$ ", "bright_black"), (command, "bold")), highlight=False)
            for line in lines:
                console.print(Text.from_ansi(line), highlight=False, soft_wrap=False)
        name = "t" + hashlib.sha256(repr(sections).encode()).hexdigest()[:8]
        drawn = console.export_svg(title="", theme=THEMES[scheme], code_format=_FORMAT, unique_id=name)
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"
