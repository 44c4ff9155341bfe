"""``nat list --check``: the operator's verdict, by the command and, over many networks, against the simulator's own."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from operations.balancers import BALANCER, FRONT, NAT_POOL, NETWORK, POOL, RANGE, balancer
from operations.conftest import Cli
from operations.world import ROOT, World

from scaleset_core.modes import Mode
from scaleset_operations.instances import from_set_machine
from scaleset_operations.network import NatMapping, Network, nat_mappings, parse_interfaces
from scaleset_operations.reachability import reachable, verdicts

SUBNET = "virtualNetworks/net/subnets/vms"
CLIENT = "198.51.100.7"
NO_GROUP = "no network security group"


def security_group(world: World, name: str, *rules: Mapping[str, Any]) -> dict[str, str]:
    """A security group with these rules; its reference."""
    listed = [{"name": f"rule{index}", "properties": dict(rule)} for index, rule in enumerate(rules)]
    body = {"location": "westeurope", "properties": {"securityRules": listed}}
    world.network("PUT", f"networkSecurityGroups/{name}", body)
    return {"id": f"{NETWORK}/networkSecurityGroups/{name}"}


def allow(**more: Any) -> dict[str, Any]:
    """An inbound rule that lets SSH in, changed by members."""
    rule = {
        "direction": "Inbound", "access": "Allow", "priority": 100, "protocol": "Tcp", "sourceAddressPrefix": "*",
        "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "22",
    }  # fmt: skip
    return {**rule, **more}


def on_subnet(world: World, group: Mapping[str, str] | None) -> None:
    """Give the subnet this security group, or none."""
    properties: dict[str, Any] = {"addressPrefix": "10.0.0.0/16", "defaultOutboundAccess": False}
    if group is not None:
        properties["networkSecurityGroup"] = dict(group)
    world.network("PUT", SUBNET, {"properties": properties})


def check(cli: Cli, *options: str) -> tuple[int, list[str]]:
    """``nat list --check``: the exit code, and the column ``reachable``."""
    answer = cli("nat", "list", "-n", "web", "--check", "-o", "json", *options)
    return answer.code, [row["reachable"] for row in answer.json()]


@pytest.mark.parametrize("mode", ["Uniform", "Flexible"])
def test_a_set_without_a_security_group_is_closed(world: World, cli: Cli, mode: str) -> None:
    """A Standard balancer lets nothing in until a group does; the exit code says it, and the table has the column."""
    balancer(world, nat="v2")
    world.scale_set("web", mode, 2, loadBalancerBackendAddressPools=[POOL])
    assert check(cli) == (1, ["no: no network security group: a Standard load balancer blocks all traffic"] * 2)
    on_subnet(world, security_group(world, "nsg", allow()))
    assert check(cli) == (0, ["yes", "yes"])
    answer = cli("nat", "list", "-n", "web", "--check")
    assert answer.code == 0
    assert "Reachable" in answer.out
    assert "Reachable" not in cli("nat", "list", "-n", "web").out


def test_nat_pools_and_who_asks(world: World, cli: Cli) -> None:
    """A NAT pool is judged for its instances; a group for one office lets in the office, and not anybody."""
    balancer(world, nat="pool")
    world.scale_set("web", "Uniform", 2, loadBalancerInboundNatPools=[NAT_POOL])
    on_subnet(world, security_group(world, "nsg", allow(sourceAddressPrefix="198.51.100.0/24")))
    denied = "no: network security group nsg of the subnet: rule DenyAllInBound"
    assert check(cli) == (1, [denied] * 2)
    assert check(cli, "--from", CLIENT) == (0, ["yes"] * 2)
    assert check(cli, "--from", "203.0.113.9") == (1, [denied] * 2)


@pytest.mark.parametrize("mode", ["Uniform", "Flexible"])
def test_one_instance_that_does_not_run(world: World, cli: Cli, mode: str) -> None:
    """Where only one of two instances is not reached, only its mapping says so."""
    balancer(world, nat="v2")
    world.scale_set("web", mode, 2, loadBalancerBackendAddressPools=[POOL])
    on_subnet(world, security_group(world, "nsg", allow()))
    name = world.names("web")[1]
    path = f"virtualMachines/{name}" if mode == "Flexible" else f"virtualMachineScaleSets/web/virtualMachines/{name}"
    world.compute("POST", f"{path}/powerOff")
    code, verdicts = check(cli)
    assert (code, sorted(verdicts)) == (1, ["no: the instance is stopped", "yes"])
    rows = cli("nat", "list", "-n", "web", "--check", "-o", "json").json()
    shown = name if mode == "Flexible" else f"web_{name}"
    assert [row["instance"] for row in rows if row["reachable"] != "yes"] == [shown]


def test_a_private_front_end_and_a_rule_that_leads_nowhere(world: World, cli: Cli) -> None:
    """A private front end is not reached from outside; a rule that no interface names leads to no instance."""
    front = {"name": "front", "properties": {"subnet": {"id": f"{NETWORK}/{SUBNET}"}}}
    rules = [
        {"name": "ssh", "properties": {"frontendIPConfiguration": FRONT, "backendAddressPool": POOL, **RANGE}},
        {
            "name": "unused",
            "properties": {
                "frontendIPConfiguration": FRONT, "protocol": "Tcp", "frontendPort": 2200, "backendPort": 22,
            },
        },
    ]  # fmt: skip
    lists = {"frontendIPConfigurations": [front], "backendAddressPools": [{"name": "pool"}], "inboundNatRules": rules}
    body = {"location": "westeurope", "sku": {"name": "Standard"}, "properties": lists}
    world.network("PUT", "loadBalancers/lb", body)
    world.scale_set("web", "Flexible", 1, loadBalancerBackendAddressPools=[POOL])
    assert check(cli) == (1, ["no: the front end is private", "no: it leads to no instance"])


def test_what_belongs_to_another_set_is_not_judged(world: World, cli: Cli) -> None:
    """A rule over a pool that only another set is in stays empty in the column, and is no failure."""
    balancer(world, nat="v2")
    world.scale_set("other", "Flexible", 1, loadBalancerBackendAddressPools=[POOL])
    body = world.network("GET", "loadBalancers/lb")
    body["properties"]["backendAddressPools"].append({"name": "mine"})
    world.network("PUT", "loadBalancers/lb", body)
    mine = {"id": f"{BALANCER}/backendAddressPools/mine"}
    world.scale_set("web", "Flexible", 1, loadBalancerBackendAddressPools=[mine])
    on_subnet(world, security_group(world, "nsg", allow()))
    assert check(cli) == (0, [""])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--check", "--from", "office"), "--from 'office' is not an IP address"),
        (("--check", "--from", "10.0.0.9"), "--from '10.0.0.9' is a private address"),
        (("--from", CLIENT), "--from is the client that --check tests"),
    ],
)
def test_a_wrong_client(world: World, cli: Cli, options: tuple[str, ...], expected: str) -> None:
    """A client that is no public address, and one without --check, are usage errors that say what to do."""
    world.scale_set("web", "Flexible", 1)
    answer = cli("nat", "list", "-n", "web", *options)
    assert answer.code == 2
    assert expected in " ".join(answer.err.split())


# --- against the simulator's own verdict -----------------------------------------------------------------------------

SOURCES = ("*", "Internet", "0.0.0.0/0", "198.51.100.0/24", CLIENT, "203.0.113.0/24", "VirtualNetwork", "AzureCloud",
           "AzureLoadBalancer")  # fmt: skip
TARGETS = ("*", "VirtualNetwork", "10.0.0.0/16", "10.0.0.4/32", "10.0.0.5", "10.1.0.0/16")
PORTS = ("*", "22", "20-30", "80", "23-65535")
ASKED = ("Internet", CLIENT, "203.0.113.9")


def _rule(chance: random.Random, priority: int) -> dict[str, Any]:
    """Any security rule."""
    rule = allow(
        priority=priority,
        direction=chance.choice(("Inbound", "Inbound", "Inbound", "Outbound")),
        access=chance.choice(("Allow", "Allow", "Deny")),
        protocol=chance.choice(("*", "Tcp", "Tcp", "Udp")),
        sourcePortRange=chance.choice(("*", "*", "*", "1-1023", "1024-65535")),
    )
    for single, plural, choices in (
        ("sourceAddressPrefix", "sourceAddressPrefixes", SOURCES),
        ("destinationAddressPrefix", "destinationAddressPrefixes", TARGETS),
        ("destinationPortRange", "destinationPortRanges", PORTS),
    ):
        del rule[single]
        some = chance.sample([choice for choice in choices if choice != "*"], 2)
        rule |= {plural: some} if chance.random() < 0.3 else {single: chance.choice(choices)}
    return rule


def _group(world: World, chance: random.Random, name: str) -> dict[str, str]:
    priorities = chance.sample(range(100, 200), chance.randint(0, 5))
    return security_group(world, name, *(_rule(chance, priority) for priority in priorities))


def _make_set(world: World, mode: str, *, interface_group: bool, **network: Any) -> None:
    """A set of two, on request with a security group on its interfaces."""
    flexible = mode == "Flexible"
    profile = world.profile(flexible=flexible, **network)
    if interface_group:
        nic = profile["networkProfile"]["networkInterfaceConfigurations"][0]["properties"]
        nic["networkSecurityGroup"] = security_group(world, "inner")
    properties: dict[str, Any] = {"orchestrationMode": mode, "virtualMachineProfile": profile}
    properties |= {"platformFaultDomainCount": 1} if flexible else {"upgradePolicy": {"mode": "Manual"}}
    body = {
        "location": "westeurope",
        "sku": {"name": "Standard_D8ds_v5", "capacity": 2},
        "properties": {**properties, **({} if flexible else {"overprovision": False})},
    }
    world.compute("PUT", "virtualMachineScaleSets/web", body)


def _v1_rules(world: World, chance: random.Random) -> None:
    """A NAT rule for each interface of the set, one of them with a floating IP."""
    body = world.network("GET", "loadBalancers/lb")
    inner = {"frontendIPConfiguration": FRONT, "protocol": "Tcp", "backendPort": 22}
    for index in range(2):
        rule = {**inner, "frontendPort": 2200 + index, "enableFloatingIP": index == chance.randint(0, 1)}
        body["properties"]["inboundNatRules"].append({"name": f"one{index}", "properties": rule})
    world.network("PUT", "loadBalancers/lb", body)
    for index, nic in enumerate(world.network("GET", "networkInterfaces")["value"]):
        inner = nic["properties"]["ipConfigurations"][0]["properties"]
        inner["loadBalancerInboundNatRules"] = [{"id": f"{BALANCER}/inboundNatRules/one{index}"}]
        world.call("PUT", nic["id"], "2025-01-01", nic)


def _basic_balancer(world: World) -> None:
    world.simulator.configure(basic_skus="taken")
    body = {"location": "westeurope", "sku": {"name": "Basic"}, "properties": {"publicIPAllocationMethod": "Static"}}
    world.network("PUT", "publicIPAddresses/address", body)
    front = {"name": "front", "properties": {"publicIPAddress": {"id": f"{NETWORK}/publicIPAddresses/address"}}}
    pools = [{"name": "ssh", "properties": {"frontendIPConfiguration": FRONT, **RANGE}}]
    lists = {"frontendIPConfigurations": [front], "backendAddressPools": [{"name": "pool"}], "inboundNatPools": pools}
    world.network("PUT", "loadBalancers/lb", {"location": "westeurope", "sku": {"name": "Basic"}, "properties": lists})


def _read(world: World, mode: str) -> tuple[Network, dict[str, str], dict[str, str]]:
    """The network as the operator reads it, and the instances' power states and ids by name."""
    bodies = world.call("GET", f"{ROOT}/providers/Microsoft.Compute/virtualMachineScaleSets/web/virtualMachines")[
        "value"
    ]
    instances = [from_set_machine(body, Mode(mode)) for body in bodies]
    owner = "virtualMachineScaleSets/web/networkInterfaces" if mode == "Uniform" else ""
    nics = (
        world.call("GET", f"{ROOT}/providers/Microsoft.Compute/{owner}", "2018-10-01")
        if owner
        else world.network("GET", "networkInterfaces")
    )["value"]
    lb, subnet = world.network("GET", "loadBalancers/lb"), world.network("GET", SUBNET)
    groups = world.network("GET", "networkSecurityGroups")["value"]
    address = world.network("GET", "publicIPAddresses/address")
    network = Network(
        interfaces=parse_interfaces(nics, instances),
        balancers={BALANCER.lower(): lb},
        addresses={str(address["id"]).lower(): str(address["properties"]["ipAddress"])},
        subnets={f"{NETWORK}/{SUBNET}".lower(): subnet},
        security_groups={str(group["id"]).lower(): group for group in groups},
    )
    power = {item.name: str(world.state("web")[item.instance_id]["power"]) for item in instances}
    return network, power, {item.resource_id.lower(): item.name for item in instances}


