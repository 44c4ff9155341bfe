"""The pack on the real engine with what previews and programs throw at it: unknowns, secrets, components, remedies."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from harness import Workspace, WorkspaceFactory

from scaleset_policies.rules import RULES

pytestmark = pytest.mark.engine
PACK = Path(__file__).resolve().parents[2] / "policies"
PASSWORD, TOKEN, PREFIX = "hunter2-Canary!", "canary-token-4711", "canarycanary"
BOOT = base64.b64encode(f"password={PASSWORD}".encode()).decode()
SECRETS = (PASSWORD, TOKEN, PREFIX, BOOT)
FIXABLE = sorted(rule.name for rule in RULES.values() if rule.fix is not None)

PROGRAM = f"""
    import pulumi
    from pulumi_azure_native import compute, network, resources

    group = resources.ResourceGroup("group", location="westeurope")
    later = group.id.apply(lambda each: len(each))
    vnet = network.VirtualNetwork(
        "vnet", resource_group_name=group.name, address_space={{"address_prefixes": ["10.0.0.0/16"]}}
    )
    subnet = network.Subnet(
        "subnet", resource_group_name=group.name, virtual_network_name=vnet.name, address_prefix="10.0.0.0/24"
    )


    class Fleet(pulumi.ComponentResource):
        def __init__(self, name):
            super().__init__("my:fleet:Fleet", name)
            pool = group.id.apply(lambda each: each + "/providers/Microsoft.Network/loadBalancers/b/inboundNatPools/p")
            self.set = compute.VirtualMachineScaleSet(
                "web",
                resource_group_name=group.name,
                vm_scale_set_name="web",
                orchestration_mode="Flexible",
                platform_fault_domain_count=1,
                overprovision=True,
                sku={{"name": "Standard_D2s_v5", "capacity": later.apply(lambda each: min(each, 1))}},
                virtual_machine_profile={{
                    "os_profile": {{
                        "computer_name_prefix": pulumi.Output.secret("{PREFIX}"),
                        "admin_username": "azureuser",
                        "admin_password": pulumi.Output.secret("{PASSWORD}"),
                        "custom_data": pulumi.Output.secret("{BOOT}"),
                        "windows_configuration": {{"provision_vm_agent": True}},
                    }},
                    "storage_profile": {{
                        "image_reference": {{
                            "publisher": "MicrosoftWindowsServer",
                            "offer": "WindowsServer",
                            "sku": "2022-datacenter-azure-edition",
                            "version": "latest",
                        }},
                        "os_disk": {{"create_option": "FromImage"}},
                    }},
                    "extension_profile": {{
                        "extensions": [
                            {{
                                "name": "script",
                                "publisher": "Microsoft.Compute",
                                "type": "CustomScriptExtension",
                                "type_handler_version": "1.10",
                                "settings": {{"accessToken": pulumi.Output.secret("{TOKEN}")}},
                            }}
                        ]
                    }},
                    "network_profile": {{
                        "network_interface_configurations": [
                            {{
                                "name": "nic",
                                "primary": True,
                                "ip_configurations": [
                                    {{
                                        "name": "ip",
                                        "subnet": {{"id": subnet.id}},
                                        "load_balancer_inbound_nat_pools": [{{"id": pool}}],
                                    }}
                                ],
                            }}
                        ],
                    }},
                }},
                opts=pulumi.ResourceOptions(parent=self),
            )
            self.register_outputs({{}})


    fleet = Fleet("fleet")
    pulumi.export("later", later)
"""


def configured(workspace: Workspace, values: dict[str, Any]) -> list[str]:
    """The arguments that give the pack this configuration."""
    file = workspace.directory / "policy-config.json"
    file.write_text(json.dumps(values))
    return ["--policy-pack-config", str(file)]


@pytest.mark.smoke
def test_a_component_with_unknowns_and_secrets_is_decided_and_keeps_its_secrets(
    workspace_factory: WorkspaceFactory,
) -> None:
    """What is known is refused although values beside it are not; no secret is in a message, log or event."""
    workspace = workspace_factory(PROGRAM)
    result = workspace.preview(policy_packs=[PACK], expect_failure=True)
    refused = {each.policy for each in result.violations if each.enforcement == "mandatory"}
    assert refused >= {"overprovision-on-flexible", "nat-pool-on-flexible", "computer-name-prefix-length"}
    assert "no-secrets-in-extension-settings" in {each.policy for each in result.violations}
    assert {each.urn.rsplit("::", 1)[1] for each in result.violations} == {"web"}
    assert "can't run policy" not in result.text
    # That of the program is Python's answer to the host, which interrupts it when the pack has refused.
    interrupted = r"(?s)Traceback \(most recent call last\):(?:(?!Traceback).)*?KeyboardInterrupt"
    assert "Traceback" not in re.sub(interrupted, "", result.text)
    said = result.text + json.dumps([each.message for each in result.violations])
    assert not [each for each in SECRETS if each in said]


def test_remedies_rest_and_replace_nothing(workspace_factory: WorkspaceFactory) -> None:
    """A program with all that can be remedied is deployed remedied; deploying it again changes nothing."""
    workspace = workspace_factory(PROGRAM.replace(PREFIX, "web"))
    remedies = dict.fromkeys(FIXABLE, "remediate")
    config = configured(workspace, {"all": "advisory", **remedies})
    workspace.up(policy_packs=[PACK], extra_args=config)
    again = workspace.up(policy_packs=[PACK], extra_args=config)
    assert again.ops() == []
    scale_set = next(each for each in workspace.resources() if each["type"].endswith(":VirtualMachineScaleSet"))
    assert "overprovision" not in scale_set["inputs"]
    profile = scale_set["inputs"]["virtualMachineProfile"]
    assert profile["networkProfile"]["networkApiVersion"] == "2020-11-01"
    assert PASSWORD not in json.dumps(scale_set)
