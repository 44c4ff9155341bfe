"""Locks of the set's own never stop its own change: lifted for it, and put back right after.

A change that a management lock refuses is tried again without the lock, if all locks in its way are the set's own.
Locks of others are left alone, with advice. What was lifted comes back as soon as the change is over, however it ends.
If the process dies in between, the next `pulumi up` misses the lock in Azure and puts it back; the preview says so.
"""

import asyncio
import re
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pulumi

from pulumi_azure_scaleset.engine.arm import Arm
from pulumi_azure_scaleset.engine.rest import ArmError, ArmUnavailableError, Client
from pulumi_azure_scaleset.engine.retry import MOST, pause

SCOPE_LOCKED = "ScopeLocked"
_LOCKS = "/providers/Microsoft.Authorization/locks"
_VERSION = "api-version=2020-05-01"
_READ_ONLY = "ReadOnly"
_WATCH_SECONDS, _LONGEST_WATCH, _LONGEST_DELETION = 0.2, 5.0, 2 * 3600.0
_LOCKED_SCOPES = re.compile(r"locked: (.*?)\. Please", re.DOTALL)
_QUOTED = re.compile(r"'(/[^']+)'")
_GROUP = re.compile(r"/subscriptions/[^/]+/resourceGroups/[^/]+", re.IGNORECASE)
_OWN_TYPES = frozenset(
    {
        "virtualmachines",
        "virtualmachinescalesets",
        "loadbalancers",
        "publicipaddresses",
        "natgateways",
        "virtualnetworks",
        "networksecuritygroups",
    }
)
"""The types that a set puts locks on."""


@dataclass(frozen=True, slots=True)
class Lock:
    """A management lock as Azure has it."""

    id: str
    level: str
    notes: str

    @property
    def scope(self) -> str:
        """What it locks."""
        return self.id.rpartition(_LOCKS)[0]

    @property
    def name(self) -> str:
        """Its name."""
        return self.id.rpartition("/")[2]

    @property
    def body(self) -> dict[str, Any]:
        """What creates it again."""
        return {"properties": {"level": self.level, "notes": self.notes}}


def locked_scopes(error: str) -> list[str]:
    """The ids of what is locked, from the message of a ScopeLocked."""
    listed = _LOCKED_SCOPES.search(error)
    return list(dict.fromkeys(_QUOTED.findall(listed.group(1)))) if listed else []


def is_own(lock: Lock) -> bool:
    """Whether a lock has the name that this component gives: that of the resource, and the level."""
    parts = lock.scope.split("/")
    return parts[-2].lower() in _OWN_TYPES and lock.name.lower() == f"{parts[-1]}-{lock.level}".lower()


def blocks(lock: Lock, operation: str) -> bool:
    """Whether a lock stops ``operation`` (create, update or delete)."""
    return operation == "delete" or lock.level == _READ_ONLY


