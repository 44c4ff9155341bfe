"""ARM templates of machines by name that join a Flexible set."""

from typing import Any

from corpus.arm_parts import (
    LEARN,
    NOBLE,
    TRUSTED,
    group,
    linux,
    network,
    ref,
    rid,
    storage,
    template,
)
from corpus.situation import Situation


def _machine(name: str, nic: str, *, fault_domain: int | None = None, **more: Any) -> dict[str, Any]:
    """A machine that joins the set ``convoy`` by itself."""
    properties = {
        "virtualMachineScaleSet": {"id": rid("Microsoft.Compute/virtualMachineScaleSets", "convoy")},
        "hardwareProfile": {"vmSize": "Standard_E2s_v5"},
        "storageProfile": storage(NOBLE),
        "osProfile": {
            "computerName": name,
            **{key: value for key, value in linux("porter", name).items() if key != "computerNamePrefix"},
        },
        "securityProfile": TRUSTED,
        "networkProfile": {"networkInterfaces": [ref("networkInterfaces", nic)]},
        **({"platformFaultDomain": fault_domain} if fault_domain is not None else {}),
        **more,
    }
    return {
        "type": "Microsoft.Compute/virtualMachines",
        "apiVersion": "2024-07-01",
        "name": name,
        "location": "[resourceGroup().location]",
        "properties": properties,
    }


def _interface(name: str) -> dict[str, Any]:
    ip = {"name": "address", "properties": {"subnet": ref("virtualNetworks/subnets", "yard", "sidings")}}
    body = {"ipConfigurations": [ip], "networkSecurityGroup": ref("networkSecurityGroups", "barriers")}
    return {
        "type": "Microsoft.Network/networkInterfaces",
        "apiVersion": "2023-11-01",
        "name": name,
        "location": "[resourceGroup().location]",
        "properties": body,
    }


def _convoy(domains: int, *machines: Any) -> dict[str, Any]:
    """A set without a profile, and machines by name that join it."""
    empty = {
        "type": "Microsoft.Compute/virtualMachineScaleSets",
        "apiVersion": "2024-07-01",
        "name": "convoy",
        "location": "[resourceGroup().location]",
        "properties": {
            "orchestrationMode": "Flexible",
            "platformFaultDomainCount": domains,
            "singlePlacementGroup": False,
        },
    }
    return template(
        network("yard", "sidings"),
        group("barriers", "443"),
        empty,
        _interface("lorry-0-card"),
        _interface("lorry-1-card"),
        *machines,
    )


SITUATIONS = (
    Situation(
        name="joining-machines",
        title="Machines by name that join a Flexible set; one asks for a fault domain that the set lacks",
        seen=f"{LEARN}virtual-machine-scale-sets-attach-detach-vm",
        content=_convoy(
            2,
            _machine("lorry-0", "lorry-0-card", fault_domain=0),
            _machine(
                "lorry-1",
                "lorry-1-card",
                fault_domain=2,
                availabilitySet={"id": "[resourceId('Microsoft.Compute/availabilitySets', 'old')]"},
            ),
        ),
        faults=("SS062 lorry-1 platformFaultDomain", "SS059 lorry-1 availabilitySet"),
        practice={"convoy": "122"},
        framework="arm",
    ),
    Situation(
        name="good-joining-machines",
        title="A set without a profile, and two machines by name in it: nothing is wrong with them",
        seen=f"{LEARN}virtual-machine-scale-sets-attach-detach-vm",
        content=_convoy(3, _machine("lorry-0", "lorry-0-card"), _machine("lorry-1", "lorry-1-card", fault_domain=2)),
        practice={"convoy": "122"},
        framework="arm",
    ),
)
