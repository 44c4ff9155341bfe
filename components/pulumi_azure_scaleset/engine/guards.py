"""What an update would run into, found before anything is changed: in the preview, by what Azure has now.

Azure does not delete what is in use. It keeps a NAT pool while the set's model or an instance refers to it. It keeps a
load balancer while an instance that is not on the latest model is in its pool, and a subnet's addresses while an
instance has one. The refusal would come in the middle of an update. So the guards look first, and say what to run.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from pulumi_azure_scaleset.engine.arm import COMPUTE, NETWORK, Arm, known
from pulumi_azure_scaleset.engine.rest import ArmError, ArmUnavailableError
from pulumi_azure_scaleset.engine.sdk import registrations_end
from pulumi_azure_scaleset.errors import told_once
from pulumi_azure_scaleset.plan import generic, tokens, versions
from pulumi_azure_scaleset.plan.foreign import CAPACITY, at
from pulumi_azure_scaleset.plan.resources import Plan

_SHOWN = 5
PARTS = ("inboundNatPools", "probes", "backendAddressPools", "frontendIPConfigurations")
"""The parts of a load balancer that a set's model refers to."""
GUARDED = frozenset({tokens.LOAD_BALANCER, tokens.NETWORK_INTERFACE, tokens.VIRTUAL_NETWORK, tokens.SCALE_SET})
"""The types that have a guard."""


