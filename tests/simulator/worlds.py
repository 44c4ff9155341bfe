"""Small worlds for the tests: resource group, network, load balancer, made through unmodified clients."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.locks import ManagementLockClient

from arm_simulator.testing import SUBSCRIPTION, RunningSimulator

GROUP = "rg"
LOCATION = "westeurope"
SCOPE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
NETWORK = f"{SCOPE}/providers/Microsoft.Network"
SUBNET = f"{NETWORK}/virtualNetworks/net/subnets/main"
BALANCER = f"{NETWORK}/loadBalancers/lb"
FRONT = f"{BALANCER}/frontendIPConfigurations/front"
POOL = f"{BALANCER}/backendAddressPools/pool"
VERSION = {"api-version": "2026-03-01"}


def network_client(sim: RunningSimulator) -> NetworkManagementClient:
    """An unmodified network client."""
    client: NetworkManagementClient = sim.client(NetworkManagementClient, SUBSCRIPTION)
    return client


def lock_client(sim: RunningSimulator) -> ManagementLockClient:
    """An unmodified lock client."""
    client: ManagementLockClient = sim.client(ManagementLockClient, SUBSCRIPTION)
    return client


def make_group(http: httpx.Client, name: str = GROUP) -> None:
    """A resource group."""
    answer = http.put(
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{name}", params=VERSION, json={"location": LOCATION}
    )
    assert answer.status_code in {200, 201}, answer.text


def make_network(client: NetworkManagementClient) -> Any:
    """Network ``net`` with the subnet ``main`` 10.0.0.0/16."""
    body: Any = {
        "location": LOCATION,
        "properties": {
            "addressSpace": {"addressPrefixes": ["10.0.0.0/15"]},
            "subnets": [{"name": "main", "properties": {"addressPrefix": "10.0.0.0/16"}}],
        },
    }
    return client.virtual_networks.begin_create_or_update(GROUP, "net", body).result()


def make_address(client: NetworkManagementClient, name: str = "ip", sku: str = "Standard") -> Any:
    """A static public address."""
    body: Any = {"location": LOCATION, "sku": {"name": sku}, "properties": {"publicIPAllocationMethod": "Static"}}
    return client.public_ip_addresses.begin_create_or_update(GROUP, name, body).result()


def balancer_body(**properties: Any) -> Any:
    """A Standard balancer with a public front end, one pool, a probe, a rule and an outbound rule."""
    base = {
        "frontendIPConfigurations": [
            {"name": "front", "properties": {"publicIPAddress": {"id": f"{NETWORK}/publicIPAddresses/ip"}}}
        ],
        "backendAddressPools": [{"name": "pool"}],
        "probes": [{"name": "tcp", "properties": {"protocol": "Tcp", "port": 80, "intervalInSeconds": 5}}],
        "loadBalancingRules": [
            {
                "name": "http",
                "properties": {
                    "frontendIPConfiguration": {"id": FRONT},
                    "backendAddressPools": [{"id": POOL}],
                    "probe": {"id": f"{BALANCER}/probes/tcp"},
                    "protocol": "Tcp",
                    "frontendPort": 80,
                    "backendPort": 80,
                    "disableOutboundSnat": True,
                },
            }
        ],
        "outboundRules": [
            {
                "name": "out",
                "properties": {
                    "frontendIPConfigurations": [{"id": FRONT}],
                    "backendAddressPool": {"id": POOL},
                    "protocol": "All",
                },
            }
        ],
    }
    return {"location": LOCATION, "sku": {"name": "Standard"}, "properties": {**base, **properties}}


def make_balancer(client: NetworkManagementClient, **properties: Any) -> Any:
    """The balancer ``lb`` with its public address."""
    make_address(client)
    return client.load_balancers.begin_create_or_update(GROUP, "lb", balancer_body(**properties)).result()


def nat_rule(port: int) -> Any:
    """A V1 NAT rule to port 22."""
    return {
        "properties": {
            "frontendIPConfiguration": {"id": FRONT},
            "protocol": "Tcp",
            "frontendPort": port,
            "backendPort": 22,
        }
    }


def make_interface(
    client: NetworkManagementClient, name: str = "nic", *, pool: bool = False, rule: str = "", address: str = ""
) -> Any:
    """An interface in ``main``, on request in the pool or with a NAT rule or a static address."""
    inner: dict[str, Any] = {"subnet": {"id": SUBNET}, "privateIPAllocationMethod": "Dynamic"}
    if pool:
        inner["loadBalancerBackendAddressPools"] = [{"id": POOL}]
    if rule:
        inner["loadBalancerInboundNatRules"] = [{"id": f"{BALANCER}/inboundNatRules/{rule}"}]
    if address:
        inner |= {"privateIPAllocationMethod": "Static", "privateIPAddress": address}
    body: Any = {
        "location": LOCATION,
        "properties": {"ipConfigurations": [{"name": "primary", "properties": inner}]},
    }
    return client.network_interfaces.begin_create_or_update(GROUP, name, body).result()


def refused(code: str, action: Any) -> HttpResponseError:
    """Run an action that must fail with this ARM code."""
    with pytest.raises(HttpResponseError) as caught:
        action()
    assert caught.value.error is not None
    assert caught.value.error.code == code, caught.value
    return caught.value
