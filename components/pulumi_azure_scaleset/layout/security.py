"""The rules of the network security group on the subnet that the component makes."""

from collections.abc import Iterator, Sequence
from typing import Any

from pulumi_azure_scaleset.model.reach import Way
from pulumi_azure_scaleset.model.sources import is_tag
from scaleset_core.facts.names import stable_hash

_FIRST, _LAST = 1000, 3999
"""The priorities: far from both ends, so that rules of other origin find room before and after."""
_LONGEST_NAME = 80
_ANY_PORT = "0-65535"


def security_rules(openings: Sequence[tuple[Way, Sequence[Any]]]) -> list[dict[str, Any]]:
    """One rule for the ranges of each way, and one for each of its service tags.

    Args:
        openings: The ways with their sources.
    """
    rules = [rule for way, sources in openings for rule in _of(way, sources)]
    priorities = _priorities([rule["name"] for rule in rules])
    return [{**rule, "priority": priorities[rule["name"]]} for rule in rules]


def _of(way: Way, sources: Sequence[Any]) -> Iterator[dict[str, Any]]:
    # A rule takes a list of ranges, or one service tag (REST: sourceAddressPrefixes, sourceAddressPrefix).
    ranges = [source for source in sources if not is_tag(source)]
    if ranges:
        yield {**_rule(way, way.name), "sourceAddressPrefixes": ranges}
    for tag in (source for source in sources if is_tag(source)):
        yield {**_rule(way, f"{way.name}-{tag}"), "sourceAddressPrefix": tag}


def _rule(way: Way, name: str) -> dict[str, Any]:
    return {
        "name": _fitting(name),
        "direction": "Inbound",
        "access": "Allow",
        "protocol": "*" if way.protocol == "All" else way.protocol,
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": str(way.port) if way.port else _ANY_PORT,
    }


def _fitting(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 9]}-{stable_hash(name) % 16**8:08x}"


def _priorities(names: Sequence[str]) -> dict[str, int]:
    """The priority of each rule by its name, so that one rule more leaves the others where they are."""
    taken: dict[int, str] = {}
    for name in sorted(names):
        priority = _FIRST + stable_hash(name) % (_LAST - _FIRST + 1)
        while priority in taken:
            priority = priority + 1 if priority < _LAST else _FIRST
        taken[priority] = name
    return {name: priority for priority, name in taken.items()}
