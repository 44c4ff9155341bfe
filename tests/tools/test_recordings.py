"""The recordings on the tutorial's page: small, self-contained, of commands that exist, and reproducible."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from devkit import paths
from docs_site import pages
from docs_site.recordings import FOLDER, RECORDINGS, TUTORIAL, Part, command, plain, record, shown
from docs_site.terminal import Terminal, picture, screen

NAMES = sorted(f"{name}-{scheme}.svg" for name in RECORDINGS for scheme in ("light", "dark"))
CHANGES = (
    (r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:PORT"),
    (r"\b(?:nic-|old-flex_)[0-9a-f]{8}", "NAME"),
    (r"\b\d+(?:\.\d+)? ?m?s\b", "TIME"),
    (r"\b10\.\d+\.\d+\.\d+\b", "ADDRESS"),
    (r"Pulumi \S+, built from Go, with the stand-in Python language host", "PULUMI"),
    (r"Pulumi \S+ at \S+, with its own Python language host", "PULUMI"),
)
"""What differs in each run."""


def lines(svg: str) -> Iterator[str]:
    """The lines of text in a recording, without what differs in each run."""
    rows: dict[float, str] = {}
    for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        height = float(each.get("y", "0"))
        rows[height] = rows.get(height, "") + "".join(each.itertext())
    for _, row in sorted(rows.items()):
        text = row.replace("\N{NO-BREAK SPACE}", " ").rstrip()
        for what, instead in CHANGES:
            text = re.sub(what, instead, text)
        yield re.sub(" +", " ", text)


def test_each_recording_is_there_and_on_the_page() -> None:
    """Light and dark, under 100 KB, no part comes from elsewhere, and nothing tells of the machine."""
    page = (paths.ROOT / TUTORIAL).read_text(encoding="utf-8")
    assert sorted(file.name for file in FOLDER.iterdir()) == NAMES
    for name in NAMES:
        text = (FOLDER / name).read_text(encoding="utf-8")
        assert len(text) < 100_000
        assert re.findall(r"https?://(?!www\.w3\.org/2000/svg|127\.0\.0\.1:)", text) == []
        assert "recording-" not in text, "the folder of the run"
        assert f'"recordings/{name}"' in page


def test_light_and_dark_are_one_recording() -> None:
    """They differ in colours alone."""
    for name in RECORDINGS:
        light, dark = (list(lines((FOLDER / f"{name}-{scheme}.svg").read_text())) for scheme in ("light", "dark"))
        assert light == dark
        assert light


def test_what_was_recorded_are_commands_of_the_page() -> None:
    """Each recorded command is still in the tutorial, word by word, and is in its picture."""
    steps = {step.command.partition("   #")[0] for step in pages.steps(TUTORIAL)}
    for name, parts in RECORDINGS.items():
        there = "\n".join(lines((FOLDER / f"{name}-light.svg").read_text()))
        for part in parts:
            assert command(part) in steps
            assert f"$ {command(part)}" in there, "record again: make recordings"


def test_a_part_is_cut() -> None:
    """Of a long output a part is shown, with dots for the rest; colours do not hide where it begins."""
    printed = "one\n\x1b[1mtwo\x1b[0m\nthree\nfour\n"
    assert shown(Part("x"), "one\n\n\n\nfour\n") == ["one", "", "four"]
    assert shown(Part("x"), printed) == ["one", "\x1b[1mtwo\x1b[0m", "three", "four"]
    assert [plain(line) for line in shown(Part("x", since="^two$", lines=2), printed)] == ["…", "two", "three", "…"]


def test_the_terminal(tmp_path: Path) -> None:
    """Commands print to a terminal, a folder stays entered, what is written over is gone, and colours are kept."""
    with Terminal(tmp_path, {"PATH": "/usr/bin:/bin"}) as terminal:
        assert terminal.run("mkdir a && cd a && test -t 1 && printf '\\033[31mred\\033[0m\\n'") == (
            0,
            "\x1b[31mred\x1b[0m\n",
        )
        assert terminal.run("basename $PWD; false") == (1, "a\n")
    assert screen("one\rtwo\r\n\x1b[2Kthree\r\n") == "two\nthree\n"


def test_a_picture_of_any_text() -> None:
    """Text that is markup in an SVG is shown as text."""
    assert [line for line in lines(picture([("a <b>", ["<&>"])], "dark")) if line] == ["$ a <b>", "<&>"]


@pytest.mark.engine
@pytest.mark.long
@pytest.mark.timeout(900)
def test_recording_anew_gives_the_same() -> None:
    """A fresh clone prints what the pictures show, apart from times, ports and names that Azure makes."""
    anew = record()
    assert sorted(anew) == NAMES
    for name, text in anew.items():
        assert list(lines(text)) == list(lines((FOLDER / name).read_text())), f"{name}: make recordings"
