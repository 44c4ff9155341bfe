"""Whichever process dies, at any point: the documented way leads to what a run without a death leads to."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from harness import EngineRuntime
from recovery.killing import SUBSCRIPTION, Point, World, differences, world
from recovery.points import POINTS, SAMPLE
from recovery.recovering import recover
from recovery.small import PROGRAM, SECRET, SECRETS, after, before

pytestmark = pytest.mark.engine

FIGURES = "SCALESET_KILL_POINTS"
"""The file that the results are added to, a line each, for docs/interrupted.md."""


@dataclass(frozen=True, slots=True)
class Clean:
    """What runs without a death lead to.

    Attributes:
        deployed: The directory of the world after the first `up`.
        cloud: Azure after each action.
        entries: The state after each action.
    """

    deployed: Path
    cloud: dict[str, dict[str, Any]]
    entries: dict[str, dict[str, Any]]

    @property
    def ours(self) -> set[str]:
        """The ids of everything that a state has at some time, in lower case."""
        ids = {each["id"].lower() for found in self.entries.values() for each in found.values() if each.get("id")}
        return {each.replace("random", SUBSCRIPTION) for each in ids}


@pytest.fixture(scope="session")
def clean(engine_runtime: EngineRuntime, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Clean]:
    """The clean runs of a mode, made once."""
    made: dict[str, Clean] = {}

    def run(mode: str) -> Clean:
        if mode not in made:
            made[mode] = _run(engine_runtime, tmp_path_factory.mktemp(mode), mode)
        return made[mode]

    return run


def _run(runtime: EngineRuntime, directory: Path, mode: str) -> Clean:
    cloud: dict[str, dict[str, Any]] = {}
    entries: dict[str, dict[str, Any]] = {}
    with world(runtime, directory / "deployed", PROGRAM, own=False) as first:
        first.stack.up(before(mode))
        cloud["up"], entries["up"] = first.cloud(), first.entries()
    with world(runtime, directory / "updated", PROGRAM, own=False, start=directory / "deployed") as second:
        second.stack.up(after(mode))
        cloud["update"], entries["update"] = second.cloud(), second.entries()
        second.stack.destroy()
        cloud["destroy"], entries["destroy"] = second.cloud(), second.entries()
    return Clean(directory / "deployed", cloud, entries)


@pytest.mark.parametrize("point", SAMPLE, ids=str)
def test_some_points(
    engine_runtime: EngineRuntime, clean: Callable[[str], Clean], tmp_path: Path, point: Point
) -> None:
    """The documented way leads to the end of a clean run, and nothing is lost, twice, or locked by nobody."""
    check(engine_runtime, clean(point.mode), tmp_path, point, to_the_end=True)


@pytest.mark.long
@pytest.mark.parametrize("point", POINTS, ids=str)
def test_all_points(engine_runtime: EngineRuntime, clean: Callable[[str], Clean], tmp_path: Path, point: Point) -> None:
    """As above, at more points."""
    check(engine_runtime, clean(point.mode), tmp_path, point)


def check(runtime: EngineRuntime, clean: Clean, directory: Path, point: Point, *, to_the_end: bool = False) -> None:
    """Interrupt, recover, go on, and compare; ``to_the_end`` also by another preview, which takes long."""
    start = None if point.action == "up" else clean.deployed
    with world(runtime, directory / "world", PROGRAM, own=point.victim == "simulator", start=start) as made:
        made.stack.configure(after(point.mode) if point.action == "update" else before(point.mode))
        interrupted = made.interrupt(point)
        assert interrupted.returncode != 0, f"nothing was interrupted:\n{interrupted.stdout}"
        with recorded(point, outside=len((made.cloud().keys() & clean.ours) - made.ids())):
            go_on(made, point)
            compare(made, clean, point)
        if to_the_end and point.action != "destroy":
            last = recover(made.stack)
            assert (last.code, last.json()["resources"], last.json()["nextUpdate"]) == (0, [], [])
            assert last.json()["locks"] == []


def compare(made: World, clean: Clean, point: Point) -> None:
    """Azure and the state are as after a run without a death, and no secret is in the state in plain text."""
    end = point.action if point.then == "again" else point.then
    assert differences(made.cloud(), clean.cloud[end]) == {}
    assert differences(made.entries(), clean.entries[end]) == {}
    assert all(secret not in made.state_text() for secret in (SECRET, SECRETS["adminPassword"]))


def go_on(made: World, point: Point) -> None:
    """The way that docs/interrupted.md describes."""
    if "EOF" in made.stack.run("cancel", "--yes", "--stack", "dev", expect_failure=None).text:
        recover(made.stack)
        made.stack.run("cancel", "--yes", "--stack", "dev")
    answer = recover(made.stack)
    if answer.named("gone"):
        answer = recover(made.stack, "--yes")
    assert answer.code == 0, answer.out + answer.err
    if "destroy" in {point.then, point.action if point.then == "again" else ""}:
        made.stack.destroy()
        return
    made.stack.up()


@contextmanager
def recorded(point: Point, *, outside: int) -> Iterator[None]:
    """Add the result of the block to the figures, if they are wanted."""
    line = {"mode": point.mode, "action": point.action, "victim": point.victim, "outside": outside, "recovered": False}
    try:
        yield
        line["recovered"] = True
    finally:
        if file := os.environ.get(FIGURES):
            with Path(file).open("a", encoding="utf-8") as handle:
                handle.write(json.dumps(line) + "\n")


@pytest.mark.smoke
def test_there_are_enough_points() -> None:
    """Every process dies in both modes, and at least 50 points are tried."""
    points = {*SAMPLE, *POINTS}
    assert len(points) >= 50
    assert len({str(each) for each in points}) == len(points)
    for mode in ("Flexible", "Uniform"):
        victims = {each.victim for each in points if each.mode == mode}
        assert victims == {"engine", "program", "language host", "provider", "simulator"}
        assert {each.action for each in points if each.mode == mode} == {"up", "update", "destroy"}
