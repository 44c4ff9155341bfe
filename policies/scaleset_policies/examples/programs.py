"""Whole programs of the rules' examples: Pulumi YAML resources, as changes to a set that complies with every rule."""

import copy
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from scaleset_core.modes import Mode, Sample
from scaleset_core.modes.examples import ABSENT, FIRST_IP, GROUP, HEALTH, MONITOR, OS

Program = dict[str, dict[str, Any]]
"""Resources by their logical names, as under ``resources:`` in a Pulumi YAML program."""

_NETWORK: Final = "virtualMachineProfile.networkProfile"
_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


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
                "offer": "0001-com-ubuntu-server-jammy",
                "sku": "22_04-lts-gen2",
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


def program(sample: Sample) -> Program:
    """The whole program of a sample: the set that complies with every rule, the other resources, then the changes."""
    made = _flexible() if sample.mode is Mode.FLEXIBLE else _uniform()
    for part in sample.parts:
        made = changed(made, PARTS[part])
    return changed(made, sample.changes)


def _flexible() -> Program:
    """A Flexible set that complies with every rule."""
    made = {"subnet": copy.deepcopy(_SUBNET), "web": _set({"orchestrationMode": "Flexible"})}
    defaults = {
        f"{_NETWORK}.networkApiVersion": "2020-11-01",
        f"{OS}.linuxConfiguration.patchSettings": {"patchMode": "AutomaticByPlatform"},
    }
    return changed(made, defaults)


def _uniform() -> Program:
    """A Uniform set that complies with every rule but the preference for Flexible."""
    made = {"subnet": copy.deepcopy(_SUBNET), "web": _set({"orchestrationMode": "Uniform"})}
    policy = {"mode": "Automatic", "automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True}}
    return changed(made, {"upgradePolicy": policy, "overprovision": False})


def changed(before: Program, changes: Mapping[str, Any]) -> Program:
    """``before`` with other values at some places.

    Args:
        before: Not modified.
        changes: Values by ``path`` (of the resource ``web``), ``resource:path``, or ``resource:`` for a whole resource.
    """
    result = copy.deepcopy(before)
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


def _machine() -> dict[str, Any]:
    """A virtual machine that is a member of the set ``web`` and complies with every rule."""
    profile = _profile()
    profile["osProfile"]["computerName"] = f"{profile['osProfile'].pop('computerNamePrefix')}-0"
    return {
        "type": "azure-native:compute:VirtualMachine",
        "properties": {
            "resourceGroupName": "web",
            "vmName": "web-0",
            "virtualMachineScaleSet": {"id": "${web.id}"},
            "zones": ["1"],
            "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
            **{part: profile[part] for part in ("osProfile", "storageProfile", "securityProfile")},
            "networkProfile": {"networkInterfaces": [{"id": "${nic.id}"}]},
        },
    }


_NIC: Final[dict[str, Any]] = {
    "type": "azure-native:network:NetworkInterface",
    "properties": {
        "resourceGroupName": "web",
        "networkInterfaceName": "web-0",
        "ipConfigurations": [{"name": "ip", "primary": True, "subnet": {"id": "${subnet.id}"}}],
    },
}
_BALANCER: Final[dict[str, Any]] = {
    "type": "azure-native:network:LoadBalancer",
    "properties": {
        "resourceGroupName": "web",
        "loadBalancerName": "web",
        "sku": {"name": "Standard"},
        "backendAddressPools": [{"name": "web"}],
    },
}
_NAT_RULE: Final[dict[str, Any]] = {
    "type": "azure-native:network:InboundNatRule",
    "properties": {
        "resourceGroupName": "web",
        "loadBalancerName": "${balancer.name}",
        "inboundNatRuleName": "ssh",
        "protocol": "Tcp",
        "backendAddressPool": {"id": "${balancer.id}/backendAddressPools/web"},
        "frontendPortRangeStart": 50000,
        "frontendPortRangeEnd": 50099,
        "backendPort": 22,
    },
}
_STANDBY: Final[dict[str, Any]] = {
    "type": "azure-native:standbypool:StandbyVirtualMachinePool",
    "properties": {
        "resourceGroupName": "web",
        "standbyVirtualMachinePoolName": "web-standby",
        "attachedVirtualMachineScaleSetId": "${web.id}",
        "elasticityProfile": {"maxReadyCapacity": 10},
        "virtualMachineState": "Deallocated",
    },
}
_AUTOSCALE: Final[dict[str, Any]] = {
    "type": "azure-native:monitor:AutoscaleSetting",
    "properties": {
        "resourceGroupName": "web",
        "autoscaleSettingName": "web",
        "targetResourceUri": "${web.id}",
        "enabled": True,
        "profiles": [{"name": "usual", "capacity": {"minimum": "1", "maximum": "5", "default": "1"}, "rules": []}],
    },
}
_INSTANCE: Final[dict[str, Any]] = {
    "type": "azure-native:compute:VirtualMachineScaleSetVM",
    "properties": {"resourceGroupName": "web", "vmScaleSetName": "web", "instanceId": "0"},
}
_LOCK: Final[dict[str, Any]] = {
    "type": "azure-native:authorization:ManagementLockByScope",
    "properties": {"scope": "${web-0.id}", "lockName": "keep", "level": "CanNotDelete"},
    "options": {"dependsOn": ["${web-0}"]},
}
_GROUP_LOCK: Final[dict[str, Any]] = {
    "type": "azure-native:authorization:ManagementLockAtResourceGroupLevel",
    "properties": {"resourceGroupName": "${group.name}", "lockName": "keep", "level": "ReadOnly"},
}
_RESOURCE_GROUP: Final[dict[str, Any]] = {
    "type": "azure-native:resources:ResourceGroup",
    "properties": {"resourceGroupName": "web"},
}

PARTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "machine": {"nic:": _NIC, "web-0:": _machine()},
    "balancer": {
        "balancer:": _BALANCER,
        f"{FIRST_IP}.loadBalancerBackendAddressPools": [{"id": "${balancer.id}/backendAddressPools/web"}],
    },
    "nat-rule": {"rule:": _NAT_RULE},
    "standby-pool": {"standby:": _STANDBY},
    "autoscale": {"autoscale:": _AUTOSCALE},
    "instance": {"instance:": _INSTANCE},
    "lock": {"lock:": _LOCK},
    "group-lock": {"lock:": _GROUP_LOCK, "group:": _RESOURCE_GROUP, "web:resourceGroupName": "${group.name}"},
}
"""Other resources that a program can have, as changes to the set's program."""
