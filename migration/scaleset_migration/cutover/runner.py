"""Running a cut-over: each step brings about what has to hold after it, however far it came before.

A step looks at what is there and changes the rest, so that it can be run again after a failure or a kill. What the old
set and the load balancer were before is in the journal from the beginning: the way back puts that there again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

from pulumi_azure_scaleset.plan.resources import Plan
from scaleset_core.modes import Mode
from scaleset_migration.cutover.arm import Made, resources
from scaleset_migration.cutover.journal import Journal
from scaleset_migration.steps import Step
from scaleset_operations import pools
from scaleset_operations.azure import Azure
from scaleset_operations.calls import API_VERSIONS, COMPUTE, Call
from scaleset_operations.errors import OperationsError
from scaleset_operations.instances import Instance
from scaleset_operations.inventory import live_instances
from scaleset_operations.target import Target, parse_target

Body = Mapping[str, Any]
Say = Callable[[str], None]
_NETWORK = API_VERSIONS["network_interfaces"]
_HEALTH_POLL = 5.0


class CheckFailedError(OperationsError):
    """What has to hold after a step does not: the next one is not begun."""


class CutOver:
    """The cut-over of one set.

    Args:
        azure: The clients of the set's subscription.
        old: The old set's id.
        plan: What the twin is made of.
        journal: What was done.
        say: Tells progress, a line at a time.
        batch: How many instances join or leave the pools at a time.
        pause: Seconds between two batches.
        patience: Seconds to wait for the new instances' health.
        dry: Record the calls in place of making them.
    """

    def __init__(
        self,
        azure: Azure,
        old: str,
        plan: Plan,
        journal: Journal,
        say: Say,
        *,
        batch: int = 1,
        pause: float = 30,
        patience: float = 1800,
        dry: bool = False,
    ) -> None:
        self.azure, self.old, self.journal, self.say = azure, parse_target(old), journal, say
        self.batch, self.pause, self.patience, self.dry = batch, pause, patience, dry
        self.calls: list[Call] = []
        root = self.old.group_id
        self.made = list(resources(plan, root))
        self.new = parse_target(next(each.id for each in self.made if each.key == "scaleSet"))

    # What is there.

    async def _get(self, identity: str, version: str = COMPUTE) -> dict[str, Any] | None:
        return await self.azure.get(identity, version)

    async def _must(self, identity: str, version: str = COMPUTE) -> dict[str, Any]:
        found = await self._get(identity, version)
        if found is None:
            raise CheckFailedError(f"{identity.rsplit('/', 1)[-1]}: it is gone, and the cut-over needs it.")
        return found

    async def _members(self, target: Target, mode: Mode) -> list[Instance]:
        if mode is Mode.FLEXIBLE and await self._get(target.id) is None:
            return []
        return await live_instances(self.azure, target, mode)

    async def _faces(self) -> list[dict[str, Any]]:
        """The network interfaces of the new instances."""
        members = await self._members(self.new, Mode.FLEXIBLE)
        ids = [str(each["id"]) for member in members for each in _interfaces(member.model)]
        found = await asyncio.gather(*(self._must(each, _NETWORK) for each in ids))
        return sorted(found, key=lambda each: str(each.get("id")))

    # Changes.

    async def _send(self, verb: str, identity: str, version: str, body: Body | None = None, tail: str = "") -> None:
        call = Call(
            group="migration", method="", arguments=(), verb=verb, path=identity + tail, body=body,
            query={"api-version": version},
        )  # fmt: skip
        self.calls.append(call)
        if not self.dry:
            await self.azure.invoke(call)

    async def _put(self, identity: str, version: str, body: Body) -> None:
        await self._send("PUT", identity, version, _sendable(body))

    async def _upgrade(self, wanted: Callable[[Instance], bool] = lambda _: True, *, at_once: bool = False) -> None:
        """Bring the old set's instances to its model, a batch at a time."""
        found = await self._members(self.old, Mode.UNIFORM)
        members = [each for each in found if self.dry or each.latest_model is not True]
        members = [each for each in members if wanted(each)]
        size = len(members) if at_once else self.batch
        for index, batch in enumerate(_batches(members, max(1, size))):
            if index:
                await self._rest()
            names = [each.instance_id for each in batch]
            await self._send("POST", self.old.id, COMPUTE, {"instanceIds": names}, "/manualupgrade")
            self.say(f"  instances {', '.join(names)} follow the model")

    async def _rest(self) -> None:
        if not self.dry and self.pause:
            await asyncio.sleep(self.pause)

    # Steps.

    async def begin(self) -> None:
        """Note what is there, before anything is changed; what was noted by an earlier run stays."""
        if self.journal.before:
            return
        old = await self._must(self.old.id)
        balancers = {each.partition("/inboundNatPools/")[0] for each in pools.used_nat_pools(old)}
        found = {each: await self._must(each, _NETWORK) for each in sorted(balancers)}
        if self.dry:
            self.journal.before = {"set": old, "balancers": found}
        else:
            self.journal.begin({"set": old, "balancers": found})

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
            if "/inboundnatrules/" in each.id.lower() or await self._get(each.id, each.version) is not None:
                continue
            await self._put(each.id, each.version, _unreachable(each))
            self.say(f"  made {each.id.rsplit('/', 1)[-1]}")

    async def _health(self) -> None:
        """Wait for the new instances."""
        if self.dry:
            return
        waited = 0.0
        while bad := [each.name for each in await self._members(self.new, Mode.FLEXIBLE) if not _well(each)]:
            if waited >= self.patience:
                raise CheckFailedError(f"{', '.join(bad)}: not healthy after {waited:.0f} s.")
            await asyncio.sleep(_HEALTH_POLL)
            waited += _HEALTH_POLL

    def _wanted_pools(self, key: str) -> list[dict[str, Any]]:
        return pools.pools_of(next(each.body for each in self.made if each.key == key))

    async def _join(self) -> None:
        wanted = self._wanted_pools("scaleSet")
        model = await self._get(self.new.id)
        if model is not None and (model["properties"].get("virtualMachineProfile")) and pools.pools_of(model) != wanted:
            await self._put(self.new.id, COMPUTE, pools.with_pools(model, wanted))
        own = {each.id.lower(): pools.pools_of(each.body) for each in self.made if _is_interface(each)}
        waiting = [
            (face, pools.with_pools(face, own.get(str(face["id"]).lower(), wanted)))
            for face in await self._faces()
            if pools.pools_of(face) != own.get(str(face["id"]).lower(), wanted)
        ]
        for index, batch in enumerate(_batches(waiting, self.batch)):
            if index:
                await self._rest()
            await asyncio.gather(*(self._put(str(face["id"]), _NETWORK, body) for face, body in batch))
            self.say(f"  {', '.join(str(face.get('name')) for face, _ in batch)} joined the pools")

    async def _drain(self) -> None:
        model = await self._must(self.old.id)
        if pools.in_pools(model) or pools.mode_of(model) != "Manual":
            await self._put(self.old.id, COMPUTE, pools.with_mode(pools.with_pools(model, ()), "Manual"))
        await self._upgrade()

    async def _ports(self) -> None:
        model = await self._must(self.old.id)
        used = list(pools.used_nat_pools(self.journal.before["set"] if self.journal.before else model))
        if list(pools.used_nat_pools(model)):
            await self._put(self.old.id, COMPUTE, pools.with_nat_pools(model, ()))
        await self._upgrade(at_once=True)
        rules = [each for each in self.made if "/inboundnatrules/" in each.id.lower()]
        for identity in sorted({each.partition("/inboundNatPools/")[0] for each in used}):
            balancer = await self._must(identity, _NETWORK)
            names = [each.rsplit("/", 1)[-1] for each in used if each.startswith(identity)]
            there = [each for each in rules if each.id.lower().startswith(f"{identity.lower()}/")]
            bodies = [{"name": each.id.rsplit("/", 1)[-1], **each.body} for each in there]
            wanted = pools.with_rules(pools.without_nat_pools(balancer, names), bodies)
            if not self._settled(balancer, names, bodies):
                await self._put(identity, _NETWORK, wanted)
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
            if _is_interface(each) and any(_rules(each.body)):
                face = await self._get(each.id, each.version)
                if face is not None and _rules(face) != _rules(each.body):
                    await self._put(each.id, each.version, _with_rules(face, _rules(each.body)))

    async def _retire(self) -> None:
        if await self._get(self.old.id) is not None:
            await self._send("DELETE", self.old.id, COMPUTE)

    # Checks.

    async def _checking(self, step: Step) -> None:
        if step is Step.CREATE:
            await self._check_created()
        if step in {Step.HEALTH, Step.JOIN, Step.DRAIN}:
            await self._check_healthy()
        if step is Step.JOIN:
            outside = [str(each.get("name")) for each in await self._faces() if not pools.in_pools(each)]
            if outside and any(self._wanted_pools("scaleSet")):
                raise CheckFailedError(f"{', '.join(outside)}: in no backend pool.")
        if step in {Step.DRAIN, Step.PORTS}:
            behind = [each.name for each in await self._members(self.old, Mode.UNIFORM) if each.latest_model is False]
            if behind:
                raise CheckFailedError(f"{', '.join(behind)}: not on the old set's latest model.")
        if step is Step.RETIRE and await self._get(self.old.id) is not None:
            raise CheckFailedError(f"{self.old.name}: it is still there.")

    async def _check_created(self) -> None:
        missing = [
            each.id.rsplit("/", 1)[-1]
            for each in self.made
            if "/inboundnatrules/" not in each.id.lower() and await self._get(each.id, each.version) is None
        ]
        if missing:
            raise CheckFailedError(f"{', '.join(missing)}: not made.")

    async def _check_healthy(self) -> None:
        bad = [each.name for each in await self._members(self.new, Mode.FLEXIBLE) if not _well(each)]
        if bad:
            raise CheckFailedError(f"{', '.join(bad)}: not healthy; the old set keeps what it has.")

    # The way back.

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
            if _is_interface(each):
                face = await self._get(each.id, each.version)
                if face is not None and any(_rules(face)):
                    await self._put(each.id, each.version, _with_rules(face, ()))
        for identity, balancer in before["balancers"].items():
            now = await self._must(identity, _NETWORK)
            names = [each.id.rsplit("/", 1)[-1] for each in self.made if "/inboundnatrules/" in each.id.lower()]
            freed = pools.without_rules(now, names)
            if freed != now:
                # The ports have to be free before the pools may have them again.
                await self._put(identity, _NETWORK, freed)
            pooled = balancer["properties"].get("inboundNatPools")
            if [each.get("name") for each in pooled or []] != [
                each.get("name") for each in now["properties"].get("inboundNatPools") or []
            ]:
                freed["properties"]["inboundNatPools"] = pooled
                await self._put(identity, _NETWORK, freed)
        model = await self._must(self.old.id)
        wanted = pools.nat_pools_of(before["set"])
        if pools.nat_pools_of(model) != wanted:
            await self._put(self.old.id, COMPUTE, pools.with_nat_pools(model, wanted))
        await self._upgrade(at_once=True)

    async def _drain_back(self) -> None:
        before, model = self.journal.before["set"], await self._must(self.old.id)
        if pools.pools_of(model) != pools.pools_of(before):
            await self._put(self.old.id, COMPUTE, pools.with_pools(model, pools.pools_of(before)))
        await self._upgrade(at_once=True)
        if pools.mode_of(before) != "Manual":
            await self._put(self.old.id, COMPUTE, pools.with_mode(await self._must(self.old.id), pools.mode_of(before)))

    async def _join_back(self) -> None:
        model = await self._get(self.new.id)
        if model is not None and pools.in_pools(model):
            await self._put(self.new.id, COMPUTE, pools.with_pools(model, ()))
        for face in await self._faces():
            if pools.in_pools(face):
                await self._put(str(face["id"]), _NETWORK, pools.with_pools(face, ()))

    async def _create_back(self) -> None:
        own = [each for each in self.made if "/virtualmachines/" in each.id.lower() and each.id.count("/") == _TOP]
        for each in own:
            if await self._get(each.id, each.version) is not None:
                await self._send("DELETE", each.id, each.version)
        if await self._get(self.new.id) is not None:
            await self._send("DELETE", self.new.id, COMPUTE)
        for each in self.made:
            network = "/microsoft.network/" in each.id.lower() and "/inboundnatrules/" not in each.id.lower()
            if network and await self._get(each.id, each.version) is not None:
                await self._send("DELETE", each.id, each.version)


