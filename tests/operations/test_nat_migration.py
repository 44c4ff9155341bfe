"""``scaleset nat migrate`` on the simulator: each port reaches an instance before and after, whatever the sets are.

The situations are those of the public issues of Microsoft's own script: no instances, many sets on one load balancer,
several pools on one set, the Manual policy, deallocated and protected instances, zones, IPv6.
"""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from operations.balancers import BALANCER, NETWORK, public_address
from operations.conftest import Cli
from operations.nat_worlds import (
    POOL,
    balancer,
    behind,
    latest,
    lb,
    model,
    nat,
    nat_pool,
    policies,
    protect,
    reached,
    simple,
    web,
)
from operations.world import ROOT, World

MIGRATE = ("nat", "migrate", "--load-balancer", "lb", "--yes")


def done(cli: Cli, *options: str) -> list[dict[str, Any]]:
    """The migration, to its end: the ports before and after."""
    answer = cli(*MIGRATE, "-o", "json", *options)
    assert answer.code == 0, answer.err
    found: list[dict[str, Any]] = answer.json()
    return found


def and_back(cli: Cli, *options: str) -> None:
    """The rollback, to its end."""
    answer = cli(*MIGRATE, "--rollback", *options)
    assert answer.code == 0, answer.err


def test_one_set(world: World, cli: Cli) -> None:
    """Every port reaches an instance, balanced traffic goes on, nothing restarts; the same for the rollback."""
    simple(world)
    before, traffic, own = reached(world), web(world), model(world)
    assert before == {50000: "web/0", 50001: "web/1", 50002: "web/2"}
    rows = done(cli)
    assert [(row["frontendPort"], row["before"], row["after"]) for row in rows] == [
        (50000, "web_0", "web_0"), (50001, "web_1", "web_1"), (50002, "web_2", "web_2"),
    ]  # fmt: skip
    assert (reached(world), web(world)) == (before, traffic)
    assert lb(world) == {"inboundNatPools": [], "inboundNatRules": ["ssh"], "backendAddressPools": ["pool"]}
    assert {each["bootCount"] for each in world.state("web").values()} == {1}
    and_back(cli)
    assert (reached(world), web(world), model(world)) == (before, traffic, own)
    assert lb(world)["inboundNatPools"] == ["ssh"]
    assert {each["bootCount"] for each in world.state("web").values()} == {1}


def test_everything_of_the_nat_pool_is_in_the_rule(world: World, cli: Cli) -> None:
    """Front end, ports, protocol, time-out, floating IP and TCP reset are the rule's, as they were the pool's."""
    more = {"idleTimeoutInMinutes": 15, "enableFloatingIP": True, "enableTcpReset": True}
    balancer(world, nat_pool("dns", 53000, port=53, protocol="Udp", **{**more, "enableTcpReset": False}))
    behind(world, nats=("dns",))
    pool = world.network("GET", "loadBalancers/lb")["properties"]["inboundNatPools"][0]["properties"]
    done(cli)
    rule = world.network("GET", "loadBalancers/lb")["properties"]["inboundNatRules"][0]["properties"]
    wanted = {name: value for name, value in pool.items() if name != "provisioningState"}
    assert {name: rule.get(name) for name in wanted} == wanted


# The eight situations.


def test_no_instances(world: World, cli: Cli) -> None:
    """A set without instances: the models change, and an instance that comes later gets a port of the rule."""
    simple(world, capacity=0)
    assert done(cli) == []
    world.compute("PATCH", "virtualMachineScaleSets/web", {"sku": {"name": "Standard_D8ds_v5", "capacity": 2}})
    assert sorted(reached(world)) == [50000, 50001]