def _ports(mapping: NatMapping) -> Iterator[int]:
    """The front-end ports that a mapping can have an instance on; two instances have the lowest."""
    port = mapping.row["frontendPort"]
    yield from (port,) if isinstance(port, int) else range(int(port.partition("-")[0]), int(port.partition("-")[0]) + 2)


def _rule_named(reason: str) -> str:
    """The rule that a reason names; of other reasons the part that both sides say alike."""
    if NO_GROUP in reason:
        return NO_GROUP
    return reason[reason.index("network security group") :] if "rule " in reason else "power" if reason else ""


def _agree(world: World, mode: str, source: str) -> int:
    """Compare both verdicts for every mapping and instance; how many were compared."""
    network, power, names = _read(world, mode)
    address = next(iter(network.addresses.values()))
    compared = 0
    for mapping in nat_mappings(network):
        mine = verdicts(network, mapping, source, power)
        theirs: dict[str, str] = {}
        for port in _ports(mapping):
            for verdict in world.simulator.packet(address, port, source=source).verdicts:
                theirs[names[verdict.machine.lower()]] = verdict.stopped
        assert {name: _rule_named(reason) for name, reason in mine.items()} == {
            name: _rule_named(reason) for name, reason in theirs.items()
        }, (source, mapping.row)
        assert reachable(network, mapping, source, power).startswith("no") is any(theirs.values())
        compared += len(mine)
    return compared


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pool", "basic pool", "v2", "v2 and interface group", "all kinds", "all with group"])
def test_both_verdicts_agree(world: World, kind: str) -> None:
    """Over random security groups, subnets with and without one, power states and clients: one verdict from both sides.

    The simulator follows its packets through its own tables; the operator reads what Azure's API shows. Neither has the
    other's code. Networks of every kind of NAT in both modes, where the mode has it.
    """
    chance = random.Random(kind)
    mode = "Flexible" if kind.startswith("all") else "Uniform"
    grouped = "group" in kind
    if kind == "basic pool":
        _basic_balancer(world)
    else:
        balancer(world, nat="pool" if kind == "pool" else "v2")
    wanted = {"loadBalancerInboundNatPools": [NAT_POOL]} if "pool" in kind else {}
    member = {} if "pool" in kind else {"loadBalancerBackendAddressPools": [POOL]}
    _make_set(world, mode, interface_group=grouped, **wanted, **member)
    if mode == "Flexible":
        _v1_rules(world, chance)
    machine = world.names("web")[0]
    path = f"{'' if mode == 'Flexible' else 'virtualMachineScaleSets/web/'}virtualMachines/{machine}"
    reached = compared = 0
    for step in range(20):
        outer = _group(world, chance, "outer")
        if grouped:
            _group(world, chance, "inner")
        on_subnet(world, outer if chance.random() < 0.8 else None)
        if step % 5 == 0:
            world.compute("POST", f"{path}/{'powerOff' if step % 10 == 0 else 'start'}")
        for source in ASKED:
            compared += _agree(world, mode, source)
            network, power, _ = _read(world, mode)
            reached += sum(reachable(network, each, source, power) == "yes" for each in nat_mappings(network))
    assert compared >= 20 * len(ASKED) * 2
    assert reached, "no network of this kind let anything in: the comparison shows little"
