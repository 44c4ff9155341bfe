"""An Azure simulator in its own process, so that its work and the client's do not share an interpreter."""

import secrets
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from arm_simulator.server.certificates import Certificates
from benchmarks.processes import environment

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
"""The one that the Azure CLI is signed in to by ``scaleset-sim az-login``."""
GROUP = "rg"
ROOT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
GROUP_VERSION = "2024-03-01"
COMPUTE_VERSION = "2026-04-01"
NETWORK_VERSION = "2025-01-01"
_LOCATION = "westeurope"
_BALANCER = f"{ROOT}/providers/Microsoft.Network/loadBalancers/lb"
_SERVE = "from arm_simulator.server.cli import main; main()"
_STOP_SECONDS = 20
_ONE_PLACEMENT_GROUP = 100
_HEALTH = {
    "publisher": "Microsoft.ManagedServices",
    "type": "ApplicationHealthLinux",
    "typeHandlerVersion": "1.0",
    "settings": {"protocol": "tcp", "port": 22},
}


class Azure:
    """A running simulator.

    Attributes:
        endpoint: Its base URL.
        token: Its bearer token.
        tls: The folder of its certificates; None: it speaks plain http.
        process: The id of its process.
        http: A client for it, with one connection.
    """

    def __init__(self, endpoint: str, token: str, tls: Path | None = None, process: int = 0) -> None:
        self.endpoint = endpoint
        self.token = token
        self.tls = tls
        self.process = process
        trusted = ssl.create_default_context(cafile=str(Certificates(tls).authority)) if tls else True
        headers = {"Authorization": f"Bearer {token}"}
        self.http = httpx.Client(base_url=endpoint, headers=headers, timeout=120, verify=trusted)

    def put(self, path: str, version: str, body: Any) -> None:
        """Create the resource at ``path``, which is below the resource group unless it is absolute.

        Raises:
            httpx.HTTPStatusError: the simulator refused it.
        """
        url = path if path.startswith("/") else f"{ROOT}/providers/{path}"
        self.http.put(url, params={"api-version": version}, json=body).raise_for_status()

    def group(self) -> None:
        """Create the resource group."""
        self.put(ROOT, GROUP_VERSION, {"location": _LOCATION})

    def control(self, method: str, name: str, body: Any = None) -> Any:
        """Send a request to the simulator's control interface; returns the response.

        Raises:
            httpx.HTTPStatusError: the simulator refused it.
        """
        answer = self.http.request(method, f"/_simulator/{name}", json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def requests(self) -> list[dict[str, Any]]:
        """The ARM requests since the last ``control("DELETE", "requests")``."""
        found: list[dict[str, Any]] = self.control("GET", "requests")["value"]
        return found

    def variables(self) -> dict[str, str]:
        """The environment variables by which ``scaleset`` finds it."""
        trusted = {"SSL_CERT_FILE": str(Certificates(self.tls).authority)} if self.tls else {}
        return {
            **trusted,
            "SCALESET_ARM_ENDPOINT": self.endpoint,
            "SCALESET_ARM_TOKEN": self.token,
            "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION,
            "AZURE_DEFAULTS_GROUP": GROUP,
        }


@contextmanager
def serving(tls: Path | None = None, state: Path | None = None) -> Iterator[Azure]:
    """A simulator with an empty resource group, until the block ends; over https with certificates in ``tls``."""
    token = secrets.token_urlsafe(24)
    options = [*(["--tls", str(tls)] if tls else []), *(["--state", str(state)] if state else [])]
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, "serve", "--port", "0", *options],
        env={**environment(), "SCALESET_ARM_TOKEN": token},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        azure = Azure(process.stdout.readline().split()[-1], token, tls, process.pid)
        with azure.http:
            azure.group()
            yield azure
    finally:
        process.terminate()
        process.communicate(timeout=_STOP_SECONDS)


