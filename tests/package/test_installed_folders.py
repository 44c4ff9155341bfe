"""The folders that the installed distributions name are a plugin and a policy pack for the engine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from harness import WorkspaceFactory

from docs_site import pages

pytestmark = pytest.mark.engine

GROUP = {"type": "azure-native:resources:ResourceGroup", "properties": {"resourceGroupName": "rg"}}
CONFIG = {"azure-native:location": {"value": "westeurope"}}


def folder(module: str) -> Path:
    """The folder that `python -m MODULE` prints."""
    printed = subprocess.run([sys.executable, "-m", module], capture_output=True, text=True, check=True).stdout
    return Path(printed.strip())


def test_the_plugin_serves_a_yaml_program(workspace_factory: WorkspaceFactory) -> None:
    """A YAML program deploys a set with the package in the folder that the page's command names."""
    (block,) = pages.of("tests/package/test_installed_folders.py::test_the_plugin_serves_a_yaml_program")
    (module,) = re.findall(r'^\$ pulumi package add "\$\(python -m (\w+)\)"$', block.text, re.MULTILINE)
    properties: dict[str, Any] = {
        "resourceGroupName": "${group.name}",
        "image": {"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
        "vmSize": "Standard_D2s_v5",
        "adminPassword": {"fn::secret": "C0rrect-Horse-Battery"},
        "virtualNetwork": {},
        "instances": {"web-0": {}},
    }
    stack = workspace_factory(
        {
            "packages": {"azure-scaleset": str(folder(module))},
            "config": CONFIG,
            "resources": {"group": GROUP, "web": {"type": "azure-scaleset:ScaleSet", "properties": properties}},
        }
    )
    stack.up()
    assert [each["urn"].rpartition("::")[2] for each in stack.resources() if each["type"].endswith(":VirtualMachine")]
    assert stack.preview().ops() == []


@pytest.mark.smoke
def test_the_pack_refuses_a_program(workspace_factory: WorkspaceFactory) -> None:
    """A mandatory rule of the pack in the folder of `python -m scaleset_policies` stops the preview."""
    properties: dict[str, Any] = {
        "resourceGroupName": "${group.name}",
        "orchestrationMode": "Flexible",
        "platformFaultDomainCount": 1,
        "overprovision": True,
        "upgradePolicy": {"mode": "Manual"},
        "sku": {"name": "Standard_D2s_v5", "capacity": 1},
    }
    web = {"type": "azure-native:compute:VirtualMachineScaleSet", "properties": properties}
    stack = workspace_factory({"config": CONFIG, "resources": {"group": GROUP, "web": web}})
    result = stack.preview(policy_packs=[folder("scaleset_policies")], expect_failure=True)
    mandatory = [each for each in result.violations if each.enforcement == "mandatory"]
    assert mandatory
    assert {each.pack for each in mandatory} == {"azure-scaleset"}
