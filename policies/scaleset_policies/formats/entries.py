"""The result of every reader: the resources of a file, with their places in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.json_text import Path
from scaleset_policies.formats.sharing import Sharing
from scaleset_policies.suppression import Suppression


class Document(Protocol):
    """A document that can locate its parts."""

    file: str
    sharing: Sharing | None

    def locate(self, path: Path) -> tuple[int, int]:
        """Line and column of the deepest part of ``path`` that exists."""


@dataclass(slots=True)
class Entry:
    """One resource as a file declares it.

    Attributes:
        type: Its ARM type in ARM's spelling (``Microsoft.Compute/virtualMachineScaleSets``).
        name: Its name; of a child with its parent's name before it (``lb/rule``). Unknown parts are in braces.
        id: Its ARM id, or ``""`` if it is not known. Unknown parts are in braces.
        label: Its display name: the URN, the Terraform address or the id.
        properties: Its properties as azure-native flattens them, with UNKNOWN where a value is not known.
        at: Its place in the file.
        places: The places of single properties that are not below ``at`` under their own names.
        conditional: Whether it depends on a condition that is not known.
        depends_on: The labels of the resources that are created before it; None if the file does not define an order.
        before: Its properties before the change that the file plans; None if it is new or nothing is planned.
        secrets: Paths of properties whose values are secret. Rules may decide by the values; no report shows them.
        references: The references of unknown properties: from the path to the labels of resources.
        protect: Whether the engine protects it from deletion.
        parent: The label of the resource that ARM nests it in, or ``""``.
        complete: Whether ``references`` names everything that unknown values were made from.
        outputs: What Azure answered when it was deployed, in azure-native's names; empty if the file does not have it.
        replaced: Whether the file plans to replace it.
        ignores: The suppressions that are written down at it, its tags apart.
        logical: Its name in a template before anything is evaluated, ``""`` elsewhere.
        partial: Whether its body may only change a resource that exists, as a template's may.
        written: Whether its author wrote these properties, in ARM's or azure-native's names: not converted from the
            names of another provider, no part of a body, not what Azure answered.
    """

    type: str
    name: str
    id: str
    label: str
    properties: dict[str, Any]
    at: Path = ()
    places: Mapping[str, Path] = field(default_factory=dict)
    conditional: bool = False
    depends_on: tuple[str, ...] | None = ()
    before: Any = None
    secrets: frozenset[str] = frozenset()
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    protect: bool = False
    parent: str = ""
    complete: bool = False
    outputs: Mapping[str, Any] = field(default_factory=dict)
    replaced: bool = False
    ignores: tuple[Suppression, ...] = ()
    logical: str = ""
    partial: bool = False
    written: bool = True


@dataclass(frozen=True, slots=True)
class PolicyEvent:
    """A violation that the Pulumi engine already reported (``pulumi policy analyze --json``).

    Attributes:
        urn: The resource, or ``""`` for the stack.
        pack: The policy pack and its version.
        policy: The policy's name.
        message: Its message.
        level: ``mandatory``, ``advisory`` or ``remediate``.
        severity: ``low`` to ``critical``, or ``""``.
        line: The event's line in the file, from 1.
    """

    urn: str
    pack: str
    policy: str
    message: str
    level: str
    severity: str
    line: int


@dataclass(slots=True)
class Reading:
    """The content of one file.

    Attributes:
        entries: The resources.
        problems: Places that could not be understood; the rest was still read.
        notes: Notes for users about parts that were left out (a linked template, for example).
        events: Violations that the file itself reports.
        classic: Resources of Pulumi's classic azure provider, which are read together.
    """

    entries: list[Entry] = field(default_factory=list)
    problems: list[UnreadableError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    events: list[PolicyEvent] = field(default_factory=list)
    classic: list[Any] = field(default_factory=list)
