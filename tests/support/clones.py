"""The repository as somebody has it who has just cloned it, with Pulumi installed."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from azure_native.install import write_launcher
from devkit import launchers, paths
from devkit.clone import fresh_clone
from devkit.engine import PROGRAMS, ensure, pinned_version
from scaleset_core import installed

__all__ = ["fresh_clone", "installation", "newcomers_variables", "with_environment"]


def installation(directory: Path) -> Path:
    """A directory with Pulumi as its installer leaves it: command and language hosts side by side.

    Without an installed Pulumi it is the pinned engine with the stand-in host, which is as strict as the official one.
    """
    engine = ensure()
    if not engine.pinned:
        return Path(engine.pulumi).parent
    launchers.install_language_host(engine)
    directory.mkdir()
    for name in PROGRAMS:
        shutil.copy2(paths.ENGINE_BIN / name, directory)
    host = [str(paths.VENV_PYTHON), "-P", "-m", "language_host", "--host-version", pinned_version()]
    write_launcher(directory / "pulumi-language-python", host)
    return directory


def with_environment(directory: Path) -> Path:
    """A clone after `make setup`: with this process's environment, and what `pulumi install` makes for its folders."""
    clone = fresh_clone(directory)
    (clone / ".venv").symlink_to(sys.prefix)
    for folder in (paths.COMPONENTS, paths.POLICY_PACK):
        installed.shadow(clone / folder.relative_to(paths.ROOT) / installed.ENVIRONMENT)
    return clone


def newcomers_variables(pulumi: Path) -> dict[str, str]:
    """The environment of somebody who has Pulumi on the PATH, and nothing from this repository."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SCALESET_", "VIRTUAL_ENV"))}
    return {**kept, "PATH": os.pathsep.join([str(pulumi), os.environ["PATH"]]), "SCALESET_ENGINE": "installed"}
