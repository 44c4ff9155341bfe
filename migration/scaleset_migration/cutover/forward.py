"""The steps of a cut-over.

A step looks at what is there and changes the rest, so that it can be run again after a failure or a kill.
"""

import asyncio
from collections.abc import Awaitable, Sequence

from scaleset_core.modes import Mode
from scaleset_migration.cutover.calling import Body, CheckFailedError, batches, well
from scaleset_migration.cutover.preflight import problems
from scaleset_migration.cutover.site import (
    NETWORK,
    Site,
    is_interface,
    is_nat_rule,
    rules_of,
    unreachable,
    with_rules,
)
from scaleset_migration.steps import Step
from scaleset_operations import pools
from scaleset_operations.calls import COMPUTE


class Forward(Site):
    """A cut-over that goes on."""

    async def begin(self, *, retire: bool) -> None:
        """Record what is there before anything is changed; what an earlier run recorded is kept.

        Args:
            retire: Whether the old set will be deleted in the end.

        Raises:
            CheckFailedError: Something would stop the cut-over half-way; all problems are listed.
        """
        if self.journal.before:
            return
        old = await self.must(self.old.id)
        used = list(pools.used_nat_pools(old))
        ids = sorted({each.partition("/inboundNatPools/")[0] for each in used})
        balancers = {each: await self.must(each, NETWORK) for each in ids}
        found = await problems(self.azure, self.old, balancers, used, retire=retire)
        if found:
            raise CheckFailedError("nothing was begun. " + "; ".join(found) + ".")
        before = {"set": old, "balancers": balancers}
        if self.dry:
            self.journal.before = before
        else:
            self.journal.begin(before)

    async def forward(self, step: Step) -> None:
        """Do a step and check it.

        Raises:
            CheckFailedError: What has to hold after it does not.
            AzureError: Azure refused.
        """
        await self._doing(step)
        if not self.dry:
            await self._checking(step)
            self.journal.end(step.value)

    def _doing(self, step: Step) -> Awaitable[None]:
        return {
            Step.CREATE: self._create,
            Step.HEALTH: self._health,
            Step.JOIN: self._join,
            Step.DRAIN: self._drain,
            Step.PORTS: self._ports,
            Step.RETIRE: self._retire,
        }[step]()

    async def _create(self) -> None:
        for each in self.made:
            if is_nat_rule(each) or await self.look(each.id, each.version) is not None:
                continue
            await self.put(each.id, each.version, unreachable(each))
            self.say(f"  made {each.id.rsplit('/', 1)[-1]}")

    async def _health(self) -> None:
        """Wait for the new instances."""
        if self.dry:
            return
        await self.settled(self._unwell)

    async def _unwell(self) -> list[str]:
        return [each.name for each in await self.members_of(self.new, Mode.FLEXIBLE) if not well(each)]

    async def _join(self) -> None:
        wanted = self.wanted_pools("scaleSet")
        model = await self.look(self.new.id)
        if model is not None and (model["properties"].get("virtualMachineProfile")) and pools.pools_of(model) != wanted:
            await self.put(self.new.id, COMPUTE, pools.with_pools(model, wanted))
        own = {each.id.lower(): pools.pools_of(each.body) for each in self.made if is_interface(each)}
        waiting = [
            (face, pools.with_pools(face, own.get(str(face["id"]).lower(), wanted)))
            for face in await self.faces()
            if pools.pools_of(face) != own.get(str(face["id"]).lower(), wanted)
        ]
        for index, batch in enumerate(batches(waiting, self.manner.batch)):
            if index:
                await self.rest()
            await asyncio.gather(*(self.put(str(face["id"]), NETWORK, body) for face, body in batch))
            self.say(f"  {', '.join(str(face.get('name')) for face, _ in batch)} joined the pools")

    async def _drain(self) -> None:
        model = await self.must(self.old.id)
        if pools.in_pools(model) or pools.mode_of(model) != "Manual":
            await self.put(self.old.id, COMPUTE, pools.with_mode(pools.with_pools(model, ()), "Manual"))
        await self.upgrade()

    async def _ports(self) -> None:
        model = await self.must(self.old.id)
        used = list(pools.used_nat_pools(self.journal.before["set"] if self.journal.before else model))
        if list(pools.used_nat_pools(model)):
            await self.put(self.old.id, COMPUTE, pools.with_nat_pools(model, ()))
        await self.upgrade(at_once=True)
        rules = [each for each in self.made if is_nat_rule(each)]
        for identity in sorted({each.partition("/inboundNatPools/")[0] for each in used}):
            balancer = await self.must(identity, NETWORK)
            names = [each.rsplit("/", 1)[-1] for each in used if each.startswith(identity)]
            there = [each for each in rules if each.id.lower().startswith(f"{identity.lower()}/")]
            bodies = [{"name": each.id.rsplit("/", 1)[-1], **each.body} for each in there]
            wanted = pools.with_rules(pools.without_nat_pools(balancer, names), bodies)
            if not self._settled(balancer, names, bodies):
                await self.put(identity, NETWORK, wanted)
                self.say(f"  {identity.rsplit('/', 1)[-1]}: {len(bodies)} NAT rules in place of {len(names)} NAT pools")
        await self._attach_rules()

    def _settled(self, balancer: Body, gone: Sequence[str], rules: Sequence[Body]) -> bool:
        inner = balancer.get("properties") or {}
        left = {str(each.get("name")) for each in inner.get("inboundNatPools") or []} & set(gone)
        there = {str(each.get("name")) for each in inner.get("inboundNatRules") or []}
        return not left and {str(each["name"]) for each in rules} <= there

    async def _attach_rules(self) -> None:
        """The NAT rules of named instances are used by their interfaces."""
        for each in self.made:
            if is_interface(each) and any(rules_of(each.body)):
                face = await self.look(each.id, each.version)
                if face is not None and rules_of(face) != rules_of(each.body):
                    await self.put(each.id, each.version, with_rules(face, rules_of(each.body)))

    async def _retire(self) -> None:
        if await self.look(self.old.id) is not None:
            await self.send("DELETE", self.old.id, COMPUTE)

    async def _checking(self, step: Step) -> None:
        if step is Step.CREATE:
            await self._check_created()
        if step in {Step.HEALTH, Step.JOIN, Step.DRAIN}:
            await self._check_healthy()
        if step is Step.JOIN:
            outside = [str(each.get("name")) for each in await self.faces() if not pools.in_pools(each)]
            if outside and any(self.wanted_pools("scaleSet")):
                raise CheckFailedError(f"{', '.join(outside)}: in no backend pool.")
        if step in {Step.DRAIN, Step.PORTS}:
            behind = [each.name for each in await self.members_of(self.old, Mode.UNIFORM) if each.latest_model is False]
            if behind:
                raise CheckFailedError(f"{', '.join(behind)}: not on the old set's latest model.")
        if step is Step.RETIRE and await self.look(self.old.id) is not None:
            raise CheckFailedError(f"{self.old.name}: it is still there.")

    async def _check_created(self) -> None:
        missing = [
            each.id.rsplit("/", 1)[-1]
            for each in self.made
            if not is_nat_rule(each) and await self.look(each.id, each.version) is None
        ]
        if missing:
            raise CheckFailedError(f"{', '.join(missing)}: not made.")

    async def _check_healthy(self) -> None:
        bad = await self._unwell()
        if bad:
            raise CheckFailedError(f"{', '.join(bad)}: not healthy; the old set keeps what it has.")
