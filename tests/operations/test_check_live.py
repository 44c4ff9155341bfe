"""``scaleset check --live``: the rules on what runs in Azure, which here is the simulator."""

from __future__ import annotations

import json
from typing import Any

import pytest
from operations.balancers import POOL, balancer
from operations.conftest import Cli
from operations.world import GROUP, World


def rules(cli: Cli, *arguments: str) -> dict[str, list[str]]:
    """The rules that are broken, each with the resources that break it."""
    answer = cli("check", "--live", *arguments, "-o", "json", "--fail-on", "never")
    assert answer.code == 0, answer.err
    found: dict[str, list[str]] = {}
    for each in json.loads(answer.out)["violations"]:
        found.setdefault(each["rule"], []).append(each["resource"].rpartition("/")[2])
    return found


@pytest.mark.parametrize("mode", ["Uniform", "Flexible"])
def test_what_is_deployed_is_checked(world: World, cli: Cli, mode: str) -> None:
    """Sets, machines, balancers and locks are read; a finding names the resource by its ARM id and has no line."""
    balancer(world, nat="pool" if mode == "Uniform" else "v2", rule=True)
    world.scale_set("web", mode, 2, loadBalancerBackendAddressPools=[POOL])
    found = rules(cli, "-g", GROUP)
    assert "web" in found["SS107"]  # no security group
    machines = 2 if mode == "Flexible" else 0
    assert len(found["SS107"]) == 1 + machines
    assert ("SS124" in found) is (mode == "Uniform")
    answer = cli("check", "--live", "-g", GROUP, "-o", "json")
    record = json.loads(answer.out)
    assert record["files"][0]["file"].endswith(f"/resourceGroups/{GROUP}")
    assert record["files"][0]["format"] == "azure"
    assert {each["line"] for each in record["violations"]} == {0}
    kinds = {each["type"] for each in record["violations"]}
    assert "microsoft.compute/virtualmachinescalesets" in kinds


def test_a_group_with_nothing_in_it(world: World, cli: Cli) -> None:
    """A group without any such resource is no green check: it may be another group's name."""
    world.group()
    answer = cli("check", "--live", "-g", GROUP)
    assert answer.code == 2
    assert "there is no resource that a rule applies to" in answer.err


def test_requests(world: World, cli: Cli) -> None:
    """One query for a page of resources, a GET for each set, one list of locks."""
    for name in ("one", "two"):
        world.scale_set(name, "Flexible", 5)
    before = len(world.simulator.requests())
    assert cli("check", "--live", "-g", GROUP, "--fail-on", "never").code == 0
    asked = world.simulator.requests()[before:]
    assert len(asked) == 1 + 2 + 1, asked


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--live", "main.json"], "leave main.json out"),
        (["--live", "--fix"], "change a deployed resource in the program or template"),
        ([], "What to check?"),
        (["main.json", "-g", "rg", "--endpoint", "http://x"], "--resource-group, --endpoint: for what is deployed"),
    ],
)
def test_options_that_do_not_go_together(cli: Cli, arguments: list[str], says: str) -> None:
    """Files and --live exclude each other; each message says what to leave out."""
    answer = cli("check", *arguments)
    assert answer.code == 2
    assert says in " ".join(answer.err.replace("│", " ").split())


def test_with_the_report_for_code_scanning(world: World, cli: Cli) -> None:
    """The formats are those of every check."""
    world.scale_set("web", "Flexible", 1)
    log: dict[str, Any] = json.loads(cli("check", "--live", "-g", GROUP, "-o", "sarif").out)
    (run,) = log["runs"]
    assert run["results"]
    assert all("region" not in each["locations"][0]["physicalLocation"] for each in run["results"])
