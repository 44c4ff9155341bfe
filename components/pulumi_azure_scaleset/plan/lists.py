"""Lists of raw inputs: which elements of two lists are the same thing.

Azure identifies the parts of a resource by name, data disks by their logical unit number, and references to other
resources by id. So raw inputs for one part of a list change that part and leave its neighbours as they are.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

REPLACE = "$replace"
"""The key of an object that means a whole list: its elements replace all existing ones."""
_IDENTITIES = ("name", "lun", "id")


def identity_of(*lists: Sequence[Any]) -> str | None:
    """The property that identifies the elements of ``lists``, None if there is none.

    Args:
        lists: The lists; every element of each has to have the property, with a plain value.
    """
    elements = [element for each in lists for element in each]
    if not elements or not all(isinstance(element, Mapping) for element in elements):
        return None
    return next((name for name in _IDENTITIES if all(_plain(element.get(name)) for element in elements)), None)


def same(identity: Any, other: Any) -> bool:
    """Whether two identities are the same one: Azure compares names and ids without case."""
    return str(identity).lower() == str(other).lower()


def replaced_by(value: Any) -> list[Any] | None:
    """The list that ``value`` wants in place of all elements, None if it does not say so."""
    if isinstance(value, Mapping) and set(value) == {REPLACE} and isinstance(value[REPLACE], list | tuple):
        return list(value[REPLACE])
    return None


def pairs(old: Sequence[Any], new: Sequence[Any], identity: str) -> Iterator[tuple[Any, Any]]:
    """Each element with its counterpart: those of ``old`` first, in their order, then those that are ``new``.

    Args:
        old: The existing elements.
        new: The elements that change them, or are added.
        identity: The property that identifies them.
    """
    used: set[int] = set()
    for element in old:
        index = next((i for i, each in enumerate(new) if same(each[identity], element[identity])), None)
        if index is not None:
            used.add(index)
        yield element, None if index is None else new[index]
    yield from ((None, each) for index, each in enumerate(new) if index not in used)


def _plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)
