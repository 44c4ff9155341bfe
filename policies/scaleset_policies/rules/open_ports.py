"""Whether a network security group lets the Internet reach a port: its rules by priority, the first match decides."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from typing import Any, Final

from scaleset_core.facts.checks import Finding, NotDecided
from scaleset_core.facts.properties import UNKNOWN, NotKnownError, View

_INTERNET: Final = frozenset({"*", "any", "internet"})
_EVERY: Final = "*"
_HIGHEST: Final = 65535


def reachable(rules: Iterable[View], port: int) -> Iterator[Finding | NotDecided]:
    """The rule that lets the Internet reach a port over TCP, if there is one.

    Args:
        rules: All rules of a security group.
        port: The port.
    """
    inbound = [rule for rule in rules if _is(rule, "direction", "inbound") is not False]
    doubtful = ""
    for rule in sorted(inbound, key=_priority):
        matches = _matches(rule, port)
        if matches is False:
            continue
        allows = _is(rule, "access", "allow")
        if allows is False:
            if matches is True and _is(rule, "direction", "inbound") is True and _whole(rule):
                if _unknown_priority(inbound):
                    yield NotDecided(rule.path("priority"))
                return
            if matches is None:
                doubtful = doubtful or rule.path("")
            continue
        if matches is None or allows is None or doubtful or _is(rule, "direction", "inbound") is None:
            yield NotDecided(doubtful or rule.path(""))
            return
        if _unknown_priority(inbound):
            yield NotDecided(rule.path("priority"))
            return
        yield Finding(rule.path(""), detail=f"it lets the Internet reach port {port}")
        return


def _priority(rule: View) -> int:
    found = rule.first("priority")
    return found.value if found is not None and isinstance(found.value, int) else _HIGHEST


def _unknown_priority(rules: list[View]) -> bool:
    return any((found := rule.first("priority")) is not None and not found.known for rule in rules)


def _is(rule: View, path: str, value: str) -> bool | None:
    """Whether a text is this one, case aside; None if it is not known."""
    if not rule.known:
        return None
    found = rule.first(path)
    if found is not None and not found.known:
        return None
    return found is not None and str(found.value).lower() == value


def _matches(rule: View, port: int) -> bool | None:
    """Whether a rule is about TCP from the Internet to this port; None if that is not known."""
    try:
        protocol = str(rule.value("protocol", _EVERY)).lower()
        if protocol not in {_EVERY, "tcp"}:
            return False
        parts = [_any(rule, "destinationPort", port_in(port)), _any(rule, "sourceAddress", is_internet)]
    except NotKnownError:
        return None
    return False if False in parts else None if None in parts else True


def _whole(rule: View) -> bool:
    """Whether a rule is about all destinations and source ports, so that it leaves nothing to later ones."""
    try:
        targets = _any(rule, "destinationAddress", is_internet)
        return targets is True and _any(rule, "sourcePort", lambda text: text == _EVERY) is True
    except NotKnownError:
        return False


def _any(rule: View, name: str, fits: Any) -> bool | None:
    """Whether one of a rule's ranges or prefixes fits; none at all means all of them."""
    kind = "Range" if name.endswith("Port") else "Prefix"
    found = list(rule.each(f"{name}{kind}"))
    found += list(rule.each(f"{name}{kind}{'es' if kind == 'Prefix' else 's'}[]"))
    if name == "sourceAddress" and not found:
        return rule.first("sourceApplicationSecurityGroups") is None
    texts = [each.value for each in found if each.value not in ("", UNKNOWN)]
    if any(isinstance(each, str | int) and fits(str(each).strip().lower()) for each in texts):
        return True
    if any(not each.known for each in found):
        return None
    return not found and rule.first(f"{name.removesuffix('Address')}ApplicationSecurityGroups") is None


def port_in(port: int) -> Any:
    """Whether a text is a port or a range with this port in it (``20-30``, ``*``)."""

    def fits(text: str) -> bool:
        if text == _EVERY:
            return True
        low, _, high = text.partition("-")
        if not low.isdigit() or (high and not high.isdigit()):
            return False
        return int(low) <= port <= int(high or low)

    return fits


def is_internet(text: str) -> bool:
    """Whether a prefix is the whole Internet: a service tag, or all addresses (``0.0.0.0/0``, ``::/0``)."""
    if text in _INTERNET:
        return True
    try:
        return ipaddress.ip_network(text, strict=False).prefixlen == 0 and "/" in text
    except ValueError:
        return False
