"""The command blocks and programs of the documentation's pages, and the comment before each.

A comment directly before a block is not visible on the page::

    <!-- not run: needs an Azure account -->
    <!-- not run, `make test`: it is this suite -->
    <!-- test: tests/examples/test_examples.py::test_the_first_program_of_the_readme -->
    <!-- test: tests/tools/test_owner.py::test_the_command_of_the_page; not run, `git push`: it leaves this machine -->

The first says why nothing here runs the block. The second says why nothing runs those of its commands that begin so.
The third names the test that runs it, and the fourth the test that runs the rest. A block without a comment is run by
the test that follows its page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from markdown_it import MarkdownIt

from devkit import checkout, paths

COMMENT = re.compile(
    r"<!-- (?:test: (?P<test>[^\s;]+))?(?:; |(?= -->)|(?=not run))"
    r"(?:not run(?P<commands>(?:, `[^`]+`)*): (?P<reason>.+?))? -->"
)
REFUSED = "# is refused"
"""The comment behind a command that must fail."""

TITLE = re.compile(r'title="(?P<title>[^"]+)"')
SHELLS = {"console", "bash", "sh"}
DATA = {"json", "text", "mermaid", "diff", "csv"}
"""The languages of blocks that nobody runs."""


@dataclass(frozen=True)
class Block:
    """A fenced or indented block.

    Attributes:
        page: The page's path in the repository.
        line: The block's first line, from 1.
        language: What follows the fence; empty for an indented block.
        title: The file that the reader writes it to, if it says one.
        text: What is in it.
        comment: The comment directly before it, or nothing.
    """

    page: str
    line: int
    language: str
    title: str
    text: str
    comment: str

    @cached_property
    def _said(self) -> dict[str, str | None]:
        found = COMMENT.fullmatch(self.comment)
        return found.groupdict() if found else dict.fromkeys(("test", "commands", "reason"))

    @property
    def reason(self) -> str:
        """Why all of it or some of its commands are not run; empty if all are."""
        return self._said["reason"] or ""

    @property
    def left_out(self) -> tuple[str, ...]:
        """The beginnings of the commands that are not run, if not all of them are left out."""
        return tuple(re.findall(r"`([^`]+)`", self._said["commands"] or ""))

    @property
    def test(self) -> str:
        """The test that runs it, if the comment names one."""
        return self._said["test"] or ""

    @property
    def unrun(self) -> bool:
        """Whether nothing runs any of it."""
        return bool(self.reason) and not self.left_out and not self.test

    @property
    def steps(self) -> tuple[Step, ...]:
        """What the block tells its reader to do; those commands that are left out are not among it."""
        if self.title:
            return (Step(file=self.title, text=self.text),)
        return tuple(step for step in commands(self.text) if not step.command.startswith(self.left_out or "\0"))


@dataclass(frozen=True)
class Step:
    """A command and the lines of its output that the page shows, or a file that the reader writes."""

    command: str = ""
    shown: tuple[str, ...] = ()
    file: str = ""
    text: str = ""

    @property
    def refused(self) -> bool:
        """Whether the page says that the command fails."""
        return REFUSED in self.command


def commands(text: str) -> Iterator[Step]:
    """The commands after `$ `, each with its continued lines and what is shown of its output."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        length = next((place for place, line in enumerate(lines, 1) if not line.endswith("\\")), len(lines))
        yield Step(command="\n".join(lines[:length]), shown=tuple(filter(str.strip, lines[length:])))


def blocks(page: str, text: str) -> Iterator[Block]:
    """All fenced and indented blocks of a page, in their order."""
    before = ""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type in {"fence", "code_block"}:
            assert token.map
            title = TITLE.search(token.info)
            language = token.info.partition(" ")[0]
            yield Block(page, token.map[0] + 1, language, title["title"] if title else "", token.content, before)
        before = token.content.strip() if token.type == "html_block" else ""


@cache
def names() -> tuple[str, ...]:
    """The paths of all pages for readers: those in git, except tests' data and the list of changes."""
    found = checkout.files("*.md")
    return tuple(name for name in found if not name.startswith("tests/") and name != "CHANGELOG.md")


@cache
def page(name: str) -> tuple[Block, ...]:
    """The blocks of a page of the repository, by its path."""
    return tuple(blocks(name, (paths.ROOT / name).read_text(encoding="utf-8")))


def steps(name: str) -> list[Step]:
    """What a page tells its reader to do, in order, without what a comment leaves out or gives to another test."""
    ours = (block for block in page(name) if not block.unrun and not block.test)
    return [step for block in ours for step in block.steps if block.title or block.language == "console"]


def of(test: str) -> Sequence[Block]:
    """The blocks whose comments name a test, of all pages; there must be one."""
    found = [block for name in names() for block in page(name) if block.test == test]
    assert found, f"no block is said to be run by {test}"
    return found
