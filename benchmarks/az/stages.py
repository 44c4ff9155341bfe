"""What there is when a scene of the script begins, made by REST: commands that deploy templates are no part of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.azure import COMPUTE_VERSION, NETWORK_VERSION, ROOT, Azure, balancer, network, scale_set

SET = f"{ROOT}/providers/Microsoft.Compute/virtualMachineScaleSets/web"
MACHINE = f"{ROOT}/providers/Microsoft.Compute/virtualMachines/vm1"
INSTANCES = 3
_LOCATION = "westeurope"


@dataclass(frozen=True)
class Stage:
    """A beginning.

    Attributes:
        start: ``group``, ``set``, ``machine`` or ``balancer``.
        mode: Of the set.
        options: Of the set: those of :func:`benchmarks.azure.scale_set`; of the machine ``ephemeral``.
    """

    start: str
    mode: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


def prepare(azure: Azure, stage: Stage) -> None:
    """Begin again, with what the stage has."""
    azure.control("POST", "reset")
    azure.group()
    if stage.start == "set":
        scale_set(azure, "web", INSTANCES, stage.mode, **stage.options)
    elif stage.start == "machine":
        _machine(azure, **stage.options)
    elif stage.start == "balancer":
        balancer(azure, [])


def _machine(azure: Azure, *, ephemeral: bool = False) -> None:
    """``vm1`` with the interface ``nic1``, behind the security group ``guard``."""
    guard = "Microsoft.Network/networkSecurityGroups/guard"
    azure.put(guard, NETWORK_VERSION, {"location": _LOCATION})
    inner = {"subnet": {"id": network(azure)}}
    interface = {
        "networkSecurityGroup": {"id": f"{ROOT}/providers/{guard}"},
        "ipConfigurations": [{"name": "ipconfig1", "properties": inner}],
    }
    nic = "Microsoft.Network/networkInterfaces/nic1"
    azure.put(nic, NETWORK_VERSION, {"location": _LOCATION, "properties": interface})
    disk: dict[str, Any] = {"createOption": "FromImage"}
    if ephemeral:
        disk |= {"diffDiskSettings": {"option": "Local"}, "caching": "ReadOnly"}
    key = {"path": "/home/azureuser/.ssh/authorized_keys", "keyData": "ssh-rsa AAAA x"}
    properties = {
        "hardwareProfile": {"vmSize": "Standard_D2ds_v5" if ephemeral else "Standard_D2s_v5"},
        "storageProfile": {
            "imageReference": {
                "publisher": "Canonical",
                "offer": "ubuntu-24_04-lts",
                "sku": "server",
                "version": "latest",
            },
            "osDisk": disk,
        },
        "osProfile": {
            "computerName": "vm1",
            "adminUsername": "azureuser",
            "linuxConfiguration": {"disablePasswordAuthentication": True, "ssh": {"publicKeys": [key]}},
        },
        "networkProfile": {"networkInterfaces": [{"id": f"{ROOT}/providers/{nic}"}]},
    }
    body = {"location": _LOCATION, "tags": {"env": "test"}, "properties": properties}
    azure.put("Microsoft.Compute/virtualMachines/vm1", COMPUTE_VERSION, body)
