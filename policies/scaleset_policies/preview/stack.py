"""The plan of a Pulumi stack, by Pulumi's own command."""

from __future__ import annotations

import shutil
import subprocess

from scaleset_policies.formats.errors import UnreadableError

_TIMEOUT = 900
"""Seconds; a program may wait for Azure while it is previewed."""


def preview_of(stack: str, cwd: str = "") -> str:
    """The output of ``pulumi preview --json`` for a stack; secrets are left out by Pulumi itself.

    Raises:
        UnreadableError: Pulumi is missing or fails.
    """
    where = f"--stack {stack}"
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise UnreadableError(where, "it needs the `pulumi` command, which is not on PATH: install it, or name a file")
    command = [pulumi, "preview", "--json", "--show-sames", "--non-interactive", "--stack", stack]
    command += ["--cwd", cwd] if cwd else []
    try:
        answer = subprocess.run(  # noqa: S603 - no shell
            command, capture_output=True, text=True, check=False, timeout=_TIMEOUT, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        raise UnreadableError(where, f"`pulumi preview` gave no answer in {_TIMEOUT} seconds") from None
    if not answer.stdout.lstrip().startswith("{"):
        reason = " ".join((answer.stderr or answer.stdout).split()).rstrip(".") or "it printed nothing"
        raise UnreadableError(where, f"`pulumi preview` failed: {reason}; --cwd is the project's directory")
    return answer.stdout
