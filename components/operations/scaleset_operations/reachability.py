"""Whether an inbound NAT mapping lets somebody outside reach its instances, decided from what Azure shows.

Nothing is sent to an instance. The steps are those of Microsoft's pages on load balancers and network security groups:
the front end must be public; the security groups of subnet and interface must both let the packet in, and without one a
Standard load balancer lets nothing in; the instance must run. Health probes do not matter: NAT rules are not gated by
them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scaleset_operations.errors import UsageError
from scaleset_operations.network import Interface, NatMapping, Network
from scaleset_operations.target import last_segment

Body = Mapping[str, Any]
ANYBODY = "Internet"
YES = "yes"
_EVERYBODY = ("*", "any", "internet", "0.0.0.0/0", "::/0")
_ANYWHERE = ("*", "any", "0.0.0.0/0", "::/0")
_CLIENT_PORT = 50_000  # some port of a client: only a rule that asks for source ports looks at it
_NOT_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "::1/128",
         "fc00::/7", "fe80::/10"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Packet:
    """What a security group looks at: client (None: anybody on the Internet), protocol, and where it goes.

    ``inside`` is false if the instance sees the front end's address instead of its private one (floating IP).
    """

    client: ipaddress.IPv4Address | ipaddress.IPv6Address | None
    protocol: str
    address: str
    port: int
    inside: bool
    groups: frozenset[str]


def client(text: str) -> str:
    """The client that ``--from`` names: a public address, or ``Internet`` for anybody there.

    Raises:
        UsageError: It is neither.
    """
    if not text or text.lower() == ANYBODY.lower():
        return ANYBODY
    advice = "expected a public IP address such as 203.0.113.7; leave it out for the whole Internet"
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        raise UsageError(f"--from {text!r} is not an IP address: {advice}.") from None
    if any(address.version == block.version and address in block for block in _NOT_PUBLIC):
        raise UsageError(f"--from {text!r} is a private address, which no packet from outside has: {advice}.")
    return str(address)


def verdicts(network: Network, mapping: NatMapping, source: str, power: Mapping[str, str]) -> dict[str, str]:
    """For each instance that a mapping leads to: ``""`` if it is reached from the source, else what stops it.

    Args:
        network: What was read, with subnets and security groups.
        mapping: The mapping.
        source: A public address, or ``Internet``.
        power: The power state by instance name; one that Azure did not report counts as running.
    """
    found: dict[str, str] = {}
    for face in mapping.faces:
        found[face.instance] = found.get(face.instance) or _stopped(network, mapping, face, source, power)
    return found


def reachable(network: Network, mapping: NatMapping, source: str, power: Mapping[str, str]) -> str:
    """``yes``; ``no: `` and the reason; or ``""`` for a mapping that leads to something that is not of this set."""
    found = verdicts(network, mapping, source, power)
    if not found:
        return "" if mapping.elsewhere else "no: it leads to no instance"
    by_reason: dict[str, list[str]] = {}
    for instance, reason in found.items():
        if reason:
            by_reason.setdefault(reason, []).append(instance)
    if not by_reason:
        return YES
    if len(by_reason) == 1 and len(found) == len(next(iter(by_reason.values()))):
        return f"no: {next(iter(by_reason))}"
    return "no: " + "; ".join(f"{', '.join(names)}: {reason}" for reason, names in by_reason.items())


def _stopped(network: Network, mapping: NatMapping, face: Interface, source: str, power: Mapping[str, str]) -> str:
    inner = mapping.body.get("properties") or {}
    front = _front_end(mapping.balancer, _id(inner.get("frontendIPConfiguration")))
    public = _id(front.get("publicIPAddress"))
    if not public and not _id(front.get("publicIPPrefix")):
        return "the front end is private"
    floating = bool(inner.get("enableFloatingIP"))
    packet = _Packet(
        client=None if source == ANYBODY else ipaddress.ip_address(source),
        protocol=str(inner.get("protocol") or "Tcp"),
        address=network.addresses.get(public.lower(), "") if floating else face.private_address,
        port=int((floating and inner.get("frontendPort")) or inner.get("backendPort") or 0),
        inside=not floating,
        groups=frozenset(each.lower() for each in face.application_groups),
    )
    if not any(True for _ in _groups(network, face)) and _is_standard(mapping.balancer):
        return "no network security group: a Standard load balancer blocks all traffic"
    return _refused(network, face, packet) or _off(power.get(face.instance, ""))


def stopped_at(network: Network, face: Interface, source: str, port: int, power: str) -> str:
    """What stops a client from an interface's own public address; ``""``: nothing does.

    A Standard public address lets nothing in without a network security group, as a Standard load balancer does.

    Args:
        network: What was read, with subnets and security groups.
        face: The interface's configuration.
        source: A public address, or ``Internet``.
        port: The TCP port on the machine.
        power: The instance's power state.
    """
    packet = _Packet(
        client=None if source == ANYBODY else ipaddress.ip_address(source),
        protocol="Tcp",
        address=face.private_address,
        port=port,
        inside=True,
        groups=frozenset(each.lower() for each in face.application_groups),
    )
    if not any(True for _ in _groups(network, face)):
        return "no network security group: a Standard public address blocks all traffic"
    return _refused(network, face, packet) or _off(power)


def _refused(network: Network, face: Interface, packet: _Packet) -> str:
    """The security rule that stops a packet."""
    for place, group in _groups(network, face):
        rule = _deciding(group, packet)
        if str((rule.get("properties") or {}).get("access")).lower() != "allow":
            return f"network security group {group.get('name')} of the {place}: rule {rule.get('name')}"
    return ""


def _off(state: str) -> str:
    return "" if state in {"", "running"} else f"the instance is {state}"


def _front_end(balancer: Body, identifier: str) -> Body:
    for front in (balancer.get("properties") or {}).get("frontendIPConfigurations") or []:
        if str(front.get("name")).lower() == last_segment(identifier).lower():
            found: Body = front.get("properties") or {}
            return found
    return {}


def _groups(network: Network, face: Interface) -> Iterator[tuple[str, Body]]:
    """The security groups in the order in which Azure asks them: the subnet's, then the interface's."""
    subnet = (network.subnets.get(face.subnet.lower()) or {}).get("properties") or {}
    for place, identifier in (("subnet", _id(subnet.get("networkSecurityGroup"))), ("interface", face.security_group)):
        group = network.security_groups.get(identifier.lower())
        if group is not None:
            yield place, group


def _deciding(group: Body, packet: _Packet) -> Body:
    """The inbound rule that decides: of those that match, the one with the lowest priority."""
    properties = group.get("properties") or {}
    rules = [*(properties.get("securityRules") or []), *(properties.get("defaultSecurityRules") or [])]
    matching = [rule for rule in rules if _matches(rule.get("properties") or {}, packet)]
    return min(matching, key=lambda rule: rule["properties"]["priority"], default={"name": "(none)"})


def _matches(rule: Body, packet: _Packet) -> bool:
    return (
        str(rule.get("direction")).lower() == "inbound"
        and str(rule.get("protocol") or "*").lower() in {"*", packet.protocol.lower()}
        and any(_is_from(prefix, packet) for prefix in _all(rule, "sourceAddressPrefix", "sourceAddressPrefixes"))
        and any(_covers(ports, _CLIENT_PORT) for ports in _all(rule, "sourcePortRange", "sourcePortRanges"))
        and any(_covers(ports, packet.port) for ports in _all(rule, "destinationPortRange", "destinationPortRanges"))
        and _is_for(rule, packet)
    )


def _is_from(prefix: str, packet: _Packet) -> bool:
    if prefix.lower() in _EVERYBODY:
        return True
    return packet.client is not None and _contains(prefix, packet.client)


def _is_for(rule: Body, packet: _Packet) -> bool:
    members = {_id(each).lower() for each in rule.get("destinationApplicationSecurityGroups") or []}
    if members:
        return bool(members & packet.groups)
    address = ipaddress.ip_address(packet.address) if packet.address else None
    for prefix in _all(rule, "destinationAddressPrefix", "destinationAddressPrefixes"):
        if prefix.lower() in _ANYWHERE or (prefix.lower() == "virtualnetwork" and packet.inside):
            return True
        if address is not None and _contains(prefix, address):
            return True
    return False


def _contains(prefix: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    try:
        block = ipaddress.ip_network(prefix, strict=False)
    except ValueError:  # the tag of a service
        return False
    return block.version == address.version and address in block


def _covers(ports: str, port: int) -> bool:
    if ports == "*":
        return True
    first, _, last = ports.partition("-")
    return int(first) <= port <= int(last or first)


def _all(rule: Body, single: str, plural: str) -> list[str]:
    one = rule.get(single)
    return [str(each) for each in (*([one] if one else []), *(rule.get(plural) or []))]


def _is_standard(balancer: Body) -> bool:
    return str((balancer.get("sku") or {}).get("name") or "").lower() != "basic"


def _id(item: object) -> str:
    return str(item.get("id") or "") if isinstance(item, Mapping) else ""
