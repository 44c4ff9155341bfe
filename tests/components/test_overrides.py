"""Raw inputs: what in them is a secret, by its name."""

from __future__ import annotations

from typing import Any

import pytest
from support.scalesets import flexible

from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.plan.overrides import with_secrets
from pulumi_azure_scaleset.plan.resources import Secret


def shown(value: Any) -> Any:
    """A tree with secrets as ``("secret", value)``."""
    if isinstance(value, Secret):
        return ("secret", value.value)
    if isinstance(value, dict):
        return {name: shown(item) for name, item in value.items()}
    return [shown(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"osProfile": {"adminPassword": "x"}}, {"osProfile": {"adminPassword": ("secret", "x")}}),
        ({"protectedSettings": {"a": ["b"]}}, {"protectedSettings": ("secret", {"a": ["b"]})}),
        ({"list": [{"userData": "x", "name": "n"}]}, {"list": [{"userData": ("secret", "x"), "name": "n"}]}),
        ({"settings": {"commandToExecute": "join"}}, {"settings": {"commandToExecute": ("secret", "join")}}),
        ({"linuxConfiguration": {"disablePasswordAuthentication": True}}, None),
        ({"osProfile": {"secrets": [{"sourceVault": {"id": "/x"}}], "adminPassword": None}}, None),
        ({"hardwareProfile": {"vmSize": "Standard_D2s_v5"}}, None),
    ],
)
def test_what_is_secret_by_its_name(raw: dict[str, Any], expected: dict[str, Any] | None) -> None:
    """Texts below a secret's name and all of protectedSettings are secrets, at any depth; switches, nulls not."""
    assert shown(with_secrets(raw)) == (raw if expected is None else expected)


def test_an_instances_own_inputs_reach_all_its_interfaces() -> None:
    """Raw inputs of an instance are merged into its machine and each of its interfaces, and into no neighbour's."""
    raw = {"virtualMachine": {"tags": {"own": "vm"}}, "networkInterface": {"tags": {"own": "nic"}}}
    args = flexible(instances={"web-0": {"overrides": raw}, "web-1": {}}, networkInterfaces=[{"name": "back"}])
    children = compile_args("web", {"resource_group_name": "rg", **args}).plan.children
    assert {child.key: child.inputs["tags"]["own"] for child in children if child.inputs.get("tags")} == {
        "vm:web-0": "vm",
        "nic:web-0": "nic",
        "nic:web-0/back": "nic",
    }
