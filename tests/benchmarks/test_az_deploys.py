"""The Azure CLI, where it is installed, deploys templates: its own for machines and sets, and the user's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from simulator.deployments.case import KEY, card, template, vnet
from simulator.deployments.modules import CASES

from benchmarks.az import running
from benchmarks.azure import serving

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(running.find_az() is None, reason="no Azure CLI: none on PATH, and SCALESET_AZ names none"),
]
AT_GROUP = (
    "az group create -n rg -l westeurope",
    "az deployment group validate -g rg -f {}/main.json -p word=amber",
    "az deployment group create -g rg -n d -f {}/main.json -p word=amber",
    "az deployment group what-if -g rg -f {}/main.json -p word=amber --no-pretty-print --query 'changes[].changeType'",
    "az deployment group show -g rg -n d --query '[properties.outputs.space.value[0], properties.parameters.word]'",
    "az deployment operation group list -g rg -n d --query '[].properties.targetResource.resourceName'",
    "az deployment group export -g rg -n d",
    "az deployment sub create -l westeurope -n s -f {}/sub.json --query properties.outputs.nsg.value",
    "az deployment sub what-if -l westeurope -f {}/sub.json --no-pretty-print --query 'changes[].changeType'",
    "az network lb create -g rg -n lb --sku Standard",
    "az vm create -g rg -n vm --image Ubuntu2204 --ssh-key-values {}/key.pub --size Standard_D2s_v5",
    "az vmss create -g rg -n uni --image Ubuntu2204 --ssh-key-values {}/key.pub --orchestration-mode Uniform",
    "az vmss create -g rg -n flex --image Ubuntu2204 --ssh-key-values {}/key.pub --orchestration-mode Flexible",
    "az vmss create -g rg -n empty --orchestration-mode Flexible --platform-fault-domain-count 1",
)


def test_az_deploys(tmp_path: Path) -> None:
    """Each command ends with 0, and those with a query print what was deployed; the secret is in none."""
    program = running.find_az()
    assert program is not None
    content = template(
        vnet("net", "a"),
        card("nic", "net", "a"),
        parameters={"word": {"type": "securestring"}},
        outputs={"space": {"type": "array", "value": "[reference('net').addressSpace.addressPrefixes]"}},
    )
    (tmp_path / "main.json").write_text("// as people write it\n" + json.dumps(content, indent=2))
    (tmp_path / "sub.json").write_text(json.dumps(next(each for each in CASES if each.at_subscription).template))
    (tmp_path / "key.pub").write_text(KEY)
    with serving(tmp_path / "tls") as azure:
        variables = running.signed_in(azure, program, tmp_path / "azure")
        printed = {
            command: running.shell(azure, command.replace("{}", str(tmp_path)), variables).out for command in AT_GROUP
        }
    assert not any("amber" in text for text in printed.values())
    told = [json.loads(text) for command, text in printed.items() if "--query" in command]
    assert told == [
        ["NoChange", "NoChange"],
        ["10.20.0.0/16", {"type": "SecureString"}],
        ["net", "nic"],
        "burrow",
        ["NoChange", "NoChange"],
    ]
