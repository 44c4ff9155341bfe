"""What must be merged into one tree so that it becomes another: what no argument of the component says.

The merge is that of the component's ``overrides``. Objects are merged, and so are lists whose elements have a name, a
lun or an id. Null removes, and ``{"$replace": [...]}`` means a whole list.
"""

from collections.abc import Mapping
from typing import Any

from pulumi_azure_scaleset.plan.lists import REPLACE, identity_of, same
from scaleset_core.facts.properties import UNKNOWN

_NOTHING: Any = object()


def residue(have: Mapping[str, Any], want: Mapping[str, Any], *, keep: bool = False) -> dict[str, Any]:
    """The overrides that make ``want`` of ``have``.

    Args:
        have: What the arguments become. A value that is UNKNOWN (a secret) is taken to be right.
        want: What shall be there. Azure takes null for absent, and so does this.
        keep: Whether what ``have`` has besides may stay.
    """
    found = _Difference(keep=keep).object(have, want)
    return {} if found is _NOTHING else found


class _Difference:
    """The difference between two trees.

    Args:
        keep: Whether what is there besides may stay.
    """

    def __init__(self, *, keep: bool) -> None:
        self.keep = keep

    def object(self, have: Mapping[str, Any], want: Mapping[str, Any]) -> Any:
        """The change of an object."""
        changes: dict[str, Any] = {}
        for name, value in want.items():
            if value is not None:
                change = self._value(have.get(name), value)
                if change is not _NOTHING:
                    changes[name] = change
        for name, value in () if self.keep else have.items():
            if want.get(name) is None and value is not None and value is not UNKNOWN and value != {}:
                changes[name] = None
        return changes or _NOTHING

    def _value(self, have: Any, want: Any) -> Any:
        if have is UNKNOWN or want is UNKNOWN or _alike(have, want):
            return _NOTHING
        if isinstance(want, Mapping):
            if not isinstance(have, Mapping):
                return _plain(want) if want else _NOTHING
            return self.object(have, want)
        if isinstance(want, list | tuple):
            return self._list(have if isinstance(have, list | tuple) else [], want)
        return want

    def _list(self, have: Any, want: Any) -> Any:
        """The change of a list: by element if the same ones are there in the same order, else the whole list."""
        identity = identity_of(have, want) if have and want else None
        if identity is not None and len(have) == len(want):
            pairs = list(zip(have, want, strict=True))
            if all(same(old[identity], new[identity]) for old, new in pairs):
                changes = [(new[identity], self.object(old, {**new, identity: old[identity]})) for old, new in pairs]
                kept = [{identity: name, **change} for name, change in changes if change is not _NOTHING]
                return kept or _NOTHING
        return {REPLACE: [_plain(each) for each in want]} if have else [_plain(each) for each in want]


def _plain(value: Any) -> Any:
    """The tree without nulls."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items() if each is not None}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _alike(have: Any, want: Any) -> bool:
    """Whether two values are one to Azure: ids without case, numbers that JSON made floats."""
    if isinstance(have, str) and isinstance(want, str) and have.startswith("/") and want.startswith("/"):
        return have.lower() == want.lower()
    return bool(have == want) and isinstance(have, bool) == isinstance(want, bool)
