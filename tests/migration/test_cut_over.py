"""The cut-over on the simulator: sets of many kinds, who is reached meanwhile, failures, the rollback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from migration.sets import KINDS, Kind, make
from migration.worlds import behind_balancer, open_network, reached
from operations.balancers import BALANCER, POOL, balancer
from operations.conftest import Cli
from operations.world import World

from arm_simulator.testing import SUBSCRIPTION
from devkit import paths


def planned(cli: Cli, folder: Path, *more: str) -> None:
    """Plan the set ``web`` into a folder."""
    answer = cli("migrate", "plan", "-n", "web", "--out", str(folder), "--language", "python", *more)
    assert answer.code == 0, answer.err


def run(cli: Cli, folder: Path, *more: str) -> Any:
    """Run the cut-over."""
    return cli("migrate", "run", str(folder), "--pause", "0", *more)


@contextmanager
def clients(world: World) -> Iterator[list[str]]:
    """Somebody who asks for the web page all the time: what stopped each request that reached nobody."""
    address = world.network("GET", "publicIPAddresses/address")["properties"]["ipAddress"]
    lost: list[str] = []
    over, asked = threading.Event(), []

    def ask() -> None:
        body = {"destination": address, "port": 80, "protocol": "Tcp", "source": "Internet"}
        headers = {"Authorization": f"Bearer {world.simulator.token}"}
        with httpx.Client(base_url=world.simulator.endpoint, headers=headers) as http:
            while not over.is_set():
                answer = http.post("/_simulator/packets", json=body).json()
                asked.append(1)
                if not answer["reached"]:
                    lost.append(str(answer))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield lost
    finally:
        over.set()
        thread.join()
        assert len(asked) > 10


def test_the_page_says_how_many_kinds_there_are() -> None:
    """docs/migration.md counts the kinds of sets that the tests below cut over."""
    page = (paths.ROOT / "docs" / "migration.md").read_text(encoding="utf-8")
    assert f"They cover {len(KINDS)} kinds of sets" in page


QUICK = ("plain", "windows", "probe and repairs", "public addresses", "no instances")
"""The kinds that the quick tests cut over; the long ones take all."""


@pytest.mark.parametrize(
    "kind",
    [pytest.param(each, id=each.name, marks=() if each.name in QUICK else pytest.mark.long) for each in KINDS],
)
def test_a_set_is_cut_over(kind: Kind, world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planned, run, retired: the twin serves the balancer's address and each NAT port, nobody was lost."""
    make(world, kind)
    for name in kind.environment:
        monkeypatch.setenv(name, "Violet-2288-grey!")
    ports = range(50000, 50000 + kind.capacity)
    before = reached(world, ports)
    planned(cli, tmp_path / "out")
    with clients(world) as lost:
        answer = run(cli, tmp_path / "out", "--retire", "--yes")
    assert answer.code == 0, answer.err
    after = reached(world, ports)
    assert bool(after.web) == bool(kind.capacity) == bool(before.web)
    assert all("web-flex" in each for each in after.ports.values())
    assert not kind.capacity or lost == []
    names = [each["name"] for each in world.compute("GET", "virtualMachineScaleSets")["value"]]
    assert names == ["web-flex"]


@pytest.mark.slow
def test_named_instances_keep_their_ports(world: World, cli: Cli, tmp_path: Path) -> None:
    """With --style instances the plan says which instance has which port, and it has."""
    behind_balancer(world, capacity=3)
    planned(cli, tmp_path / "out", "--style", "instances")
    answer = run(cli, tmp_path / "out", "--retire", "--yes")
    assert answer.code == 0, answer.err
    assert reached(world).ports == {50000: "web-flex-0", 50001: "web-flex-1", 50002: "web-flex-2"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "step", ["ports", *(pytest.param(each, marks=pytest.mark.long) for each in ("create", "health", "join", "drain"))]
)
def test_the_way_back(step: str, world: World, cli: Cli, tmp_path: Path) -> None:
    """After each step but the last, everything is again as it was, and the run can begin again."""
    behind_balancer(world)
    before = reached(world)
    planned(cli, tmp_path / "out")
    for each in ("create", "health", "join", "drain", "ports"):
        assert run(cli, tmp_path / "out", "--step", each).code == 0
        if each == step:
            break
    answer = run(cli, tmp_path / "out", "--rollback", "--yes")
    assert answer.code == 0, answer.err
    assert reached(world) == before
    assert run(cli, tmp_path / "out", "--retire", "--yes").code == 0


