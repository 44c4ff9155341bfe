"""The part of set-up after the virtual environment: generated tables, the engine and its plugins.

It returns at once if everything is done already.
"""

from __future__ import annotations

import sys

from devkit import engine, generated, launchers, paths
from scaleset_core import installed


def prepare() -> engine.Engine:
    """Find or build the engine and install the launchers of this repository; returns the engine.

    Raises:
        devkit.engine.EngineError: There is no engine and none can be built.
    """
    generated.ensure()
    found = engine.ensure()
    launchers.install_language_host(found)
    launchers.install_provider(paths.PULUMI_HOME)
    environments()
    return found


def environments() -> None:
    """What `pulumi install` would make for the folders that have an environment: one that sees `.venv`."""
    for folder in (paths.COMPONENTS, paths.POLICY_PACK):
        if not (folder / installed.ENVIRONMENT).exists():
            installed.shadow(folder / installed.ENVIRONMENT)


if __name__ == "__main__":
    try:
        prepare()
    except engine.EngineError as error:
        sys.exit(str(error))
