"""Locks that are lifted for one command and then restored: what is lifted, the journal of it, and the calls.

On Flexible these are the management locks on the machines themselves, on Uniform the instances' protectionPolicy. What
is about to be lifted is written to a file first, so that it can be restored after the command was killed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from scaleset_core.modes import Mode
from scaleset_operations.calls import Call, build
from scaleset_operations.errors import UsageError
from scaleset_operations.instances import Instance
from scaleset_operations.locks import Lock
from scaleset_operations.planning import Choices, choose_route
from scaleset_operations.protection import ROW
from scaleset_operations.statedir import hold, place
from scaleset_operations.target import Target, last_segment, same_id

_KEPT = ("level", "notes", "owners")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted:
    """One protection that is lifted.

    Attributes:
        instance: The instance's name.
        instance_id: What the scale-set API calls it.
        lock: The lock's name; ``""``: it is a protectionPolicy.
        properties: The lock's properties, or the policy's.
    """

    instance: str
    instance_id: str
    lock: str
    properties: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Its entry in the journal."""
        return {
            "instance": self.instance,
            "instanceId": self.instance_id,
            "lock": self.lock,
            "properties": dict(self.properties),
        }

    def __str__(self) -> str:
        """``keep (CanNotDelete) of web_1a2b3c4d``."""
        what = f"{self.lock} ({self.properties.get('level')})" if self.lock else "the protectionPolicy"
        return f"{what} of {self.instance}"


def locks_to_lift(target: Target, instances: Sequence[Instance], bodies: Sequence[Mapping[str, Any]]) -> list[Lifted]:
    """The locks on the machines themselves, as Azure has them.

    Args:
        target: The scale set.
        instances: The chosen instances.
        bodies: All locks of the resource group.
    """
    found = []
    for each in instances:
        for body in bodies:
            identity = str(body["id"])
            scope = identity[: identity.lower().rindex("/providers/microsoft.authorization/locks/")]
            if same_id(scope, target.machine_id(each.name)):
                properties = body.get("properties") or {}
                kept = {name: properties[name] for name in _KEPT if properties.get(name)}
                lock = last_segment(identity)
                found.append(Lifted(instance=each.name, instance_id=each.instance_id, lock=lock, properties=kept))
    return found


def policies_to_lift(instances: Sequence[Instance]) -> list[Lifted]:
    """The protection policies of Uniform instances that have one."""
    return [
        Lifted(
            instance=each.name,
            instance_id=each.instance_id,
            lock="",
            properties={
                "protectFromScaleIn": each.protect_scale_in,
                "protectFromScaleSetActions": each.protect_actions,
            },
        )
        for each in instances
        if each.protect_scale_in or each.protect_actions
    ]


def inherited(locks: Sequence[Lock], target: Target, instances: Sequence[Instance]) -> list[Lock]:
    """The locks that hold for the instances from above: they are never lifted."""
    machines = [target.machine_id(each.name) for each in instances]
    return [
        lock for lock in locks if any(lock.covers(machine) and not same_id(lock.scope, machine) for machine in machines)
    ]


def lock_calls(target: Target, lifted: Sequence[Lifted], *, back: bool) -> list[Call]:
    """The calls that take the locks away, or that put them back as they were."""
    route = choose_route(ROW, Mode.FLEXIBLE, Choices(variant="" if back else "remove"))
    calls = []
    for each in lifted:
        machine = Instance(
            name=each.instance, instance_id=each.instance_id, resource_id=target.machine_id(each.instance)
        )
        body = {"properties": dict(each.properties)} if back else None
        calls.append(build(route, target, instance=machine, name=each.lock, body=body))
    return calls


class Journal:
    """What is lifted of one scale set, in a file that only its owner reads; held by one process at a time.

    Args:
        folder: Where the journals are.
        target: The scale set.
    """

    def __init__(self, folder: Path, target: Target) -> None:
        self.file = folder / f"{target.name}-{hashlib.sha256(target.id.lower().encode()).hexdigest()[:16]}.json"
        self._held: IO[str] | None = None

    def __enter__(self) -> Self:
        """Take it.

        Raises:
            UsageError: Another process has it, or it cannot be written.
        """
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._held = os.fdopen(os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8")
        except OSError as error:
            raise UsageError(
                f"{self.file}: the journal of lifted locks can not be written ({error.strerror}); nothing was lifted. "
                "XDG_STATE_HOME names another folder."
            ) from None
        if not hold(self._held.fileno()):
            self._held.close()
            raise UsageError(
                f"another command has lifted locks of this scale set and still runs (its journal: {self.file}). Wait "
                "for its end."
            )
        return self

    def __exit__(self, *_: object) -> None:
        """Let it go; an empty one is removed."""
        assert self._held is not None
        self._held.seek(0)
        if not self._held.read().strip():
            self.file.unlink(missing_ok=True)
        self._held.close()

    def read(self) -> list[Lifted]:
        """What was lifted and is not back yet.

        Raises:
            UsageError: The file cannot be understood.
        """
        assert self._held is not None
        self._held.seek(0)
        text = self._held.read()
        try:
            entries = json.loads(text) if text.strip() else []
            return [
                Lifted(
                    instance=each["instance"],
                    instance_id=each["instanceId"],
                    lock=each["lock"],
                    properties=each["properties"],
                )
                for each in entries
            ]
        except (ValueError, KeyError, TypeError):
            raise UsageError(
                f"{self.file}: no journal of lifted locks. Look at it, put the locks back by hand, then remove it."
            ) from None

    def write(self, lifted: Sequence[Lifted]) -> None:
        """Note what is lifted, on the disk itself before this returns; nothing: an empty file."""
        assert self._held is not None
        text = json.dumps([each.to_json() for each in lifted], indent=1) if lifted else ""
        self._held.seek(0)
        self._held.truncate()
        self._held.write(text)
        self._held.flush()
        os.fsync(self._held.fileno())


def folder() -> Path:
    """Where the journals are: ``$XDG_STATE_HOME/scaleset/lifted-locks``."""
    return place("lifted-locks")
