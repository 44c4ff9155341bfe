"""The plan of a NAT pool migration and what prevents it, decided from bodies alone."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from scaleset_core.modes import Mode
from scaleset_operations.instances import Instance
from scaleset_operations.natpools import bodies
from scaleset_operations.natpools.checks import Allowed, owned, problems
from scaleset_operations.natpools.inventory import pool_rows
from scaleset_operations.natpools.model import Plan, network_of, plan_of
from scaleset_operations.natpools.planning import plan_balancer, sets_with_ports
from scaleset_operations.natpools.reading import SetFacts, Situation
from scaleset_operations.natpools.rights import BALANCER, lacking
from scaleset_operations.natpools.table import expected, plan_lines
from scaleset_operations.target import parse_target

GROUP = "/subscriptions/s/resourceGroups/rg/providers"
LB = f"{GROUP}/Microsoft.Network/loadBalancers/lb"
FRONT = {"id": f"{LB}/frontendIPConfigurations/front"}


def pool(name: str = "pool") -> dict[str, str]:
    """The reference to a backend pool."""
    return {"id": f"{LB}/backendAddressPools/{name}"}


def nat(name: str, start: int = 50000, *, port: int = 22, size: int = 10, front: Any = None) -> dict[str, Any]:
    """A NAT pool as Azure shows it."""
    inner = {
        "frontendIPConfiguration": front or FRONT, "protocol": "Tcp", "frontendPortRangeStart": start,
        "frontendPortRangeEnd": start + size - 1, "backendPort": port, "provisioningState": "Succeeded",
    }  # fmt: skip
    return {"id": f"{LB}/inboundNatPools/{name}", "name": name, "properties": inner}


def balancer(*nats: dict[str, Any], pools: tuple[Any, ...] = ("pool",), **more: Any) -> dict[str, Any]:
    """The load balancer as Azure shows it."""
    shown = [each if isinstance(each, dict) else {**pool(each), "name": each} for each in pools]
    inner = {"backendAddressPools": shown, "inboundNatPools": list(nats), **more}
    return {"id": LB, "name": "lb", "sku": {"name": "Standard"}, "properties": inner}


def scale_set(name: str = "web", *configurations: dict[str, Any], group: str = "rg", **more: Any) -> dict[str, Any]:
    """A set whose one interface has these IP configurations: each by its pools and NAT pools."""
    inner = [
        {
            "name": f"ip{index}",
            "properties": {
                "loadBalancerBackendAddressPools": [pool(one) for one in each.get("pools", ())],
                "loadBalancerInboundNatPools": [{"id": f"{LB}/inboundNatPools/{one}"} for one in each.get("nats", ())],
            },
        }
        for index, each in enumerate(configurations)
    ]
    face = {"name": "nic", "properties": {"ipConfigurations": inner}}
    profile = {"networkProfile": {"networkInterfaceConfigurations": [face]}, **more}
    identity = f"/subscriptions/s/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachineScaleSets/{name}"
    return {"id": identity, "name": name, "properties": {"virtualMachineProfile": profile}}


def over(plan: Plan) -> dict[str, str]:
    """The name of the backend pool of each rule."""
    return {each.name: each.pool.rsplit("/", 1)[-1] for each in plan.rules}


def test_a_pool_with_exactly_those_who_use_it_is_taken() -> None:
    """Nothing joins anything, and case does not matter."""
    model = scale_set("web", {"pools": ("POOL",), "nats": ("SSH",)})
    plan = plan_balancer(balancer(nat("ssh")), [model])
    assert (over(plan), plan.new_pools) == ({"ssh": "pool"}, ())
    assert [(each.leaves, each.joins) for each in plan.changes] == [((f"{LB}/inboundNatPools/SSH",), ())]


@pytest.mark.parametrize(
    "reason",
    ["another set", "another configuration", "a machine", "an address", "a balanced port", "all of a protocol"],
)
def test_a_pool_that_a_rule_can_not_be_over(reason: str) -> None:
    """Somebody else in it would get a port too, and a port that is balanced already is refused: a new one is made."""
    mine = scale_set("web", {"pools": ("pool",), "nats": ("ssh",)})
    models = [mine]
    own: dict[str, Any] = {**pool(), "name": "pool"}
    more: dict[str, Any] = {}
    if reason == "another set":
        models.append(scale_set("other", {"pools": ("pool",)}))
    if reason == "another configuration":
        models = [scale_set("web", {"pools": ("pool",), "nats": ("ssh",)}, {"pools": ("pool",)})]
    if reason == "a machine":
        member = f"{GROUP}/Microsoft.Network/networkInterfaces/vm/ipConfigurations/ip"
        own["properties"] = {"backendIPConfigurations": [{"id": member}]}
    if reason == "an address":
        own["properties"] = {"loadBalancerBackendAddresses": [{"properties": {"ipAddress": "10.0.0.9"}}]}
    if reason in {"a balanced port", "all of a protocol"}:
        ports = {"protocol": "Tcp", "backendPort": 22} if reason == "a balanced port" else {"protocol": "All"}
        more["loadBalancingRules"] = [{"name": "r", "properties": {"backendAddressPool": pool(), **ports}}]
    plan = plan_balancer(balancer(nat("ssh"), pools=(own,), **more), models)
    assert (over(plan), plan.new_pools) == ({"ssh": "nat-ssh"}, ("nat-ssh",))
    assert {each.joins for each in plan.changes} == {(f"{LB}/backendAddressPools/nat-ssh",)}


def test_nat_pools_of_the_same_users_share_a_new_pool_unless_their_port_is_the_same() -> None:
    """Two rules over one backend pool may not send to the same port; two front ends with port 22 have two pools."""
    other = {"id": f"{LB}/frontendIPConfigurations/other"}
    nats = (nat("ssh"), nat("rdp", 51000, port=3389), nat("ssh2", front=other))
    plan = plan_balancer(balancer(*nats, pools=()), [scale_set("web", {"nats": ("ssh", "rdp", "ssh2")})])
    assert over(plan) == {"ssh": "nat-ssh", "rdp": "nat-ssh", "ssh2": "nat-ssh2"}
    (change,) = plan.changes
    assert [each.rsplit("/", 1)[-1] for each in change.joins] == ["nat-ssh", "nat-ssh2"]


def test_each_ip_configuration_counts_by_itself() -> None:
    """The IPv6 configuration of a NIC has a separate pool beside the IPv4 one."""
    model = scale_set("web", {"pools": ("pool",), "nats": ("four",)}, {"nats": ("six",)})
    plan = plan_balancer(balancer(nat("four"), nat("six", 51000)), [model])
    assert over(plan) == {"four": "pool", "six": "nat-six"}
    assert [(each.place.configuration, len(each.joins)) for each in plan.changes] == [("ip0", 0), ("ip1", 1)]


def test_names_that_are_taken() -> None:
    """A new backend pool gets another name where its own is taken, in any case."""
    plan = plan_balancer(balancer(nat("ssh"), pools=("NAT-ssh",)), [scale_set("web", {"nats": ("ssh",)})])
    assert plan.new_pools == ("nat-ssh-2",)


def test_a_nat_pool_of_another_balancer_stays() -> None:
    """A set behind two balancers leaves the NAT pools of the one that is migrated."""
    model = scale_set("web", {"pools": ("pool",), "nats": ("ssh",)})
    inner = network_of(model)["networkInterfaceConfigurations"][0]["properties"]["ipConfigurations"][0]
    other = {"id": f"{LB}2/inboundNatPools/ssh"}
    inner["properties"]["loadBalancerInboundNatPools"].insert(0, other)
    plan = plan_balancer(balancer(nat("ssh")), [model])
    changed = {
        "id": model["id"],
        "properties": {"virtualMachineProfile": {"networkProfile": bodies.forward(model, plan.changes)}},
    }
    found = network_of(changed)["networkInterfaceConfigurations"][0]["properties"]["ipConfigurations"][0]
    assert found["properties"]["loadBalancerInboundNatPools"] == [other]
    assert bodies.as_wanted(changed, plan.changes, back=False)
    assert bodies.backward(changed, plan.changes) == network_of(model)


def test_sets_are_found_by_the_rules_of_their_instances() -> None:
    """A set whose instances alone still have a port is part of it."""
    model = scale_set("web", {"pools": ("pool",)})
    member = f"{model['id']}/virtualMachines/0/networkInterfaces/nic/ipConfigurations/ip0"
    rule = {"name": "ssh.0", "properties": {"backendIPConfiguration": {"id": member}, "frontendPort": 50000}}
    single = {"name": "one", "properties": {"backendIPConfiguration": {"id": f"{GROUP}/Microsoft.Network/x"}}}
    shown = balancer(nat("ssh"), inboundNatRules=[rule, single])
    assert list(sets_with_ports(shown).values()) == [model["id"]]
    plan = plan_balancer(shown, [model])
    assert (plan.sets, plan.stale, plan.changes) == ((model["id"],), (model["id"],), ())
    assert bodies.ports_of_nat_pools(shown, plan) == [member]


def test_a_plan_is_the_same_when_it_is_read_again() -> None:
    """Through the journal's JSON."""
    models = [scale_set("web", {"nats": ("ssh",)}), scale_set("two", {"nats": ("rdp",)})]
    plan = plan_balancer(balancer(nat("ssh"), nat("rdp", 51000, port=3389)), models)
    assert plan_of(json.loads(json.dumps(plan.to_json()))) == plan


