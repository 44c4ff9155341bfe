"""Small executables that the engine finds: the Python language host and the stand-in azure-native provider."""

from __future__ import annotations

from pathlib import Path

from azure_native.install import PROVIDER, install, provider_version, write_launcher
from devkit import paths
from devkit.engine import Engine, pinned_version

__all__ = ["PROVIDER", "install_language_host", "install_provider", "provider_version"]


def install_language_host(engine: Engine) -> None:
    """Put the Python language host beside the pinned engine; an installed Pulumi has its own.

    With it comes the provider of dynamic resources, which is a module of the Pulumi SDK.
    """
    if engine.pinned:
        python = str(paths.VENV_PYTHON)
        host = [python, "-P", "-m", "language_host", "--host-version", pinned_version()]
        write_launcher(paths.ENGINE_BIN / "pulumi-language-python", host)
        write_launcher(paths.ENGINE_BIN / "pulumi-resource-pulumi-python", [python, "-u", "-m", "pulumi.dynamic"])


def install_provider(home: Path, version: str | None = None) -> Path:
    """Put the stand-in azure-native provider into a Pulumi home's plugin cache; returns its executable.

    Args:
        home: The `PULUMI_HOME`.
        version: Another version of azure-native that it plays.
    """
    return install(home, str(paths.VENV_PYTHON), version)
