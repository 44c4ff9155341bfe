"""Parts of ARM templates: what their authors write, without a value that any of the situations is about."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
QUICKSTART = "https://github.com/Azure/azure-quickstart-templates/tree/master/quickstarts/microsoft.compute/"
SPECS = (
    "https://github.com/Azure/azure-rest-api-specs/tree/main/specification/compute/resource-manager/"
    "Microsoft.Compute/Compute/stable/2024-11-01/examples/virtualMachineScaleSetExamples/"
)
LEARN = "https://learn.microsoft.com/azure/virtual-machine-scale-sets/"
SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKq0example0of0a0key0nobody0has harbour@example.org"

JAMMY = {
    "publisher": "Canonical",
    "offer": "0001-com-ubuntu-server-jammy",
    "sku": "22_04-lts-gen2",
    "version": "latest",
}
NOBLE = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
BIONIC = {"publisher": "Canonical", "offer": "UbuntuServer", "sku": "18.04-LTS", "version": "latest"}
WINDOWS_2022 = {
    "publisher": "MicrosoftWindowsServer",
    "offer": "WindowsServer",
    "sku": "2022-datacenter-g2",
    "version": "latest",
}
TRUSTED = {
    "encryptionAtHost": True,
    "securityType": "TrustedLaunch",
    "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True},
}


def rid(kind: str, *names: str) -> str:
    """``[resourceId(...)]``; a name that is an expression is in brackets."""
    shown = [each[1:-1] if each.startswith("[") else f"'{each}'" for each in names]
    return f"[resourceId('{kind}', {', '.join(shown)})]"


def ref(kind: str, *names: str) -> dict[str, str]:
    """A reference to a resource of Microsoft.Network."""
    return {"id": rid(f"Microsoft.Network/{kind}", *names)}


def linux(user: str, prefix: str, **configuration: Any) -> dict[str, Any]:
    """The OS profile of Linux machines with a key."""
    keys = [{"path": f"/home/{user}/.ssh/authorized_keys", "keyData": SSH_KEY}]
    return {
        "computerNamePrefix": prefix,
        "adminUsername": user,
        "linuxConfiguration": {"disablePasswordAuthentication": True, "ssh": {"publicKeys": keys}, **configuration},
    }


def windows(user: str, prefix: str, **configuration: Any) -> dict[str, Any]:
    """The OS profile of Windows machines, whose password is a parameter."""
    return {
        "computerNamePrefix": prefix,
        "adminUsername": user,
        "adminPassword": "[parameters('adminPassword')]",
        "windowsConfiguration": {"provisionVMAgent": True, **configuration},
    }


SECURE = {"adminPassword": {"type": "securestring", "metadata": {"description": "Of the administrator"}}}
"""The parameter that :func:`windows` names."""


def card(
    network: str,
    subnet: str,
    *,
    group: str = "",
    pool: tuple[str, str] | None = None,
    nat_pool: tuple[str, str] | None = None,
    **address: Any,
) -> dict[str, Any]:
    """The network profile of machines with one interface.

    Args:
        network: The virtual network.
        subnet: Its subnet.
        group: The interface's network security group.
        pool: The load balancer and its backend pool.
        nat_pool: The load balancer and its NAT pool.
        address: More properties of the IP configuration.
    """
    ip: dict[str, Any] = {"primary": True, "subnet": ref("virtualNetworks/subnets", network, subnet), **address}
    if pool:
        ip["loadBalancerBackendAddressPools"] = [ref("loadBalancers/backendAddressPools", *pool)]
    if nat_pool:
        ip["loadBalancerInboundNatPools"] = [ref("loadBalancers/inboundNatPools", *nat_pool)]
    properties: dict[str, Any] = {"primary": True, "ipConfigurations": [{"name": "address", "properties": ip}]}
    if group:
        properties["networkSecurityGroup"] = ref("networkSecurityGroups", group)
    return {"networkInterfaceConfigurations": [{"name": "card", "properties": properties}]}


def flexible_card(*args: Any, version: str = "2020-11-01", **more: Any) -> dict[str, Any]:
    """:func:`card`, with the version of Microsoft.Network that Flexible sets name."""
    return {"networkApiVersion": version, **card(*args, **more)}


def storage(image: Any, kind: str = "StandardSSD_LRS", **disk: Any) -> dict[str, Any]:
    """The storage profile: an image and an OS disk."""
    os_disk = {
        "createOption": "FromImage",
        "caching": "ReadWrite",
        "managedDisk": {"storageAccountType": kind},
        **disk,
    }
    return {"imageReference": image, "osDisk": os_disk}


def extension(name: str, publisher: str, kind: str, version: str, **more: Any) -> dict[str, Any]:
    """One extension of a profile."""
    known = {"publisher": publisher, "type": kind, "typeHandlerVersion": version, "autoUpgradeMinorVersion": True}
    return {"name": name, "properties": {**known, **more}}


def health(port: int = 8080, system: str = "Linux", *, settings: Any = None) -> dict[str, Any]:
    """The Application Health extension."""
    asked = settings or {"protocol": "http", "port": port, "requestPath": "/ready"}
    return extension("health", "Microsoft.ManagedServices", f"ApplicationHealth{system}", "2.0", settings=asked)


def monitor(system: str = "Linux") -> dict[str, Any]:
    """The Azure Monitor Agent."""
    return extension("monitor", "Microsoft.Azure.Monitor", f"AzureMonitor{system}Agent", "1.0")


def scale_set(
    name: str,
    size: str,
    capacity: Any,
    profile: Any,
    *,
    zones: Sequence[str] = (),
    api: str = "2024-07-01",
    top: Mapping[str, Any] | None = None,
    **properties: Any,
) -> dict[str, Any]:
    """A scale set's resource."""
    body: dict[str, Any] = {
        "type": "Microsoft.Compute/virtualMachineScaleSets",
        "apiVersion": api,
        "name": name,
        "location": "[resourceGroup().location]",
        "sku": {"name": size, "tier": "Standard", "capacity": capacity},
        **(top or {}),
    }
    if zones:
        body["zones"] = list(zones)
    body["properties"] = {**properties, **({"virtualMachineProfile": profile} if profile else {})}
    return body


