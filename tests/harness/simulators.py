"""The Azure simulator for tests: the command that users start, on a free port."""

from __future__ import annotations

import re
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from devkit import paths
from devkit.environment import Azure

START_SECONDS = 30.0


@dataclass(frozen=True)
class Simulator:
    """A running simulator.

    Attributes:
        endpoint: Its base URL.
        token: The bearer token that it accepts.
        state: Its SQLite file.
    """

    endpoint: str
    token: str
    state: Path

    def azure(self, subscription: str | None = None) -> Azure:
        """A subscription in it, a new and empty one by default."""
        return Azure(self.endpoint, self.token, subscription or str(uuid4()))


@contextmanager
def running_simulator(directory: Path) -> Iterator[Simulator]:
    """A simulator with its state and log in `directory`, stopped when the context is left."""
    state, log = directory / "state.db", directory / "simulator.log"
    token = secrets.token_urlsafe(16)
    command = [str(paths.VENV_BIN / "scaleset-sim"), "serve", "--port", "0", "--state", str(state), "--token", token]
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT) as process:
        try:
            yield Simulator(_wait_for_endpoint(process, log), token, state)
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for_endpoint(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if found := re.search(r"listening on (http://127\.0\.0\.1:\d+)", log.read_text()):
            return found[1]
        if process.poll() is not None:
            break
        time.sleep(0.05)
    msg = f"The simulator does not listen:\n{log.read_text()}"
    raise RuntimeError(msg)
