"""The move of an availability set's machines into a Flexible scale set, step by step.

A step looks at what is there and changes the rest, so that it can be run again after a failure or a kill. What the
machines were before (whether they ran, which pools their interfaces are in) is in the journal from the beginning.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from scaleset_migration.availability.blockers import blockers
from scaleset_migration.availability.live import read_availability, read_machine
from scaleset_migration.availability.saved import SavedMove
from scaleset_migration.availability.ways import MoveStep, Way, steps
from scaleset_migration.cutover.calling import Body, Caller, CheckFailedError, Manner, Say, batches, well
from scaleset_migration.cutover.journal import Journal
from scaleset_migration.cutover.site import NETWORK, interfaces_of
from scaleset_migration.reverse.parts import at
from scaleset_operations import pools
from scaleset_operations.azure import Azure
from scaleset_operations.calls import COMPUTE
from scaleset_operations.instances import Instance
from scaleset_operations.target import same_id

_IN_THE_SET = "properties.virtualMachineScaleSet.id"


class Move(Caller):
    """A move that goes on or back.

    Args:
        azure: The clients of the subscription.
        plan: What was planned.
        journal: What was done.
        say: Tells progress, a line at a time.
        manner: How it is done.
    """

    def __init__(self, azure: Azure, plan: SavedMove, journal: Journal, say: Say, manner: Manner) -> None:
        super().__init__(azure, journal, say, manner)
        self.plan = plan
        self.name = plan.old.rsplit("/", 1)[-1]
        self.steps = tuple(steps(plan.way))

    async def begin(self, *, retire: bool) -> None:
        """Record what is there before anything is changed; what an earlier run recorded is kept.

        Args:
            retire: Whether the availability set will be deleted in the end.

        Raises:
            CheckFailedError: Something would stop the move half-way; all problems are listed.
        """
        if self.journal.before:
            return
        group = self.plan.old.split("/")[4]
        found = await read_availability(self.azure, group=group, name=self.name, with_locks=True)
        if not found:
            raise CheckFailedError(f"{self.name}: there is no such availability set in {group}.")
        obstacles = blockers(found[0], self.plan.new, self.plan.way, retire=retire)
        wrong = [str(each) for each in obstacles if each.certain]
        if await self.look(self.plan.new) is not None and not found[0].target:
            wrong.append(f"{self.plan.name}: A scale set of this name exists already. Plan with another --new-name.")
        there = {each.vm.id.lower() for each in found[0].machines}
        if there != {each.lower() for each in self.plan.machines}:
            wrong.append("machines: They have changed since the plan. Plan again.")
        if wrong:
            raise CheckFailedError("\n  - ".join(["nothing was begun:", *wrong]))
        machines = {each: await self._noted(each) for each in self.plan.machines}
        before = {"availabilitySet": await self.must(self.plan.old), "machines": machines}
        if self.dry:
            self.journal.before = before
        else:
            self.journal.begin(before)

    async def _noted(self, identity: str) -> dict[str, Any]:
        machine = await self._machine(identity)
        faces = [str(each["id"]) for each in interfaces_of(machine.model)]
        found = {face: pools.pools_of(await self.must(face, NETWORK)) for face in faces}
        return {"running": machine.power == "running", "faces": found}

    async def _machine(self, identity: str) -> Instance:
        """A machine as it is now."""
        return await read_machine(self.azure, identity)

    # Forwards.

    async def forward(self, step: MoveStep) -> None:
        """Do a step and check it.

        Raises:
            CheckFailedError: What has to hold after it does not.
            AzureError: Azure refused.
        """
        doing: Mapping[MoveStep, tuple[Callable[[], Awaitable[None]], Callable[[], Awaitable[None]]]] = {
            MoveStep.CREATE: (self._create, self._validate),
            MoveStep.START: (self._start, self._check_started),
            MoveStep.MOVE: (self._move, self._check_moved),
            MoveStep.RETIRE: (self._retire, self._check_gone),
            MoveStep.CONVERT: (self._convert, self._check_converted),
        }
        do, check = doing[step]
        await do()
        if not self.dry:
            await check()
            self.journal.end(step.value)

    @property
    def _reference(self) -> Body:
        return {"virtualMachineScaleSetFlexible": {"id": self.plan.new}}

    async def _create(self) -> None:
        if await self.look(self.plan.new) is None:
            await self.put(self.plan.new, COMPUTE, self.plan.body)
            self.say(f"  created {self.plan.name}")

    async def _validate(self) -> None:
        if not await self._migrating():
            tail = "/validateMigrationToVirtualMachineScaleSet"
            await self.send("POST", self.plan.old, COMPUTE, self._reference, tail)

    async def _migrating(self) -> bool:
        """Whether the availability set is in migration mode."""
        body = await self.look(self.plan.old)
        info = "properties.virtualMachineScaleSetMigrationInfo.migrateToVirtualMachineScaleSet.id"
        return body is not None and same_id(str(at(body, info) or ""), self.plan.new)

    async def _start(self) -> None:
        if not await self._migrating():
            await self.send("POST", self.plan.old, COMPUTE, self._reference, "/startMigrationToVirtualMachineScaleSet")

    async def _check_started(self) -> None:
        if not await self._migrating():
            raise CheckFailedError(f"{self.name}: it is not in migration mode.")

    async def _move(self) -> None:
        for index, batch in enumerate(batches(self.plan.machines, self.manner.batch)):
            if index:
                await self.rest()
            await asyncio.gather(*(self._take(each) for each in batch))

    async def _take(self, identity: str) -> None:
        """Move one machine, from the state in which an earlier run left it."""
        before, name = self.journal.before["machines"][identity], identity.rsplit("/", 1)[-1]
        machine = await self._machine(identity)
        if not self._is_in(machine):
            leaving = [each for each in before["faces"] if await self._put_into(each, ())]
            if leaving:
                await self.rest()  # connections end
            zone = self.plan.zones.get(name)
            body = {"targetZone": zone} if zone else {}
            await self.send("POST", identity, COMPUTE, body, "/migrateToVirtualMachineScaleSet")
            self.say(f"  {name} is in {self.plan.name}")
        if before["running"]:
            if self.dry or machine.power != "running" or not self._is_in(machine):
                await self.send("POST", identity, COMPUTE, None, "/start")
            if not self.dry:
                await self.settled(lambda: self._unwell(identity))
        for face, wanted in before["faces"].items():
            await self._put_into(face, wanted)
        self.say(f"  {name} runs" if before["running"] else f"  {name} stays stopped, as it was")

    def _is_in(self, machine: Instance) -> bool:
        return same_id(str(at(machine.model, _IN_THE_SET) or ""), self.plan.new)

    async def _put_into(self, face: str, wanted: Any) -> bool:
        """Put an interface into these pools; whether that changes anything."""
        body = await self.must(face, NETWORK)
        changed = pools.with_pools(body, wanted)
        differs = pools.pools_of(changed) != pools.pools_of(body)
        if differs or (self.dry and any(wanted)):
            await self.put(face, NETWORK, changed)
        return differs

    async def _unwell(self, identity: str) -> list[str]:
        machine = await self._machine(identity)
        return [] if well(machine) and machine.power == "running" else [machine.name]

    async def _check_moved(self) -> None:
        outside = []
        for identity in self.plan.machines:
            machine = await self._machine(identity)
            if not self._is_in(machine):
                outside.append(machine.name)
        if outside:
            raise CheckFailedError(f"{', '.join(outside)}: not in {self.plan.name}.")

    async def _retire(self) -> None:
        if await self.look(self.plan.old) is not None:
            await self.send("DELETE", self.plan.old, COMPUTE)

    async def _check_gone(self) -> None:
        if await self.look(self.plan.old) is not None:
            raise CheckFailedError(f"{self.name}: it still exists.")

    async def _convert(self) -> None:
        if await self.look(self.plan.old) is not None:
            body = {"virtualMachineScaleSetName": self.plan.name}
            await self.send("POST", self.plan.old, COMPUTE, body, "/convertToVirtualMachineScaleSet")

    async def _check_converted(self) -> None:
        await self._check_moved()
        await self._check_gone()
        was = self.journal.before["machines"]
        now = [await self._machine(each) for each in self.plan.machines if was[each]["running"]]
        stopped = [each.name for each in now if each.power != "running"]
        if stopped:
            raise CheckFailedError(f"{', '.join(stopped)}: does not run any more.")

    # Back.

    async def backward(self) -> None:
        """Cancel the migration, and undo what can be undone.

        Raises:
            CheckFailedError: Machines have moved: they stay in the scale set.
            AzureError: Azure refused.
        """
        machines = {each: await self._machine(each) for each in self.plan.machines}
        # What Azure has done, not the journal: a run may have been killed in between.
        if self.plan.way is Way.CONVERT and any(self._is_in(each) for each in machines.values()):
            raise CheckFailedError(f"{self.name} is converted, and a conversion cannot be undone.")
        for identity, machine in machines.items():
            await self._restored(identity, machine)
        if await self._migrating():
            await self.send("POST", self.plan.old, COMPUTE, None, "/cancelMigrationToVirtualMachineScaleSet")
        moved = [each.name for each in machines.values() if self._is_in(each)]
        if moved:
            raise CheckFailedError(
                f"{', '.join(moved)}: stays in {self.plan.name}: Azure cannot move a machine back. The migration "
                "is cancelled; the other machines are as before."
            )
        if await self.look(self.plan.new) is not None:
            await self.send("DELETE", self.plan.new, COMPUTE)

    async def _restored(self, identity: str, machine: Instance) -> None:
        """Start a machine and put it into its pools, as before, in whichever set it is now."""
        before = self.journal.before["machines"][identity]
        if before["running"] and machine.power != "running":
            await self.send("POST", identity, COMPUTE, None, "/start")
        for face, wanted in before["faces"].items():
            await self._put_into(face, wanted)
