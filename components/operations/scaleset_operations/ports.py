"""Which front-end port a NAT rule over a back-end pool gives each instance, with one request for each member.

A GET of the load balancer shows the ports of members by address only. The pool's ``queryInboundNatRulePortMapping``
returns those of interfaces (REST: Load Balancers - List Inbound Nat Rule Port Mappings).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from scaleset_operations.azure import Azure
from scaleset_operations.errors import AzureError
from scaleset_operations.network import Network
from scaleset_operations.target import last_segment

Body = Mapping[str, Any]
MAY_NOT = "ports of single instances are left out: asking for them is not allowed"
_SIDE_BY_SIDE = 20
_FORBIDDEN = 403
_ADDRESSES = "loadBalancerBackendAddresses"


@dataclass(frozen=True, slots=True)
class Question:
    """A member of a pool whose ports are not known: lower-case id of the balancer, ids of pool and configuration."""

    balancer: str
    pool: str
    member: str


def unknown(network: Network) -> Iterator[Question]:
    """The members of pools with NAT rules over them whose ports the load balancer does not show."""
    for key, balancer in network.balancers.items():
        properties = balancer.get("properties") or {}
        ruled = {_id((each.get("properties") or {}).get("backendAddressPool")).lower() for each in _rules(properties)}
        for pool in properties.get("backendAddressPools") or []:
            identity = str(pool.get("id"))
            if identity.lower() not in ruled:
                continue
            told = {_member(each).lower() for each in _addresses(pool) if _ports(each)}
            for face in network.interfaces:
                inside = identity.lower() in {each.lower() for each in face.pools}
                if inside and face.id.lower() not in told:
                    yield Question(key, identity, face.id)


async def with_ports(azure: Azure, network: Network) -> tuple[Network, str]:
    """The network with the ports that Azure tells, and a note on what it did not tell, or ``""``."""
    questions = list(unknown(network))
    gate = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def ask(question: Question) -> list[Body]:
        parts = question.pool.strip("/").split("/")
        async with gate:
            answer = await azure.ask(
                "load_balancers",
                "begin_list_inbound_nat_rule_port_mappings",
                parts[3],
                parts[7],
                parts[9],
                body={"ipConfiguration": {"id": question.member}},
            )
        return list(answer.get("inboundNatRulePortMappings") or [])

    try:
        answers = await asyncio.gather(*(ask(each) for each in questions))
    except AzureError as error:
        if error.status != _FORBIDDEN:
            raise
        return network, f"{MAY_NOT}: {error}"
    balancers = dict(network.balancers)
    for question, answer in zip(questions, answers, strict=True):
        balancers[question.balancer] = _told(balancers[question.balancer], question, answer)
    return replace(network, balancers=balancers), ""


def _told(balancer: Body, question: Question, ports: list[Body]) -> Body:
    """The load balancer as if its GET had shown the ports of the member."""
    properties = dict(balancer.get("properties") or {})
    address = {
        "name": last_segment(question.member),
        "properties": {
            "networkInterfaceIPConfiguration": {"id": question.member},
            "inboundNatRulesPortMapping": ports,
        },
    }
    pools = []
    for pool in properties.get("backendAddressPools") or []:
        if str(pool.get("id")).lower() == question.pool.lower():
            kept = [each for each in _addresses(pool) if _member(each).lower() != question.member.lower()]
            pools.append({**pool, "properties": {**(pool.get("properties") or {}), _ADDRESSES: [*kept, address]}})
        else:
            pools.append(pool)
    return {**balancer, "properties": {**properties, "backendAddressPools": pools}}


def _rules(properties: Body) -> list[Body]:
    return list(properties.get("inboundNatRules") or [])


def _addresses(pool: Body) -> list[Body]:
    return list((pool.get("properties") or {}).get(_ADDRESSES) or [])


def _member(address: Body) -> str:
    return _id((address.get("properties") or {}).get("networkInterfaceIPConfiguration"))


def _ports(address: Body) -> Any:
    return (address.get("properties") or {}).get("inboundNatRulesPortMapping")


def _id(item: object) -> str:
    return str(item.get("id") or "") if isinstance(item, Mapping) else ""
