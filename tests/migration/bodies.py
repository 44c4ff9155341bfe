"""Uniform sets as trees, with any leaf that Azure's schema has."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from scaleset_policies import arm_types
from scaleset_policies.schema.model import ANY, BOOLEAN, INTEGER, NUMBER, STRING, schema

ROOT = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers"
_NETWORK = f"{ROOT}/Microsoft.Network"
SUBNET = f"{_NETWORK}/virtualNetworks/net/subnets/vms"
BALANCER = f"{_NETWORK}/loadBalancers/lb"
KEY = {"path": "/home/ops/.ssh/authorized_keys", "keyData": "ssh-ed25519 AAAA"}
_BY_NAME: Mapping[str, Any] = {
    "id": f"{ROOT}/Microsoft.Compute/things/thing",
    "lun": 0,
    "diskSizeGB": 64,
    "port": 8080,
}
_DEEPEST = 7


def base() -> dict[str, Any]:
    """A small Uniform set as azure-native flattens it."""
    configuration = {
        "name": "ip",
        "primary": True,
        "subnet": {"id": SUBNET},
        "loadBalancerBackendAddressPools": [{"id": f"{BALANCER}/backendAddressPools/pool"}],
    }
    return {
        "location": "westeurope",
        "orchestrationMode": "Uniform",
        "sku": {"name": "Standard_D2s_v5", "tier": "Standard", "capacity": 3},
        "upgradePolicy": {"mode": "Manual"},
        "virtualMachineProfile": {
            "osProfile": {
                "computerNamePrefix": "web",
                "adminUsername": "ops",
                "linuxConfiguration": {"disablePasswordAuthentication": True, "ssh": {"publicKeys": [dict(KEY)]}},
            },
            "storageProfile": {
                "imageReference": {
                    "publisher": "Canonical",
                    "offer": "ubuntu-24_04-lts",
                    "sku": "server",
                    "version": "latest",
                },
                "osDisk": {"createOption": "FromImage", "managedDisk": {"storageAccountType": "Premium_LRS"}},
            },
            "networkProfile": {
                "networkInterfaceConfigurations": [
                    {"name": "card", "primary": True, "ipConfigurations": [configuration]}
                ]
            },
        },
    }


def schema_leaves() -> Iterator[tuple[str, Any]]:
    """Every leaf of a scale set in the schema with a value of its type: path (``[]`` for a list), value."""
    found = schema()
    yield from _below(found.types[arm_types.SCALE_SET], "", ())


def _below(model: str, at: str, above: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if model in above or len(above) > _DEEPEST:
        return
    known = schema()
    for written, each in known.models[model].properties.items():
        if written != each.name or each.name == "type":  # by the lower-case name too
            continue
        place = f"{at}.{each.name}" if at else each.name
        place += "[]" if each.many else ""
        if each.kind in known.models:
            yield from _below(each.kind, place, (*above, model))
        else:
            yield place, _value(each.name, each.kind)


def _value(name: str, kind: str) -> Any:
    if name in _BY_NAME:
        return _BY_NAME[name]
    values = {STRING: "text", BOOLEAN: True, INTEGER: 2, NUMBER: 2, ANY: {"key": "value"}}
    return values[kind] if kind in values else schema().enumerations[kind][0]


def with_leaf(body: Mapping[str, Any], path: str, value: Any) -> tuple[dict[str, Any], str]:
    """The body with a value at a path; the path with the index that it has now."""
    found: Any = copy.deepcopy(dict(body))
    node, shown = found, []
    steps = path.split(".")
    for number, step in enumerate(steps):
        name, listed, last = step.removesuffix("[]"), step.endswith("[]"), number == len(steps) - 1
        shown.append(f"{name}[0]" if listed else name)
        if last:
            node[name] = [value] if listed else value
        elif listed:
            items = node.setdefault(name, [])
            if not items:
                items.append({})
            node = items[0]
        else:
            if not isinstance(node.get(name), dict):
                node[name] = {}
            node = node[name]
    return found, ".".join(shown)


def value_at(node: Any, path: str) -> Any:
    """The value at a path with indexes, None if there is none."""
    for step in path.replace("]", "").replace("[", ".").split("."):
        if isinstance(node, Mapping):
            node = node.get(step)
        elif isinstance(node, list) and step.isdigit() and int(step) < len(node):
            node = node[int(step)]
        else:
            return None
    return node


def rich() -> dict[str, Any]:
    """The same with a data disk, an extension, Spot priority, zones and rolling upgrades, so that more leaves fit."""
    found = base()
    profile = found["virtualMachineProfile"]
    found |= {"zones": ["1", "2"], "upgradePolicy": {"mode": "Rolling", "rollingUpgradePolicy": {"maxSurge": False}}}
    profile["storageProfile"]["dataDisks"] = [
        {"lun": 0, "createOption": "Empty", "diskSizeGB": 64, "managedDisk": {"storageAccountType": "Premium_LRS"}}
    ]
    profile["extensionProfile"] = {
        "extensions": [
            {
                "name": "health",
                "publisher": "Microsoft.ManagedServices",
                "type": "ApplicationHealthLinux",
                "typeHandlerVersion": "1.0",
                "autoUpgradeMinorVersion": True,
                "settings": {"protocol": "tcp", "port": 22},
            }
        ]
    }
    profile["securityProfile"] = {"securityType": "TrustedLaunch"}
    profile |= {"priority": "Spot", "evictionPolicy": "Delete"}
    return found
