"""Put the stand-in provider where the engine looks for azure-native: into the plugin cache of a Pulumi home."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

PROVIDER = "azure-native"


def install(home: Path, python: str = sys.executable, version: str | None = None) -> Path:
    """Put the provider into a Pulumi home's plugin cache; returns its executable.

    The engine uses it as the provider that the installed `pulumi-azure-native` requires. Only users of this home get
    it: a developer's own plugins and cloud are not touched.

    Args:
        home: The `PULUMI_HOME`.
        python: The interpreter that has this distribution.
        version: Another version of azure-native that the engine takes it for; its resource types stay the same.
    """
    directory = home / "plugins" / f"resource-{PROVIDER}-v{version or provider_version()}"
    executable = directory / f"pulumi-resource-{PROVIDER}"
    other = ["--version", version] if version else []
    write_launcher(executable, [python, "-P", "-m", "azure_native", *other])
    return executable


def provider_version() -> str:
    """The provider version that the installed `pulumi-azure-native` needs."""
    for file in metadata.files("pulumi-azure-native") or ():
        if file.name == "pulumi-plugin.json":
            return str(json.loads(file.read_text())["version"])
    return metadata.version("pulumi-azure-native")


def write_launcher(executable: Path, command: Sequence[str]) -> None:
    """Write a shell script that runs ``command``, in one step, unless it is there already."""
    text = f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n'
    if executable.exists() and executable.read_text() == text and os.access(executable, os.X_OK):
        return
    executable.parent.mkdir(parents=True, exist_ok=True)
    staged = executable.with_name(f".{executable.name}.{os.getpid()}")
    staged.write_text(text)
    staged.chmod(0o755)
    staged.replace(executable)
