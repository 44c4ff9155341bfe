"""The stacks of the fleet, run by Pulumi's Automation API."""

from __future__ import annotations

import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pulumi import automation as auto

from scaleset_operations.fleet.command import InterruptibleCommand
from scaleset_operations.fleet.config import FILE_VARIABLE
from scaleset_operations.fleet.plan import StackPlan
from scaleset_operations.fleet.schedule import Outcome, Result

SUBSCRIPTION = "azure-native:subscriptionId"
REGION = "azure-native:location"
STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDERS = "pulumi:providers:"
TOLD_ERRORS = 3
COUNTED = ("create", "update", "replace", "delete", "same")

Progress = Callable[[str, "Counter[str]"], None]


class EngineUnusableError(Exception):
    """Pulumi can't be run here at all; the message says what to do."""


class RefusedError(Exception):
    """A stack must not be touched; the message says why."""


@dataclass
class Watcher:
    """What the engine reports about one run: operations by kind, and errors."""

    plan: StackPlan
    progress: Progress
    errors: list[str] = field(default_factory=list)
    _operations: dict[str, str] = field(default_factory=dict)

    @property
    def changes(self) -> Counter[str]:
        """How many resources had which operation so far."""
        return Counter(self._operations.values())

    def __call__(self, event: auto.EngineEvent) -> None:
        """Record one event."""
        if event.res_outputs_event is not None:
            metadata = event.res_outputs_event.metadata
            operation = str(getattr(metadata.op, "value", metadata.op))
            if metadata.type != STACK_TYPE and not metadata.type.startswith(PROVIDERS) and operation in COUNTED:
                # A component has a second event, for its outputs.
                self._operations.setdefault(metadata.urn, operation)
                self.progress(self.plan.name, self.changes)
        elif event.diagnostic_event is not None and event.diagnostic_event.severity == "error":
            message = plain(event.diagnostic_event.message)
            name = (event.diagnostic_event.urn or "").rpartition("::")[2]
            if message and message not in {"update failed", "preview failed"}:
                self.errors.append(message if not name or name.startswith("scaleset-fleet-") else f"{name}: {message}")

    def reason(self, error: auto.CommandError) -> str:
        """Why the run failed: the engine's errors, or the end of its output."""
        if isinstance(error, auto.ConcurrentUpdateError):
            return f"another update holds the lock; if none runs: pulumi cancel --yes --stack {self.plan.name}"
        reported = [*dict.fromkeys(self.errors)]
        if not reported:
            lines = [line for line in plain(str(error)).splitlines() if line.strip() and "stdout:" not in line]
            return " ".join(line.strip().removeprefix("stderr:").strip() for line in lines[-3:])
        more = [f"and {len(reported) - TOLD_ERRORS} more errors"] if len(reported) > TOLD_ERRORS else []
        return "\n".join([*reported[:TOLD_ERRORS], *more])


