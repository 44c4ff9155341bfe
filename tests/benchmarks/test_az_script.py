"""Some three hundred commands of the Azure CLI: what it asked is answered as it was, and leaves what it must."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.az import running, script
from benchmarks.az.stages import prepare
from benchmarks.azure import Azure, serving

SCENES = script.scenes()
FOUND = script.recorded()


@pytest.fixture(scope="module")
def azure() -> Iterator[Azure]:
    """A simulator in a separate process."""
    with serving() as running_one:
        yield running_one


def test_every_command_is_recorded() -> None:
    """Each step has its requests in the recording, in its order; each mode has far more than 120 commands."""
    steps = [step for scene in SCENES for step in scene.steps]
    assert [step.key for step in steps] == list(FOUND)
    assert len({step.az for step in steps}) >= 240
    for mode in ("Uniform", "Flexible"):
        assert sum(len(scene.steps) for scene in SCENES if scene.stage.mode in {mode, ""}) >= 220


def test_every_command_states_what_it_leaves() -> None:
    """A step that must not fail looks at something afterwards, and expects a value or that it is gone."""
    for scene in SCENES:
        for step in scene.steps:
            assert bool(step.fails) is not bool(step.get and step.expected != {}), step.key


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_what_az_asked_leaves_what_it_must(azure: Azure, scene: script.Scene) -> None:
    """Each recorded request is answered with the status that it had, and each step leaves its state."""
    prepare(azure, scene.stage)
    for step in scene.steps:
        names = script.instances(azure, scene)
        assert script.replay(azure, FOUND[step.key], names) == [], step
        assert script.problems(azure, step, names) == [], step


@pytest.mark.long
@pytest.mark.skipif(running.find_az() is None, reason="no Azure CLI: none on PATH, and SCALESET_AZ names none")
def test_az_itself() -> None:
    """The Azure CLI that is installed does each command, and each leaves its state."""
    program = running.find_az()
    assert program is not None
    assert script.play(program, SCENES)[1] == []
