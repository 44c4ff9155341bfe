"""Network, compute, locks and Resource Graph as one Azure, through unmodified clients."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.resourcegraph import ResourceGraphClient
from azure.mgmt.resourcegraph.models import QueryRequest
from simulator.compute import bodies
from simulator.compute.world import World, make_world, set_id, vm_id
from simulator.worlds import BALANCER, GROUP, LOCATION, POOL, SCOPE, VERSION

from arm_simulator.testing import SUBSCRIPTION, RunningSimulator, running_simulator
from simulator import worlds

LIST_INSTANCES = """
    resources
    | where type == "microsoft.compute/virtualmachines"
    | where properties.virtualMachineScaleSet.id contains "portalbb01"
"""


@pytest.fixture
def world(sim: RunningSimulator, http: httpx.Client) -> World:
    """A group, a network, and unmodified clients."""
    return make_world(sim, http)


def code(action: Any) -> str:
    """The ARM error code that an action ends with."""

    def finish() -> None:
        answer = action()
        if hasattr(answer, "result"):
            answer.result()

    with pytest.raises(HttpResponseError) as caught:
        finish()
    assert caught.value.error is not None
    return str(caught.value.error.code)


def pool_configuration(**inner: Any) -> Any:
    """A profile's NIC configuration that is in the pool."""
    configuration = bodies.nic_configuration()
    configuration["properties"]["ipConfigurations"][0]["properties"] |= {
        "loadBalancerBackendAddressPools": [{"id": POOL}],
        **inner,
    }
    return [configuration]


def test_the_list_instances_query_runs_verbatim(world: World) -> None:
    """The documented query lists the instances of the Flexible set, with the power state where Azure has it."""
    world.make_set("Flexible", name="portalbb01", capacity=3)
    world.make_set("Flexible", name="other", capacity=1)
    graph: ResourceGraphClient = world.sim.client(ResourceGraphClient)
    answer: Any = graph.resources(QueryRequest(subscriptions=[SUBSCRIPTION], query=LIST_INSTANCES))
    assert sorted(row["name"] for row in answer.data) == sorted(world.names("portalbb01"))
    assert {row["properties"]["extended"]["instanceView"]["powerState"]["code"] for row in answer.data} == {
        "PowerState/running"
    }
    world.compute.virtual_machines.begin_deallocate(GROUP, world.names("portalbb01")[0]).result()
    answer = graph.resources(QueryRequest(subscriptions=[SUBSCRIPTION], query=LIST_INSTANCES))
    states = sorted(row["properties"]["extended"]["instanceView"]["powerState"]["code"] for row in answer.data)
    assert states == ["PowerState/deallocated", "PowerState/running", "PowerState/running"]


@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
def test_instances_are_members_of_their_pool(world: World, mode: str) -> None:
    """The pool shows the interfaces of both modes' instances; balancer and pool stay while the set refers to them."""
    worlds.make_balancer(world.network)
    path = "vmp.networkProfile.networkInterfaceConfigurations"
    world.make_set(mode, {path: pool_configuration()})
    pool = world.network.load_balancer_backend_address_pools.get(GROUP, "lb", "pool")
    members = [str(item.id) for item in pool.backend_ip_configurations or []]
    assert len(members) == 2
    where = {"Uniform": "/virtualMachineScaleSets/web/virtualMachines/", "Flexible": "/networkInterfaces/"}[mode]
    assert all(where in member for member in members)
    delete = world.network.load_balancers.begin_delete
    assert code(lambda: delete(GROUP, "lb")) == "LoadBalancerInUseByVirtualMachineScaleSet"
    world.patch_set({"sku": {"capacity": 0}})
    pool = world.network.load_balancer_backend_address_pools.get(GROUP, "lb", "pool")
    assert not pool.backend_ip_configurations
    world.compute.virtual_machine_scale_sets.begin_delete(GROUP, "web").result()
    delete(GROUP, "lb").result()


def test_nat_pools_serve_uniform_instances(world: World) -> None:
    """A NAT pool in use by a set cannot be removed from its balancer; ports are given one to each instance."""
    nat_pool = {
        "name": "ssh",
        "properties": {
            "frontendIPConfiguration": {"id": worlds.FRONT},
            "protocol": "Tcp",
            "frontendPortRangeStart": 50000,
            "frontendPortRangeEnd": 50002,
            "backendPort": 22,
        },
    }
    worlds.make_balancer(world.network, inboundNatPools=[nat_pool])
    path = "vmp.networkProfile.networkInterfaceConfigurations"
    inner = {"loadBalancerInboundNatPools": [{"id": f"{BALANCER}/inboundNatPools/ssh"}]}
    world.make_set("Uniform", {path: pool_configuration(**inner)}, capacity=3)
    claims = world.sim.simulator.store.claims_in(f"natpool|{BALANCER}/inboundNatPools/ssh".lower())
    assert [number for number, _, _ in claims] == [50000, 50001, 50002]
    without = worlds.balancer_body()
    assert code(lambda: world.network.load_balancers.begin_create_or_update(GROUP, "lb", without)) == (
        "LoadBalancerInboundNatPoolInUseByVirtualMachineScaleSet"
    )