class Engine:
    """Pulumi on the stacks of one project.

    Args:
        project: The directory of Pulumi.yaml.
        fleet_file: The fleet file, which the stacks' programs read too.
        operations: How many resources of one stack are worked on at once.

    Raises:
        EngineUnusableError: There is no Pulumi, or it can't list the stacks.
    """

    def __init__(self, project: Path, fleet_file: Path, operations: int) -> None:
        self._directory = project
        self._operations = operations
        # Creating and selecting a stack write the same file of the workspace.
        self._selecting = threading.Lock()
        os.environ.setdefault("PULUMI_SKIP_UPDATE_CHECK", "true")
        try:
            self.command = InterruptibleCommand()
            self._workspace = auto.LocalWorkspace(
                work_dir=str(project),
                env_vars={FILE_VARIABLE: str(fleet_file.resolve())},
                pulumi_command=self.command,
            )
            self.stacks = {stack.name: stack for stack in self._workspace.list_stacks()}
        except FileNotFoundError:
            raise EngineUnusableError(
                "`pulumi` is not on PATH: install it (https://www.pulumi.com/docs/install)"
            ) from None
        except auto.CommandError as error:
            raise EngineUnusableError(
                f"Pulumi can't list the stacks: {Watcher(_NONE, _ignore).reason(error)}"
            ) from None
        except auto.InvalidVersionError as error:
            raise EngineUnusableError(str(error)) from None

    def is_deployed(self, name: str) -> bool:
        """Whether the stack had resources when this run began."""
        return name in self.stacks and (self.stacks[name].resource_count or 0) > 0

    def run(self, action: str, plan: StackPlan, progress: Progress, done: Callable[[str], bool]) -> Result:
        """Run `up`, `preview`, `refresh` or `destroy` on one stack; a failure is part of the result.

        Args:
            action: What to do.
            plan: The stack.
            progress: Called with the operations so far, at each change.
            done: Whether another stack is deployed by now.
        """
        started = time.monotonic()
        watcher = Watcher(plan, progress)
        outcome, reason = Outcome.DONE, ""
        try:
            if (why := self._nothing_to_do(action, plan, done)) is not None:
                return Result(plan, Outcome.SKIPPED, reason=why)
            self._perform(action, self._stack(plan), watcher)
        except auto.CommandError as error:
            outcome, reason = Outcome.FAILED, watcher.reason(error)
        except RefusedError as error:
            outcome, reason = Outcome.FAILED, str(error)
        return Result(plan, outcome, dict(watcher.changes), time.monotonic() - started, reason)

    def set_secret(self, plan: StackPlan, key: str, value: str) -> None:
        """Set a secret configuration value of a stack; it goes over standard input and is stored encrypted.

        Raises:
            RefusedError: Pulumi did not accept it.
        """
        arguments = ["config", "set", "--secret", key, "--stack", plan.name]
        try:
            self._stack(plan)
            self.command.call(arguments, str(self._directory), {}, value)
        except auto.CommandError as error:
            raise RefusedError(Watcher(plan, _ignore).reason(error)) from None

    def remove(self, name: str) -> None:
        """Remove an empty stack with its history and its configuration file."""
        self._workspace.remove_stack(name)

    def _nothing_to_do(self, action: str, plan: StackPlan, done: Callable[[str], bool]) -> str | None:
        if action in {"refresh", "destroy"} and not self.is_deployed(plan.name):
            return "it is not deployed"
        missing = [need for need in plan.needs if not self.is_deployed(need) and not done(need)]
        if action == "preview" and missing:
            return f"it reads outputs of {missing[0]}, which is not deployed yet"
        return None

    def _stack(self, plan: StackPlan) -> auto.Stack:
        with self._selecting:
            mode = auto.Stack.select if plan.name in self.stacks else auto.Stack.create_or_select
            stack = mode(plan.name, self._workspace)
        self._place(stack, plan)
        return stack

    def _place(self, stack: auto.Stack, plan: StackPlan) -> None:
        """Set the stack's subscription and region.

        Raises:
            RefusedError: It is deployed elsewhere. Pulumi would leave its resources behind or replace all of them.
        """
        if not plan.member:
            return
        wanted = {SUBSCRIPTION: plan.subscription, REGION: plan.region}
        present = self._configuration(plan.name)
        moved = {key: (present[key], value) for key, value in wanted.items() if present.get(key, value) != value}
        if moved and self.is_deployed(plan.name):
            moves = ", ".join(f"{old} to {new}" for old, new in moved.values())
            raise RefusedError(
                f"a deployed member does not move ({moves}): that would delete its {plan.instances} instances. "
                "Add a member with another name, roll it out, then destroy this one"
            )
        if any(present.get(key) != value for key, value in wanted.items()):
            stack.set_all_config({key: auto.ConfigValue(value) for key, value in wanted.items()})

    def _configuration(self, name: str) -> dict[str, Any]:
        file = self._directory / f"Pulumi.{name}.yaml"
        try:
            content = yaml.safe_load(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return dict((content or {}).get("config") or {})

    def _perform(self, action: str, stack: auto.Stack, watcher: Watcher) -> None:
        if action == "up":
            stack.up(on_event=watcher, parallel=self._operations, color="never", show_secrets=False)
        elif action == "preview":
            stack.preview(on_event=watcher, parallel=self._operations, color="never")
        elif action == "refresh":
            stack.refresh(on_event=watcher, parallel=self._operations, color="never", show_secrets=False)
        else:
            stack.destroy(on_event=watcher, parallel=self._operations, color="never", show_secrets=False)


def plain(message: str) -> str:
    """The engine's text without colour codes."""
    return re.sub(r"<\{%.*?%\}>|\x1b\[[0-9;]*m", "", message).strip()


def _ignore(_name: str, _changes: Counter[str]) -> None:
    return


_NONE = StackPlan("", "")
