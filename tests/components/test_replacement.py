"""What goes along with a replaced resource, decided on the plan alone."""

from __future__ import annotations

from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.replacement import goes_along_with, replacing_paths, waits_for
from pulumi_azure_scaleset.plan.resources import Child
from update_matrix.table import bases

NETWORK = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network"
SUBNET = f"{NETWORK}/virtualNetworks/v/subnets/a"
BALANCER = f"{NETWORK}/loadBalancers/lb"


def along() -> dict[str, list[str]]:
    """What each resource of the ``flexible`` set goes along with."""
    others: dict[str, Child] = {}
    result = {}
    for child in compile_args("web", bases()["flexible"]).plan.children:
        result[child.key] = goes_along_with(child, others)
        others[child.key] = child
    return result


def test_everything_goes_along_with_the_first() -> None:
    """All resources of a group go along with the plan's first one, so that the engine deletes them in one order."""
    group, network, *others = along().items()
    assert group == ("networkSecurityGroup", [])
    assert network == ("virtualNetwork", ["networkSecurityGroup"])
    assert all("virtualNetwork" in keys for _, keys in others)


def test_a_user_goes_along_with_what_it_uses() -> None:
    """A machine goes along with its interface, that one with its NAT rule, that one with the load balancer."""
    found = along()
    assert "nic:web-0" in found["vm:web-0"]
    assert "nat:web-0/ssh" in found["nic:web-0"]
    assert "loadBalancer" in found["nat:web-0/ssh"]
    assert "loadBalancerPublicIp" in found["loadBalancer"]


def test_neighbours_do_not_go_along_with_each_other() -> None:
    """No resource of web-1 is replaced together with one of web-0."""
    assert not any("web-0" in each for key, keys in along().items() if "web-1" in key for each in keys)


def test_another_region_replaces() -> None:
    """Every resource that has a location is replaced for another one, those that the provider would update too."""
    children = compile_args("web", bases()["flexible"]).plan.children
    balancer = next(child for child in children if child.type == tokens.LOAD_BALANCER)
    assert "location" in replacing_paths(balancer)
    rule = next(child for child in children if child.type == tokens.INBOUND_NAT_RULE)
    assert replacing_paths(rule) == ()


def test_one_after_the_other_where_nothing_goes_along_with_the_first() -> None:
    """Without its own network the set is the first resource: all others wait for it, in either direction."""
    elsewhere = {"virtual_network": None, "subnet_id": SUBNET}
    plan = compile_args("web", {**bases()["named"], **elsewhere}).plan
    assert waits_for({}) == []
    assert waits_for({child.key: child for child in plan.children}) == ["scaleSet"]
    own = compile_args("web", bases()["named"]).plan
    assert waits_for({child.key: child for child in own.children}) == []


def test_a_nat_rule_moves_to_another_load_balancer_without_its_interface() -> None:
    """A rule on an existing load balancer is created first, and no interface goes along with it."""
    front = f"{BALANCER}/frontendIPConfigurations/f"
    existing = {
        "load_balancer": {"id": BALANCER, "frontend_ip_configuration_id": front},
        "outbound": None,
        "virtual_network": {"allow_from": ["Internet"]},
    }
    plan = compile_args("web", {**bases()["named"], **existing, "inbound_nat": {"ssh": {"backend_port": 22}}}).plan
    others = {child.key: child for child in plan.children}
    assert others["nat:web-0/ssh"].create_first
    assert "nat:web-0/ssh" not in goes_along_with(others["nic:web-0"], others)
