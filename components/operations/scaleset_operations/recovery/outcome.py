"""What a recovery found and did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Result(StrEnum):
    """What became of a resource."""

    IMPORTED = "imported"
    FOUND = "found"
    """In Azure and not in the state; only a dry run leaves it so."""
    REMOVED = "removed"
    """Taken out of the state: it is gone in Azure."""
    GONE = "gone"
    """In the state, and gone in Azure."""
    UNKNOWN = "unknown"
    """Nobody can tell whether it is in Azure."""
    FAILED = "failed"


LEFT = frozenset({Result.GONE, Result.FAILED})
"""Results after which a person has something to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One resource that differs between the state and Azure.

    Attributes:
        urn: Its URN.
        result: What became of it.
        id: Its id in Azure; empty if it is not known.
        why: The reason, or what to know.
    """

    urn: str
    result: Result
    id: str = ""
    why: str = ""

    def to_row(self) -> dict[str, Any]:
        """For the output."""
        name, kind = name_and_type(self.urn)
        return {
            "name": name,
            "type": kind,
            "result": self.result.value,
            "why": self.why,
            "id": self.id,
            "urn": self.urn,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """What the next update changes.

    Attributes:
        operation: The engine's name: ``create``, ``update``, ``replace``, ``delete``.
        urn: The resource.
        properties: The properties that differ.
        recovered: Whether the resource was recovered now.
    """

    operation: str
    urn: str
    properties: tuple[str, ...] = ()
    recovered: bool = False

    @property
    def dangerous(self) -> bool:
        """Whether it replaces something that was only just recovered."""
        return self.recovered and self.operation == "replace"

    def to_row(self) -> dict[str, Any]:
        """For the output."""
        name, kind = name_and_type(self.urn)
        return {
            "operation": self.operation,
            "name": name,
            "type": kind,
            "properties": list(self.properties),
            "recovered": self.recovered,
        }


@dataclass(slots=True)
class Recovery:
    """The result of a recovery.

    Attributes:
        findings: What differed between the state and Azure.
        cleared: The interrupted operations that the state does not have any more, ``creating NAME``.
        kept: The interrupted operations that stay, since nobody can tell how they ended.
        locks: Management locks that the state does not have, each as a sentence.
        changes: What the next update would change.
        import_file: The content of the file for `pulumi import`; empty if nothing was imported.
        notes: What a person should know.
    """

    findings: list[Finding] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    locks: list[dict[str, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    import_file: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def of(self, *results: Result) -> list[Finding]:
        """The findings with one of these results."""
        return [each for each in self.findings if each.result in results]

    @property
    def is_complete(self) -> bool:
        """Whether the state and Azure agree, and nothing is left for a person to decide."""
        return not (self.kept or self.of(*LEFT) or any(change.dangerous for change in self.changes))

    def to_json(self) -> dict[str, Any]:
        """For the output."""
        return {
            "complete": self.is_complete,
            "resources": [each.to_row() for each in self.findings],
            "clearedOperations": self.cleared,
            "keptOperations": self.kept,
            "locks": self.locks,
            "nextUpdate": [each.to_row() for each in self.changes],
            "importFile": self.import_file,
            "notes": self.notes,
        }


def name_and_type(urn: str) -> tuple[str, str]:
    """The logical name and the type token in a URN."""
    parts = urn.split("::", 3)
    return parts[3], parts[2].rpartition("$")[2]


def counted(count: int, noun: str) -> str:
    """``1 resource``, ``2 resources``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def names(urns: Sequence[str]) -> str:
    """The logical names of URNs, for a sentence."""
    return ", ".join(name_and_type(urn)[0] for urn in urns)
