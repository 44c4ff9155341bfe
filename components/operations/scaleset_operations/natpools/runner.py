"""Running a migration: each step brings about what has to hold after it, however far it came before.

A step looks at what is there and changes the rest, so that it can be run again after a failure or a kill. The order is
Azure's: a NAT pool that a model or an instance uses cannot be removed, and a load balancer has no NAT rules beside NAT
pools. So the ports of all its NAT pools are away from the first instance's upgrade until the rules are there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from scaleset_operations.errors import AzureError, OperationsError
from scaleset_operations.natpools import bodies
from scaleset_operations.natpools.azure_side import AzureSide, CheckFailedError
from scaleset_operations.natpools.journal import Journal
from scaleset_operations.natpools.model import Plan
from scaleset_operations.natpools.steps import BACK, DOES, Step
from scaleset_operations.pools import used_nat_pools
from scaleset_operations.target import last_segment

_LATE = (
    "That set is new since the migration was planned, or Resource Graph did not show it yet. Undo the migration "
    "with --rollback and plan again, or remove the NAT pool from the set: `scaleset set detach`."
)
_IN_USE = "LoadBalancerInboundNatPoolInUseByVirtualMachineScaleSet"


class Migration:
    """The migration of one load balancer.

    Args:
        side: Azure.
        plan: The plan.
        journal: What was done; None: nothing is written down (``--dry-run``).
        lift: Whether protection from scale-set actions is lifted.
    """

    def __init__(self, side: AzureSide, plan: Plan, journal: Journal | None, *, lift: bool = False) -> None:
        self.side, self.plan, self.journal, self.lift = side, plan, journal, lift
        self.dry_protected: list[tuple[str, str]] = []

    async def forward(self) -> None:
        """Do what is left. Protection that was lifted is put back, also where a step fails.

        Raises:
            CheckFailedError: What has to hold after a step does not.
            AzureError: Azure refused.
        """
        steps: dict[Step, Callable[[], Awaitable[None]]] = {
            Step.LIFT: self._lift,
            Step.POOLS: self._pools,
            Step.MODELS: lambda: self._models(back=False),
            Step.INSTANCES: lambda: self._instances(back=False),
            Step.RULES: self._rules,
        }
        await self._run(steps, DOES)

    async def backward(self) -> None:
        """Put back what was there before, from the load balancer's rules to its backend pools.

        Raises:
            CheckFailedError: What has to hold after a step does not.
            AzureError: Azure refused.
        """
        if self.journal is not None:
            self.journal.turn_back()
        steps: dict[Step, Callable[[], Awaitable[None]]] = {
            Step.LIFT: self._lift,
            Step.RULES: self._rules_back,
            Step.MODELS: lambda: self._models(back=True),
            Step.INSTANCES: lambda: self._instances(back=True),
            Step.POOLS: self._pools_back,
        }
        await self._run(steps, {**DOES, **BACK})
        if self.journal is not None:
            self.journal.forget()

    async def _run(self, steps: dict[Step, Callable[[], Awaitable[None]]], words: dict[Step, str]) -> None:
        try:
            for step, work in steps.items():
                if step is Step.LIFT and not (self.lift or self._protected):
                    continue
                self.side.say(f"{step}: {words[step]}")
                await work()
                if self.journal is not None and not self.journal.back:
                    self.journal.end(step.value)
        except (OperationsError, asyncio.CancelledError):
            try:
                await self._restore()
            except OperationsError as error:
                self.side.say(f"{Step.RESTORE}: protection is not back ({error}); the next run puts it back")
            raise
        await self._restore()

    # Protection.

    @property
    def _protected(self) -> list[tuple[str, str]]:
        return self.journal.protected if self.journal is not None else self.dry_protected

    async def _sets(self) -> list[str]:
        """The sets that are still there: one that somebody has deleted meanwhile has nothing to change."""
        return [each for each in self.plan.sets if await self.side.find(each) is not None]

    async def _lift(self) -> None:
        for identity in await self._sets():
            held = [each for each in await self.side.instances(identity) if each.protect_actions]
            found = [(identity, each.instance_id) for each in held]
            if not found:
                continue
            if self.journal is not None:
                self.journal.lifted(found)
            else:
                self.dry_protected += found
            await self.side.protect(identity, held, actions=False)

    async def _restore(self) -> None:
        if not self._protected:
            return
        self.side.say(f"{Step.RESTORE}: {DOES[Step.RESTORE]}")
        for identity in await self._sets():
            wanted = {instance for name, instance in self._protected if name.lower() == identity.lower()}
            if wanted:
                found = [each for each in await self.side.instances(identity) if each.instance_id in wanted]
                if self.side.dry:
                    found = [replace(each, protect_actions=False) for each in found]
                await self.side.protect(identity, found, actions=True)
        if self.journal is not None:
            self.journal.restored()

    # Forward.

    async def _pools(self) -> None:
        balancer = await self.side.get(self.plan.balancer)
        if bodies.missing_pools(balancer, self.plan.new_pools):
            await self.side.put_balancer(bodies.with_pools(balancer, self.plan.new_pools))
        missing = bodies.missing_pools(await self.side.get(self.plan.balancer), self.plan.new_pools)
        if missing:
            raise CheckFailedError(f"{self.plan.name}: the backend pools {', '.join(missing)} are not there.")

    async def _models(self, *, back: bool) -> None:
        for identity in await self._sets():
            changes = self.plan.of_set(identity)
            model = await self.side.get(identity)
            if not bodies.as_wanted(model, changes, back=back):
                change = bodies.backward if back else bodies.forward
                await self.side.patch_network(model, change(model, changes))
                self.side.say(f"  {last_segment(identity)}: the model is changed")
            if not bodies.as_wanted(await self.side.get(identity), changes, back=back):
                raise CheckFailedError(
                    f"{last_segment(identity)}: its model is not as it was written, or an IP configuration is "
                    "missing. Find out who else changes it."
                )

    async def _instances(self, *, back: bool) -> None:
        for identity in await self._sets():
            await self.side.follow(identity)
            if self.side.dry:
                continue
            found = await self.side.instances(identity)
            behind = [each.name for each in found if each.latest_model is False]
            if behind:
                raise CheckFailedError(f"{', '.join(behind)}: not on the latest model of {last_segment(identity)}.")
        if not back and not self.side.dry:
            await self._nobody_uses_them()

    async def _nobody_uses_them(self) -> None:
        balancer = await self.side.get(self.plan.balancer)
        left = bodies.ports_of_nat_pools(balancer, self.plan)
        if left:
            known = tuple(f"{each.lower()}/" for each in self.plan.sets)
            late = "" if all(each.lower().startswith(known) for each in left) else f" {_LATE}"
            raise CheckFailedError(f"{', '.join(left)}: still at a port of a NAT pool.{late}")

    async def _rules(self) -> None:
        balancer = await self.side.get(self.plan.balancer)
        if not bodies.is_migrated(balancer, self.plan):
            foreign = bodies.foreign_nat_pools(balancer, self.plan)
            if foreign:
                raise CheckFailedError(
                    f"{self.plan.name}: the NAT pool {', '.join(foreign)} is new since the migration was "
                    "planned. Remove it and run this again, or undo the migration with --rollback and plan again."
                )
            await self._unused()
            await self._put_rules(bodies.migrated(balancer, self.plan))
            self.side.say(f"  {self.plan.name}: {len(self.plan.rules)} rules in place of the NAT pools")
        if not self.side.dry and not bodies.is_migrated(await self.side.get(self.plan.balancer), self.plan):
            raise CheckFailedError(f"{self.plan.name}: the rules are not as they were written.")

    async def _put_rules(self, wanted: dict[str, Any]) -> None:
        try:
            await self.side.put_balancer(wanted)
        except AzureError as error:
            if error.code != _IN_USE:
                raise
            raise CheckFailedError(f"{error} {_LATE}") from None

    async def _unused(self) -> None:
        for identity in await self._sets():
            used = [each for each in used_nat_pools(await self.side.get(identity)) if self._ours(each)]
            if used:
                raise CheckFailedError(
                    f"{last_segment(identity)}: its model uses {', '.join(map(last_segment, used))} again. "
                    "Somebody else has changed it, perhaps a deployment: run this again."
                )

    def _ours(self, nat_pool: str) -> bool:
        return nat_pool.lower().startswith(f"{self.plan.balancer}/inboundNatPools/".lower())

    # Back.

    async def _rules_back(self) -> None:
        balancer = await self.side.get(self.plan.balancer)
        if bodies.has_rules(balancer, self.plan):
            # The ports have to be free before the NAT pools may have them again.
            await self.side.put_balancer(bodies.without_rules(balancer, self.plan))
            balancer = await self.side.get(self.plan.balancer)
        if not bodies.has_nat_pools(balancer, self.plan):
            await self.side.put_balancer(bodies.with_nat_pools(balancer, self.plan))
        balancer = await self.side.get(self.plan.balancer)
        if bodies.has_rules(balancer, self.plan) or not bodies.has_nat_pools(balancer, self.plan):
            raise CheckFailedError(f"{self.plan.name}: its NAT pools are not back.")

    async def _pools_back(self) -> None:
        balancer = await self.side.get(self.plan.balancer)
        if len(bodies.missing_pools(balancer, self.plan.new_pools)) < len(self.plan.new_pools):
            await self.side.put_balancer(bodies.without_pools(balancer, self.plan.new_pools))
