"""What holds for all inputs: provisioning order, priority mixes, durations, digests."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from arm_simulator.providers.compute import state
from arm_simulator.providers.compute.rules.extension import provisioning_order
from arm_simulator.providers.compute.rules.problem import duration
from arm_simulator.providers.compute.scaling import regular_flags


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3, unique=True)))
def test_an_order_puts_each_extension_after_those_it_needs(after: dict[str, list[str]]) -> None:
    """An order names each extension once, behind what it needs; none only where they wait in a circle."""
    order = provisioning_order(after)
    if order is None:
        waiting = {name for name, needed in after.items() if set(needed) & set(after)}
        assert any(set(after[name]) & waiting for name in waiting)
        return
    assert sorted(order) == sorted(after)
    for name, needed in after.items():
        assert all(order.index(other) < order.index(name) for other in needed if other in after)


@given(st.integers(0, 50), st.integers(0, 100), st.integers(0, 60), st.integers(0, 60))
def test_a_priority_mix_does_not_depend_on_the_steps(base: int, percent: int, first: int, second: int) -> None:
    """Scaling in two steps gives the mix of one step; the base is Regular; above it the share holds to within one."""
    policy = {"baseRegularPriorityCount": base, "regularPriorityPercentageAboveBase": percent}
    whole = regular_flags(policy, 0, 0, first + second)
    start = regular_flags(policy, 0, 0, first)
    assert [*start, *regular_flags(policy, sum(start), first, second)] == whole
    assert all(whole[:base])
    above = whole[base:]
    assert abs(sum(above) - len(above) * percent / 100) <= 1


@given(st.integers(0, 100000))
def test_durations_read_what_they_are(seconds: int) -> None:
    """Hours, minutes and seconds of an ISO 8601 duration add up."""
    text = f"PT{seconds // 3600}H{seconds % 3600 // 60}M{seconds % 60}S"
    assert duration(text) == timedelta(seconds=seconds)


@given(st.text(max_size=8))
def test_other_texts_are_no_durations(text: str) -> None:
    """A text without the leading P is none, whatever it says."""
    assert duration(text.replace("P", "")) is None


@given(st.lists(st.sampled_from(sorted(set(state.TRANSITIONS) - {"restart", "hibernate", "performMaintenance"}))))
def test_boots_and_generations_only_grow(actions: list[str]) -> None:
    """No action takes a boot or a disk generation back, and only a running machine is booted by a reimage."""
    machine = state.new("key")
    for action in actions:
        before = dict(machine)
        state.act(machine, action, "vm")
        for counter in ("bootCount", "osDiskGeneration", "dataDiskGeneration", "hostMoves"):
            assert machine[counter] >= before[counter]
        if action.startswith("reimage"):
            assert machine["power"] == before["power"]
            assert machine["osDiskGeneration"] == before["osDiskGeneration"] + 1
