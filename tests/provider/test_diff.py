"""Differences between inputs: what changed, what replaces, and what a refresh copies."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azure_native.checks import CREATE_BEFORE_DELETE
from azure_native.diff import Change, Kind, apply_changes, difference
from azure_native.table import resource_type
from azure_native.values import UNKNOWN

VM = resource_type("azure-native:compute:VirtualMachine")
IP = resource_type("azure-native:network:PublicIPAddress")
SET = resource_type("azure-native:compute:VirtualMachineScaleSet")

_JSON = st.recursive(
    st.one_of(st.integers(0, 5), st.sampled_from("ab")),
    lambda c: st.one_of(st.lists(c, max_size=3), st.dictionaries(st.sampled_from("xyz"), c, max_size=3)),
)
_OBJECTS = st.dictionaries(st.sampled_from(["tags", "zones", "plan", "sku"]), _JSON, max_size=4)

CASES: list[tuple[str, Any, dict[str, Any], dict[str, Any], dict[str, str]]] = [
    ("nothing", VM, {"vmName": "a"}, {"vmName": "a"}, {}),
    ("an update inside", VM, {"hardwareProfile": {"vmSize": "a"}}, {"hardwareProfile": {"vmSize": "b"}},
     {"hardwareProfile.vmSize": "update"}),
    ("a name", VM, {"vmName": "a"}, {"vmName": "b"}, {"vmName": "update replace"}),
    ("the resource group", VM, {"resourceGroupName": "a"}, {"resourceGroupName": "b"},
     {"resourceGroupName": "update replace"}),
    ("the group's case", VM, {"resourceGroupName": "Demo"}, {"resourceGroupName": "demo"}, {}),
    ("an id's case", SET, {"proximityPlacementGroup": {"id": "/subscriptions/s/resourceGroups/G/providers/M.C/a/b"}},
     {"proximityPlacementGroup": {"id": "/subscriptions/s/resourcegroups/g/providers/m.c/a/b"}}, {}),
    ("another id", SET, {"proximityPlacementGroup": {"id": "/subscriptions/s/resourceGroups/g/providers/M.C/a/b"}},
     {"proximityPlacementGroup": {"id": "/subscriptions/s/resourceGroups/g/providers/M.C/a/c"}},
     {"proximityPlacementGroup.id": "update"}),
    ("the case of what is no id", VM, {"licenseType": "Windows_Server"}, {"licenseType": "windows_server"},
     {"licenseType": "update"}),
    ("a location's spelling", VM, {"location": "West Europe"}, {"location": "westeurope"}, {}),
    ("a location", VM, {"location": "westeurope"}, {"location": "northeurope"}, {"location": "update replace"}),
    ("an added tag", VM, {"tags": {}}, {"tags": {"a": "b"}}, {"tags.a": "add"}),
    ("a key with a dot", VM, {"tags": {"a.b": "1"}}, {"tags": {"a.b": "2"}}, {'tags["a.b"]': "update"}),
    ("list elements", VM, {"zones": ["1", "2"]}, {"zones": ["1", "3", "4"]},
     {"zones[1]": "update", "zones[2]": "add"}),
    ("a removed property", VM, {"licenseType": "x"}, {}, {"licenseType": "delete"}),
    ("a mode", SET, {"orchestrationMode": "Uniform"}, {"orchestrationMode": "Flexible"},
     {"orchestrationMode": "update"}),
    ("inside what replaces", IP, {"sku": {"name": "Basic"}}, {"sku": {"name": "Standard"}},
     {"sku.name": "update replace"}),
    ("added inside what replaces", IP, {"sku": {"name": "Basic"}}, {"sku": {"name": "Basic", "tier": "Global"}},
     {"sku.tier": "add"}),
    ("what is not known", VM, {"vmName": "a"}, {"vmName": UNKNOWN}, {"vmName": "update replace"}),
    ("internal flags", VM, {}, {CREATE_BEFORE_DELETE: True}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "resource", "old", "new", "expected"), CASES, ids=[c[0] for c in CASES])
def test_difference(
    name: str, resource: Any, old: dict[str, Any], new: dict[str, Any], expected: dict[str, str]
) -> None:
    """Each kind of change has the official provider's path, kind and verdict."""
    assert name
    found = difference(resource, old, new, {})
    shown = {path: c.kind.value + (" replace" if c.replace else "") for path, c in found.changes.items()}
    assert shown == expected
    assert found.delete_first == any("replace" in text for text in expected.values())


def test_a_random_name_allows_create_before_delete() -> None:
    """A resource with a generated name is replaced by creating first; one with a fixed name by deleting first."""
    old = {"vmName": "a1", "location": "westeurope", CREATE_BEFORE_DELETE: True}
    assert not difference(VM, old, {**old, "location": "northeurope"}, {}).delete_first
    fixed = {"vmName": "a1", "location": "westeurope"}
    assert difference(VM, fixed, {**fixed, "location": "northeurope"}, {}).delete_first


def test_adding_what_is_there_does_not_replace() -> None:
    """Writing down a value that the resource already has is an addition, not a replacement."""
    found = difference(VM, {}, {"location": "westeurope"}, {"location": "westeurope"})
    assert found.changes == {"location": Change(Kind.ADD, replace=False)}


@given(_OBJECTS, _OBJECTS)
def test_differences_are_complete(old: dict[str, Any], new: dict[str, Any]) -> None:
    """There is a difference exactly when the inputs differ."""
    assert bool(difference(VM, old, new, {}).changes) == (old != new)


@given(_OBJECTS, _OBJECTS)
def test_a_refresh_without_drift_changes_nothing(values: dict[str, Any], outputs: dict[str, Any]) -> None:
    """When Azure shows what it showed before, inputs stay, whatever defaults it shows."""
    assert apply_changes(values, outputs, outputs) == values


@given(_OBJECTS, _OBJECTS)
def test_a_refresh_copies_drift(old: dict[str, Any], new: dict[str, Any]) -> None:
    """When the inputs are all that Azure showed, a refresh makes them what Azure shows now."""
    assert apply_changes(old, old, new) == new


def test_a_refresh_copies_only_what_changed() -> None:
    """A changed size is copied; a default disk name that Azure made up is not, and a hidden password stays."""
    inputs = {"hardware": {"size": "a"}, "os": {"password": "x", "name": "n"}, "disks": [{"lun": 0}]}
    before = {"hardware": {"size": "a"}, "os": {"name": "n"}, "disks": [{"lun": 0, "name": "made-up"}]}
    after = {"hardware": {"size": "b"}, "os": {"name": "n"}, "disks": [{"lun": 0, "name": "made-up"}, {"lun": 1}]}
    assert apply_changes(inputs, before, after) == {
        "hardware": {"size": "b"},
        "os": {"password": "x", "name": "n"},
        "disks": [{"lun": 0}, {"lun": 1}],
    }
