"""Programs on the generated SDKs: laid out and compiled as their languages do it, and run by the Automation API."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from component_package import sdk
from pulumi_azure_scaleset.provider.publication import GO_MODULE, NPM_PACKAGE

CONSUMERS = Path(__file__).parent / "consumers"
PASSWORD = "C0rrect-Horse-Battery"
COMPILER = {"strict": True, "skipLibCheck": True, "target": "ES2022", "module": "commonjs", "types": ["node"]}
GO_FLAGS = {"GOFLAGS": "-mod=mod -trimpath -buildvcs=false"}
"""As the generator is built, so that both use the same compiled packages."""

Install = Callable[[Path], list[str]]
"""Lays a program out in an empty directory; gives the command that runs it, to which directory and action are added."""


def run(*command: str, cwd: Path, environment: Mapping[str, str] | None = None) -> str:
    """Run a command that must succeed; its standard output."""
    variables = {**os.environ, **(environment or {})}
    done = subprocess.run(command, cwd=cwd, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"`{' '.join(command)}` failed:\n{done.stdout}{done.stderr}"
    return done.stdout


def changes(command: list[str], directory: Path, action: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """What an action (`up`, `preview`, `destroy`) of a program did: how many resources, by operation."""
    done: dict[str, Any] = json.loads(run(*command, str(directory), action, cwd=directory, environment=environment))
    return done


def typescript(directory: Path, sdks: Path, node_modules: Path) -> list[str]:
    """Lay out the TypeScript program in `directory`, beside the SDK as npm installs it, and compile both.

    Returns:
        The command for `changes`.
    """
    modules = directory / "node_modules"
    (modules / "@pulumi").mkdir(parents=True)
    for installed in [*node_modules.iterdir(), *(node_modules / "@pulumi").iterdir()]:
        if installed.name != "@pulumi":
            (modules / installed.relative_to(node_modules)).symlink_to(installed)
    package = shutil.copytree(sdks / "nodejs", directory / "sdk")
    installed_as = modules / NPM_PACKAGE
    installed_as.parent.mkdir(exist_ok=True)
    installed_as.symlink_to(package)
    # npm runs this script after the installation, with the executables of the dependencies on the path.
    path = os.pathsep.join([str(node_modules / ".bin"), os.environ.get("PATH", os.defpath)])
    run("node", "scripts/postinstall.js", cwd=package, environment={"PATH": path})
    program = directory / "program"
    shutil.copytree(CONSUMERS / "typescript", program)
    (program / "tsconfig.json").write_text(json.dumps({"compilerOptions": COMPILER, "include": ["*.ts"]}))
    run(*compiler(node_modules), cwd=program)
    return ["node", str(program / "automation.js")]


def compiler(node_modules: Path) -> list[str]:
    """The command that compiles the TypeScript project in the working directory."""
    return ["node", str(node_modules / "typescript" / "bin" / "tsc"), "-p", "."]


def go(directory: Path, sdks: Path) -> Path:
    """Lay out the Go program in `directory`, beside the SDK; gives the program's directory."""
    package = shutil.copytree(sdks / "go", directory / "sdk")
    program = shutil.copytree(CONSUMERS / "go", directory / "program")
    # The generator's own pins: they have Pulumi's Go SDK with everything that it needs.
    for name in ("go.mod", "go.sum"):
        shutil.copy(sdk.MODULE / name, program)
    edits = ["-module=program", "-droprequire=github.com/pulumi/pulumi/pkg/v3", f"-require={GO_MODULE}@v0.0.0"]
    run("go", "mod", "edit", *edits, f"-replace={GO_MODULE}={package}", cwd=program)
    return program
