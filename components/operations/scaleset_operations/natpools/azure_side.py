"""The calls of a migration: what is there, what is changed, and how instances follow a model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from scaleset_core.modes import Mode
from scaleset_operations.azure import Azure
from scaleset_operations.calls import API_VERSIONS, COMPUTE, Call
from scaleset_operations.detach import upgrades
from scaleset_operations.errors import OperationsError
from scaleset_operations.instances import Instance
from scaleset_operations.inventory import live_instances
from scaleset_operations.natpools.bodies import sendable
from scaleset_operations.natpools.checks import ENDED
from scaleset_operations.natpools.reading import upgrade_state
from scaleset_operations.pools import mode_of
from scaleset_operations.protection import Wanted, plan_protect
from scaleset_operations.target import Target, last_segment, parse_target

Body = Mapping[str, Any]
Say = Callable[[str], None]
_NETWORK = API_VERSIONS["load_balancers"]


class CheckFailedError(OperationsError):
    """What has to hold after a step does not: the next one is not begun."""


class AzureSide:
    """Azure, for one migration; with ``dry`` calls are recorded, and what is read is as if they had been made.

    Attributes:
        calls: What was sent, or would be.

    Args:
        azure: The clients of the subscription.
        say: Tells progress, a line at a time.
        batch: How many instances of a set follow the model at a time; 0: all.
        pause: Seconds between two batches.
        patience: Seconds to wait for a rolling upgrade.
        poll: Seconds between two looks at one.
        dry: Record the calls in place of making them.
    """

    def __init__(
        self,
        azure: Azure,
        say: Say,
        *,
        batch: int = 0,
        pause: float = 0,
        patience: float = 7200,
        poll: float = 5,
        dry: bool = False,
    ) -> None:
        self.azure, self.say, self.dry = azure, say, dry
        self.batch, self.pause, self.patience, self.poll = batch, pause, patience, poll
        self.calls: list[Call] = []
        self._as_if: dict[str, dict[str, Any]] = {}
        self._changed: set[str] = set()

    async def find(self, identity: str) -> dict[str, Any] | None:
        """A set or a load balancer; None if there is none."""
        version = _NETWORK if "/microsoft.network/" in identity.lower() else COMPUTE
        return self._as_if.get(identity.lower()) or await self.azure.get(identity, version)

    async def get(self, identity: str) -> dict[str, Any]:
        """A set or a load balancer.

        Raises:
            CheckFailedError: It is gone.
        """
        found = await self.find(identity)
        if found is None:
            raise CheckFailedError(f"{last_segment(identity)}: it does not exist any more, and the migration needs it.")
        return found

    async def send(self, call: Call) -> None:
        """Make one call."""
        self.calls.append(call)
        if not self.dry:
            await self.azure.invoke(call)

    async def put_balancer(self, balancer: Body) -> None:
        """Write a load balancer."""
        identity = str(balancer["id"])
        parts = identity.strip("/").split("/")
        await self.send(
            Call(
                group="load_balancers",
                method="begin_create_or_update",
                arguments=(parts[3], parts[-1]),
                verb="PUT",
                path=identity,
                body=sendable(balancer),
            )
        )
        if self.dry:
            self._as_if[identity.lower()] = dict(balancer)

    async def patch_network(self, model: Body, network: Body) -> None:
        """Write the network profile of a set's model, and nothing else of it."""
        target = parse_target(str(model["id"]))
        await self.send(
            Call(
                group="virtual_machine_scale_sets",
                method="begin_update",
                arguments=(target.resource_group, target.name),
                verb="PATCH",
                path=target.id,
                body={"properties": {"virtualMachineProfile": {"networkProfile": network}}},
            )
        )
        self._changed.add(target.id.lower())
        if self.dry:
            inner = model["properties"]
            profile = {**inner["virtualMachineProfile"], "networkProfile": network}
            self._as_if[target.id.lower()] = {**model, "properties": {**inner, "virtualMachineProfile": profile}}

    # Instances.

    async def instances(self, identity: str) -> list[Instance]:
        """The instances of a set."""
        return await live_instances(self.azure, parse_target(identity), Mode.UNIFORM)

    async def follow(self, identity: str) -> None:
        """Bring the instances of a set to its model.

        With the Rolling mode Azure begins by itself when the model changes, and that is waited for. With Automatic the
        PATCH has done it. What is left is brought up here, a batch at a time.

        Raises:
            CheckFailedError: A rolling upgrade failed, or an instance did.
        """
        target, model = parse_target(identity), await self.get(identity)
        mode = mode_of(model)
        if mode == "Rolling":
            await self._rolled(target)
        left = [each for each in await self.instances(identity) if self._behind(each, identity, mode)]
        well = {each.name for each in left if each.health == "healthy"}
        size = self.batch or max(1, len(left))
        for start in range(0, len(left), size):
            if start and self.pause and not self.dry:
                await asyncio.sleep(self.pause)
            part = left[start : start + size]
            for call in upgrades(target, part):
                await self.send(call)
            if not self.dry:
                await self._check_batch(identity, part, well)
            done = min(start + size, len(left))
            self.say(f"  {target.name}: {done} of {len(left)} instances follow the model")

    def _behind(self, instance: Instance, identity: str, mode: str) -> bool:
        if self.dry and identity.lower() in self._changed:
            return mode == "Manual"
        return instance.latest_model is not True

    async def _rolled(self, target: Target) -> None:
        """Wait for the end of the rolling upgrade that the change of the model has begun."""
        waited = 0.0
        while not self.dry and (state := await upgrade_state(self.azure, target)).lower() not in ENDED:
            if waited >= self.patience:
                raise CheckFailedError(
                    f"{target.name}: its rolling upgrade goes on after {waited:.0f} s ({state}). Run this again later."
                )
            if not waited:
                self.say(f"  {target.name}: Azure upgrades the instances in its own batches")
            await asyncio.sleep(self.poll)
            waited += self.poll
        if not self.dry and target.id.lower() in self._changed and state.lower() in {"faulted", "cancelled"}:
            raise CheckFailedError(
                f"{target.name}: its rolling upgrade has ended as {state}. Look at the instances' health; then run "
                "this again, which brings up those that are left, or with --rollback."
            )

    async def _check_batch(self, identity: str, part: list[Instance], well: set[str]) -> None:
        names = {each.name for each in part}
        now = [each for each in await self.instances(identity) if each.name in names]
        bad = [each.name for each in now if each.provisioning == "Failed"]
        sick = [each.name for each in now if each.name in well and each.health == "unhealthy"]
        if bad or sick:
            why = "not healthy any more" if sick and not bad else "the provisioning has failed"
            raise CheckFailedError(f"{', '.join(bad or sick)}: {why}; the other instances are not changed.")

    # Protection.

    async def protect(self, identity: str, instances: list[Instance], *, actions: bool) -> None:
        """Lift the protection from scale-set actions, or put it back; that from scale-in stays."""
        if not instances:
            return
        wanted = Wanted(scale_set_actions=actions)
        for call in plan_protect(Mode.UNIFORM, parse_target(identity), instances, wanted, named=True).calls:
            await self.send(call)
