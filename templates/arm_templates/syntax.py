"""The grammar of template expressions: ``[concat(variables('name'), '-', copyIndex())]`` to a tree.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

MAX_LENGTH: Final = 65_536
"""Longer expressions are refused; Azure accepts 24,576 characters."""
_MAX_DEPTH: Final = 120


@dataclass(frozen=True, slots=True)
class Literal:
    """A string or an integer."""

    value: str | int


@dataclass(frozen=True, slots=True)
class Call:
    """``name(arguments)``; a user-defined function has its namespace in the name (``contoso.unique``)."""

    name: str
    arguments: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Access:
    """``value.name`` or ``value[index]``; ``safe`` for the forms with a question mark, null if missing."""

    value: "Node"
    key: "Node"
    safe: bool


Node: TypeAlias = Literal | Call | Access


class ExpressionError(Exception):
    """An expression that is not valid in the template language.

    Attributes:
        message: What was expected.
        at: The offset in the expression.
    """

    def __init__(self, message: str, at: int) -> None:
        self.message = message
        self.at = at
        super().__init__(f"{message} (at character {at + 1} of the expression)")


_TOKEN = re.compile(
    r"\s*+(?:(?P<string>'(?:[^']|'')*+')|(?P<number>-?\d++)|(?P<name>[A-Za-z_$][\w$]*+)|(?P<mark>\.\?|\[\?|[().,\[\]]))",
)
_SPACE = re.compile(r"\s*+")


def is_expression(text: str) -> bool:
    """Whether a template's string is an expression; ``[[`` starts a plain string with a bracket."""
    return text.startswith("[") and text.endswith("]") and not text.startswith("[[")


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The tree of an expression with its brackets.

    Raises:
        ExpressionError: it is not valid; the error says where and what was expected.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"the expression has {len(text)} characters, expected at most {MAX_LENGTH}", 0)
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 1
        self.end = len(text) - 1
        self.depth = 0

    def whole(self) -> Node:
        node = self.value()
        rest = _SPACE.match(self.text, self.at)
        if rest is not None and rest.end() < self.end:
            raise ExpressionError("expected the end of the expression", rest.end())
        return node

    def value(self) -> Node:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise ExpressionError("the expression is nested too deeply", self.at)
        node = self.primary()
        while (mark := self.peek()) in {".", ".?", "[", "[?"}:
            self.take(mark)
            if mark.startswith("["):
                node = Access(node, self.value(), mark == "[?")
                self.take("]")
            else:
                node = Access(node, Literal(self.name()), mark == ".?")
        self.depth -= 1
        return node

    def primary(self) -> Node:
        match = self.token()
        if match is None:
            raise ExpressionError("expected a function, a string in single quotes or a number", self.at)
        if (string := match["string"]) is not None:
            self.at = match.end()
            return Literal(string[1:-1].replace("''", "'"))
        if (number := match["number"]) is not None:
            if len(number) > 20:  # noqa: PLR2004 - the language has 64-bit integers
                raise ExpressionError("expected a 64-bit integer", match.start("number"))
            self.at = match.end()
            return Literal(int(number))
        if match["name"] is None:
            message = "expected a function, a string in single quotes or a number"
            raise ExpressionError(message, match.start("mark"))
        return self.call()

    def call(self) -> Call:
        name = self.name()
        while self.peek() == ".":
            self.take(".")
            name = f"{name}.{self.name()}"
        if self.peek() != "(":
            raise ExpressionError(f"expected '(' after {name[:60]}", self.at)
        self.take("(")
        arguments: list[Node] = []
        while self.peek() != ")":
            if arguments:
                self.take(",")
            arguments.append(self.value())
        self.take(")")
        return Call(name, tuple(arguments))

    def token(self) -> re.Match[str] | None:
        return _TOKEN.match(self.text, self.at, self.end)

    def peek(self) -> str:
        match = self.token()
        return (match["mark"] or "") if match else ""

    def take(self, mark: str) -> None:
        match = self.token()
        if match is None or match["mark"] != mark:
            raise ExpressionError(f"expected {mark!r}", self.at)
        self.at = match.end()

    def name(self) -> str:
        match = self.token()
        if match is None or match["name"] is None:
            raise ExpressionError("expected a name", self.at)
        self.at = match.end()
        return match["name"]