@pytest.mark.slow
def test_named_instances_with_public_addresses_are_rolled_back(world: World, cli: Cli, tmp_path: Path) -> None:
    """A rollback deletes what the run made in an order that Azure accepts: an interface before its public address."""
    make(world, next(each for each in KINDS if each.name == "public addresses"))
    before = {each["name"] for each in world.network("GET", "publicIPAddresses")["value"]}
    planned(cli, tmp_path / "out", "--style", "instances")
    assert run(cli, tmp_path / "out").code == 0
    assert {each["name"] for each in world.network("GET", "publicIPAddresses")["value"]} > before
    answer = run(cli, tmp_path / "out", "--rollback", "--yes")
    assert answer.code == 0, answer.err
    assert {each["name"] for each in world.network("GET", "publicIPAddresses")["value"]} == before
    assert world.network("GET", "networkInterfaces")["value"] == []


def test_a_dry_run_changes_nothing(world: World, cli: Cli, tmp_path: Path) -> None:
    """It prints the calls, and no secret."""
    behind_balancer(world)
    planned(cli, tmp_path / "out")
    world.simulator.clear_requests()
    answer = run(cli, tmp_path / "out", "--dry-run", "--retire")
    assert answer.code == 0
    assert {each["method"] for each in answer.json()} >= {"PUT", "POST", "DELETE"}
    assert not [each for each in world.simulator.requests() if each["method"] in {"PUT", "PATCH", "DELETE"}]


def test_steps_have_an_order(world: World, cli: Cli, tmp_path: Path) -> None:
    """A step before its time is refused, and so is undoing what was not begun."""
    behind_balancer(world)
    planned(cli, tmp_path / "out")
    answer = run(cli, tmp_path / "out", "--step", "drain")
    assert (answer.code, "create, health, join comes first" in answer.err) == (2, True)
    answer = run(cli, tmp_path / "out", "--rollback", "--yes")
    assert (answer.code, "nothing was begun" in answer.err) == (2, True)


def test_no_step_after_a_failed_check(world: World, cli: Cli, tmp_path: Path) -> None:
    """New instances that are not healthy keep the old ones in the pool."""
    behind_balancer(world)
    planned(cli, tmp_path / "out")
    assert run(cli, tmp_path / "out", "--step", "create").code == 0
    machine = world.compute("GET", "virtualMachines")["value"][0]["name"]
    world.compute("POST", f"virtualMachines/{machine}/deallocate")
    before = reached(world)
    answer = run(cli, tmp_path / "out", "--health-timeout", "0")
    assert (answer.code, "not healthy" in answer.err) == (1, True)
    assert reached(world) == before
    world.compute("POST", f"virtualMachines/{machine}/start")
    assert run(cli, tmp_path / "out").code == 0


def test_what_would_stop_it_is_told_first(world: World, cli: Cli, tmp_path: Path) -> None:
    """Protected instances, locks and autoscale: all at once, each with what to do, and nothing was begun."""
    behind_balancer(world)
    identity = world.compute("GET", "virtualMachineScaleSets/web")["id"]
    machine = world.compute("GET", "virtualMachineScaleSets/web/virtualMachines/1")
    machine["properties"]["protectionPolicy"] = {"protectFromScaleIn": True, "protectFromScaleSetActions": True}
    world.compute("PUT", "virtualMachineScaleSets/web/virtualMachines/1", machine)
    profile = {"name": "all", "capacity": {"minimum": "1", "maximum": "5", "default": "1"}, "rules": []}
    setting = {"enabled": True, "targetResourceUri": identity, "profiles": [profile]}
    path = "providers/Microsoft.Insights/autoscaleSettings/scale"
    world.call("PUT", path, "2022-10-01", {"location": "westeurope", "properties": setting})
    world.lock(identity, "keep", "CanNotDelete")
    planned(cli, tmp_path / "out")
    answer = run(cli, tmp_path / "out", "--retire", "--yes")
    assert answer.code == 1
    for text in ("unprotect -g rg -n web --instances 1", "az lock delete --ids", "az monitor autoscale update"):
        assert text in answer.err
    assert [each["name"] for each in world.compute("GET", "virtualMachineScaleSets")["value"]] == ["web"]
    assert "az lock delete" not in run(cli, tmp_path / "out").err
    report = (tmp_path / "out" / "report.md").read_text()
    for text in ("instance web_1.protectionPolicy", "lock keep", "autoscale"):
        assert text in report


