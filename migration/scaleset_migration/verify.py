"""The running twins side by side: what the plan says of the new set, and what Azure says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scaleset_migration.facts import leaves, shown
from scaleset_migration.reverse.network import backend_pools
from scaleset_migration.reverse.parts import at
from scaleset_migration.situation import Situation

_PROFILE = "virtualMachineProfile"
_OF_THE_SET = frozenset({"sku.capacity", "location"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """One comparison.

    Attributes:
        what: What was compared: a property, ``port 50000``, ``instances``.
        wanted: What the plan says.
        found: What there is.
    """

    what: str
    wanted: str
    found: str

    @property
    def right(self) -> bool:
        """Whether it is as planned."""
        return self.wanted == self.found


def verify(
    wanted: Mapping[str, Any], ports: Mapping[int, str], count: int, new: Situation, old: Situation | None
) -> list[Verdict]:
    """Every comparison.

    Args:
        wanted: The twin's properties as planned, as azure-native flattens them.
        ports: The front-end ports of before, each with the new instance that the plan names, or ``""`` for any.
        count: How many instances the old set had.
        new: The new set as it runs.
        old: The old set as it runs, if it is still there.
    """
    return [
        *_properties(wanted, new),
        *_instances(count, new),
        *_pools(wanted, new),
        *_ports(ports, new),
        *_old(old),
    ]


def _properties(wanted: Mapping[str, Any], new: Situation) -> Iterator[Verdict]:
    there = {path.lower(): value for path, value in leaves(new.body)}
    for path, value in leaves(wanted):
        if path in _OF_THE_SET or not isinstance(value, str | int | float | bool):
            continue
        found = there.get(path.lower())
        same = str(found).lower() == str(value).lower()
        yield Verdict(path, shown(path, value), shown(path, value) if same else shown(path, found) or "nothing")


def _instances(count: int, new: Situation) -> Iterator[Verdict]:
    members = new.members or ()
    running = sum(member.running is not False for member in members)
    enough = running >= count
    yield Verdict("running instances", f"at least {count}", f"at least {count}" if enough else str(running))


def _pools(wanted: Mapping[str, Any], new: Situation) -> Iterator[Verdict]:
    for pool in backend_pools(at(wanted, _PROFILE)):
        there = pool.lower() in {each.lower() for each in backend_pools(at(new.body, _PROFILE))}
        name = pool.rsplit("/", 1)[-1]
        yield Verdict(f"backend pool {name}", "in the model", "in the model" if there else "not in the model")


def _ports(ports: Mapping[int, str], new: Situation) -> Iterator[Verdict]:
    members = {port.port: port.member for port in new.ports}
    for port, name in sorted(ports.items()):
        found = members.get(port, "")
        wanted = name or "an instance of the new set"
        yield Verdict(f"port {port}", wanted, (found if name else wanted) if found else "nobody")


def _old(old: Situation | None) -> Iterator[Verdict]:
    if old is None:
        yield Verdict("the old set", "gone or in no pool", "gone or in no pool")
        return
    out = not backend_pools(at(old.body, _PROFILE)) and not old.ports
    yield Verdict("the old set", "gone or in no pool", "gone or in no pool" if out else "still serves")
