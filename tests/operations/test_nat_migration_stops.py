"""A migration of NAT pools that stops half-way: by an error of Azure, or by kill -9. It goes on, or goes back."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from operations.conftest import Cli
from operations.nat_worlds import balancer as load_balancer
from operations.nat_worlds import behind, latest, lb, model, nat_pool, picture, policies, reached, simple, two_sets
from operations.processes import start
from operations.test_terminal import talk
from operations.world import World

from arm_simulator.server.routing import Call

MIGRATE = ("nat", "migrate", "--load-balancer", "lb", "--yes", "--lift-protection", "--batch", "2")
BALANCER, WEB, TWO = "/loadBalancers/lb$", "/virtualMachineScaleSets/web$", "/virtualMachineScaleSets/two$"
UPGRADE = "/virtualMachineScaleSets/web/manualupgrade$"
MACHINE = "/virtualMachineScaleSets/web/virtualMachines/1$"
_COMPARED = ("ssh", "rdp", "web", "protection", "boots", "latest")
"""What is after the migration as before it."""


def begun(world: World, *words: str) -> subprocess.Popen[str]:
    """A command in a separate process, which waits for an answer also if the machine is busy."""
    long = dict.fromkeys(("SCALESET_RETRY_SECONDS", "SCALESET_CONNECT_SECONDS", "SCALESET_ANSWER_SECONDS"), "60")
    return start(world, *words, **long)


def went_on(world: World, cli: Cli, before: dict[str, Any]) -> None:
    """The same command ends the migration: the ports reach the same instances, protection is back."""
    answer = cli(*MIGRATE)
    assert answer.code == 0, answer.err
    now = picture(world)
    assert {name: now[name] for name in _COMPARED} == {name: before[name] for name in _COMPARED}
    assert now["balancer"] == {
        "inboundNatPools": [], "inboundNatRules": ["rdp", "ssh"], "backendAddressPools": ["nat-rdp", "nat-ssh", "pool"],
    }  # fmt: skip


def went_back(world: World, cli: Cli, before: dict[str, Any]) -> None:
    """--rollback brings everything as it was."""
    answer = cli(*MIGRATE, "--rollback")
    assert answer.code == 0, answer.err
    assert picture(world) == before


def faults() -> Iterator[Any]:
    """A refusal in each step of both directions; some are in every run, the others in the long one."""
    again = {"method": "POST", "path_regex": UPGRADE}
    balancers = {"method": "PUT", "path_regex": BALANCER}
    machine = {"method": "PUT", "path_regex": MACHINE}
    forward = [
        machine, balancers, {"method": "PATCH", "path_regex": TWO},
        {"method": "PATCH", "path_regex": WEB, "phase": "operation"}, again,
        {**again, "after": 1, "phase": "operation"}, {**balancers, "after": 1}, {**machine, "after": 1},
    ]  # fmt: skip
    back = [
        balancers, {**balancers, "after": 1}, {"method": "PATCH", "path_regex": WEB}, again, {**balancers, "after": 2},
    ]  # fmt: skip
    quick = [forward[5], forward[6], back[1]]
    for direction, found in (((), forward), (("--rollback",), back)):
        for each in found:
            yield pytest.param(each, direction, marks=() if each in quick else pytest.mark.long)


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "direction"), list(faults()))
def test_a_refusal_in_each_step(world: World, cli: Cli, fault: dict[str, Any], direction: tuple[str, ...]) -> None:
    """Azure's words are shown with what to do; protection is back at once; then it rolls back, and later goes on."""
    two_sets(world)
    before = picture(world)
    for then in (went_back, went_on):
        if direction:
            went_on(world, cli, before)
        world.simulator.inject(status=400, code="Broken", message="by the test", **fault)
        answer = cli(*MIGRATE, *direction)
        world.http.delete("/_simulator/faults")
        assert answer.code == 1, answer.err
        assert "Broken" in answer.err
        assert "lb is half-way: go on with the same command" in answer.err
        if fault["path_regex"] != MACHINE:
            assert picture(world)["protection"] == before["protection"]
        if direction:
            assert "its rollback has begun" in cli(*MIGRATE).err
            went_back(world, cli, before)
            return
        then(world, cli, before)


@contextmanager
def killed(world: World, number: int, when: str, *words: str) -> Iterator[bool]:
    """Run a command and kill it before or after its write with this number took effect; whether there was one."""
    seen = [0]
    process = begun(world, *words)

    def hit(call: Call) -> bool:
        if call.method in {"PUT", "PATCH", "DELETE"} or call.path.endswith("/manualupgrade"):
            seen[0] += 1
            if seen[0] == number:
                process.kill()
                process.wait()
                return True
        return False

    control = world.simulator.control
    if when == "before":
        control.before = hit
    else:
        control.after = lambda call: (hit(call), None)[1]
    process.communicate(timeout=60)
    control.before, control.after = lambda _: False, lambda _: None
    yield process.returncode == -9


