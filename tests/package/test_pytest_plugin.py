"""The fixtures that the simulator brings to other people's tests, in a separate pytest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from devkit.engine import Engine, ensure

CLIENT = """
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.resource.locks import ManagementLockClient


def test_the_subscription_is_empty(arm_client):
    assert list(arm_client(ComputeManagementClient).virtual_machine_scale_sets.list_all()) == []


def test_what_one_test_configures(arm_simulator):
    arm_simulator.configure(lro_polls=3)
    arm_simulator.inject(status=503, method="GET", path_regex="/subscriptions")
    assert arm_simulator.simulator.router.settings.lro_polls == 3


def test_another_does_not_meet(arm_simulator):
    assert arm_simulator.simulator.router.settings.lro_polls == 0
    assert arm_simulator.control.faults == []


def test_what_one_test_makes(arm_client):
    locks = arm_client(ManagementLockClient).management_locks
    locks.create_or_update_at_subscription_level("keep", {"level": "CanNotDelete"})
    assert [lock.name for lock in locks.list_at_subscription_level()] == ["keep"]


def test_another_does_not_see(arm_client):
    assert list(arm_client(ManagementLockClient).management_locks.list_at_subscription_level()) == []
"""

PROGRAM = """
from pulumi import automation as auto

from azure.mgmt.compute import ComputeManagementClient


def program():
    import pulumi
    from pulumi_azure_native import resources
    from pulumi_azure_scaleset import ScaleSet

    group = resources.ResourceGroup("group", resource_group_name="rg", location="westeurope")
    web = ScaleSet(
        "web",
        {
            "resource_group_name": group.name,
            "location": "westeurope",
            "image": {"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
            "vm_size": "Standard_D2s_v5",
            "admin_password": "C0rrect-Horse-Battery",
            "virtual_network": {},
            "instances": {"web-0": {}},
        },
    )


def test_the_program_deploys(arm_pulumi_env, arm_client, tmp_path):
    options = auto.LocalWorkspaceOptions(env_vars=arm_pulumi_env, pulumi_home=arm_pulumi_env["PULUMI_HOME"])
    stack = auto.create_stack("test", project_name="plugin", program=program, opts=options)
    stack.up()
    sets = arm_client(ComputeManagementClient).virtual_machine_scale_sets
    assert [each.name for each in sets.list_all()] == ["web"]
    stack.destroy()
    assert list(sets.list_all()) == []
"""


def run(directory: Path, text: str, **variables: str) -> str:
    """Run pytest on a test file outside of the repository; what it printed. All of its tests must pass."""
    (directory / "test_mine.py").write_text(text)
    environment = {**os.environ, **variables}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_mine.py"]
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_clients_need_no_setting_up(tmp_path: Path) -> None:
    """The fixtures exist without an import, and each test has a separate subscription."""
    assert "5 passed" in run(tmp_path, CLIENT)


@pytest.mark.engine
@pytest.mark.long
def test_a_program_deploys_to_the_simulator(tmp_path: Path) -> None:
    """The environment of the fixture is all that a Pulumi program needs through the Automation API."""
    engine: Engine = ensure()
    path = os.pathsep.join([*map(str, engine.path), os.environ["PATH"]])
    skip = {"PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "true"}  # the pinned build has another way to tell its version
    assert "1 passed" in run(tmp_path, PROGRAM, PATH=path, **skip)
