"""What a scale set or its instances use stays: by DELETE of the part, and by a PUT of its parent without it.

An instance of a Uniform set that is not on the newest model still uses what its own model names, as Azure's users found
(Azure/vm-scale-sets issue 53): the part can go only when the instance was updated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from simulator.compute import bodies
from simulator.compute.bodies import Body
from simulator.compute.cases import IP
from simulator.compute.test_networking import NAT_POOL, POOL_BODY
from simulator.compute.world import GROUP, World, code, refused, set_id

from simulator import worlds

MODES = ("Uniform", "Flexible")
PROBE = f"{worlds.BALANCER}/probes/tcp"
SECOND_POOL = f"{worlds.BALANCER}/backendAddressPools/second"
GROUP_ID = f"{worlds.NETWORK}/networkSecurityGroups/nsg"
NIC = IP.rpartition(".ipConfigurations")[0]


def balancer(**properties: Any) -> Any:
    """The balancer's body with a pool that no rule uses."""
    return worlds.balancer_body(**{"backendAddressPools": [{"name": "pool"}, {"name": "second"}], **properties})


def put_balancer(world: World, body: Any) -> Any:
    """Write the balancer and wait."""
    return world.network.load_balancers.begin_create_or_update(GROUP, "lb", body).result()


def make(world: World, mode: str, changes: Body) -> None:
    """A balancer and a set, whose Uniform instances are updated on request only."""
    worlds.make_address(world.network)
    put_balancer(world, balancer(**({"inboundNatPools": [POOL_BODY]} if mode == "Uniform" else {})))
    more: Body = {"p.upgradePolicy.mode": "Manual"} if mode == "Uniform" else {}
    world.make_set(mode, {**more, **changes})


def leave(world: World, mode: str) -> None:
    """Take what the changes added out of the set's model; no instance follows yet."""
    network = bodies.profile(mode)["networkProfile"]
    world.patch_set({"properties": {"virtualMachineProfile": {"networkProfile": network}}})


def update_instances(world: World) -> None:
    """Bring the instances of a Uniform set to its model."""
    every: Any = {"instanceIds": ["*"]}
    world.compute.virtual_machine_scale_sets.begin_update_instances(GROUP, "web", every).result()


def stays(call: Callable[..., Any], expected: str, *arguments: Any, names: str = "") -> None:
    """A call that is refused with this code, and names the user."""
    error = refused(call, *arguments)
    assert (error.status_code, code(error)) == (400, expected), error
    assert names in error.message, error.message


def pool_removals(world: World) -> list[Callable[[], Any]]:
    """Both ways to remove the pool ``second``."""
    pools = world.network.load_balancer_backend_address_pools
    kept = [{"name": "pool"}]
    nat = [POOL_BODY] if world.network.load_balancers.get(GROUP, "lb").inbound_nat_pools else []
    return [
        lambda: pools.begin_delete(GROUP, "lb", "second"),
        lambda: put_balancer(world, balancer(backendAddressPools=kept, inboundNatPools=nat)),
    ]


@pytest.mark.parametrize("mode", MODES)
def test_a_pool_of_a_set(world: World, mode: str) -> None:
    """A pool that the set's model or an instance's own names stays, and the refusal names the set."""
    make(world, mode, {f"{IP}.loadBalancerBackendAddressPools": [{"id": SECOND_POOL}]})
    expected = "LoadBalancerBackendAddressPoolInUseByVirtualMachineScaleSet"
    for removal in pool_removals(world):
        stays(removal, expected, names=f"virtual machine scale set {set_id()}.")
    leave(world, mode)
    if mode == "Uniform":
        for removal in pool_removals(world):
            stays(removal, expected, names=f"virtual machine scale set {set_id()}.")
        update_instances(world)
    else:
        for removal in pool_removals(world):
            stays(removal, "LoadBalancerBackendAddressPoolInUse", names="/networkInterfaces/")
        for nic in world.network.network_interfaces.list(GROUP):
            assert nic.ip_configurations
            nic.ip_configurations[0].load_balancer_backend_address_pools = []
            world.network.network_interfaces.begin_create_or_update(GROUP, str(nic.name), nic).result()
    pool_removals(world)[1]()


