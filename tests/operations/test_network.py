"""Inbound NAT and outbound access, read from what is deployed, in both modes."""

from __future__ import annotations

from typing import Any

import pytest
from operations.balancers import BALANCER, FRONT, NAT_POOL, NETWORK, POOL, balancer, public_address
from operations.conftest import Cli
from operations.world import World

from scaleset_operations.network import Interface, Network, nat_table


def nat(cli: Cli) -> list[dict[str, Any]]:
    """``nat list`` as JSON."""
    answer = cli("nat", "list", "-n", "web", "-o", "json")
    assert answer.code == 0, answer.err
    found: list[dict[str, Any]] = answer.json()
    return found


def address(world: World, name: str = "address") -> str:
    """The IP address that Azure gave."""
    return str(world.network("GET", f"publicIPAddresses/{name}")["properties"]["ipAddress"])


def test_a_nat_pool(world: World, cli: Cli) -> None:
    """A Uniform set behind a NAT pool: each instance with its own port, and that pools retire."""
    balancer(world, nat="pool")
    world.scale_set("web", "Uniform", 2, loadBalancerInboundNatPools=[NAT_POOL], loadBalancerBackendAddressPools=[POOL])
    rows = nat(cli)
    assert {row["frontend"] for row in rows} == {address(world)}
    assert {row["kind"] for row in rows} == {"port of a NAT pool (retires 2027-09-30)"}
    found = [(row["instance"], row["rule"], row["frontendPort"]) for row in rows]
    assert found == [("web_0", "ssh.0", 50000), ("web_1", "ssh.1", 50001)]
    connect = cli("instances", "connect", "web_1", "-n", "web", "--all-ways", "-o", "json").json()
    (way,) = [each for each in connect if each["way"] == "NAT"]
    assert way["command"] == f"ssh -p 50001 azureuser@{address(world)}"


def test_a_nat_pool_without_instances(world: World, cli: Cli) -> None:
    """If no instance has a port yet, the pool is shown with its range."""
    balancer(world, nat="pool")
    world.scale_set("web", "Uniform", 0, loadBalancerInboundNatPools=[NAT_POOL])
    (row,) = nat(cli)
    assert (row["rule"], row["frontend"], row["frontendPort"]) == ("ssh", address(world), "50000-50099")
    assert row["kind"] == "NAT pool (retires 2027-09-30)"


def test_the_ports_of_a_nat_pool() -> None:
    """Where Azure lists the rules that it made for a pool's instances, each instance is named with its port."""
    face = Interface(id=f"{NETWORK}/ip", nic="nic", instance="web_7")
    rule = {"id": f"{BALANCER}/inboundNatRules/ssh.7", "name": "ssh.7"}
    inner = {
        "frontendPort": 50007,
        "backendPort": 22,
        "protocol": "Tcp",
        "backendIPConfiguration": {"id": face.id.upper()},
    }
    pool = {"id": NAT_POOL["id"], "name": "ssh", "properties": {"frontendPortRangeStart": 50000}}
    lists = {"inboundNatPools": [pool], "inboundNatRules": [{**rule, "properties": inner}]}
    body = {"name": "lb", "properties": lists}
    rows = [row for row in nat_table(Network(interfaces=(face,), balancers={"lb": body})) if row["rule"] == "ssh.7"]
    assert [(row["instance"], row["frontendPort"], row["kind"]) for row in rows] == [
        ("web_7", 50007, "port of a NAT pool (retires 2027-09-30)")
    ]


@pytest.mark.parametrize("mode", ["Uniform", "Flexible"])
def test_a_rule_over_the_pool(world: World, cli: Cli, mode: str) -> None:
    """A version 2 NAT rule serves both modes: every instance of the pool is named with its port or with the range."""
    balancer(world, nat="v2")
    world.scale_set("web", mode, 2, loadBalancerBackendAddressPools=[POOL])
    rows = nat(cli)
    assert {row["kind"] for row in rows} == {"NAT rule v2"}
    named = {name for row in rows for name in row["instance"].split(", ")}
    query = ("-o", "tsv", "--query", "[].name")
    assert named == set(cli("instances", "list", "-n", "web", *query).out.split())


def test_a_rule_to_one_interface(world: World, cli: Cli) -> None:
    """A NAT rule to the interface of one Flexible instance: exactly that instance, front-end port and back-end port."""
    balancer(world)
    world.scale_set("web", "Flexible", 2)
    name = world.names("web")[0]
    machine = world.compute("GET", f"virtualMachines/{name}")
    nic_id = machine["properties"]["networkProfile"]["networkInterfaces"][0]["id"]
    body = world.network("GET", "loadBalancers/lb")
    inner = {"frontendIPConfiguration": FRONT, "protocol": "Tcp", "frontendPort": 2200, "backendPort": 22}
    body["properties"]["inboundNatRules"] = [{"name": "ssh-0", "properties": inner}]
    world.network("PUT", "loadBalancers/lb", body)
    nic = world.call("GET", nic_id, "2025-01-01")
    configuration = nic["properties"]["ipConfigurations"][0]["properties"]
    configuration["loadBalancerInboundNatRules"] = [{"id": f"{BALANCER}/inboundNatRules/ssh-0"}]
    world.call("PUT", nic_id, "2025-01-01", nic)
    assert nat(cli) == [
        {
            "instance": name, "kind": "NAT rule", "rule": "ssh-0", "protocol": "Tcp", "frontend": address(world),
            "frontendPort": 2200, "backendPort": 22, "balancer": "lb",
        }
    ]  # fmt: skip


def methods(cli: Cli) -> set[tuple[str, str]]:
    """``outbound show``: methods and what they go through."""
    answer = cli("outbound", "show", "-n", "web", "-o", "json")
    assert answer.code == 0, answer.err
    return {(row["method"], row["through"]) for row in answer.json()}


@pytest.mark.parametrize("mode", ["Uniform", "Flexible"])
def test_outbound(world: World, cli: Cli, mode: str) -> None:
    """None in a private subnet; then an outbound rule; then a NAT gateway, which wins."""
    balancer(world, outbound=True, rule=True)
    world.scale_set("web", mode, 1)
    assert methods(cli) == {("none", "")}
    assert "private (defaultOutboundAccess is false)" in cli("outbound", "show", "-n", "web").out
    world.compute("DELETE", "virtualMachineScaleSets/web") if mode == "Uniform" else None
    name = "web" if mode == "Uniform" else "web-b"
    world.scale_set(name, mode, 1, loadBalancerBackendAddressPools=[POOL])
    answer = cli("outbound", "show", "-n", name, "-o", "json").json()
    assert [(row["method"], row["through"]) for row in answer] == [("outbound rule", "lb/out")]
    gateway = {"publicIpAddresses": [public_address(world, "gateway")]}
    body = {"location": "westeurope", "sku": {"name": "Standard"}, "properties": gateway}
    world.network("PUT", "natGateways/nat", body)
    subnet = world.network("GET", "virtualNetworks/net/subnets/vms")
    subnet["properties"]["natGateway"] = {"id": f"{NETWORK}/natGateways/nat"}
    world.network("PUT", "virtualNetworks/net/subnets/vms", subnet)
    answer = cli("outbound", "show", "-n", name, "-o", "json").json()
    assert [(row["method"], row["through"]) for row in answer] == [("NAT gateway", "nat")]
