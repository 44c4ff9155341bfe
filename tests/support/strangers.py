"""The environment of somebody who has Pulumi and Python, and nothing from this repository."""

from __future__ import annotations

import os
from pathlib import Path

from devkit import paths
from devkit.engine import Engine

FROM_INDEX = ("PIP_", "SSL_", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy")
"""How the variables begin that say where packages come from; nothing else of this process is inherited."""


def index_variables() -> dict[str, str]:
    """What says where packages come from."""
    return {name: value for name, value in os.environ.items() if name.startswith(FROM_INDEX)}


def stranger(engine: Engine, home: Path, *path: str | Path) -> dict[str, str]:
    """All environment variables: a home, a Pulumi home and states in a folder, and the cache of pip that anybody has.

    Args:
        engine: The engine, first on PATH.
        home: The folder; the one for the states is made.
        path: What else is on PATH.
    """
    (home / "states").mkdir()
    return {
        "HOME": str(home),
        "PATH": os.pathsep.join([str(engine.pulumi.parent), *map(str, path)]),
        "PULUMI_HOME": str(home / "pulumi-home"),
        "PULUMI_BACKEND_URL": (home / "states").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "correct horse",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
        "PIP_CACHE_DIR": str(paths.user_cache().parent / "pip"),
        **index_variables(),
    }
