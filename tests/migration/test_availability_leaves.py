"""No property of an availability set or its machines vanishes, whatever they are called and have."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pulumi_azure_scaleset.plan import tokens
from scaleset_migration.adopting.things import Machine, Thing
from scaleset_migration.availability.facts import facts
from scaleset_migration.availability.sets import AvailabilitySet
from scaleset_migration.availability.twin import twin
from scaleset_migration.availability.ways import Way
from scaleset_migration.facts import Fact, Fate, covers, leaves

_ROOT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute"
NAMES = st.lists(st.sampled_from(["db", "db-1", "db-10", "db.1", "d", "tags"]), min_size=1, max_size=4, unique=True)
VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(0, 3), st.sampled_from(["a", "b"])),
    lambda inner: st.one_of(
        st.dictionaries(st.sampled_from(["osDisk", "lun", "zones", "name", "power"]), inner, min_size=1, max_size=3),
        st.lists(inner, min_size=1, max_size=2),
    ),
    max_leaves=6,
)
INPUTS = st.dictionaries(st.sampled_from(["hardwareProfile", "storageProfile", "tags", "plan", "priority"]), VALUES)


def source(names: list[str], inputs: list[dict[str, Any]], body: dict[str, Any]) -> AvailabilitySet:
    """An availability set with machines of these names."""
    machines = [
        Machine(
            Thing(f"{_ROOT}/virtualMachines/{name}", tokens.VIRTUAL_MACHINE, {**each, "availabilitySet": {"id": "x"}})
        )
        for name, each in zip(names, inputs, strict=False)
    ]
    return AvailabilitySet(f"{_ROOT}/availabilitySets/racks", "racks", "rg", body, tuple(machines))


def told(found: tuple[Fact, ...], name: str, leaf: str) -> bool:
    """Whether a fact is about a machine's leaf, by itself or with all others."""
    paths = (f"virtualMachines[{name}]", "virtualMachines[*]")
    return any(covers(fact.path, f"{path}.{leaf}") for fact in found for path in paths)


@given(NAMES, st.lists(INPUTS, min_size=4, max_size=4), st.sampled_from(list(Way)), st.sampled_from([(), ("1", "2")]))
def test_no_leaf_vanishes(names: list[str], inputs: list[dict[str, Any]], way: Way, zones: tuple[str, ...]) -> None:
    """Every leaf of the machines and of the availability set is in a fact; what does not carry over has a why."""
    body = {"location": "westeurope", "platformFaultDomainCount": 2, "sku": {"name": "Aligned"}, "odd": {"new": [1]}}
    found = source(names, inputs, body)
    result = facts(found, twin(found, "flex", way, zones if way is Way.MIGRATE else ()), way)
    for machine in found.machines:
        for leaf, _ in leaves(machine.vm.inputs):
            assert told(result, machine.vm.short, leaf), leaf
    paths = [fact.path for fact in result]
    assert all(any(covers(path, leaf) for path in paths) for leaf, _ in leaves(body))
    assert all(fact.why for fact in result if fact.fate in {Fate.CHANGES, Fate.NONE, Fate.OPEN})
    assert next(fact for fact in result if fact.path == "odd.new[0]").fate is Fate.NONE


@given(NAMES, INPUTS)
def test_what_is_the_same_for_all_is_said_once(names: list[str], inputs: dict[str, Any]) -> None:
    """Machines that are alike have one line for each property, whatever their names are."""
    found = source(names, [inputs] * len(names), {"location": "westeurope"})
    result = facts(found, twin(found, "flex", Way.CONVERT, ()), Way.CONVERT)
    about = [fact.path for fact in result if fact.path.startswith("virtualMachines")]
    which = "*" if len(names) > 1 else names[0]
    assert about
    assert all(path.startswith(f"virtualMachines[{which}]") for path in about)
    assert len(about) == len(set(about))
