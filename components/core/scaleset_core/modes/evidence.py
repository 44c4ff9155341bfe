"""Where a rule's fact comes from: the type of a source, and how reliable it is."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum


class Confidence(StrEnum):
    """How reliable a source is, from the strongest to the weakest."""

    PAGE = "Microsoft's page"
    """Microsoft's documentation states it."""
    SPECIFICATION = "SDK or specification"
    """The REST specification states it, or an SDK that is generated from it, or Azure's own module or policy."""
    SERVICE = "service error quoted in public"
    """Somebody showed Azure's answer in public."""
    THIRD_PARTY = "third party only"
    """Somebody else's code or list assumes it; Microsoft does not say it anywhere that was found."""

    @property
    def microsoft(self) -> bool:
        """Whether it is Microsoft's own statement: its documentation, its specification or its service's answer."""
        return self is not Confidence.THIRD_PARTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source of a fact.

    Attributes:
        title: The publisher and the title (``learn.microsoft.com: Spot Priority Mix``).
        url: Its address.
        confidence: How reliable it is.
        read: The day on which it was read for this project, ISO 8601 (``2026-11-29``).
        dated: The month or day that the source itself carries (``2026-05``), or ``""`` if it carries none.
        part: The part of it that is meant: a property, a heading, a rule's name; or ``""`` for all of it.
        says: What it says about the rule, in our own words, or ``""`` where the rule's statement is just that.
    """

    title: str
    url: str
    confidence: Confidence
    read: str
    dated: str = ""
    part: str = ""
    says: str = ""

    def at(self, part: str = "", *, says: str = "") -> Source:
        """The same source for one fact: the part that is meant, and what it says about it."""
        return dataclasses.replace(self, part=part or self.part, says=says or self.says)

    @property
    def name(self) -> str:
        """The title with the part and the source's own date, as one phrase."""
        part = f": {self.part}" if self.part else ""
        return f"{self.title}{part}" + (f" ({self.dated})" if self.dated else "")


def named(sources: tuple[Source, ...]) -> str:
    """All sources in one line, for messages."""
    return "; ".join(source.name for source in sources)


def backed(sources: tuple[Source, ...]) -> bool:
    """Whether Microsoft itself states the fact in at least one of the sources."""
    return any(source.confidence.microsoft for source in sources)
