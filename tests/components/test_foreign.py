"""What an update carries of values that somebody else owns: pure decisions."""

from __future__ import annotations

from typing import Any

import pytest
from support.scalesets import flexible

from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.errors import ScaleSetArgsError
from pulumi_azure_scaleset.plan.foreign import Foreign, at, carried, put, reaches, steps

GROUP = {"resourceGroupName": "rg"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("sku.capacity", ("sku", "capacity")),
        ("tags", ("tags",)),
        ('tags["cost center"]', ("tags", "cost center")),
        ("storageProfile.dataDisks[1].diskSizeGB", ("storageProfile", "dataDisks", 1, "diskSizeGB")),
        ("dataDisks[*].name", None),
        ("", None),
        ("a..b", None),
    ],
)
def test_property_paths_are_read_as_pulumi_writes_them(path: str, expected: tuple[Any, ...] | None) -> None:
    """Names, indices and quoted names; a wildcard names no single value."""
    assert steps(path) == expected


def test_a_value_is_read_and_put_where_its_path_says() -> None:
    """`at` finds what `put` has put, and everything beside it stays."""
    value = {"a": [{"b": 1}, {"b": 2}], "c": 3}
    assert put(value, ("a", 1, "b"), 9) == {"a": [{"b": 1}, {"b": 9}], "c": 3}
    assert put(value, ("d", "e"), 9) == {**value, "d": {"e": 9}}
    assert at(value, ("a", 1, "b")) == 2
    assert at(value, ("a", 5, "b")) is None
    assert at(value, ("c", "d")) is None
    assert [reaches(value, path) for path in (("a", 0, "b"), ("d", "e"))] == [True, True]
    assert [reaches(value, path) for path in (("c", "d"), ("a", 7, "b"))] == [False, False]


CAPACITY = Foreign(("sku", "capacity"))
TAGS = Foreign(("tags",), ("cost*", "Owner"))
OTHER = Foreign(("sku", "capacity"), declared=False)


@pytest.mark.parametrize(
    ("foreign", "declared", "live", "expected"),
    [
        (CAPACITY, 2, None, 2),  # there is no such set yet
        (CAPACITY, 2, {"sku": {"capacity": 5}}, 5),
        (CAPACITY, 2, {"sku": {"capacity": 0}}, 0),
        (CAPACITY, 2, {}, 2),
        (OTHER, 2, {"sku": {}}, None),  # its owner has removed it
        (OTHER, None, {"sku": {"capacity": 5}}, 5),
        (TAGS, {"team": "a"}, {"tags": {"CostCenter": "1", "owner": "me", "x": "y"}},
         {"team": "a", "CostCenter": "1", "owner": "me"}),
        (TAGS, {"owner": "a"}, {"tags": {"owner": "b"}}, {"owner": "b"}),
        (TAGS, {"owner": "a"}, {"tags": None}, {"owner": "a"}),
        (TAGS, None, {"tags": {"x": "y"}}, None),
    ],
)  # fmt: skip
def test_what_azure_has_is_carried(foreign: Foreign, declared: Any, live: Any, expected: Any) -> None:
    """Azure's value is taken where Azure has one, the program's where there is no resource yet."""
    assert carried(foreign, declared, live) == expected


def test_ignored_paths_reach_the_resources_that_they_name() -> None:
    """A path of the set and one of each machine are left to Azure; a secret one keeps the state's value."""
    paths = ["scaleSet.tags", "virtualMachine.hardwareProfile.vmSize", "virtualMachine.osProfile.adminPassword"]
    children = compile_args("web", {**flexible(), **GROUP}, paths).plan.children
    found = {child.key: (child.foreign, child.ignore_changes) for child in children}
    assert found["scaleSet"] == ((Foreign(("tags",), declared=False),), ())
    size = Foreign(("hardwareProfile", "vmSize"), declared=False)
    assert found["vm:web-0"] == ((size,), ("osProfile.adminPassword",))
    assert found["nic:web-0"] == ((), ())


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("instances", "use the argument ignore_capacity_changes"),
        ("tags", "use the argument ignore_tag_changes"),
        ("scaleset.sku", "did you mean scaleSet?"),
        ("scaleSet", "scaleSet is a whole resource"),
        ("nonsense.x", "the keys are scaleSet, virtualMachine"),
    ],
)
def test_an_ignored_path_that_names_nothing_is_refused(path: str, told: str) -> None:
    """It would be without effect in silence: the error names the path and the way that works."""
    with pytest.raises(ScaleSetArgsError) as refused:
        compile_args("web", {**flexible(), **GROUP}, [path])
    assert f"ignore_changes[{path!r}]" in str(refused.value)
    assert told in str(refused.value)
