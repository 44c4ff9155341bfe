"""The resources that the update matrix's scale sets refer to, in a simulated subscription: one group for each set."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import httpx

from devkit.environment import Azure
from support.azure_world import lone_machine

LOCATION = "westeurope"
SAMPLE = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"
"""The scope of a set's own group in the matrix's samples."""
GROUP = "rg"
OTHER_GROUP = "other"

_API = {"api-version": "2025-04-01"}
_ID = re.compile(r"/subscriptions/[^\"']+?/resourceGroups/[^\"']+?/providers/[^\"']+")
_HERE = {"location": LOCATION}
_STANDARD = {"location": LOCATION, "sku": {"name": "Standard"}}
_NOT_SIMULATED = {"Microsoft.KeyVault", "Microsoft.OperationalInsights"}
"""Providers that are not simulated: only the ids of their resources are used."""
_PLAIN = (
    "networkSecurityGroups",
    "applicationSecurityGroups",
    "proximityPlacementGroups",
    "hostGroups",
    "capacityReservationGroups",
    "diskEncryptionSets",
    "galleries",
    "userAssignedIdentities",
)


class MatrixWorld:
    """Creates groups and resources in one subscription, each once.

    Args:
        http: A client of the simulator, with its token.
        azure: The subscription.
    """

    def __init__(self, http: httpx.Client, azure: Azure) -> None:
        self._http = http
        self._azure = azure
        self._made: set[str] = set()

    def scope(self, group: str) -> str:
        """The id of a resource group."""
        return f"/subscriptions/{self._azure.subscription}/resourceGroups/{group}"

    def settle(self, name: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """``args`` of the matrix in groups that begin with ``name``; creates the resources that they refer to."""
        text = json.dumps(args).replace(SAMPLE, self.scope(name))
        settled: dict[str, Any] = json.loads(text)
        groups = {GROUP: name, OTHER_GROUP: f"{name}-{OTHER_GROUP}"}
        settled["resource_group_name"] = groups[settled["resource_group_name"]]
        settled.setdefault("scale_set_name", "web")
        if "adopt" in settled:
            settled["adopt"] = {"names": {_renamed(key, name): old for key, old in settled["adopt"]["names"].items()}}
        for group in groups.values():
            self._put(self.scope(group), _HERE)
        self.make(_ID.findall(text))
        return settled

    def make(self, identities: Iterable[str]) -> None:
        """Create the resources with these ids, and those that they require."""
        for identity in identities:
            scope, _, path = identity.partition("/providers/")
            provider, kind, name, *inner = path.split("/")
            if provider in _NOT_SIMULATED:
                continue
            self._make(f"{scope}/providers/{provider}", kind, name, inner)

    def _make(self, scope: str, kind: str, name: str, inner: list[str]) -> None:
        root = f"{scope}/{kind}/{name}"
        if kind == "virtualNetworks":
            self._put(root, _virtual_network())
        elif kind == "loadBalancers":
            self._address(f"{scope}/publicIPAddresses/{name}-pip")
            self._put(root, _balancer(root, f"{scope}/publicIPAddresses/{name}-pip"))
        elif kind == "natGateways":
            self._address(f"{scope}/publicIPAddresses/{name}-pip")
            address = {"id": f"{scope}/publicIPAddresses/{name}-pip"}
            self._put(root, {**_STANDARD, "properties": {"publicIpAddresses": [address]}})
        elif kind == "publicIPAddresses":
            self._address(root)
        elif kind == "publicIPPrefixes":
            self._put(root, {**_STANDARD, "properties": {"prefixLength": 28}})
        elif kind == "applicationGateways":
            self._put(root, {**_HERE, "properties": {"backendAddressPools": [{"name": "p"}, {"name": "q"}]}})
        elif kind == "virtualMachines":
            self._machine(root, name)
        else:
            assert kind in _PLAIN, f"no recipe for {kind}"
            self._put(root, _plain(kind))
            for step in range(0, len(inner), 2) if kind == "hostGroups" else ():
                root = f"{root}/{inner[step]}/{inner[step + 1]}"
                self._put(root, _plain(inner[step]))

    def _machine(self, root: str, name: str) -> None:
        network = root.rpartition("/providers/")[0] + "/providers/Microsoft.Network"
        self.make([f"{network}/virtualNetworks/v"])
        nic = f"{network}/networkInterfaces/{name}-nic"
        subnet = {"id": f"{network}/virtualNetworks/v/subnets/a"}
        self._put(
            nic, {**_HERE, "properties": {"ipConfigurations": [{"name": "ip", "properties": {"subnet": subnet}}]}}
        )
        self._put(root, {**_HERE, "properties": lone_machine(nic)})

    def _address(self, identity: str) -> None:
        self._put(identity, {**_STANDARD, "properties": {"publicIPAllocationMethod": "Static"}})

    def _put(self, identity: str, body: Mapping[str, Any]) -> None:
        if identity in self._made:
            return
        self._made.add(identity)
        answer = self._http.put(identity, params=_API, json=body)
        assert answer.is_success, f"{identity}: {answer.text}"

    def deallocate(self, group: str) -> None:
        """Deallocate all instances of a group: machines, and those of Uniform sets."""
        for kind in ("virtualMachines", "virtualMachineScaleSets"):
            listed = self._http.get(f"{self.scope(group)}/providers/Microsoft.Compute/{kind}", params=_API)
            for each in listed.json()["value"]:
                if each["properties"].get("orchestrationMode") != "Flexible":
                    answer = self._http.post(f"{each['id']}/deallocate", params=_API)
                    assert answer.is_success, answer.text


def _renamed(logical: str, component: str) -> str:
    """The logical name of a resource of the component ``web`` after the component is renamed."""
    return logical.replace("web", component, 1)


def _plain(kind: str) -> dict[str, Any]:
    if kind == "hostGroups":
        return {**_HERE, "properties": {"platformFaultDomainCount": 1}}
    if kind == "hosts":
        return {**_HERE, "sku": {"name": "DSv5-Type1"}, "properties": {}}
    return {**_HERE, "properties": {}}


def _virtual_network() -> dict[str, Any]:
    subnets = [
        {"name": name, "properties": {"addressPrefixes": [f"10.{n}.0.0/16", f"fd00:0:0:{n}::/64"]}}
        for n, name in enumerate("abc")
    ]
    return {
        **_HERE,
        "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/8", "fd00::/48"]}, "subnets": subnets},
    }


def _balancer(root: str, address: str) -> dict[str, Any]:
    front = {"name": "f", "properties": {"publicIPAddress": {"id": address}}}
    pools = [{"name": "p"}, {"name": "q"}, {"name": "web"}]
    probe = {"name": "probe", "properties": {"protocol": "Tcp", "port": 80}}
    rule = {
        "frontendIPConfiguration": {"id": f"{root}/frontendIPConfigurations/f"},
        "backendAddressPool": {"id": f"{root}/backendAddressPools/p"},
        "probe": {"id": f"{root}/probes/probe"},
        "protocol": "Tcp",
        "frontendPort": 80,
        "backendPort": 80,
    }
    return {
        **_STANDARD,
        "properties": {
            "frontendIPConfigurations": [front],
            "backendAddressPools": pools,
            "probes": [probe],
            "loadBalancingRules": [{"name": "http", "properties": rule}],
        },
    }
