"""docs/coverage.md: what it says is what the installed SDK and the arguments say."""

from __future__ import annotations

import pytest

from coverage_table.leaves import leaves_of, reached
from coverage_table.page import PAGE, page, share
from pulumi_azure_scaleset.plan import tokens


def test_the_page_is_up_to_date() -> None:
    """The page is what `python -m coverage_table` writes."""
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize(("token", "least"), [(tokens.SCALE_SET, 0.95), (tokens.VIRTUAL_MACHINE, 0.90)])
def test_most_properties_have_an_argument(token: str, least: float) -> None:
    """Of a scale set's properties 95 in 100 have an argument, of a virtual machine's 90."""
    assert share(token) >= least


def test_what_counts_as_a_leaf() -> None:
    """A list counts once, a map or JSON is one leaf, and an object is none."""
    found = leaves_of(tokens.SCALE_SET)
    assert len(found) == len(set(found))
    assert {"tags", "sku.capacity", "zones"} <= set(found)
    assert "sku" not in found
    assert "virtualMachineProfile.storageProfile.dataDisks.lun" in found


@pytest.mark.parametrize(
    ("leaf", "written", "expected"),
    [("a.b", {"a", "a.b"}, True), ("a.b", {"a"}, False), ("a.b", {"a*"}, True), ("a.b", {"a.c"}, False)],
)
def test_when_a_leaf_is_reached(leaf: str, written: set[str], expected: bool) -> None:
    """By its own path, or in an object that is computed as a whole."""
    assert reached(leaf, written) is expected
