"""Names: stable, unique, and independent of the neighbours."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from scaleset_core.facts import names

NAME = st.from_regex(r"\A[a-z][a-z0-9-]{0,12}[a-z0-9]\Z")
ZONES = st.lists(st.sampled_from(["1", "2", "3"]), unique=True, min_size=1)


def test_counted_instances_are_named_after_the_set() -> None:
    """`instances: 3` means web-0, web-1 and web-2."""
    assert names.counted_names("web", 3) == ["web-0", "web-1", "web-2"]


def test_logical_names_of_released_versions() -> None:
    """An instance's stem is its own name, with the component's before it unless it is there."""
    assert names.instance_logical_name("web", "web-0") == "web-0"
    assert names.instance_logical_name("web", "blue") == "web-blue"
    assert names.instance_logical_name("web", "web2-0") == "web-web2-0"


@given(NAME, NAME, NAME)
def test_two_instances_share_a_stem_only_through_the_prefix(component: str, one: str, two: str) -> None:
    """Different instances get different stems, unless one is the other with the component's name before it."""
    assume(two not in {one, f"{component}-{one}"} and one != f"{component}-{two}")
    assert names.instance_logical_name(component, one) != names.instance_logical_name(component, two)


@given(NAME, NAME, NAME, st.sampled_from(["", "-nic", "-ssh", "-hello"]))
def test_former_names_are_the_names_of_then(now: str, then: str, instance: str, tail: str) -> None:
    """A renamed component knows what each instance's resources were called under its old name."""
    child = names.instance_logical_name(now, instance) + tail
    assert names.former_name(child, now, then, [instance]) == names.instance_logical_name(then, instance) + tail
    assert names.former_name("another", now, then, []) is None


@given(NAME, ZONES)
def test_the_order_of_zones_does_not_matter(name: str, zones: list[str]) -> None:
    """However the zones are written, an instance lands in the same one, and it is one of them."""
    assert names.default_zone(name, zones) == names.default_zone(name, list(reversed(zones)))
    assert names.default_zone(name, zones) in zones


def test_counted_instances_spread_over_zones() -> None:
    """Instances with numbers go round the zones; without zones there is none."""
    assert [names.default_zone(f"web-{index}", ["2", "1", "3"]) for index in range(4)] == ["1", "2", "3", "1"]
    assert names.default_zone("web-0", []) is None


@given(st.text(min_size=1, max_size=64), st.booleans())
def test_a_computer_name_prefix_fits(scale_set: str, windows: bool) -> None:
    """Whatever the set is called, the prefix has what Azure takes: letters, digits, hyphens, 9 or 58 of them."""
    prefix = names.computer_name_prefix(scale_set, windows=windows)
    assert 1 <= len(prefix) <= (9 if windows else 58)
    assert all(letter.isascii() and (letter.isalnum() or letter == "-") for letter in prefix)
    assert prefix[0] != "-"
    assert prefix[-1] != "-"
