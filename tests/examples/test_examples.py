"""Each example of the repository deploys, stays as it is, and goes away again, on the real engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from harness import Workspace, WorkspaceFactory

pytestmark = pytest.mark.engine

ROOT = Path(__file__).resolve().parents[2]
POLICIES = ROOT / "policies"
SCENARIOS = (
    "attach-existing-vm",
    "flexible-defaults",
    "flexible-max",
    "spot-priority-mix",
    "two-sets-one-load-balancer",
    "uniform",
    "well-architected",
    "windows",
    "zonal-nat-gateway",
)
PYTHON = sorted(
    folder.parent.name
    for folder in (ROOT / "examples").glob("*/Pulumi.yaml")
    if (folder.parent / "__main__.py").exists() and not (folder.parent / "fleet.yaml").exists()
)
"""All but the fleet, whose stacks are not called dev: it has its own tests."""
EXEMPLARY = {"well-architected", "flexible-max"}
"""Examples that keep to the good practice of the policy pack too, not only to what it makes mandatory."""

SECRETS = {"windows": {"adminPassword": "C0rrect-Horse-Battery"}}
"""What an example asks its user for."""

EVERYTHING_MANDATORY = {"all": "mandatory"}
"""A policy pack's configuration in which good practice stops a deployment as well."""


def example(name: str, workspace_factory: WorkspaceFactory) -> Workspace:
    """A stack of the example, with the secrets that it needs and the configuration of its own Pulumi.yaml."""
    stack = workspace_factory(ROOT / "examples" / name)
    for key, value in SECRETS.get(name, {}).items():
        stack.set_secret(key, value)
    return stack


def test_every_scenario_is_there_and_is_tested() -> None:
    """Every scenario has a Python project of its own, and each Python project here is run by the tests below."""
    assert set(SCENARIOS) <= set(PYTHON)


@pytest.mark.parametrize("name", PYTHON)
def test_an_example_deploys_rests_and_goes(name: str, workspace_factory: WorkspaceFactory, tmp_path: Path) -> None:
    """`up` succeeds, a preview with the policy pack finds no changes and nothing to stop, `destroy` leaves nothing."""
    stack = example(name, workspace_factory)
    deployed = stack.up()
    assert "create" in {operation for operation, _, _ in deployed.ops()}
    levels = tmp_path / "levels.json"
    levels.write_text(json.dumps(EVERYTHING_MANDATORY if name in EXEMPLARY else {}))
    again = stack.preview(policy_packs=[POLICIES], extra_args=["--policy-pack-config", str(levels)])
    assert again.ops() == []
    assert [violation for violation in again.violations if violation.enforcement == "mandatory"] == []
    stack.destroy()
    assert stack.resources() == []
