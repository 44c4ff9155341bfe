"""Which sets a load balancer serves: certainly, perhaps, through the profile or through machines' interfaces."""

from __future__ import annotations

from typing import Any

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.relations import served_by

GROUP = "/subscriptions/s/resourceGroups/rg/providers"
LB = f"{GROUP}/Microsoft.Network/loadBalancers/lb"
POOL = f"{LB}/backendAddressPools/p"
NIC = f"{GROUP}/Microsoft.Network/networkInterfaces/nic"


def set_id(name: str) -> str:
    """The id of a set."""
    return f"{GROUP}/Microsoft.Compute/virtualMachineScaleSets/{name}"


def balancer(identity: Any = LB) -> Resource:
    """The load balancer."""
    return Resource(key="lb", type=arm_types.LOAD_BALANCER, name="lb", properties={"name": "lb"}, id=identity)


def scale_set(name: str, pool: Any = None, **more: Any) -> Resource:
    """A set whose profile refers to a pool."""
    ip: dict[str, Any] = {"name": "ip"} | ({} if pool is None else {"loadBalancerBackendAddressPools": [{"id": pool}]})
    nics = [{"name": "nic", "ipConfigurations": [ip]}]
    body = {"virtualMachineProfile": {"networkProfile": {"networkInterfaceConfigurations": nics}}}
    return Resource(key=name, type=arm_types.SCALE_SET, name=name, properties=body, id=set_id(name), **more)


def machine(owner: Any, nic: Any = NIC, **more: Any) -> Resource:
    """A machine with an interface."""
    body = {"virtualMachineScaleSet": owner, "networkProfile": {"networkInterfaces": [{"id": nic}]}}
    return Resource(key="vm", type=arm_types.VIRTUAL_MACHINE, name="vm", properties=body, **more)


def interface(pool: Any = POOL, **more: Any) -> Resource:
    """An interface in a pool."""
    body = {"ipConfigurations": [{"loadBalancerBackendAddressPools": [{"id": pool}]}]}
    return Resource(key="nic", type=arm_types.NETWORK_INTERFACE, name="nic", properties=body, id=NIC, **more)


def served(*resources: Resource) -> tuple[list[str], list[str], bool]:
    """The sets that the load balancer certainly serves and may serve, and whether others are unseen."""
    found = served_by(Estate(resources), resources[0])
    return [each.key for each in found.sure], [each.key for each in found.maybe], found.blind


def test_through_the_profile() -> None:
    """A pool of the balancer's own; one that is not known may be anybody's."""
    assert served(balancer(), scale_set("a", POOL), scale_set("b")) == (["a"], [], False)
    assert served(balancer(), scale_set("a", f"{LB}2/backendAddressPools/p")) == ([], [], False)
    assert served(balancer(), scale_set("a", UNKNOWN)) == ([], [], True)
    assert served(balancer(), scale_set("a", UNKNOWN, complete=True)) == ([], [], False)
    assert served(balancer(), scale_set("a", POOL), scale_set("b", UNKNOWN)) == (["a"], [], True)


def test_through_the_interface_of_a_machine() -> None:
    """The set of the machine that has the interface; an interface without such a machine serves nobody."""
    owner = {"id": set_id("a")}
    assert served(balancer(), scale_set("a"), machine(owner), interface()) == (["a"], [], False)
    assert served(balancer(), scale_set("a"), machine(None), interface()) == ([], [], False)
    assert served(balancer(), scale_set("a"), machine(owner, f"{NIC}2"), interface()) == ([], [], False)
    assert served(balancer(), scale_set("a"), machine(owner), interface(UNKNOWN)) == ([], [], True)
    assert served(balancer(), scale_set("a"), machine(owner), interface(UNKNOWN, complete=True)) == ([], [], False)


def test_what_may_be_and_is_counts_once() -> None:
    """A set that is certainly served is not among those that may be; a reference to two sets may be either."""
    refers = {"virtualMachineScaleSet.id": ("a", "b")}
    unsure = machine({"id": UNKNOWN}, references=refers)
    found = served(balancer(), scale_set("a", POOL), scale_set("b"), unsure, interface())
    assert found == (["a"], ["b"], False)
