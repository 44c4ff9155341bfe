"""The Azure CLI and ``scaleset`` on each of the 35 rows: the same state afterwards, and the page that compares them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from operations.conftest import run

from benchmarks.az import running, world
from benchmarks.az.page import PAGE, keys, page
from benchmarks.az.record import recorded
from benchmarks.az.verbs import VERBS, Verb
from benchmarks.azure import Azure, serving
from scaleset_core.modes import Mode
from scaleset_core.modes.rows import ROWS

FOUND = recorded()
OURS = [verb for verb in VERBS.values() if verb.ours]
AZ = [verb for verb in VERBS.values() if verb.has_az]


@pytest.fixture(scope="module")
def azure() -> Iterator[Azure]:
    """A simulator in a separate process."""
    with serving() as running_one:
        yield running_one


@pytest.fixture
def settings(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line's settings."""
    for name, value in azure.variables().items():
        monkeypatch.setenv(name, value)


def typed(line: str, first: str) -> None:
    """Run a line of ours."""
    answer = run(*shlex.split(line.replace("{i}", first))[1:])
    assert answer.code == 0, (line, answer.err)


def prepared(azure: Azure, verb: Verb) -> tuple[list[str], dict[str, Any]]:
    """A new set in the state that the row needs, the ids of its instances, and what it is like."""
    names = world.fresh(azure, verb)
    if verb.before:
        typed(verb.before, names[0])
    return names, world.left(azure, names)


def test_every_row_is_there() -> None:
    """Each of Microsoft's 35 rows has both modes here and in the recording; az has a command or a reason."""
    assert len(ROWS) == 35
    assert set(VERBS) == {f"{row.id} {mode}" for row in ROWS for mode in Mode}
    assert set(FOUND["rows"]) == set(VERBS)
    for verb in VERBS.values():
        assert verb.has_az is ("az" in FOUND["rows"][verb.key])
        assert bool(verb.ours) is ("ours" in FOUND["rows"][verb.key])
        assert verb.az.startswith(("az ", "none: ", "for vm in"))


def test_ours_is_missing_only_where_azure_has_nothing() -> None:
    """A row without a command of ours is one that the mode table says the mode does not have."""
    table = {row.id: row for row in ROWS}
    for verb in VERBS.values():
        assert bool(verb.ours) is table[verb.row].route(Mode(verb.mode)).supported


def test_the_page_is_current() -> None:
    """docs/az.md is what the recording says; after a change: `python -m benchmarks.az.page`."""
    assert PAGE.read_text(encoding="utf-8") == page(FOUND)


def test_keys_are_counted() -> None:
    """A line counts with its instance and the Enter; what is no command counts nothing."""
    assert keys("az vm show -n {i}", "Flexible") == len("az vm show -n web_1a2b3c4d") + 1
    assert keys("none: no command", "Uniform") == keys("", "Uniform") == 0


@pytest.mark.parametrize("verb", OURS, ids=lambda verb: verb.key)
@pytest.mark.usefixtures("settings")
def test_ours_leaves_what_az_leaves(azure: Azure, verb: Verb) -> None:
    """Our command asks as often as the page says, and leaves the set as az left it when it was recorded."""
    names, before = prepared(azure, verb)
    azure.control("DELETE", "requests")
    typed(verb.ours, names[0])
    seen = FOUND["rows"][verb.key]
    assert len(world.asked(azure)) == seen["ours"]["requests"]
    state = world.left(azure, names, before)
    if "az" in seen:
        assert world.as_json(state) == seen["az"]["state"]


@pytest.mark.parametrize("verb", AZ, ids=lambda verb: verb.key)
@pytest.mark.usefixtures("settings")
def test_the_requests_of_az_leave_what_az_left(azure: Azure, verb: Verb) -> None:
    """What az asked when it was recorded is answered as then, and leaves the set as then."""
    names, before = prepared(azure, verb)
    seen = FOUND["rows"][verb.key]["az"]
    changing = [each for each in seen["requests"] if each["method"] != "GET"]
    assert world.replay(azure, changing, names) == [each["status"] for each in changing]
    assert world.as_json(world.left(azure, names, before)) == seen["state"]


@pytest.mark.long
@pytest.mark.skipif(running.find_az() is None, reason="no Azure CLI: none on PATH, and SCALESET_AZ names none")
def test_az_itself(tmp_path: Path) -> None:
    """The Azure CLI that is installed does each row with the requests that were recorded, and leaves what they left."""
    program = running.find_az()
    assert program is not None
    with serving(tmp_path / "tls") as azure:
        variables = running.signed_in(azure, program, tmp_path / "azure")
        for verb in AZ:
            way, seen = running.by_az(azure, verb, variables), FOUND["rows"][verb.key]["az"]
            assert world.as_json(way.state) == seen["state"], verb.key
            made, wanted = (sorted((each["method"], each["path"]) for each in found if each["method"] != "GET")
                            for found in (way.requests, seen["requests"]))  # fmt: skip
            assert made == wanted, verb.key
