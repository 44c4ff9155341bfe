"""The results of a check of several files, and its exit code."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import PurePath
from typing import Any

from scaleset_policies.choices import FailOn, Format
from scaleset_policies.estate import Resource
from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.report import Failure, Report, Violation
from scaleset_policies.rule import Rule

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class Exit(StrEnum):
    """How a check ended; :attr:`code` is the process's exit code."""

    CLEAN = "clean"
    VIOLATIONS = "violations"
    UNREADABLE = "unreadable"
    """Something could not be read, or a rule failed: the result is not complete."""

    @property
    def code(self) -> int:
        """0, 1 or 2."""
        return list(Exit).index(self)


@dataclass(frozen=True, slots=True)
class FileResult:
    """The result of one file's check.

    Attributes:
        file: The file's path in reports: relative if it is below the working directory.
        format: Its format.
        report: What was found in it.
        notes: What was left out of it.
        families: The scale set of each resource that belongs to one, by the resource's key.
    """

    file: str
    format: Format
    report: Report
    notes: tuple[str, ...] = ()
    families: Mapping[str, Resource] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One violation with what reports add to it.

    Attributes:
        file: The file.
        violation: The violation.
        fingerprint: Identifies it in later versions of the file, on any line.
        accepted: Whether the baseline accepts it.
    """

    file: FileResult
    violation: Violation
    fingerprint: str
    accepted: bool

    @property
    def waived(self) -> bool:
        """Whether a waiver of the configuration accepts it."""
        return self.violation.waiver is not None

    @property
    def counts(self) -> bool:
        """Whether nothing accepts it."""
        return not (self.accepted or self.waived)

    @property
    def level(self) -> str:
        """``error`` if it stops a deployment, else ``warning``."""
        return "error" if self.violation.fails or (self.waived and self.violation.level != "advisory") else "warning"


@dataclass(frozen=True)
class Results:
    """The result of a check.

    Attributes:
        files: The files that were read, in order.
        errors: What could not be read.
        baseline: The fingerprints that are accepted; None without a baseline.
        skipped: The number of files in directories that have none of the formats.
    """

    files: tuple[FileResult, ...]
    errors: tuple[UnreadableError, ...] = ()
    baseline: frozenset[str] | None = None
    skipped: int = 0

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every violation, the waived ones after the others of their file."""
        seen: Counter[str] = Counter()
        items = []
        for file in self.files:
            for violation in (*file.report.violations, *file.report.waived):
                plain = fingerprint(violation, file)
                seen[plain] += 1
                mark = plain if seen[plain] == 1 else f"{plain}-{seen[plain]}"
                items.append(Item(file, violation, mark, self.baseline is not None and mark in self.baseline))
        return tuple(items)

    @property
    def open(self) -> list[Item]:
        """The violations that nothing accepts."""
        return [item for item in self.items if item.counts]

    @property
    def gone(self) -> int:
        """The number of the baseline's violations that no longer exist."""
        return len((self.baseline or frozenset()) - {item.fingerprint for item in self.items})

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The rules of the violations, by id."""
        return {item.violation.rule.id: item.violation.rule for item in self.items}

    def counts(self) -> dict[str, int]:
        """The numbers of the summary."""
        levels = Counter(item.level for item in self.open)
        reports = [file.report for file in self.files]
        return {
            "errors": levels["error"],
            "warnings": levels["warning"],
            "waived": sum(1 for item in self.items if item.waived),
            "accepted": sum(1 for item in self.items if item.accepted and not item.waived),
            "undecided": sum(len(report.undecided) for report in reports),
            "passed": sum(len(report.passes) for report in reports),
            "resources": sum(report.resources for report in reports),
            "files": len(self.files),
            "unreadable": len(self.errors),
            "failed": len(self.failures),
        }

    @property
    def failures(self) -> list[tuple[FileResult, Failure]]:
        """The rules that failed, each with the file of its resource."""
        return [(file, each) for file in self.files for each in file.report.failures]

    def exit(self, fail_on: FailOn) -> Exit:
        """How the check ended.

        An unreadable input or a rule that failed takes precedence: what it hides is not known.
        """
        if self.errors or self.failures:
            return Exit.UNREADABLE
        failing = {FailOn.ERROR: ("error",), FailOn.WARNING: ("error", "warning"), FailOn.NEVER: ()}[fail_on]
        return Exit.VIOLATIONS if any(item.level in failing for item in self.open) else Exit.CLEAN


def fingerprint(violation: Violation, file: FileResult) -> str:
    """The stable identity of a violation: its rule, resource and property, not its line.

    List items are identified by their names if they have one, so that a new item does not change it. The file counts
    only for templates: a state or plan is written to another file each time.
    """
    resource = violation.resource
    place = PurePath(file.file).as_posix() if file.format in {Format.ARM, Format.BICEP} else ""
    parts = (violation.rule.id, place, resource.key, by_names(resource.properties, violation.path))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def by_names(properties: Any, path: str) -> str:
    """A property path with list items' names in place of their indexes."""
    node, shown = properties, ""
    for name, index in _STEP.findall(path):
        if index:
            node = node[int(index)] if isinstance(node, list) and int(index) < len(node) else None
            named = node.get("name") if isinstance(node, Mapping) else None
            shown += f"[{named if isinstance(named, str) else index}]"
        else:
            node = node.get(name) if isinstance(node, Mapping) else None
            shown += f".{name}" if shown else name
    return shown
