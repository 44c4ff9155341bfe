"""`scaleset adopt` of a stack's export: what azure-native resources were becomes the component's, by its argument."""

from __future__ import annotations

import json
import os
from pathlib import Path
from unittest import mock

import pytest
from harness import WorkspaceFactory
from migration.adoptions import adopt
from operations.conftest import clean_environment

__all__ = ["clean_environment"]

pytestmark = pytest.mark.engine

PROGRAM = """
    import pulumi
    from pulumi_azure_native import compute, network, resources

    group = resources.ResourceGroup("group", resource_group_name="rg", location="westeurope")
    net = network.VirtualNetwork(
        "net", virtual_network_name="net", resource_group_name=group.name, location="westeurope",
        address_space={"address_prefixes": ["10.0.0.0/16"]},
        subnets=[{"name": "vms", "address_prefix": "10.0.0.0/24"}],
    )
    subnet = net.subnets.apply(lambda found: found[0].id)
    image = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
    portal = compute.VirtualMachineScaleSet(
        "portal", vm_scale_set_name="web", resource_group_name=group.name, location="westeurope",
        orchestration_mode="Flexible", platform_fault_domain_count=1,
    )
    nic = network.NetworkInterface(
        "nic-blue", network_interface_name="blue-interface", resource_group_name=group.name, location="westeurope",
        ip_configurations=[{"name": "one", "primary": True, "subnet": {"id": subnet}}],
    )
    machine = compute.VirtualMachine(
        "vm-blue", vm_name="blue", resource_group_name=group.name, location="westeurope",
        virtual_machine_scale_set={"id": portal.id},
        hardware_profile={"vm_size": "Standard_D2s_v5"},
        os_profile={
            "computer_name": "blue", "admin_username": "me", "admin_password": pulumi.Output.secret("Sword-1!"),
        },
        storage_profile={"image_reference": image, "os_disk": {"create_option": "FromImage"}},
        network_profile={"network_interfaces": [{"id": nic.id}]},
    )
    compute.VirtualMachineExtension(
        "hello", vm_extension_name="hello", vm_name=machine.name, resource_group_name=group.name,
        location="westeurope", publisher="Microsoft.Azure.Extensions", type="CustomScript",
        type_handler_version="2.1", protected_settings=pulumi.Output.secret({"commandToExecute": "login"}),
    )
"""
"""A set as people write it with azure-native, in a separate stack."""


def test_a_hand_written_stack_becomes_a_components(workspace_factory: WorkspaceFactory, tmp_path: Path) -> None:
    """The program from the export in place of the old resources creates the component, and changes nothing else."""
    stack = workspace_factory(PROGRAM)
    stack.up()
    file = tmp_path / "export.json"
    file.write_text(json.dumps(stack.stack_export()), encoding="utf-8")
    with mock.patch.dict(os.environ, stack.variables):
        answer = adopt(str(file), "--out", str(tmp_path / "out"))
    assert answer.code == 0, answer.err
    written = (tmp_path / "out" / "__main__.py").read_text(encoding="utf-8")
    assert "import.json" not in answer.out
    assert "Sword-1!" not in written
    kept = PROGRAM[: PROGRAM.index("    subnet =")].replace("    import", "import")
    lines = "\n".join(line.removeprefix("    ") for line in kept.splitlines())
    stack.write_program(lines + "\n" + written)
    # Azure shows it to nobody and the program leaves it alone, so another value changes nothing.
    stack.run("config", "set", "--secret", "adminPassword", "Another-1!", "--stack", "dev")
    result = stack.preview()
    assert [(op, kind) for op, kind, _ in result.ops()] == [("create", "azure-scaleset:index:ScaleSet")]
    stack.up()
    assert stack.preview().ops() == []