def test_a_nat_pool_of_a_set(world: World) -> None:
    """A NAT pool stays while the model or an instance has it; the refusal names the set."""
    make(world, "Uniform", {f"{IP}.loadBalancerInboundNatPools": [{"id": NAT_POOL}]})
    expected = "LoadBalancerInboundNatPoolInUseByVirtualMachineScaleSet"
    stays(put_balancer, expected, world, balancer(), names=f"virtual machine scale set {set_id()}.")
    stays(lambda: world.network.load_balancers.begin_delete(GROUP, "lb"), "LoadBalancerInUseByVirtualMachineScaleSet")
    leave(world, "Uniform")
    stays(put_balancer, expected, world, balancer(), names=f"virtual machine scale set {set_id()}.")
    stays(
        lambda: world.network.load_balancers.begin_delete(GROUP, "lb"),
        "LoadBalancerInUseByVirtualMachineScaleSet",
        names=f"virtual machine scale set {set_id()}.",
    )
    update_instances(world)
    put_balancer(world, balancer())


def test_a_probe_of_a_set_keeps_its_rules(world: World) -> None:
    """A rule whose probe is a set's health probe stays, also beside another rule with that probe; so does the probe."""
    second = {
        "name": "https",
        "properties": {
            "frontendIPConfiguration": {"id": worlds.FRONT},
            "backendAddressPools": [{"id": worlds.POOL}],
            "probe": {"id": PROBE},
            "protocol": "Tcp",
            "frontendPort": 443,
            "backendPort": 443,
            "disableOutboundSnat": True,
        },
    }
    one = balancer()["properties"]["loadBalancingRules"]
    worlds.make_address(world.network)
    put_balancer(world, balancer(loadBalancingRules=[*one, second]))
    changes: Body = {
        f"{IP}.loadBalancerBackendAddressPools": [{"id": worlds.POOL}],
        "vmp.networkProfile.healthProbe": {"id": PROBE},
    }
    world.make_set("Uniform", changes)
    for rules in (one, [second], []):
        error = refused(put_balancer, world, balancer(loadBalancingRules=rules))
        assert code(error) == "CannotRemoveRuleUsedByProbeUsedByVMSS"
        assert f"that is used as health probe by VM scale set {set_id()}. To remove this rule" in error.message
    stays(put_balancer, "CannotRemoveRuleUsedByProbeUsedByVMSS", world, balancer(loadBalancingRules=[], probes=[]))
    network = bodies.scale_set("Uniform", changes)["properties"]["virtualMachineProfile"]["networkProfile"]
    world.patch_set({"properties": {"virtualMachineProfile": {"networkProfile": {**network, "healthProbe": None}}}})
    put_balancer(world, balancer(loadBalancingRules=one))


@pytest.mark.parametrize("mode", MODES)
def test_a_subnet_of_a_set(world: World, mode: str) -> None:
    """A subnet stays while the model, an instance or its interface is in it, by DELETE and by a PUT of the network."""
    network: Any = {
        "location": worlds.LOCATION,
        "properties": {
            "addressSpace": {"addressPrefixes": ["10.0.0.0/15"]},
            "subnets": [
                {"name": name, "properties": {"addressPrefix": f"10.{index}.0.0/16"}}
                for index, name in enumerate(("main", "old"))
            ],
        },
    }
    networks = world.network.virtual_networks
    networks.begin_create_or_update(GROUP, "net", network).result()
    old = worlds.SUBNET.replace("/main", "/old")
    worlds.make_address(world.network)
    world.make_set(mode, {f"{IP}.subnet": {"id": old}})
    without: Any = {**network, "properties": {**network["properties"], "subnets": network["properties"]["subnets"][:1]}}
    removals: list[Callable[[], Any]] = [
        lambda: world.network.subnets.begin_delete(GROUP, "net", "old"),
        lambda: networks.begin_create_or_update(GROUP, "net", without),
    ]
    for removal in removals:
        stays(removal, "InUseSubnetCannotBeDeleted", names="Subnet old is in use by ")
    leave(world, mode)
    for removal in removals:
        stays(removal, "InUseSubnetCannotBeDeleted", names="Subnet old is in use by ")
    if mode == "Uniform":
        update_instances(world)
        removals[1]().result()
        assert [item.name for item in world.network.subnets.list(GROUP, "net")] == ["main"]


