"""Relations between an estate's resources: sets, members, load balancers, interfaces, locks. Pure and near-linear.

Indexes are computed once for each estate and shared by the rules that need them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from scaleset_core.facts.properties import UNKNOWN, Unknown, View
from scaleset_core.modes import Mode
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource, Targets, normal_id

PROFILE_IP = "virtualMachineProfile.networkProfile.networkInterfaceConfigurations[].ipConfigurations[]"
POOL_PATHS = (f"{PROFILE_IP}.loadBalancerBackendAddressPools[].id", f"{PROFILE_IP}.loadBalancerInboundNatPools[].id")
NIC_POOL_PATHS = (
    "ipConfigurations[].loadBalancerBackendAddressPools[].id",
    "ipConfigurations[].loadBalancerInboundNatRules[].id",
)
SET_OF_MACHINE = "virtualMachineScaleSet.id"
NO_SET = "the virtual machine is in no scale set"
NO_MODE = "the body has neither a mode nor a profile: it changes a set that exists"
_ANY = frozenset(
    {"azureApiVersion", "identity", "location", "name", "plan", "resourceGroupName", "sku", "tags", "vmScaleSetName"}
)
"""What a body has that only changes a set's size, capacity, tags or identity."""


def mode_of(scale_set: Resource) -> "Mode | Unknown | Literal['']":
    """A set's orchestration mode: UNKNOWN if it is not known yet, ``""`` if Azure has no such mode.

    A set without the property is Uniform: the REST API's default. A template's set with neither mode nor profile does
    not tell it: it changes a set that exists, or is one of the first Flexible sets, which machines joined.
    """
    found = scale_set.view.first("orchestrationMode")
    if found is None:
        return UNKNOWN if tells_no_mode(scale_set) or scale_set.properties is UNKNOWN else Mode.UNIFORM
    if not found.known:
        return UNKNOWN
    text = str(found.value).lower()
    return next((mode for mode in Mode if mode.value.lower() == text), "")


def tells_no_mode(scale_set: Resource) -> bool:
    """Whether a set whose body may be partial has neither a mode nor a profile."""
    view = scale_set.view
    if not scale_set.partial or not view.known:
        return False
    return view.first("orchestrationMode") is None and view.first("virtualMachineProfile") is None


def changes_only(scale_set: Resource) -> bool:
    """Whether a set's body cannot create a set: it has only what every resource has, a size and a capacity."""
    body = scale_set.properties
    if not isinstance(body, Mapping) or not tells_no_mode(scale_set):
        return False
    return all(name in _ANY for name, value in body.items() if value is not None)


def mode_in(estate: Estate, scale_set: Resource) -> "Mode | Unknown | Literal['']":
    """A set's mode, as :func:`mode_of`; one that does not tell it is Flexible if virtual machines join it."""
    if tells_no_mode(scale_set) and scale_set.key in estate.derived("joined", _joined):
        return Mode.FLEXIBLE
    return mode_of(scale_set)


def is_mode(scale_set: Resource, mode: Mode, estate: Estate | None = None) -> bool | None:
    """Whether the set has this mode; None if that is not known yet.

    Args:
        scale_set: The set.
        mode: The mode.
        estate: Its estate, if machines that join it count as in :func:`mode_in`.
    """
    found = mode_of(scale_set) if estate is None else mode_in(estate, scale_set)
    return None if found is UNKNOWN else found == mode


def _joined(estate: Estate) -> frozenset[str]:
    """The keys of the sets that virtual machines of the estate join."""
    machines = estate.of_type(arm_types.VIRTUAL_MACHINE)
    return frozenset(each.key for machine in machines for each in set_of(estate, machine).sure)


def set_of(estate: Estate, machine: Resource) -> Targets:
    """The scale set that a virtual machine is a member of."""
    return estate.follow(machine, SET_OF_MACHINE, arm_types.SCALE_SET)


@dataclass(frozen=True, slots=True)
class Served:
    """The scale sets that one load balancer serves.

    Attributes:
        sure: Those that it certainly serves.
        maybe: Those that it may serve.
        blind: Whether some set or interface refers to load balancers that could not be followed.
    """

    sure: tuple[Resource, ...] = ()
    maybe: tuple[Resource, ...] = ()
    blind: bool = False


def served_by(estate: Estate, balancer: Resource) -> Served:
    """The scale sets that ``balancer`` serves: by their profile, or by their members' network interfaces."""
    index, blind = estate.derived("served", _served)
    return index.get(balancer.key) or Served(blind=blind)


def balancers_of(estate: Estate, scale_set: Resource) -> Targets:
    """The load balancers of a set's profile."""
    return merged(estate.follow(scale_set, path, arm_types.LOAD_BALANCER) for path in POOL_PATHS)


def _served(estate: Estate) -> tuple[dict[str, Served], bool]:
    sure: dict[str, dict[str, Resource]] = defaultdict(dict)
    maybe: dict[str, dict[str, Resource]] = defaultdict(dict)
    blind = False
    for scale_set in estate.of_type(arm_types.SCALE_SET):
        targets = balancers_of(estate, scale_set)
        blind = blind or (targets.blind and not scale_set.complete)
        _note(targets, scale_set, sure, maybe)
    sets_of_interfaces = _sets_of_interfaces(estate)
    for interface in estate.of_type(arm_types.NETWORK_INTERFACE):
        owners = sets_of_interfaces.get(interface.key)
        if owners is None:
            continue
        targets = merged(estate.follow(interface, path, arm_types.LOAD_BALANCER) for path in NIC_POOL_PATHS)
        blind = blind or (targets.blind and not interface.complete)
        for owner, certain in owners:
            _note(targets, owner, sure if certain else maybe, maybe)
    return {
        key: Served(
            tuple(sure[key].values()),
            tuple(each for name, each in maybe[key].items() if name not in sure[key]),
            blind,
        )
        for key in {*sure, *maybe}
    }, blind