@pytest.mark.slow
def test_many_sets_on_one_balancer(world: World, cli: Cli) -> None:
    """Sets with their own pools, two that share one, and one beside: each rule is over exactly its sets."""
    balancer(world, nat_pool("a", 50000), nat_pool("b", 51000), nat_pool("shared", 52000, port=3389))
    behind(world, "a", 2, nats=("a",))
    behind(world, "b", 2, nats=("b", "shared"))
    behind(world, "c", 1, nats=("shared",))
    behind(world, "aside", 1, nats=())
    ports = [range(50000, 50003), range(51000, 51003), range(52000, 52005)]
    before = [sorted(reached(world, each).values()) for each in ports]
    assert before == [["a/0", "a/1"], ["b/0", "b/1"], ["b/0", "b/1", "c/0"]]
    aside = model(world, "aside")
    done(cli)
    assert [sorted(reached(world, each).values()) for each in ports] == before
    assert model(world, "aside") == aside
    assert lb(world)["backendAddressPools"] == ["nat-a", "nat-b", "nat-shared", "pool"]
    and_back(cli)
    assert [sorted(reached(world, each).values()) for each in ports] == before
    assert lb(world)["backendAddressPools"] == ["pool"]


@pytest.mark.slow
def test_several_pools_on_one_set(world: World, cli: Cli) -> None:
    """Their rules share the backend pool that the set is in; the one whose port is balanced there has its own."""
    balancer(world, nat_pool("ssh", 50000), nat_pool("rdp", 51000, port=3389), nat_pool("http", 52000, port=8080))
    behind(world, nats=("ssh", "rdp", "http"))
    ports = [range(start, start + 4) for start in (50000, 51000, 52000)]
    before = [reached(world, each) for each in ports]
    done(cli)
    assert [reached(world, each) for each in ports] == before
    rules = world.network("GET", "loadBalancers/lb")["properties"]["inboundNatRules"]
    over = {each["name"]: each["properties"]["backendAddressPool"]["id"].rsplit("/", 1)[-1] for each in rules}
    assert over == {"ssh": "pool", "rdp": "pool", "http": "nat-http"}
    and_back(cli)
    assert [reached(world, each) for each in ports] == before


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["Manual", pytest.param("Automatic", marks=pytest.mark.long), "Rolling"])
def test_the_upgrade_policies(world: World, cli: Cli, mode: str) -> None:
    """Manual: in batches; Automatic and Rolling: by Azure itself, and what it leaves is brought up too."""
    simple(world, capacity=4, health=True)
    policy: dict[str, Any] = {"mode": mode}
    if mode == "Rolling":
        policy["rollingUpgradePolicy"] = {"maxBatchInstancePercent": 25}
        world.simulator.configure(rolling_reads=1)
    world.compute("PATCH", "virtualMachineScaleSets/web", {"properties": {"upgradePolicy": policy}})
    before = reached(world, range(50000, 50006))
    world.simulator.clear_requests()
    done(cli, "--batch", "3")
    upgrades = [each for each in world.simulator.requests() if each["path"].endswith("/manualupgrade")]
    assert len(upgrades) == (2 if mode == "Manual" else 0)
    assert (reached(world, range(50000, 50006)), latest(world)) == (before, [True] * 4)
    and_back(cli)
    assert (reached(world, range(50000, 50006)), latest(world)) == (before, [True] * 4)
    assert world.compute("GET", "virtualMachineScaleSets/web")["properties"]["upgradePolicy"]["mode"] == mode


def test_deallocated_instances(world: World, cli: Cli) -> None:
    """A deallocated instance follows without being started, and has its port when it is started."""
    simple(world)
    world.compute("POST", "virtualMachineScaleSets/web/deallocate", {"instanceIds": ["1"]})
    done(cli)
    assert reached(world) == {50000: "web/0", 50002: "web/2"}
    assert [each["power"] for each in world.state("web").values()] == ["running", "deallocated", "running"]
    world.compute("POST", "virtualMachineScaleSets/web/start", {"instanceIds": ["1"]})
    assert reached(world) == {50000: "web/0", 50001: "web/1", 50002: "web/2"}


