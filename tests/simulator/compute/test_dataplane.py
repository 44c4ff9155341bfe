"""Whether packets from outside reach instances: every way in, every step that stops them, in both modes."""

from __future__ import annotations

from typing import Any

import pytest
from simulator.compute.bodies import HEALTH, Body
from simulator.compute.cases import IP
from simulator.compute.test_in_use import GROUP_ID, MODES, NIC
from simulator.compute.test_networking import NAT_POOL, POOL_BODY
from simulator.compute.world import GROUP, World, instance_id

from simulator import worlds

POOLS: Body = {f"{IP}.loadBalancerBackendAddressPools": [{"id": worlds.POOL}]}
V2: Body = {
    "name": "ssh",
    "properties": {
        "frontendIPConfiguration": {"id": worlds.FRONT},
        "backendAddressPool": {"id": worlds.POOL},
        "protocol": "Tcp",
        "frontendPortRangeStart": 50000,
        "frontendPortRangeEnd": 50099,
        "backendPort": 22,
    },
}


def rule(name: str, priority: int, access: str = "Allow", port: str = "22", source: str = "Internet") -> Body:
    """An inbound security rule."""
    properties = {
        "direction": "Inbound",
        "access": access,
        "priority": priority,
        "protocol": "Tcp",
        "sourceAddressPrefix": source,
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": port,
    }
    return {"name": name, "properties": properties}


def security_group(world: World, *rules: Body, name: str = "nsg") -> None:
    """A security group with these rules."""
    body: Any = {"location": worlds.LOCATION, "properties": {"securityRules": list(rules)}}
    world.network.network_security_groups.begin_create_or_update(GROUP, name, body).result()


def on_subnet(world: World, name: str = "nsg") -> None:
    """Give the subnet a security group."""
    group = {"id": f"{worlds.NETWORK}/networkSecurityGroups/{name}"}
    body: Any = {"properties": {"addressPrefix": "10.0.0.0/16", "networkSecurityGroup": group}}
    world.network.subnets.begin_create_or_update(GROUP, "net", "main", body).result()


def address(world: World, name: str = "ip") -> str:
    """A public address."""
    return str(world.network.public_ip_addresses.get(GROUP, name).ip_address)


def stopped(world: World, port: int, **more: Any) -> str:
    """What stops a packet to the balancer, or an empty string."""
    return world.sim.packet(address(world), port, **more).stopped


@pytest.mark.parametrize("mode", MODES)
def test_a_rule_over_the_pool(world: World, mode: str) -> None:
    """Each port of a V2 rule leads to one instance's port 22, once a security group lets it in."""
    worlds.make_balancer(world.network, inboundNatRules=[V2])
    world.make_set(mode, POOLS)
    assert stopped(world, 50000) == "no network security group: what is Standard lets nothing in"
    security_group(world, rule("ssh", 100))
    on_subnet(world)
    answers = [world.sim.packet(address(world), port) for port in (50000, 50001)]
    found = [verdict for answer in answers for verdict in answer.verdicts]
    assert [verdict.reached for verdict in found] == [True, True]
    assert sorted(verdict.machine for verdict in found) == sorted(instance_id(mode, name) for name in world.names())
    assert found[0].path == (
        f"public address {address(world)}", "front end lb/front", "NAT rule ssh", "nsg/ssh", f"{found[0].address}:22",
    )  # fmt: skip
    assert stopped(world, 50002) == "no machine has port 50002 of NAT rule ssh"
    assert stopped(world, 49000) == "front end lb/front has no rule for Tcp 49000"
    assert stopped(world, 50000, protocol="Udp") == "front end lb/front has no rule for Udp 50000"


def test_a_nat_pool(world: World) -> None:
    """Each port of a NAT pool leads to one instance of a Uniform set."""
    worlds.make_balancer(world.network, inboundNatPools=[POOL_BODY])
    security_group(world, rule("ssh", 100))
    on_subnet(world)
    world.make_set("Uniform", {f"{IP}.loadBalancerInboundNatPools": [{"id": NAT_POOL}]})
    found = [world.sim.packet(address(world), port).verdicts[0] for port in (50000, 50001)]
    assert [(verdict.reached, verdict.port) for verdict in found] == [(True, 22), (True, 22)]
    assert len({verdict.machine for verdict in found}) == 2
    assert stopped(world, 50002) == "no machine has port 50002 of NAT pool ssh"


