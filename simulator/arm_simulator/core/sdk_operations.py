"""The operations that Azure's SDKs know, and which of them a URL is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("sdk_operations.tsv")
_PARAMETER = re.compile(r"\{(\w+)\}")
_IDS = frozenset({"scope", "resourceId", "roleId", "roleAssignmentId", "parentResourcePath", "resourceUri"})
"""Parameters that are more than one part of a path."""


@dataclass(frozen=True, order=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        package: Distribution and version of the SDK.
        name: As the REST specification has it, ``VirtualMachineScaleSets_Reapply``.
        method: The verb.
        url: The template of its path.
        api_version: The one that the SDK sends.
    """

    package: str
    name: str
    method: str
    url: str
    api_version: str

    @property
    def namespace(self) -> str:
        """``Microsoft.Compute``; ``Microsoft.Resources`` for subscriptions, groups and what is below no provider."""
        found = re.findall(r"/providers/(Microsoft\.\w+)", self.url)
        return str(found[-1]) if found else "Microsoft.Resources"

    @property
    def generic(self) -> bool:
        """Whether it is for resources of any type: another operation of the type itself."""
        return _PARAMETER.fullmatch(self.url.strip("/")) is not None or "{parentResourcePath}" in self.url

    def line(self) -> str:
        """It as a line of the file."""
        return f"{self.package}\t{self.name}\t{self.method}\t{self.url}\t{self.api_version}"


def read() -> list[Operation]:
    """All operations of the file."""
    if not FILE.exists():
        return []
    return [Operation(*line.split("\t")) for line in FILE.read_text(encoding="utf-8").splitlines()]


@cache
def _patterns() -> list[tuple[Operation, re.Pattern[str]]]:
    return [(each, _pattern(each.url.partition("?")[0])) for each in read() if not each.generic]


def _pattern(url: str) -> re.Pattern[str]:
    pieces = _PARAMETER.split(url.strip("/"))
    made = []
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            made.append(re.escape(piece))
        else:
            made.append(".+" if piece in _IDS else "[^/]+")
    return re.compile("/?" + "".join(made), re.IGNORECASE)


def of(method: str, path: str) -> Operation | None:
    """The operation that a request is: of several the one with the most literal template; None where no SDK has it."""
    wanted = path.strip("/")
    found = [each for each, pattern in _patterns() if each.method == method and pattern.fullmatch(wanted)]
    return max(found, key=lambda each: len(_PARAMETER.sub("", each.url)), default=None)
