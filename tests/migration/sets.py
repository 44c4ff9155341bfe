"""Uniform sets of many kinds, as changes of one behind a balancer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from migration.worlds import behind_balancer
from operations.balancers import BALANCER
from operations.world import ROOT, World

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of set.

    Attributes:
        name: What it is.
        change: Changes the body before it is sent.
        before: Makes what the set needs.
        capacity: How many instances.
        environment: The secrets that the run needs.
    """

    name: str
    change: Callable[[Body], None] = lambda _: None
    before: Callable[[World], None] = lambda _: None
    capacity: int = 2
    environment: tuple[str, ...] = ()


def make(world: World, kind: Kind) -> None:
    """The set ``web`` of this kind behind the balancer ``lb``."""
    behind_balancer(world, capacity=kind.capacity)
    kind.before(world)
    body = world.compute("GET", "virtualMachineScaleSets/web")
    world.compute("DELETE", "virtualMachineScaleSets/web")
    kind.change(body)
    body["sku"]["capacity"] = kind.capacity
    world.compute("PUT", "virtualMachineScaleSets/web", body)


def profile(body: Body) -> Body:
    """The set's profile."""
    found: Body = body["properties"]["virtualMachineProfile"]
    return found


def configuration(body: Body) -> Body:
    """The properties of the primary IP configuration."""
    face = profile(body)["networkProfile"]["networkInterfaceConfigurations"][0]
    found: Body = face["properties"]["ipConfigurations"][0]["properties"]
    return found


def _windows(body: Body) -> None:
    profile(body)["storageProfile"]["imageReference"] = {
        "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-azure-edition",
        "version": "latest",
    }  # fmt: skip
    profile(body)["storageProfile"]["osDisk"]["osType"] = "Windows"
    profile(body)["osProfile"] = {
        "computerNamePrefix": "web", "adminUsername": "azureuser", "adminPassword": "Violet-2288-grey!",
        "windowsConfiguration": {"provisionVMAgent": True},
    }  # fmt: skip


def _zonal(body: Body) -> None:
    body["zones"] = ["1", "2", "3"]
    body["properties"]["zoneBalance"] = True


def _spot(body: Body) -> None:
    profile(body).update(priority="Spot", evictionPolicy="Delete", billingProfile={"maxPrice": 0.5})


def _extensions(body: Body) -> None:
    profile(body)["extensionProfile"] = {
        "extensions": [
            {
                "name": name,
                "properties": {
                    "publisher": "Microsoft.Azure.Extensions", "type": "CustomScript", "typeHandlerVersion": "2.1",
                    "autoUpgradeMinorVersion": True, "settings": {"skipDos2Unix": name == "first"},
                },
            }
            for name in ("first",)
        ]
        + [
            {
                "name": "monitor",
                "properties": {
                    "publisher": "Microsoft.Azure.Monitor", "type": "AzureMonitorLinuxAgent",
                    "typeHandlerVersion": "1.0", "autoUpgradeMinorVersion": True, "provisionAfterExtensions": ["first"],
                },
            }
        ]
    }  # fmt: skip


def _health(body: Body, mode: str = "Manual") -> None:
    extension = {
        "name": "health",
        "properties": {
            "publisher": "Microsoft.ManagedServices", "type": "ApplicationHealthLinux", "typeHandlerVersion": "1.0",
            "autoUpgradeMinorVersion": True, "settings": {"protocol": "tcp", "port": 22},
        },
    }  # fmt: skip
    profile(body)["extensionProfile"] = {"extensions": [extension]}
    body["properties"]["upgradePolicy"] = {"mode": mode}


def probe(world: World) -> None:
    """The load balancer gets a probe, which its rules use."""
    balancer = world.network("GET", "loadBalancers/lb")
    inner = balancer["properties"]
    inner["probes"] = [{"name": "up", "properties": {"protocol": "Http", "port": 8080, "requestPath": "/up"}}]
    for rule in inner["loadBalancingRules"]:
        rule["properties"]["probe"] = {"id": f"{BALANCER}/probes/up"}
    world.network("PUT", "loadBalancers/lb", balancer)