def network(name: str, *subnets: str, group: str = "", gateway: str = "") -> dict[str, Any]:
    """A virtual network with its subnets, a security group and a NAT gateway on each."""
    made = []
    for number, subnet in enumerate(subnets):
        properties: dict[str, Any] = {"addressPrefix": f"172.20.{number}.0/24"}
        if group:
            properties["networkSecurityGroup"] = ref("networkSecurityGroups", group)
        if gateway:
            properties["natGateway"] = ref("natGateways", gateway)
        made.append({"name": subnet, "properties": properties})
    return resource(
        "virtualNetworks", name, addressSpace={"addressPrefixes": ["172.20.0.0/16"]}, subnets=made, api="2023-11-01"
    )


def resource(kind: str, name: str, *, sku: str = "", api: str = "2023-11-01", **properties: Any) -> dict[str, Any]:
    """A resource of Microsoft.Network."""
    body: dict[str, Any] = {
        "type": f"Microsoft.Network/{kind}",
        "apiVersion": api,
        "name": name,
        "location": "[resourceGroup().location]",
    }
    return {**body, **({"sku": {"name": sku}} if sku else {}), "properties": properties}


def group(name: str, *ports: str, source: str = "172.20.0.0/16") -> dict[str, Any]:
    """A network security group that lets ``ports`` in."""
    rules = [
        {
            "name": f"port-{port}",
            "properties": {
                "priority": 200 + number,
                "direction": "Inbound",
                "access": "Allow",
                "protocol": "Tcp",
                "sourceAddressPrefix": source,
                "sourcePortRange": "*",
                "destinationAddressPrefix": "*",
                "destinationPortRange": port,
            },
        }
        for number, port in enumerate(ports)
    ]
    return resource("networkSecurityGroups", name, securityRules=rules)


def gateway(name: str) -> list[dict[str, Any]]:
    """A NAT gateway and its address."""
    return [
        resource("publicIPAddresses", f"{name}-ip", sku="Standard", publicIPAllocationMethod="Static"),
        resource("natGateways", name, sku="Standard", publicIpAddresses=[ref("publicIPAddresses", f"{name}-ip")]),
    ]


def balancer(
    name: str, pool: str, *, sku: str = "Standard", nat_pool: tuple[str, int] | None = None, outbound: bool = False
) -> list[dict[str, Any]]:
    """A public load balancer with one backend pool, a web rule and its probe; perhaps a NAT pool, an outbound rule."""
    front = ref("loadBalancers/frontendIPConfigurations", name, "front")
    behind = ref("loadBalancers/backendAddressPools", name, pool)
    parts: dict[str, Any] = {
        "frontendIPConfigurations": [
            {"name": "front", "properties": {"publicIPAddress": ref("publicIPAddresses", f"{name}-ip")}}
        ],
        "backendAddressPools": [{"name": pool}],
        "probes": [{"name": "web", "properties": {"protocol": "Tcp", "port": 80, "intervalInSeconds": 15}}],
        "loadBalancingRules": [
            {
                "name": "web",
                "properties": {
                    "frontendIPConfiguration": front,
                    "backendAddressPool": behind,
                    "probe": ref("loadBalancers/probes", name, "web"),
                    "protocol": "Tcp",
                    "frontendPort": 80,
                    "backendPort": 80,
                    "disableOutboundSnat": outbound,
                },
            }
        ],
    }
    if nat_pool:
        span = {"frontendPortRangeStart": 51000, "frontendPortRangeEnd": 51099, "backendPort": nat_pool[1]}
        properties = {"frontendIPConfiguration": front, "protocol": "Tcp", **span}
        parts["inboundNatPools"] = [{"name": nat_pool[0], "properties": properties}]
    if outbound:
        properties = {"protocol": "All", "frontendIPConfigurations": [front], "backendAddressPool": behind}
        parts["outboundRules"] = [{"name": "out", "properties": properties}]
    address = resource("publicIPAddresses", f"{name}-ip", sku=sku, publicIPAllocationMethod="Static")
    return [address, resource("loadBalancers", name, sku=sku, **parts)]


def template(*resources: Any, **members: Any) -> dict[str, Any]:
    """A template; lists among the resources are unfolded."""
    unfolded = [each for given in resources for each in (given if isinstance(given, list) else [given])]
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", **members, "resources": json.loads(json.dumps(unfolded))}
