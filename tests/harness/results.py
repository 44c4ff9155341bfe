"""What one `pulumi` command did, read from the engine's own event log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

STACK_TYPE = "pulumi:pulumi:Stack"
CLOSING_LINE = "an unhandled error occurred: program exited with non-zero exit code: 1"
PROVIDER_PREFIX = "pulumi:providers:"


@dataclass(frozen=True)
class Step:
    """One operation on one resource.

    Attributes:
        op: The engine's name for it: `create`, `update`, `replace`, `create-replacement`, `delete-replaced`, `delete`,
            `same`, `refresh`, `import`, ...
        urn: The resource's URN.
        type: Its type token, `azure-native:compute:VirtualMachine`.
        diffs: The properties that differ, by their top-level names.
        replace_keys: The properties that force a replacement.
        detailed: The differing property paths, each with its kind (`add`, `update`, `delete-replace`, ...).
        old: Its state before (`inputs`, `outputs`, `id`, ...), or None.
        new: Its state after, or None.
    """

    op: str
    urn: str
    type: str
    diffs: tuple[str, ...] = ()
    replace_keys: tuple[str, ...] = ()
    detailed: dict[str, str] = field(default_factory=dict)
    old: dict[str, Any] | None = None
    new: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        """The logical name of the resource."""
        return self.urn.rsplit("::", 1)[1]

    @property
    def is_user_resource(self) -> bool:
        """Whether it is neither the stack itself nor a provider."""
        return self.type != STACK_TYPE and not self.type.startswith(PROVIDER_PREFIX)


@dataclass(frozen=True)
class Diagnostic:
    """A message of the engine, the program or a provider; severity is `info`, `info#err`, `warning` or `error`."""

    severity: str
    message: str
    urn: str


@dataclass(frozen=True)
class Violation:
    """A policy violation of a resource or the stack."""

    policy: str
    pack: str
    enforcement: str
    message: str
    urn: str


@dataclass(frozen=True)
class Result:
    """The result of one `pulumi` command.

    Attributes:
        command: The command line, without the executable.
        exit_code: 0 for success; the engine's own code otherwise.
        stdout: Its standard output.
        stderr: Its standard error.
        seconds: Its duration.
        events: The engine's events, as in `pulumi up --event-log`; empty for commands that run no deployment.
    """

    command: tuple[str, ...]
    exit_code: int
    stdout: str
    stderr: str
    seconds: float
    events: tuple[dict[str, Any], ...] = ()

    @property
    def text(self) -> str:
        """Everything that a user sees."""
        return self.stdout + self.stderr

    @cached_property
    def steps(self) -> list[Step]:
        """Every planned step, unchanged resources included, in the engine's order."""
        return [_step(metadata) for metadata in self._metadata("resourcePreEvent")]

    @cached_property
    def completed(self) -> list[Step]:
        """The steps that were carried out, in the order in which they ended."""
        return [_step(metadata) for metadata in self._metadata("resOutputsEvent")]

    @cached_property
    def failed(self) -> list[Step]:
        """The steps that failed."""
        return [_step(metadata) for metadata in self._metadata("resOpFailedEvent")]

    def ops(self, *, completed: bool = False) -> list[tuple[str, str, str]]:
        """What changes: (op, type, logical name), sorted; without unchanged resources, the stack and providers.

        Args:
            completed: Only the steps that were carried out, not all planned ones.
        """
        steps = self.completed if completed else self.steps
        return sorted((s.op, s.type, s.name) for s in steps if s.is_user_resource and s.op not in {"same", "read"})

    def step(self, name: str, *, type: str | None = None) -> Step:  # noqa: A002 - what Pulumi calls it
        """The one changing step of the resource with this logical name (and type)."""
        found = [s for s in self.steps if s.name == name and s.op != "same" and (type is None or s.type == type)]
        assert len(found) == 1, f"{len(found)} changing steps for {name!r}: {[(s.op, s.type) for s in found]}"
        return found[0]

    @cached_property
    def diagnostics(self) -> list[Diagnostic]:
        """The messages, without debugging ones."""
        events = self._events("diagnosticEvent")
        return [
            Diagnostic(severity=event["severity"], message=event["message"].strip(), urn=event.get("urn", ""))
            for event in events
            if event["severity"] != "debug"
        ]

    @property
    def errors(self) -> list[str]:
        """The messages of severity `error`, without the host's closing line after a `RunError`.

        Python's host adds it to every error that a program ends with by `pulumi.RunError`; no program can avoid it.
        """
        return [message for message in self.all_errors if message != CLOSING_LINE]

    @property
    def all_errors(self) -> list[str]:
        """All messages of severity `error`."""
        return [d.message for d in self.diagnostics if d.severity == "error"]

    @property
    def warnings(self) -> list[str]:
        """The messages of severity `warning`."""
        return [d.message for d in self.diagnostics if d.severity == "warning"]

    @cached_property
    def violations(self) -> list[Violation]:
        """The policy violations."""
        return [
            Violation(
                policy=event["policyName"],
                pack=event["policyPackName"],
                enforcement=event["enforcementLevel"],
                message=event["message"].strip(),
                urn=event.get("resourceUrn", ""),
            )
            for event in self._events("policyEvent")
        ]

    @property
    def changes(self) -> dict[str, int]:
        """The number of resources for each operation (including the stack and `same`), from the engine's summary."""
        summaries = list(self._events("summaryEvent"))
        return dict(summaries[-1]["resourceChanges"] or {}) if summaries else {}

    def _events(self, kind: str) -> Iterator[dict[str, Any]]:
        for event in self.events:
            if kind in event:
                yield event[kind]

    def _metadata(self, kind: str) -> Iterator[dict[str, Any]]:
        for event in self._events(kind):
            yield event["metadata"]


def read_events(file: Path) -> tuple[dict[str, Any], ...]:
    """The events in the engine's log (one JSON object a line); none if the command wrote no log."""
    if not file.exists():
        return ()
    return tuple(json.loads(line) for line in file.read_text().splitlines() if line.strip())


def _step(metadata: dict[str, Any]) -> Step:
    detailed = metadata.get("detailedDiff") or {}
    return Step(
        op=metadata["op"],
        urn=metadata["urn"],
        type=metadata["type"],
        diffs=tuple(metadata.get("diffs") or ()),
        replace_keys=tuple(metadata.get("keys") or ()),
        detailed={path: change["diffKind"] for path, change in detailed.items()},
        old=metadata.get("old"),
        new=metadata.get("new"),
    )