_TOP = 8
"""The slashes in the id of a resource that is in no other one."""


def _interfaces(machine: Body) -> list[Body]:
    inner = machine.get("properties") or {}
    return list((inner.get("networkProfile") or {}).get("networkInterfaces") or [])


def _is_interface(made: Made) -> bool:
    return "/networkinterfaces/" in made.id.lower()


def _unreachable(made: Made) -> dict[str, Any]:
    """The body without pools and NAT rules: nobody reaches the instance yet."""
    if _is_interface(made):
        return _with_rules(pools.with_pools(made.body, ()), ())
    return pools.with_pools(made.body, ()) if made.key == "scaleSet" else made.body


def _rules(face: Body) -> list[list[str]]:
    found = ((face.get("properties") or {}).get("ipConfigurations")) or []
    return [
        [str(rule.get("id")) for rule in (each.get("properties") or {}).get("loadBalancerInboundNatRules") or []]
        for each in found
    ]


def _with_rules(face: Body, wanted: Sequence[Sequence[str]]) -> dict[str, Any]:
    found = pools.with_nat_pools(face, ())
    for index, each in enumerate(found["properties"].get("ipConfigurations") or []):
        inner = each.setdefault("properties", {})
        inner.pop("loadBalancerInboundNatRules", None)
        if index < len(wanted) and wanted[index]:
            inner["loadBalancerInboundNatRules"] = [{"id": rule} for rule in wanted[index]]
    return found


def _sendable(body: Body) -> dict[str, Any]:
    """A body without what Azure alone sets."""
    return {name: value for name, value in body.items() if name not in {"etag", "systemData", "id", "type"}}


def _well(instance: Instance) -> bool:
    """Whether an instance runs, is provisioned, and reports no ill health."""
    return (
        instance.provisioning in {"Succeeded", ""}
        and instance.power in {"running", ""}
        and instance.health.lower() in {"", "healthy"}
    )


def _batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), max(1, size)):
        yield items[start : start + max(1, size)]