def scale_set(
    azure: Azure,
    name: str,
    instances: int,
    mode: str = "Flexible",
    *,
    spot: bool = False,
    repairs: bool = False,
    ports: bool = False,
    public: bool = False,
) -> None:
    """A scale set whose instances come from its profile, and its network.

    Args:
        azure: Where.
        name: Its name.
        instances: How many.
        mode: ``Flexible`` or ``Uniform``.
        spot: Whether its instances are Spot ones.
        repairs: Whether automatic repairs are on.
        ports: Whether a load balancer's NAT pool reaches each instance (Uniform).
        public: Whether each instance has a public address.
    """
    configuration: dict[str, Any] = {"name": "ip", "properties": {"primary": True, "subnet": {"id": network(azure)}}}
    if public:
        address = {"name": "public", **({"sku": {"name": "Standard"}} if mode == "Flexible" else {})}
        configuration["properties"]["publicIPAddressConfiguration"] = address
    if ports:
        configuration["properties"] |= {"loadBalancerInboundNatPools": [{"id": _nat_pool(azure)}]}
    profile = _profile(configuration, spot=spot)
    properties: dict[str, Any] = {"orchestrationMode": mode, "platformFaultDomainCount": 1}
    if mode == "Flexible":
        profile["networkProfile"]["networkApiVersion"] = "2020-11-01"
    else:
        properties |= {"upgradePolicy": {"mode": "Manual"}, "overprovision": False}
        properties |= {"singlePlacementGroup": False} if instances > _ONE_PLACEMENT_GROUP else {}
    if repairs:
        properties["automaticRepairsPolicy"] = {"enabled": True, "gracePeriod": "PT30M"}
        profile["extensionProfile"] = {"extensions": [{"name": "health", "properties": _HEALTH}]}
    body = {
        "location": _LOCATION,
        "tags": {"env": "test"},
        "sku": {"name": "Standard_D8ds_v5", "capacity": instances},
        "properties": {**properties, "virtualMachineProfile": profile},
    }
    azure.put(f"Microsoft.Compute/virtualMachineScaleSets/{name}", COMPUTE_VERSION, body)


def network(azure: Azure) -> str:
    """A network; the id of its subnet."""
    subnet = {"name": "vms", "properties": {"addressPrefix": "10.0.0.0/16"}}
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [subnet]}
    network = "Microsoft.Network/virtualNetworks/net"
    azure.put(network, NETWORK_VERSION, {"location": _LOCATION, "properties": space})
    return f"{ROOT}/providers/{network}/subnets/vms"


def _nat_pool(azure: Azure) -> str:
    """A load balancer with a NAT pool; the pool's id."""
    ports = {"protocol": "Tcp", "frontendPortRangeStart": 50000, "frontendPortRangeEnd": 50119, "backendPort": 22}
    where = {"frontendIPConfiguration": {"id": f"{_BALANCER}/frontendIPConfigurations/front"}}
    balancer(azure, [{"name": "ssh", "properties": {**ports, **where}}])
    return f"{_BALANCER}/inboundNatPools/ssh"


def balancer(azure: Azure, pools: list[dict[str, Any]]) -> None:
    """The load balancer ``lb`` with the front end ``front``, and inbound NAT pools."""
    address = "Microsoft.Network/publicIPAddresses/front"
    static = {"publicIPAllocationMethod": "Static"}
    azure.put(address, NETWORK_VERSION, {"location": _LOCATION, "sku": {"name": "Standard"}, "properties": static})
    front = {"name": "front", "properties": {"publicIPAddress": {"id": f"{ROOT}/providers/{address}"}}}
    properties = {"frontendIPConfigurations": [front], "inboundNatPools": pools}
    body = {"location": _LOCATION, "sku": {"name": "Standard"}, "properties": properties}
    azure.put(_BALANCER, NETWORK_VERSION, body)


def _profile(configuration: dict[str, Any], *, spot: bool) -> dict[str, Any]:
    interface = {"name": "nic", "properties": {"primary": True, "ipConfigurations": [configuration]}}
    key = {"path": "/home/azureuser/.ssh/authorized_keys", "keyData": "ssh-rsa AAAA x"}
    image = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
    return {
        **({"priority": "Spot", "evictionPolicy": "Deallocate"} if spot else {}),
        "osProfile": {
            "computerNamePrefix": "vm",
            "adminUsername": "azureuser",
            "linuxConfiguration": {"disablePasswordAuthentication": True, "ssh": {"publicKeys": [key]}},
        },
        "storageProfile": {"osDisk": {"createOption": "FromImage"}, "imageReference": image},
        "networkProfile": {"networkInterfaceConfigurations": [interface]},
    }
