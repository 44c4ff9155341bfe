"""Advice works when it is pasted: each command that a message suggests is accepted by the command line."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from operations.conftest import Cli
from operations.world import LOCKS, ROOT, World

MACHINES = "providers/Microsoft.Compute/virtualMachines"
OPTIONS = ("--yes", "--dry-run")


@dataclass(frozen=True)
class Told:
    """A command whose message suggests others.

    Attributes:
        command: The command line, ``{i}`` the first instance's id.
        mode: The set's mode.
        suggests: The beginnings of what it suggests.
        before: Prepares the world.
    """

    command: str
    mode: str
    suggests: tuple[str, ...]
    before: Callable[[World], None] = lambda _: None


def locked(world: World) -> None:
    """A lock on the first machine."""
    world.lock(f"{MACHINES}/{world.names('web')[0]}", "keep", "CanNotDelete")


def locked_above(world: World) -> None:
    """A lock on the resource group."""
    world.lock("", "group", "ReadOnly")


def protected(world: World) -> None:
    """A policy that keeps set-wide actions off the first instance."""
    path = f"virtualMachineScaleSets/web/virtualMachines/{world.names('web')[0]}"
    body = world.compute("GET", path)
    body["properties"]["protectionPolicy"] = {"protectFromScaleIn": True, "protectFromScaleSetActions": True}
    world.compute("PUT", path, body)


U, F = "Uniform", "Flexible"
REMOVE = f"az lock delete --ids {ROOT}/providers/Microsoft.Authorization/locks/group"
TABLE = [
    Told("instances delete -n web -i {i} --yes", F, ("scaleset instances unprotect",), locked),
    Told("instances restart -n web -i {i} --yes", U, ("scaleset instances unprotect",), protected),
    Told("instances reimage-all -n web -i {i} --yes", F, ("scaleset instances reimage ",)),
    Told("instances reapply -n web {i}", U, ("scaleset set reapply", "scaleset set update-instances")),
    Told("set force-recovery-update-domain-walk -n web --platform-update-domain 0", F, ("scaleset set restart",)),
    Told("instances restart -n web -i {i} --yes", F, (REMOVE,), locked_above),
    Told("instances unprotect -n web -i {i} --yes", F, (REMOVE,), locked_above),
    Told("set scale -n web --capacity 5", U, (REMOVE,), locked_above),
    Told("instances with-lock-lifted -n web -i {i} -- true", F, (REMOVE,), locked_above),
    Told("instances connect -n web {i}", F, ("scaleset instances run-command",)),
]


@pytest.mark.parametrize("told", TABLE, ids=lambda told: f"{told.mode}-{told.command}")
def test_what_is_suggested_runs(told: Told, world: World, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any default of the environment, what is suggested is a whole command: it is taken, and finds its set.

    A command that removes a lock removes the one that was in the way.
    """
    world.scale_set("web", told.mode, 2)
    told.before(world)
    answer = cli(*told.command.replace("{i}", world.names("web")[0]).split())
    assert answer.code != 0
    text = answer.err + answer.out
    found = re.findall(r"`((?:scaleset|az) [^`]+)`|: (scaleset instances run-command .*)", text)
    commands = [first or second for first, second in found]
    for beginning in told.suggests:
        (command,) = [each for each in commands if f"{each} ".startswith(f"{beginning.strip()} ")]
        words = shlex.split(command)
        if words[0] == "az":
            assert words[:4] == ["az", "lock", "delete", "--ids"]
            world.call("DELETE", words[4], LOCKS)
            continue
        monkeypatch.delenv("AZURE_DEFAULTS_GROUP", raising=False)
        more = [each for each in OPTIONS if each not in words]
        again = cli(*words[1:], *more)
        assert again.code == 0, (command, again.err)
        assert "Dry run" in again.err


def test_the_flags_are_those_of_the_command(world: World, cli: Cli) -> None:
    """What was chosen by `--where` or `--all`, and in which subscription, is in the suggestion too."""
    world.scale_set("web", "Flexible", 2)
    answer = cli("instances", "reimage-all", "-n", "web", "--where", "power=running", "--yes")
    assert "`scaleset instances reimage -g rg -n web --where power=running`" in answer.err
    subscription = ROOT.split("/")[2]
    answer = cli("instances", "reimage-all", "-n", "web", "--all", "--yes", "--subscription", subscription)
    assert f"`scaleset instances reimage -g rg -n web --subscription {subscription} --all`" in answer.err
    assert "`scaleset instances reimage-all` is not available" in answer.err  # it speaks of itself