def _note(
    targets: Targets,
    scale_set: Resource,
    sure: dict[str, dict[str, Resource]],
    maybe: dict[str, dict[str, Resource]],
) -> None:
    for balancer in targets.sure:
        sure[balancer.key][scale_set.key] = scale_set
    for balancer in targets.maybe:
        maybe[balancer.key][scale_set.key] = scale_set


def _sets_of_interfaces(estate: Estate) -> dict[str, list[tuple[Resource, bool]]]:
    result: dict[str, list[tuple[Resource, bool]]] = defaultdict(list)
    for machine in estate.of_type(arm_types.VIRTUAL_MACHINE):
        owners = set_of(estate, machine)
        if not owners.sure and not owners.maybe:
            continue
        interfaces = interfaces_of(estate, machine)
        for interface in (*interfaces.sure, *interfaces.maybe):
            certain = interface in interfaces.sure
            result[interface.key] += [(each, certain) for each in owners.sure]
            result[interface.key] += [(each, False) for each in owners.maybe]
    return result


def inline_subnet(estate: Estate, resource: Resource, path: str, subnet_id: str) -> View | None:
    """The subnet with this id, one of those at ``path`` of ``resource``, if a network of the estate lists it.

    Pulumi's policies do not get resource ids: there, the network is the one that the id was made from.
    """
    network = estate.by_id(subnet_id, arm_types.VIRTUAL_NETWORK)
    if network is None:
        targets = estate.follow(resource, path, arm_types.VIRTUAL_NETWORK)
        network = targets.sure[0] if targets.settled and len(targets.sure) == 1 else None
    name = normal_id(subnet_id).rpartition("/")[2]
    for subnet in inline_subnets(network) if network is not None else ():
        if isinstance(subnet, Mapping) and str(subnet.get("name", "")).lower() == name:
            return View(subnet)
    return None


def inline_subnets(network: Resource) -> list[Any]:
    """The subnets that a network lists itself."""
    found = network.view.first("subnets")
    return list(found.value) if found is not None and isinstance(found.value, list | tuple) else []


def interfaces_of(estate: Estate, machine: Resource) -> Targets:
    """The network interfaces of a virtual machine."""
    return estate.follow(machine, "networkProfile.networkInterfaces[].id", arm_types.NETWORK_INTERFACE)


def merged(parts: Iterable[Targets]) -> Targets:
    """All of ``parts`` as one."""
    sure: dict[str, Resource] = {}
    maybe: dict[str, Resource] = {}
    outside: list[str] = []
    blind = False
    for part in parts:
        sure.update((each.key, each) for each in part.sure)
        maybe.update((each.key, each) for each in part.maybe)
        outside += part.outside
        blind = blind or part.blind
    left = tuple(each for key, each in maybe.items() if key not in sure)
    return Targets(tuple(sure.values()), left, tuple(outside), blind)


# Locks


@dataclass(frozen=True, slots=True)
class Lock:
    """A management lock.

    Attributes:
        resource: The lock itself.
        level: ``CanNotDelete`` or ``ReadOnly``, ``""`` if it is not known.
        scope: The id that it applies to, in lower case, UNKNOWN if it is not known.
        target: The resource that it applies to, if that is part of the estate.
        maybe: Resources that it may apply to.
    """

    resource: Resource
    level: str
    scope: str | Unknown
    target: Resource | None
    maybe: tuple[Resource, ...] = ()


def locks(estate: Estate) -> tuple[Lock, ...]:
    """The management locks of the estate."""
    return estate.derived("locks", lambda each: tuple(_lock(each, found) for found in each.of_type(arm_types.LOCK)))


def locks_on(estate: Estate, resource: Resource) -> tuple[tuple[Lock, bool], ...]:
    """The locks on ``resource`` itself, each with whether that is certain."""
    index = estate.derived("locks-on", _locks_on)
    return tuple(index.get(resource.key, ()))


def _locks_on(estate: Estate) -> dict[str, list[tuple[Lock, bool]]]:
    result: dict[str, list[tuple[Lock, bool]]] = defaultdict(list)
    for lock in locks(estate):
        if lock.target is not None:
            result[lock.target.key].append((lock, True))
        for each in lock.maybe:
            result[each.key].append((lock, False))
    return result


def _lock(estate: Estate, resource: Resource) -> Lock:
    view = resource.view
    level = view.first("level")
    text = str(level.value) if level is not None and level.known else ""
    lockable = tuple(arm_types.ALL - {arm_types.LOCK})
    scope = _scope(resource, view)
    if isinstance(scope, str) and (target := estate.by_id(scope)) is not None:
        return Lock(resource, text, scope, target)
    targets = estate.follow(resource, "scope", *lockable)
    if isinstance(scope, str):
        return Lock(resource, text, scope, targets.sure[0] if targets.sure else None, targets.maybe)
    found = [*targets.sure, *targets.maybe]
    for path in ("resourceName", "parentResourcePath", "resourceGroupName"):
        found = found or estate.made_from(resource, path, *lockable)
    target = found[0] if len(found) == 1 else None
    return Lock(resource, text, UNKNOWN, target, () if target is not None else tuple(found))


def _scope(resource: Resource, view: View) -> str | Unknown:
    """The scope of a lock: azure-native's ``scope``; in templates and states it is part of the lock's own id."""
    found = view.first("scope")
    if found is not None and isinstance(found.value, str):
        return normal_id(found.value)
    if isinstance(resource.id, str):
        head, marker, _ = normal_id(resource.id).rpartition("/providers/microsoft.authorization/locks/")
        if marker:
            return head
    return UNKNOWN
