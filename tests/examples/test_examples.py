"""Each example of the repository deploys, stays as it is, and goes away again, on the real engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from harness import Workspace, WorkspaceFactory
from support.reach import Inbound, arrives, closed_ways

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure
from docs_site import pages

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

OFFICE, STRANGER = "198.51.100.7", "192.0.2.1"
"""Clients in the range that the examples let in, and outside of it."""

_UNIFORM = {"prefer-flexible", "azure-monitor-agent"}
_PROFILE = {"application-health", "automatic-repairs", "azure-monitor-agent"}
ADVICE: dict[str, set[str]] = {
    # Regional, since the machine that joins it is.
    "attach-existing-vm": {"zone-redundant"},
    # What it shows is the mode; an agent and an image policy are the user's choice.
    "uniform": _UNIFORM,
    # The application, and so its health and its agent, is the user's.
    "spot-priority-mix": _PROFILE,
    "zonal-nat-gateway": _PROFILE,
}
"""The advice of the policy pack that an example leaves open; no other example leaves any."""

SECRETS = {"windows": {"adminPassword": "C0rrect-Horse-Battery"}}
"""What an example asks its user for."""

EVERYTHING_MANDATORY = {"all": "mandatory", "customer-managed-keys": "disabled", "guest-attestation": "disabled"}
"""A policy pack's configuration in which good practice stops a deployment as well."""


def example(name: str, workspace_factory: WorkspaceFactory) -> Workspace:
    """A stack of the example, with the secrets that it needs and the configuration of its Pulumi.yaml."""
    stack = workspace_factory(ROOT / "examples" / name)
    for key, value in SECRETS.get(name, {}).items():
        stack.set_secret(key, value)
    return stack


@pytest.mark.smoke
def test_every_scenario_is_there_and_is_tested() -> None:
    """Every scenario has its own Python project, and each Python project here is run by the tests below."""
    assert set(SCENARIOS) <= set(PYTHON)


@pytest.mark.parametrize("name", PYTHON)
def test_an_example_deploys_rests_and_goes(
    name: str, workspace_factory: WorkspaceFactory, tmp_path: Path, simulator: RunningSimulator, azure: Azure
) -> None:
    """`up` succeeds, each way in is open, the policy pack has only the listed advice, `destroy` leaves nothing."""
    stack = example(name, workspace_factory)
    deployed = stack.up()
    assert "create" in {operation for operation, _, _ in deployed.ops()}
    assert closed_ways(simulator, azure, [OFFICE, STRANGER]) == []
    levels = tmp_path / "levels.json"
    levels.write_text(json.dumps(EVERYTHING_MANDATORY if name in EXEMPLARY else {}))
    again = stack.preview(policy_packs=[POLICIES], extra_args=["--policy-pack-config", str(levels)])
    assert again.ops() == []
    assert [violation for violation in again.violations if violation.enforcement == "mandatory"] == []
    assert {violation.policy for violation in again.violations} == ADVICE.get(name, set())
    stack.destroy()
    assert stack.resources() == []


BACK_REFERENCES: dict[str, set[tuple[str, str]]] = {
    "attach-existing-vm": {("legacy", "virtualMachineScaleSet")},
    "spot-priority-mix": {("workers-natgw-pip", "natGateway")},
    "well-architected": {("shop-natgw-pip", "natGateway")},
    "zonal-nat-gateway": {("outbound", "natGateway")},
}
"""What Azure writes into a resource when a later one refers to it. The official provider reads such a property as a new
input (provider.go, Read), and the engine's refresh leaves `ignore_changes` to the provider, which has no use for it: so
the first refresh tells of it, once, whatever a program says. docs/trust.md."""


@pytest.mark.parametrize("name", PYTHON)
def test_a_refresh_of_an_example(
    name: str, workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure
) -> None:
    """A refresh only notes the listed back references, a second one nothing; all the time `up` has nothing to do."""
    stack = example(name, workspace_factory)
    stack.up()
    sent = writes(simulator, azure)
    stack.preview(extra_args=["--refresh", "--expect-no-changes"])
    listed = BACK_REFERENCES.get(name, set())
    first = stack.refresh(extra_args=[] if listed else ["--expect-no-changes"])
    assert {(s.name, path) for s in first.completed if s.op == "update" for path in s.detailed} == listed
    stack.refresh(extra_args=["--expect-no-changes"])
    stack.preview(extra_args=["--expect-no-changes"])
    assert writes(simulator, azure) == sent


def writes(simulator: RunningSimulator, azure: Azure) -> int:
    """How many requests of this subscription could have changed something."""
    return sum(
        azure.subscription in request["path"] and request["method"] in {"PUT", "PATCH", "DELETE"}
        for request in simulator.requests()
    )


@pytest.mark.smoke
def test_the_demo_is_reached(workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure) -> None:
    """What `make up` deploys: SSH from the sample range, HTTP from everywhere, and neither is closed."""
    stack = workspace_factory(ROOT)
    stack.up(yaml.safe_load((ROOT / "Pulumi.example.yaml").read_text())["config"])
    assert closed_ways(simulator, azure, [OFFICE]) == []
    assert not arrives(simulator, azure, Inbound(STRANGER, "Tcp", 22))
    closed = closed_ways(simulator, azure, [STRANGER])
    assert {each.partition(":")[0] for each in closed} == {"portalbb01-lb", "batch01-lb"}
    assert not any("http" in each for each in closed)


@pytest.mark.smoke
def test_the_first_program_of_the_readme(
    workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure
) -> None:
    """As it is printed it deploys, is reached by those whom it names, and the policy pack has no advice on it."""
    (block,) = pages.of("tests/examples/test_examples.py::test_the_first_program_of_the_readme")
    stack = workspace_factory(block.text)
    (stack.directory / "id_rsa.pub").write_text("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKjT2TVTsk/0IhmbajA7qwZq")
    deployed = stack.up({"azure-native:location": "westeurope"}, policy_packs=[POLICIES])
    assert deployed.violations == []
    assert arrives(simulator, azure, Inbound(OFFICE, "Tcp", 22))
    assert not arrives(simulator, azure, Inbound(STRANGER, "Tcp", 22))
    assert set(stack.outputs()["ssh"]) == {"web-0", "web-1", "web-2"}
