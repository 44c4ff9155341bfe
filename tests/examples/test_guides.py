"""The how-to guides' programs and commands, as somebody does them who has followed the guides' first page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import EngineRuntime
from support.clones import with_environment
from support.shells import Shell

from arm_simulator.testing import running_simulator
from devkit.demo import SUBSCRIPTION
from devkit.environment import Azure
from docs_site import pages

pytestmark = [pytest.mark.engine, pytest.mark.long, pytest.mark.timeout(300)]

FIRST = "docs/guides/README.md"
GUIDES = [name for name in pages.names() if name.startswith("docs/guides/") and name != FIRST]
FOLDER = Path(".scratch") / "guide"
LINES = 120


@pytest.fixture
def prepared(engine_runtime: EngineRuntime, tmp_path: Path) -> Iterator[Shell]:
    """A shell in the guides' project, after the commands of their first page, on a separate simulator."""
    clone = with_environment(tmp_path / "clone")
    (tmp_path / "states").mkdir()
    with running_simulator() as simulator:
        azure = Azure(simulator.endpoint, simulator.token, SUBSCRIPTION)
        variables = engine_runtime.variables(tmp_path / "states", azure)
        with Shell(clone, {**variables, "XDG_STATE_HOME": str(tmp_path / "state")}) as shell:
            shell.follow(pages.steps(FIRST))
            yield shell


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide(prepared: Shell, name: str) -> None:
    """Each command works, or is refused where the page says so, prints what it shows, and leaves nothing deployed."""
    prepared.follow(pages.steps(name))
    _, place = prepared.run("pwd")
    assert place.strip().endswith(str(FOLDER)), "the next guide begins in the shared folder"
    _, state = prepared.run("pulumi stack export")
    assert "azure-native:resources:ResourceGroup" not in state, f"{name} leaves resources in the stack"
