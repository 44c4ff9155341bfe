"""Where the modes differ most: reimage, explicit machines, health; and the clouds."""

from __future__ import annotations

import pytest
from operations.conftest import Cli
from operations.world import World

from scaleset_operations import UsageError, connect


def test_reimage_by_name(world: World, cli: Cli) -> None:
    """Any OS disk of a Flexible set is reimaged, with one call that names the machines."""
    world.scale_set("web", "Flexible", 2)
    names = world.names("web")
    world.simulator.clear_requests()
    answer = cli("instances", "reimage", "-n", "web", "-i", names[0], "--yes")
    assert answer.code == 0, answer.err
    sent = [
        (item["path"].split("/")[-2:], item["body"]) for item in world.simulator.requests() if item["method"] == "POST"
    ]
    assert sent == [(["web", "reimage"], {"instanceIds": [names[0]]})]
    assert [state["osDiskGeneration"] for state in world.state("web").values()] == [2, 1]


def test_reimage_of_a_mixed_set(world: World, cli: Cli) -> None:
    """Only the machines with an ephemeral OS disk are reimaged; the others are skipped with the reason."""
    world.scale_set("web", "Flexible", 1, ephemeral=True)
    world.machine("own", "web")
    answer = cli("set", "reimage", "--each-machine", "-n", "web", "--yes", "-o", "json")
    assert answer.code == 0, answer.err
    states = {item["instance"]: (item["state"], item["why"]) for item in answer.json()["instances"]}
    assert states["own"][0] == "skipped"
    assert "not ephemeral" in states["own"][1]
    assert {name: state["osDiskGeneration"] for name, state in world.state("web").items()} == {
        name: (1 if name == "own" else 2) for name in world.names("web")
    }
    every = ",".join(world.names("web"))
    named = cli("instances", "reimage", "--each-machine", "-n", "web", "-i", every, "--yes")
    assert named.code == 1  # one that was named was not done


def test_an_explicit_machine_is_reimaged_by_a_call_of_its_own(world: World, cli: Cli) -> None:
    """Azure may refuse it, and says so: then those that the set made are reimaged anyway."""
    world.scale_set("web", "Flexible", 2)
    world.machine("own", "web")
    made = [name for name in world.names("web") if name != "own"]
    world.simulator.clear_requests()
    answer = cli("set", "reimage", "-n", "web", "--yes")
    sent = [item["body"] for item in world.simulator.requests() if item["path"].endswith("/web/reimage")]
    assert sorted(sent, key=str) == sorted([{"instanceIds": made}, {"instanceIds": ["own"]}], key=str)
    assert "only if their OS profile is that of the set" in answer.err
    assert {world.state("web")[name]["osDiskGeneration"] for name in made} == {2}


def test_explicit_machines_follow_no_model(world: World, cli: Cli) -> None:
    """update-instances leaves explicit machines alone and says why; a set of only those is a refusal."""
    world.scale_set("web", "Flexible", 1)
    world.machine("own", "web")
    answer = cli("set", "update-instances", "-n", "web", "--yes", "-o", "json")
    assert answer.code == 0, answer.err
    assert answer.json()["counts"] == {"done": 1, "skipped": 1}
    answer = cli("set", "update-instances", "-n", "web", "-i", "own", "--yes")
    assert answer.code == 2
    assert "explicit virtual machines, each with its own model" in answer.err


@pytest.mark.parametrize("mode", ["Uniform", "Flexible"])
def test_health(world: World, cli: Cli, mode: str) -> None:
    """Where the Application Health extension reports, --where health works in both modes."""
    world.scale_set("web", mode, 2, repairs=True)
    query = ("--live", "-o", "tsv", "--query", "[].health")
    assert cli("instances", "list", "-n", "web", "--where", "health=healthy", *query).out.split() == ["healthy"] * 2
    assert cli("instances", "list", "-n", "web", "--where", "health!=healthy", *query).out == ""


def test_batches_are_not_for_scheduled_actions(cli: Cli) -> None:
    """Two ways to set a pace exclude each other, and the message says which to leave out."""
    answer = cli("set", "start", "-n", "web", "--via", "scheduled-actions", "--batch", "3")
    assert answer.code == 2
    assert "--batch cannot be combined with --via scheduled-actions" in answer.err


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("AzureCloud", "management.azure.com"),
        ("usgovernment", "management.usgovcloudapi.net"),
        ("AzureChinaCloud", "management.chinacloudapi.cn"),
    ],
)
def test_clouds(name: str, host: str) -> None:
    """Each cloud has its own endpoint, by az's and by Pulumi's name; a token never shows in a representation."""
    found = connect(cloud=name, token="t0ken")
    assert found.endpoint == f"https://{host}"
    assert "t0ken" not in repr(found)
    with pytest.raises(UsageError, match="expected one of AzureCloud"):
        connect(cloud=f"{name}x")
