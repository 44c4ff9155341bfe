"""A scale set with everything attached to it, read at the API versions of azure-native: what an import would read."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from typing import Any

from pulumi_azure_scaleset.plan import tokens
from scaleset_migration.adopting.things import Found, Machine, Thing, api_version, thing
from scaleset_migration.refusals import FORBIDDEN, NOT_READ
from scaleset_migration.reverse.parts import at, ids, objects
from scaleset_migration.situation import Member, Situation
from scaleset_operations.azure import Azure
from scaleset_operations.errors import AzureError, UsageError
from scaleset_operations.selection import made_by
from scaleset_operations.target import parse_target
from scaleset_policies.choices import Format
from scaleset_policies.formats.read import read

_LOCKS = "/providers/Microsoft.Authorization/locks"
_AUTOSCALE = "providers/Microsoft.Insights/autoscalesettings"
_SIDE_BY_SIDE = 16


async def read_exact(azure: Azure, situation: Situation) -> Found:
    """The set of a situation, with everything attached to it.

    Raises:
        AzureError: Azure refused.
        UsageError: The set is gone.
    """
    return await _Reader(azure).whole(situation)


async def read_machines(azure: Azure, situation: Situation) -> list[Machine]:
    """The members of a situation with their attached resources, in order; what was deleted is left out.

    Raises:
        AzureError: Azure refused.
    """
    return await _Reader(azure).machines(situation)


class _Reader:
    def __init__(self, azure: Azure) -> None:
        self._azure = azure
        self._slots = asyncio.Semaphore(_SIDE_BY_SIDE)
        self._unread: list[str] = []

    async def whole(self, situation: Situation) -> Found:
        scale_set = await self._thing(tokens.SCALE_SET, situation.id)
        if scale_set is None:
            raise UsageError(f"{situation.place}: {situation.name} was deleted after it was listed.")
        flexible = str(at(scale_set.inputs, "orchestrationMode")).lower() == "flexible"
        members = situation.members or ()
        target = parse_target(situation.id)
        named = [each for each in members if flexible and not made_by(target, each.name)]
        machines, locks, autoscale, roles, settings, pools = await asyncio.gather(
            self._all(self._machine(each, situation) for each in named),
            self._locks(situation, situation.id),
            self._autoscale(situation),
            self._attached(tokens.ROLE_ASSIGNMENT, situation.id, "roleAssignments", "scope"),
            self._attached(tokens.DIAGNOSTIC_SETTING, situation.id, "diagnosticSettings", ""),
            self._pools(scale_set),
        )
        return Found(
            scale_set=scale_set,
            machines=tuple(each for each in machines if each is not None),
            made=tuple(each.name for each in members if flexible and made_by(target, each.name)),
            protected=tuple(each.name for each in members if not flexible and each.protection),
            locks=locks,
            autoscale=autoscale,
            roles=roles,
            settings=settings,
            pools=pools,
            place=situation.place,
            unread=tuple(sorted(set(self._unread))),
        )

    async def machines(self, situation: Situation) -> list[Machine]:
        found = await self._all(self._machine(each, situation) for each in situation.members or ())
        return [each for each in found if each is not None]

    async def _machine(self, member: Member, situation: Situation) -> Machine | None:
        vm = await self._thing(tokens.VIRTUAL_MACHINE, member.id)
        if vm is None:
            return None
        references = objects(vm.inputs, "networkProfile.networkInterfaces")
        ordered = sorted(references, key=lambda each: at(each, "primary") is not True)
        nics = await self._all(self._thing(tokens.NETWORK_INTERFACE, str(each["id"])) for each in ordered)
        there = tuple(each for each in nics if each is not None)
        addresses = await self._all(self._address(each) for each in there)
        rules = await self._all(
            self._thing(tokens.INBOUND_NAT_RULE, each)
            for nic in there
            for configuration in objects(nic.inputs, "ipConfigurations")
            for each in ids(configuration, "loadBalancerInboundNatRules")
        )
        return Machine(
            vm=vm,
            nics=there,
            extensions=await self._listed(tokens.VM_EXTENSION, f"{vm.id}/extensions"),
            addresses={nic.id.lower(): found for nic, found in zip(there, addresses, strict=True) if found is not None},
            # A version 2 rule is of the whole pool: its machines only refer to it.
            rules=tuple(each for each in rules if each is not None and "frontendPort" in each.inputs),
            locks=await self._locks(situation, member.id),
        )

    async def _address(self, nic: Thing) -> Thing | None:
        found = [at(each, "publicIPAddress.id") for each in objects(nic.inputs, "ipConfigurations")]
        given = [each for each in found if isinstance(each, str)]
        return await self._thing(tokens.PUBLIC_IP, given[0]) if given else None

    async def _locks(self, situation: Situation, scope: str) -> tuple[Thing, ...]:
        named = [name for where, _, name in situation.locks if where.lower() == scope.lower()]
        found = await self._all(self._thing(tokens.LOCK, f"{scope}{_LOCKS}/{name}") for name in named)
        return tuple(each for each in found if each is not None)

    async def _autoscale(self, situation: Situation) -> tuple[Thing, ...]:
        group = situation.id.partition("/providers/")[0]
        found = await self._listed(tokens.AUTOSCALE, f"{group}/{_AUTOSCALE}")
        wanted = situation.id.lower()
        return tuple(each for each in found if str(at(each.inputs, "targetResourceUri")).lower() == wanted)

    async def _attached(self, token: str, scope: str, kind: str, own: str) -> tuple[Thing, ...]:
        """The resources attached to the set by its id; ``own`` is the property that distinguishes inherited ones."""
        provider = "Microsoft.Authorization" if token == tokens.ROLE_ASSIGNMENT else "Microsoft.Insights"
        path = f"{scope}/providers/{provider}/{kind}"
        return await self._listed(token, path, lambda each: not own or str(at(each, own)).lower() == scope.lower())

    async def _pools(self, scale_set: Thing) -> tuple[Thing, ...]:
        """The NAT rules over the backend pools of the set's load balancers."""
        balancers = dict.fromkeys(
            pool.partition("/backendAddressPools/")[0]
            for interface in objects(
                scale_set.inputs, "virtualMachineProfile.networkProfile.networkInterfaceConfigurations"
            )
            for configuration in objects(interface, "ipConfigurations")
            for pool in ids(configuration, "loadBalancerBackendAddressPools")
        )
        found: list[Thing] = []
        for each in balancers:
            listed = await self._listed(tokens.INBOUND_NAT_RULE, f"{each}/inboundNatRules")
            found += [rule for rule in listed if at(rule.inputs, "backendAddressPool.id")]
        return tuple(found)

    async def _thing(self, token: str, identity: str) -> Thing | None:
        async with self._slots:
            body = await self._azure.get(identity, api_version(token))
        return None if body is None else from_body(token, body)

    async def _listed(self, token: str, path: str, wanted: Any = None) -> tuple[Thing, ...]:
        try:
            async with self._slots:
                bodies = await self._azure.read_list(path, api_version(token))
        except AzureError as error:
            if error.status not in NOT_READ:
                raise
            if error.status == FORBIDDEN:
                self._unread.append(
                    f"{path.rsplit('/', 1)[-1]}: you have no permission to read them, so there may be some"
                )
            return ()
        chosen = [each for each in bodies if wanted is None or wanted(each.get("properties") or {})]
        return tuple(from_body(token, each) for each in chosen)

    async def _all(self, calls: Iterable[Any]) -> list[Any]:
        return list(await asyncio.gather(*calls))


def from_body(token: str, body: Mapping[str, Any]) -> Thing:
    """A resource as Azure answers it."""
    identity = str(body["id"])
    found = read(json.dumps({"value": [body]}), identity, format_=Format.AZURE)
    resources = list(found.estate) if found is not None else []
    return thing(token, identity, dict(resources[0].properties) if resources else {})
