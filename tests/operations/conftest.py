"""A simulator for each test module, and the command line run in this process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from operations.world import GROUP, World
from typer.testing import CliRunner

from arm_simulator.testing import SUBSCRIPTION, running_simulator
from scaleset_core.command.main import app


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


Cli = Callable[..., Answer]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """No settings of the machine's user reach a test."""
    for name in (
        "AZURE_DEFAULTS_GROUP", "AZURE_DEFAULTS_VMSS", "AZURE_SUBSCRIPTION_ID", "ARM_SUBSCRIPTION_ID",
        "ARM_ENVIRONMENT", "AZURE_CORE_OUTPUT", "AZURE_CLOUD_NAME", "SCALESET_ARM_ENDPOINT", "SCALESET_ARM_TOKEN",
    ):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AZURE_CONFIG_DIR", str(tmp_path / "azure"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def world() -> Iterator[World]:
    """An empty Azure with a resource group and a network."""
    with running_simulator() as simulator:
        made = World(simulator)
        made.group()
        yield made
        made.http.close()


@pytest.fixture
def cli(world: World, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Runs ``scaleset`` against the simulator: ``cli("set", "show", "-n", "web")``."""
    monkeypatch.setenv("SCALESET_ARM_ENDPOINT", world.simulator.endpoint)
    monkeypatch.setenv("SCALESET_ARM_TOKEN", world.simulator.token)
    monkeypatch.setenv("AZURE_DEFAULTS_GROUP", GROUP)
    monkeypatch.setenv("AZURE_SUBSCRIPTION_ID", SUBSCRIPTION)
    return run


def run(*arguments: str, answer: str | None = None) -> Answer:
    """One command in this process; ``answer`` is the text on stdin."""
    result = CliRunner().invoke(app, list(arguments), input=answer)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)
