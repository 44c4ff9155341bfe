"""Equal parts of a large document as one object: generated ones repeat themselves thousands of times."""

from typing import Any, Final

_MOST: Final = 200_000
"""Of more different parts than this, the others are not remembered: what does not repeat itself costs no memory."""
_LONGEST: Final = 256
"""Longer texts hardly repeat."""
_PLAIN: Final = (int, float, bool, type(None))


class Sharing:
    """Remembers parts of documents, and gives the first of equal ones in place of the others.

    What is shared must not be changed.
    """

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._parts: dict[Any, Any] = {}

    def of_pairs(self, pairs: list[tuple[str, Any]]) -> Any:
        """A JSON object's members, whose objects are shared already: the hook of :class:`json.JSONDecoder`."""
        return self._object({name: self._leaf(value) for name, value in pairs})

    def of(self, node: Any) -> Any:
        """A whole tree, from its leaves."""
        if isinstance(node, dict):
            return self._object({name: self.of(value) for name, value in node.items()})
        return self._list([self.of(each) for each in node]) if isinstance(node, list) else self._leaf(node)

    def _leaf(self, value: Any) -> Any:
        if isinstance(value, str):
            if len(value) > _LONGEST or (len(self._texts) >= _MOST and value not in self._texts):
                return value
            return self._texts.setdefault(value, value)
        return self._list([self._leaf(each) for each in value]) if isinstance(value, list) else value

    def _object(self, members: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self._known(("{", *members, *map(_mark, members.values())), members)
        return found

    def _list(self, items: list[Any]) -> list[Any]:
        found: list[Any] = self._known(("[", *map(_mark, items)), items)
        return found

    def _known(self, key: Any, made: Any) -> Any:
        if (found := self._parts.get(key)) is not None:
            return found
        if len(self._parts) < _MOST:
            # what is remembered keeps its parts, and so their ids, for as long as this does
            self._parts[key] = made
        return made


def _mark(value: Any) -> Any:
    """What tells a part from others: plain values by themselves and their type, the rest by identity."""
    return (type(value), value) if isinstance(value, _PLAIN) else id(value)
