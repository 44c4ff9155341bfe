"""No property of a Uniform set vanishes: each leaf of Azure's schema has a fate, and the program what carries over."""

from __future__ import annotations

from typing import Any

import pytest
from migration.bodies import base, rich, schema_leaves, value_at, with_leaf

from pulumi_azure_scaleset.plan.resources import readable
from scaleset_migration.facts import Fate, covers
from scaleset_migration.planning import CannotPlanError, Planned, Style, plan
from scaleset_migration.situation import Situation

_ID = (
    "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute/"
    "virtualMachineScaleSets/web"
)
_READ_ONLY = frozenset(
    {
        *("etag", "id", "name", "provisioningState", "systemData", "timeCreated", "uniqueId"),
        *("identity.principalId", "identity.tenantId", "virtualMachineProfile.timeCreated", "managedBy"),
    }
)
_LEAVES = [(path, value) for path, value in schema_leaves() if path not in _READ_ONLY | {"orchestrationMode"}]


def planned(body: dict[str, Any], style: Style = Style.PROFILE) -> Planned:
    """The plan of a set with this body."""
    return plan(Situation(id=_ID, name="web", group="rg", body=body), style)


def told(found: Planned, path: str) -> list[Fate]:
    """What is reported about a leaf, or about something below it."""
    return [fact.fate for fact in found.facts if covers(fact.path, path) or covers(path, fact.path)]


def test_the_schema_has_leaves() -> None:
    """The test looks at what it means to look at."""
    assert len(_LEAVES) > 250


@pytest.mark.parametrize("style", list(Style))
def test_each_leaf_has_a_fate(style: Style) -> None:
    """In each style, a leaf carries over, changes, has no equivalent or is open: never nothing, never unexplained."""
    lost = []
    for path, value in _LEAVES:
        for make in (base, rich):
            body, place = with_leaf(make(), path, value)
            found = planned(body, style)
            if not told(found, place) or any(fact.why == "The twin does not have it." for fact in found.facts):
                lost.append(path)
    assert lost == []


def test_what_carries_over_is_in_the_program() -> None:
    """Where the component takes the arguments, the leaf is in what it sends to Azure, with its value."""
    proven: set[str] = set()
    wrong: list[str] = []
    for path, value in _LEAVES:
        for make in (base, rich):
            body, place = with_leaf(make(), path, value)
            found = planned(body)
            plain = [fact for fact in found.facts if fact.path == place and fact.fate is Fate.CARRIES and not fact.why]
            if found.settled.plan is None or not plain:
                continue
            sent = value_at(readable(found.settled.plan.scale_set.inputs), place)
            (proven.add if sent == value else wrong.append)(path)
    assert wrong == []
    assert len(proven) > 120, len(proven)


def test_a_newer_property_brings_its_api_version() -> None:
    """A property that azure-native's own API version lacks is sent with a version that has it."""
    body, _ = with_leaf(base(), "virtualMachineProfile.networkProfile.interconnectGroupProfile.subgroups[].id", _ID)
    found = planned(body)
    assert found.settled.arguments["api_version"] > "2025"
    assert not found.problems


def test_a_flexible_set_is_not_planned() -> None:
    """The report says what to use instead of it."""
    body = {**base(), "orchestrationMode": "Flexible"}
    with pytest.raises(CannotPlanError, match="Flexible already: `scaleset adopt`"):
        planned(body)