FORWARD, BACKWARD = 9, 10
"""The writes of a migration of the two sets, and of its way back."""


def kill_points(count: int) -> list[Any]:
    """Before and after each write; two are in every run, the others in the long one."""
    quick = {(4, "after"), (count - 1, "before")}
    points = [(number, when) for number in range(1, count + 1) for when in ("before", "after")]
    return [pytest.param(*each, marks=() if each in quick else pytest.mark.long) for each in points]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "when"), kill_points(FORWARD))
def test_killed_on_the_way(world: World, cli: Cli, number: int, when: str) -> None:
    """After kill -9 at any write it goes back, and after another one at the same write it goes on: all is right."""
    two_sets(world)
    before = picture(world)
    for then in (went_back, went_on):
        with killed(world, number, when, *MIGRATE) as there:
            assert there
        then(world, cli, before)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "when"), kill_points(BACKWARD))
def test_killed_on_the_way_back(world: World, cli: Cli, number: int, when: str) -> None:
    """The rollback is continued after kill -9 at any write."""
    two_sets(world)
    before = picture(world)
    went_on(world, cli, before)
    with killed(world, number, when, *MIGRATE, "--rollback") as there:
        assert there
    went_back(world, cli, before)


@pytest.mark.slow
def test_the_kill_points_are_all_there_are(world: World, cli: Cli) -> None:
    """The writes that the tests above stop at are as many as a run has."""
    two_sets(world)
    for count, words in ((FORWARD, ()), (BACKWARD, ("--rollback",))):
        world.simulator.clear_requests()
        assert cli(*MIGRATE, *words).code == 0
        made = [each for each in world.simulator.requests() if each["method"] in {"PUT", "PATCH", "POST"}]
        writes = [each for each in made if each["method"] != "POST" or each["path"].endswith("/manualupgrade")]
        assert len(writes) == count


def test_an_instance_that_fails_stops_it(world: World, cli: Cli) -> None:
    """After a batch with an unhealthy instance the next one is not begun; the other ports stay."""
    simple(world, capacity=4, health=True)
    state = world.simulator.simulator.store

    def sick(call: Call) -> None:
        if call.path.endswith("/manualupgrade"):
            for each in state.list(type="Microsoft.Compute/virtualMachineScaleSets/virtualMachines"):
                if each.id.name == "0":
                    each.runtime["health"] = "unhealthy"
                    world.simulator.simulator.router.context().save_runtime(each)

    world.simulator.control.after = sick
    answer = cli("nat", "migrate", "--yes", "--batch", "1")
    world.simulator.control.after = lambda _: None
    assert answer.code == 1
    assert "web_0: not healthy any more; the other instances are not changed." in answer.err
    assert latest(world) == [True, False, False, False]
    assert sorted(reached(world)) == [50001, 50002, 50003]


def test_a_set_that_is_deleted_meanwhile(world: World, cli: Cli) -> None:
    """It has nothing to change any more: the migration goes on with the others."""
    load_balancer(world, nat_pool("ssh", 50000), nat_pool("rdp", 51000, port=3389))
    behind(world, "web", 1)
    behind(world, "two", 1, nats=("rdp",))
    world.simulator.inject(method="POST", path_regex=UPGRADE, status=400, code="Broken")
    assert cli("nat", "migrate", "--yes").code == 1
    world.compute("DELETE", "virtualMachineScaleSets/two")
    world.http.delete("/_simulator/faults")
    answer = cli("nat", "migrate", "--yes")
    assert answer.code == 0, answer.err
    assert (lb(world)["inboundNatPools"], sorted(reached(world))) == ([], [50000])


def test_a_deployment_that_writes_the_old_model_meanwhile(world: World, cli: Cli) -> None:
    """Another one puts the NAT pool into the model again: the next run takes it out before it writes the balancer."""
    simple(world)
    own = {"virtualMachineProfile": {"networkProfile": model(world)}}
    world.simulator.inject(method="PUT", path_regex=BALANCER, status=400, code="Broken")
    assert cli("nat", "migrate", "--yes").code == 1
    assert reached(world) == {}
    world.compute("PATCH", "virtualMachineScaleSets/web", {"properties": own})
    world.compute("POST", "virtualMachineScaleSets/web/manualupgrade", {"instanceIds": ["0"]})
    assert reached(world) == {50000: "web/0"}
    assert cli("nat", "migrate", "--yes").code == 0
    assert sorted(reached(world)) == [50000, 50001, 50002]


