"""Sets in both modes as people have them, made in every way that they make them; and the command run on an engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import yaml
from harness import EngineRuntime, subscription_in
from operations.balancers import BALANCER, FRONT, POOL, balancer, public_address
from operations.conftest import Answer, run
from operations.world import IMAGE, ROOT, World

from arm_simulator.testing import SUBSCRIPTION

SUBNET = {"id": f"{ROOT}/providers/Microsoft.Network/virtualNetworks/net/subnets/vms"}
SETS = "providers/Microsoft.Compute/virtualMachineScaleSets"
MACHINES = "providers/Microsoft.Compute/virtualMachines"
SCRIPT = {
    "publisher": "Microsoft.Azure.Extensions",
    "type": "CustomScript",
    "typeHandlerVersion": "2.1",
    "autoUpgradeMinorVersion": True,
    "settings": {"fileUris": []},
    "protectedSettings": {"commandToExecute": "login a-token"},
}
HEALTH = {
    "publisher": "Microsoft.ManagedServices",
    "type": "ApplicationHealthLinux",
    "typeHandlerVersion": "1.0",
    "autoUpgradeMinorVersion": True,
    "settings": {"protocol": "tcp", "port": 22},
}


def template(world: World, name: str, *resources: dict[str, Any]) -> None:
    """Deploy resources by a template."""
    content = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": list(resources),
    }
    deploy(world, name, {"properties": {"mode": "Incremental", "template": content}})


def deploy(world: World, name: str, body: dict[str, Any]) -> None:
    """Deploy a template, and wait for it."""
    path = f"providers/Microsoft.Resources/deployments/{name}"
    world.call("PUT", path, "2025-04-01", body)
    for _ in range(600):
        properties = world.call("GET", path, "2025-04-01")["properties"]
        if properties["provisioningState"] not in {"Accepted", "Running"}:
            break
        time.sleep(0.01)
    assert properties["provisioningState"] == "Succeeded", properties


def set_of(mode: str, *, capacity: int = 2, **properties: Any) -> dict[str, Any]:
    """The body of a set with a Linux profile: ``properties`` are merged into it, a profile's members too."""
    flexible = mode == "Flexible"
    profile: dict[str, Any] = {
        "osProfile": {
            "computerNamePrefix": "vm",
            "adminUsername": "azureuser",
            "linuxConfiguration": {
                "disablePasswordAuthentication": True,
                "ssh": {"publicKeys": [{"path": "/home/azureuser/.ssh/authorized_keys", "keyData": "ssh-rsa AAAA x"}]},
            },
        },
        "storageProfile": {
            "imageReference": IMAGE,
            "osDisk": {"createOption": "FromImage", "caching": "ReadWrite", "managedDisk": {}},
        },
        "networkProfile": {
            **({"networkApiVersion": "2020-11-01"} if flexible else {}),
            "networkInterfaceConfigurations": [
                {
                    "name": "front",
                    "properties": {
                        "primary": True,
                        "ipConfigurations": [{"name": "first", "properties": {"primary": True, "subnet": SUBNET}}],
                    },
                }
            ],
        },
        **properties.pop("profile", {}),
    }
    mine = {"platformFaultDomainCount": 1} if flexible else {"upgradePolicy": {"mode": "Manual"}}
    inner = {"orchestrationMode": mode, "virtualMachineProfile": profile, **mine, **properties.pop("properties", {})}
    return {
        "location": "westeurope",
        "sku": {"name": "Standard_D2s_v5", "tier": "Standard", "capacity": capacity},
        "properties": inner,
        **properties,
    }


WINDOWS = {
    "osProfile": {
        "computerNamePrefix": "win",
        "adminUsername": "azureuser",
        "adminPassword": "Complex-Enough-1",
        "customData": "I2Nsb3VkLWNvbmZpZwo=",
        "windowsConfiguration": {"enableAutomaticUpdates": True, "timeZone": "UTC"},
    },
    "storageProfile": {
        "imageReference": {
            "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2",
            "version": "latest",
        },
        "osDisk": {"createOption": "FromImage"},
    },
    "extensionProfile": {"extensions": [{"name": "script", "properties": SCRIPT}]},
}  # fmt: skip


FLEXIBLE = {"orchestrationMode": "Flexible", "platformFaultDomainCount": 1}
"""The properties of a Flexible set without a profile."""


def windows_profile(mode: str) -> dict[str, Any]:
    """A Windows profile with a password, custom data and an extension with protected settings."""
    return {**WINDOWS, "networkProfile": set_of(mode)["properties"]["virtualMachineProfile"]["networkProfile"]}