@dataclass
class LockKeeper:
    """The locks of one component.

    Attributes:
        arm: Azure.
    """

    arm: Arm
    _lifted: dict[str, tuple[Lock, set[str]]] = field(default_factory=dict)  # by lowered id, with the URNs it is for
    _watches: dict[str, "_Watch"] = field(default_factory=dict)  # by the URN of what is being deleted
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def let(self, args: "pulumi.ErrorHookArgs") -> bool:
        """Whether to try again what a lock refused.

        Args:
            args: What the engine reports; the newest error is a ScopeLocked.
        """
        try:
            async with self._turn:
                let = await self._let(args)
        except (ArmError, ArmUnavailableError) as error:
            pulumi.log.warn(f"The locks in the way could not be lifted: {error}")
            return False
        if let is None and len(args.errors) <= MOST:
            await asyncio.sleep(pause(len(args.errors)))
            return True
        return let is True

    async def done(self, urn: str) -> None:
        """Put back what was lifted for one resource, and is not needed for another; its change is over.

        Args:
            urn: The resource's.

        Raises:
            RunError: A lock could not be put back.
        """
        watch = self._watches.pop(urn, None)
        if watch is not None:
            watch.over.set()
        async with self._turn:
            await self._done(urn)

    async def restore(self, planned: Mapping[str, Mapping[str, Any]]) -> None:
        """Put back the locks that the state has and Azure does not have, as after a process that died.

        Args:
            planned: The locks' inputs by their ids.
        """
        groups = dict.fromkeys(match.group() for each in planned if (match := _GROUP.match(each)))
        try:
            listed = [item for group in groups for item in await self.arm.list(f"{group}{_LOCKS}?{_VERSION}")]
            there = {str(item.get("id", "")).lower() for item in listed}
            for identity, inputs in planned.items():
                # A list may be older than the lock; the lock itself is not.
                if identity.lower() not in there and await self.arm.get(f"{identity}?{_VERSION}") is None:
                    await self._restore(Lock(identity, str(inputs["level"]), str(inputs.get("notes") or "")))
        except ArmUnavailableError as error:
            pulumi.log.debug(f"The locks were not looked for: {error}")
        except ArmError as error:
            pulumi.log.warn(f"Whether all locks are in Azure is not known: {error}")

    async def _restore(self, lock: Lock) -> None:
        found = (
            f"The lock {lock.name} is in the state and not in Azure: an update was interrupted, or somebody deleted it."
        )
        if pulumi.runtime.is_dry_run():
            pulumi.log.warn(f"{found} `pulumi up` puts it back.")
        else:
            await self.arm.put(f"{lock.id}?{_VERSION}", lock.body)
            pulumi.log.warn(f"{found} It is back.")

    async def _let(self, args: "pulumi.ErrorHookArgs") -> bool | None:
        """As :meth:`let`; None to wait."""
        scopes = locked_scopes(args.errors[0])
        found = [lock for scope in scopes for lock in await self._at(scope) if blocks(lock, args.failed_operation)]
        foreign = [lock for lock in found if not is_own(lock)]
        if foreign:
            _tell(foreign)
            return False
        if args.failed_operation == "delete" and found:
            return await self._delete(args, found)
        for lock in found:
            await self._lift(args.urn, lock)
        if not found:
            # A lock that was lifted for another resource; or one that is gone and refuses for a while nevertheless.
            if args.failed_operation != "delete":
                self._join(args.urn, scopes)
            return None
        return True

    async def _at(self, scope: str) -> list[Lock]:
        listed = await self.arm.list(f"{scope}{_LOCKS}?{_VERSION}&$filter=atScope()")
        locks = [_lock(item) for item in listed]
        return [lock for lock in locks if lock.scope.lower() == scope.lower()]

    async def _lift(self, urn: str, lock: Lock) -> None:
        _, users = self._lifted.setdefault(lock.id.lower(), (lock, set()))
        users.add(urn)
        await self._remove(lock)

    async def _remove(self, lock: Lock) -> None:
        pulumi.log.info(f"The lock {lock.name} is lifted for a change.", self.arm.component)
        await self.arm.delete(f"{lock.id}?{_VERSION}")

    def _join(self, urn: str, scopes: Iterable[str]) -> None:
        wanted = {scope.lower() for scope in scopes}
        for lock, users in self._lifted.values():
            if lock.scope.lower() in wanted:
                users.add(urn)

    async def _done(self, urn: str) -> None:
        for key, (lock, users) in list(self._lifted.items()):
            users.discard(urn)
            if users:
                continue
            del self._lifted[key]
            try:
                await self.arm.put(f"{lock.id}?{_VERSION}", lock.body)
            except (ArmError, ArmUnavailableError) as error:
                again = "The next `pulumi up` puts it back." if is_own(lock) else ""
                raise pulumi.RunError(f"The lock {lock.name} was lifted and is not back: {error} {again}") from error

    async def _delete(self, args: "pulumi.ErrorHookArgs", locks: list[Lock]) -> bool:
        """Lift the locks for a deletion, and have them put back when the resource is gone.

        No hook follows a deletion: one that did would keep `pulumi destroy` from working without the program. So a
        thread watches, which the process waits for at its end.
        """
        version = (args.old_outputs or {}).get("azureApiVersion") or (args.old_inputs or {}).get("azureApiVersion")
        if not version:
            return False
        client = await self.arm.client()
        for lock in locks:
            await self._remove(lock)
        known = self._watches.get(args.urn)
        watch = known or _Watch(client, f"{args.id}?api-version={version}")
        watch.locks.update({lock.id: lock for lock in locks})
        if known is None:
            self._watches[args.urn] = watch
            threading.Thread(target=watch.run, name=f"locks of {args.name}", daemon=False).start()
        return True


class _Watch:
    """Puts locks back when a resource is gone, or when the deletion is given up."""

    def __init__(self, client: Client, path: str) -> None:
        self._client = client
        self._path = path
        self.locks: dict[str, Lock] = {}
        self.over = threading.Event()

    def run(self) -> None:
        """Watch, and put back."""
        deadline = time.monotonic() + _LONGEST_DELETION
        pause = _WATCH_SECONDS
        with suppress(ArmError, ArmUnavailableError):
            while (
                not self.over.wait(pause) and time.monotonic() < deadline and self._client.get(self._path) is not None
            ):
                pause = min(pause * 2, _LONGEST_WATCH)
        # What fails here is put back by the next update, which misses the lock.
        for lock in self.locks.values():
            with suppress(ArmError, ArmUnavailableError):
                self._client.put(f"{lock.id}?{_VERSION}", lock.body)


def _lock(item: Mapping[str, Any]) -> Lock:
    properties = item.get("properties") or {}
    return Lock(str(item["id"]), str(properties.get("level", "")), str(properties.get("notes") or ""))


def _last(identity: str) -> str:
    return identity.rpartition("/")[2]


def _tell(locks: Iterable[Lock]) -> None:
    for lock in locks:
        notes = f" ({lock.notes})" if lock.notes else ""
        pulumi.log.error(
            f"The {lock.level} lock {lock.name!r} on {lock.scope}{notes} does not belong to this scale set. Its "
            f"owner can remove it: az lock delete --ids {lock.id}"
        )
