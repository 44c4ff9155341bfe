"""Small executables that the engine finds: the Python language host and the stand-in azure-native provider."""

from __future__ import annotations

import json
import os
import shlex
from importlib import metadata
from pathlib import Path

from devkit import paths
from devkit.engine import Engine, pinned_version

PROVIDER = "azure-native"


def install_language_host(engine: Engine) -> None:
    """Put the Python language host beside the pinned engine; an installed Pulumi has its own.

    With it comes the provider of dynamic resources, which is a module of the Pulumi SDK.
    """
    if engine.pinned:
        python = str(paths.VENV_PYTHON)
        host = [python, "-P", "-m", "language_host", "--host-version", pinned_version()]
        _write(paths.ENGINE_BIN / "pulumi-language-python", host)
        _write(paths.ENGINE_BIN / "pulumi-resource-pulumi-python", [python, "-u", "-m", "pulumi.dynamic"])


def install_provider(home: Path) -> Path:
    """Put the stand-in azure-native provider into a Pulumi home's plugin cache; returns its executable.

    The engine takes it for the provider that the installed `pulumi-azure-native` asks for. It is there for the users
    of this home only: a developer's own plugins and cloud are not touched.
    """
    directory = home / "plugins" / f"resource-{PROVIDER}-v{provider_version()}"
    executable = directory / f"pulumi-resource-{PROVIDER}"
    _write(executable, [str(paths.VENV_PYTHON), "-P", "-m", "azure_native"])
    return executable


def provider_version() -> str:
    """The provider version that the installed `pulumi-azure-native` needs."""
    for file in metadata.files("pulumi-azure-native") or ():
        if file.name == "pulumi-plugin.json":
            return str(json.loads(file.read_text())["version"])
    return metadata.version("pulumi-azure-native")


def _write(executable: Path, command: list[str]) -> None:
    text = f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n'
    if executable.exists() and executable.read_text() == text and os.access(executable, os.X_OK):
        return
    executable.parent.mkdir(parents=True, exist_ok=True)
    staged = executable.with_name(f".{executable.name}.{os.getpid()}")
    staged.write_text(text)
    staged.chmod(0o755)
    staged.replace(executable)
