"""Example programs: Pulumi YAML resources, made by changing a set that keeps every rule."""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise
from typing import Any, Final

Program = dict[str, dict[str, Any]]
"""Resources by their logical names, as under ``resources:`` in a Pulumi YAML program."""


class _Absent(Enum):
    """The type of :data:`ABSENT`."""

    ABSENT = "absent"


ABSENT: Final = _Absent.ABSENT
"""As a change: the property is taken away."""

P: Final = "virtualMachineProfile"
NETWORK: Final = f"{P}.networkProfile"
NIC: Final = f"{NETWORK}.networkInterfaceConfigurations[0]"
IP: Final = f"{NIC}.ipConfigurations[0]"
OS: Final = f"{P}.osProfile"
STORAGE: Final = f"{P}.storageProfile"
EXTENSIONS: Final = f"{P}.extensionProfile.extensions"
ROLLING: Final = "upgradePolicy.rollingUpgradePolicy"

GROUP: Final = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/web"
_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True)
class Example:
    """What breaks a rule and what keeps it.

    Attributes:
        bad: A program that breaks the rule.
        good: The same program, corrected.
        changes: The places by which they differ from the program that keeps every rule, as ``resource:path``.
        also: Ids of rules that the bad program cannot help breaking too.
        tolerates: Ids of rules that the good program cannot help breaking.
        before: For rules about a change: what the named resources' properties were before.
        note: A sentence about the examples, or ``""``.
    """

    bad: Program
    good: Program
    changes: tuple[str, ...]
    also: tuple[str, ...] = ()
    tolerates: tuple[str, ...] = ()
    before: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    note: str = ""


HEALTH: Final[dict[str, Any]] = {
    "name": "health",
    "publisher": "Microsoft.ManagedServices",
    "type": "ApplicationHealthLinux",
    "typeHandlerVersion": "1.0",
    "settings": {"protocol": "http", "port": 80, "requestPath": "/health"},
}
MONITOR: Final[dict[str, Any]] = {
    "name": "monitor",
    "publisher": "Microsoft.Azure.Monitor",
    "type": "AzureMonitorLinuxAgent",
    "typeHandlerVersion": "1.0",
}
_SUBNET: Final[dict[str, Any]] = {
    "type": "azure-native:network:Subnet",
    "properties": {
        "resourceGroupName": "web",
        "virtualNetworkName": "web",
        "subnetName": "web",
        "addressPrefix": "10.0.0.0/24",
        "natGateway": {"id": f"{GROUP}/providers/Microsoft.Network/natGateways/out"},
        "networkSecurityGroup": {"id": f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/web"},
    },
}
BALANCER: Final[dict[str, Any]] = {
    "type": "azure-native:network:LoadBalancer",
    "properties": {
        "resourceGroupName": "web",
        "loadBalancerName": "web",
        "sku": {"name": "Standard"},
        "backendAddressPools": [{"name": "web"}],
    },
}
POOL_OF_BALANCER: Final = [{"id": "${balancer.id}/backendAddressPools/web"}]


def _profile() -> dict[str, Any]:
    configuration = {"name": "ip", "primary": True, "subnet": {"id": "${subnet.id}"}}
    return {
        "osProfile": {
            "computerNamePrefix": "web",
            "adminUsername": "azureuser",
            "linuxConfiguration": {
                "disablePasswordAuthentication": True,
                "provisionVMAgent": True,
                "ssh": {
                    "publicKeys": [{"path": "/home/azureuser/.ssh/authorized_keys", "keyData": "ssh-ed25519 AAAA"}]
                },
            },
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
        "securityProfile": {
            "encryptionAtHost": True,
            "securityType": "TrustedLaunch",
            "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True},
        },
        "networkProfile": {
            "networkInterfaceConfigurations": [{"name": "nic", "primary": True, "ipConfigurations": [configuration]}]
        },
        "extensionProfile": {"extensions": [copy.deepcopy(HEALTH), copy.deepcopy(MONITOR)]},
    }


def _set(properties: Mapping[str, Any]) -> dict[str, Any]:
    common = {
        "resourceGroupName": "web",
        "vmScaleSetName": "web",
        "location": "westeurope",
        "zones": ["1", "2", "3"],
        "sku": {"name": "Standard_D2s_v5", "capacity": 3},
        "platformFaultDomainCount": 1,
        "automaticRepairsPolicy": {"enabled": True, "gracePeriod": "PT30M"},
        "virtualMachineProfile": _profile(),
    }
    return {"type": "azure-native:compute:VirtualMachineScaleSet", "properties": {**properties, **common}}


def flexible(changes: Mapping[str, Any] | None = None) -> Program:
    """A Flexible set that keeps every rule, with ``changes``."""
    program = {"subnet": copy.deepcopy(_SUBNET), "web": _set({"orchestrationMode": "Flexible"})}
    defaults = {
        f"{NETWORK}.networkApiVersion": "2020-11-01",
        f"{OS}.linuxConfiguration.patchSettings": {"patchMode": "AutomaticByPlatform"},
    }
    return changed(changed(program, defaults), changes or {})


def uniform(changes: Mapping[str, Any] | None = None) -> Program:
    """A Uniform set that keeps every rule but the preference for Flexible, with ``changes``."""
    program = {"subnet": copy.deepcopy(_SUBNET), "web": _set({"orchestrationMode": "Uniform"})}
    policy = {"mode": "Automatic", "automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True}}
    return changed(changed(program, {"upgradePolicy": policy, "overprovision": False}), changes or {})


def machine(name: str = "web-0", changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A virtual machine that is a member of the set ``web`` and keeps every rule, with ``changes``."""
    profile = _profile()
    network = {"networkInterfaces": [{"id": "${nic.id}"}]}
    resource = {
        "type": "azure-native:compute:VirtualMachine",
        "properties": {
            "resourceGroupName": "web",
            "vmName": name,
            "virtualMachineScaleSet": {"id": "${web.id}"},
            "zones": ["1"],
            "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
            **{part: profile[part] for part in ("osProfile", "storageProfile", "securityProfile")},
            "networkProfile": network,
        },
    }
    return changed({"it": resource}, {f"it:{path}": value for path, value in (changes or {}).items()})["it"]


def changed(program: Program, changes: Mapping[str, Any]) -> Program:
    """``program`` with other values at some places.

    Args:
        program: It stays as it is.
        changes: Values by ``path`` (of the resource ``web``), ``resource:path``, or ``resource:`` for a whole resource.
    """
    result = copy.deepcopy(program)
    for place, value in changes.items():
        name, colon, path = place.rpartition(":")
        name = name if colon else "web"
        if not path:
            if value is ABSENT:
                result.pop(name, None)
            else:
                result[name] = copy.deepcopy(value)
        else:
            _put(result[name], _root(path), copy.deepcopy(value))
    return result


def _root(path: str) -> list[str | int]:
    steps: list[str | int] = [int(index) if index else name for name, index in _STEP.findall(path)]
    return steps if steps[0] == "options" else ["properties", *steps]


def _put(node: Any, steps: list[str | int], value: Any) -> None:
    for step, following in pairwise(steps):
        if isinstance(step, int):
            node = node[step]
        else:
            node = node.setdefault(step, [{}] if isinstance(following, int) else {})
    if value is ABSENT:
        node.pop(steps[-1], None)
    elif isinstance(node, list) and steps[-1] == len(node):
        node.append(value)
    else:
        node[steps[-1]] = value
