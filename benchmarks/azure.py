"""An Azure simulator in its own process, so that its work and the client's do not share an interpreter."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from benchmarks.processes import environment

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
GROUP = "rg"
ROOT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
GROUP_VERSION = "2024-03-01"
COMPUTE_VERSION = "2026-04-01"
NETWORK_VERSION = "2025-01-01"
_LOCATION = "westeurope"
_SERVE = "from arm_simulator.server.cli import main; main()"
_STOP_SECONDS = 20


class Azure:
    """A running simulator.

    Attributes:
        endpoint: Its base URL.
        token: Its bearer token.
        http: A client for it, with one connection.
    """

    def __init__(self, endpoint: str, token: str) -> None:
        self.endpoint = endpoint
        self.token = token
        self.http = httpx.Client(base_url=endpoint, headers={"Authorization": f"Bearer {token}"}, timeout=120)

    def put(self, path: str, version: str, body: Any) -> None:
        """Create the resource at ``path``, which is below the resource group unless it is absolute.

        Raises:
            httpx.HTTPStatusError: the simulator refused it.
        """
        url = path if path.startswith("/") else f"{ROOT}/providers/{path}"
        self.http.put(url, params={"api-version": version}, json=body).raise_for_status()

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
        return {
            "SCALESET_ARM_ENDPOINT": self.endpoint,
            "SCALESET_ARM_TOKEN": self.token,
            "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION,
            "AZURE_DEFAULTS_GROUP": GROUP,
        }


@contextmanager
def serving() -> Iterator[Azure]:
    """A simulator with an empty resource group, until the block ends."""
    token = secrets.token_urlsafe(24)
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, "serve", "--port", "0"],
        env={**environment(), "SCALESET_ARM_TOKEN": token},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        azure = Azure(process.stdout.readline().split()[-1], token)
        with azure.http:
            azure.put(ROOT, GROUP_VERSION, {"location": _LOCATION})
            yield azure
    finally:
        process.terminate()
        process.communicate(timeout=_STOP_SECONDS)


def scale_set(azure: Azure, name: str, instances: int, mode: str = "Flexible") -> None:
    """A scale set whose instances come from its profile, and its network."""
    subnet = {"name": "vms", "properties": {"addressPrefix": "10.0.0.0/16"}}
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [subnet]}
    network = "Microsoft.Network/virtualNetworks/net"
    azure.put(network, NETWORK_VERSION, {"location": _LOCATION, "properties": space})
    subnet_id = f"{ROOT}/providers/{network}/subnets/vms"
    configuration = {"name": "ip", "properties": {"primary": True, "subnet": {"id": subnet_id}}}
    interface = {"name": "nic", "properties": {"primary": True, "ipConfigurations": [configuration]}}
    key = {"path": "/home/azureuser/.ssh/authorized_keys", "keyData": "ssh-rsa AAAA x"}
    profile: dict[str, Any] = {
        "osProfile": {
            "computerNamePrefix": "vm",
            "adminUsername": "azureuser",
            "linuxConfiguration": {"disablePasswordAuthentication": True, "ssh": {"publicKeys": [key]}},
        },
        "storageProfile": {
            "osDisk": {"createOption": "FromImage"},
            "imageReference": {
                "publisher": "Canonical",
                "offer": "ubuntu-24_04-lts",
                "sku": "server",
                "version": "latest",
            },
        },
        "networkProfile": {"networkInterfaceConfigurations": [interface]},
    }
    properties: dict[str, Any] = {"orchestrationMode": mode, "platformFaultDomainCount": 1}
    if mode == "Flexible":
        profile["networkProfile"]["networkApiVersion"] = "2020-11-01"
    else:
        properties |= {"singlePlacementGroup": False, "upgradePolicy": {"mode": "Manual"}}
    body = {
        "location": _LOCATION,
        "sku": {"name": "Standard_D2s_v5", "capacity": instances},
        "properties": {**properties, "virtualMachineProfile": profile},
    }
    azure.put(f"Microsoft.Compute/virtualMachineScaleSets/{name}", COMPUTE_VERSION, body)
