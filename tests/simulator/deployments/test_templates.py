"""The collection of templates: each is deployed, deployed again, changed, and asked about before and after."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from simulator.deployments import language, machines, modules, networks
from simulator.deployments.case import Case
from simulator.deployments.deploying import ROOT, Deployments, make_group, state
from simulator.worlds import SCOPE

from arm_simulator.testing import RunningSimulator

CASES = (*networks.CASES, *machines.CASES, *modules.CASES, *language.CASES)


@pytest.fixture(params=CASES, ids=[case.name for case in CASES])
def case(request: pytest.FixtureRequest) -> Case:
    """One template."""
    found: Case = request.param
    return found


@pytest.fixture
def deployments(http: httpx.Client, case: Case) -> Deployments:
    """The deployments where the template belongs, in a world with an empty group."""
    make_group(http)
    return Deployments(http, ROOT if case.at_subscription else SCOPE)


def kinds(changes: list[dict[str, Any]]) -> dict[str, str]:
    """What happens to each resource of a what-if."""
    return {change["resourceId"]: change["changeType"] for change in changes}


def ends(key: str, end: str) -> bool:
    """Whether an id ends so; an end without a name fits any."""
    low = f"/{end}".lower()
    return key.lower().endswith(low) or (low.endswith("/") and low in key.lower())


def test_enough_templates() -> None:
    """There are thirty at least, each from a different public situation."""
    assert len(CASES) >= 30
    assert len({case.name for case in CASES}) == len(CASES)


def test_a_template(case: Case, deployments: Deployments, sim: RunningSimulator) -> None:
    """It makes what it says; a second run changes nothing, as what-if says; an edit changes what what-if listed."""
    before = deployments.what_if(case.template, **case.given)
    made = deployments.run("main", case.template, **case.given)
    assert made["provisioningState"] == "Succeeded", made["error"]
    after = state(sim)
    for end in case.made:
        assert any(key.endswith(f"/{end.lower()}") for key in after) or "/deployments/" in f"/{end}", end
    outputs = {name: entry["value"] for name, entry in made["outputs"].items()}
    wanted = {
        name: value.replace("{group}", SCOPE) if isinstance(value, str) else value
        for name, value in case.outputs.items()
    }
    assert outputs == wanted
    foretold = {key.lower() for key, kind in kinds(before).items() if kind == "Create"}
    assert foretold <= after.keys()

    again = deployments.run("main", case.template, **case.given)
    assert again["provisioningState"] == "Succeeded", again["error"]
    assert state(sim) == after
    assert set(kinds(deployments.what_if(case.template, **case.given)).values()) <= {"NoChange", "Ignore"}
    assert state(sim) == after

    edited = {**case.given, **case.edit}
    changes = deployments.what_if(case.template, **edited)
    found = {key: kind for key, kind in kinds(changes).items() if kind != "NoChange"}
    told = {end: [each for key, each in found.items() if ends(key, end)] for end in case.changes}
    assert told == {end: [kind] for end, kind in case.changes.items()}
    others = [key for key, kind in found.items() if kind != "Ignore" and not any(ends(key, end) for end in told)]
    assert others == []
    changed = deployments.run("main", case.template, **edited)
    assert changed["provisioningState"] == "Succeeded", changed["error"]
    assert {*kinds(deployments.what_if(case.template, **edited)).values()} <= {"NoChange", "Ignore"}
