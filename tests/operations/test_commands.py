"""The command line as a stranger meets it: help, speed, settings, formats, errors."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from operations.conftest import Cli, run
from operations.world import ROOT, World
from typer.main import get_command

from arm_simulator.testing import SUBSCRIPTION
from scaleset_core.command.main import app
from scaleset_core.command.once import OnceCommand
from scaleset_core.modes import ROWS

GROUPS = ("set", "instances", "extensions", "rolling-upgrade", "lifecycle-hooks", "nat", "outbound", "inventory")


def commands() -> Iterator[tuple[str, Any]]:
    """Every command of the operations, with its path."""
    root: Any = get_command(app)
    for group in GROUPS:
        found = root.get_command(None, group).real
        for name, command in found.commands.items():
            yield f"{group} {name}", command


COMMANDS = dict(commands())


def test_every_row_has_its_command() -> None:
    """Each row of the mode table names a command that exists."""
    assert {entry.command for entry in ROWS.values()} <= set(COMMANDS)


@pytest.mark.parametrize("path", sorted(COMMANDS))
def test_help(path: str) -> None:
    """--help of every command works, says what the command does, and explains every option."""
    answer = run(*path.split(), "--help")
    assert answer.code == 0
    assert "Usage: scaleset" in answer.out or "Usage: root" in answer.out
    command = COMMANDS[path]
    assert (command.help or "").strip()
    for parameter in command.params:
        assert (getattr(parameter, "help", "") or "").strip(), (path, parameter.name)


@pytest.mark.parametrize("entry", list(ROWS.values()), ids=lambda entry: entry.id)
def test_help_tells_both_modes(entry: Any) -> None:
    """The help of a row's command says what happens in each mode, and what to do where a mode has nothing."""
    text = COMMANDS[entry.command].help
    assert "**Uniform**" in text
    assert "**Flexible**" in text
    for route in (entry.uniform, entry.flexible):
        if not route.supported:
            assert route.alternative in text


def test_missing_settings_are_all_told() -> None:
    """Without any setting the three missing ones are named together, with where else they may come from."""
    answer = run("set", "show")
    assert answer.code == 2
    for part in (
        "--name",
        "--resource-group",
        "--subscription",
        "AZURE_DEFAULTS_GROUP",
        "AZURE_SUBSCRIPTION_ID",
        "--stack",
    ):
        assert part in answer.err


def test_az_keeps_the_defaults(world: World, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Group, scale set, output and subscription come from az's own files, where nothing nearer says otherwise."""
    world.scale_set("web", "Uniform", 1)
    monkeypatch.delenv("AZURE_DEFAULTS_GROUP")
    monkeypatch.delenv("AZURE_SUBSCRIPTION_ID")
    folder = tmp_path / "azure"
    folder.mkdir()
    (folder / "config").write_text("[defaults]\ngroup = rg\nvmss = web\n[core]\noutput = jsonc\n", encoding="utf-8")
    account = {"id": ROOT.split("/")[2], "name": "Team", "isDefault": True}
    (folder / "azureProfile.json").write_text(json.dumps({"subscriptions": [account]}), encoding="utf-8-sig")
    assert cli("set", "show").json()["name"] == "web"
    assert cli("set", "show", "--subscription", "team").json()["name"] == "web"
    answer = cli("set", "show", "--subscription", "other")
    assert answer.code == 2
    assert "--subscription 'other' is neither a GUID nor the name" in answer.err


def test_an_arm_id_is_a_name(world: World, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """--name takes the whole ARM id; then nothing else is needed."""
    created = world.scale_set("web", "Uniform", 1)
    monkeypatch.delenv("AZURE_DEFAULTS_GROUP")
    monkeypatch.delenv("AZURE_SUBSCRIPTION_ID")
    assert cli("set", "show", "-n", created["id"], "-o", "json").json()["name"] == "web"
    answer = cli("set", "show", "-n", created["id"].replace("virtualMachineScaleSets", "virtualMachines"))
    assert answer.code == 2
    assert "is not the id of a scale set" in answer.err


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--endpoint", "http://azure.example"), "use https, or http on 127.0.0.1 only"),
        (("--endpoint", "http://127.0.0.1:1"), "set SCALESET_ARM_TOKEN"),
        (("--endpoint", "here"), "is not a URL"),
        (("--cloud", "mars"), "AzureUSGovernment"),
    ],
)
def test_unsafe_endpoints(options: tuple[str, ...], says: str) -> None:
    """A token is never sent over plain http to another machine; for an unknown cloud the known ones are listed."""
    answer = run("set", "show", "-n", "web", "-g", "rg", "--subscription", ROOT.split("/")[2], *options)
    assert answer.code == 2
    assert says in answer.err


