"""Load balancers and instances: NAT pools and probes on Uniform, backend pools and refusals on Flexible."""

from __future__ import annotations

from typing import Any

from simulator.compute import bodies
from simulator.compute.bodies import HEALTH, Body
from simulator.compute.cases import IP
from simulator.compute.world import GROUP, World, code, refused

from arm_simulator.providers.compute.common import INSTANCE
from simulator import worlds

NAT_POOL = f"{worlds.BALANCER}/inboundNatPools/ssh"
POOL_BODY: Body = {
    "name": "ssh",
    "properties": {
        "frontendIPConfiguration": {"id": worlds.FRONT},
        "protocol": "Tcp",
        "frontendPortRangeStart": 50000,
        "frontendPortRangeEnd": 50099,
        "backendPort": 22,
    },
}


def test_a_nat_pool_gives_each_uniform_instance_a_port(world: World) -> None:
    """Two instances have two ports; the pool cannot go before the instances have left it."""
    worlds.make_balancer(world.network, inboundNatPools=[POOL_BODY])
    pools = {
        f"{IP}.loadBalancerInboundNatPools": [{"id": NAT_POOL}],
        f"{IP}.loadBalancerBackendAddressPools": [{"id": worlds.POOL}],
    }
    world.make_set("Uniform", pools)
    nics = world.sim.simulator.router.store.list(type=f"{INSTANCE}/networkInterfaces")
    assert sorted(port for nic in nics for port in nic.runtime["natPorts"].values()) == [50000, 50001]
    balancers: Any = world.network.load_balancers
    without = worlds.balancer_body()
    assert refused(balancers.begin_create_or_update, GROUP, "lb", without).status_code in {400, 409}
    network = bodies.profile("Uniform")["networkProfile"]
    world.patch_set({"properties": {"virtualMachineProfile": {"networkProfile": network}}})
    assert refused(balancers.begin_create_or_update, GROUP, "lb", without).status_code in {400, 409}
    sets: Any = world.compute.virtual_machine_scale_sets
    sets.begin_update_instances(GROUP, "web", {"instanceIds": ["*"]}).result()
    balancers.begin_create_or_update(GROUP, "lb", without).result()


def test_the_rules_of_a_nat_pool(world: World) -> None:
    """Azure lists a rule for each instance, named by pool and id, with port and interface; users cannot change it."""
    worlds.make_balancer(world.network, inboundNatPools=[POOL_BODY])
    world.make_set("Uniform", {f"{IP}.loadBalancerInboundNatPools": [{"id": NAT_POOL}]})
    balancers: Any = world.network.load_balancers
    rules = {each.name: each for each in balancers.get(GROUP, "lb").inbound_nat_rules}
    assert {name: each.frontend_port for name, each in rules.items()} == {"ssh.0": 50000, "ssh.1": 50001}
    member = rules["ssh.1"].backend_ip_configuration.id
    assert "/virtualMachineScaleSets/web/virtualMachines/1/networkInterfaces/" in member
    single: Any = world.network.inbound_nat_rules
    assert single.get(GROUP, "lb", "ssh.1").backend_ip_configuration.id == member
    assert [each.name for each in single.list(GROUP, "lb")] == ["ssh.0", "ssh.1"]
    error = refused(single.begin_delete, GROUP, "lb", "ssh.1").error
    assert error is not None
    assert error.code == "LoadBalancerInboundNatRuleInUse"
    again = {"location": "westeurope", "properties": {"frontendPort": 50000, "backendPort": 22}}
    assert refused(single.begin_create_or_update, GROUP, "lb", "ssh.0", again).status_code == 400
    balancers.begin_create_or_update(GROUP, "lb", balancers.get(GROUP, "lb")).result()  # what was read is taken
    assert len(balancers.get(GROUP, "lb").inbound_nat_rules) == 2


