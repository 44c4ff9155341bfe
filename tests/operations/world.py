"""A small Azure in the simulator: networks, load balancers and scale sets in both modes, made by plain HTTP."""

from __future__ import annotations

from typing import Any

import httpx

from arm_simulator.testing import SUBSCRIPTION, RunningSimulator

GROUP = "rg"
COMPUTE = "2026-04-01"
NETWORK = "2025-01-01"
LOCKS = "2020-05-01"
IMAGE = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
ROOT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"


class World:
    """Talks to one simulator, without any Azure client.

    Args:
        simulator: The running simulator; for everything but :meth:`state`, whatever has an endpoint and a token.
    """

    def __init__(self, simulator: Any) -> None:
        self.simulator: RunningSimulator = simulator
        self.http = httpx.Client(
            base_url=simulator.endpoint, headers={"Authorization": f"Bearer {simulator.token}"}, timeout=60
        )

    def call(self, method: str, path: str, version: str = COMPUTE, body: Any = None) -> Any:
        """One request; fails the test on an error. ``path`` is below the resource group unless it is absolute."""
        url = path if path.startswith("/") else f"{ROOT}/{path}"
        answer = self.http.request(method, url, params={"api-version": version}, json=body)
        assert answer.status_code < 400, f"{method} {url}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def compute(self, method: str, path: str, body: Any = None) -> Any:
        """A request to Microsoft.Compute."""
        return self.call(method, f"providers/Microsoft.Compute/{path}", COMPUTE, body)

    def network(self, method: str, path: str, body: Any = None) -> Any:
        """A request to Microsoft.Network."""
        return self.call(method, f"providers/Microsoft.Network/{path}", NETWORK, body)

    def group(self, location: str = "westeurope") -> None:
        """The resource group, a network and a subnet."""
        self.call("PUT", ROOT, "2024-03-01", {"location": location})
        subnet = {"name": "vms", "properties": {"addressPrefix": "10.0.0.0/16", "defaultOutboundAccess": False}}
        space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [subnet]}
        self.network("PUT", "virtualNetworks/net", {"location": location, "properties": space})

    def profile(
        self, *, flexible: bool, spot: bool = False, ephemeral: bool = False, boot: bool = False, **network: Any
    ) -> dict[str, Any]:
        """A virtualMachineProfile."""
        disk: dict[str, Any] = {"createOption": "FromImage"}
        if ephemeral:
            disk |= {"caching": "ReadOnly", "diffDiskSettings": {"option": "Local"}}
        inner = {
            "subnet": {"id": f"{ROOT}/providers/Microsoft.Network/virtualNetworks/net/subnets/vms"},
            "primary": True,
        }
        configuration = {"name": "ip", "properties": {**inner, **network}}
        nic = {"name": "nic", "properties": {"primary": True, "ipConfigurations": [configuration]}}
        profile: dict[str, Any] = {
            "osProfile": {
                "computerNamePrefix": "vm",
                "adminUsername": "azureuser",
                "linuxConfiguration": {
                    "disablePasswordAuthentication": True,
                    "ssh": {
                        "publicKeys": [{"path": "/home/azureuser/.ssh/authorized_keys", "keyData": "ssh-rsa AAAA x"}]
                    },
                },
            },
            "storageProfile": {"osDisk": disk, "imageReference": IMAGE},
            "networkProfile": {"networkInterfaceConfigurations": [nic]},
        }
        if flexible:
            profile["networkProfile"]["networkApiVersion"] = "2020-11-01"
        if boot:
            profile["diagnosticsProfile"] = {"bootDiagnostics": {"enabled": True}}
        if spot:
            profile |= {"priority": "Spot", "evictionPolicy": "Deallocate"}
        return profile

    def scale_set(
        self,
        name: str,
        mode: str,
        capacity: int = 3,
        *,
        repairs: bool = False,
        health: bool = False,
        zones: list[str] | None = None,
        **more: Any,
    ) -> Any:
        """A scale set with instances from its profile."""
        flexible = mode == "Flexible"
        properties: dict[str, Any] = {
            "orchestrationMode": mode,
            "virtualMachineProfile": self.profile(flexible=flexible, **more),
        }
        if flexible:
            properties |= {"platformFaultDomainCount": 1, "singlePlacementGroup": False}
        else:
            properties |= {"upgradePolicy": {"mode": "Manual"}, "overprovision": False}
        if repairs or health:
            extension = {
                "name": "health",
                "properties": {
                    "publisher": "Microsoft.ManagedServices", "type": "ApplicationHealthLinux",
                    "typeHandlerVersion": "1.0", "settings": {"protocol": "tcp", "port": 22},
                },
            }  # fmt: skip
            properties["virtualMachineProfile"]["extensionProfile"] = {"extensions": [extension]}
        if repairs:
            properties["automaticRepairsPolicy"] = {"enabled": True, "gracePeriod": "PT30M"}
        body: dict[str, Any] = {
            "location": "westeurope",
            "sku": {"name": "Standard_D8ds_v5", "capacity": capacity},
            "properties": properties,
        }
        if zones:
            body["zones"] = zones
        return self.compute("PUT", f"virtualMachineScaleSets/{name}", body)

    def machine(self, name: str, scale_set: str = "", *, computer: str = "") -> None:
        """An explicit virtual machine with its own network interface; it joins a Flexible set, if one is named.

        Its host name is that of the machine, unless there is another one.
        """
        nic = self.profile(flexible=True)["networkProfile"]["networkInterfaceConfigurations"][0]["properties"]
        inner = nic["ipConfigurations"][0]
        self.network(
            "PUT", f"networkInterfaces/{name}", {"location": "westeurope", "properties": {"ipConfigurations": [inner]}}
        )
        profile = self.profile(flexible=True)
        system = {**profile["osProfile"], "computerName": computer or name}
        system.pop("computerNamePrefix")
        network = {"id": f"{ROOT}/providers/Microsoft.Network/networkInterfaces/{name}"}
        properties = {
            "hardwareProfile": {"vmSize": "Standard_D8ds_v5"},
            "osProfile": system,
            "storageProfile": profile["storageProfile"],
            "networkProfile": {"networkInterfaces": [network]},
        }
        if scale_set:
            identity = f"{ROOT}/providers/Microsoft.Compute/virtualMachineScaleSets/{scale_set}"
            properties["virtualMachineScaleSet"] = {"id": identity}
        self.compute("PUT", f"virtualMachines/{name}", {"location": "westeurope", "properties": properties})

    def names(self, name: str) -> list[str]:
        """The instance ids of a set, in order: numbers on Uniform, VM names on Flexible."""
        found = self.compute("GET", f"virtualMachineScaleSets/{name}/virtualMachines")["value"]
        return [item["instanceId"] for item in found]

    def state(self, name: str) -> dict[str, dict[str, Any]]:
        """The simulator's private state of each instance, by instance id: power, boots, host, disk generations."""
        store = self.simulator.simulator.store
        found = {}
        for item in self.compute("GET", f"virtualMachineScaleSets/{name}/virtualMachines")["value"]:
            machine = item["properties"].get("virtualMachineResourceId") or item["id"]
            resource = store.get(_parse(machine))
            assert resource is not None
            found[item["instanceId"]] = dict(resource.runtime)
        return found

    def lock(self, scope: str, name: str, level: str) -> None:
        """A management lock on a scope below the resource group (``providers/...``), or on the group for ``""``."""
        below = f"{scope}/" if scope else ""
        body = {"properties": {"level": level}}
        self.call("PUT", f"{below}providers/Microsoft.Authorization/locks/{name}", LOCKS, body)


def _parse(text: str) -> Any:
    from arm_simulator.core import ids  # noqa: PLC0415 - only the white-box look needs it

    return ids.parse(text)
