"""Which resources have to be deleted before a replaced one can be: Azure deletes nothing that is still in use.

A network security group, virtual network, public address, NAT gateway, load balancer, NAT rule or network interface is
replaced only if its name, resource group or region changes. The old one is then deleted first, and Azure refuses that
(InUseSubnetCannotBeDeleted, PublicIPAddressCannotBeDeleted, LoadBalancerInboundNatRuleInUse, NicInUse) as long as a
resource uses it, although for that resource alone the change would be an update.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.resources import (
    Child,
    Lazy,
    Ref,
    Secret,
)

FOUNDATIONS = frozenset(
    {
        tokens.SECURITY_GROUP,
        tokens.VIRTUAL_NETWORK,
        tokens.PUBLIC_IP,
        tokens.NAT_GATEWAY,
        tokens.LOAD_BALANCER,
        tokens.INBOUND_NAT_RULE,
        tokens.NETWORK_INTERFACE,
    }
)
"""The types that Azure keeps as long as they are used."""


def replacing_paths(child: Child) -> tuple[str, ...]:
    """The input paths whose change replaces ``child``, besides those that the provider knows: Azure moves none."""
    moved = ("location",) if "location" in child.inputs else ()
    edge = ("extendedLocation",) if child.type in tokens.IN_EDGE_ZONES else ()
    return (*child.replace_on_changes, *moved, *edge)


def goes_along_with(child: Child, others: Mapping[str, Child]) -> list[str]:
    """The keys of the children whose replacement replaces ``child``.

    Args:
        child: The child.
        others: The children before it, by their keys.
    """
    # The engine deletes in order what is replaced together with one resource, but several such chains in parallel,
    # where one would wait for the other in vain. So all are replaced together with the first; the network, that is,
    # which itself goes along with its security group.
    rest = (key for key, other in others.items() if other.type != tokens.SECURITY_GROUP)
    first = itertools.islice(rest, 1) if "resourceGroupName" in child.inputs else ()
    found = dict.fromkeys([*first, *_references(child.inputs)])
    return [key for key in found if others[key].type in FOUNDATIONS and not others[key].create_first]


def waits_for(others: Mapping[str, Child]) -> list[str]:
    """The keys of the children that have to be registered before the next one, although nothing refers to them.

    If the set does not make its network, nothing is replaced together with the first resource, the scale set, whose
    deletion waits for its machines; their deletion would run in parallel with that of the interfaces, which waits for
    the machines too. In sequence, each deletion finds done what it waits for.

    Args:
        others: The children before the next one, by their keys.
    """
    return [key for key in itertools.islice(others, 1) if others[key].type not in FOUNDATIONS]


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, Ref):
        yield value.child
    elif isinstance(value, Secret):
        yield from _references(value.value)
    elif isinstance(value, Lazy):
        yield from _references(value.arguments)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from _references(item)
