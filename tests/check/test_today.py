"""Azure of November 2026 as templates: what it takes has no mandatory violation, what it refuses has one.

The bodies are those of the simulator's tests, each with its source; see :mod:`simulator.compute.today`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from check.samples import SCHEMA
from simulator.compute import bodies
from simulator.compute.today import VALID, Refusal, Valid
from simulator.compute.today_refused import REFUSALS
from typer.testing import CliRunner

from scaleset_core.command.main import app
from scaleset_core.modes import RULES
from scaleset_policies.engine import check
from scaleset_policies.formats.read import read

SET = "Microsoft.Compute/virtualMachineScaleSets"


def template(mode: str, changes: bodies.Body, api_version: str) -> dict[str, Any]:
    """A template with one scale set."""
    body = bodies.changed(bodies.scale_set(mode), changes)
    resource = {"type": SET, "apiVersion": api_version, "name": "web", **body}
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": [resource]}


@pytest.mark.parametrize("case", VALID, ids=[case.name for case in VALID])
def test_what_azure_takes_passes(case: Valid, tmp_path: Path) -> None:
    """`scaleset check` ends with 0 for a template that its source shows to be valid."""
    path = tmp_path / "main.json"
    path.write_text(json.dumps(template(case.mode, case.changes, case.api_version)), encoding="utf-8")
    found = CliRunner().invoke(app, ["check", str(path)])
    assert found.exit_code == 0, f"{case.source}\n{found.output}"


NOT_CHECKED: dict[str, str] = {
    "automatic zones and too small a share": "arithmetic over the zones of a region, which a template does not name",
    "generalized image without a profile": "what an image is stands in its own resource, not in the template",
    "hotpatching without safety checks": "one quotation of the service by a third party; no page says it",
    "specialized image with a profile": "what an image is stands in its own resource, not in the template",
    "storage interfaces of a mix": "the facts about sizes have no disk controllers",
}
"""What Azure refuses and no rule looks at, with the reason."""


def broken(mode: str, changes: bodies.Body, api_version: str = "2026-04-01") -> set[str]:
    """The rules of the mode table that a template breaks."""
    found = read(json.dumps(template(mode, changes, api_version)), "main.json")
    assert found is not None
    return {each.rule.name for each in check(found.estate) if each.rule.name in RULES}


@pytest.mark.parametrize("case", REFUSALS, ids=[f"{case.name}, {case.mode}" for case in REFUSALS])
def test_what_azure_refuses_is_found(case: Refusal) -> None:
    """A rule of the table finds what Azure refuses, and not its neighbour that Azure takes."""
    more = broken(case.mode, case.refused) - broken(case.mode, case.taken)
    assert bool(more) is (case.name not in NOT_CHECKED), case.source


def verdicts(name: str, changes: bodies.Body, api_version: str) -> tuple[bool, bool]:
    """Whether a rule is broken by a Flexible set, and whether it is undecided."""
    found = read(json.dumps(template("Flexible", changes, api_version)), "main.json")
    assert found is not None
    report = check(found.estate)
    return (
        name in {each.rule.name for each in report.violations},
        name in {each.rule.name for each in report.undecided},
    )


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("upgrade-mode-known", {"p.upgradePolicy.mode": "Canary"}),
        ("orchestration-mode-known", {"p.orchestrationMode": "Elastic"}),
        ("rolling-policy-ranges", {"p.upgradePolicy.rollingUpgradePolicy": {"maxBatchInstancePercent": 2}}),
        ("terminate-notification-time", {
            "vmp.scheduledEventsProfile": {"terminateNotificationProfile": {"notBeforeTimeout": "PT1H"}}
        }),
        ("allocation-strategy-known", {"p.skuProfile": {"allocationStrategy": "GreenestFirst"}, "sku.name": "Mix"}),
    ],
)  # fmt: skip
def test_what_a_newer_version_may_allow_is_passed_on(name: str, changes: bodies.Body) -> None:
    """A value outside a list or limit is refused at the versions that are known, and not decided at a newer one."""
    assert verdicts(name, changes, "2026-04-01") == (True, False)
    assert verdicts(name, changes, "2026-09-01") == (False, True)


def test_a_rule_of_newer_versions_leaves_older_ones_alone() -> None:
    """Automatic zone placement begins with 2026-03-01: what it excludes is no fact of an earlier version."""
    changes = {"placement": {"zonePlacementPolicy": "Auto"}, "zones": ["1", "2"]}
    assert verdicts("automatic-zone-placement-limits", changes, "2026-03-01") == (True, False)
    assert verdicts("automatic-zone-placement-limits", changes, "2025-04-01") == (False, False)
