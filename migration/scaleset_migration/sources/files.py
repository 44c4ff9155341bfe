"""Scale sets in a file: a template, a Terraform plan or state, a stack's export, what ``az`` printed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from scaleset_core.facts.properties import UNKNOWN
from scaleset_migration.ports import predicted
from scaleset_migration.reverse.network import nat_pools
from scaleset_migration.reverse.parts import at
from scaleset_migration.situation import Situation
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource

_NO_ID = "/subscriptions/{subscription}/resourceGroups/{resourceGroup}"


def situations(estate: Estate, place: str) -> Iterator[Situation]:
    """The scale sets of an estate with their surroundings.

    Args:
        estate: What a file declares, or what Azure answered.
        place: What names it for people.
    """
    balancers = {identity_of(each).lower(): properties_of(each) for each in estate.of_type(arm_types.LOAD_BALANCER)}
    subnets = {identity_of(each).lower(): properties_of(each) for each in estate.of_type(arm_types.SUBNET)}
    scaling = [properties_of(each) for each in estate.of_type(arm_types.AUTOSCALE)]
    locks = tuple(
        (str(at(each.properties, "scope") or _scope(each)), str(at(each.properties, "level")), each.name)
        for each in estate.of_type(arm_types.LOCK)
    )
    for each in estate.of_type(arm_types.SCALE_SET):
        identity, body = identity_of(each), properties_of(each)
        found = Situation(
            id=identity,
            name=each.name,
            group=group_of(identity),
            body=body,
            balancers=balancers,
            subnets=subnets,
            autoscale=tuple(one for one in scaling if _names(one, identity, each.name)),
            locks=tuple(lock for lock in locks if lock[0].lower().startswith(identity.lower())),
            place=place,
        )
        ports = predicted(balancers, nat_pools(at(body, "virtualMachineProfile")), found.capacity)
        yield replace(found, ports=ports)


def identity_of(resource: Resource) -> str:
    """A resource's ARM id; parts that the source does not tell are in braces."""
    if isinstance(resource.id, str) and resource.id:
        return resource.id
    return f"{_NO_ID}/providers/{resource.type}/{resource.name}"


def group_of(identity: str) -> str:
    """The resource group in an ARM id."""
    parts = identity.split("/")
    return parts[4] if len(parts) > 4 else ""  # noqa: PLR2004 - /subscriptions/S/resourceGroups/G


def _scope(lock: Resource) -> str:
    return identity_of(lock).partition("/providers/Microsoft.Authorization/locks")[0]


def _names(settings: Mapping[str, Any], identity: str, name: str) -> bool:
    target = str(at(settings, "targetResourceUri") or "").lower()
    return target == identity.lower() or target.endswith(f"/virtualmachinescalesets/{name.lower()}")


def properties_of(resource: Resource) -> Mapping[str, Any]:
    """A resource's properties; none where the source does not tell them."""
    properties = resource.properties
    return properties if isinstance(properties, Mapping) else {}


def unknown(node: Any, at_: str = "") -> Iterator[str]:
    """The paths of values that the source does not tell."""
    if node is UNKNOWN:
        yield at_
    elif isinstance(node, Mapping):
        for name, value in node.items():
            yield from unknown(value, f"{at_}.{name}" if at_ else str(name))
    elif isinstance(node, list | tuple):
        for index, value in enumerate(node):
            yield from unknown(value, f"{at_}[{index}]")