def test_protected_instances(world: World, cli: Cli) -> None:
    """A protected instance stops it before anything is changed; with --lift-protection it follows, protected again."""
    simple(world)
    protect(world, "web", "1")
    before = policies(world)
    world.simulator.clear_requests()
    answer = cli(*MIGRATE)
    assert answer.code == 1
    assert "web_1: protected from scale-set actions" in answer.err
    assert not [each for each in world.simulator.requests() if each["method"] in {"PUT", "PATCH"}]
    done(cli, "--lift-protection")
    assert (policies(world), latest(world)) == (before, [True] * 3)
    assert sorted(reached(world)) == [50000, 50001, 50002]
    and_back(cli, "--lift-protection")
    assert (policies(world), latest(world), lb(world)["inboundNatPools"]) == (before, [True] * 3, ["ssh"])


def test_zones(world: World, cli: Cli) -> None:
    """Instances in several zones keep their zones and their ports."""
    simple(world, zones=["1", "2", "3"])
    before = reached(world)
    zones = [each["zones"] for each in world.compute("GET", "virtualMachineScaleSets/web/virtualMachines")["value"]]
    done(cli)
    assert reached(world) == before
    after = [each["zones"] for each in world.compute("GET", "virtualMachineScaleSets/web/virtualMachines")["value"]]
    assert after == zones


def dual_stack(world: World) -> None:
    """A set with an IPv6 configuration beside its IPv4 one, each with a NAT pool on a separate front end."""
    balancer(world, nat_pool("four", 50000))
    network = world.network("GET", "virtualNetworks/net")
    network["properties"]["addressSpace"]["addressPrefixes"].append("fd00::/48")
    subnet = network["properties"]["subnets"][0]["properties"]
    subnet.pop("addressPrefix", None)
    subnet["addressPrefixes"] = ["10.0.0.0/16", "fd00::/64"]
    world.network("PUT", "virtualNetworks/net", network)
    body = {
        "location": "westeurope", "sku": {"name": "Standard"},
        "properties": {"publicIPAllocationMethod": "Static", "publicIPAddressVersion": "IPv6"},
    }  # fmt: skip
    world.network("PUT", "publicIPAddresses/six", body)
    found = world.network("GET", "loadBalancers/lb")
    address = {"id": f"{NETWORK}/publicIPAddresses/six"}
    found["properties"]["frontendIPConfigurations"].append(
        {"name": "six", "properties": {"publicIPAddress": address, "privateIPAddressVersion": "IPv6"}}
    )
    six_front = {"id": f"{BALANCER}/frontendIPConfigurations/six"}
    found["properties"]["inboundNatPools"].append(nat_pool("six", 50000, frontendIPConfiguration=six_front))
    world.network("PUT", "loadBalancers/lb", found)
    profile = world.profile(flexible=False)
    inner = profile["networkProfile"]["networkInterfaceConfigurations"][0]["properties"]["ipConfigurations"]
    inner[0]["properties"] |= {"loadBalancerBackendAddressPools": [POOL], "loadBalancerInboundNatPools": [nat("four")]}
    six = {
        "subnet": inner[0]["properties"]["subnet"], "privateIPAddressVersion": "IPv6",
        "loadBalancerInboundNatPools": [nat("six")],
    }  # fmt: skip
    inner.append({"name": "ip6", "properties": six})
    properties = {
        "orchestrationMode": "Uniform", "virtualMachineProfile": profile, "upgradePolicy": {"mode": "Manual"},
        "overprovision": False,
    }  # fmt: skip
    sized = {"name": "Standard_D8ds_v5", "capacity": 2}
    world.compute(
        "PUT", "virtualMachineScaleSets/web", {"location": "westeurope", "sku": sized, "properties": properties}
    )


def test_ipv6(world: World, cli: Cli) -> None:
    """The IPv6 configurations have a separate backend pool: a port of the IPv6 front end leads to nothing else."""
    dual_stack(world)
    before = reached(world), reached(world, address="six")
    assert before[1] == {50000: "web/0", 50001: "web/1"}
    done(cli)
    assert (reached(world), reached(world, address="six")) == before
    members = world.network("GET", "loadBalancers/lb/backendAddressPools/nat-six")["properties"]
    names = {each["id"].rsplit("/", 1)[-1] for each in members["backendIPConfigurations"]}
    assert names == {"ip6"}
    and_back(cli)
    assert (reached(world), reached(world, address="six")) == before


