"""A cut-over and its rollback.

The journal has the old set and the load balancer as they were before the first step: a rollback restores that.
"""

from collections.abc import Awaitable, Callable

from scaleset_migration.cutover.calling import CheckFailedError
from scaleset_migration.cutover.forward import Forward
from scaleset_migration.cutover.site import NETWORK, is_interface, is_nat_rule, rules_of, with_rules
from scaleset_migration.steps import Step
from scaleset_operations import pools
from scaleset_operations.calls import COMPUTE

_TOP = 8
"""The slashes in the id of a resource that is in no other one."""


class CutOver(Forward):
    """A cut-over that goes on or back."""

    async def backward(self, step: Step) -> None:
        """Undo a step.

        Raises:
            CheckFailedError: It cannot be undone.
            AzureError: Azure refused.
        """
        if step is Step.RETIRE:
            raise CheckFailedError("retire: the old set is deleted, and nothing brings it back.")
        undo: dict[Step, Callable[[], Awaitable[None]]] = {
            Step.PORTS: self._ports_back,
            Step.DRAIN: self._drain_back,
            Step.JOIN: self._join_back,
            Step.CREATE: self._create_back,
        }
        if step in undo:
            await undo[step]()
        if not self.dry:
            self.journal.back(step.value)

    async def _ports_back(self) -> None:
        before = self.journal.before
        for each in self.made:
            if is_interface(each):
                face = await self.look(each.id, each.version)
                if face is not None and any(rules_of(face)):
                    await self.put(each.id, each.version, with_rules(face, ()))
        for identity, balancer in before["balancers"].items():
            now = await self.must(identity, NETWORK)
            names = [each.id.rsplit("/", 1)[-1] for each in self.made if is_nat_rule(each)]
            freed = pools.without_rules(now, names)
            if freed != now:
                # The ports have to be free before the pools may have them again.
                await self.put(identity, NETWORK, freed)
            pooled = balancer["properties"].get("inboundNatPools")
            if [each.get("name") for each in pooled or []] != [
                each.get("name") for each in now["properties"].get("inboundNatPools") or []
            ]:
                freed["properties"]["inboundNatPools"] = pooled
                await self.put(identity, NETWORK, freed)
        model = await self.must(self.old.id)
        wanted = pools.nat_pools_of(before["set"])
        if pools.nat_pools_of(model) != wanted:
            await self.put(self.old.id, COMPUTE, pools.with_nat_pools(model, wanted))
        await self.upgrade(at_once=True)

    async def _drain_back(self) -> None:
        before, model = self.journal.before["set"], await self.must(self.old.id)
        if pools.pools_of(model) != pools.pools_of(before):
            await self.put(self.old.id, COMPUTE, pools.with_pools(model, pools.pools_of(before)))
        await self.upgrade(at_once=True)
        if pools.mode_of(before) != "Manual":
            await self.put(self.old.id, COMPUTE, pools.with_mode(await self.must(self.old.id), pools.mode_of(before)))

    async def _join_back(self) -> None:
        model = await self.look(self.new.id)
        if model is not None and pools.in_pools(model):
            await self.put(self.new.id, COMPUTE, pools.with_pools(model, ()))
        for face in await self.faces():
            if pools.in_pools(face):
                await self.put(str(face["id"]), NETWORK, pools.with_pools(face, ()))

    async def _create_back(self) -> None:
        own = [each for each in self.made if "/virtualmachines/" in each.id.lower() and each.id.count("/") == _TOP]
        for each in own:
            if await self.look(each.id, each.version) is not None:
                await self.send("DELETE", each.id, each.version)
        if await self.look(self.new.id) is not None:
            await self.send("DELETE", self.new.id, COMPUTE)
        for each in reversed(self.made):  # an interface before its public address
            network = "/microsoft.network/" in each.id.lower() and not is_nat_rule(each)
            if network and await self.look(each.id, each.version) is not None:
                await self.send("DELETE", each.id, each.version)
