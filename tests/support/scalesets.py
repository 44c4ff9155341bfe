"""Scale sets that tests deploy: a program that takes its arguments from the configuration, and small arguments."""

from __future__ import annotations

from typing import Any

from harness import Workspace

GROUP = "rg"
LOCATION = "westeurope"
IMAGE = {"urn": "Canonical:ubuntu-24_04-lts:server:latest"}
KEY = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7"

PROGRAM = f"""
    import pulumi
    from pulumi_azure_native import resources
    from pulumi_azure_scaleset import ScaleSet

    args = pulumi.Config().require_object("args")
    group = resources.ResourceGroup("group", resource_group_name="{GROUP}", location="{LOCATION}")
    scale_set = ScaleSet("web", {{**args, "resource_group_name": group.name}})
    pulumi.export("scaleSetId", scale_set.scale_set_id)
    pulumi.export("instanceIds", scale_set.instance_ids)
    pulumi.export("privateIpAddresses", scale_set.private_ip_addresses)
    pulumi.export("natEndpoints", scale_set.nat_endpoints)
    pulumi.export("natPortRanges", scale_set.nat_port_ranges)
    pulumi.export("lockIds", scale_set.lock_ids)
"""
"""A resource group and the scale set ``web`` with the configuration's ``args``."""

EXTENSION = {
    "name": "hello",
    "publisher": "Microsoft.Azure.Extensions",
    "type": "CustomScript",
    "typeHandlerVersion": "2.1",
    "settings": {"commandToExecute": "echo hello"},
}


def flexible(**more: Any) -> dict[str, Any]:
    """A Flexible set of three named instances with NAT, an extension each, and the second one protected."""
    return {
        "orchestrationMode": "Flexible",
        "instances": {"web-0": {}, "web-1": {"protection": {"scaleIn": True}}, "web-2": {}},
        "vmSize": "Standard_D2s_v5",
        "image": IMAGE,
        "sshPublicKeys": [KEY],
        "virtualNetwork": {"allowFrom": ["198.51.100.0/24"]},
        "inboundNat": {"ssh": {"backendPort": 22}},
        "extensions": [EXTENSION],
        **more,
    }


def uniform(**more: Any) -> dict[str, Any]:
    """A Uniform set of two instances: a NAT pool, a health extension, rolling upgrades, one of them protected."""
    return {
        "orchestrationMode": "Uniform",
        "capacity": 2,
        "instances": {"0": {"protection": {"scaleIn": True}}},
        "vmSize": "Standard_D2s_v5",
        "image": IMAGE,
        "sshPublicKeys": [KEY],
        "virtualNetwork": {"allowFrom": ["198.51.100.0/24"]},
        "inboundNat": {"ssh": {"backendPort": 22, "kind": "Pool"}},
        "health": {"protocol": "tcp", "port": 22},
        "upgradePolicy": {
            "mode": "Rolling",
            "rolling": {"maxBatchInstancePercent": 50, "maxUnhealthyInstancePercent": 50},
        },
        **more,
    }


def configured(args: dict[str, Any]) -> dict[str, Any]:
    """The stack configuration for :data:`PROGRAM`."""
    return {"azure-native:location": LOCATION, "args": args}


def created(stack: Workspace) -> list[str]:
    """The names of the resources in the stack's state."""
    return sorted(resource["urn"].rsplit("::", 1)[-1] for resource in stack.resources())