def test_what_is_sent_of_a_balancer() -> None:
    """Without the rules that Azure makes of NAT pools, and the addresses of interfaces; addresses by number stay."""
    member = {
        "id": f"{GROUP}/Microsoft.Compute/virtualMachineScaleSets/web/virtualMachines/0/networkInterfaces/n/ipC/i"
    }
    made = [
        {"name": name, "properties": {"backendIPConfiguration": member}} for name in ("ssh.0", "ssh.0", "ssh.1.nic.ip")
    ]
    by_nic = {"name": "a", "properties": {"networkInterfaceIPConfiguration": member, "provisioningState": "Succeeded"}}
    by_number = {"name": "b", "properties": {"ipAddress": "10.0.0.9", "provisioningState": "Succeeded"}}
    own = {**pool(), "name": "pool", "properties": {"loadBalancerBackendAddresses": [by_nic, by_number]}}
    body = bodies.sendable({**balancer(nat("ssh"), pools=(own,), inboundNatRules=made), "etag": "x", "type": "t"})
    assert set(body) == {"sku", "properties"}
    assert body["properties"]["inboundNatRules"] == []
    (sent,) = body["properties"]["backendAddressPools"]
    assert sent["properties"]["loadBalancerBackendAddresses"] == [
        {"name": "b", "properties": {"ipAddress": "10.0.0.9"}}
    ]


