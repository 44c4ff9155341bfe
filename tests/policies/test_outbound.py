"""Outbound access: the component, the policies and the operations are asked the same, and answer the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from support.azure_world import SUBNET
from support.scale_set_args import base
from support.verdicts import verdict

from pulumi_azure_scaleset.model.resolved import outbound_access
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from scaleset_core.facts.outbound import Answer, Method, Situation, Translation, all_of, any_of, decide
from scaleset_core.modes import Mode
from scaleset_operations.network import Interface, Network
from scaleset_operations.outbound import outbound_of as deployed
from scaleset_policies import arm_types
from scaleset_policies.engine import check
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.rules.related_outbound import outbound_of as declared

GROUP = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network"
BALANCER = f"{GROUP}/loadBalancers/lb"
VNET = f"{GROUP}/virtualNetworks/vnet"
RULE = "explicit-outbound-on-flexible"


@dataclass(frozen=True)
class Scenario:
    """What is around a Flexible set with a profile, and how its instances reach the outside.

    Attributes:
        method: The answer.
        front: ``public`` or ``private``, ``""`` without a load balancer.
        plain: Whether the load balancer has a load-balancing rule.
        snat: Whether that rule translates.
        outbound: Whether it has an outbound rule.
        pool: Whether the rules serve the set's pool; ``False``: another one.
        gateway: Whether the subnet has a NAT gateway.
        address: Whether instances have public addresses.
        routes: Whether the subnet has a route table.
        subnet: Whether the subnet is part of what is known.
        args: The component's arguments for it; None where it has none (it makes no second pool, no route table, and
            turns implicit translation off by itself).
    """

    method: Method
    front: str = ""
    plain: bool = False
    snat: bool = True
    outbound: bool = False
    pool: bool = True
    gateway: bool = False
    address: bool = False
    routes: bool = False
    subnet: bool = True
    args: dict[str, Any] | None = None


HERE: dict[str, Any] = {"subnet_id": None, "virtual_network": {}}
INSIDE = {"subnet_id": SUBNET}
PLAIN = {"rules": {"http": {"frontend_port": 80}}}
BALANCED = {"inbound_nat": {"ssh": {"backend_port": 22}}}
ADDRESS: dict[str, Any] = {"public_ip_per_instance": {}}
GATEWAY = {"outbound": {"method": "NatGateway"}}

SCENARIOS = {
    "nothing": Scenario(Method.NONE, args=HERE),
    "internal, no rule": Scenario(Method.NONE, front="private", args={**HERE, "load_balancer": INSIDE}),
    "internal, a plain rule": Scenario(
        Method.NONE, front="private", plain=True, args={**HERE, "load_balancer": {**INSIDE, **PLAIN}}
    ),
    "internal, a plain rule, a NAT gateway": Scenario(
        Method.NAT_GATEWAY,
        front="private",
        plain=True,
        gateway=True,
        args={**HERE, "load_balancer": {**INSIDE, **PLAIN}, **GATEWAY},
    ),
    "internal, a plain rule, public addresses": Scenario(
        Method.PUBLIC_ADDRESS,
        front="private",
        plain=True,
        address=True,
        args={**HERE, "load_balancer": {**INSIDE, **PLAIN}, **ADDRESS},
    ),
    "internal, an outbound rule": Scenario(Method.NONE, front="private", outbound=True),
    "public, no rule": Scenario(Method.NONE, front="public"),
    "public, a plain rule": Scenario(Method.BALANCING_RULE, front="public", plain=True),
    "public, a rule without translation": Scenario(Method.NONE, front="public", plain=True, snat=False),
    "public, a rule without translation, an outbound rule": Scenario(
        Method.OUTBOUND_RULE,
        front="public",
        plain=True,
        snat=False,
        outbound=True,
        args={**HERE, "load_balancer": PLAIN},
    ),
    "public, an outbound rule": Scenario(
        Method.OUTBOUND_RULE, front="public", outbound=True, args={**HERE, **BALANCED}
    ),
    "public, a plain rule of another pool": Scenario(Method.NONE, front="public", plain=True, pool=False),
    "public, an outbound rule of another pool": Scenario(Method.NONE, front="public", outbound=True, pool=False),
    "public, an outbound rule, a NAT gateway": Scenario(
        Method.NAT_GATEWAY,
        front="public",
        plain=True,
        snat=False,
        gateway=True,
        args={**HERE, "load_balancer": PLAIN, **GATEWAY},
    ),
    "a NAT gateway": Scenario(Method.NAT_GATEWAY, gateway=True, args={**HERE, **GATEWAY}),
    "public addresses": Scenario(Method.PUBLIC_ADDRESS, address=True, args={**HERE, **ADDRESS}),
    "a route table": Scenario(Method.UNDECIDED, routes=True),
    "a NAT gateway and a route table": Scenario(Method.NAT_GATEWAY, gateway=True, routes=True),
    "a subnet that is declared elsewhere": Scenario(Method.UNDECIDED, subnet=False, args={}),
    "a subnet elsewhere, public addresses": Scenario(Method.PUBLIC_ADDRESS, address=True, subnet=False, args=ADDRESS),
}


def balancer(scenario: Scenario) -> dict[str, Any]:
    """The ARM body of its load balancer."""
    pool = {"id": f"{BALANCER}/backendAddressPools/{'web' if scenario.pool else 'other'}"}
    front = {"id": f"{BALANCER}/frontendIPConfigurations/front"}
    address = {"publicIPAddress" if scenario.front == "public" else "subnet": {"id": f"{GROUP}/x"}}
    plain = {"frontendIPConfiguration": front, "backendAddressPool": pool, "disableOutboundSnat": not scenario.snat}
    out = {"frontendIPConfigurations": [front], "backendAddressPool": pool}
    return {
        "id": BALANCER,
        "name": "lb",
        "sku": {"name": "Standard"},
        "properties": {
            "frontendIPConfigurations": [{**front, "name": "front", "properties": address}],
            "backendAddressPools": [{"name": "web"}, {"name": "other"}],
            "loadBalancingRules": [{"name": "http", "properties": plain}] if scenario.plain else [],
            "outboundRules": [{"name": "out", "properties": out}] if scenario.outbound else [],
        },
    }


def subnet(scenario: Scenario) -> dict[str, Any]:
    """The properties of its subnet."""
    gateway = {"natGateway": {"id": f"{GROUP}/natGateways/nat"}} if scenario.gateway else {}
    return {**gateway, **({"routeTable": {"id": f"{GROUP}/routeTables/r"}} if scenario.routes else {})}


def flat(body: Any) -> Any:
    """A body without ``properties`` wrappers."""
    if isinstance(body, list):
        return [flat(item) for item in body]
    if not isinstance(body, dict):
        return body
    result = {name: flat(each) for name, each in body.items() if name != "properties"}
    return {**result, **flat(body["properties"])} if "properties" in body else result


def estate(scenario: Scenario) -> tuple[Estate, Resource]:
    """The same as a template declares it, and its set."""
    ip: dict[str, Any] = {"name": "ip", "subnet": {"id": f"{VNET}/subnets/web"}}
    if scenario.front:
        ip["loadBalancerBackendAddressPools"] = [{"id": f"{BALANCER}/backendAddressPools/web"}]
    if scenario.address:
        ip["publicIPAddressConfiguration"] = {"name": "public"}
    network = {"networkInterfaceConfigurations": [{"name": "nic", "ipConfigurations": [ip]}]}
    properties = {"orchestrationMode": "Flexible", "virtualMachineProfile": {"networkProfile": network}}
    scale_set = Resource(key="web", type=arm_types.SCALE_SET, name="web", properties=properties)
    found = [scale_set]
    if scenario.subnet:
        identity = f"{VNET}/subnets/web"
        found.append(Resource(key="s", type=arm_types.SUBNET, name="s", properties=subnet(scenario), id=identity))
    if scenario.front:
        body = flat(balancer(scenario))
        found.append(Resource(key="lb", type=arm_types.LOAD_BALANCER, name="lb", properties=body, id=BALANCER))
    return Estate(found), scale_set


def network(scenario: Scenario) -> Network:
    """The same as Azure shows it when it is deployed."""
    face = Interface(
        id="ip",
        nic="nic",
        instance="web-0",
        subnet=f"{VNET}/subnets/web",
        pools=(f"{BALANCER}/backendAddressPools/web",) if scenario.front else (),
        public_address=f"{GROUP}/publicIPAddresses/web-0" if scenario.address else "",
    )
    return Network(
        interfaces=(face,),
        balancers={BALANCER.lower(): balancer(scenario)} if scenario.front else {},
        subnets={face.subnet.lower(): {"properties": subnet(scenario)}} if scenario.subnet else {},
    )


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_three_give_one_answer(name: str) -> None:
    """What is declared, what is deployed and what the arguments make are one situation with one method."""
    scenario = SCENARIOS[name]
    assert declared(*estate(scenario)).method is scenario.method
    around = network(scenario)
    if scenario.subnet:  # what is deployed is always known
        assert deployed(around, around.interfaces[0], Mode.FLEXIBLE).method is scenario.method
    if scenario.args is not None:
        args = {"scale_set_name": "web", **base("Flexible"), "outbound": None, **scenario.args}
        model = ScaleSetModel.model_validate({name: each for name, each in args.items() if each is not None})
        assert outbound_access(model).method is scenario.method


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_rule_says_what_the_answer_says(name: str) -> None:
    """SS069 is broken without a method, undecided where it is not known; the component refuses both, by the rule."""
    scenario = SCENARIOS[name]
    report = check(estate(scenario)[0])
    assert (RULE in {each.rule.name for each in report}) is (scenario.method is Method.NONE)
    assert (RULE in {each.rule.name for each in report.undecided}) is (scenario.method is Method.UNDECIDED)
    if scenario.args is not None:
        found = verdict({**base("Flexible"), "outbound": None, **scenario.args})
        assert (RULE in found.rules) is (scenario.method in {Method.NONE, Method.UNDECIDED}), found.message


def test_why_there_is_none_is_said() -> None:
    """The rule's message names the load-balancing rule that gives nothing, and why."""
    for name, why in (
        ("internal, a plain rule", "lb/http has a private front end"),
        ("public, a rule without translation", "lb/http has disableOutboundSnat"),
    ):
        message = next(each.message for each in check(estate(SCENARIOS[name])[0]) if each.rule.name == RULE)
        assert why in message


