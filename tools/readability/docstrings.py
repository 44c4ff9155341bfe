"""The house's own turns in docstrings and comments: file, line, the turn and what to write instead.

Docstrings are those of modules, classes and functions, and the string literals below attributes and constants. Code in
backquotes is not read.
"""

from __future__ import annotations

import ast
import bisect
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from devkit import checkout, paths
from readability import turns

ALLOWED: Mapping[tuple[str, str], str] = {}
"""The turns that are right in a file, in lower case, each with the reason."""

_CODE = re.compile(r"`+[^`]*`+")


@dataclass(frozen=True, slots=True)
class Place:
    """A turn in a docstring or comment.

    Attributes:
        file: The file's path in the repository.
        line: The line on which the turn begins.
        turn: The turn as it is written.
        instead: What to write instead.
    """

    file: str
    line: int
    turn: str
    instead: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.turn!r}; write instead: {self.instead}"


def files() -> list[str]:
    """The paths of all Python files."""
    return checkout.files("*.py")


def found(names: Iterable[str]) -> list[Place]:
    """The turns in these files that are not allowed there.

    Args:
        names: Paths in the repository.
    """
    return [place for name in names for place in of_source(name, (paths.ROOT / name).read_text(encoding="utf-8"))]


def of_source(name: str, source: str) -> Iterator[Place]:
    """The turns in a file's docstrings and comments that are not allowed in it.

    Args:
        name: The file's path in the repository.
        source: Its content.
    """
    allowed = frozenset(turn for file, turn in ALLOWED if file == name)
    for texts in (*_docstrings(source), *_comments(source)):
        words = [(word, line) for line, text in texts for word in text.split()]
        begins, length = [], 0
        for word, _ in words:
            begins.append(length)
            length += len(word) + 1
        prose = _CODE.sub(lambda match: "`" * len(match[0]), " ".join(word for word, _ in words))
        for begin, turn, instead in turns.matches(prose, allowed):
            yield Place(name, words[bisect.bisect_right(begins, begin) - 1][1], turn, instead)


def _docstrings(source: str) -> Iterator[list[tuple[int, str]]]:
    """The lines of each string literal that is a statement, with their numbers."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            numbers = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            yield [(number, lines[number - 1]) for number in numbers]


def _comments(source: str) -> Iterator[list[tuple[int, str]]]:
    """The lines of each comment, with their numbers; comments on consecutive lines are one."""
    gathered: list[tuple[int, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            line = token.start[0]
            if gathered and gathered[-1][0] != line - 1:
                yield gathered
                gathered = []
            gathered.append((line, token.string.lstrip("#: ")))
    if gathered:
        yield gathered
