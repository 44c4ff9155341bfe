"""What prevents a migration of NAT pools: all of it is reported first, and nothing is changed."""

from __future__ import annotations

import pytest
from operations.conftest import Cli
from operations.nat_worlds import balancer, behind, latest, lb, model, nat_pool, protect, simple
from operations.world import World

MIGRATE = ("nat", "migrate", "--load-balancer", "lb", "--yes")


def done(cli: Cli, *options: str) -> None:
    """The migration, to its end."""
    answer = cli(*MIGRATE, *options)
    assert answer.code == 0, answer.err


@pytest.mark.parametrize("sets", [("web",), ("web", "other")])
def test_everything_in_the_way_is_told_at_once(world: World, cli: Cli, sets: tuple[str, ...]) -> None:
    """Locks, protection, instances behind their model: all of it in one answer, and nothing is changed."""
    balancer(world, nat_pool("ssh", 50000))
    for name in sets:
        behind(world, name, 2)
        protect(world, name, "1")
        tagged = {"properties": {"virtualMachineProfile": {"licenseType": "RHEL_BYOS"}}}
        world.compute("PATCH", f"virtualMachineScaleSets/{name}", tagged)
    world.lock("providers/Microsoft.Network/loadBalancers/lb", "keep", "ReadOnly")
    world.simulator.clear_requests()
    answer = cli("nat", "migrate", "--validate-only", "-o", "json")
    assert answer.code == 1
    (found,) = answer.json()
    text = "\n".join(found["problems"])
    assert "lb: the lock keep (ReadOnly) stops changes" in text
    assert "az lock delete --ids" in text
    for name in sets:
        assert f"{name}: {name}_1: protected from scale-set actions" in text
        assert f"{name}: {name}_0, {name}_1: not on the set's latest model" in text
    assert len(found["problems"]) == 1 + 2 * len(sets)
    assert not [each for each in world.simulator.requests() if each["method"] in {"PUT", "PATCH"}]


def test_pending_changes_are_brought_only_if_that_is_said(world: World, cli: Cli) -> None:
    """An instance behind its set's model would get what else has changed: --with-pending-changes accepts it."""
    simple(world)
    world.compute(
        "PATCH", "virtualMachineScaleSets/web", {"properties": {"virtualMachineProfile": {"licenseType": "RHEL_BYOS"}}}
    )
    assert cli(*MIGRATE).code == 1
    done(cli, "--with-pending-changes")
    assert latest(world) == [True] * 3


def test_instances_that_alone_use_the_nat_pool(world: World, cli: Cli) -> None:
    """The model has left the NAT pool and the instances have not: they follow, and Azure lets the pool go."""
    simple(world)
    own = model(world)
    for face in own["networkInterfaceConfigurations"]:
        face["properties"]["ipConfigurations"][0]["properties"]["loadBalancerInboundNatPools"] = []
    world.compute(
        "PATCH", "virtualMachineScaleSets/web", {"properties": {"virtualMachineProfile": {"networkProfile": own}}}
    )
    assert "not on the set's latest model" in cli(*MIGRATE).err
    done(cli, "--with-pending-changes")
    assert lb(world)["inboundNatPools"] == []


def test_a_rolling_upgrade_in_progress(world: World, cli: Cli) -> None:
    """It is reported, with the command that cancels it."""
    simple(world, capacity=4, health=True)
    policy = {"mode": "Rolling", "rollingUpgradePolicy": {"maxBatchInstancePercent": 25}}
    world.simulator.configure(rolling_reads=5)
    world.compute("PATCH", "virtualMachineScaleSets/web", {"properties": {"upgradePolicy": policy}})
    change = {"properties": {"virtualMachineProfile": {"licenseType": "RHEL_BYOS"}}}
    world.compute("PATCH", "virtualMachineScaleSets/web", change)
    answer = cli(*MIGRATE, "--with-pending-changes")
    assert answer.code == 1
    assert "a rolling upgrade is in progress (RollingForward)" in answer.err


def test_a_nat_pool_that_no_set_uses(world: World, cli: Cli) -> None:
    """Its rule is over an empty backend pool: the ports stay reserved, and the plan says so."""
    balancer(world, nat_pool("ssh", 50000), nat_pool("old", 51000))
    behind(world)
    answer = cli("nat", "migrate", "--validate-only")
    assert "over a new backend pool nat-old; no set uses it" in answer.out
    done(cli)
    assert lb(world)["inboundNatRules"] == ["old", "ssh"]
