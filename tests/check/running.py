"""``scaleset`` run in this process."""

from __future__ import annotations

from typer.testing import CliRunner, Result

from scaleset_core.command.main import app


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    """Run ``scaleset``; it must end by itself, not with a traceback."""
    found = CliRunner().invoke(app, list(arguments), input=stdin)
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exc_info
    assert "Traceback" not in found.output
    return found


def check(*arguments: str, stdin: str | bytes | None = None) -> Result:
    """Run ``scaleset check``."""
    return run("check", *arguments, stdin=stdin)
