"""Programs in TypeScript, Go and Python on the generated SDKs deploy on the real engine, through the package's plugin.

The language hosts of Node.js and Go are no part of the pinned engine, so these programs run by the Automation API of
their language, which serves the program to the engine itself. The Python program runs as a separate project.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from harness import Workspace, WorkspaceFactory
from package.azure_group import make_group
from package.toolchains import CONSUMERS, GO_FLAGS, PASSWORD, changes, go, run, typescript

from component_package import schema
from devkit.environment import Azure

pytestmark = [pytest.mark.engine, pytest.mark.long]

PACKAGES = {"azure-scaleset": str(schema.FILE.parent)}
CONFIG = {"azure-native:location": "westeurope", "resourceGroup": "rg"}
COMMAND = "register-c0mmand"
INSTANCES = {"web-0", "web-1"}


def deployed(stack: Workspace, act: Callable[[str], dict[str, Any]]) -> None:
    """Deploy, preview and destroy a program; it must make both instances, rest, keep its secrets, and leave nothing."""
    stack.configure(CONFIG)
    stack.set_secret("adminPassword", PASSWORD)
    stack.set_secret("command", COMMAND)
    created = act("up")["create"]
    assert created == len(stack.resources()) + 1  # the stack itself
    assert set(stack.outputs()["ssh"]) == INSTANCES
    assert not [secret for secret in (PASSWORD, COMMAND) if secret in json.dumps(stack.stack_export())]
    assert act("preview") == {"same": created}
    assert act("destroy") == {"delete": created}
    assert stack.resources() == []


def test_typescript_program_runs(
    sdks: Path, node_modules: Path, tmp_path: Path, workspace_factory: WorkspaceFactory, azure: Azure
) -> None:
    """A TypeScript program on the generated SDK deploys both instances, rests, and leaves nothing."""
    make_group(azure, "rg")
    command = typescript(tmp_path / "typescript", sdks, node_modules)
    stack = workspace_factory({"runtime": "nodejs", "packages": PACKAGES})
    deployed(stack, lambda action: changes(command, stack.directory, action, stack.variables))


def test_go_program_runs(sdks: Path, tmp_path: Path, workspace_factory: WorkspaceFactory, azure: Azure) -> None:
    """A Go program on the generated SDK deploys both instances, rests, and leaves nothing."""
    make_group(azure, "rg")
    executable = tmp_path / "deploy"
    run("go", "build", "-o", str(executable), ".", cwd=go(tmp_path / "go", sdks), environment=GO_FLAGS)
    stack = workspace_factory({"runtime": "go", "packages": PACKAGES})
    deployed(stack, lambda action: changes([str(executable)], stack.directory, action, stack.variables))


def test_python_program_runs(python_sdk: Path, workspace_factory: WorkspaceFactory, azure: Azure) -> None:
    """A Python program on the generated SDK deploys both instances, rests, and leaves nothing."""
    make_group(azure, "rg")
    program = (CONSUMERS / "python" / "consumer.py").read_text()
    stack = workspace_factory(f"import sys\nsys.path.insert(0, {str(python_sdk)!r})\n{program}")
    project = yaml.safe_load((stack.directory / "Pulumi.yaml").read_text())
    (stack.directory / "Pulumi.yaml").write_text(yaml.safe_dump({**project, "packages": PACKAGES}))
    actions = {"up": stack.up, "preview": stack.preview, "destroy": stack.destroy}
    deployed(stack, lambda action: actions[action]().changes)
