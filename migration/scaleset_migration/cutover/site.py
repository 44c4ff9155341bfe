"""What a cut-over sees of Azure, and how it changes it."""

import asyncio
from collections.abc import Sequence
from typing import Any

from pulumi_azure_scaleset.plan.resources import Plan
from scaleset_core.modes import Mode
from scaleset_migration.cutover.arm import Made, resources
from scaleset_migration.cutover.calling import Body, Caller, Manner, Say, batches
from scaleset_migration.cutover.journal import Journal
from scaleset_operations import pools
from scaleset_operations.azure import Azure
from scaleset_operations.calls import API_VERSIONS, COMPUTE
from scaleset_operations.instances import Instance
from scaleset_operations.inventory import live_instances
from scaleset_operations.target import Target, parse_target

NETWORK = API_VERSIONS["network_interfaces"]
"""The api-version of load balancers and network interfaces."""


class Site(Caller):
    """The old set, the new one, and the calls between.

    Args:
        azure: The clients of the set's subscription.
        old: The old set's id.
        plan: What the twin is made of.
        journal: What was done.
        say: Tells progress, a line at a time.
        manner: How it is done.
    """

    def __init__(
        self,
        azure: Azure,
        old: str,
        plan: Plan,
        journal: Journal,
        say: Say,
        manner: Manner,
    ) -> None:
        super().__init__(azure, journal, say, manner)
        self.old = parse_target(old)
        root = self.old.group_id
        self.made = list(resources(plan, root))
        self.new = parse_target(next(each.id for each in self.made if each.key == "scaleSet"))

    async def members_of(self, target: Target, mode: Mode) -> list[Instance]:
        """The instances of a set; none if there is no set."""
        if mode is Mode.FLEXIBLE and await self.look(target.id) is None:
            return []
        return await live_instances(self.azure, target, mode)

    async def faces(self) -> list[dict[str, Any]]:
        """The network interfaces of the new instances."""
        members = await self.members_of(self.new, Mode.FLEXIBLE)
        ids = [str(each["id"]) for member in members for each in interfaces_of(member.model)]
        found = await asyncio.gather(*(self.must(each, NETWORK) for each in ids))
        return sorted(found, key=lambda each: str(each.get("id")))

    async def upgrade(self, *, at_once: bool = False) -> None:
        """Bring the old set's instances to its model, a batch at a time."""
        found = await self.members_of(self.old, Mode.UNIFORM)
        members = [each for each in found if self.dry or each.latest_model is not True]
        size = len(members) if at_once else self.manner.batch
        for index, batch in enumerate(batches(members, max(1, size))):
            if index:
                await self.rest()
            names = [each.instance_id for each in batch]
            await self.send("POST", self.old.id, COMPUTE, {"instanceIds": names}, "/manualupgrade")
            self.say(f"  instances {', '.join(names)} follow the model")

    def wanted_pools(self, key: str) -> list[dict[str, Any]]:
        """The pools in which a resource of the plan must be."""
        return pools.pools_of(next(each.body for each in self.made if each.key == key))


def interfaces_of(machine: Body) -> list[Body]:
    """The references to a machine's interfaces."""
    inner = machine.get("properties") or {}
    return list((inner.get("networkProfile") or {}).get("networkInterfaces") or [])


def is_interface(made: Made) -> bool:
    """Whether a resource is a network interface."""
    return "/networkinterfaces/" in made.id.lower()


def is_nat_rule(made: Made) -> bool:
    """Whether a resource is an inbound NAT rule of a load balancer."""
    return "/inboundnatrules/" in made.id.lower()


def unreachable(made: Made) -> dict[str, Any]:
    """The body without pools and NAT rules: nobody reaches the instance yet."""
    if is_interface(made):
        return with_rules(pools.with_pools(made.body, ()), ())
    return pools.with_pools(made.body, ()) if made.key == "scaleSet" else made.body


def rules_of(face: Body) -> list[list[str]]:
    """Per IP configuration: the ids of its NAT rules."""
    found = ((face.get("properties") or {}).get("ipConfigurations")) or []
    return [
        [str(rule.get("id")) for rule in (each.get("properties") or {}).get("loadBalancerInboundNatRules") or []]
        for each in found
    ]


def with_rules(face: Body, wanted: Sequence[Sequence[str]]) -> dict[str, Any]:
    """The interface with these NAT rules per IP configuration, and no NAT pools."""
    found = pools.with_nat_pools(face, ())
    for index, each in enumerate(found["properties"].get("ipConfigurations") or []):
        inner = each.setdefault("properties", {})
        inner.pop("loadBalancerInboundNatRules", None)
        if index < len(wanted) and wanted[index]:
            inner["loadBalancerInboundNatRules"] = [{"id": rule} for rule in wanted[index]]
    return found
