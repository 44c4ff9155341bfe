"""The private and public addresses of a set's instances, in one or two list calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from scaleset_core.modes import Mode
from scaleset_operations.azure import Azure
from scaleset_operations.errors import AzureError
from scaleset_operations.instances import Instance
from scaleset_operations.target import Target

Body = Mapping[str, Any]
MAY_NOT = "addresses are left out: reading them is not allowed"
_FORBIDDEN = 403
_INTERFACES = """resources
| where type == "microsoft.network/networkinterfaces" or type == "microsoft.network/publicipaddresses"
| project id, type, machine = properties.virtualMachine.id, configurations = properties.ipConfigurations, \
address = properties.ipAddress
| where isnotempty(machine) or isnotempty(address)
| order by id asc"""


async def with_addresses(azure: Azure, target: Target, mode: Mode, instances: Sequence[Instance]) -> list[Instance]:
    """The instances with their addresses: Uniform from the set's lists, Flexible from one Resource Graph query."""
    if mode is Mode.FLEXIBLE:
        rows = await azure.query_graph(_INTERFACES)
        nics = [_from_graph(row) for row in rows if row.get("machine")]
        public = {str(row["id"]).lower(): str(row["address"]) for row in rows if row.get("address")}
    else:
        where = (target.resource_group, target.name)
        nics = await azure.ask("network_interfaces", "list_virtual_machine_scale_set_network_interfaces", *where)
        public = {}
        if any(_id(each.get("publicIPAddress")) for nic in nics for each in _configurations(nic)):
            lists = "list_virtual_machine_scale_set_public_ip_addresses"
            found = await azure.ask("public_ip_addresses", lists, *where)
            public = {_id(each).lower(): str((each.get("properties") or {}).get("ipAddress") or "") for each in found}
    return addressed(instances, nics, public)


def addressed(instances: Iterable[Instance], nics: Iterable[Body], public: Mapping[str, str]) -> list[Instance]:
    """The instances with the addresses of their interfaces.

    Args:
        instances: The instances.
        nics: Interfaces as ARM has them; those of other machines are passed over.
        public: Public addresses by the lower-case id of their resource.
    """
    private_of: dict[str, list[str]] = {}
    public_of: dict[str, list[str]] = {}
    for nic in nics:
        owner = _id((nic.get("properties") or {}).get("virtualMachine")).rstrip("/").lower()
        for each in _configurations(nic):
            if each.get("privateIPAddress"):
                private_of.setdefault(owner, []).append(str(each["privateIPAddress"]))
            outside = public.get(_id(each.get("publicIPAddress")).lower())
            if outside:
                public_of.setdefault(owner, []).append(outside)
    return [
        replace(
            each,
            private_addresses=tuple(private_of.get(each.resource_id.rstrip("/").lower(), ())),
            public_addresses=tuple(public_of.get(each.resource_id.rstrip("/").lower(), ())),
        )
        for each in instances
    ]


def is_refusal(error: AzureError) -> bool:
    """Whether the caller has no permission to read the addresses: the list is then made without them."""
    return error.status == _FORBIDDEN


def _from_graph(row: Body) -> Body:
    return {"properties": {"virtualMachine": {"id": row["machine"]}, "ipConfigurations": row.get("configurations")}}


def _configurations(nic: Body) -> list[Body]:
    found = (nic.get("properties") or {}).get("ipConfigurations") or []
    return [each.get("properties") or {} for each in found]


def _id(item: object) -> str:
    return str(item.get("id") or "") if isinstance(item, Mapping) else ""