def put_set(world: World, name: str, body: dict[str, Any]) -> None:
    """A set by plain REST."""
    world.compute("PUT", f"virtualMachineScaleSets/{name}", body)


def machine(world: World, name: str, scale_set: str, *, nat: int = 0, address: bool = False, **more: Any) -> None:
    """A member made by itself, with an interface, and optionally a NAT rule and its own public address."""
    inner: dict[str, Any] = {"subnet": SUBNET, "primary": True}
    if nat:
        rule = {"frontendIPConfiguration": FRONT, "protocol": "Tcp", "frontendPort": nat, "backendPort": 22}
        world.network("PUT", f"loadBalancers/lb/inboundNatRules/{name}-ssh", {"properties": rule})
        inner["loadBalancerInboundNatRules"] = [{"id": f"{BALANCER}/inboundNatRules/{name}-ssh"}]
        inner["loadBalancerBackendAddressPools"] = [POOL]
    if address:
        inner["publicIPAddress"] = public_address(world, f"{name}-address")
    configuration = {"name": "ipconfig1", "properties": inner}
    world.network(
        "PUT",
        f"networkInterfaces/{name}-interface",
        {"location": "westeurope", "tags": {"of": name}, "properties": {"ipConfigurations": [configuration]}},
    )
    profile = set_of("Flexible")["properties"]["virtualMachineProfile"]
    system = {**profile["osProfile"], "computerName": name, "customData": "I2Nsb3VkLWNvbmZpZwo="}
    system.pop("computerNamePrefix")
    interface = {"id": f"{ROOT}/providers/Microsoft.Network/networkInterfaces/{name}-interface"}
    properties = {
        "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
        "osProfile": system,
        "storageProfile": {
            **profile["storageProfile"],
            "dataDisks": [{"lun": 0, "createOption": "Empty", "diskSizeGB": 64}],
        },
        "networkProfile": {"networkInterfaces": [{**interface, "properties": {"deleteOption": "Delete"}}]},
        "virtualMachineScaleSet": {"id": f"{ROOT}/{SETS}/{scale_set}"},
    }
    world.compute("PUT", f"virtualMachines/{name}", {"location": "westeurope", "properties": properties, **more})
    world.compute("PUT", f"virtualMachines/{name}/extensions/script", {"location": "westeurope", "properties": SCRIPT})


def autoscale(world: World, name: str) -> None:
    """Autoscale settings with a rule, for the set of this name."""
    target = f"{ROOT}/{SETS}/{name}"
    rule = {
        "metricTrigger": {
            "metricName": "Percentage CPU", "metricResourceUri": target, "timeGrain": "PT1M", "statistic": "Average",
            "timeWindow": "PT10M", "timeAggregation": "Average", "operator": "GreaterThan", "threshold": 75,
        },
        "scaleAction": {"direction": "Increase", "type": "ChangeCount", "value": "1", "cooldown": "PT5M"},
    }  # fmt: skip
    profile = {"name": "by load", "capacity": {"minimum": "2", "maximum": "5", "default": "2"}, "rules": [rule]}
    body = {
        "location": "westeurope",
        "properties": {"enabled": True, "targetResourceUri": target, "profiles": [profile]},
    }
    world.call("PUT", f"providers/Microsoft.Insights/autoscalesettings/{name}-by-load", "2022-10-01", body)


RECORDED = json.loads(Path(__file__).with_name("az.json").read_text(encoding="utf-8"))
"""The deployments that the Azure CLI sent for its commands, as they were recorded."""


def by_az(world: World, name: str) -> None:
    """Deploy what the Azure CLI deploys."""
    deploy(world, f"az-{name}", _converted(RECORDED["deployments"][name]["body"]))


