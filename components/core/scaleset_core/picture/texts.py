"""Azure's properties as the texts of a picture; the same for what is deployed and for what is planned.

``inner`` is a resource's or a part's properties, in ARM's names without ``properties`` wrappers around them; values may
be :data:`~scaleset_core.facts.properties.UNKNOWN`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from scaleset_core.facts.properties import UNKNOWN
from scaleset_core.picture.model import NOT_KNOWN

RULES: Final = {
    "loadBalancingRules": "load-balancing rule",
    "inboundNatRules": "NAT rule",
    "inboundNatPools": "NAT pool (retires 2027-09-30)",
    "outboundRules": "outbound rule",
}
"""The members of a load balancer that are drawn as rules, and what they are called."""

_ANY = {"*", "any", "0.0.0.0/0", "::/0"}


def plain(value: Any) -> str:
    """One value as text: lists joined, :data:`NOT_KNOWN` for what is not known yet, ``""`` for nothing."""
    if value is UNKNOWN:
        return NOT_KNOWN
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(plain, value)))
    return str(value)


def ports(inner: Mapping[str, Any]) -> str:
    """Protocol and ports of a load balancer's rule: ``Tcp 50000-50099 → 22``."""
    front = plain(inner.get("frontendPort"))
    if not front:
        first, last = (plain(inner.get(f"frontendPortRange{end}")) for end in ("Start", "End"))
        front = f"{first}-{last}" if first or last else ""
    back = plain(inner.get("backendPort"))
    return " ".join(filter(None, (plain(inner.get("protocol")), front, f"→ {back}" if back else "")))


def security_rule(inner: Mapping[str, Any]) -> str:
    """A rule of a security group: ``Allow Inbound Tcp 22 from Internet, priority 100``."""
    source = _either(inner, "sourceAddressPrefix") or _groups(inner, "sourceApplicationSecurityGroups")
    target = _either(inner, "destinationAddressPrefix") or _groups(inner, "destinationApplicationSecurityGroups")
    protocol, port = plain(inner.get("protocol")), _either(inner, "destinationPortRange", "destinationPortRanges")
    head = (plain(inner.get("access")), plain(inner.get("direction")), _named(protocol, "any protocol"))
    words = [*head, _named(port, "all ports"), f"from {_named(source, 'anywhere')}"]
    if target and target.lower() not in _ANY:
        words.append(f"to {target}")
    priority = plain(inner.get("priority"))
    return " ".join(filter(None, words)) + (f", priority {priority}" if priority else "")


def security_rules(rules: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, str]:
    """The rules of a security group by name, in the order in which Azure asks them."""
    ordered = sorted(rules, key=lambda rule: (plain(rule[1].get("direction")), plain(rule[1].get("priority")).zfill(5)))
    return {name: security_rule(inner) for name, inner in ordered}


def _either(inner: Mapping[str, Any], one: str, many: str = "") -> str:
    """A value that Azure has in the singular or in the plural."""
    return plain(inner.get(one)) or plain(inner.get(many or f"{one}es"))


def _groups(inner: Mapping[str, Any], member: str) -> str:
    found = inner.get(member)
    if found is UNKNOWN:
        return NOT_KNOWN
    names = [str(each["id"]).rsplit("/", 1)[-1] for each in found or [] if isinstance(each, Mapping) and "id" in each]
    return ", ".join(names)


def _named(text: str, everything: str) -> str:
    return everything if text.lower() in _ANY else text


def place(zone: str, fault_domain: Any = None) -> str:
    """Zone and fault domain as a heading: ``zone 1, fault domain 0``."""
    domain = plain(fault_domain)
    return ", ".join(filter(None, (f"zone {zone}" if zone else "", f"fault domain {domain}" if domain else "")))
