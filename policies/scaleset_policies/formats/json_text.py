"""JSON as people and tools write it, with the line and column of everything in it.

Azure Resource Manager accepts comments, trailing commas and strings over several lines; PowerShell redirects output as
UTF-16. All of these are read here. Python's own C scanner parses the text. Positions are looked up only for the places
that a report names; the same scanner then skips everything else: a 10 MB file costs no more than with :mod:`json`.
"""

import codecs
import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.sharing import Sharing

Step = str | int
Path = tuple[Step, ...]
"""A place in a JSON document: member names and list indexes from the root."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_STRING = r'"(?:[^"\\]++|\\.)*+"'
_COMMENT = re.compile(rf"{_STRING}|(?P<drop>//[^\n]*|/\*.*?\*/)", re.DOTALL)
_TRAILING_COMMA = re.compile(rf"{_STRING}|(?P<drop>,)(?=\s*+[}}\]])", re.DOTALL)
_LARGE = 16_000_000
"""In texts of more characters than this, equal parts are one object: nothing else keeps them small in memory."""
_INDEXES = 2_000
_LONG = 200
_SPACE = re.compile(r"[ \t\r\n]*")
_NOT_NEWLINE = re.compile(r"[^\r\n]")


def encoding_of(data: bytes) -> str:
    """The encoding that a file's byte order mark tells, else UTF-8."""
    return next((name for mark, name in _BOMS if data.startswith(mark)), "utf-8")


