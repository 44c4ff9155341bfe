"""What only Azure has: properties that the program does not declare, and resources that are not in the stack.

The measure of a property is what Azure answered when the state was written: what it filled in then is its default. What
it alone writes is no difference at all. Names are those that the REST API marks as read-only (the tests compare them
with the models of azure-mgmt), and a few that Azure fills in although they could be written.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from scaleset_core.modes import Mode
from scaleset_operations.azure import Azure
from scaleset_operations.drift import Change, Difference, Seen, flat, same
from scaleset_operations.errors import AzureError
from scaleset_operations.instances import Instance
from scaleset_operations.inventory import live_instances, parse_lock
from scaleset_operations.locks import removal
from scaleset_operations.recovery.arm_ids import plain_type
from scaleset_operations.recovery.inputs import is_empty, is_secret
from scaleset_operations.selection import made_by
from scaleset_operations.target import Target, last_segment

KIND = "only-in-azure"
READ_ONLY = frozenset(
    """
    LastOwnershipUpdateTime actions alias allocatedAddressPrefixes appliedDnsServers backendIPConfiguration
    backendIPConfigurations burstingEnabledTime clientId confidentialVMVersion defaultOutboundConnectivityEnabled
    defaultPublicNatGateway defaultSecurityRules diskSizeBytes diskState etag exactVersion flowLogs hasBgpOverride
    hostedWorkloads inboundNatRulesPortMapping internalDomainNameSuffix internalFqdn ipConfiguration
    ipConfigurationProfiles ipPrefix kind macAddress managedBy managedByExtended
    networkInterfaceIPConfiguration networkInterfaceTapConfigurations outboundRule principalId privateEndpoint
    privateEndpointConnections privateEndpoints privateLinkConnectionProperties propertyUpdatesInProgress
    provisioningState purpose regionalCommunity remoteVirtualNetworkEncryption resourceGuid
    resourceNavigationLinks resources serviceAssociationLinks shareInfo sourceUniqueId systemData tapConfigurations
    tenantId timeCreated type uniqueId upgradedToV2 virtualMachine virtualMachineScaleSetMigrationInfo vmId
    vnetEncryptionSupported
    """.lower().split()
)
"""Members that are read-only in every type of a scale set and its network, in lower case."""
READ_ONLY_BELOW: Mapping[str, frozenset[str]] = {
    "frontendipconfigurations": frozenset(
        {"inboundnatpools", "inboundnatrules", "loadbalancingrules", "outboundrules"}
    ),
    "backendaddresspools": frozenset({"inboundnatrules", "loadbalancingrules", "outboundrules"}),
    "probes": frozenset({"loadbalancingrules"}),
    "LoadBalancerBackendAddressPool": frozenset({"inboundnatrules", "loadbalancingrules", "outboundrules"}),
    "NetworkInterface": frozenset({"dscpconfiguration", "primary"}),
    "NatGateway": frozenset({"subnets"}),
    "NetworkSecurityGroup": frozenset({"networkinterfaces", "subnets"}),
    "PublicIPPrefix": frozenset({"loadbalancerfrontendipconfiguration", "publicipaddresses"}),
    "RouteTable": frozenset({"subnets"}),
    "Subnet": frozenset({"ipconfigurations"}),
    "subnets": frozenset({"ipconfigurations"}),
    "VirtualMachine": frozenset({"instanceview"}),
    "AvailabilitySet": frozenset({"statuses"}),
}
"""Members that are read-only in one type, by the type of azure-native or the list that it is an element of."""
_FILLED_IN: Mapping[str, frozenset[str]] = {
    "LoadBalancerBackendAddressPool": frozenset({"loadbalancerbackendaddresses"}),
    "backendaddresspools": frozenset({"loadbalancerbackendaddresses"}),
    "PublicIPAddress": frozenset({"natgateway"}),
    "VirtualMachine": frozenset({"virtualmachinescaleset"}),
    "AvailabilitySet": frozenset({"virtualmachines"}),
}
"""What another resource that refers to this one makes Azure write into it."""
_OF_A_POOL = re.compile(r"\.\d+$")
_FORBIDDEN = frozenset({401, 403})
_MISSING = object()


def properties(seen: Seen, known: Collection[str], *, everything: bool = False) -> list[Change]:
    """What Azure has in a resource that the program does not declare and that was different when the state was written.

    Args:
        seen: The resource, and what Azure has of it.
        known: The lower-case ids of the stack's resources: an element of a list that is one of them is declared.
        everything: Whether to report what only Azure writes, too.
    """
    if seen.body is None:
        return []
    walk = _Walk(known, everything=everything)
    outputs, live = flat(seen.outputs), flat(seen.body)
    found = walk.members(flat(seen.inputs), outputs, live, "", plain_type(seen.type).rpartition(":")[2])
    return [
        Change(resource=seen.name, type=seen.type, kind=KIND, path=path, before=before, now=now)
        for _, path, before, now in found
    ]


class _Walk:
    def __init__(self, known: Collection[str], *, everything: bool) -> None:
        self._known = known
        self._everything = everything

    def members(
        self, inputs: Any, outputs: Any, live: Mapping[str, Any], path: str, inside: str
    ) -> Iterator[Difference]:
        for name, now in live.items():
            if self._is_azures(name, inside) or (name in {"id", "name"} and (not path or "name" in live)):
                continue
            here = f"{path}.{name}" if path else name
            wanted, before = _member(inputs, name), _member(outputs, name)
            if is_secret(wanted) or is_secret(before):
                continue
            if wanted is _MISSING:
                yield from self._undeclared(before, now, here, name)
            elif isinstance(wanted, Mapping) and isinstance(now, Mapping):
                if name.lower() != "tags":  # all of them are the program's
                    yield from self.members(wanted, before, now, here, name)
            elif isinstance(wanted, list) and isinstance(now, list):
                for index, (declared, old, new) in enumerate(_pairs(wanted, before, now)):
                    yield from self.members(declared, old, new, f"{here}[{index}]", name)

    def _is_azures(self, name: str, inside: str) -> bool:
        lowered = name.lower()
        if self._everything:
            return False
        below = READ_ONLY_BELOW.get(inside, frozenset()) | READ_ONLY_BELOW.get(inside.lower(), frozenset())
        filled = _FILLED_IN.get(inside, frozenset()) | _FILLED_IN.get(inside.lower(), frozenset())
        return lowered in READ_ONLY or lowered in below or lowered in filled

    def _undeclared(self, before: Any, now: Any, path: str, name: str) -> Iterator[Difference]:
        old = None if before is _MISSING else before
        if _says_nothing(now) and _says_nothing(old):
            return
        if isinstance(now, Mapping) and isinstance(old, Mapping):
            yield from self.members({}, old, now, path, name)
        elif isinstance(now, list) and isinstance(old, list | None) and any(map(_named, now)):
            yield from self._elements(old or [], now, path, name)
        elif isinstance(now, Mapping) and old is None:
            if any(True for _ in self.members({}, {}, now, path, name)):
                yield (KIND, path, None, now)
        elif old is None or not same(old, now):
            yield (KIND, path, old, now)

    def _elements(self, before: list[Any], now: list[Any], path: str, name: str) -> Iterator[Difference]:
        """A list that is not declared: elements that came and went, and what changed in the others."""
        of_before = {_named(each): each for each in before}
        for each in now:
            here = f"{path}[{each.get('name')}]"
            if _named(each) in of_before:
                yield from self.members({}, of_before[_named(each)], each, here, name)
            elif str(each.get("id")).lower() not in self._known and not self._is_made(name, each):
                yield (KIND, here, None, {key: value for key, value in each.items() if not self._is_azures(key, name)})
        left = {_named(each) for each in now}
        yield from (
            (KIND, f"{path}[{old.get('name')}]", old, None) for key, old in of_before.items() if key not in left
        )

    def _is_made(self, name: str, each: Mapping[str, Any]) -> bool:
        """Whether Azure has made a NAT rule from a NAT pool: they come and go with the instances."""
        return name == "inboundNatRules" and not self._everything and bool(_OF_A_POOL.search(str(each.get("name"))))


def _pairs(wanted: list[Any], before: Any, now: list[Any]) -> Iterator[tuple[Any, Any, Mapping[str, Any]]]:
    """The elements of a declared list, with what the state and Azure have of each: by name, else by place."""
    old = before if isinstance(before, list) else []
    by_name = all(map(_named, (*wanted, *now)))
    for index, each in enumerate(now):
        if not isinstance(each, Mapping):
            continue
        if by_name:
            declared = next((item for item in wanted if _named(item) == _named(each)), None)
            then: Any = next((item for item in old if _named(item) == _named(each)), {})
        else:
            declared = wanted[index] if index < len(wanted) else None
            then = old[index] if index < len(old) else {}
        if isinstance(declared, Mapping):
            yield declared, then, each


def _named(value: Any) -> str:
    name = value.get("name") if isinstance(value, Mapping) else None
    return name.lower() if isinstance(name, str) else ""


def _member(value: Any, name: str) -> Any:
    if not isinstance(value, Mapping):
        return _MISSING
    return next((each for key, each in value.items() if key.lower() == name.lower()), _MISSING)


def _says_nothing(value: Any) -> bool:
    """Whether Azure shows this where nobody has asked for anything."""
    return is_empty(value) or value is False or value == 0


async def resources(
    azure: Azure, target: Target, mode: Mode, own: Sequence[Seen], known: Collection[str]
) -> tuple[list[Change], list[str]]:
    """What exists around the set and is not in the stack: machines, their interfaces, locks. And what was not read.

    Args:
        azure: Azure.
        target: The scale set.
        mode: Its mode. Nobody has to declare what Azure creates from the set's profile.
        own: The resources of the component.
        known: The lower-case ids of the stack's resources.
    """
    found: list[Change] = []
    notes: list[str] = []
    looks: list[Callable[[], Awaitable[list[Change]]]] = [lambda: _locks(azure, target, own, known)]
    if mode is Mode.FLEXIBLE:
        looks.append(lambda: _machines(azure, target, known))
    for look in looks:
        try:
            found += await look()
        except AzureError as error:
            if error.status not in _FORBIDDEN:
                raise
            notes.append(f"left out: {error}")
    return found, notes


async def _machines(azure: Azure, target: Target, known: Collection[str]) -> list[Change]:
    members, nics = await asyncio.gather(
        live_instances(azure, target, Mode.FLEXIBLE), azure.ask("network_interfaces", "list", target.resource_group)
    )
    explicit = [each for each in members if not made_by(target, each.name)]
    found = [_extra(each.resource_id, "virtualMachines") for each in explicit]
    for nic in nics:
        owner = str(((nic.get("properties") or {}).get("virtualMachine") or {}).get("id") or "").lower()
        if any(_is(each, owner) for each in explicit):
            found.append(_extra(str(nic.get("id")), "networkInterfaces"))
    return [each for each in found if str(each.now).lower() not in known]


def _is(instance: Instance, identity: str) -> bool:
    return instance.resource_id.lower() == identity


async def _locks(azure: Azure, target: Target, own: Sequence[Seen], known: Collection[str]) -> list[Change]:
    found = []
    for body in await azure.ask("management_locks", "list_at_resource_group_level", target.resource_group):
        lock = parse_lock(body)
        if str(body["id"]).lower() not in known and any(lock.covers(each.id) for each in own):
            extra = _extra(str(body["id"]), "locks")
            found.append(Change(resource=extra.resource, type=extra.type, kind=KIND, now=f"{lock}, `{removal(lock)}`"))
    return found


def _extra(identity: str, what: str) -> Change:
    provider = identity.rpartition("/providers/")[2].split("/")[0]
    return Change(resource=last_segment(identity), type=f"{provider}/{what}", kind=KIND, now=identity)
