"""The Azure CLI in a separate virtual environment: its many packages would conflict with the project's."""

import os
import subprocess
import sys
from pathlib import Path

from devkit import paths

HERE = paths.SCRATCH / "benchmarks" / "az"


def installed(folder: Path | None = None) -> str:
    """The Azure CLI of a virtual environment, which is made if it is not there.

    Args:
        folder: The virtual environment; None: one in the scratch folder.

    Raises:
        subprocess.CalledProcessError: it could not be made; what pip says is on stderr.
    """
    where = folder or HERE
    program = where / "bin" / "az"
    if not program.exists():
        print(f"installing azure-cli into {where}: some minutes, once", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(where)], check=True)
        pip = [str(where / "bin" / "python"), "-m", "pip", "install", "--quiet", "azure-cli"]
        subprocess.run(pip, check=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}, stdout=sys.stderr)
    return str(program.absolute())