def decode(data: bytes, file: str) -> str:
    """The text of a file: UTF-8, or UTF-16 / UTF-32 if it starts with a byte order mark.

    Raises:
        UnreadableError: the bytes are not text; the message says where.
    """
    encoding = encoding_of(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"expected {encoding.removesuffix('-sig').upper()} text, but byte {error.start} is not"
        raise UnreadableError(file, message, line=line, column=1) from None


class JsonText:
    """A JSON document: its value, and the position of each part.

    Args:
        text: The document.
        file: Its name, for errors.

    Attributes:
        value: The parsed value.
        sharing: Makes equal parts of a large document one object; None for others.
        source: The text as it was given.
        text: The same object, or a text of the same length with spaces in place of comments and trailing commas.

    Raises:
        UnreadableError: the text is not JSON; the message says where and what was expected.
    """

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.source = text
        self.sharing = Sharing() if len(text) > _LARGE else None
        hook = self.sharing.of_pairs if self.sharing else None
        self._loader = json.JSONDecoder(strict=False, parse_constant=_no_constant, object_pairs_hook=hook)
        self._decoder = json.JSONDecoder(strict=False)
        self.text, self.value = self._parse(text)
        self._children: dict[int, dict[Step, tuple[int, int]]] = {}
        self._lines: Sequence[int] = ()

    def _parse(self, text: str) -> tuple[str, Any]:
        try:
            return text, self._load(text)
        except UnreadableError as first:
            plain = _blank(_TRAILING_COMMA, _blank(_COMMENT, text))
            if plain == text:
                raise
            try:
                return plain, self._load(plain)
            except UnreadableError as error:
                raise error from first

    def _load(self, text: str) -> Any:
        try:
            return self._loader.decode(text)
        except json.JSONDecodeError as error:
            message = f"it is not JSON: {_plainly(error.msg, text, error.pos)}"
            raise UnreadableError(self.file, message, line=error.lineno, column=error.colno) from None
        except RecursionError:
            raise UnreadableError(self.file, "it is nested too deeply to be read") from None
        except ValueError as error:
            raise UnreadableError(self.file, f"it is not JSON: {error}") from None

    def locate(self, path: Sequence[Step]) -> tuple[int, int]:
        """Line and column (both from 1) of the deepest part of ``path`` that the document has.

        Member names match case-insensitively. A name that is not found is looked up in the ``properties`` object beside
        it: paths may be written as azure-native flattens them.
        """
        offset = self._start(0)
        place = offset
        for step in path:
            found = self._member(offset, step)
            if found is None:
                break
            place, offset = found
        return self._position(place)

    def span(self, path: Sequence[Step]) -> tuple[int, int, int] | None:
        """The offsets of a member's name (of a list's item: of its value), of its value, and of the value's end.

        None if ``path`` does not exist as a whole; names match as in :meth:`locate`.
        """
        found = self._found(path)
        return None if found is None else (*found, self._end(found[1]))

    def members(self, path: Sequence[Step]) -> tuple[int, int, int | None, int | None] | None:
        """The offsets of an object's start and end, of its first member's name, and of its last member's end.

        For an object with ``properties``, these are meant: paths can be written as azure-native flattens them. None if
        there is no object at ``path``.
        """
        found = self._found(path)
        start = self._start(0) if not path else found[1] if found else -1
        if start < 0 or self.text[start] != "{":
            return None
        children = self._index(start)
        if (inner := children.get("properties")) is not None and self.text[inner[1]] == "{":
            start, children = inner[1], self._index(inner[1])
        ends = [self._end(value) for _, value in children.values()]
        names = [name for name, _ in children.values()]
        return start, self._end(start), min(names, default=None), max(ends, default=None)

    def _found(self, path: Sequence[Step]) -> tuple[int, int] | None:
        offset = place = self._start(0)
        for step in path:
            found = self._member(offset, step)
            if found is None:
                return None
            place, offset = found
        return place, offset

    def _end(self, offset: int) -> int:
        return self._decoder.raw_decode(self.text, offset)[1]

    def place_of_text(self, text: str) -> tuple[int, int]:
        """Line and column of the document's first string that equals ``text``; of its start if there is none."""
        for written in (json.dumps(text, ensure_ascii=False), json.dumps(text)):
            if (at := self.text.find(written)) >= 0:
                return self._position(at)
        return self._position(self._start(0))

    def _member(self, offset: int, step: Step) -> tuple[int, int] | None:
        """The offsets of a child's name and value; inside ``properties`` if it is there."""
        children = self._index(offset)
        if step in children:
            return children[step]
        if not isinstance(step, str):
            return None
        named = {name.lower(): name for name in children if isinstance(name, str)}
        lowered = step.lower()
        if lowered in named:
            return children[named[lowered]]
        return self._member(children[named["properties"]][1], step) if "properties" in named else None

    def _index(self, offset: int) -> dict[Step, tuple[int, int]]:
        """The offsets of name and value (of a list's item: of the value, twice) in the object or list at ``offset``.

        Long ones are read once, the others as long as there is room: places are asked for from one end to the other.
        """
        if (known := self._children.get(offset)) is not None:
            return known
        if len(self._children) > _INDEXES:
            self._children = {at: each for at, each in self._children.items() if len(each) > _LONG}
        self._children[offset] = dict(self._scan(offset))
        return self._children[offset]

    def _scan(self, offset: int) -> Iterator[tuple[Step, tuple[int, int]]]:
        text, opening = self.text, self.text[offset : offset + 1]
        if opening not in ("{", "["):
            return
        at, count = self._start(offset + 1), 0
        while text[at] not in "}]":
            step: Step = count
            named = at
            if opening == "{":
                step, at = self._decoder.raw_decode(text, at)
                at = self._start(self._start(at) + 1)
            yield step, (named, at)
            _, at = self._decoder.raw_decode(text, at)
            at = self._start(at)
            if text[at] == ",":
                at = self._start(at + 1)
            count += 1

    def _start(self, offset: int) -> int:
        match = _SPACE.match(self.text, offset)
        assert match is not None
        return match.end()

    def _position(self, offset: int) -> tuple[int, int]:
        if not self._lines:
            self._lines = array("Q", chain((0,), (match.end() for match in re.finditer(r"\n", self.text))))
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1


def unpointed(pointer: str) -> Path:
    """The path that a JSON pointer (RFC 6901) names; numbers are taken for indexes."""
    parts = (part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
    return tuple(int(part) if part.isdigit() else part for part in parts)


def _blank(pattern: re.Pattern[str], text: str) -> str:
    """``text`` with the pattern's matches replaced by spaces, so that every offset stays the same."""

    def space(match: re.Match[str]) -> str:
        return match[0] if match["drop"] is None else _NOT_NEWLINE.sub(" ", match[0])

    return pattern.sub(space, text)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def _plainly(message: str, text: str, at: int) -> str:
    """The parser's message in plain words."""
    expected = {
        "Expecting value": "expected a value",
        "Expecting ',' delimiter": "expected ',' or the end of the object or list",
        "Expecting ':' delimiter": "expected ':' after the member's name",
        "Expecting property name enclosed in double quotes": "expected a member's name in double quotes",
        "Unterminated string starting at": "a string that starts here has no closing quote",
        "Extra data": "expected the end of the document",
    }.get(message, message[:1].lower() + message[1:])
    return f"{expected}, but the text ends here" if at >= len(text.rstrip()) and "string" not in expected else expected