def _probed(body: Body) -> None:
    profile(body)["networkProfile"]["healthProbe"] = {"id": f"{BALANCER}/probes/up"}
    body["properties"]["automaticRepairsPolicy"] = {"enabled": True, "gracePeriod": "PT30M"}


def _public(body: Body) -> None:
    configuration(body)["publicIPAddressConfiguration"] = {"name": "own", "properties": {"idleTimeoutInMinutes": 10}}


def _user(world: World) -> None:
    path = "providers/Microsoft.ManagedIdentity/userAssignedIdentities/app"
    world.call("PUT", path, "2023-01-31", {"location": "westeurope"})


def _user_assigned(body: Body) -> None:
    identity = f"{ROOT}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/app"
    body["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}}


def _system_assigned(body: Body) -> None:
    body["identity"] = {"type": "SystemAssigned"}


def _overprovisioned(body: Body) -> None:
    body["properties"]["overprovision"] = True
    body["properties"]["doNotRunExtensionsOnOverprovisionedVMs"] = True


def _single_group(body: Body) -> None:
    body["properties"]["singlePlacementGroup"] = True


def _domains(body: Body) -> None:
    body["properties"]["platformFaultDomainCount"] = 5


def _custom_image(body: Body) -> None:
    gallery = f"{ROOT}/providers/Microsoft.Compute/galleries/images/images/web"
    profile(body)["storageProfile"]["imageReference"] = {"id": gallery}


def _gateway(world: World) -> None:
    path = "providers/Microsoft.Network/applicationGateways/gate"
    subnet = {"id": f"{ROOT}/providers/Microsoft.Network/virtualNetworks/net/subnets/vms"}
    inner = {
        "sku": {"name": "Standard_v2", "tier": "Standard_v2", "capacity": 1},
        "gatewayIPConfigurations": [{"name": "ip", "properties": {"subnet": subnet}}],
        "backendAddressPools": [{"name": "web"}],
    }
    world.call("PUT", path, "2025-01-01", {"location": "westeurope", "properties": inner})


def _behind_gateway(body: Body) -> None:
    pool = f"{ROOT}/providers/Microsoft.Network/applicationGateways/gate/backendAddressPools/web"
    configuration(body)["applicationGatewayBackendAddressPools"] = [{"id": pool}]


def _disks(body: Body) -> None:
    profile(body)["storageProfile"]["dataDisks"] = [
        {"lun": lun, "createOption": "Empty", "diskSizeGB": 64, "caching": "None"} for lun in (0, 1)
    ]


def _policies(body: Body) -> None:
    body["properties"]["scaleInPolicy"] = {"rules": ["OldestVM"]}
    profile(body)["scheduledEventsProfile"] = {
        "terminateNotificationProfile": {"enable": True, "notBeforeTimeout": "PT10M"}
    }


def _ephemeral(body: Body) -> None:
    profile(body)["storageProfile"]["osDisk"] |= {"caching": "ReadOnly", "diffDiskSettings": {"option": "Local"}}


KINDS = (
    Kind("plain"),
    Kind("windows", _windows, environment=("SCALESET_ADMIN_PASSWORD",)),
    Kind("zonal", _zonal, capacity=3),
    Kind("spot", _spot),
    Kind("extensions", _extensions),
    Kind("health and automatic upgrades", lambda body: _health(body, "Automatic")),
    Kind("health and rolling upgrades", lambda body: _health(body, "Rolling")),
    Kind("probe and repairs", _probed, probe),
    Kind("public addresses", _public),
    Kind("user-assigned identity", _user_assigned, _user),
    Kind("system-assigned identity", _system_assigned),
    Kind("overprovisioned", _overprovisioned),
    Kind("single placement group", _single_group),
    Kind("five fault domains", _domains),
    Kind("data disks", _disks),
    Kind("custom image", _custom_image),
    Kind("application gateway", _behind_gateway, _gateway),
    Kind("policies", _policies),
    Kind("ephemeral", _ephemeral),
    Kind("no instances", capacity=0),
)
"""Every kind of set."""
