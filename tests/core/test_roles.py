"""The roles as data: where they come from, their files, and the command that prints them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from arm_simulator.providers.authorization import operations as azure
from scaleset_core.command.main import app
from scaleset_core.modes import ROWS, Mode
from scaleset_core.roles import (
    ALIASES,
    COMMANDS,
    GROUPS,
    MOVES,
    ROLES,
    UNLISTED,
    Format,
    file_name,
    granting,
    group_of,
    needs_of,
    operation_of,
    to_json,
)
from scaleset_core.roles.definitions import PLACEHOLDER, file_text, path_of

FOLDER = Path(__file__).parents[2] / "docs" / "roles"
LISTED = {f"{kind}/{word}".lower() for kind, words in azure.LISTED.items() for word in words.split()}


def is_listed(operation: str) -> bool:
    """Whether Microsoft's pages list an operation, by the simulator's own list of them."""
    return operation.lower() in LISTED or operation.lower().removesuffix("/action") in LISTED


def run(*words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `scaleset roles`."""
    result = CliRunner().invoke(app, ["roles", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_each_row_is_in_one_group() -> None:
    """No row of the mode table is without a role, none is in two groups; so are the commands that are no rows."""
    assert sorted(name for group in GROUPS.values() for name in group.rows) == sorted(ROWS)
    assert sorted(name for group in GROUPS.values() for name in group.commands) == sorted(COMMANDS)
    assert set(ALIASES.values()) <= set(ROWS)


@pytest.mark.parametrize("name", ROLES)
def test_each_operation_is_one_of_azure(name: str) -> None:
    """Each operation of a role is in Microsoft's list, in its spelling, except in the role of newer calls."""
    role = ROLES[name]
    assert [each for each in role.operations if azure.known().get(each.lower()) != each] == []
    unlisted = {each for each in role.operations if not is_listed(each)}
    assert unlisted == (UNLISTED if name == "newer-calls" else set())


def test_no_role_has_a_wildcard_or_access_to_access() -> None:
    """Least privilege: no wildcards; role assignments and definitions are written by the deployer of grants alone."""
    for name, role in ROLES.items():
        assert not any("*" in each for each in role.operations)
        writes = [each for each in role.operations if re.search(r"/role(Assignments|Definitions)/(write|delete)", each)]
        assert bool(writes) is (name == "deployer-grants")


@pytest.mark.parametrize("name", ["reader"])
def test_the_reader_changes_nothing(name: str) -> None:
    """All operations of the Reader are reads, except a query of the load balancer that Azure has as an action."""
    query = "Microsoft.Network/loadBalancers/backendAddressPools/queryInboundNatRulePortMapping/action"
    assert {each.rpartition("/")[2] for each in ROLES[name].operations if each != query} == {"read"}


@pytest.mark.parametrize(
    ("row", "mode", "operation"),
    [
        ("instance.restart", Mode.UNIFORM, "Microsoft.Compute/virtualMachineScaleSets/restart/action"),
        ("instance.restart", Mode.FLEXIBLE, "Microsoft.Compute/virtualMachines/restart/action"),
        ("set.power-off", Mode.UNIFORM, "Microsoft.Compute/virtualMachineScaleSets/powerOff/action"),
        ("set.update-instances", Mode.FLEXIBLE, "Microsoft.Compute/virtualMachineScaleSets/manualUpgrade/action"),
        ("instance.delete", Mode.FLEXIBLE, "Microsoft.Compute/virtualMachineScaleSets/delete/action"),
        ("instance.view", Mode.UNIFORM, "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/instanceView/read"),
        ("protection", Mode.FLEXIBLE, "Microsoft.Authorization/locks/write"),
        ("list.instances", Mode.FLEXIBLE, "Microsoft.ResourceGraph/resources/read"),
        ("rolling-upgrade.cancel", Mode.UNIFORM, "Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades/action"),
        ("rolling-upgrade.get-latest", Mode.FLEXIBLE, "Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades/read"),
        ("network.outbound", Mode.FLEXIBLE, ""),
        ("instance.reimage-all", Mode.FLEXIBLE, ""),
    ],
)
def test_the_operation_of_a_route(row: str, mode: Mode, operation: str) -> None:
    """What Microsoft calls the operation of a row's call."""
    assert operation_of(ROWS[row].route(mode)) == operation


def test_what_a_mode_lacks_needs_the_read_that_tells_so() -> None:
    """A command that the mode does not have reads the set, and nothing else."""
    needs = needs_of(ROWS["instance.reimage-all"], Mode.FLEXIBLE)
    assert needs.all == ("Microsoft.Compute/virtualMachineScaleSets/read",)


def test_advice_names_the_reader_first_then_the_smallest() -> None:
    """A user who lacks a read is sent to the Reader; else to the role that allows least besides."""
    assert granting("microsoft.compute/VIRTUALMACHINES/read")[0].id == "reader"
    assert [each.id for each in granting("Microsoft.Compute/virtualMachines/restart/action")] == ["power"]
    assert granting("Microsoft.Compute/snapshots/write") == ()


@pytest.mark.parametrize("name", ROLES)
def test_the_files_are_up_to_date(name: str) -> None:
    """docs/roles has what the roles are; `scaleset roles write docs/roles` makes it again."""
    assert (FOLDER / file_name(ROLES[name])).read_text(encoding="utf-8") == file_text(ROLES[name])


def test_there_is_no_other_file() -> None:
    """A role that is gone leaves no file."""
    assert sorted(each.name for each in FOLDER.iterdir()) == sorted(map(file_name, ROLES.values()))


def test_both_forms_say_the_same() -> None:
    """The form for az and the one for the REST API have the same members and values."""
    scope = f"{PLACEHOLDER}/resourceGroups/rg"
    for role in ROLES.values():
        az, rest = to_json(role, scope), to_json(role, scope, Format.REST)["properties"]
        (permission,) = rest["permissions"]
        assert (az["Name"], az["Description"]) == (rest["roleName"], rest["description"])
        assert az["Actions"] == permission["actions"] == list(role.operations)
        assert az["AssignableScopes"] == rest["assignableScopes"] == [scope]
        assert az["IsCustom"] is True
        assert len(az["Description"]) <= 2048


def test_the_name_of_a_definition_is_its_own() -> None:
    """A second PUT changes the same role; another scope, another role, another name."""
    one, two = ROLES["power"], ROLES["reader"]
    assert path_of(one) == path_of(one, f"{PLACEHOLDER}/")
    assert len({path_of(one), path_of(two), path_of(one, f"{PLACEHOLDER}/resourceGroups/rg")}) == 3


def test_show_prints_what_az_takes() -> None:
    """By its short name or its name in Azure, at a scope; REST names the address of the PUT on stderr."""
    scope = f"/subscriptions/{'1' * 8}-1111-1111-1111-{'1' * 12}"
    for name in ("power", "Scale Set Power Operator"):
        code, out, _ = run("show", name, "--scope", scope)
        assert code == 0
        assert json.loads(out) == to_json(ROLES["power"], scope)
    code, out, err = run("show", "power", "--scope", scope, "--format", "rest")
    assert json.loads(out) == to_json(ROLES["power"], scope, Format.REST)
    assert err.strip() == f"PUT {path_of(ROLES['power'], scope)}?api-version=2022-04-01"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("show", "nobody"), "no role 'nobody'; there are: deployer,"),
        (("show", "power", "--scope", "rg"), "--scope 'rg' is not a scope of a role; expected /subscriptions/ID"),
        (("write", "/nowhere/at/all"), "/nowhere/at/all is not a folder. Create it first: mkdir"),
        (
            ("for", "instances", "dance"),
            "'instances dance' is not a command on scale sets; there are: adopt, extensions delete",
        ),
    ],
)
def test_a_mistake_is_told(words: tuple[str, ...], says: str) -> None:
    """Exit code 2, one line, what was expected."""
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert says in err


