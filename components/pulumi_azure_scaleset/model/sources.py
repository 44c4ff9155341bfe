"""Who may reach instances from outside: the sources of a network security group's rules."""

import ipaddress
import re
from collections.abc import Sequence
from itertools import combinations
from typing import Annotated, Any

from pydantic import AfterValidator

from pulumi_azure_scaleset.model.base import InputStr, is_deferred
from scaleset_core.facts.checks import show

INTERNET = "Internet"
"""The service tag of all addresses outside the network: access for everybody must be written explicitly."""
_EVERYBODY = frozenset({"*", "any", "0.0.0.0/0", "::/0", "internet"})
_TAG = re.compile(r"[A-Z][A-Za-z0-9]*(\.[A-Za-z0-9]+)*")
_LONGEST = 60


def is_tag(source: Any) -> bool:
    """Whether a source is a service tag; a value that is not known yet counts as an address."""
    return isinstance(source, str) and _TAG.fullmatch(source) is not None


def _source(value: Any) -> Any:
    if is_deferred(value) or is_tag(value):
        return value
    if value.lower() in _EVERYBODY:
        raise ValueError(f"got {show(value)}; to allow everybody, write {INTERNET!r}")
    try:
        network = ipaddress.ip_network(value)
    except ValueError as error:
        got = str(error) if len(value) <= _LONGEST else f"got {show(value)}"
        raise ValueError(f"expected an address, a range such as 203.0.113.0/24, or a service tag: {got}") from None
    if network.version != 4:  # noqa: PLR2004 - the version's number is its name
        raise ValueError(f"got {show(value)}; the network that the component creates has only IPv4 addresses")
    return value


def _apart(values: Any) -> Any:
    """Sources that do not contain each other: Azure takes no overlapping ranges in one rule."""
    seen: set[str] = set()
    for value in values:
        if isinstance(value, str) and value in seen:
            raise ValueError(f"{show(value)} is given twice")
        if isinstance(value, str):
            seen.add(value)
    for one, two in combinations(ranges(values), 2):
        if one.overlaps(two):
            raise ValueError(f"{one} and {two} overlap: remove the smaller one")
    return values


def ranges(values: Sequence[Any]) -> list[ipaddress.IPv4Network]:
    """The ranges among sources, without tags and what is not known yet."""
    return [ipaddress.IPv4Network(each) for each in values if isinstance(each, str) and not is_tag(each)]


Source = Annotated[InputStr, AfterValidator(_source)]
Sources = Annotated[list[Source], AfterValidator(_apart)]
"""Addresses, ranges in CIDR form and service tags."""