def test_the_port_of_a_nat_pool_follows_the_instance_id(world: World) -> None:
    """Instances 1 and 2 keep their ports when 0 goes; the next one, 3, has the fourth of the range."""
    worlds.make_balancer(world.network, inboundNatPools=[POOL_BODY])
    world.make_set("Uniform", {f"{IP}.loadBalancerInboundNatPools": [{"id": NAT_POOL}], "sku.capacity": 3})
    sets: Any = world.compute.virtual_machine_scale_sets
    sets.begin_delete_instances(GROUP, "web", {"instanceIds": ["0"]}).result()
    world.patch_set({"sku": {"name": "Standard_D2s_v5", "capacity": 3}})
    balancers: Any = world.network.load_balancers
    found = {each.name: each.frontend_port for each in balancers.get(GROUP, "lb").inbound_nat_rules}
    assert found == {"ssh.1": 50001, "ssh.2": 50002, "ssh.3": 50003}


def test_a_probe_in_use_lets_uniform_roll(world: World) -> None:
    """A probe that a load-balancing rule uses is a health signal; one that does not exist is refused."""
    worlds.make_balancer(world.network)
    rolling: Body = {"p.upgradePolicy.mode": "Rolling", f"{IP}.loadBalancerBackendAddressPools": [{"id": worlds.POOL}]}
    probe = {"vmp.networkProfile.healthProbe": {"id": f"{worlds.BALANCER}/probes/tcp"}}
    world.make_set("Uniform", {**rolling, **probe})
    absent = {"vmp.networkProfile.healthProbe": {"id": f"{worlds.BALANCER}/probes/none"}}
    body: Any = bodies.scale_set("Uniform", {**rolling, **absent})
    create = world.compute.virtual_machine_scale_sets.begin_create_or_update
    assert refused(create, GROUP, "other", body).status_code == 400


def test_flexible_instances_join_the_backend_pool(world: World) -> None:
    """An implicit VM's NIC is in the pool of the profile; NAT pools and probes are refused."""
    worlds.make_balancer(world.network, inboundNatPools=[])
    members = {
        f"{IP}.loadBalancerBackendAddressPools": [{"id": worlds.POOL}],
        "vmp.extensionProfile.extensions": [HEALTH],
    }
    world.make_set("Flexible", members)
    pool = world.network.load_balancer_backend_address_pools.get(GROUP, "lb", "pool")
    assert pool.properties is not None
    assert len(pool.properties.backend_ip_configurations or []) == 2
    create = world.compute.virtual_machine_scale_sets.begin_create_or_update
    for path, value in (
        (f"{IP}.loadBalancerInboundNatPools", [{"id": NAT_POOL}]),
        ("vmp.networkProfile.healthProbe", {"id": f"{worlds.BALANCER}/probes/tcp"}),
    ):
        body: Any = bodies.scale_set("Flexible", {path: value})
        error = refused(create, GROUP, "other", body)
        assert (code(error), error.status_code) == ("InvalidParameter", 400)
        assert "orchestrationMode is 'Flexible'" in error.message


def test_a_basic_balancer_does_not_serve_flexible(world: World) -> None:
    """The sku of the load balancer decides; Uniform takes it."""
    world.sim.configure(basic_skus="taken")
    worlds.make_address(world.network, sku="Basic")
    body = worlds.balancer_body(outboundRules=[], loadBalancingRules=[], probes=[])
    body["sku"] = {"name": "Basic"}
    world.network.load_balancers.begin_create_or_update(GROUP, "lb", body).result()
    members = {f"{IP}.loadBalancerBackendAddressPools": [{"id": worlds.POOL}]}
    create: Any = world.compute.virtual_machine_scale_sets.begin_create_or_update
    error = refused(create, GROUP, "flex", bodies.scale_set("Flexible", members))
    assert "sku 'Basic'" in error.message
    world.make_set("Uniform", members)


def test_public_addresses_of_instances(world: World) -> None:
    """PublicIPAddressConfiguration makes a Standard address for each Flexible instance, deleted with the instance."""
    public = {"name": "pub", "sku": {"name": "Standard"}, "properties": {"idleTimeoutInMinutes": 10}}
    world.make_set("Flexible", {f"{IP}.publicIPAddressConfiguration": public})
    addresses = list(world.network.public_ip_addresses.list(GROUP))
    assert len(addresses) == 2
    assert all(str(address.name).startswith("pub-") for address in addresses)
    world.compute.virtual_machine_scale_sets.begin_delete(GROUP, "web").result()
    assert list(world.network.public_ip_addresses.list(GROUP)) == []
