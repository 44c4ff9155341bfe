"""Where things are in the repository; everything generated is ignored by git."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

VENV = ROOT / os.environ.get("SCALESET_VENV", ".venv")
VENV_BIN = VENV / "bin"
VENV_PYTHON = VENV_BIN / "python"

ENGINE_MODULE = ROOT / "tools" / "engine"
"""The Go module that pins the Pulumi engine."""

PLUGIN_BIN = ROOT / ".tools" / "bin"
"""Provider launchers only: in front of PATH with any engine, so that the stand-in provider is the one used."""

ENGINE_BIN = ROOT / ".tools" / f"engine{VENV.name.removeprefix('.venv')}"
"""`pulumi` and its language hosts: on PATH only when the pinned engine is used."""

PULUMI_HOME = ROOT / ".pulumi-home"
SCRATCH = ROOT / ".scratch"
DEMO = SCRATCH / "demo"
POLICY_PACK = ROOT / "policies" / "scaleset_policies" / "pack"
"""The folder that `python -m scaleset_policies` prints: it runs in the Python on PATH, and so needs no environment."""


def user_cache() -> Path:
    """The cache for all clones: the engine, generated tables."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pulumi-azure-scaleset"
