"""The tutorial's commands, in their order, by somebody who has just cloned the repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from support.clones import fresh_clone, installation, newcomers_variables
from support.shells import Shell

from docs_site import pages

pytestmark = [pytest.mark.engine, pytest.mark.long]

TUTORIAL = "docs/tutorial.md"


@pytest.mark.timeout(900)
def test_the_tutorial(tmp_path: Path) -> None:
    """Each command of the page works, or is refused where the page says so, and prints what the page shows."""
    todo = pages.steps(TUTORIAL)
    commands = " ".join(step.command for step in todo)
    for expected in (
        "make up",
        "instances restart",
        pages.REFUSED,
        "nat migrate",
        "migrate verify",
        "--retire",
        "make down",
    ):
        assert expected in commands
    clone = fresh_clone(tmp_path / "clone")
    variables = newcomers_variables(installation(tmp_path / "pulumi")) | {"XDG_STATE_HOME": str(tmp_path / "state")}
    try:
        with Shell(clone, variables) as shell:
            shell.follow(todo)
        assert not (clone / ".scratch" / "demo").exists()
    finally:
        if (clone / ".scratch" / "demo").exists():
            subprocess.run(["make", "stop"], cwd=clone, env=variables, capture_output=True, check=False)