def answer(**known: Any) -> Answer:
    """The answer for a Uniform set."""
    return decide(Situation(**{"flexible": False, **known}))


def test_only_uniform_instances_have_default_access() -> None:
    """Default access is left where nothing is explicit, the subnet is not private, no Standard load balancer serves."""
    assert answer().method is Method.DEFAULT
    assert answer().explicit is False
    assert answer(private_subnet=True).method is Method.NONE
    assert answer(behind_standard=True).method is Method.NONE
    assert answer(flexible=True).method is Method.NONE
    assert answer(private_subnet="whether it is private").missing == ("whether it is private",)
    assert answer(public_address=True, private_subnet="whether it is private").method is Method.PUBLIC_ADDRESS


def test_what_is_not_known_is_asked_for_only_where_it_decides() -> None:
    """A rule of another pool is none whatever else is unknown; the unknown front end of the own pool's is named."""
    other = Translation(name="lb/http", serves=False, public="the front end")
    own = Translation(name="lb/http", serves=True, public="the front end")
    assert answer(flexible=True, balancing_rules=(other,)).method is Method.NONE
    assert answer(flexible=True, balancing_rules=(own,)).missing == ("the front end",)
    assert answer(flexible=True, balancing_rules=(own,), nat_gateway=True).method is Method.NAT_GATEWAY
    assert (all_of(True, "a", False), all_of(True, "a"), all_of()) == (False, "a", True)
    assert (any_of(False, "a", True), any_of(False, "a"), any_of()) == (True, "a", False)
