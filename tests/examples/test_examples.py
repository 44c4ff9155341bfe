"""Each example of the repository deploys, stays as it is, and goes away again, on the real engine."""

from __future__ import annotations

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
    if (folder.parent / "__main__.py").exists()
)
SECRETS = {"windows": {"adminPassword": "C0rrect-Horse-Battery"}}
"""What an example asks its user for."""


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
def test_an_example_deploys_rests_and_goes(name: str, workspace_factory: WorkspaceFactory) -> None:
    """`up` succeeds, a preview after it finds no changes, and `destroy` leaves nothing."""
    stack = example(name, workspace_factory)
    deployed = stack.up()
    assert "create" in {operation for operation, _, _ in deployed.ops()}
    assert stack.preview().ops() == []
    stack.destroy()
    assert stack.resources() == []
