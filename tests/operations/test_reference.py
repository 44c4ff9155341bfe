"""The reference page is what the commands say."""

from __future__ import annotations

from typing import Any

from typer.main import get_command

from scaleset_core.command.main import app
from scaleset_operations.cli.reference import reference


def test_the_page_has_every_command_and_option() -> None:
    """Each command of `scaleset` has a section, and each of its long options is on the page."""
    page = reference()
    root: Any = get_command(app)
    for name in root.list_commands(None):
        command = root.get_command(None, name).real
        for path, leaf in leaves(f"scaleset {name}", command):
            assert f"## `{path}`" in page
            options = [each for each in leaf.params if each.name not in {"help", "install_completion"}]
            for long in [word for each in options for word in each.opts if word.startswith("--")]:
                assert f"`{long}" in page or f"{long}`" in page, (path, long)


def leaves(path: str, command: Any) -> list[tuple[str, Any]]:
    """A command, or those below it."""
    children = getattr(command, "commands", None) or {}
    return [leaf for name, child in children.items() for leaf in leaves(f"{path} {name}", child)] or [(path, command)]
