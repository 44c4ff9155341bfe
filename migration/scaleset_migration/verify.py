"""The running twins side by side: what the plan says of the new set, and what Azure says."""

from collections.abc import Iterator, Mapping
from typing import Any

from scaleset_migration.draft import PROFILE
from scaleset_migration.facts import leaves, shown
from scaleset_migration.reverse.network import backend_pools
from scaleset_migration.reverse.parts import at
from scaleset_migration.saved import Saved
from scaleset_migration.situation import Situation
from scaleset_migration.verdict import Verdict

_OF_THE_SET = frozenset({"sku.capacity", "location"})


def verify(plan: Saved, new: Situation, old: Situation | None) -> list[Verdict]:
    """Every comparison.

    Args:
        plan: What was planned.
        new: The new set as it runs.
        old: The old set as it runs, if it is still there.
    """
    return [
        *_properties(plan.body, new),
        *_instances(plan, new),
        *_pools(plan.body, new),
        *_ports(plan.ports, new),
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


def _instances(plan: Saved, new: Situation) -> Iterator[Verdict]:
    running = [member.name for member in new.members or () if member.running is not False]
    wanted = f"at least {plan.count}"
    yield Verdict("running instances", wanted, wanted if len(running) >= plan.count else str(len(running)))
    for name in plan.instances:
        yield Verdict(f"instance {name}", "runs", "runs" if name in running else "does not run")


def _pools(wanted: Mapping[str, Any], new: Situation) -> Iterator[Verdict]:
    for pool in backend_pools(at(wanted, PROFILE)):
        there = pool.lower() in {each.lower() for each in backend_pools(at(new.body, PROFILE))}
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
    out = not backend_pools(at(old.body, PROFILE)) and not old.ports
    yield Verdict("the old set", "gone or in no pool", "gone or in no pool" if out else "still serves")
