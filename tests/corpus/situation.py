"""What one situation of the corpus is: an input as a tool writes it, and what is wrong with it by Azure's facts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault: the rule's number, the resource's name, the property."""

    rule: str
    resource: str
    path: str

    @classmethod
    def of(cls, text: str) -> "Finding":
        """``SS016 web virtualMachineProfile.networkProfile``; ``*`` as a path fits any."""
        rule, resource, path = text.split(" ")
        return cls(rule, resource, path)

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
        """All faults, good practice included."""
        told = [Finding.of(each) for each in self.faults]
        numbers = [Finding(f"SS{number}", name, "*") for name, text in self.practice.items() for number in text.split()]
        return told + numbers
