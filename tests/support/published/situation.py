"""What a situation is, the things that situations refer to, and the two bases that most of them change."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, Literal

Body = dict[str, Any]

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
LOCATION = "westeurope"
SCOPE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
COMPUTE = f"{SCOPE}/providers/Microsoft.Compute"
NETWORK = f"{SCOPE}/providers/Microsoft.Network"
SUBNET = f"{NETWORK}/virtualNetworks/net/subnets/main"
BALANCER = f"{NETWORK}/loadBalancers/lb"
GATEWAY = f"{NETWORK}/applicationGateways/gw"
VAULT = f"{SCOPE}/providers/Microsoft.KeyVault/vaults/vault"
IDENTITY = f"{SCOPE}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/keys"
ENCRYPTION = f"{COMPUTE}/diskEncryptionSets/des"
GALLERY = f"{COMPUTE}/galleries/g"
NIC = f"{NETWORK}/networkInterfaces/NIC"
"""Represents an interface of the machine's own."""

USER = "keeper"
PASSWORD = "Sunny-Harbour-42"
KEY = {"path": f"/home/{USER}/.ssh/authorized_keys", "keyData": "ssh-rsa AAAAB3NzaC1yc2E= keeper"}
LINUX: Body = {"disablePasswordAuthentication": True, "ssh": {"publicKeys": [KEY]}}
WINDOWS_IMAGE = {
    "publisher": "MicrosoftWindowsServer",
    "offer": "WindowsServer",
    "sku": "2019-datacenter-gensecond",
    "version": "latest",
}
LINUX_IMAGE = {
    "publisher": "Canonical",
    "offer": "0001-com-ubuntu-server-jammy",
    "sku": "22_04-lts-gen2",
    "version": "latest",
}
UNMANAGED = "unmanaged disks are retired since 2026-03-31 (Migrate your unmanaged disks)"
FILLER = "the values of a generator (letters in a row), no situation"


@dataclass(frozen=True)
class Situation:
    """One published example.

    Attributes:
        name: of the example, without its prefix.
        kind: ``scale set`` or ``machine``.
        text: the situation in our words.
        body: the ARM body of a PUT, None where there is nothing to put.
        api_version: the version whose examples have it.
        refused: why Azure refuses it, with the source; ``""`` for what is deployed.
    """

    name: str
    kind: Literal["scale set", "machine"]
    text: str
    body: Body | None
    api_version: str = "2026-04-01"
    refused: str = ""


def changed(body: Body, changes: Body) -> Body:
    """A copy with the members at dotted paths set, or with ``...`` removed; numbers index lists."""
    result = copy.deepcopy(body)
    for path, value in changes.items():
        *parents, last = path.split(".")
        target: Any = result
        for step in parents:
            target = target[int(step)] if step.isdigit() else target.setdefault(step, {})
        if value is ...:
            target.pop(last, None)
        else:
            target[last] = copy.deepcopy(value)
    return result


def disk(lun: int, **members: Any) -> Body:
    """An empty data disk."""
    return {"lun": lun, "createOption": "Empty", "diskSizeGB": 256, **members}


def interface(name: str = "front", *, primary: bool = True, **members: Any) -> Body:
    """A NIC configuration of a set in the subnet."""
    address = {"name": "ip", "properties": {"subnet": {"id": SUBNET}}}
    properties = {"primary": primary, "enableIPForwarding": True, "ipConfigurations": [address], **members}
    return {"name": name, "properties": properties}


UNIFORM: Body = {
    "location": LOCATION,
    "sku": {"name": "Standard_D2_v2", "tier": "Standard", "capacity": 1},
    "properties": {
        "overprovision": True,
        "upgradePolicy": {"mode": "Manual"},
        "virtualMachineProfile": {
            "storageProfile": {
                "imageReference": WINDOWS_IMAGE,
                "osDisk": {
                    "createOption": "FromImage",
                    "caching": "ReadWrite",
                    "managedDisk": {"storageAccountType": "Standard_LRS"},
                },
            },
            "osProfile": {"computerNamePrefix": "shop", "adminUsername": USER, "adminPassword": PASSWORD},
            "networkProfile": {"networkInterfaceConfigurations": [interface()]},
        },
    },
}
"""A Uniform set of Windows machines: the frame of most examples."""

_OS = "properties.virtualMachineProfile.osProfile"
_STORAGE = "properties.virtualMachineProfile.storageProfile"
_NETWORK = "properties.virtualMachineProfile.networkProfile"
FLEXIBLE: Body = changed(
    UNIFORM,
    {
        "properties.orchestrationMode": "Flexible",
        "properties.platformFaultDomainCount": 1,
        "properties.overprovision": ...,
        "properties.upgradePolicy": ...,
        f"{_NETWORK}.networkApiVersion": "2020-11-01",
    },
)
"""The same as a Flexible set."""

MACHINE: Body = {
    "location": LOCATION,
    "properties": {
        "hardwareProfile": {"vmSize": "Standard_D2s_v3"},
        "storageProfile": {
            "imageReference": WINDOWS_IMAGE,
            "osDisk": {
                "createOption": "FromImage",
                "caching": "ReadWrite",
                "managedDisk": {"storageAccountType": "Standard_LRS"},
            },
        },
        "osProfile": {"computerName": "till", "adminUsername": USER, "adminPassword": PASSWORD},
        "networkProfile": {"networkInterfaces": [{"id": NIC, "properties": {"primary": True}}]},
    },
}
"""A Windows machine: the frame of most examples."""


def on_linux(prefix: str) -> Body:
    """The changes that make a Linux machine of it; ``prefix`` is the path of the machine model."""
    return {
        f"{prefix}.storageProfile.imageReference": LINUX_IMAGE,
        f"{prefix}.osProfile.adminPassword": ...,
        f"{prefix}.osProfile.linuxConfiguration": LINUX,
    }
