"""The calls of a run: each is noted, and none is made by a dry run."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scaleset_migration.cutover.journal import Journal
from scaleset_operations.azure import Azure
from scaleset_operations.calls import COMPUTE, Call
from scaleset_operations.errors import OperationsError
from scaleset_operations.instances import Instance

Body = Mapping[str, Any]
Say = Callable[[str], None]
HEALTH_POLL = 5.0
"""Seconds between two looks at the health of instances."""


class CheckFailedError(OperationsError):
    """What has to hold after a step does not: the next one is not begun."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a run is done.

    Attributes:
        batch: How many instances are changed at a time.
        pause: Seconds between two batches.
        patience: Seconds to wait for the health of instances.
        dry: Record the calls in place of making them.
    """

    batch: int = 1
    pause: float = 30
    patience: float = 1800
    dry: bool = False


class Caller:
    """Looks at Azure, and changes it.

    Args:
        azure: The clients of the subscription.
        journal: What was done.
        say: Tells progress, a line at a time.
        manner: How it is done.
    """

    def __init__(self, azure: Azure, journal: Journal, say: Say, manner: Manner) -> None:
        self.azure, self.journal, self.say, self.manner = azure, journal, say, manner
        self.calls: list[Call] = []

    @property
    def dry(self) -> bool:
        """Whether nothing is changed."""
        return self.manner.dry

    async def look(self, identity: str, version: str = COMPUTE) -> dict[str, Any] | None:
        """A resource, None if there is none."""
        return await self.azure.get(identity, version)

    async def must(self, identity: str, version: str = COMPUTE) -> dict[str, Any]:
        """A resource that has to be there."""
        found = await self.look(identity, version)
        if found is None:
            raise CheckFailedError(f"{identity.rsplit('/', 1)[-1]}: it does not exist any more, and the run needs it.")
        return found

    async def send(self, verb: str, identity: str, version: str, body: Body | None = None, tail: str = "") -> None:
        """One call; a dry run only notes it."""
        call = Call(
            group="migration", method="", arguments=(), verb=verb, path=identity + tail, body=body,
            query={"api-version": version},
        )  # fmt: skip
        self.calls.append(call)
        if not self.dry:
            await self.azure.invoke(call)

    async def put(self, identity: str, version: str, body: Body) -> None:
        """Write a resource whole."""
        await self.send("PUT", identity, version, sendable(body))

    async def settled(self, look: Callable[[], Awaitable[list[str]]]) -> None:
        """Wait until no name is reported as unhealthy.

        Args:
            look: Returns the names of those that are unhealthy now.

        Raises:
            CheckFailedError: They are still unhealthy when the run's patience is over.
        """
        waited = 0.0
        while bad := await look():
            if waited >= self.manner.patience:
                raise CheckFailedError(f"{', '.join(bad)}: not healthy after {waited:.0f} s.")
            await asyncio.sleep(HEALTH_POLL)
            waited += HEALTH_POLL

    async def rest(self) -> None:
        """Wait between two batches."""
        if not self.dry and self.manner.pause:
            await asyncio.sleep(self.manner.pause)


def sendable(body: Body) -> dict[str, Any]:
    """A body without what Azure alone sets."""
    return {name: value for name, value in body.items() if name not in {"etag", "systemData", "id", "type"}}


def well(instance: Instance) -> bool:
    """Whether an instance runs, is provisioned, and reports no ill health."""
    return (
        instance.provisioning in {"Succeeded", ""}
        and instance.power in {"running", ""}
        and instance.health.lower() in {"", "healthy"}
    )


def batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """The items, so many at a time."""
    for start in range(0, len(items), max(1, size)):
        yield items[start : start + max(1, size)]
