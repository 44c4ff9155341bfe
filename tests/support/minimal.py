"""Minimal configurations: only required arguments, with every default filled in by the component."""

from __future__ import annotations

from typing import Any

from support import azure_world as azure

Args = dict[str, Any]

_BASE: Args = {
    "resource_group_name": azure.GROUP,
    "vm_size": "Standard_D2s_v5",
    "image": {"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
    "ssh_public_keys": [azure.SSH_KEY],
    "virtual_network": {},
}
_EXTENSION = {"name": "setup", "publisher": "p", "type": "t", "type_handler_version": "1.0"}
_METRIC = {"metric_name": "Percentage CPU", "operator": "GreaterThan", "threshold": 75, "direction": "Increase"}
_OPEN = {"allow_from": ["198.51.100.0/24"]}
_PARTS: Args = {
    "virtual_network": _OPEN,
    "os_disk": {},
    "data_disks": [{"lun": 0, "size_gb": 8}],
    "identity": {"user_assigned_identity_ids": [azure.IDENTITY]},
    "extensions": [_EXTENSION],
    "boot_diagnostics": {},
    "public_ip_per_instance": {},
    "load_balancer": {"rules": {"http": {"frontend_port": 80}, "dns": {"frontend_port": 53, "protocol": "Udp"}}},
    "lock": {"level": "CanNotDelete"},
    "role_assignments": {
        "ops": {"role_definition_name": "Reader", "principal_id": "11111111-0000-0000-0000-000000000001"}
    },
    "diagnostic_settings": {"all": {"workspace_id": azure.WORKSPACE}},
}
_OF_PROFILE: Args = {
    "health": {"protocol": "tcp", "port": 22},
    "automatic_repairs": {},
    "terminate_notification": {},
    "scale_in_policy": {},
    "upgrade_policy": {"mode": "Rolling", "rolling": {}},
    "autoscale": {"profiles": [{"name": "one", "minimum": 2, "maximum": 5, "rules": [_METRIC]}]},
    "network_interfaces": [{"name": "back"}],
}

MINIMAL: dict[str, Args] = {
    "flexible, the least": {**_BASE, "instances": {"web-0": {}}},
    "flexible, named": {
        **_BASE,
        **_PARTS,
        "instances": {
            "web-0": {"data_disks": [{"lun": 0, "size_gb": 8, "create_option": "Empty"}]},
            "web-1": {"protection": {"scale_in": True}},
        },
        "inbound_nat": {"ssh": {"backend_port": 22}},
    },
    "flexible, from a profile": {
        **_BASE,
        **_PARTS,
        **_OF_PROFILE,
        "inbound_nat": {"ssh": {"backend_port": 22}},
        "resiliency": {"automatic_zone_rebalancing": {}},
        "zones": ["1", "2"],
    },
    "flexible, both": {
        **_BASE,
        "capacity": 1,
        "instances": {"web-0": {}},
        "spot": {},
        "outbound": {"method": "NatGateway"},
        "standby_pool": {"max_ready_capacity": 1},
    },
    "uniform, the least": {**_BASE, "orchestration_mode": "Uniform", "capacity": 1},
    "uniform, on a disk without a price, with rich states of health": {
        **_BASE,
        "orchestration_mode": "Uniform",
        "capacity": 1,
        "vm_size": "Standard_D2s_v3",
        "os_disk": {"ephemeral": True},
        "health": {"protocol": "tcp", "port": 22, "rich_states": True},
    },
    "uniform, from a profile": {
        **_BASE,
        **_PARTS,
        **_OF_PROFILE,
        "orchestration_mode": "Uniform",
        "instances": {"0": {"protection": {"scale_in": True}}},
        "inbound_nat": {"ssh": {"backend_port": 22, "kind": "Pool", "detach": False}},
    },
    "uniform, Windows": {
        **_BASE,
        "orchestration_mode": "Uniform",
        "os_type": "Windows",
        "image": {"urn": "MicrosoftWindowsServer:WindowsServer:2022-datacenter-azure-edition:latest"},
        "ssh_public_keys": None,
        "admin_password": "Complex-Enough-1",
        "capacity": 1,
        "virtual_network": _OPEN,
        "inbound_nat": {"rdp": {"backend_port": 3389}},
    },
}
