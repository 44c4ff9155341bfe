"""``$filter`` of resource listings: ``resourceType eq '...' and substringof('web', name)``, as Azure's pages list them.

Source: "Resources - List" and "Resource Groups - List" of the REST reference. A resource fits if one of its tags (or
none) makes the expression true, so ``tagName eq 'a' and tagValue eq 'b'`` asks for one tag.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from arm_simulator.core.errors import ArmError

Fields = Mapping[str, str]
"""What a row has, by lower-case member."""
Test = Callable[[Fields], bool]

MEMBERS = frozenset({"location", "resourcetype", "name", "resourcegroup", "identity", "identity/principalid", "tagname",
                     "tagvalue"})  # fmt: skip
_TOKEN = re.compile(r"\s*(\(|\)|,|'(?:[^']|'')*'|[\w/.]+)")


def matcher(text: str) -> Test:
    """The test that a filter states; an empty one takes everything.

    Raises:
        ArmError: 400 InvalidFilterInQueryString.
    """
    if not text.strip():
        return lambda fields: True  # noqa: ARG005 - the shape of a test
    return _Parser(text).parse()


def fits(test: Test, fields: Fields, tags: Mapping[str, str]) -> bool:
    """Whether a row fits, with one of its tags or without any."""
    if test(fields):
        return True
    return any(test({**fields, "tagname": name, "tagvalue": value}) for name, value in tags.items())


class _Parser:
    """A filter while it is read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.place = 0

    def parse(self) -> Test:
        test = self._any()
        if self.place != len(self.tokens):
            raise _wrong(self.text)
        return test

    def _next(self, *expected: str) -> str:
        token = self._peek()
        if not token or (expected and token.lower() not in expected):
            raise _wrong(self.text)
        self.place += 1
        return token

    def _peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def _any(self) -> Test:
        tests = [self._all()]
        while self._peek().lower() == "or":
            self.place += 1
            tests.append(self._all())
        return lambda fields: any(test(fields) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._peek().lower() == "and":
            self.place += 1
            tests.append(self._one())
        return lambda fields: all(test(fields) for test in tests)

    def _one(self) -> Test:
        word = self._next()
        if word == "(":
            test = self._any()
            self._next(")")
            return test
        if word.lower() in {"substringof", "startswith"}:
            return self._call(word.lower())
        name, operator, value = self._member(word), self._next("eq", "ne").lower(), self._value(self._next())
        return lambda fields: (fields.get(name, "").lower() == value) is (operator == "eq")

    def _call(self, function: str) -> Test:
        self._next("(")
        first = self._next()
        self._next(",")
        second = self._next()
        self._next(")")
        if function == "substringof":
            part, inside = self._value(first), self._member(second)
            return lambda fields: part in fields.get(inside, "").lower()
        begun, start = self._member(first), self._value(second)
        return lambda fields: fields.get(begun, "").lower().startswith(start)

    def _member(self, word: str) -> str:
        if word.lower() not in MEMBERS:
            raise _wrong(self.text)
        return word.lower()

    def _value(self, token: str) -> str:
        if not token.startswith("'"):
            raise _wrong(self.text)
        return token[1:-1].replace("''", "'").lower()


def _tokens(text: str) -> list[str]:
    found, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            raise _wrong(text)
        found.append(match[1])
        place = match.end()
    return found


def _wrong(text: str) -> ArmError:
    return ArmError(
        400,
        "InvalidFilterInQueryString",
        f"Invalid $filter '{text}' specified in the query string. Expected comparisons by eq or ne of "
        f"{', '.join(sorted(MEMBERS))} with a text in quotes, substringof('...', name), and, or.",
        "$filter",
    )
