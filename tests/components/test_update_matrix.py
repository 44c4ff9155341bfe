"""The update matrix: for each argument a change of it, and whether it updates, replaces or does nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_azure_scaleset.args import Instance, ScaleSetArgs
from update_matrix.page import page
from update_matrix.table import FOLLOW, INSTANCE, PARTS, Entry, Takes, entries
from update_matrix.verdict import operations, summary

OWNERS: dict[str, Any] = {"ScaleSetArgs": ScaleSetArgs, "Instance": Instance}
NEIGHBOUR = "web-1"


@pytest.mark.parametrize("owner", OWNERS)
def test_every_argument_is_in_the_matrix(owner: str) -> None:
    """The matrix has every field of the arguments, and no other."""
    assert {each.argument for each in entries() if each.owner == owner} == set(OWNERS[owner].__annotations__)


CHANGES = [
    pytest.param(each, id=each.id, marks=[pytest.mark.newest] if each.argument == "zone_placement" else [])
    for each in entries()
]


@pytest.mark.parametrize("each", CHANGES)
def test_a_change_does_what_the_matrix_says(each: Entry) -> None:
    """The two sides differ, both are accepted, and the touched resources are the expected ones, in the expected way."""
    assert repr(each.before) != repr(each.after)
    assert summary(each.before, each.after) == each.expected


@pytest.mark.parametrize("each", [each for each in entries() if each.owner == "Instance"], ids=lambda each: each.id)
def test_a_change_of_one_instance_touches_no_neighbour(each: Entry) -> None:
    """Whatever changes about web-0, nothing happens to web-1, and nothing to the set or the network."""
    assert {key.partition(":")[2].partition("/")[0] for key in operations(each.before, each.after)} <= {INSTANCE}
    assert NEIGHBOUR in each.before["instances"]


@pytest.mark.newest
@settings(deadline=None)
@given(each=st.sampled_from(entries()))
def test_arguments_that_stay_change_nothing(each: Entry) -> None:
    """Either side of an entry, deployed twice, touches nothing: no argument makes a plan that differs from itself."""
    assert operations(each.after, each.after) == operations(each.before, each.before) == {}


def test_the_page_has_every_entry() -> None:
    """The page of the documentation has a row for each entry, with its verdict."""
    rows = [line for line in page().splitlines() if line.startswith("| `")]
    assert len(rows) == len(entries())
    for row, entry in zip(rows, (each for owner in PARTS for each in entries() if each.owner == owner), strict=True):
        assert row.startswith(f"| `{entry.argument}` | {entry.change} |")
        assert f"**{entry.verdict}** | {entry.takes.value} | {FOLLOW.get(entry.follow, '')} |" in row


def test_every_change_says_what_it_costs() -> None:
    """Each class occurs, and says what the verdict, the state that Azure asks for and its refusal say."""
    found = {each.id: each.takes for each in entries()}
    assert set(found.values()) == set(Takes)
    for each in entries():
        assert (each.takes is Takes.DEALLOCATED) == (bool(each.needs) and each.verdict == "update")
        assert (each.takes is Takes.NEVER) == bool(each.refused)
        assert not each.restarts or each.takes is Takes.RESTART
        assert not (each.follow and "scaleSet" not in each.expected.get("update", ()))


@pytest.mark.parametrize(
    ("argument", "base", "change", "takes", "follow"),
    [
        ("time_zone", "windows", "another zone", Takes.REPLACE, ""),
        ("enable_automatic_updates", "windows", "off", Takes.NEVER, ""),
        ("provision_vm_agent", "named", "off", Takes.REPLACE, ""),
        ("provision_vm_agent", "uniform", "off", Takes.IN_PLACE, "new"),
        ("vm_size", "flexible", "another size", Takes.RESTART, "model"),
        ("vm_size", "named", "a size without premium storage", Takes.NEVER, ""),
        ("security", "flexible", "encryption at host", Takes.DEALLOCATED, "model"),
        ("spot", "flexible", "a price limit", Takes.DEALLOCATED, "model"),
        ("user_data", "flexible", "other data", Takes.IN_PLACE, "model"),
        ("custom_data", "flexible", "other data", Takes.REPLACE, "reimage"),
        ("image", "uniform", "another image", Takes.IN_PLACE, "reimage"),
        ("license_type", "windows", "your own licence", Takes.IN_PLACE, ""),
        ("virtual_network", "flexible", "other sources", Takes.IN_PLACE, ""),
    ],
)
def test_what_azure_takes(argument: str, base: str, change: str, takes: Takes, follow: str) -> None:
    """By literal values: what some changes cost a named machine, and how instances of a profile get them."""
    entry = next(
        each
        for each in entries()
        if (each.owner, each.argument, each.base, each.change) == ("ScaleSetArgs", argument, base, change)
    )
    assert (entry.takes, entry.follow) == (takes, follow)