def instance(name: str, **more: Any) -> Instance:
    """An instance of a Uniform set."""
    return Instance(name=name, instance_id=name.rpartition("_")[2], resource_id=name, **{"latest_model": True, **more})


def told(
    shown: dict[str, Any], model: dict[str, Any], *instances: Instance, upgrade: str = "", **more: Any
) -> list[str]:
    """What is in the way."""
    facts = SetFacts(
        target=parse_target(model["id"]), model=model, mode=Mode.UNIFORM, instances=instances, upgrade=upgrade
    )
    return problems(Situation(balancer=shown, sets=(facts,), **more), plan_balancer(shown, [model]), Allowed())


def test_nothing_is_in_the_way() -> None:
    """A Standard balancer with a set on its latest model."""
    assert (
        told(balancer(nat("ssh")), scale_set("web", {"nats": ("ssh",)}), instance("web_0"), upgrade="Completed") == []
    )


def test_a_basic_balancer() -> None:
    """The Basic SKU has no such rules: the report says how to upgrade it."""
    (found,) = told({**balancer(nat("ssh")), "sku": {"name": "Basic"}}, scale_set("web", {"nats": ("ssh",)}))
    assert found.startswith("lb: it is of the Basic SKU, which has no version 2 NAT rules. Upgrade it first: https://")


def test_ranges() -> None:
    """Too few ports for the instances, and ranges that overlap each other or a rule."""
    http = {"name": "http", "properties": {"frontendIPConfiguration": FRONT, "protocol": "All", "frontendPort": 50005}}
    shown = balancer(nat("ssh", size=1), nat("rdp", 50000, port=3389), loadBalancingRules=[http])
    model = scale_set("web", {"nats": ("ssh",)})
    found = told(shown, model, instance("web_0"), instance("web_1"))
    assert [each.partition(":")[2].strip()[:60] for each in found] == [
        "the NAT pool ssh has the ports 50000 to 50000, and 2 instanc",
        "the ports of the NAT pool ssh (50000 to 50000) and the NAT p",
        "the ports of the NAT pool rdp (50000 to 50009) and the rule ",
    ]


