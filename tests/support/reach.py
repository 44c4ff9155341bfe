"""Whether packets from outside reach machines.

:func:`closed_ways` asks the simulator's data plane about every way in of every public front end. :func:`arrives` is
about any port of a machine, whether something leads there or not: it reads the security groups of interfaces and
subnets through ARM, and applies their rules in the order of priority, the default rules included (Network security
groups: how traffic is evaluated).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure

_API = {"api-version": "2024-05-01"}
_NETWORK = "providers/Microsoft.Network"
_OUTSIDE = "Internet"
_INSIDE = {"VirtualNetwork", "AzureLoadBalancer"}


@dataclass(frozen=True, order=True)
class Inbound:
    """A packet from outside as a machine gets it.

    Attributes:
        source: The client's address, a public one.
        protocol: Tcp or Udp.
        port: The port on the machine.
    """

    source: str
    protocol: str
    port: int


def arrives(simulator: RunningSimulator, azure: Azure, packet: Inbound) -> bool:
    """Whether a packet reaches every primary interface of every machine of the subscription; False without any."""
    found = list(_interfaces(simulator, azure))
    return bool(found) and all(_lets_in(simulator, nic, packet) for nic in found)


def closed_ways(simulator: RunningSimulator, azure: Azure, sources: Sequence[str]) -> list[str]:
    """The ways in of the public front ends that let in none of the sources, with what stops the last of them.

    Packets are sent through the simulator's data plane, to the first port of a range.
    """
    closed = []
    for balancer in _list(simulator, f"/subscriptions/{azure.subscription}/{_NETWORK}/loadBalancers"):
        for address in _addresses(simulator, balancer):
            for name, protocol, port in _ways(balancer):
                answers = [simulator.packet(address, port, protocol=protocol, source=source) for source in sources]
                if not any(all(verdict.reached for verdict in answer.verdicts) for answer in answers):
                    closed.append(f"{balancer['name']}: {name}, {protocol} {port}: {answers[-1].stopped}")
    return closed


def _addresses(simulator: RunningSimulator, balancer: Mapping[str, Any]) -> list[str]:
    fronts = [front["properties"] for front in balancer["properties"]["frontendIPConfigurations"]]
    public = [front["publicIPAddress"]["id"] for front in fronts if "publicIPAddress" in front]
    return [_get(simulator, identity)["properties"]["ipAddress"] for identity in public]


def _ways(balancer: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """The ways in: name, protocol, first front-end port."""
    for kind in ("loadBalancingRules", "inboundNatRules", "inboundNatPools"):
        for each in balancer["properties"].get(kind) or ():
            properties = each["properties"]
            protocol = "Tcp" if properties["protocol"] == "All" else properties["protocol"]
            yield each["name"], protocol, properties.get("frontendPort") or properties["frontendPortRangeStart"]


def _interfaces(simulator: RunningSimulator, azure: Azure) -> Iterator[dict[str, Any]]:
    """The primary interfaces of all machines, those of Uniform instances too."""
    scope = f"/subscriptions/{azure.subscription}"
    found = _list(simulator, f"{scope}/{_NETWORK}/networkInterfaces")
    for each in _list(simulator, f"{scope}/providers/Microsoft.Compute/virtualMachineScaleSets"):
        if each["properties"]["orchestrationMode"] == "Uniform":
            found += _list(simulator, f"{each['id']}/networkInterfaces", {"api-version": "2018-10-01"})
    yield from (
        nic for nic in found if "virtualMachine" in nic["properties"] and nic["properties"].get("primary", True)
    )


def _lets_in(simulator: RunningSimulator, nic: Mapping[str, Any], packet: Inbound) -> bool:
    """Whether the subnet's group and the interface's let a packet in, and there is one."""
    subnet = _get(simulator, nic["properties"]["ipConfigurations"][0]["properties"]["subnet"]["id"])
    groups = [each["properties"].get("networkSecurityGroup") for each in (subnet, nic)]
    return any(groups) and all(_passes(_get(simulator, group["id"]), packet) for group in groups if group)


def _passes(group: Mapping[str, Any], packet: Inbound) -> bool:
    properties = group["properties"]
    rules = [rule["properties"] for rule in (*properties["securityRules"], *properties["defaultSecurityRules"])]
    inbound = sorted((rule for rule in rules if rule["direction"] == "Inbound"), key=lambda rule: rule["priority"])
    decisive: str = next(rule["access"] for rule in inbound if _fits(rule, packet))
    return decisive == "Allow"


def _fits(rule: Mapping[str, Any], packet: Inbound) -> bool:
    return (
        rule["protocol"] in {"*", packet.protocol}
        and any(_port(text, packet.port) for text in _both(rule, "destinationPortRange", "destinationPortRanges"))
        and any(_from(text, packet.source) for text in _both(rule, "sourceAddressPrefix", "sourceAddressPrefixes"))
    )


def _both(rule: Mapping[str, Any], one: str, many: str) -> list[str]:
    return [*([rule[one]] if rule.get(one) else []), *(rule.get(many) or [])]


def _port(text: str, port: int) -> bool:
    first, _, last = ("0-65535" if text == "*" else text).partition("-")
    return int(first) <= port <= int(last or first)


def _from(prefix: str, source: str) -> bool:
    if prefix in {"*", _OUTSIDE}:
        return True
    if prefix in _INSIDE:
        return False
    return ipaddress.ip_address(source) in ipaddress.ip_network(prefix)


def _list(simulator: RunningSimulator, path: str, version: Mapping[str, str] = _API) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _get(simulator, path, version)["value"]
    return found


def _get(simulator: RunningSimulator, path: str, version: Mapping[str, str] = _API) -> dict[str, Any]:
    token = {"Authorization": f"Bearer {simulator.token}"}
    answer = httpx.get(f"{simulator.endpoint}{path}", params=version, headers=token)
    assert answer.is_success, f"{path}: {answer.text}"
    body: dict[str, Any] = answer.json()
    return body
