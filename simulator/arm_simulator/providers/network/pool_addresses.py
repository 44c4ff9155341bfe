"""The members of a back-end pool as ``loadBalancerBackendAddresses``.

A pool's members are addresses that its body names, or IP configurations of interfaces that refer to the pool. Azure
shows the latter in this list too, each with a name and ``networkInterfaceIPConfiguration``, which is read-only (REST
``LoadBalancerBackendAddressPropertiesFormat``); the list itself is not. In responses that users published, the member
of an interface is called ``{group}_{interface}{configuration}``, that of a scale set's instance has a GUID. A body may
repeat these names, as exported templates do; a change of such members through the pool is refused with
``ModificationOfNICIpConfigBackendPoolNotSupported`` (terraform-provider-azurerm issue 10496).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId, parse
from arm_simulator.core.kinds import Body

_LIST = "loadBalancerBackendAddresses"
_NAMESPACE = uuid.UUID("8c1f2f0e-6f0e-4a39-9d0f-2f6a2f5b7c11")


def name_of(configuration: str) -> str:
    """The name of a member that is an IP configuration.

    Args:
        configuration: Its id.
    """
    if "/virtualmachinescalesets/" in configuration.lower():
        return str(uuid.uuid5(_NAMESPACE, configuration.lower()))
    found = parse(configuration)
    assert found.parent is not None
    return f"{found.resource_group}_{found.parent.name}{found.name}"


def show(properties: Body, members: Sequence[str]) -> None:
    """Add the members to a pool's properties in a response."""
    own = properties.get(_LIST) or []
    properties[_LIST] = [
        *own,
        *(
            {
                "name": name_of(member),
                "properties": {"provisioningState": "Succeeded", "networkInterfaceIPConfiguration": {"id": member}},
            }
            for member in members
        ),
    ]


def check(pool: ResourceId, properties: Body, members: Sequence[str]) -> None:
    """Take the members by interface out of a pool's properties in a request: they are not the pool's to store.

    Raises:
        ArmError: It names one that is none.
    """
    given = properties.get(_LIST)
    if not given:
        return
    known = {name_of(member).lower() for member in members}
    own = [each for each in given if (each.get("properties") or {}).get("ipAddress")]
    for each in given:
        if each not in own and str(each.get("name", "")).lower() not in known:
            raise ArmError(
                400,
                "ModificationOfNICIpConfigBackendPoolNotSupported",
                f"Operation on backend pool {pool} not allowed since it adds/modifies/deletes backend address pool "
                "members that are specified with a network interface IP configuration.",
                f"properties.{_LIST}",
            )
    properties[_LIST] = own
