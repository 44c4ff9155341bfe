"""The rule that gives each instance its front-end port."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scaleset_core.facts.ports import (
    PortRange,
    allocate,
    collisions,
    default_port,
)

NAMES = st.from_regex(r"\A[a-z]{1,6}(-[0-9]{1,4})?\Z")
RANGES = st.builds(
    lambda first, count: PortRange(first, min(first + count, 65534)), st.integers(1, 65000), st.integers(0, 5000)
)


@given(NAMES, RANGES)
def test_a_port_lies_in_its_range(name: str, ports: PortRange) -> None:
    """Whatever the name and the range, the port lies inside."""
    assert default_port(name, ports) in ports


@given(st.lists(NAMES, unique=True, min_size=2), RANGES, st.data())
def test_removing_an_instance_never_moves_another(names: list[str], ports: PortRange, data: st.DataObject) -> None:
    """Each instance keeps its port whatever happens to the others."""
    before = allocate(dict.fromkeys(names), ports)
    gone = data.draw(st.sampled_from(names))
    after = allocate({name: None for name in names if name != gone}, ports)
    assert after == {name: port for name, port in before.items() if name != gone}


@given(st.lists(NAMES, unique=True), RANGES)
def test_order_does_not_matter(names: list[str], ports: PortRange) -> None:
    """The order in which instances are written changes no port."""
    assert allocate(dict.fromkeys(names), ports) == allocate(dict.fromkeys(reversed(names)), ports)


@given(st.dictionaries(NAMES, st.one_of(st.none(), st.integers(1, 65534))), RANGES)
def test_a_port_that_is_asked_for_is_kept(wanted: dict[str, int | None], ports: PortRange) -> None:
    """An instance that names a port gets it."""
    allocated = allocate(wanted, ports)
    assert all(allocated[name] == port for name, port in wanted.items() if port is not None)


@given(st.integers(1, 1000), st.integers(1024, 60000))
def test_counted_instances_never_collide(count: int, first: int) -> None:
    """web-0 to web-999 each have a separate port in a range of 1,000, in their order."""
    ports = PortRange(first, first + 999)
    allocated = allocate({f"web-{index}": None for index in range(count)}, ports)
    assert list(allocated.values()) == list(range(first, first + count))
    assert collisions(allocated) == {}


@given(st.lists(NAMES, unique=True), RANGES)
def test_collisions_are_all_found(names: list[str], ports: PortRange) -> None:
    """Two instances on one port are reported, and nobody else."""
    allocated = allocate(dict.fromkeys(names), ports)
    reported = {name for group in collisions(allocated).values() for name in group}
    shared = {name for name in names if sum(port == allocated[name] for port in allocated.values()) > 1}
    assert reported == shared


def test_ports_of_released_names_never_change() -> None:
    """The ports of these names are what users have in their SSH configuration."""
    ports = PortRange(50000, 50999)
    assert {name: default_port(name, ports) for name in ("web-0", "web-7", "blue", "green", "db01", "web-1000")} == {
        "web-0": 50000,
        "web-7": 50007,
        "blue": 50217,
        "green": 50514,
        "db01": 50001,
        "web-1000": 50319,
    }