def test_a_rule_to_one_interface(world: World) -> None:
    """A V1 rule leads to the interface that names it, and to nothing before; the interface may have no machine."""
    worlds.make_balancer(world.network)
    security_group(world, rule("ssh", 100))
    on_subnet(world)
    rules = world.network.inbound_nat_rules
    rules.begin_create_or_update(GROUP, "lb", "ssh", worlds.nat_rule(50000)).result()
    assert stopped(world, 50000) == "NAT rule ssh leads to no machine"
    worlds.make_interface(world.network, "alone", rule="ssh")
    assert stopped(world, 50000) == "the interface has no machine"
    world.network.network_interfaces.begin_delete(GROUP, "alone").result()
    world.make_vm("vm")
    worlds.make_interface(world.network, "vm-nic", rule="ssh")
    assert world.sim.packet(address(world), 50000).reached


def test_an_instances_own_address(world: World) -> None:
    """A Standard address of an interface is closed without a security group, a Basic one is open; the port stays."""
    world.sim.configure(basic_skus="taken")
    for name, sku in (("standard", "Standard"), ("basic", "Basic")):
        worlds.make_address(world.network, name, sku)
        world.make_vm(name)
        nic: Any = world.network.network_interfaces.get(GROUP, f"{name}-nic")
        nic.ip_configurations[0].public_ip_address = {"id": f"{worlds.NETWORK}/publicIPAddresses/{name}"}
        world.network.network_interfaces.begin_create_or_update(GROUP, f"{name}-nic", nic).result()
    closed = world.sim.packet(address(world, "standard"), 22)
    assert closed.stopped == "no network security group: what is Standard lets nothing in"
    opened = world.sim.packet(address(world, "basic"), 8080)
    assert (opened.reached, opened.verdicts[0].port) == (True, 8080)
    security_group(world, rule("ssh", 100))
    on_subnet(world)
    assert world.sim.packet(address(world, "standard"), 22).reached
    assert world.sim.packet(address(world, "basic"), 8080).stopped == (
        "network security group nsg of the subnet: rule DenyAllInBound"
    )


def test_addresses_that_lead_nowhere(world: World) -> None:
    """An address that nobody has, and one that is not in use."""
    worlds.make_address(world.network)
    assert stopped(world, 22) == f"public address {address(world)} is not in use"
    assert world.sim.packet("192.0.2.1", 22).stopped == "no public address 192.0.2.1"


@pytest.mark.parametrize("mode", MODES)
def test_both_groups_must_let_it_in(world: World, mode: str) -> None:
    """The subnet's group is asked first, then the interface's; priorities decide, and the default rules end each."""
    worlds.make_balancer(world.network, inboundNatRules=[V2])
    security_group(world)
    world.make_set(mode, {**POOLS, f"{NIC}.networkSecurityGroup": {"id": GROUP_ID}})
    assert stopped(world, 50000) == "network security group nsg of the interface: rule DenyAllInBound"
    security_group(world, rule("ssh", 200), rule("no", 100, "Deny", "20-30"))
    assert stopped(world, 50000) == "network security group nsg of the interface: rule no"
    security_group(world, rule("ssh", 100), rule("no", 200, "Deny", "20-30"))
    assert world.sim.packet(address(world), 50000).reached
    security_group(world, rule("web", 100, port="80"), name="outer")
    on_subnet(world, "outer")
    assert stopped(world, 50000) == "network security group outer of the subnet: rule DenyAllInBound"


@pytest.mark.parametrize(
    ("source", "prefix", "reached"),
    [
        ("Internet", "Internet", True),
        ("Internet", "*", True),
        ("Internet", "0.0.0.0/0", True),
        ("Internet", "198.51.100.0/24", False),
        ("Internet", "VirtualNetwork", False),
        ("198.51.100.7", "198.51.100.0/24", True),
        ("198.51.100.7", "198.51.100.7", True),
        ("198.51.100.7", "198.51.101.0/24", False),
        ("198.51.100.7", "Internet", True),
        ("198.51.100.7", "VirtualNetwork", False),
        ("198.51.100.7", "AzureLoadBalancer", False),
        ("198.51.100.7", "AzureCloud", False),
        ("10.0.0.9", "Internet", False),
        ("10.0.0.9", "AzureCloud", True),  # lets nothing in, but the default rule for the virtual network does
    ],
)
def test_sources(world: World, source: str, prefix: str, reached: bool) -> None:
    """Prefixes and tags are taken as Azure does; ``Internet`` as a source is all of it: a part does not let it in."""
    worlds.make_balancer(world.network, inboundNatRules=[V2])
    world.make_set("Flexible", POOLS, capacity=1)
    security_group(world, rule("ssh", 100, source=prefix))
    on_subnet(world)
    found = world.sim.packet(address(world), 50000, source=source)
    assert found.reached is (reached or source == "10.0.0.9")