def _converted(value: Any) -> Any:
    """The template with az's ports and switches as numbers and booleans: it writes text, which Azure converts."""
    if isinstance(value, dict):
        return {key: _converted(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_converted(each) for each in value]
    return {"50000": 50000, "50119": 50119, "true": True}.get(value, value) if isinstance(value, str) else value


def populate(world: World) -> list[str]:
    """Sixteen sets in both modes; their names."""
    balancer(world, nat="pool", outbound=True)
    world.scale_set("rest-uniform", "Uniform", health=True)
    profile = {"extensionProfile": {"extensions": [{"name": "alive", "properties": HEALTH}]}}
    rolling = {"upgradePolicy": {"mode": "Rolling"}, "overprovision": True, "singlePlacementGroup": False}
    put_set(
        world, "rest-rolling", set_of("Uniform", zones=["1", "2"], tags={"a": "b"}, properties=rolling, profile=profile)
    )
    network: dict[str, Any] = {
        "loadBalancerBackendAddressPools": [POOL],
        "loadBalancerInboundNatPools": [{"id": f"{BALANCER}/inboundNatPools/ssh"}],
    }
    world.scale_set("rest-balanced", "Uniform", **network)
    world.lock(f"{SETS}/rest-balanced", "do-not-delete", "CanNotDelete")
    put_set(world, "rest-windows", set_of("Uniform", profile=windows_profile("Uniform")))
    put_set(world, "rest-scaled", set_of("Uniform"))
    autoscale(world, "rest-scaled")
    world.scale_set("rest-flexible", "Flexible", repairs=True)
    named = {"location": "westeurope", "properties": {"orchestrationMode": "Flexible", "platformFaultDomainCount": 1}}
    put_set(world, "rest-named", named)
    machine(world, "red", "rest-named", tags={"colour": "red"})
    machine(world, "blue", "rest-named", address=True)
    world.lock(f"{MACHINES}/red", "red-cannotdelete", "CanNotDelete")
    world.lock(f"{MACHINES}/blue", "by-hand", "CanNotDelete")
    put_set(world, "rest-mixed", set_of("Flexible", capacity=1))
    machine(world, "by-itself", "rest-mixed")
    put_set(world, "rest-empty", json.loads(json.dumps(named)))
    for mode in ("Uniform", "Flexible"):
        name = f"template-{mode.lower()}"
        kind = {"type": "Microsoft.Compute/virtualMachineScaleSets", "apiVersion": "2024-07-01", "name": name}
        template(world, name, {**kind, **set_of(mode, tags={"by": "template"})})
    kind = {"type": "Microsoft.Compute/virtualMachineScaleSets", "apiVersion": "2024-07-01", "name": "template-windows"}
    template(world, "template-windows", {**kind, **set_of("Flexible", profile=windows_profile("Flexible"))})
    world.compute("PUT", "images/golden", {"location": "westeurope", "properties": {"hyperVGeneration": "V2"}})
    put_set(world, "webx", json.loads(json.dumps(named)))
    for each in ("uniform", "flexible", "empty", "machine"):
        by_az(world, each)
    return sorted(
        [
            *("webu", "webf", "webe", "webx"),
            *("rest-uniform", "rest-rolling", "rest-balanced", "rest-windows", "rest-scaled", "rest-flexible"),
            *(
                "rest-named",
                "rest-mixed",
                "rest-empty",
                "template-uniform",
                "template-flexible",
                "template-windows",
            ),
        ]
    )


@contextmanager
def engine(runtime: EngineRuntime, world: World, place: Path, token: str = "") -> Iterator[None]:
    """The environment in which `scaleset adopt` finds the engine and the stand-in provider; both send the token."""
    azure = subscription_in(world.simulator)
    azure = replace(azure, token=token or azure.token)
    (place / "backend").mkdir()
    variables = {**runtime.variables(place / "backend", azure), "ARM_SUBSCRIPTION_ID": SUBSCRIPTION}
    variables |= {"AZURE_SUBSCRIPTION_ID": SUBSCRIPTION, "AZURE_CONFIG_DIR": str(place / "azure")}
    with (
        runtime.attached(variables, place / "printed.txt") as attached,
        mock.patch.dict(os.environ, {**variables, **attached}, clear=True),
    ):
        yield


class Project:
    """What was written, as somebody goes on with it: `pulumi` in its directory.

    Args:
        folder: The directory; its program runs in this process's environment.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        settings = yaml.safe_load((folder / "Pulumi.yaml").read_text())
        settings["runtime"] = {"name": "python", "options": {"virtualenv": sys.prefix}}
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump(settings))

    def pulumi(self, *arguments: str) -> None:
        """Run a command; it has to succeed."""
        chosen = [] if arguments[:2] == ("stack", "init") else ["--stack", "prod"]
        command = ["pulumi", *arguments, *chosen, "--non-interactive"]
        answer = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        assert answer.returncode == 0, answer.stdout + answer.stderr

    def replace(self, old: str, new: str, component: str) -> None:
        """Change the program in one component."""
        file = self.folder / "__main__.py"
        before, declaration, rest = file.read_text().partition(f' = ScaleSet(\n    "{component}",')
        file.write_text(before + declaration + rest.replace(old, new, 1))


def adopt(*arguments: str) -> Answer:
    """`scaleset adopt`."""
    return run("adopt", *arguments)
