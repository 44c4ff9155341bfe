"""`scaleset recover` on a test's stack, as a person runs it in the project's directory."""

from __future__ import annotations

import json
import os
import re
import shlex
from typing import Any
from unittest import mock

from harness import Workspace
from typer.testing import CliRunner

from scaleset_core.command.main import app


class Recovered:
    """What a recovery printed.

    Attributes:
        code: Its exit code.
        out: Its result.
        err: What it said to a person.
    """

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    def json(self) -> Any:
        """The result of ``-o json``."""
        return json.loads(self.out)

    def named(self, result: str) -> list[str]:
        """The logical names of the resources with this result, sorted."""
        return sorted(each["name"] for each in self.json()["resources"] if each["result"] == result)


def recover(stack: Workspace, *arguments: str) -> Recovered:
    """Run ``scaleset recover --stack dev -o json`` in this process, with the engine's plugins as the stack has them."""
    return run_attached(stack, "recover", "--stack", "dev", "-o", "json", *arguments)


def run_attached(stack: Workspace, *arguments: str) -> Recovered:
    """Run a ``scaleset`` command, with the engine's plugins as the stack has them."""
    with stack.runtime.attached(stack.variables, stack.directory.parent / "recover.txt") as attached:
        return run(stack, *arguments, more=attached)


def suggested(text: str, beginning: str) -> list[str]:
    """The words of the one command in a message that begins so."""
    found = {each for each in re.findall(r"`([^`]+)`", text) if f"{each} ".startswith(f"{beginning} ")}
    (command,) = found
    return shlex.split(command)


def run(stack: Workspace, *arguments: str, more: dict[str, str] | None = None) -> Recovered:
    """Run a ``scaleset`` command in the project's directory."""
    before = os.getcwd()  # noqa: PTH109
    with mock.patch.dict(os.environ, {**stack.variables, **(more or {})}, clear=True):
        os.chdir(stack.directory)
        try:
            result = CliRunner().invoke(app, list(arguments))
        finally:
            os.chdir(before)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Recovered(result.exit_code, result.stdout, result.stderr)