def test_absent_set_and_absent_azure(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A set that does not exist is a usage error that names the options; an unreachable Azure is another one."""
    monkeypatch.setenv("SCALESET_CONNECT_SECONDS", "1.2")
    answer = cli("set", "show", "-n", "none")
    assert answer.code == 2
    assert "--name 'none': there is no such scale set in the resource group 'rg'" in answer.err
    answer = cli("set", "show", "-n", "none", "--endpoint", "http://127.0.0.1:9")
    assert answer.code == 1
    assert "NoConnection" in answer.err
    assert "Tried again for 1 s" in answer.err
    assert "--endpoint" in answer.err
    assert "SCALESET_ARM_ENDPOINT is" not in answer.err  # another address was given


def test_what_to_look_at(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong token, or a dead address in the environment, is reported with the variable to look at."""
    monkeypatch.setenv("SCALESET_CONNECT_SECONDS", "0.5")
    monkeypatch.setenv("SCALESET_ARM_TOKEN", "wrong")
    answer = cli("set", "show", "-n", "none")
    assert answer.code == 1
    assert "(HTTP 401) Check SCALESET_ARM_TOKEN." in answer.err
    monkeypatch.setenv("SCALESET_ARM_ENDPOINT", "http://127.0.0.1:9")
    answer = cli("set", "show", "-n", "none")
    assert answer.code == 1
    assert "SCALESET_ARM_ENDPOINT is http://127.0.0.1:9: start what should answer there, or unset it" in answer.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("chek", "x.json"), "Did you mean 'check'?"),
        (("instnces", "list"), "Did you mean 'instances'?"),
        (("instances", "lst"), "Did you mean 'list'?"),
        (("instances", "list", "--naem", "web"), "--name"),
    ],
)
def test_misspelt(words: tuple[str, ...], says: str) -> None:
    """A misspelt command or option is answered with the one that was meant, at every level."""
    answer = run(*words)
    assert answer.code == 2
    assert says in answer.err


def test_nobody_signed_in(tmp_path: Path) -> None:
    """Without a sign-in there is one line that says what to do, and no warning of Azure's libraries before it."""
    environment = {
        "PATH": str(tmp_path), "AZURE_CONFIG_DIR": str(tmp_path), "AZURE_TOKEN_CREDENTIALS": "AzureCliCredential",
        "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION, "AZURE_DEFAULTS_GROUP": "rg",
    }  # fmt: skip
    code = "from scaleset_core.command.main import run; run()"
    command = [sys.executable, "-c", code, "set", "show", "-n", "web"]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "Sign in with `az login`" in answer.stderr


def test_dry_run_counts(world: World, cli: Cli) -> None:
    """One call is one call."""
    world.scale_set("web", "Flexible", 2)
    first, _ = world.names("web")
    assert "Dry run: 1 call, " in cli("instances", "restart", "-n", "web", "--instances", first, "--dry-run").err
    assert "Dry run: 2 calls, " in cli("instances", "restart", "-n", "web", "--all", "--dry-run").err


def test_formats(world: World, cli: Cli) -> None:
    """The same rows as table, JSON, YAML and TSV; a JMESPath query goes before the format, as in az."""
    world.scale_set("web", "Uniform", 2)
    rows = cli("instances", "list", "-n", "web", "-o", "json").json()
    assert yaml.safe_load(cli("instances", "list", "-n", "web", "-o", "yaml").out) == rows
    tsv = cli("instances", "list", "-n", "web", "-o", "tsv", "--query", "[].[name, powerState, latestModel]").out
    assert tsv == "web_0\trunning\ttrue\nweb_1\trunning\ttrue\n"
    table = cli("instances", "list", "-n", "web").out.splitlines()
    assert table[0].split()[:2] == ["Name", "Zone"]
    assert [line.split()[0] for line in table[1:]] == ["web_0", "web_1"]
    answer = cli("instances", "list", "-n", "web", "--query", "[?")
    assert answer.code == 2
    assert "--query '[?' is not a JMESPath expression" in answer.err


