"""Fixtures for the component's tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from harness import Workspace, WorkspaceFactory
from support.scalesets import PROGRAM, configured

Deployed = Callable[[dict[str, Any]], Workspace]


@pytest.fixture
def deployed(workspace_factory: WorkspaceFactory) -> Deployed:
    """Deploys a scale set with these arguments, and returns its stack."""

    def deploy(args: dict[str, Any]) -> Workspace:
        stack = workspace_factory(PROGRAM)
        stack.up(configured(args))
        return stack

    return deploy
