"""`make up` where somebody has just cloned the repository and has Pulumi installed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from support.clones import fresh_clone, installation, newcomers_variables

from devkit.engine import ensure, pinned_version

pytestmark = [pytest.mark.engine, pytest.mark.long]


def test_make_up_with_an_installed_pulumi(tmp_path: Path) -> None:
    """`make up` deploys the demo with the policy pack, `make preview` finds no change, `make down` removes it all."""
    clone = fresh_clone(tmp_path / "clone")
    variables = newcomers_variables(installation(tmp_path / "pulumi"))

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
