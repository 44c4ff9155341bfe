"""Suppressions where the resource is declared: in a tag, in an ARM template's metadata or in a comment.

All are written alike, several after semicolons: the rule (id, name, or the id that another tool has for it), a reason,
and optionally the last day::

    SS101: the vendor's appliance has no SSH keys
    CKV_AZURE_49 until 2027-06-30: moves in Q2, OPS-123

A suppression without a reason accepts nothing.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

TAG: Final = "scaleset-ignore"
"""The tag of a resource that suppresses rules for it; for every format, since all of them have tags."""
MEMBER: Final = "scaleset"
"""The member of ``metadata``, of a resource or of an ARM template, that has ``ignore``."""
COMMENT: Final = re.compile(r"(?://|/\*|\#)\s*scaleset:ignore\s+(?P<text>.*?)\s*(?:\*/|$)", re.MULTILINE)
"""A comment that suppresses rules: ``// scaleset:ignore SS101: why``."""

_PIECE = re.compile(
    r"(?P<rule>[\w.-]+)(?:\s+until\s+(?P<until>\d{4}-\d{2}-\d{2}))?\s*(?::|\s|$)\s*(?P<reason>.*)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Suppression:
    """An accepted violation, written down beside its resource.

    Attributes:
        rule: The rule as it was written: an id, a name, or another tool's id.
        reason: Why it is accepted; ``""`` if none was given, and then it accepts nothing.
        place: Where it is written, as the end of a sentence.
        expires: The last day on which it is valid; None: no end.
        resource: For one that is written elsewhere: the resource's name; ``""`` if it is at the resource.
    """

    rule: str
    reason: str
    place: str
    expires: date | None = None
    resource: str = ""

    @property
    def until(self) -> str:
        """Where it is written and until when it holds, as part of a sentence."""
        return self.place + (f", until {self.expires.isoformat()}" if self.expires else "")

    def valid(self, today: date) -> bool:
        """Whether it has a reason and has not expired."""
        return bool(self.reason) and (self.expires is None or self.expires >= today)


def parse(text: str, place: str, *, resource: str = "") -> tuple[Suppression, ...]:
    """The suppressions of one text, separated by semicolons."""
    return tuple(found for piece in text.split(";") if (found := _parsed(piece.strip(), place, resource)))


def _parsed(text: str, place: str, resource: str) -> Suppression | None:
    match = _PIECE.fullmatch(text)
    if match is None:
        return Suppression(text, "", place, None, resource) if text else None
    try:
        expires = date.fromisoformat(match["until"]) if match["until"] else None
    except ValueError:
        return Suppression(match["rule"], "", place, None, resource)
    return Suppression(match["rule"], match["reason"].strip(), place, expires, resource)


def of_metadata(metadata: Any, place: str) -> tuple[Suppression, ...]:
    """Those of a ``metadata`` object: ``{"scaleset": {"ignore": ...}}`` with texts, or objects with rule and reason.

    Objects may name the resource, for a template's own metadata: Bicep's ``metadata scaleset = {...}``.
    """
    inner = metadata.get(MEMBER) if isinstance(metadata, Mapping) else None
    given = inner.get("ignore") if isinstance(inner, Mapping) else None
    items = given if isinstance(given, list | tuple) else [given]
    return tuple(found for item in items for found in _item(item, place))


def _item(item: Any, place: str) -> Iterable[Suppression]:
    if isinstance(item, str):
        return parse(item, place)
    if not isinstance(item, Mapping):
        return ()
    texts = {name: str(item.get(name) or "") for name in ("rule", "reason", "until", "resource")}
    head = texts["rule"] + (f" until {texts['until']}" if texts["until"] else "")
    # a reason may have semicolons: the object says where it ends
    found = _parsed(f"{head}: {texts['reason']}", place, texts["resource"])
    return () if found is None else (found,)


def of_tags(properties: Any) -> tuple[Suppression, ...]:
    """Those of the tag of a resource with these properties."""
    tags = properties.get("tags") if isinstance(properties, Mapping) else None
    if not isinstance(tags, Mapping):
        return ()
    texts = [value for name, value in tags.items() if str(name).lower() == TAG and isinstance(value, str)]
    return tuple(found for text in texts for found in parse(text, f"in the tag {TAG}"))
