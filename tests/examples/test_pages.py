"""The commands of the other pages, each page on a simulated Azure that has what the page takes for granted."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from examples.worlds import PAGES
from harness import EngineRuntime
from operations.world import World
from support.clones import fresh_clone, installation, newcomers_variables, with_environment
from support.shells import Shell

from arm_simulator.testing import SUBSCRIPTION, running_simulator
from devkit.environment import Azure
from docs_site import pages
from docs_site.pages import Step

pytestmark = [pytest.mark.engine, pytest.mark.long, pytest.mark.timeout(400)]

README = "README.md"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKjT2TVTsk/0IhmbajA7qwZq+1vKwhbV1K02nfyJiyTa"
STANDS_FOR = {
    "/subscriptions/ID": f"/subscriptions/{SUBSCRIPTION}",
    # Nobody uses the set: the pauses in which connections end would be a minute and a half of waiting.
    "scaleset migrate run web-flex": "scaleset migrate run web-flex --pause 0",
    "scaleset migrate run racks-flex": "scaleset migrate run racks-flex --pause 0",
}
"""What is typed here for what the pages have."""
SURE = {"PULUMI_SKIP_CONFIRMATIONS": "true"}
"""The reader answers yes where `pulumi up` asks."""


@contextmanager
def reading(runtime: EngineRuntime, directory: Path) -> Iterator[tuple[World, Shell]]:
    """A shell in a clone after `make setup`, that talks to a simulator with the group `rg` and a network."""
    clone = with_environment(directory / "clone")
    (directory / "states").mkdir()
    with running_simulator() as simulator:
        world = World(simulator)
        variables = runtime.variables(
            directory / "states", Azure(simulator.endpoint, simulator.token, SUBSCRIPTION)
        ) | {"HOME": str(directory), "XDG_STATE_HOME": str(directory / "state"), **SURE}
        with world.http, Shell(clone, variables) as shell:
            world.group()
            yield world, shell


def typed(step: Step) -> Step:
    """A step as it is done here."""
    command = step.command
    for written, instead in STANDS_FOR.items():
        command = command.replace(written, instead)
    return replace(step, command=command)


@pytest.mark.parametrize("name", PAGES)
def test_a_page(name: str, engine_runtime: EngineRuntime, tmp_path: Path) -> None:
    """Each command of the page works, or is refused where the page says so, and prints what the page shows."""
    todo = [typed(step) for step in pages.steps(name)]
    assert todo, f"{name} has nothing to run: it needs no world"
    with reading(engine_runtime, tmp_path) as (world, shell):
        PAGES[name](world, shell)
        shell.follow(todo)


def test_the_readme(tmp_path: Path) -> None:
    """The first commands that a stranger types, in a fresh clone; the editor changes the size of the machines."""
    todo = pages.steps(README)
    assert {"make up", "make preview", "make down"} <= {step.command.partition("  ")[0] for step in todo}
    clone = fresh_clone(tmp_path / "clone")
    editor = {"EDITOR": "sed -i s/Standard_D2s_v5/Standard_D4s_v5/"}
    variables = newcomers_variables(installation(tmp_path / "pulumi")) | editor
    try:
        with Shell(clone, variables | {"XDG_STATE_HOME": str(tmp_path / "state")}) as shell:
            shell.follow(todo)
        assert "Standard_D4s_v5" in (clone / "Pulumi.dev.yaml").read_text()
    finally:
        subprocess.run(["make", "stop"], cwd=clone, env=variables, capture_output=True, check=False)


def test_the_policy_pack_of_the_pages(engine_runtime: EngineRuntime, tmp_path: Path) -> None:
    """The README's program is deployed with the pack's folder and with the installed pack, as the pages say."""
    this = "tests/examples/test_pages.py::test_the_policy_pack_of_the_pages"
    (program,) = (block for block in pages.page(README) if block.language == "python")
    with reading(engine_runtime, tmp_path) as (_, shell):
        folder = shell.folder / ".scratch" / "web"
        folder.mkdir(parents=True)
        (folder / "policies").symlink_to(shell.folder / "policies")
        (folder / "__main__.py").write_text(program.text)
        (folder / "id_rsa.pub").write_text(KEY)
        settings = "name: web\nruntime: {name: python, options: {virtualenv: ../../.venv}}\n"
        (folder / "Pulumi.yaml").write_text(settings)
        for command in (f"cd {folder}", "pulumi stack init dev", "pulumi config set azure-native:location westeurope"):
            assert shell.run(command)[0] == 0
        todo = [step for block in pages.of(this) for step in block.steps]
        assert all(step.command.startswith("pulumi up --policy-pack ") for step in todo)
        assert len(todo) > 3
        shell.follow(todo)
        assert shell.transcript.count("azure-scaleset@") >= len(todo)
