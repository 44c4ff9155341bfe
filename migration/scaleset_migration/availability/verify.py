"""The machines of an availability set after their move: what the plan says of them, and what Azure says."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scaleset_migration.availability.live import read_machine
from scaleset_migration.availability.saved import SavedMove
from scaleset_migration.facts import leaves, shown
from scaleset_migration.reverse.parts import at
from scaleset_migration.verdict import Verdict
from scaleset_operations import pools
from scaleset_operations.azure import Azure
from scaleset_operations.calls import API_VERSIONS, COMPUTE
from scaleset_operations.target import same_id

_NETWORK = API_VERSIONS["network_interfaces"]


async def verify(azure: Azure, plan: SavedMove, before: Mapping[str, Any]) -> list[Verdict]:
    """Every comparison.

    Args:
        azure: The clients.
        plan: What was planned.
        before: What the run noted before it changed anything; empty if it is not known.
    """
    scale_set = await azure.get(plan.new, COMPUTE)
    if scale_set is None:
        return [Verdict(f"scale set {plan.name}", "there", "not there")]
    found = list(_set(plan.body, scale_set))
    for machine in plan.machines:
        found += await _machine(azure, plan, machine, (before.get("machines") or {}).get(machine, {}))
    old = await azure.get(plan.old, COMPUTE)
    left = len((old.get("properties") or {}).get("virtualMachines") or []) if old else 0
    return [
        *found,
        Verdict("the availability set", "gone or empty", "gone or empty" if not left else f"{left} machines"),
    ]


def _set(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Verdict]:
    there = {path.lower(): value for path, value in leaves(found)}
    for path, value in leaves(wanted):
        has = there.get(path.lower())
        same = str(has).lower() == str(value).lower()
        yield Verdict(path, shown(path, value), shown(path, value) if same else shown(path, has) or "nothing")


async def _machine(azure: Azure, plan: SavedMove, identity: str, before: Mapping[str, Any]) -> list[Verdict]:
    name = identity.rsplit("/", 1)[-1]
    instance = await read_machine(azure, identity)
    owner = str(at(instance.model, "properties.virtualMachineScaleSet.id") or "")
    found = [
        Verdict(f"machine {name}", f"in {plan.name}", f"in {plan.name}" if same_id(owner, plan.new) else "not in it")
    ]
    if name in plan.zones:
        found.append(Verdict(f"machine {name} zone", plan.zones[name], instance.zone or "none"))
    if "running" in before:
        words = {True: "runs", False: "stopped"}
        found.append(
            Verdict(f"machine {name} power", words[bool(before["running"])], words[instance.power == "running"])
        )
    for face, wanted in (before.get("faces") or {}).items():
        now = await azure.get(face, _NETWORK)
        have = "gone" if now is None else _names(pools.pools_of(now))
        found.append(Verdict(f"interface {face.rsplit('/', 1)[-1]} pools", _names(wanted), have))
    return found


def _names(wanted: Sequence[Mapping[str, Any]]) -> str:
    """The names of the pools that an interface is in."""
    found = {str(pool["id"]).rsplit("/", 1)[-1] for each in wanted for refs in each.values() for pool in refs}
    return ", ".join(sorted(found)) or "none"