def second_balancer(world: World) -> None:
    """The load balancer ``lb2``, as ``lb`` is, with its own address."""
    body = world.network("GET", "loadBalancers/lb")
    text = json.dumps({"location": body["location"], "sku": body["sku"], "properties": body["properties"]})
    copied = json.loads(text.replace("loadBalancers/lb/", "loadBalancers/lb2/"))
    public_address(world, "second")
    address = {"publicIPAddress": {"id": f"{NETWORK}/publicIPAddresses/second"}}
    copied["properties"]["frontendIPConfigurations"] = [{"name": "front", "properties": address}]
    copied["properties"].pop("loadBalancingRules")
    for pool in copied["properties"]["backendAddressPools"]:
        pool["properties"] = {}
    world.network("PUT", "loadBalancers/lb2", copied)


@pytest.mark.slow
def test_a_set_behind_two_balancers(world: World, cli: Cli) -> None:
    """By the set both are migrated, each with its own journal; a rollback of one leaves the other alone."""
    balancer(world, nat_pool("ssh", 50000))
    second_balancer(world)
    both = [nat("ssh"), {"id": nat("ssh")["id"].replace("/lb/", "/lb2/")}]
    world.scale_set("web", "Uniform", 2, loadBalancerBackendAddressPools=[POOL], loadBalancerInboundNatPools=both)
    before = reached(world), reached(world, address="second")
    assert before == ({50000: "web/0", 50001: "web/1"},) * 2
    answer = cli("nat", "migrate", "-n", "web", "--yes", "-o", "json")
    assert answer.code == 0, answer.err
    assert [(row["balancer"], row["after"]) for row in answer.json()] == [
        ("lb", "web_0"), ("lb", "web_1"), ("lb2", "web_0"), ("lb2", "web_1"),
    ]  # fmt: skip
    assert (reached(world), reached(world, address="second")) == before
    and_back(cli)
    assert (reached(world), reached(world, address="second")) == before
    assert (lb(world)["inboundNatPools"], lb(world, "lb2")["inboundNatPools"]) == (["ssh"], [])
    assert cli("nat", "migrate", "-n", "web", "--rollback", "--yes").code == 0
    assert lb(world, "lb2")["inboundNatPools"] == ["ssh"]
    assert (reached(world), reached(world, address="second")) == before


def test_a_set_that_grows_meanwhile(world: World, cli: Cli) -> None:
    """An instance that is made half-way is made from the new model, and has a port at the end."""
    simple(world, capacity=2)
    world.simulator.inject(method="PUT", path_regex="/loadBalancers/lb$", status=400, code="Broken")
    assert cli(*MIGRATE).code == 1
    world.compute("PATCH", "virtualMachineScaleSets/web", {"sku": {"name": "Standard_D8ds_v5", "capacity": 3}})
    done(cli)
    assert reached(world) == {50000: "web/0", 50001: "web/1", 50002: "web/2"}


# How it is asked for.


@pytest.mark.slow
@pytest.mark.parametrize(
    "which",
    [
        ("-n", "web"),
        pytest.param(("--load-balancer", BALANCER), marks=pytest.mark.long),
        (),
        pytest.param(("--load-balancer", "LB"), marks=pytest.mark.long),
    ],
)
def test_which_balancer(world: World, cli: Cli, which: tuple[str, ...]) -> None:
    """By a set, an id, a name in any case, or all of the resource group; one without NAT pools is left alone."""
    simple(world)
    other = {"name": "front", "properties": {"publicIPAddress": public_address(world, "other")}}
    body = {"location": "westeurope", "sku": {"name": "Standard"}, "properties": {"frontendIPConfigurations": [other]}}
    world.network("PUT", "loadBalancers/other", body)
    answer = cli("nat", "migrate", "--yes", *which)
    assert answer.code == 0, answer.err
    assert lb(world)["inboundNatPools"] == []
    assert cli("nat", "migrate", "--yes", *which).code == 0
    back = which or ("-n", "web")
    assert cli("nat", "migrate", "--yes", "--rollback", *back).code == 0
    assert lb(world)["inboundNatPools"] == ["ssh"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--load-balancer", "none"), "there is none of this name in the resource group 'rg'"),
        (("--load-balancer", f"{ROOT}/providers/Microsoft.Compute/disks/d"), "is not the id of one"),
        (("-n", "none"), "there is no such scale set"),
        (("--load-balancer", "lb", "-n", "web"), "both select load balancers"),
        (("--rollback",), "of which load balancer?"),
        (("--load-balancer", "lb", "--rollback"), "no migration of lb is written down"),
        (("--all-subscriptions",), "one subscription at a time"),
        (("--load-balancer", "lb", "--rollback", "--validate-only"), "Use one"),
        (("--load-balancer", "lb"), "Add --yes"),
    ],
)
def test_refusals(world: World, cli: Cli, words: tuple[str, ...], says: str) -> None:
    """What cannot be meant is refused with what was expected, and nothing is changed."""
    simple(world, capacity=1)
    answer = cli("nat", "migrate", *words)
    assert answer.code == 2, answer.err
    assert says in " ".join(answer.err.split())
    assert lb(world)["inboundNatPools"] == ["ssh"]