def test_list_and_write(tmp_path: Path) -> None:
    """The list has every role; write makes a file of each at a scope."""
    code, out, _ = run("list", "-o", "json")
    assert code == 0
    assert [each["id"] for each in json.loads(out)] == list(ROLES)
    assert "Scale Set Deployer of Locks" in run("list")[1]
    scope = f"{PLACEHOLDER}/resourceGroups/rg"
    assert run("write", str(tmp_path), "--scope", scope)[0] == 0
    assert json.loads((tmp_path / "power.json").read_text())["AssignableScopes"] == [scope]


def test_for_prints_what_one_command_needs() -> None:
    """In both modes, with options, what is only helpful, and the role; aliases and commands that are no rows too."""
    code, out, _ = run("for", "instances", "start")
    assert code == 0
    assert "scaleset instances start, Uniform:\n" in out
    assert "  Microsoft.Compute/virtualMachines/start/action\n" in out
    assert "virtualMachinesExecuteStart/action  (for scheduled-actions)" in out
    assert "Microsoft.Authorization/locks/read  (without it the command continues, and says so)" in out
    assert "The role that allows it: Scale Set Power Operator (`scaleset roles show power`)" in out
    assert "not available: " in run("for", "set", "reimage-all")[1]
    assert "Microsoft.Authorization/locks/delete  (for remove)" in run("for", "scaleset", "instances", "unprotect")[1]
    code, out, _ = run("for", "set", "detach", "--mode", "Flexible", "-o", "json")
    (found,) = json.loads(out)
    assert (found["command"], found["role"], found["references"]) == ("set detach", group_of("set detach").id, True)


