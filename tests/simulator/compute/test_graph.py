"""Members of a Flexible set in Resource Graph, through the unmodified client."""

from __future__ import annotations

from typing import Any

from azure.mgmt.resourcegraph import ResourceGraphClient
from simulator.compute.world import GROUP, World, set_id

from arm_simulator.testing import SUBSCRIPTION

QUERY = (
    'resources | where type == "microsoft.compute/virtualmachines" '
    '| where properties.virtualMachineScaleSet.id =~ "{}" '
    "| project name, power = tostring(properties.extended.instanceView.powerState.code)"
)


def test_power_states_of_a_set_come_from_resource_graph(world: World) -> None:
    """The whole set's power states in one query, implicit and explicit VMs alike, and no other set's."""
    world.make_set("Flexible", capacity=2)
    world.make_set("Flexible", name="web2", capacity=1)
    world.make_vm("named", scale_set="web")
    world.compute.virtual_machines.begin_deallocate(GROUP, "named").result()
    client: Any = world.sim.client(ResourceGraphClient)
    answer = client.resources({"subscriptions": [SUBSCRIPTION], "query": QUERY.format(set_id())})
    states = {row["name"]: row["power"] for row in answer.data}
    assert set(states) == set(world.names())
    assert states.pop("named") == "PowerState/deallocated"
    assert set(states.values()) == {"PowerState/running"}
