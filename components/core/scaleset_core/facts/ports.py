"""Which front-end port leads to which instance: a rule without memory, so that neighbours never change theirs.

An instance's port depends on its own name only: a name that ends in a number takes the first port plus that number,
any other name a port by its hash. Two instances may meet on one port; that is an error which says so and asks for a
port of one's own (``nat_ports``), never a silent move of somebody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scaleset_core.facts.names import stable_hash, trailing_number


@dataclass(frozen=True, slots=True)
class PortRange:
    """The front-end ports of one inbound NAT, both ends included."""

    first: int
    last: int

    def __contains__(self, port: object) -> bool:
        return isinstance(port, int) and self.first <= port <= self.last

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


def default_port(instance: str, ports: PortRange) -> int:
    """The port of an instance that names none.

    A number beyond the range falls back to the hash, so that the port always lies inside.
    """
    number = trailing_number(instance)
    if number is not None and ports.first + number <= ports.last:
        return ports.first + number
    return ports.first + stable_hash(instance) % len(ports)


def allocate(instances: Mapping[str, int | None], ports: PortRange) -> dict[str, int]:
    """Each instance's port: the one that it names, or the default of its name.

    Args:
        instances: Instance names with the port that each names, or None.
        ports: The range.

    Returns:
        The port of each instance. Two of them may be equal: see :func:`collisions`.
    """
    return {name: default_port(name, ports) if port is None else port for name, port in instances.items()}


def collisions(allocated: Mapping[str, int]) -> dict[int, list[str]]:
    """The ports that more than one instance got, each with the instances in their order."""
    by_port: dict[int, list[str]] = {}
    for name, port in allocated.items():
        by_port.setdefault(port, []).append(name)
    return {port: names for port, names in by_port.items() if len(names) > 1}