@dataclass(frozen=True, slots=True)
class Users:
    """Who uses something.

    Attributes:
        model: Whether the set's model does.
        instances: The instances that do.
    """

    model: bool
    instances: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.model or bool(self.instances)

    def __str__(self) -> str:
        more = len(self.instances) - _SHOWN
        shown = ", ".join(self.instances[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
        instances = f"the instances {shown}" if self.instances else ""
        return " and ".join(filter(None, ["the model" if self.model else "", instances]))


def texts(value: Any) -> Iterator[str]:
    """All texts in a tree."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts(item)


def refers(value: Any, ids: Iterable[str]) -> bool:
    """Whether a tree has one of ``ids``, or the id of something below one."""
    lowered = [text.lower() for text in texts(value)]
    return any(text == each.lower() or text.startswith(f"{each.lower()}/") for each in ids for text in lowered)


def removed_parts(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The parts of a load balancer that an update removes: their list and name."""
    found = []
    for part in PARTS:
        kept = {str(item.get("name")).lower() for item in new.get(part) or []}
        found += [(part, item["name"]) for item in old.get(part) or [] if str(item.get("name")).lower() not in kept]
    return found


def has_gateway(inputs: Mapping[str, Any]) -> bool:
    """Whether a virtual network's inputs have a NAT gateway on a subnet."""
    return any(subnet.get("natGateway") for subnet in inputs.get("subnets") or [])


def networks(inputs: Mapping[str, Any]) -> set[str]:
    """The lowered ids of the virtual networks that an interface's inputs name; none where one is not known yet."""
    subnets = [at(each, ("subnet", "id")) for each in inputs.get("ipConfigurations") or []]
    known = [each for each in subnets if isinstance(each, str)]
    return {each.lower().rpartition("/subnets/")[0] for each in known} if len(known) == len(subnets) else set()


def end_program(text: str) -> pulumi.RunError:
    """The error of a refusal after which nothing may be deleted: it makes the whole program fail, too.

    With `--continue-on-error` the engine goes on to delete what the program does not have any more, here the same
    resource under its former type. It deletes nothing after a program that failed.

    The program fails after its registrations have ended. A program that fails stops answering the engine's callbacks,
    and then waits for its calls to the engine (pulumi/pulumi#20484). A transform that the engine requests while the
    callbacks stop is never answered, so that both would wait for each other.

    Args:
        text: What is wrong.
    """
    error = told_once(pulumi.RunError(text))

    async def failing() -> Any:
        await registrations_end()
        raise error

    pulumi.Output.from_input(failing())
    return error


@dataclass
class Guards:
    """The guards of one component.

    Attributes:
        arm: Azure.
        plan: What is about to be deployed.
    """

    arm: Arm
    plan: Plan

    async def check(self, args: "pulumi.ResourceHookArgs") -> None:
        """Look before an update, in the preview too.

        Args:
            args: The resource, with its old and new inputs.

        Raises:
            RunError: The update would fail, or overwrite what somebody else just changed.
        """
        old, new, kind = args.old_inputs or {}, args.new_inputs or {}, versions.plain(args.type)
        if kind == generic.TOKEN:
            old, new, kind = generic.typed(old), generic.typed(new), tokens.SCALE_SET
        try:
            if kind == tokens.LOAD_BALANCER:
                await self._balancer(args.id, removed_parts(old, new))
            elif kind == tokens.VIRTUAL_NETWORK:
                await self._network(args.id, new, old)
                await self._gateway(args.id, new, old)
            elif kind == tokens.SCALE_SET:
                await self._set(args.id, old, new)
            elif kind == tokens.NETWORK_INTERFACE:
                self._interface(args.name, old, new)
        except (ArmError, ArmUnavailableError) as error:
            pulumi.log.debug(f"{args.name} was not looked at before its update: {error}")

    async def fresh(self, args: "pulumi.ResourceHookArgs") -> None:
        """Look before a generic resource is made, in the preview too: what is there can't become one.

        Args:
            args: The resource.

        Raises:
            RunError: It is there already.
        """
        new = args.new_inputs or {}
        group, name = [await known(new.get(each)) for each in ("resourceGroupName", "resourceName")]
        if not isinstance(group, str) or not isinstance(name, str):
            return
        try:
            scope = f"/subscriptions/{await self.arm.subscription()}/resourceGroups/{group}"
            path = f"{scope}/providers/Microsoft.Compute/{await known(new['resourceType'])}/{name}"
            found = await self.arm.get(f"{path}?{COMPUTE}")
        except (ArmError, ArmUnavailableError) as error:
            pulumi.log.debug(f"{args.name} was not looked for before its creation: {error}")
            return
        if found is not None:
            raise end_program(
                f"{name} is there already, and a generic resource, which api_version {await known(new['apiVersion'])} "
                "asks for, can't take over a resource of another type. Nothing was changed. Use the newest "
                "version that azure-native has, or give the new resource another name."
            )

    async def _balancer(self, identity: str, removed: list[tuple[str, str]]) -> None:
        scale_set = self._scale_set_id(identity)
        for part, name in removed:
            users = await self._users(scale_set, [f"{identity}/{part}/{name}"])
            if users:
                what = {"inboundNatPools": f"NAT pool {name} (inbound_nat)", "probes": f"probe {name}"}.get(part, name)
                raise pulumi.RunError(_in_use(what, users, scale_set, f"{identity}/{part}/{name}"))

    async def _set(self, identity: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        await self._capacity(identity, new)
        profile = "virtualMachineProfile"
        for kind, what in ((tokens.LOAD_BALANCER, "load balancer"), (tokens.VIRTUAL_NETWORK, "virtual network")):
            own = self._own(identity, kind, new)
            gone = not any(child.type == kind for child in self.plan.children)
            if gone and refers(old.get(profile), [own]) and not refers(new.get(profile), [own]):
                follows = at(new, ("upgradePolicy", "mode")) == "Automatic"
                users = Users(False, () if follows else (await self._users(identity, [own])).instances)
                if users:
                    raise pulumi.RunError(_in_use(f"{what} {own.rpartition('/')[2]}", users, identity, own))

    async def _capacity(self, identity: str, new: Mapping[str, Any]) -> None:
        """Nobody has scaled between the reading of the capacity and now."""
        theirs = any(each.path == CAPACITY for each in self.plan.scale_set.foreign)
        if pulumi.runtime.is_dry_run() or not theirs:
            return
        live = await self.arm.get(f"{identity}?{COMPUTE}")
        now, planned = at(live, CAPACITY), at(new, CAPACITY)
        if now is not None and planned is not None and int(now) != int(planned):
            raise pulumi.RunError(
                f"There are {int(now)} instances by now, and {int(planned)} would have been written back: somebody is "
                "scaling. The scale set was not changed; run `pulumi up` again."
            )

    async def _network(self, identity: str, new: Mapping[str, Any], old: Mapping[str, Any]) -> None:
        prefixes = {subnet["name"]: subnet.get("addressPrefix") for subnet in new.get("subnets") or []}
        changed = [
            subnet["name"]
            for subnet in old.get("subnets") or []
            if prefixes.get(subnet["name"]) != subnet.get("addressPrefix")
        ]
        if not changed:
            return
        live = await self.arm.get(f"{identity}?{NETWORK}")
        for subnet in at(live, ("properties", "subnets")) or []:
            users = at(subnet, ("properties", "ipConfigurations")) or []
            if subnet.get("name") in changed and users:
                raise pulumi.RunError(
                    f"virtual_network.subnet_prefix: {len(users)} addresses of the subnet {subnet['name']} are in use, "
                    "and Azure changes the range of an empty subnet only. Keep the range, or move the instances: "
                    "declare a subnet with the new range in a network of your own and give its id as subnet_id."
                )

    async def _gateway(self, identity: str, new: Mapping[str, Any], old: Mapping[str, Any]) -> None:
        """Warn of instances that lose the subnet's NAT gateway, and are not members of the new outbound rule's pool."""
        model = self.plan.scale_set.inputs
        follows = at(model, ("upgradePolicy", "mode")) == "Automatic"
        ruled = any(
            child.type == tokens.LOAD_BALANCER and child.inputs.get("outboundRules") for child in self.plan.children
        )
        if follows or not ruled or not has_gateway(old) or has_gateway(new):
            return
        scale_set = self._scale_set_id(identity)
        found = await self.arm.get(f"{scale_set}?{COMPUTE}")
        if found is None:
            return
        balancer = self._own(scale_set, tokens.LOAD_BALANCER, model)
        networks = await self._networks(scale_set, found)
        outside = tuple(name for name, body in networks.items() if not refers(body, [balancer]))
        if outside:
            pulumi.log.warn(_cut_off(Users(False, outside), scale_set, found), self.arm.component)

    def _interface(self, name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """An interface stays in its virtual network (Microsoft's page virtual-network-network-interface)."""
        before, after = networks(old), networks(new)
        if before and after and before != after:
            child = next(each for each in self.plan.children if each.name == name)
            raise pulumi.RunError(
                f"instances[{child.owner!r}]: its interface {new['networkInterfaceName']} can't move from the virtual "
                f"network {', '.join(sorted(before))} to {', '.join(sorted(after))}: Azure does not support "
                "that. Keep subnet_id in its network, or give the instance another name, which creates a new machine."
            )

    async def _users(self, scale_set: str, ids: list[str]) -> Users:
        """Who of the set uses one of ``ids``."""
        found = await self.arm.get(f"{scale_set}?{COMPUTE}")
        if found is None:
            return Users(False, ())
        model = refers(at(found, ("properties", "virtualMachineProfile", "networkProfile")), ids)
        networks = await self._networks(scale_set, found)
        return Users(model, tuple(name for name, body in networks.items() if refers(body, ids)))

    async def _networks(self, scale_set: str, found: Mapping[str, Any]) -> dict[str, Any]:
        """The network of each instance that Azure made, by its name; the update itself changes that of named ones."""
        if at(found, ("properties", "orchestrationMode")) != "Flexible":
            listed = await self.arm.list(f"{scale_set}/virtualMachines?{COMPUTE}")
            place = ("properties", "networkProfileConfiguration")
            return {str(each.get("instanceId") or each["name"]): at(each, place) for each in listed}
        group = scale_set.partition("/providers/")[0]
        own = {str(child.inputs.get("vmName")).lower() for child in self.plan.children}
        query = f"{COMPUTE}&$filter='virtualMachineScaleSet/id' eq '{scale_set}'"
        machines = await self.arm.list(f"{group}/providers/Microsoft.Compute/virtualMachines?{query}")
        return {
            str(each["name"]): [
                await self.arm.get(f"{interface['id']}?{NETWORK}")
                for interface in at(each, ("properties", "networkProfile", "networkInterfaces")) or []
            ]
            for each in machines
            if str(each["name"]).lower() not in own
        }

    def _scale_set_id(self, beside: str) -> str:
        group, name = beside.partition("/providers/")[0], self.plan.scale_set.inputs["vmScaleSetName"]
        return f"{group}/providers/Microsoft.Compute/virtualMachineScaleSets/{name}"

    def _own(self, scale_set: str, kind: str, inputs: Mapping[str, Any]) -> str:
        """The id of the load balancer or network that this component made, if it made one."""
        group = scale_set.partition("/providers/")[0]
        path, suffix = {
            tokens.LOAD_BALANCER: ("loadBalancers", "lb"),
            tokens.VIRTUAL_NETWORK: ("virtualNetworks", "vnet"),
        }[kind]
        return f"{group}/providers/Microsoft.Network/{path}/{inputs['vmScaleSetName']}-{suffix}"


def _in_use(what: str, users: Users, scale_set: str, identity: str) -> str:
    group, name = scale_set.split("/")[4], scale_set.rpartition("/")[2]
    return (
        f"The {what} is in use by {users} of {name}, and Azure does not remove anything that is in use. Nothing "
        "was changed. First remove it from the model and from the instances: `scaleset set detach -g "
        f"{group} -n {name} --from {identity}`; then run `pulumi up` again."
    )


def _cut_off(users: Users, scale_set: str, found: Mapping[str, Any]) -> str:
    group, name = scale_set.split("/")[4], scale_set.rpartition("/")[2]
    mine = f"-g {group} -n {name}"
    if at(found, ("properties", "orchestrationMode")) == "Flexible":
        todo = f"Replace them: `scaleset set scale {mine} --capacity N`, then `scaleset instances delete {mine}`."
    else:
        todo = f"Bring them to the latest model: `scaleset set update-instances {mine}`."
    return (
        f"outbound: {users} lose their NAT gateway with this update, and are not in the pool of the new outbound rule. "
        f"{todo}"
    )
