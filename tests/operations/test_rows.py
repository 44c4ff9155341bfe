"""The rows in both modes, through the command line, against the simulator.

For each row and mode: the command's exit code, the state of the instances before and after, and the exact REST calls
that Azure received. The expected calls are written from Microsoft's pages, not taken from the mode table.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from operations.conftest import Cli
from operations.row_cases import CASES, SET, Case
from operations.world import World

from scaleset_core.modes import ROWS, Mode

States = dict[str, dict[str, Any]]

PLAIN_READS = {"view.instances", "list.instances", "lifecycle-hook.list", "network.inbound-nat", "network.outbound"}
READS = {"rolling-upgrade.get-latest", "set.os-upgrade-history", "lifecycle-hook.list", "instance.resiliency-view"}
READS |= {"view.instances", "instance.view", "instance.get", "list.instances", "extension.get", "extension.list"}
READS |= {"network.inbound-nat", "network.outbound"}


def identity(case: Case) -> str:
    """A test's name."""
    return f"{case.row}-{case.mode}"


def test_every_row_has_a_case_in_both_modes() -> None:
    """The table below is complete: no row of the mode table is left out, none is invented."""
    assert sorted((case.row, case.mode) for case in CASES) == sorted((row, mode) for row in ROWS for mode in Mode)


def expand(case: Case, names: list[str]) -> list[str]:
    """The expected calls with the instances' ids in them."""
    found: list[str] = []
    for call in case.calls:
        filled = call.replace("{i}", names[0])
        found += [filled.replace("{each}", name) for name in names] if "{each}" in call else [filled]
    return sorted(found)


def received(world: World, case: Case, expected: list[str]) -> list[str]:
    """The calls that Azure received: all that change something, and of the reads those that make the row."""
    found = [(item["method"], item["path"]) for item in world.simulator.requests()]
    made = [f"{method} {path}" for method, path in found]
    if case.row in READS:
        return sorted(call for call in made if call in expected or not call.startswith("GET"))
    return sorted(call for call in made if not call.startswith("GET"))


def split(text: str, names: list[str]) -> list[str]:
    """A command line's words."""
    return [*text.replace("{i}", names[0]).split(), "-n", "web"]


@pytest.mark.parametrize("case", CASES, ids=identity)
def test_row(case: Case, world: World, cli: Cli) -> None:
    """The command makes exactly the calls of Microsoft's table, and the instances change as they should.

    --dry-run printed the same calls before, and changed nothing.
    """
    world.scale_set("web", case.mode.value, **dict(case.options))
    prepare(world, case)
    names = world.names("web")
    for command in case.before:
        assert cli(*split(command, names)).code == 0
    before: States = world.state("web")
    expected = expand(case, names)
    if case.code == 0 and case.row not in PLAIN_READS:
        world.simulator.clear_requests()
        assert dry_run(case, names, cli) == expected
        assert all(item["method"] == "GET" for item in world.simulator.requests())
        assert world.state("web") == before
    world.simulator.clear_requests()

    answer = cli(*split(case.command, names))

    assert answer.code == case.code, (answer.err, answer.out)
    assert case.says in answer.err
    assert received(world, case, expected) == expected
    if not ROWS[case.row].route(case.mode).supported:
        made = [f"{item['method']} {item['path']}" for item in world.simulator.requests()]
        assert made == [f"GET {SET}"]  # its mode, and nothing else
    check_states(case, before, world.state("web"), names)
    if case.after is not None:
        assert case.after(world)


def prepare(world: World, case: Case) -> None:
    """What a row needs besides the set: a separate machine, or a disk."""
    if "--machine alone" in case.command and case.mode is Mode.FLEXIBLE:
        world.machine("alone")
    if "--disk extra" in case.command:
        empty = {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8}
        world.compute("PUT", "disks/extra", {"location": "westeurope", "properties": empty})


def dry_run(case: Case, names: list[str], cli: Cli) -> list[str]:
    """What --dry-run prints: verbs and paths."""
    arguments = [part for part in split(case.command, names) if part not in {"json", "-o"}]
    answer = cli(*arguments, "--dry-run")
    assert answer.code == 0, answer.err
    return sorted(re.findall(r"^([A-Z]+ [^?\n]+)\?", answer.out, re.MULTILINE))


def check_states(case: Case, before: States, after: States, names: list[str]) -> None:
    """The touched instances changed in the named members, the others in nothing."""
    touched = {"one": names[:1], "all": names, "none": []}[case.touched]
    for name in set(before) & set(after):
        for member in case.changed:
            same = before[name].get(member) == after[name].get(member)
            assert same is (name not in touched), (name, member, before[name], after[name])
        if name not in touched and case.row not in {"instance.update", "protection"}:
            assert before[name] == after[name]


@pytest.mark.parametrize(
    "case", [case for case in CASES if not ROWS[case.row].route(case.mode).supported], ids=identity
)
def test_a_stated_mode_is_refused_without_any_request(case: Case, world: World, cli: Cli) -> None:
    """With --mode the refusal needs not even the read of the scale set."""
    world.simulator.clear_requests()
    answer = cli(*split(case.command, ["web_0"]), "--mode", case.mode.value)
    assert answer.code == 2
    assert case.says in answer.err
    assert world.simulator.requests() == []
