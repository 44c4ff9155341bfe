"""What Azure has today and Microsoft's comparison lacks, beyond the calls: reports, requests and refusals."""

from __future__ import annotations

from typing import Any

import pytest
from operations.conftest import Cli
from operations.world import World

BOTH = pytest.mark.parametrize("mode", ["Uniform", "Flexible"])
EXTENSION = ("--publisher", "Microsoft.Azure.Extensions", "--type", "CustomScript", "--version", "2.1")
AGENT = ("--publisher", "Microsoft.Azure.Monitor", "--type", "AzureMonitorLinuxAgent", "--version", "1.0")


def patch(world: World, properties: dict[str, Any]) -> None:
    """Change the set ``web`` in Azure."""
    world.compute("PATCH", "virtualMachineScaleSets/web", {"properties": properties})


def written(world: World) -> list[str]:
    """The writes that Azure received: verb and the path's end."""
    return [
        f"{item['method']} {'/'.join(item['path'].split('/')[-2:])}"
        for item in world.simulator.requests()
        if item["method"] != "GET"
    ]


@BOTH
def test_scaling_in_asks_and_scaling_out_does_not(world: World, cli: Cli, mode: str) -> None:
    """Fewer instances are a loss: without a terminal and --yes nothing happens. The same number is nothing to do."""
    world.scale_set("web", mode, 3)
    refused = cli("set", "scale", "-n", "web", "--capacity", "1")
    assert refused.code == 2
    assert "Add --yes" in refused.err
    assert len(world.names("web")) == 3
    assert cli("set", "scale", "-n", "web", "--capacity", "4").code == 0
    assert cli("set", "scale", "-n", "web", "--capacity", "2", "--yes").code == 0
    assert len(world.names("web")) == 2
    world.simulator.clear_requests()
    same = cli("set", "scale", "-n", "web", "--capacity", "2")
    assert (same.code, written(world)) == (0, [])
    assert world.compute("GET", "virtualMachineScaleSets/web")["sku"]["name"] == "Standard_D8ds_v5"


def test_a_set_without_a_profile_does_not_scale(world: World, cli: Cli) -> None:
    """Azure makes no instances for it: the refusal says how machines are added."""
    properties = {"orchestrationMode": "Flexible", "platformFaultDomainCount": 1, "singlePlacementGroup": False}
    world.compute("PUT", "virtualMachineScaleSets/web", {"location": "westeurope", "properties": properties})
    answer = cli("set", "scale", "-n", "web", "--capacity", "2")
    assert answer.code == 2
    assert "has no profile" in answer.err
    assert "scaleset instances attach" in answer.err


@pytest.mark.parametrize(
    ("properties", "says"),
    [
        ({"platformFaultDomainCount": 2, "singlePlacementGroup": False}, "has 2 fault domains"),
        ({"platformFaultDomainCount": 1}, "singlePlacementGroup of the scale set 'web' is"),
    ],
)
def test_what_azure_attaches_nothing_to(world: World, cli: Cli, properties: dict[str, Any], says: str) -> None:
    """More than one fault domain, or a placement group that is not false: refused before any write."""
    body = {"location": "westeurope", "properties": {"orchestrationMode": "Flexible", **properties}}
    world.compute("PUT", "virtualMachineScaleSets/web", body)
    world.machine("alone")
    world.simulator.clear_requests()
    answer = cli("instances", "attach", "-n", "web", "--machine", "alone")
    assert (answer.code, written(world)) == (2, [])
    assert says in answer.err


def test_an_attached_machine_is_a_member_once(world: World, cli: Cli) -> None:
    """A machine that is already in the set is nothing to do; after it is detached, it is a standalone machine."""
    world.scale_set("web", "Flexible", 1)
    world.machine("alone")
    assert cli("instances", "attach", "-n", "web", "--machine", "alone").code == 0
    world.simulator.clear_requests()
    assert cli("instances", "attach", "-n", "web", "--machine", "ALONE").code == 0
    assert written(world) == []
    assert cli("instances", "detach", "-n", "web", "-i", "alone", "--yes").code == 0
    assert len(world.names("web")) == 1
    assert not world.compute("GET", "virtualMachines/alone")["properties"].get("virtualMachineScaleSet")


@BOTH
def test_a_script_prints_what_it_printed(world: World, cli: Cli, mode: str, tmp_path: Any) -> None:
    """The answer of each instance is in the output; the script comes from a file, with its parameters."""
    world.scale_set("web", mode, 2)
    script = tmp_path / "hello.sh"
    script.write_text("echo hello\necho $1\n")
    command = ("run-command", "-n", "web", "--all", "--script", f"@{script}", "--parameter", "who=me", "--yes")
    answer = cli("instances", *command, "-o", "json")
    assert answer.code == 0, answer.err
    assert len({item["instance"] for item in answer.json()}) == 2
    assert all(item["value"] for item in answer.json())
    sent = [item["body"] for item in world.simulator.requests() if item["path"].lower().endswith("/runcommand")]
    assert [body["script"] for body in sent] == [["echo hello", "echo $1"]] * 2
    assert [body["parameters"] for body in sent] == [[{"name": "who", "value": "me"}]] * 2
    missing = cli("instances", "run-command", "-n", "web", "--all", "--script", "@/nowhere/x.sh", "--yes")
    assert missing.code == 2
    assert "can not be read" in missing.err


@BOTH
def test_a_disk_is_on_one_machine(world: World, cli: Cli, mode: str) -> None:
    """More than one machine, or one unit number for two disks, is refused before anything is read."""
    world.scale_set("web", mode, 2)
    world.simulator.clear_requests()
    several = cli("instances", "attach-disk", "-n", "web", "--all", "--disk", "a")
    assert several.code == 2
    assert "a disk is on one machine" in several.err
    twice = cli("instances", "attach-disk", "-n", "web", "-i", "x", "--disk", "a", "--disk", "b", "--lun", "1")
    assert twice.code == 2
    assert "--lun works with one disk only" in twice.err
    assert world.simulator.requests() == []


