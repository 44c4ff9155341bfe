"""Reading a resource's properties when some of them are not known yet.

A scale set's properties come from a Pulumi program, a policy request, a template or a stack's state. In each, a value
may be missing, known, or *unknown* (an output that does not exist yet, an expression that cannot be resolved). A
:class:`View` reads all of them in the same way, so that one rule decides what it can and reports what it cannot.

Property names are ARM's, without the ``properties`` wrappers (as azure-native flattens them):
``virtualMachineProfile.networkProfile.networkInterfaceConfigurations[].ipConfigurations[].primary``.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any, Final, NamedTuple


class Unknown(Enum):
    """The type of :data:`UNKNOWN`, its only value."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise NotKnownError("")


UNKNOWN: Final = Unknown.UNKNOWN
"""A value that exists but cannot be read yet. Using it as a truth value raises :class:`NotKnownError`."""


class NotKnownError(Exception):
    """A decision needs the value at ``path``, which is not known.

    Attributes:
        path: The property, with list indexes.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"the value of {path or 'a property'} is not known yet")


class Found(NamedTuple):
    """One place that a path matches. A tuple, because a check makes tens of thousands.

    Attributes:
        path: The path with list indexes (``zones[0]``).
        value: The value there, :data:`UNKNOWN` if it exists but cannot be read.
        hidden: True if something *above* the path is unknown, so that even its presence cannot be decided.
    """

    path: str
    value: Any
    hidden: bool = False

    @property
    def known(self) -> bool:
        """Whether the value can be read."""
        return self.value is not UNKNOWN


class View:
    """The properties of one resource: a tree of mappings, sequences, plain values and :data:`UNKNOWN`.

    Args:
        properties: The tree, in ARM's names without ``properties`` wrappers.
        at: The tree's path in a larger one; it prefixes every reported path.
    """

    __slots__ = ("_at", "_root")

    def __init__(self, properties: Any, at: str = "") -> None:
        self._root = properties
        self._at = at

    def each(self, path: str) -> Iterator[Found]:
        """Every place that ``path`` matches, without null values; ``[]`` after a name iterates over a list.

        A place below something unknown is returned once, as ``hidden``.
        """
        yield from _walk(self._root, _steps(path), self._at)

    def first(self, path: str) -> Found | None:
        """The first place that ``path`` matches, or None."""
        if "[]" in path:
            return next(self.each(path), None)
        return _straight(self._root, path, self._at)

    def value(self, path: str, default: Any = None) -> Any:
        """The value at ``path``, or ``default`` if it is absent or null.

        Raises:
            NotKnownError: the value, or whether there is one, is not known.
        """
        found = self.first(path)
        if found is None:
            return default
        if found.value is UNKNOWN:
            raise NotKnownError(found.path)
        return found.value

    def has(self, path: str) -> bool:
        """Whether ``path`` has a value other than null; a value that is not known yet counts as one.

        Raises:
            NotKnownError: something above the path is unknown.
        """
        found = self.first(path)
        if found is not None and found.hidden:
            raise NotKnownError(found.path)
        return found is not None

    def members(self, path: str) -> "Sequence[View]":
        """The items of the list at ``path``, each as a view.

        Raises:
            NotKnownError: the list, or something above it, is unknown.
        """
        value = self.value(path, default=())
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            return ()
        return [View(item, f"{self.path(path)}[{index}]") for index, item in enumerate(value)]

    def path(self, path: str) -> str:
        """``path`` as it is reported: prefixed with this view's own path."""
        return f"{self._at}.{path}" if self._at and path else self._at or path

    @property
    def known(self) -> bool:
        """Whether this view itself can be read."""
        return self._root is not UNKNOWN

    @property
    def raw(self) -> Any:
        """The tree itself."""
        return self._root


@cache
def _steps(path: str) -> tuple[str, ...]:
    """The steps of a path; rules have few paths and ask for them for each resource."""
    return tuple(step for step in path.split(".") if step)


def _walk(node: Any, steps: Sequence[str], at: str) -> Iterator[Found]:
    if node is UNKNOWN:
        yield Found(_join(at, ".".join(steps)), UNKNOWN, hidden=bool(steps))
        return
    if not steps:
        if node is not None:
            yield Found(at, node)
        return
    step, rest = steps[0], steps[1:]
    listed = step.endswith("[]")
    name = step[:-2] if listed else step
    if not (isinstance(node, dict) or isinstance(node, Mapping)) or name not in node:  # noqa: SIM101 - dict is fast
        return
    child, child_at = node[name], _join(at, name)
    if not listed:
        yield from _walk(child, rest, child_at)
    elif child is UNKNOWN:
        yield Found(_join(child_at, ".".join(rest)), UNKNOWN, hidden=True)
    elif isinstance(child, list) or (isinstance(child, Sequence) and not isinstance(child, str | bytes)):
        for index, item in enumerate(child):
            yield from _walk(item, rest, f"{child_at}[{index}]")


def _straight(node: Any, path: str, at: str) -> Found | None:
    """The one place that a path without lists matches: same result as :func:`_walk`, in a third of the time."""
    for step in _steps(path):
        if node is UNKNOWN:
            return Found(_join(at, path), UNKNOWN, hidden=True)
        if not (isinstance(node, dict) or isinstance(node, Mapping)) or step not in node:  # noqa: SIM101 - dict is fast
            return None
        node = node[step]
    return None if node is None else Found(_join(at, path), node)


def _join(head: str, tail: str) -> str:
    return f"{head}.{tail}" if head and tail else head or tail
