"""YAML programs that use the component through `packages:`, on the real engine with the official YAML language host."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from harness import Result, Workspace, WorkspaceFactory
from package.azure_group import read

from devkit import paths
from devkit.environment import Azure

pytestmark = pytest.mark.engine

EXAMPLE = paths.ROOT / "examples" / "yaml-consumer"
COMPONENTS = paths.ROOT / "components"
TOKEN = "t0ken-in-the-clear"
PASSWORD = "C0rrect-Horse-Battery"
COMMAND = "register-c0mmand"
PROTECTED = {"fileUris": ["https://example.com/a.sh"], "managedIdentity": {}, "skipDos2Unix": True}
SETTINGS = {"snake_case": {"is_kept": True}, "camelCase": {"number": 3, "fraction": 2.5}}


def program(**web: Any) -> dict[str, Any]:
    """A resource group, and a scale set in it with these arguments besides the ordinary ones."""
    properties = {
        "resourceGroupName": "${group.name}",
        "image": {"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
        "vmSize": "Standard_D2s_v5",
        "adminPassword": {"fn::secret": PASSWORD},
        "virtualNetwork": {},
        **web,
    }
    return {
        "packages": {"azure-scaleset": str(COMPONENTS)},
        "config": {"azure-native:location": {"value": "westeurope"}},
        "resources": {
            "group": {"type": "azure-native:resources:ResourceGroup", "properties": {"resourceGroupName": "rg"}},
            "web": {"type": "azure-scaleset:ScaleSet", "properties": properties},
        },
    }


def inputs(stack: Workspace, name: str, kind: str) -> dict[str, Any]:
    """What the engine sent for one child resource."""
    found = [r for r in stack.resources() if r["urn"].endswith(f"::{name}") and r["type"].endswith(f":{kind}")]
    assert len(found) == 1
    sent: dict[str, Any] = found[0]["inputs"]
    return sent


def test_example_deploys_both_modes(workspace_factory: WorkspaceFactory, azure: Azure) -> None:
    """The example makes a Flexible and a Uniform set in Azure, rests, and leaves nothing; its secret is nowhere."""
    stack = workspace_factory(EXAMPLE)
    stack.set_secret("token", TOKEN)
    preview = stack.preview()  # group name and subnet id are not known here
    result = stack.up()
    assert result.ops() == preview.ops()
    outputs = stack.outputs()
    assert set(outputs["ssh"]) == set(outputs["webIds"]) == {"web-blue", "web-green"}
    batch = read(azure, outputs["batchId"])
    web = read(azure, outputs["batchId"].replace("/batch", "/web"))
    modes = [each["properties"]["orchestrationMode"] for each in (batch, web)]
    assert modes == ["Uniform", "Flexible"]
    machine = read(azure, outputs["webIds"]["web-blue"])
    assert machine["properties"]["virtualMachineScaleSet"]["id"].lower() == web["id"].lower()
    assert stack.preview().ops() == []
    _assert_nowhere(TOKEN, stack, preview, result)
    stack.destroy()
    assert stack.resources() == []


@pytest.mark.smoke
def test_values_arrive_as_written(workspace_factory: WorkspaceFactory) -> None:
    """Keys of free objects keep their spelling, numbers are whole, maps of objects work, secrets are ciphertext."""
    extension = {
        "name": "hello",
        "publisher": "Microsoft.Azure.Extensions",
        "type": "CustomScript",
        "typeHandlerVersion": "2.1",
        "settings": SETTINGS,
        "protectedSettings": {"fn::secret": {"commandToExecute": COMMAND, **PROTECTED}},
    }
    stack = workspace_factory(
        program(
            instances={"web-a": {"dataDisks": [{"lun": 0, "sizeGb": 64}], "natPorts": {"ssh": 50007}}},
            inboundNat={"ssh": {"backendPort": 22}},
            virtualNetwork={"allowFrom": ["198.51.100.0/24", "Internet"]},
            extensions=[extension],
            overrides={"loadBalancer": {"tags": {"some_key": "kept", "group": "${group.name}"}}},
            tags={"owner": "${group.name}"},
        )
    )
    result = stack.up()
    assert inputs(stack, "web-a-hello", "VirtualMachineExtension")["settings"] == SETTINGS
    shown = inputs(stack, "web-a-hello", "VirtualMachineExtension")["protectedSettings"]
    assert "ciphertext" in shown
    assert inputs(stack, "web-lb", "LoadBalancer")["tags"] == {"owner": "rg", "some_key": "kept", "group": "rg"}
    assert inputs(stack, "web-a-ssh", "InboundNatRule")["frontendPort"] == 50007
    disk = inputs(stack, "web-a", "VirtualMachine")["storageProfile"]["dataDisks"][0]
    assert (disk["lun"], disk["diskSizeGB"]) == (0, 64)
    for secret in (PASSWORD, COMMAND):
        _assert_nowhere(secret, stack, result)


@pytest.mark.parametrize("command", ["preview", "up"])
def test_problems_are_listed(command: str, workspace_factory: WorkspaceFactory) -> None:
    """Wrong arguments fail with all problems, spelt as in the program; no traceback, no secret, nothing made."""
    stack = workspace_factory(
        program(
            zones=["9"],
            osDisk={"sizeGb": 0},
            instances={"web-a": {"userData": "not#base64"}},
            orchestrationMode="${group.location}",
            overrides={"scaleSett": {}},
        )
    )
    result: Result = getattr(stack, command)(expect_failure=True)
    assert len(result.errors) == 1
    heading, *problems = result.errors[0].splitlines()
    assert heading.endswith("ScaleSet 'web': 5 problems in its arguments, nothing was deployed:")
    told = {problem.strip(" -").split(":")[0]: problem for problem in problems}
    assert set(told) == {
        "zones[0]",
        "osDisk.sizeGb",
        "instances['web-a'].userData",
        "orchestrationMode",
        "overrides.scaleSett",
    }
    assert "got 0;" in told["osDisk.sizeGb"]
    assert "plain value" in told["orchestrationMode"]
    assert "not#base64" not in result.text
    for word in ("Traceback", 'File "', "RunError", "pulumi.output.Output", "prematurely"):
        assert word not in result.text, word
    assert [step for step in result.steps if "ScaleSet" in step.type] == []


def test_enumerated_values_are_text(workspace_factory: WorkspaceFactory) -> None:
    """A value of a closed list is written as text, in lists and objects too; YAML names those of a wrong one."""
    stack = workspace_factory(
        program(osType="Linux", instances={"web-a": {"zone": "1"}}, zones=["1"], osDisk={"caching": "ReadOnly"})
    )
    assert stack.preview().changes["create"] > 3
    told = workspace_factory(program(patchMode="Never")).preview(expect_failure=True).text
    assert 'Allowed values are "ImageDefault", "AutomaticByPlatform", "AutomaticByOS", "Manual"' in told


def _assert_nowhere(secret: str, stack: Workspace, *results: Result) -> None:
    """The secret is in no state, no log of the engine and no output that was shown."""
    assert secret not in json.dumps(stack.stack_export())
    assert all(secret not in result.text for result in results)
    files: Mapping[Path, bytes] = {path: path.read_bytes() for path in stack.backend.rglob("*") if path.is_file()}
    assert files
    assert [path for path, content in files.items() if secret.encode() in content] == []
