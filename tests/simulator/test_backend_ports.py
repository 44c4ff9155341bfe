"""One port and protocol behind a load balancer serves one rule, as Azure says in public error reports."""

from __future__ import annotations

from typing import Any

from azure.mgmt.network import NetworkManagementClient
from simulator.worlds import BALANCER, GROUP, LOCATION, POOL, SUBNET, refused

from simulator import worlds


def test_a_pool_port_serves_one_rule(client: NetworkManagementClient) -> None:
    """Two load-balancing rules with one protocol and backend port on one pool are refused, unless by floating IPs."""
    worlds.make_address(client)

    def put(*, floating: bool, protocol: str = "Tcp") -> Any:
        body = worlds.balancer_body()
        first = body["properties"]["loadBalancingRules"][0]
        inner = {**first["properties"], "frontendPort": 81, "protocol": protocol, "enableFloatingIP": floating}
        body["properties"]["loadBalancingRules"] = [first, {"name": "second", "properties": inner}]
        return client.load_balancers.begin_create_or_update(GROUP, "lb", body).result()

    refused("RulesUseSameBackendPortProtocolAndPool", lambda: put(floating=False))
    put(floating=False, protocol="Udp")
    put(floating=True)


def test_an_interface_port_serves_one_nat_rule(client: NetworkManagementClient) -> None:
    """An interface takes no two NAT rules with one protocol and backend port."""
    worlds.make_balancer(client)
    for name, port in (("a", 50000), ("b", 50001)):
        client.inbound_nat_rules.begin_create_or_update(GROUP, "lb", name, worlds.nat_rule(port)).result()
    rules = [{"id": f"{BALANCER}/inboundNatRules/{name}"} for name in ("a", "b")]
    inner = {"subnet": {"id": SUBNET}, "loadBalancerInboundNatRules": rules}
    body: Any = {
        "location": LOCATION,
        "properties": {"ipConfigurations": [{"name": "primary", "properties": inner}]},
    }
    put = client.network_interfaces.begin_create_or_update
    refused("RulesUseSameBackendPortProtocolAndIPConfig", lambda: put(GROUP, "nic", body))
    rules.pop()
    put(GROUP, "nic", body).result()


def test_a_pool_port_serves_one_port_range_rule(client: NetworkManagementClient) -> None:
    """Two NAT rules over one pool with one protocol and backend port are refused."""
    worlds.make_balancer(client)

    def put(name: str, start: int, backend: int) -> Any:
        inner = {
            "frontendIPConfiguration": {"id": worlds.FRONT},
            "backendAddressPool": {"id": POOL},
            "protocol": "Tcp",
            "frontendPortRangeStart": start,
            "frontendPortRangeEnd": start + 9,
            "backendPort": backend,
        }
        body: Any = {"properties": inner}
        return client.inbound_nat_rules.begin_create_or_update(GROUP, "lb", name, body).result()

    put("a", 50000, 22)
    put("a", 50000, 22)
    refused("RulesUseSameBackendPortProtocolAndPool", lambda: put("b", 50100, 22))
    put("b", 50100, 23)