def test_a_dry_run_tells_the_calls_that_are_then_made(world: World, cli: Cli) -> None:
    """The writes of --dry-run are those of the run, in their order, with their bodies' paths; it changes nothing."""
    balancer(world, nat_pool("ssh", 50000), nat_pool("rdp", 51000, port=3389))
    behind(world, "web", 2)
    behind(world, "two", 2, nats=("rdp",))
    protect(world, "two", "0")
    planned = cli("nat", "migrate", "--dry-run", "--lift-protection", "-o", "json").json()
    world.simulator.clear_requests()
    done(cli, "--lift-protection")
    wanted = [(each["method"], each["url"].partition("?")[0].lower()) for each in planned]
    made = [
        (each["method"], each["path"].lower())
        for each in world.simulator.requests()
        if each["method"] in {"PUT", "PATCH"} or each["path"].endswith("/manualupgrade")
    ]
    assert made == wanted
    assert [method for method, _ in wanted] == ["PUT", "PUT", "PATCH", "PATCH", "POST", "POST", "PUT", "PUT"]


def test_the_journal_is_for_its_owner_only(world: World, cli: Cli, tmp_path: Path) -> None:
    """It is in the state folder, mode 0600, and has the plan and the ports before."""
    simple(world)
    done(cli)
    (file,) = (tmp_path / "state" / "scaleset" / "nat-migrations").glob("*.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found = json.loads(file.read_text(encoding="utf-8"))
    assert found["ports"] == {"ssh": {"50000": "web_0", "50001": "web_1", "50002": "web_2"}}
    assert "adminPassword" not in file.read_text(encoding="utf-8")


def test_azure_that_keeps_what_a_body_leaves_out(world: World, cli: Cli) -> None:
    """Microsoft.Compute keeps what a body does not name: what leaves a list is sent as an empty list."""
    world.simulator.configure(compute_put="keep", pool_members="shown")
    simple(world)
    before = reached(world)
    done(cli)
    assert reached(world) == before
    and_back(cli)
    assert reached(world) == before


def test_the_inventory(world: World, cli: Cli) -> None:
    """Every NAT pool with its balancer, range and sets, and the days that are left; nothing is no failure."""
    answer = cli("inventory", "nat-pools")
    assert (answer.code, answer.out) == (0, "")
    assert "No NAT pool in the resource group 'rg'" in answer.err
    balancer(world, nat_pool("ssh", 50000), nat_pool("rdp", 51000, port=3389))
    behind(world, "web", 1)
    behind(world, "two", 1)
    for scope in ((), ("--all-subscriptions",), ("--all-groups",)):
        rows = cli("inventory", "nat-pools", "-o", "json", *scope).json()
        found = [(row["balancer"], row["natPool"], row["ports"], row["sets"]) for row in rows]
        assert found == [("lb", "ssh", "50000-50049", "two, web"), ("lb", "rdp", "51000-51049", "")]
        assert {row["retires"] for row in rows} == {"2027-09-30"}
