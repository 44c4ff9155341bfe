"""Network security groups: which rule decides about a packet.

From Microsoft's "Azure network security groups overview" and "How network security groups filter network traffic":
rules are taken in order of priority, the first that matches decides; inbound, the subnet's group is asked before the
interface's, and both must let the packet in. Addresses and ports are those behind the translation: the source is the
client's, the destination is the machine's private address and port.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

INTERNET = "Internet"
AZURE_BALANCER = "AzureLoadBalancer"
PROBE_ADDRESS = "168.63.129.16"  # the virtual address of the host, from which probes come
_ANY = frozenset({"*", "any", "0.0.0.0/0", "::/0"})


@dataclass(frozen=True, slots=True)
class Flow:
    """A packet as a security group sees it.

    Attributes:
        source: An address, or the tag ``Internet`` for a client somewhere in it.
        source_port: The client's port.
        destination: The machine's address.
        port: The machine's port.
        protocol: ``Tcp`` or ``Udp``.
        spaces: The prefixes of the machine's virtual network.
        groups: The keys of the application security groups that the machine's address is in.
    """

    source: str
    source_port: int
    destination: str
    port: int
    protocol: str
    spaces: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """An inbound rule, its single and plural members joined."""

    name: str
    priority: int
    allow: bool
    protocol: str
    sources: tuple[str, ...]
    source_ports: tuple[str, ...]
    source_groups: frozenset[str]
    destinations: tuple[str, ...]
    ports: tuple[str, ...]
    groups: frozenset[str]

    def matches(self, flow: Flow) -> bool:
        """Whether the rule is about this packet."""
        return (
            self.protocol.lower() in {"*", flow.protocol.lower()}
            and not self.source_groups  # only machines of the virtual network are in one
            and any(_source_in(prefix, flow) for prefix in self.sources)
            and _port_in(self.source_ports, flow.source_port)
            and self._is_destination(flow)
            and _port_in(self.ports, flow.port)
        )

    def _is_destination(self, flow: Flow) -> bool:
        if self.groups:
            return bool(self.groups & flow.groups)
        return any(_destination_in(prefix, flow) for prefix in self.destinations)


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """A network security group: its name, and its inbound rules with the default ones."""

    name: str
    rules: tuple[Rule, ...]

    def deciding(self, flow: Flow) -> Rule:
        """The rule that decides; the last default rule denies what no other is about."""
        return next(rule for rule in sorted(self.rules, key=lambda rule: rule.priority) if rule.matches(flow))


def _source_in(prefix: str, flow: Flow) -> bool:
    if prefix.lower() in _ANY:
        return True
    address = _address(flow.source)
    if address is None:  # a tag means all its addresses: a rule for some of them is not about it
        return prefix.lower() == flow.source.lower()
    if prefix.lower() == INTERNET.lower():
        return not _within(address, flow.spaces) and flow.source != PROBE_ADDRESS
    if prefix.lower() == "virtualnetwork":
        return _within(address, flow.spaces) or flow.source == PROBE_ADDRESS
    if prefix.lower() == AZURE_BALANCER.lower():
        return flow.source == PROBE_ADDRESS
    return _within(address, (prefix,))


def _destination_in(prefix: str, flow: Flow) -> bool:
    if prefix.lower() in _ANY:
        return True
    address = _address(flow.destination)
    if prefix.lower() == "virtualnetwork":
        return address is not None and _within(address, flow.spaces)
    return address is not None and _within(address, (prefix,))


def _within(address: ipaddress.IPv4Address | ipaddress.IPv6Address, prefixes: Iterable[str]) -> bool:
    for prefix in prefixes:
        try:
            network = ipaddress.ip_network(prefix, strict=False)
        except ValueError:  # the tag of a service, which is not an address
            continue
        if address.version == network.version and address in network:
            return True
    return False


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _port_in(ranges: Iterable[str], port: int) -> bool:
    for text in ranges:
        low, _, high = text.partition("-")
        if text == "*" or (low.isdigit() and int(low) <= port <= int(high or low)):
            return True
    return False
