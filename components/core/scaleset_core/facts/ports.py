"""Front-end ports of instances: a stateless assignment, so that other instances never change theirs.

An instance's port depends only on its name: a name that ends in a number gets the first port plus that number, any
other name a port by its hash. If two instances get the same port, the error asks for an explicit port
(``nat_ports``); another instance's port is never moved silently.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scaleset_core.facts.names import stable_hash, trailing_number


@dataclass(frozen=True, slots=True)
class PortRange:
    """The front-end port range of one inbound NAT, inclusive."""

    first: int
    last: int

    def __contains__(self, port: object) -> bool:
        return isinstance(port, int) and self.first <= port <= self.last

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


def default_port(instance: str, ports: PortRange) -> int:
    """The port of an instance that does not set one.

    A number beyond the range falls back to the hash, so that the port is always in the range.
    """
    number = trailing_number(instance)
    if number is not None and ports.first + number <= ports.last:
        return ports.first + number
    return ports.first + stable_hash(instance) % len(ports)


def allocate(instances: Mapping[str, int | None], ports: PortRange) -> dict[str, int]:
    """Each instance's port: the one that it sets, or the default for its name.

    Args:
        instances: Instance names with the port that each sets, or None.
        ports: The range.

    Returns:
        The port of each instance. Two of them may be equal: see :func:`collisions`.
    """
    return {name: default_port(name, ports) if port is None else port for name, port in instances.items()}


def collisions(allocated: Mapping[str, int]) -> dict[int, list[str]]:
    """The ports that more than one instance got, each with those instances in order."""
    by_port: dict[int, list[str]] = {}
    for name, port in allocated.items():
        by_port.setdefault(port, []).append(name)
    return {port: names for port, names in by_port.items() if len(names) > 1}
