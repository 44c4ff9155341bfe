"""`make up` where somebody has just cloned the repository and has Pulumi installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from azure_native.install import write_launcher
from devkit import launchers, paths
from devkit.engine import PROGRAMS, ensure, pinned_version

pytestmark = [pytest.mark.engine, pytest.mark.long]


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


def fresh_clone(directory: Path) -> Path:
    """The repository's files and nothing that was generated: what a clone has, with what is not committed yet."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=paths.ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (source := paths.ROOT / name).is_file():
            target = directory / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    return directory


def test_make_up_with_an_installed_pulumi(tmp_path: Path) -> None:
    """`make up` deploys the demo with the policy pack, `make preview` finds no change, `make down` removes it all."""
    clone = fresh_clone(tmp_path / "clone")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SCALESET_", "VIRTUAL_ENV"))}
    path = os.pathsep.join([str(installation(tmp_path / "pulumi")), os.environ["PATH"]])
    variables = {**kept, "PATH": path, "SCALESET_ENGINE": "installed"}

    def make(target: str, arguments: str = "") -> str:
        done = subprocess.run(
            ["make", target, f"ARGS=--non-interactive {arguments}"],
            cwd=clone,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    try:
        shown = make("up")
        assert f"Engine: Pulumi {pinned_version()} at " in shown or not ensure().pinned
        assert "with its own Python language host" in shown
        assert "azure-scaleset@" in shown  # the policy pack
        assert "The stack is up in the simulated Azure" in shown
        make("preview", "--expect-no-changes")
        assert "deleted" in make("down")
    finally:
        subprocess.run(["make", "stop"], cwd=clone, env=variables, capture_output=True, check=False)
