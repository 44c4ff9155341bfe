"""Protection: one idea, two renderings, and how it is undone."""

from __future__ import annotations

import pytest
from operations.conftest import Cli
from operations.world import LOCKS, World

VMS = "providers/Microsoft.Compute/virtualMachines"


def locks(world: World, machine: str) -> list[tuple[str, str]]:
    """Names and levels of the locks on a machine."""
    found = world.call("GET", f"{VMS}/{machine}/providers/Microsoft.Authorization/locks", LOCKS)["value"]
    return [(item["name"], item["properties"]["level"]) for item in found]


def policies(world: World) -> list[dict[str, bool] | None]:
    """The protectionPolicy of each instance."""
    found = world.compute("GET", "virtualMachineScaleSets/web/virtualMachines")["value"]
    return [item["properties"].get("protectionPolicy") for item in found]


@pytest.mark.parametrize(
    ("options", "level"),
    [((), "CanNotDelete"), (("--scale-set-actions",), "ReadOnly"), (("--lock", "ReadOnly"), "ReadOnly")],
)
def test_flexible_gets_locks(world: World, cli: Cli, options: tuple[str, ...], level: str) -> None:
    """Without the policy protection is a lock of the level that the wish means; unprotect takes it away again."""
    options = (*options, "--no-instance-protection")
    world.scale_set("web", "Flexible", 2)
    first, second = world.names("web")
    assert cli("instances", "protect", "-n", "web", "-i", first, *options).code == 0
    assert locks(world, first) == [("scaleset-protect", level)]
    assert locks(world, second) == []
    listed = cli("set", "view", "-n", "web", "-o", "json", "--query", "instances[?protection!=''].[name, protection]")
    assert listed.json() == [[first, f"scaleset-protect ({level})"]]
    assert cli("instances", "unprotect", "-n", "web", "-i", first, "--yes").code == 0
    assert locks(world, first) == []


def test_a_set_with_a_profile_gets_both(world: World, cli: Cli) -> None:
    """What scale-in and repairs pass over, and what stops people: set together, and taken away together."""
    world.scale_set("web", "Flexible", 2)
    first, _ = world.names("web")
    done = cli("instances", "protect", "-n", "web", "-i", first, "--scale-set-actions", "-o", "json")
    assert done.code == 0, done.err
    assert done.json()["counts"] == {"done": 1}  # two calls, one instance
    assert locks(world, first) == [("scaleset-protect", "ReadOnly")]
    assert policies(world)[0] == {"protectFromScaleIn": True, "protectFromScaleSetActions": True}
    assert cli("instances", "unprotect", "-n", "web", "-i", first, "--yes").code == 0
    assert locks(world, first) == []
    assert policies(world)[0] == {"protectFromScaleIn": False, "protectFromScaleSetActions": False}


def test_a_set_of_explicit_machines_gets_locks(world: World, cli: Cli) -> None:
    """Nothing scales a set without a profile in: there a lock is all that is needed."""
    properties = {"orchestrationMode": "Flexible", "platformFaultDomainCount": 1}
    world.compute("PUT", "virtualMachineScaleSets/web", {"location": "westeurope", "properties": properties})
    world.machine("own", "web")
    world.simulator.clear_requests()
    assert cli("instances", "protect", "-n", "web", "-i", "own").code == 0
    written = [item["path"].rsplit("/", 1)[-1] for item in world.simulator.requests() if item["method"] != "GET"]
    assert written == ["scaleset-protect"]


@pytest.mark.parametrize(("mode", "options"), [("Uniform", ()), ("Flexible", ("--instance-protection",))])
def test_protection_policy(world: World, cli: Cli, mode: str, options: tuple[str, ...]) -> None:
    """ProtectionPolicy on Uniform, and on Flexible where asked for; a second time there is nothing to do."""
    world.scale_set("web", mode, 2)
    assert cli("set", "protect", "-n", "web", "--scale-set-actions", *options).code == 0
    assert policies(world) == [{"protectFromScaleIn": True, "protectFromScaleSetActions": True}] * 2
    again = cli("set", "protect", "-n", "web", "--scale-set-actions", *options)
    assert again.code == 0
    assert "protected so already" in again.out
    stopped = cli("set", "restart", "-n", "web", "--batch", "1", "--yes")
    assert stopped.code == 2
    assert "protectionPolicy protects it from set-wide actions" in stopped.err
    assert cli("instances", "unprotect", "-n", "web", "--all", "--yes", *options).code == 0
    assert policies(world) == [{"protectFromScaleIn": False, "protectFromScaleSetActions": False}] * 2


def test_lock_options_are_flexible_only(world: World, cli: Cli) -> None:
    """A Uniform instance is not a separate resource: --lock is refused, with what to use instead."""
    world.scale_set("web", "Uniform", 1)
    answer = cli("instances", "protect", "-n", "web", "--all", "--lock", "ReadOnly")
    assert answer.code == 2
    assert "--lock does not go with a Uniform scale set" in answer.err
    assert "--scale-set-actions" in answer.err


def test_locks_from_above_stay(world: World, cli: Cli) -> None:
    """A lock on the resource group stops deletes, is named, and is never removed by unprotect."""
    world.scale_set("web", "Flexible", 1)
    world.lock("", "group-lock", "CanNotDelete")
    answer = cli("instances", "delete", "-n", "web", "--all", "--yes")
    assert answer.code == 2
    assert "group-lock (CanNotDelete)" in answer.err
    answer = cli("instances", "unprotect", "-n", "web", "--all", "--yes")
    assert answer.code == 1
    assert "group-lock (CanNotDelete) covers it from above" in answer.out
    assert len(world.call("GET", "providers/Microsoft.Authorization/locks", LOCKS)["value"]) == 1


def test_a_locked_uniform_set_is_named(world: World, cli: Cli) -> None:
    """A ReadOnly lock on a Uniform set stops its batch calls before they are made, and is named."""
    world.scale_set("web", "Uniform", 1)
    world.lock("providers/Microsoft.Compute/virtualMachineScaleSets/web", "frozen", "ReadOnly")
    world.simulator.clear_requests()
    answer = cli("set", "restart", "-n", "web", "--yes")
    assert answer.code == 2
    assert "management lock frozen (ReadOnly)" in answer.err
    assert all(item["method"] == "GET" for item in world.simulator.requests())
