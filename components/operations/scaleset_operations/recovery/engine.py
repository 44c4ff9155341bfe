"""The `pulumi` commands of a recovery, on one stack."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from scaleset_operations.errors import OperationsError, UsageError
from scaleset_operations.statedir import write_private

_LOCKED = ("currently locked by", "Another update is currently in progress")
_LINES = 6
_UNREADABLE = "EOF"
_FILES = "file://"

Json = dict[str, Any]


class LockedError(OperationsError):
    """Another update holds the stack."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A preview of the program.

    Attributes:
        steps: Its steps, as ``pulumi preview --json`` has them; secrets are masked.
        config: The stack's configuration; secrets are masked.
        plans: The plan of each resource by its URN, as ``--save-plan`` writes it; secrets are encrypted.
    """

    steps: tuple[Json, ...]
    config: Mapping[str, Any]
    plans: Mapping[str, Json]


class Stack:
    """One stack of the project in a directory.

    Args:
        name: The stack; empty: the one that is selected.
        directory: The project's directory; empty: the current one.
        variables: Environment variables besides those of this process.

    Raises:
        UsageError: There is no ``pulumi``.
    """

    def __init__(self, name: str = "", directory: str = "", variables: Mapping[str, str] | None = None) -> None:
        found = shutil.which("pulumi")
        if found is None:
            raise UsageError("`scaleset recover` needs the `pulumi` command, which is not on PATH. Install it.")
        self._pulumi = found
        self.name = name
        self._variables = dict(variables or {})
        self.directory = Path(directory or ".")
        if not self.directory.is_dir():
            raise UsageError(f"--cwd {directory!r} is not a directory; give the directory of the Pulumi project.")

    def export(self) -> Json:
        """The whole state, with secrets encrypted.

        Raises:
            UsageError: Pulumi can't read it.
        """
        answer = self._run("stack", "export")
        if answer.returncode and _UNREADABLE in answer.stderr and self._remove_empty_attributes():
            answer = self._run("stack", "export")
        if answer.returncode:
            raise UsageError(
                f"{self}: `pulumi stack export` failed: {_reason(answer)}. `pulumi stack ls` lists the stacks; --cwd "
                "is the project's directory."
            )
        found: Json = json.loads(answer.stdout)
        return found

    def preview(self) -> Preview:
        """What the program would change.

        Raises:
            OperationsError: The program fails, or Pulumi does.
        """
        with tempfile.TemporaryDirectory(prefix="scaleset-recover-") as folder:
            file = Path(folder) / "plan.json"
            answer = self._run("preview", "--json", "--save-plan", str(file))
            digest = _json_of(answer.stdout)
            if answer.returncode or not file.exists():
                errors = [str(each.get("message")) for each in digest.get("diagnostics") or [] if _is_error(each)]
                reason = " ".join(" ".join(errors).split()).rstrip(".") or _reason(answer)
                raise OperationsError(f"{self}: `pulumi preview` failed: {reason}. Nothing was changed by it.")
            plan = json.loads(file.read_text(encoding="utf-8"))
        return Preview(tuple(digest.get("steps") or ()), digest.get("config") or {}, plan.get("resourcePlans") or {})

    def import_resources(self, file: Path) -> str:
        """`pulumi import` of a file, unprotected; returns why it failed, or nothing.

        Raises:
            LockedError: Another update holds the stack.
        """
        answer = self._run(
            "import",
            "--file",
            str(file.resolve()),
            "--yes",
            "--skip-preview",
            "--protect=false",
            "--generate-code=false",
        )
        self._refuse_lock(answer)
        return _reason(answer) if answer.returncode else ""

    def replace_state(self, state: Json) -> None:
        """`pulumi stack import`: store an edited state. It drops all pending operations, which is its documented use.

        Raises:
            LockedError: Another update holds the stack.
            OperationsError: Pulumi refuses the state.
        """
        with tempfile.TemporaryDirectory(prefix="scaleset-recover-") as folder:
            file = Path(folder) / "state.json"
            write_private(file, json.dumps(state))
            answer = self._run("stack", "import", "--file", str(file))
        self._refuse_lock(answer)
        if answer.returncode:
            raise OperationsError(f"{self}: `pulumi stack import` refused the edited state: {_reason(answer)}.")

    def refresh(self, urns: Sequence[str]) -> str:
        """`pulumi refresh` of these resources; returns why it failed, or nothing.

        Raises:
            LockedError: Another update holds the stack.
        """
        targets = [part for urn in urns for part in ("--target", urn)]
        answer = self._run("refresh", "--yes", "--skip-preview", *targets)
        self._refuse_lock(answer)
        return _reason(answer) if answer.returncode else ""

    def command(self, *arguments: str) -> str:
        """Any other command on the stack; returns why it failed, or nothing."""
        answer = self._run(*arguments)
        return _reason(answer) if answer.returncode else ""

    def _remove_empty_attributes(self) -> bool:
        """Remove empty files of attributes from a backend in a directory; whether there were any.

        Such a backend writes ``dev.json.attrs`` (the content's type and checksum) before it moves a new ``dev.json``
        into place. An engine that dies in between leaves an empty one, and no command can read the stack any more.
        Without the file the state is read as it is.
        """
        answer = self._run_plain("whoami", "--verbose", "--json")
        url = str(_json_of(answer.stdout).get("url") or "")
        if not url.startswith(_FILES):
            return False
        folder = Path(url2pathname(urlsplit(url).path)) / ".pulumi"
        empty = [file for file in folder.rglob("*.attrs") if not file.stat().st_size]
        for file in empty:
            file.unlink(missing_ok=True)
        return bool(empty)

    def __str__(self) -> str:
        """The stack, as messages name it."""
        return f"--stack {self.name!r}" if self.name else "the selected stack"

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run_plain(*arguments, *(["--stack", self.name] if self.name else []))

    def _run_plain(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - no shell
            [self._pulumi, *arguments, "--non-interactive", "--color", "never"],
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true", **self._variables},
        )

    def _refuse_lock(self, answer: subprocess.CompletedProcess[str]) -> None:
        text = answer.stdout + answer.stderr
        if answer.returncode and any(each in text for each in _LOCKED):
            raise LockedError(
                f"{self} is locked by another update: {_reason(answer)}. If that update still runs, wait for it. If it "
                "is dead, `pulumi cancel` takes its lock away; then run this command again."
            )


def _is_error(diagnostic: Mapping[str, Any]) -> bool:
    return str(diagnostic.get("severity")) == "error"


def _json_of(text: str) -> Json:
    """The JSON object in a command's output; empty if there is none."""
    start = text.find("{")
    try:
        found = json.loads(text[start:]) if start >= 0 else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _reason(answer: subprocess.CompletedProcess[str]) -> str:
    """Why a command failed: its first error and what follows it, or the end of its output."""
    lines = [line.strip() for line in (answer.stderr + "\n" + answer.stdout).splitlines() if line.strip()]
    first = next((index for index, line in enumerate(lines) if line.startswith("error:")), None)
    told = lines[-_LINES:] if first is None else lines[first : first + _LINES]
    return " ".join(told).removeprefix("error: ").rstrip(".") or "no reason was given"