def test_states_of_a_set() -> None:
    """A set that Azure works on, instances that it would replace, and ones that have failed."""
    model = scale_set("web", {"nats": ("ssh",)})
    policy = {"mode": "Rolling", "rollingUpgradePolicy": {"maxSurge": True}}
    model["properties"] |= {"provisioningState": "Updating", "upgradePolicy": policy}
    text = "\n".join(
        told(balancer(nat("ssh")), model, instance("web_0", provisioning="Failed"), upgrade="RollingForward")
    )
    for part in ("Azure works on it (Updating)", "(RollingForward)", "maxSurge", "web_0: the provisioning has failed"):
        assert part in text


def test_a_set_that_may_not_be_read() -> None:
    """It is named, with Azure's words."""
    found = told(
        balancer(nat("ssh")), scale_set("web", {"nats": ("ssh",)}), unread={f"{GROUP}/sets/secret": "Forbidden"}
    )
    assert found == ["secret: it can not be read (Forbidden)."]


FABRIC: dict[str, Any] = {
    "extensionProfile": {"extensions": [{"properties": {"publisher": "Microsoft.Azure.ServiceFabric"}}]}
}


@pytest.mark.parametrize(
    ("model", "way"),
    [
        (scale_set("nt", {"nats": ("ssh",)}, **FABRIC), "Change it in the cluster's template"),
        (scale_set("nt", {"nats": ("ssh",)}, group="SFC_1b2c"), "SFRP.UseInboundNatRulesV2"),
        (scale_set("nt", {"nats": ("ssh",)}, group="MC_rg_aks_we"), "az aks nodepool"),
        ({**scale_set("nt", {"nats": ("ssh",)}), "tags": {"aks-managed-poolName": "np"}}, "az aks nodepool"),
    ],
)
def test_sets_of_a_service(model: dict[str, Any], way: str) -> None:
    """A set that a service makes and changes is refused, with the owner's way and nothing else."""
    assert way in owned(model)
    (found,) = told(balancer(nat("ssh")), model, instance("nt_0", latest_model=False))
    assert way in found


def test_the_ports_to_expect() -> None:
    """In the order of the instances' numbers, one set after the other; the rest of the range is free."""
    models = [scale_set("b", {"nats": ("ssh",)}), scale_set("a", {"nats": ("ssh",)})]
    plan = plan_balancer(balancer(nat("ssh")), models)
    instances = {
        models[0]["id"].lower(): [instance("b_10"), instance("b_2")], models[1]["id"].lower(): [instance("a_7")],
    }  # fmt: skip
    assert expected(plan, instances) == {"ssh": {"50000": "a_7", "50001": "b_2", "50002": "b_10"}}
    assert plan_lines(plan)[0] == "Load balancer lb: 1 NAT pool, used by a, b"


def test_the_days_that_are_left() -> None:
    """Counted from the day given; a pool that nobody uses has no sets."""
    row = {"id": LB, "name": "lb", "resourceGroup": "rg", "subscriptionId": "s", "pools": [nat("ssh"), nat("old")]}
    network = network_of(scale_set("web", {"nats": ("ssh",)}))
    sets = [
        {"id": f"{GROUP}/x", "name": "web", "network": network},
        {"id": f"{GROUP}/y", "name": "flex", "network": None},
    ]
    found = pool_rows([row, {"id": "x", "name": "x", "pools": None}], sets, dt.date(2027, 9, 1))
    assert [(each["natPool"], each["sets"], each["daysLeft"]) for each in found] == [
        ("ssh", "web", 29),
        ("old", "", 29),
    ]


@pytest.mark.parametrize(
    ("permissions", "granted"),
    [
        ([{"actions": ["*"]}], True),
        ([{"actions": ["Microsoft.Network/loadbalancers/*"]}], True),
        ([{"actions": ["*/read"]}, {"actions": ["Microsoft.Network/loadBalancers/write"]}], True),
        ([{"actions": ["*"], "notActions": ["Microsoft.Network/*/write"]}], False),
        ([{"actions": ["*/read"]}], False),
        ([], False),
    ],
)
def test_rights(permissions: list[dict[str, Any]], granted: bool) -> None:
    """A permission grants its actions but those that it takes out; case does not matter, one permission is enough."""
    assert (lacking(permissions, BALANCER) == []) is granted
