"""ARM bodies for the tests: sound ones, and a way to change one member by its path."""

from __future__ import annotations

import copy
from typing import Any

from simulator.worlds import LOCATION, NETWORK, SCOPE, SUBNET

Body = dict[str, Any]

COMPUTE = f"{SCOPE}/providers/Microsoft.Compute"
USER = "azureuser"
KEY = {"path": f"/home/{USER}/.ssh/authorized_keys", "keyData": "ssh-rsa AAAAB3NzaC1yc2E= test"}
IMAGE = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
SCRIPT: Body = {
    "name": "hello",
    "properties": {
        "publisher": "Microsoft.Azure.Extensions",
        "type": "CustomScript",
        "typeHandlerVersion": "2.1",
        "settings": {"commandToExecute": "true"},
    },
}
HEALTH: Body = {
    "name": "health",
    "properties": {
        "publisher": "Microsoft.ManagedServices",
        "type": "ApplicationHealthLinux",
        "typeHandlerVersion": "2.0",
        "settings": {"protocol": "http", "port": 80, "requestPath": "/"},
    },
}


def linux_profile() -> Body:
    """An osProfile without its name."""
    return {
        "adminUsername": USER,
        "linuxConfiguration": {"disablePasswordAuthentication": True, "ssh": {"publicKeys": [dict(KEY)]}},
    }


def windows_profile(name: str = "win") -> Body:
    """An osProfile of a Windows set."""
    return {
        "computerNamePrefix": name,
        "adminUsername": USER,
        "adminPassword": "Complex-Enough-1",
        "windowsConfiguration": {"enableAutomaticUpdates": True},
    }


def nic_configuration(**properties: Any) -> Body:
    """One primary NIC configuration in the test subnet."""
    inner = {"name": "ip", "properties": {"primary": True, "subnet": {"id": SUBNET}}}
    return {"name": "nic", "properties": {"primary": True, "ipConfigurations": [inner], **properties}}


def profile(mode: str) -> Body:
    """A virtualMachineProfile that both modes take, apart from networkApiVersion."""
    network: Body = {"networkInterfaceConfigurations": [nic_configuration()]}
    if mode == "Flexible":
        network["networkApiVersion"] = "2020-11-01"
    return {
        "osProfile": {"computerNamePrefix": "web", **linux_profile()},
        "storageProfile": {"imageReference": dict(IMAGE), "osDisk": {"createOption": "FromImage"}},
        "networkProfile": network,
    }


def scale_set(mode: str, changes: Body | None = None, capacity: int = 2) -> Body:
    """A sound scale set, changed by ``{path: value}``."""
    properties: Body = {
        "orchestrationMode": mode,
        "singlePlacementGroup": False,
        "virtualMachineProfile": profile(mode),
    }
    if mode == "Flexible":
        properties["platformFaultDomainCount"] = 1
    else:
        properties["upgradePolicy"] = {"mode": "Manual"}
    body = {
        "location": LOCATION,
        "sku": {"name": "Standard_D2s_v5", "capacity": capacity},
        "properties": properties,
    }
    return changed(body, changes or {})


def virtual_machine(changes: Body | None = None, nic: str = "nic") -> Body:
    """A sound VM, changed by ``{path: value}``."""
    body = {
        "location": LOCATION,
        "properties": {
            "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
            "osProfile": {"computerName": "vm", **linux_profile()},
            "storageProfile": {"imageReference": dict(IMAGE), "osDisk": {"createOption": "FromImage"}},
            "networkProfile": {"networkInterfaces": [{"id": f"{NETWORK}/networkInterfaces/{nic}"}]},
        },
    }
    return changed(body, changes or {})


def changed(body: Body, changes: Body) -> Body:
    """A copy with the members at dotted paths set, or with ``...`` removed.

    ``vmp.`` means ``properties.virtualMachineProfile.``, ``p.`` means ``properties.``; numbers index lists.
    """
    result: Body = copy.deepcopy(body)
    for path, value in changes.items():
        full = path.replace("vmp.", "properties.virtualMachineProfile.", 1) if path.startswith("vmp.") else path
        full = full.replace("p.", "properties.", 1) if full.startswith("p.") else full
        *parents, last = full.split(".")
        target: Any = result
        for step in parents:
            target = target[int(step)] if step.isdigit() else target.setdefault(step, {})
        if value is ...:
            target.pop(last, None)
        elif last.isdigit():
            target[int(last)] = copy.deepcopy(value)
        else:
            target[last] = copy.deepcopy(value)
    return result
