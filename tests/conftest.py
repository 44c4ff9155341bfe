"""Fixtures for tests on the real engine and the Azure simulator; each is made once for each test process."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from harness import EngineRuntime, Workspace, WorkspaceFactory, subscription_in
from hypothesis import settings

from arm_simulator.testing import RunningSimulator, running_simulator
from devkit.environment import Azure

# The same examples in every run: what is checked before a change lands never fails by chance. New ones, and many more
# runs of them, are for a person at work: `make test ARGS="--hypothesis-profile=explore"`.
settings.register_profile("gate", derandomize=True, deadline=None)
settings.register_profile("explore", derandomize=False, deadline=None)
settings.load_profile("gate")


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """Programs that tests start can be interrupted, also where a shell runs the suite in the background.

    Such a shell has Ctrl-C ignored, and what is ignored stays so in every program below.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def engine_runtime(tmp_path_factory: pytest.TempPathFactory) -> EngineRuntime:
    """The engine, with a separate Pulumi home."""
    return EngineRuntime(tmp_path_factory.mktemp("engine"))


@pytest.fixture(scope="session")
def simulator() -> Iterator[RunningSimulator]:
    """A running Azure simulator; tests are isolated by separate subscriptions."""
    with running_simulator() as running:
        running.configure(basic_skus="taken")  # the rules about Basic balancers are for those made before 2025-09-30
        yield running


@pytest.fixture(autouse=True)
def put_back(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test configures or injects in the shared simulator is gone for the next one."""
    if "simulator" not in request.fixturenames:
        yield
        return
    shared: RunningSimulator = request.getfixturevalue("simulator")
    with shared.put_back():
        yield


@pytest.fixture
def azure(simulator: RunningSimulator) -> Azure:
    """An empty subscription in the simulator, the test's own."""
    return subscription_in(simulator)


@pytest.fixture
def bare_workspace_factory(engine_runtime: EngineRuntime, tmp_path: Path) -> WorkspaceFactory:
    """Workspaces for programs that use no cloud."""
    return _factory(engine_runtime, tmp_path, lambda: None)


@pytest.fixture
def workspace_factory(engine_runtime: EngineRuntime, tmp_path: Path, azure: Azure) -> WorkspaceFactory:
    """Workspaces whose programs deploy to the test's subscription in the simulator."""
    return _factory(engine_runtime, tmp_path, lambda: azure)


def _factory(runtime: EngineRuntime, directory: Path, default: Callable[[], Azure | None]) -> WorkspaceFactory:
    made = 0

    def make(
        program: str | Path | Mapping[str, Any], *, azure: Azure | None = None, project: str = "test"
    ) -> Workspace:
        nonlocal made
        made += 1
        return Workspace(runtime, directory / f"workspace-{made}", program, azure=azure or default(), project=project)

    return make
