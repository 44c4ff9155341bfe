"""The results of a check of several files, and its exit code."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
        remarks: How it was read, if not by itself.
        relevant: The number of its resources that a rule is about; None if nobody counted.
        families: Gives the scale set of each resource that belongs to one, by the resource's key; only the report for
            people asks.
    """

    file: str
    format: Format
    report: Report
    notes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    relevant: int | None = None
    families: Callable[[], Mapping[str, Resource]] = dict


@dataclass(frozen=True, slots=True)
class Item:
    """One violation with what reports add to it.

    Attributes:
        file: The file.
        violation: The violation.
        fingerprint: Identifies it in later versions of the file, on any line, at any path.
        earlier: Its fingerprint in baselines of version 1, in which the file's path counted.
        accepted: Whether the baseline accepts it.
    """

    file: FileResult
    violation: Violation
    fingerprint: str
    earlier: str
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
        unread: Sources that were found in directories and not read, each with what to do.
    """

    files: tuple[FileResult, ...]
    errors: tuple[UnreadableError, ...] = ()
    baseline: frozenset[str] | None = None
    skipped: int = 0
    unread: tuple[UnreadableError, ...] = ()

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every violation, the waived ones after the others of their file."""
        seen: Counter[str] = Counter()
        accepted = self.baseline or frozenset()
        items = []
        for file in self.files:
            for violation in (*file.report.violations, *file.report.waived):
                mark = _counted(fingerprint(violation), seen)
                earlier = _counted(earlier_fingerprint(violation, file), seen)
                items.append(Item(file, violation, mark, earlier, not accepted.isdisjoint((mark, earlier))))
        return tuple(items)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What to tell of the check as a whole."""
        nothing = self.files and all(file.relevant == 0 for file in self.files)
        return ("no resource here is one that a rule is about",) if nothing else ()

    @property
    def open(self) -> list[Item]:
        """The violations that nothing accepts."""
        return [item for item in self.items if item.counts]

    @property
    def gone(self) -> int:
        """The number of the baseline's violations that no longer exist."""
        marks = {mark for item in self.items for mark in (item.fingerprint, item.earlier)}
        return len((self.baseline or frozenset()) - marks)

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
            "unread": len(self.unread),
            "failed": len(self.failures),
        }

    @property
    def failures(self) -> list[tuple[FileResult, Failure]]:
        """The rules that failed, each with the file of its resource."""
        return [(file, each) for file in self.files for each in file.report.failures]

    def exit(self, fail_on: FailOn, *, strict: bool = False) -> Exit:
        """How the check ended.

        An unreadable input or a rule that failed takes precedence: what it hides is not known.

        Args:
            fail_on: What counts.
            strict: Whether what was found and not read, sources and parts of files, makes the result incomplete.
        """
        if self.errors or self.failures or (strict and (self.unread or any(file.notes for file in self.files))):
            return Exit.UNREADABLE
        failing = {FailOn.ERROR: ("error",), FailOn.NEVER: ()}.get(fail_on, ("error", "warning"))
        undecided = fail_on is FailOn.UNDECIDED and any(file.report.undecided for file in self.files)
        return Exit.VIOLATIONS if undecided or any(item.level in failing for item in self.open) else Exit.CLEAN


def _counted(mark: str, seen: "Counter[str]") -> str:
    seen[mark] += 1
    return mark if seen[mark] == 1 else f"{mark}-{seen[mark]}"


def fingerprint(violation: Violation) -> str:
    """The stable identity of a violation: its rule, resource and property, not its line or its file.

    A template's resource is known by its name as the template writes it, which no parameter changes; others by their
    URN, address or id. List items are identified by their names if they have one, so that a new one changes nothing.
    """
    resource = violation.resource
    known_by = resource.logical or resource.key
    parts = ("2", violation.rule.id, resource.type, known_by.lower(), by_names(resource.properties, violation.path))
    return _hashed(parts)


def earlier_fingerprint(violation: Violation, file: FileResult) -> str:
    """The identity of a violation in baselines of version 1, in which a template's path counted."""
    resource = violation.resource
    place = PurePath(file.file).as_posix() if file.format in {Format.ARM, Format.BICEP} else ""
    return _hashed((violation.rule.id, place, resource.key, by_names(resource.properties, violation.path)))


def _hashed(parts: tuple[str, ...]) -> str:
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