def test_an_interface_of_a_machine_stays(world: World) -> None:
    """NicInUse while the VM has it; the interface names the VM."""
    world.make_vm("vm")
    assert code(lambda: world.network.network_interfaces.begin_delete(GROUP, "vm-nic")) == "NicInUse"
    nic = world.network.network_interfaces.get(GROUP, "vm-nic")
    assert nic.virtual_machine is not None
    assert (nic.virtual_machine.id, nic.primary) == (vm_id("vm"), True)
    world.compute.virtual_machines.begin_delete(GROUP, "vm").result()
    world.network.network_interfaces.begin_delete(GROUP, "vm-nic").result()


def test_a_read_only_machine_takes_no_action_and_no_extension(world: World) -> None:
    """ReadOnly on a VM stops POST actions and the PUT and DELETE of its extensions; CanNotDelete only the deletes."""
    world.make_vm("vm")
    extensions = world.compute.virtual_machine_extensions
    script: Any = {"location": LOCATION, "properties": bodies.SCRIPT["properties"]}
    extensions.begin_create_or_update(GROUP, "vm", "hello", script).result()
    world.lock(vm_id("vm"), "CanNotDelete")
    world.compute.virtual_machines.begin_restart(GROUP, "vm").result()
    extensions.begin_create_or_update(GROUP, "vm", "hello", script).result()
    assert code(lambda: extensions.begin_delete(GROUP, "vm", "hello")) == "ScopeLocked"
    world.lock(vm_id("vm"), "ReadOnly")
    assert code(lambda: world.compute.virtual_machines.begin_restart(GROUP, "vm")) == "ScopeLocked"
    assert code(lambda: extensions.begin_create_or_update(GROUP, "vm", "hello", script)) == "ScopeLocked"


def test_a_standby_pool_takes_a_flexible_set_once(world: World) -> None:
    """A Flexible set with one fault domain gets one pool; a Uniform one none."""
    pools = f"{SCOPE}/providers/Microsoft.StandbyPool/standbyVirtualMachinePools"
    world.make_set("Flexible")
    world.make_set("Uniform", name="uni")

    def put(name: str, target: str) -> httpx.Response:
        properties = {
            "attachedVirtualMachineScaleSetId": set_id(target),
            "virtualMachineState": "Deallocated",
            "elasticityProfile": {"maxReadyCapacity": 3},
        }
        return world.http.put(f"{pools}/{name}", params=VERSION, json={"location": LOCATION, "properties": properties})

    assert put("one", "web").status_code == 201
    assert put("one", "web").status_code == 200
    assert put("two", "web").status_code == 409
    assert put("uni", "uni").json()["error"]["code"] == "StandbyPoolScaleSetNotSupported"


def test_secrets_are_neither_shown_nor_stored(tmp_path: Path) -> None:
    """Passwords, custom data and protected settings are in no GET, no recording and not in the state file."""
    state = tmp_path / "state.db"
    secrets = ("Hunter2-Hunter2", "c2VjcmV0LWN1c3RvbQ==", "very-protected")
    with (
        running_simulator(state) as sim,
        httpx.Client(base_url=sim.endpoint, headers={"Authorization": f"Bearer {sim.token}"}) as http,
    ):
        world = make_world(sim, http)
        world.make_vm(
            "vm",
            {
                "p.osProfile.adminPassword": secrets[0],
                "p.osProfile.customData": secrets[1],
                "p.osProfile.linuxConfiguration": ...,
                "p.userData": "dXNlcg==",
            },
        )
        script: Any = {
            "location": LOCATION,
            "properties": {**bodies.SCRIPT["properties"], "protectedSettings": {"commandToExecute": secrets[2]}},
        }
        world.compute.virtual_machine_extensions.begin_create_or_update(GROUP, "vm", "hello", script).result()
        shown = http.get(vm_id("vm"), params=VERSION).text
        shown += http.get(f"{vm_id('vm')}/extensions", params=VERSION).text
        shown += http.get("/_simulator/requests").text
        assert "dXNlcg==" not in shown
        assert "dXNlcg==" in http.get(vm_id("vm"), params={**VERSION, "$expand": "userData"}).text
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in secrets:
        assert secret not in shown
        assert secret.encode() not in stored


def test_deleting_the_group_takes_a_whole_deployment(world: World) -> None:
    """Set, instances, balancer, addresses and network go in one delete, and nothing is left in Resource Graph."""
    worlds.make_balancer(world.network)
    world.make_set("Flexible", {"vmp.networkProfile.networkInterfaceConfigurations": pool_configuration()})
    world.make_vm("vm", scale_set="web")
    assert world.http.delete(SCOPE, params=VERSION).status_code == 202
    graph: ResourceGraphClient = world.sim.client(ResourceGraphClient)
    answer: Any = graph.resources(QueryRequest(query="resources | count"))
    assert answer.data == [{"Count": 0}]
    assert world.sim.simulator.store.keys() == set()
    assert world.sim.simulator.store.execute("SELECT count(*) FROM claims") == [(0,)]
