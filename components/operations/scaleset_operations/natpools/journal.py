"""What a migration has done, and what was there before, so that it can be continued or undone after a kill."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Self

from scaleset_operations.errors import UsageError
from scaleset_operations.natpools.model import Plan, plan_of
from scaleset_operations.natpools.steps import Step
from scaleset_operations.natpools.table import Ports
from scaleset_operations.statedir import hold, place, write_private
from scaleset_operations.target import last_segment

_FOLDER = "nat-migrations"
_LAST = Step.RULES.value


def known() -> Iterator[tuple[Plan, bool]]:
    """The plans that are written down, and whether each is half-way: not at the end, or protection is not back."""
    for file in sorted(place(_FOLDER).glob("*.json")):
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
            half = _LAST not in found["done"] or bool(found["protected"]) or bool(found["back"])
            yield plan_of(found["plan"]), half
        except (ValueError, KeyError, TypeError, OSError):
            continue  # the run that opens this one reports what is wrong with it


class Journal:
    """The journal of one load balancer's migration: a file that only its owner reads, held by one process at a time.

    Attributes:
        plan: What was planned; None: nothing was begun.
        ports: The ports before.
        protected: The instances whose protection is lifted: the set's ARM id and the instance's id.
        done: The steps that are done.
        back: Whether the rollback was begun.
        lift: Whether the user agreed that protection is lifted.

    Args:
        balancer: The load balancer's ARM id.
    """

    def __init__(self, balancer: str) -> None:
        mark = hashlib.sha256(balancer.lower().encode()).hexdigest()[:16]
        self.file: Path = place(_FOLDER) / f"{last_segment(balancer)}-{mark}.json"
        self.plan: Plan | None = None
        self.ports: Ports = {}
        self.protected: list[tuple[str, str]] = []
        self.done: list[str] = []
        self.back = False
        self.lift = False
        self._held: IO[str] | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do of what is written down."""
        return _LAST in self.done and not self.protected and not self.back

    def __enter__(self) -> Self:
        """Take it, and read it.

        Raises:
            UsageError: Another process has it, it cannot be written, or it is no journal.
        """
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = self.file.with_suffix(".lock")
            self._held = os.fdopen(os.open(lock, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8")
        except OSError as error:
            raise UsageError(
                f"{self.file}: the journal can not be written ({error.strerror}); nothing was changed. XDG_STATE_HOME "
                "names another folder."
            ) from None
        if not hold(self._held.fileno()):
            self._held.close()
            raise UsageError("another command migrates this load balancer and still runs. Wait for its end.")
        self._read()
        return self

    def __exit__(self, *_: object) -> None:
        """Let it go."""
        if self._held is not None:
            self._held.close()

    def _read(self) -> None:
        try:
            found = json.loads(self.file.read_text(encoding="utf-8"))
            self.plan = plan_of(found["plan"])
            self.ports = dict(found["ports"])
            self.protected = [(str(name), str(instance)) for name, instance in found["protected"]]
            self.done, self.back = list(found["done"]), bool(found["back"])
            self.lift = bool(found["lift"])
        except FileNotFoundError:
            return
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise UsageError(f"{self.file}: it is not a journal of a NAT pool migration ({error}).") from None

    def begin(self, plan: Plan, ports: Ports, *, lift: bool) -> None:
        """Note what is there before anything is changed."""
        self.plan, self.ports, self.protected, self.done, self.back, self.lift = plan, ports, [], [], False, lift
        self._write()

    def lifted(self, instances: list[tuple[str, str]]) -> None:
        """Note whose protection is about to be lifted, besides what is noted already."""
        self.protected += [each for each in instances if each not in self.protected]
        self._write()

    def restored(self) -> None:
        """All protection is back."""
        self.protected = []
        self._write()

    def end(self, step: str) -> None:
        """A step and its check are done."""
        if step not in self.done:
            self.done.append(step)
            self._write()

    def turn_back(self) -> None:
        """Note that the rollback begins: from now on no step goes forward."""
        self.back = True
        self._write()

    def forget(self) -> None:
        """All of it is undone."""
        self.file.unlink(missing_ok=True)
        self.plan = None

    def _write(self) -> None:
        assert self.plan is not None
        data: Mapping[str, Any] = {
            "plan": self.plan.to_json(),
            "ports": self.ports,
            "protected": self.protected,
            "done": self.done,
            "back": self.back,
            "lift": self.lift,
        }
        write_private(self.file, json.dumps(data, indent=1))