def test_where_and_live(world: World, cli: Cli) -> None:
    """--where filters lists and actions alike, in both modes, model state included; only what it selects is touched."""
    for name, mode in (("uni", "Uniform"), ("flex", "Flexible")):
        world.scale_set(name, mode, 3)
        first = world.names(name)[0]
        assert cli("instances", "power-off", "-n", name, "-i", first).code == 0
        query = ("--query", "[].instanceId", "-o", "tsv")
        assert cli("instances", "list", "-n", name, "--live", "--where", "power=stopped", *query).out.split() == [first]
        assert cli("instances", "list", "-n", name, "--where", "power=stopped", *query).out.split() == [first]
        found = cli("instances", "list", "-n", name, "--where", "latest-model=true,power=running", *query).out.split()
        assert sorted(found) == sorted(world.names(name)[1:])
        assert cli("instances", "start", "-n", name, "--where", "power=stopped").code == 0
        assert [state["bootCount"] for state in world.state(name).values()] == [2, 1, 1]


def test_names_of_another_set_stop_everything(world: World, cli: Cli) -> None:
    """A machine of web2 is no instance of web: nothing is sent, and lists of web do not show it."""
    world.scale_set("web", "Flexible", 1)
    world.scale_set("web2", "Flexible", 1)
    other = world.names("web2")[0]
    world.simulator.clear_requests()
    answer = cli("instances", "restart", "-n", "web", "-i", other)
    assert answer.code == 2
    assert f"{other!r} is not in the scale set 'web'" in answer.err
    assert all(item["method"] == "GET" for item in world.simulator.requests())
    for live in ((), ("--live",)):
        found = cli("instances", "list", "-n", "WEB", *live, "-o", "tsv", "--query", "[].name").out.split()
        assert found == world.names("web")


def test_an_empty_set_is_no_failure(world: World, cli: Cli) -> None:
    """With nothing to do, the command says so and exits with 0."""
    world.scale_set("web", "Flexible", 0)
    answer = cli("set", "restart", "-n", "web", "--yes")
    assert answer.code == 0
    assert "the scale set has no instances" in answer.err


def test_repeated_selections_add_up(world: World, cli: Cli) -> None:
    """`-i` repeated names all of them; conditions of `--where` repeated must all hold, in both modes."""
    for name, mode in (("uni", "Uniform"), ("flex", "Flexible")):
        world.scale_set(name, mode, 3)
        first, second, _ = world.names(name)
        assert cli("instances", "power-off", "-n", name, "-i", first, "-i", second).code == 0
        states = cli("instances", "list", "-n", name, "--where", "power=stopped", "--query", "[].name", "-o", "tsv")
        assert len(states.out.split()) == 2
        world.simulator.clear_requests()
        answer = cli("instances", "delete", "-n", name, "--where", "zone=9", "--where", "power=running", "--yes")
        assert "running" not in answer.out
        assert all(item["method"] == "GET" for item in world.simulator.requests())
        assert len(world.names(name)) == 3


def test_one_value_is_given_once(world: World, cli: Cli) -> None:
    """An option that takes one value is refused when it is given twice, and nothing is done; all such are named."""
    world.scale_set("web", "Flexible", 2)
    world.simulator.clear_requests()
    answer = cli("instances", "restart", "-n", "web", "-n", "other", "--all", "--batch", "1", "--batch", "2", "--yes")
    assert answer.code == 2
    assert "--name, --batch: given more than once" in " ".join(answer.err.split())
    assert world.simulator.requests() == []
    assert cli("instances", "restart", "-n", "web", "--all", "--yes", "--yes", "--dry-run").code == 0


def test_every_command_refuses_a_value_twice() -> None:
    """No command of `scaleset` keeps the last of two values in silence."""
    root: Any = get_command(app)

    def leaves(command: Any) -> list[Any]:
        children = getattr(command, "commands", None) or {}
        return [leaf for child in children.values() for leaf in leaves(child)] or [command]

    groups = [root.get_command(None, name).real for name in root.list_commands(None)]
    assert {type(leaf) for group in groups for leaf in leaves(group)} == {OnceCommand}