@pytest.mark.slow
def test_autoscale_from_another_group_is_reported(world: World, cli: Cli, tmp_path: Path) -> None:
    """A setting may be in any resource group of the subscription: the command that turns it off names that group."""
    behind_balancer(world, capacity=2)
    identity = world.compute("GET", "virtualMachineScaleSets/web")["id"]
    other = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/monitoring"
    world.call("PUT", other, "2024-03-01", {"location": "westeurope"})
    profile = {"name": "all", "capacity": {"minimum": "1", "maximum": "5", "default": "1"}, "rules": []}
    setting = {"enabled": True, "targetResourceUri": identity, "profiles": [profile]}
    path = f"{other}/providers/Microsoft.Insights/autoscaleSettings/scale"
    world.call("PUT", path, "2022-10-01", {"location": "westeurope", "properties": setting})
    planned(cli, tmp_path / "out")
    answer = run(cli, tmp_path / "out")
    assert answer.code == 1
    assert "az monitor autoscale update -g monitoring -n scale --enabled false" in answer.err


@pytest.mark.slow
def test_several_sets_behind_one_balancer(world: World, cli: Cli, tmp_path: Path) -> None:
    """NAT pools of another set are reported before anything is begun: Azure takes no NAT rules beside them."""
    behind_balancer(world, "other", capacity=2)
    body = world.network("GET", "loadBalancers/lb")
    inner = body["properties"]
    (pool,) = inner["inboundNatPools"]
    pools = {**pool["properties"], "frontendPortRangeStart": 51000, "frontendPortRangeEnd": 51099}
    inner["inboundNatPools"].append({"name": "web", "properties": pools})
    world.network("PUT", "loadBalancers/lb", body)
    network: dict[str, Any] = {
        "loadBalancerBackendAddressPools": [POOL],
        "loadBalancerInboundNatPools": [{"id": f"{BALANCER}/inboundNatPools/web"}],
    }
    world.scale_set("web", "Uniform", 2, **network)
    planned(cli, tmp_path / "out")
    assert "scaleset nat migrate --load-balancer lb" in (tmp_path / "out" / "report.md").read_text()
    answer = run(cli, tmp_path / "out", "--retire", "--yes")
    assert (answer.code, "NAT pools of others (ssh)" in answer.err) == (1, True)
    assert [each["name"] for each in world.compute("GET", "virtualMachineScaleSets")["value"]] == ["other", "web"]
    answer = cli("nat", "migrate", "--load-balancer", "lb", "--yes")
    assert answer.code == 0, answer.err
    planned(cli, tmp_path / "after")
    answer = run(cli, tmp_path / "after", "--retire", "--yes")
    assert answer.code == 0, answer.err
    names = [each["name"] for each in world.compute("GET", "virtualMachineScaleSets")["value"]]
    assert names == ["other", "web-flex"]
    ways = [each for each in reached(world, range(51000, 51010)).ports.values() if each]
    assert len(ways) == 2
    assert all("web-flex" in each for each in ways)


def test_rules_over_the_pool_stay(world: World, cli: Cli, tmp_path: Path) -> None:
    """A version 2 rule serves both modes: it stays on the balancer, and its ports lead to the new instances."""
    open_network(world)
    balancer(world, nat="v2", outbound=True, rule=True)
    world.scale_set("web", "Uniform", 2, loadBalancerBackendAddressPools=[POOL])
    planned(cli, tmp_path / "out")
    assert "inbound_nat" not in (tmp_path / "out" / "python" / "__main__.py").read_text()
    answer = run(cli, tmp_path / "out", "--retire", "--yes")
    assert answer.code == 0, answer.err
    rules = world.network("GET", "loadBalancers/lb")["properties"]["inboundNatRules"]
    assert [each["name"] for each in rules] == ["ssh"]
    served = [each for each in reached(world, range(50000, 50010)).ports.values() if each]
    assert len(served) == 2
    assert all("web-flex" in each for each in served)