@BOTH
@pytest.mark.parametrize(("verb", "generation"), [("approve", 2), ("reject", 1)])
def test_a_lifecycle_hook_is_answered(world: World, cli: Cli, mode: str, verb: str, generation: int) -> None:
    """The upgrade waits; the list shows for whom; approved it goes on, rejected it does not; then nothing waits."""
    world.scale_set("web", mode, 2, health=True)
    hook = {"type": "UpgradeAutoOSScheduling", "waitDuration": "PT5M", "defaultAction": "Approve"}
    patch(world, {"lifecycleHooksProfile": {"lifecycleHooks": [hook]}})
    assert cli("rolling-upgrade", "start", "-n", "web", "--yes").code == 0
    assert {state["osDiskGeneration"] for state in world.state("web").values()} == {1}
    (event,) = cli("lifecycle-hooks", "list", "-n", "web", "-o", "json").json()
    table = cli("lifecycle-hooks", "list", "-n", "web")
    assert "UpgradeAutoOSScheduling" in table.out
    wrong = cli("lifecycle-hooks", verb, event["name"], "-n", "web", "--resource", "other", "--yes")
    assert wrong.code == 2
    assert "the event" in wrong.err
    answer = cli("lifecycle-hooks", verb, event["name"], "-n", "web", "--yes")
    assert answer.code == 0, answer.err
    assert {state["osDiskGeneration"] for state in world.state("web").values()} == {generation}
    again = cli("lifecycle-hooks", verb, event["name"], "-n", "web", "--yes")
    assert again.code == 0
    assert "none of them waits" in again.out


def test_machines_made_later_have_the_extension(world: World, cli: Cli) -> None:
    """Set on a whole Flexible set it is in the profile too; set on one machine, it is not, and the user is informed."""
    world.scale_set("web", "Flexible", 2)
    assert cli("extensions", "set", "script", *EXTENSION, "-n", "web").code == 0
    assert cli("set", "scale", "-n", "web", "--capacity", "3").code == 0
    listed = cli("extensions", "list", "-n", "web", "-o", "json").json()
    assert [item["instance"] for item in listed].count("(profile)") == 1
    assert len(listed) == 4
    some = cli("extensions", "set", "other", *AGENT, "-n", "web", "-i", world.names("web")[0])
    assert some.code == 0
    assert "not the set's profile" in some.err


@pytest.mark.parametrize("upgrade", ["Automatic", "Rolling"])
def test_azure_brings_the_machines_to_the_profile(world: World, cli: Cli, upgrade: str) -> None:
    """Where the upgrade policy does that, only the profile and the explicit machines get a call."""
    world.scale_set("web", "Flexible", 2, health=True)
    patch(world, {"upgradePolicy": {"mode": upgrade}})
    world.machine("own", "web")
    world.simulator.clear_requests()
    answer = cli("extensions", "set", "script", *EXTENSION, "-n", "web", "-o", "json")
    assert answer.code == 0, answer.err
    assert len(written(world)) == 2
    assert f"the upgrade policy is {upgrade}" in answer.out or answer.json()["counts"] == {"done": 4}
    assert [item["path"] for item in world.simulator.requests() if item["path"].endswith("own/extensions/script")]


def test_a_set_without_a_profile_says_so(world: World, cli: Cli) -> None:
    """Nothing gives later machines the extension; the user is informed."""
    properties = {"orchestrationMode": "Flexible", "platformFaultDomainCount": 1}
    world.compute("PUT", "virtualMachineScaleSets/web", {"location": "westeurope", "properties": properties})
    world.machine("own", "web")
    answer = cli("extensions", "set", "script", *EXTENSION, "-n", "web")
    assert answer.code == 0
    assert "machines that are added later do not get the extension" in answer.err


def test_a_failed_step_stops_the_next(world: World, cli: Cli) -> None:
    """Azure refuses the profile's extension: no machine gets it, and the report says that they were not begun."""
    world.scale_set("web", "Flexible", 2)
    world.simulator.inject(method="PUT", path_regex="virtualMachineScaleSets/web/extensions", status=400, code="Bad")
    answer = cli("extensions", "set", "script", *EXTENSION, "-n", "web", "-o", "json")
    assert answer.code == 1
    assert answer.json()["counts"] == {"failed": 1, "pending": 2}


@BOTH
def test_a_deletion_that_failed_half_way_is_looked_at(world: World, cli: Cli, mode: str) -> None:
    """The call for many fails after some are gone: those count as done, the others as failed."""
    world.scale_set("web", mode, 3)
    names = world.names("web")
    world.simulator.inject(
        method="POST", path_regex="/web/delete$", status=500, code="InternalError", phase="operation", times=1
    )
    answer = cli("instances", "delete", "-n", "web", "-i", ",".join(names[:2]), "--yes", "-o", "json")
    left = set(world.names("web"))
    states = [item["state"] for item in answer.json()["instances"]]
    assert states == ["failed" if name in left else "done" for name in names[:2]]


@BOTH
def test_the_views_of_many_are_one_request(world: World, cli: Cli, mode: str) -> None:
    """`instances view --all` reads the list with its instance views, not each instance."""
    world.scale_set("web", mode, 3)
    world.simulator.clear_requests()
    answer = cli("instances", "view", "-n", "web", "--all", "-o", "json")
    assert answer.code == 0
    assert [bool(item["statuses"]) for item in answer.json()] == [True] * 3
    assert len(world.simulator.requests()) == 2  # the set, for its mode, and the list