@pytest.mark.parametrize("mode", MODES)
def test_a_security_group_of_a_set(world: World, mode: str) -> None:
    """A security group stays while the model or an instance's interface has it; a Uniform set is named."""
    body: Any = {"location": worlds.LOCATION}
    world.network.network_security_groups.begin_create_or_update(GROUP, "nsg", body).result()
    world.make_set(mode, {f"{NIC}.networkSecurityGroup": {"id": GROUP_ID}})
    delete = world.network.network_security_groups.begin_delete
    of_set = "NetworkSecurityGroupInUseByVirtualMachineScaleSet"
    stays(delete, of_set, GROUP, "nsg", names=f"virtual machine scale set {set_id()}.")
    leave(world, mode)
    if mode == "Uniform":
        stays(delete, of_set, GROUP, "nsg", names=f"virtual machine scale set {set_id()}.")
        update_instances(world)
        delete(GROUP, "nsg").result()
    else:
        stays(delete, "InUseNetworkSecurityGroupCannotBeDeleted", GROUP, "nsg", names="/networkInterfaces/")


def test_a_front_end_may_go_with_its_rules(world: World) -> None:
    """A front end stays while something that stays uses it, and goes with the rules that name it in one PUT."""
    worlds.make_address(world.network)
    worlds.make_address(world.network, "ip2")
    fronts = [
        *balancer()["properties"]["frontendIPConfigurations"],
        {"name": "two", "properties": {"publicIPAddress": {"id": f"{worlds.NETWORK}/publicIPAddresses/ip2"}}},
    ]
    put_balancer(world, balancer(frontendIPConfigurations=fronts))
    rule: Any = worlds.nat_rule(50_000)
    rule["properties"]["frontendIPConfiguration"] = {"id": f"{worlds.BALANCER}/frontendIPConfigurations/two"}
    world.network.inbound_nat_rules.begin_create_or_update(GROUP, "lb", "ssh", rule).result()
    one_front = balancer(inboundNatRules=[{"name": "ssh", **rule}])
    stays(put_balancer, "InvalidResourceReference", world, one_front)
    delete = world.network.public_ip_addresses.begin_delete
    stays(delete, "PublicIPAddressCannotBeDeleted", GROUP, "ip2", names="/frontendIPConfigurations/two")
    put_balancer(world, balancer())
    delete(GROUP, "ip2").result()


def test_a_nat_rule_of_an_interface(world: World) -> None:
    """A V1 rule that an interface names stays, by DELETE of the rule and by a PUT of the balancer without it."""
    worlds.make_address(world.network)
    put_balancer(world, balancer())
    rules = world.network.inbound_nat_rules
    rules.begin_create_or_update(GROUP, "lb", "ssh", worlds.nat_rule(50_000)).result()
    worlds.make_interface(world.network, rule="ssh")
    stays(lambda: rules.begin_delete(GROUP, "lb", "ssh"), "LoadBalancerInboundNatRuleInUse", names="/nic/")
    stays(put_balancer, "LoadBalancerInboundNatRuleInUse", world, balancer(), names="/nic/")
    worlds.make_interface(world.network)
    put_balancer(world, balancer())
    assert not list(rules.list(GROUP, "lb"))


@pytest.mark.parametrize("mode", MODES)
def test_a_balancer_of_a_set(world: World, mode: str) -> None:
    """A balancer stays while the set's model names its pool, even when the set has no instance."""
    make(world, mode, {f"{IP}.loadBalancerBackendAddressPools": [{"id": worlds.POOL}]})
    world.patch_set({"sku": {"capacity": 0}})
    assert world.names() == []
    stays(
        lambda: world.network.load_balancers.begin_delete(GROUP, "lb"),
        "LoadBalancerInUseByVirtualMachineScaleSet",
        names=f"virtual machine scale set {set_id()}.",
    )
    leave(world, mode)
    world.network.load_balancers.begin_delete(GROUP, "lb").result()
