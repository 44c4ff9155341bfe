"""Here the engine starts its plugins itself, as it does for users: they are what these tests look at."""

from __future__ import annotations

import pytest
from harness import EngineRuntime


@pytest.fixture(scope="session")
def engine_runtime(tmp_path_factory: pytest.TempPathFactory) -> EngineRuntime:
    """The engine, with a Pulumi home of its own, and with plugins in processes of their own."""
    return EngineRuntime(tmp_path_factory.mktemp("engine"), own_processes=True)