def test_a_nat_pool_that_comes_meanwhile(world: World, cli: Cli) -> None:
    """Rules cannot be beside it: it is named; without it the migration goes on."""
    simple(world)
    world.simulator.inject(method="PUT", path_regex=BALANCER, status=400, code="Broken")
    assert cli("nat", "migrate", "--yes").code == 1
    body = world.network("GET", "loadBalancers/lb")
    body["properties"]["inboundNatPools"].append(nat_pool("late", 55000))
    world.network("PUT", "loadBalancers/lb", body)
    answer = cli("nat", "migrate", "--yes")
    assert answer.code == 1
    assert "the NAT pool late is new since the migration was planned" in answer.err
    body["properties"]["inboundNatPools"].pop()
    world.network("PUT", "loadBalancers/lb", body)
    assert cli("nat", "migrate", "--yes").code == 0


@pytest.mark.slow
@pytest.mark.parametrize("capacity", [0, 1])
def test_a_set_that_comes_meanwhile(world: World, cli: Cli, capacity: int) -> None:
    """Azure would refuse, or refuses, the rules: the set is named, and after the rollback it takes part."""
    simple(world)
    world.simulator.inject(method="PUT", path_regex=BALANCER, status=400, code="Broken")
    assert cli("nat", "migrate", "--yes").code == 1
    behind(world, "late", capacity)
    answer = cli("nat", "migrate", "--yes")
    assert answer.code == 1
    assert "/virtualMachineScaleSets/late" in answer.err
    assert "Undo the migration with --rollback and plan again" in answer.err
    assert cli("nat", "migrate", "--load-balancer", "lb", "--rollback", "--yes").code == 0
    assert cli("nat", "migrate", "--yes").code == 0
    assert sorted(reached(world).values()) == [*(["late/0"] if capacity else []), "web/0", "web/1", "web/2"]


def test_a_rolling_upgrade_that_does_not_end_well(world: World, cli: Cli) -> None:
    """It is reported and the run ends; the next run, which must be requested, upgrades the remaining instances."""
    simple(world, capacity=4, health=True)
    policy = {"mode": "Rolling", "rollingUpgradePolicy": {"maxBatchInstancePercent": 25}}
    world.compute("PATCH", "virtualMachineScaleSets/web", {"properties": {"upgradePolicy": policy}})
    world.simulator.configure(rolling_reads=3)
    process = begun(world, "nat", "migrate", "--yes")
    until(world, process, "GET", "/rollingUpgrades/latest", 2)  # the first one is a check before anything is changed
    world.compute("POST", "virtualMachineScaleSets/web/rollingUpgrades/cancel")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert "web: its rolling upgrade has ended as Cancelled" in err
    assert lb(world)["inboundNatPools"] == ["ssh"]
    assert not all(latest(world))
    answer = cli("nat", "migrate", "--yes")
    assert answer.code == 0, answer.err
    assert (all(latest(world)), len(reached(world))) == (True, 4)


def until(world: World, process: subprocess.Popen[str], method: str, end: str, count: int = 1) -> None:
    """Wait for a request of a command that runs."""
    deadline = time.monotonic() + 120
    while sum(each["method"] == method and each["path"].endswith(end) for each in world.simulator.requests()) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.slow
def test_an_interrupt(world: World, cli: Cli) -> None:
    """Ctrl-C: protection is restored, advice is printed, the exit code is the signal's; then it goes on."""
    two_sets(world)
    before = picture(world)
    world.simulator.configure(lro_ms=400)
    process = begun(world, *MIGRATE)
    until(world, process, "POST", "/manualupgrade")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    world.simulator.configure(lro_ms=0)
    assert process.returncode == 130, err
    assert "Interrupted. lb is half-way: go on with the same command, or go back with --rollback." in err
    assert "nothing was changed" not in err
    assert policies(world) == before["protection"]
    went_on(world, cli, before)


def test_on_a_terminal(world: World) -> None:
    """The plan, the question, the steps as they come, and the ports; the answer no changes nothing."""
    simple(world)
    code, shown = talk(world, "n", "nat", "migrate", columns=120)
    assert (code, lb(world)["inboundNatPools"]) == (2, ["ssh"])
    code, shown = talk(world, "y", "nat", "migrate", columns=120)
    assert code == 0, shown
    assert "migrate lb? Their NAT ports do not work until the end. [y/N]" in shown
    for step in ("models: the models leave", "web: 3 of 3 instances follow the model", "lb: done."):
        assert step in shown
    assert "web_2" in shown.rpartition("lb: done.")[2]
    assert lb(world)["inboundNatPools"] == []


@pytest.mark.slow
def test_one_at_a_time(world: World, cli: Cli) -> None:
    """While one command migrates a load balancer, another one is refused."""
    simple(world)
    world.simulator.configure(lro_ms=1500)
    process = begun(world, "nat", "migrate", "--yes")
    try:
        until(world, process, "PATCH", "/virtualMachineScaleSets/web")
        answer = cli("nat", "migrate", "--yes")
    finally:
        process.communicate(timeout=60)
    assert answer.code == 2
    assert "another command migrates this load balancer" in answer.err
    assert process.returncode == 0
