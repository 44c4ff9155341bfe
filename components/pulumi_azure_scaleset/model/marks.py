"""Facts about an argument beside its type: marks for ``Annotated``.

A mark is written at the argument that it is about, so that a new argument needs no line anywhere else.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A closed list of texts: an enum in the schema and the SDKs, a ``Literal`` in Python's types.

    Attributes:
        name: The enum's name in every SDK.
        description: What it is.
        values: The values, if the type does not have them: the mode table then checks them, with its own messages.
    """

    name: str
    description: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableLimits:
    """Limits that the mode table checks, with its own messages; here they are for the documentation.

    A test compares the two.

    Attributes:
        low: The least that is accepted.
        high: The most that is accepted.
    """

    low: int | str
    high: int | str


@dataclass(frozen=True, slots=True)
class TakesResource:
    """An id: in Python the resource object itself is accepted too."""


@dataclass(frozen=True, slots=True)
class Secret:
    """The value is a secret: encrypted in the state, and in no message. The core's list has the same names."""


@dataclass(frozen=True, slots=True)
class Readable:
    """Azure shows it to everybody who may read the resource: a secret Output is refused unless readable_secrets has it.

    Attributes:
        instead: What to do with a secret.
    """

    instead: str


_ACCEPT = 'or say that everybody may read it, readable_secrets: ["{}"]'
READABLE_SETTINGS = Readable(f"use protected_settings, {_ACCEPT.format('settings')}")
READABLE_TAGS = Readable(f"remove it, since everybody can read tags, {_ACCEPT.format('tags')}")
READABLE_DATA = Readable(
    f"use custom_data, which Azure never gives back, or a key vault, {_ACCEPT.format('user_data')}"
)


@dataclass(frozen=True, slots=True)
class FromComponent:
    """It defaults to the component's own name, before anything is validated."""


@dataclass(frozen=True, slots=True, eq=False)  # a value may be a map, which has no hash
class StandIn:
    """A placeholder for a wrong value, so that arguments which depend on it are not reported too.

    Attributes:
        value: The value.
    """

    value: Any


@dataclass(frozen=True, slots=True)
class Decides:
    """It decides what all others mean: while it is wrong, only problems that need no other argument can be found."""


@dataclass(frozen=True, slots=True)
class NeededBy:
    """Arguments that depend on this one: while it is wrong itself, their problems are not reported.

    Attributes:
        fields: The arguments, with ``[]`` for any key or index: ``("instances[].zone",)``.
    """

    fields: tuple[str, ...]

    def __init__(self, *fields: str) -> None:
        object.__setattr__(self, "fields", fields)


@dataclass(frozen=True, slots=True)
class SaysHowMany:
    """It sets how many instances there are.

    Attributes:
        profile: Whether it asks for instances that Azure makes from a profile.
    """

    profile: bool = False


@dataclass(frozen=True, slots=True)
class DescribesMachines:
    """It has no effect in a set that never has machines."""


@dataclass(frozen=True, slots=True)
class WindowsOnly:
    """It is for Windows."""


@dataclass(frozen=True, slots=True)
class OfPrimaryInterface:
    """It describes the primary interface, unless that is one of ``network_interfaces``.

    Attributes:
        name: What the argument is called there; None for the same name.
    """

    name: str | None = None


@dataclass(frozen=True, slots=True)
class OfExisting:
    """It describes a resource that exists already; its neighbours without the mark are for one that is made here."""


@dataclass(frozen=True, slots=True)
class NoRule:
    """No rule of the mode table reads it: instances that differ in such arguments only are identical for the rules."""
