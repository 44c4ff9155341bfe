"""The folders that the Pulumi CLI starts, for a distribution that was installed from a wheel.

The CLI runs a plugin or a policy pack with the Python of a virtual environment *in its folder*, and changes that
environment when it installs the folder. So each folder gets an empty environment that sees the packages of the
distribution's environment. The latter is not changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

ENVIRONMENT = "venv"
"""The name of the environment in a folder: the ``virtualenv`` of its PulumiPlugin.yaml or PulumiPolicy.yaml."""

_LINK = "surrounding.pth"


def folder(template: Path, name: str) -> Path:
    """The folder that ``pulumi package add`` or ``--policy-pack`` takes, made if it is not there.

    Args:
        template: The files that belong in it, among them PulumiPlugin.yaml or PulumiPolicy.yaml.
        name: Its name among those of other distributions.

    Returns:
        A folder below this Python environment, or in the user's cache where the environment can't be written to.
    """
    target = _home() / name
    target.mkdir(parents=True, exist_ok=True)
    for file in sorted(template.iterdir()):
        if file.is_file():
            _replace(target / file.name, file.read_bytes())
    shadow(target / ENVIRONMENT)
    return target


def shadow(directory: Path) -> None:
    """Make a virtual environment without packages that sees those of the environment that this runs in.

    Args:
        directory: The folder of the new environment. One that sees this environment already is left as it is.
    """
    paths = {"base": str(directory), "platbase": str(directory)}
    site = Path(sysconfig.get_path("purelib", "venv", paths))
    # `addsitedir`, unlike a plain line, reads the .pth files there, by which editable packages are found.
    line = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    scripts = Path(sysconfig.get_path("scripts", "venv", paths))
    link = site / _LINK
    if (scripts / Path(sys.executable).name).exists() and link.exists() and link.read_text(encoding="utf-8") == line:
        return
    shutil.rmtree(directory, ignore_errors=True)
    venv.create(directory, with_pip=False, symlinks=os.name != "nt")
    _replace(link, line.encode())


def _home() -> Path:
    environment = Path(sys.prefix)
    if os.access(environment, os.W_OK):
        return environment / "share" / "pulumi-azure-scaleset"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "pulumi-azure-scaleset" / hashlib.sha256(str(environment).encode()).hexdigest()[:16]


def _replace(file: Path, content: bytes) -> None:
    """Write a file at once: an engine that starts meanwhile reads the old one or the new one."""
    if file.exists() and file.read_bytes() == content:
        return
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as staged:
        staged.write(content)
    Path(staged.name).chmod(0o644)
    Path(staged.name).replace(file)
