"""What one situation of the corpus is: an input as a tool writes it, and what is wrong with it by Azure's facts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

AWAITED: Mapping[str, str] = {
    "secure-boot-off": "SS161",
    "open-management-ports": "SS160",
    "image-out-of-support": "SS164",
    "windows-automatic-updates": "SS162",
}
"""Faults whose rule is not written yet, with the rule's number as soon as there is one."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault: the rule's number (or a name of :data:`AWAITED`), the resource's name, the property."""

    rule: str
    resource: str
    path: str

    @classmethod
    def of(cls, text: str) -> "Finding":
        """``SS016 web virtualMachineProfile.networkProfile``; ``*`` as a path fits any."""
        rule, resource, path = text.split(" ")
        return cls(AWAITED.get(rule, rule) or rule, resource, path)

    @property
    def awaited(self) -> bool:
        """Whether no rule looks for it yet."""
        return self.rule in AWAITED

    def fits(self, other: "Finding") -> bool:
        """Whether ``other`` is the same fault: its property may be named more or less exactly, on one branch."""
        if (self.rule, self.resource) != (other.rule, other.resource):
            return False
        if self.path == "*":
            return True
        short, long = sorted((self.path, other.path), key=len)
        return long == short or long.startswith((f"{short}.", f"{short}["))


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One situation.

    Attributes:
        name: A short name, of the file too.
        title: What somebody wrote.
        seen: Where people write that.
        content: The input, as a JSON value.
        faults: What is wrong by Azure's facts, each a text for :meth:`Finding.of`; properties in azure-native's shape.
        practice: The rules of good practice that a set does not keep, by its name: ``"102 103"`` for SS102 and SS103.
        undecided: What the input cannot tell, as ``"SS107 web"``.
        beside: Parameter values in a file beside the template.
        framework: The name that Checkov has for the format; ``""`` if it reads no such format.
    """

    name: str
    title: str
    seen: str
    content: Any
    faults: tuple[str, ...] = ()
    practice: Mapping[str, str] = field(default_factory=dict)
    undecided: tuple[str, ...] = ()
    beside: Mapping[str, Any] = field(default_factory=dict)
    framework: str = ""

    @property
    def text(self) -> str:
        """The input as the tool writes it."""
        return json.dumps(self.content, indent=2) + "\n"

    @property
    def expected(self) -> list[Finding]:
        """All faults that a rule is about, good practice included."""
        return [each for each in self.wrong if not each.awaited]

    @property
    def wrong(self) -> list[Finding]:
        """All faults, also those that no rule is about yet."""
        told = [Finding.of(each) for each in self.faults]
        numbers = [Finding(f"SS{number}", name, "*") for name, text in self.practice.items() for number in text.split()]
        return told + numbers