def test_for_says_what_differs_by_what_is_moved() -> None:
    """A move's commands: by source in place of the mode, with the role, or with why there is none."""
    code, out, _ = run("for", "migrate", "run")
    whole, _, unlisted = out.partition("scaleset migrate run, an availability set:\n")
    assert code == 0
    assert whole.startswith("scaleset migrate run, a Uniform set:\n")
    assert whole.endswith("The role that allows it: Scale Set Migrator (`scaleset roles show migrator`)\n")
    assert (
        "virtualMachines/migrateToVirtualMachineScaleSet/action  (for --way migrate; a name by Azure's rule)"
        in unlisted
    )
    assert "No role here allows it. Microsoft's list of permissions" in unlisted
    assert "Contributor on the resource group" in unlisted
    assert (
        "Microsoft.Compute/skus/read  (without it the command continues, and leaves that out)"
        in (run("for", "migrate", "plan")[1])
    )
    moved, rack = json.loads(run("for", "migrate", "run", "-o", "json")[1])
    assert (moved["mode"], moved["source"], moved["role"]) == ("Uniform", "a Uniform set", "migrator")
    assert (rack["mode"], rack["source"], rack["role"]) == (None, "an availability set", None)
    assert set(rack["unlisted"]) == {"--way migrate", "--way convert"}
    assert run("for", "adopt", "--mode", "Flexible")[1].startswith("scaleset adopt, a Flexible set:\n")
    code, _, err = run("for", "migrate", "run", "--mode", "Flexible")
    assert (code, "it takes a Uniform set or an availability set" in err) == (2, True)


def test_no_role_has_an_unlisted_call() -> None:
    """The calls that Microsoft's list lacks are in no role, and the simulator has them apart from that list."""
    calls = {
        each
        for sources in MOVES.values()
        for needs in sources.values()
        for found in needs.unlisted.values()
        for each in found
    }
    assert len(calls) == 5
    assert not any(is_listed(each) for each in calls)
    assert not calls & {each for role in ROLES.values() for each in role.operations}
    assert all(azure.known().get(each.lower()) == each for each in calls)


def test_the_page_names_every_role() -> None:
    """docs/permissions.md has each role with its name in Azure, and no other."""
    page = (FOLDER.parent / "permissions.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \|", page, re.MULTILINE)
    assert sorted((name, title.strip()) for name, title in rows) == sorted(
        (role.id, role.title) for role in ROLES.values()
    )


def test_every_command_on_sets_is_known() -> None:
    """`scaleset roles for COMMAND` has an answer for each command of the groups that work on scale sets."""
    root: Any = get_command(app)

    def leaves(path: str, command: Any) -> list[str]:
        children = getattr(command, "commands", None) or {}
        return [leaf for name, child in children.items() for leaf in leaves(f"{path} {name}", child)] or [path]

    groups = (
        "set", "instances", "extensions", "rolling-upgrade", "lifecycle-hooks", "nat", "outbound", "inventory",
        "migrate", "adopt",
    )  # fmt: skip
    commands = [leaf for name in groups for leaf in leaves(name, root.get_command(None, name).real)]
    unknown = [each for each in commands if run("for", *each.split())[0] != 0]
    assert unknown == []