@pytest.mark.parametrize("mode", MODES)
def test_power_stops_a_nat_rule(world: World, mode: str) -> None:
    """A machine that does not run is not reached, whatever the rules say."""
    worlds.make_balancer(world.network, inboundNatRules=[V2])
    world.make_set(mode, POOLS, capacity=1)
    security_group(world, rule("ssh", 100))
    on_subnet(world)
    name = world.names()[0]
    if mode == "Uniform":
        world.compute.virtual_machine_scale_set_vms.begin_power_off(GROUP, "web", name).result()
    else:
        world.compute.virtual_machines.begin_deallocate(GROUP, name).result()
    assert stopped(world, 50000) == "the machine does not run"


@pytest.mark.parametrize("mode", MODES)
def test_probes_gate_balancing_and_not_nat(world: World, mode: str) -> None:
    """An unhealthy machine gets no balanced packet, the other one does; a NAT rule leads to both."""
    worlds.make_balancer(world.network, inboundNatRules=[V2])
    world.make_set(mode, {**POOLS, "vmp.extensionProfile.extensions": [HEALTH]})
    security_group(world, rule("in", 100, port="*"))
    on_subnet(world)
    sick = instance_id(mode, world.names()[0])
    world.http.post("/_simulator/state", json={"id": sick, "health": "unhealthy"})
    answer = world.sim.packet(address(world), 80)
    assert answer.reached
    assert {verdict.machine: verdict.stopped for verdict in answer.verdicts if not verdict.reached} == {
        sick: f"probe 80: {sick} is unhealthy"
    }
    assert all(world.sim.packet(address(world), port).reached for port in (50000, 50001))
    security_group(world, rule("web", 100, port="80"), rule("no", 200, "Deny", "*", "AzureLoadBalancer"))
    assert "network security group nsg denies AzureLoadBalancer by rule no" in stopped(world, 80)


def test_an_application_security_group(world: World) -> None:
    """A rule for an application security group lets in what is sent to its members only."""
    body: Any = {"location": worlds.LOCATION}
    group = world.network.application_security_groups.begin_create_or_update(GROUP, "asg", body).result()
    only = rule("ssh", 100)
    del only["properties"]["destinationAddressPrefix"]
    only["properties"]["destinationApplicationSecurityGroups"] = [{"id": group.id}]
    security_group(world, only)
    on_subnet(world)
    worlds.make_balancer(world.network, inboundNatRules=[V2])
    world.make_set("Flexible", POOLS, capacity=1)
    assert "rule DenyAllInBound" in stopped(world, 50000)
    world.make_set("Flexible", {**POOLS, f"{IP}.applicationSecurityGroups": [{"id": group.id}]}, name="in", capacity=1)
    assert world.sim.packet(address(world), 50001).reached


def test_the_control_face_answers_the_same(world: World) -> None:
    """``POST /_simulator/packets`` gives the verdicts as JSON, and names what is wrong with a packet."""
    worlds.make_balancer(world.network, inboundNatRules=[V2])
    world.make_set("Flexible", POOLS, capacity=1)
    security_group(world, rule("ssh", 100))
    on_subnet(world)
    packet = {"destination": address(world), "port": 50000, "protocol": "tcp", "source": "198.51.100.7"}
    answer = world.http.post("/_simulator/packets", json=packet).json()
    assert (answer["reached"], answer["stopped"], answer["verdicts"][0]["port"]) == (True, "", 22)
    wrongs: list[Body] = [{"port": 0}, {"port": "22"}, {"protocol": "Icmp"}, {"source": "a"}, {"destination": "b"}]
    for wrong in [*wrongs, {"to": 1}]:
        refused = world.http.post("/_simulator/packets", json={**packet, **wrong})
        assert refused.status_code == 400
        assert str(next(iter(wrong))) in refused.json()["error"]["message"]
