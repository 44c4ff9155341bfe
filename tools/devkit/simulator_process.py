"""The demo's Azure simulator: one background process whose state outlives it."""

from __future__ import annotations

import os
import re
import secrets
import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from devkit import paths

START_SECONDS = 30.0
STOP_SECONDS = 10.0
LISTENING = re.compile(r"listening on (http://127\.0\.0\.1:(\d+))")


class SimulatorError(Exception):
    """The simulator does not start; the message has the end of its log."""


@dataclass(frozen=True)
class SimulatorProcess:
    """The simulator whose files are in one directory.

    Attributes:
        directory: Holds `state.db` (the simulated cloud), `token`, `port`, `pid` and `simulator.log`.
    """

    directory: Path

    @property
    def state(self) -> Path:
        """The SQLite file that is the simulated cloud."""
        return self.directory / "state.db"

    def token(self) -> str:
        """The bearer token, created at the first call and readable by its owner only."""
        return private_secret(self.directory / "token")

    def endpoint(self) -> str:
        """The base URL; the port is chosen once and then kept."""
        return f"http://127.0.0.1:{self._port()}"

    def is_running(self) -> bool:
        """Whether the process runs and accepts connections."""
        return self._pid() is not None and _accepts(self._port())

    def start(self) -> bool:
        """Start it unless it runs; returns whether it was started.

        Raises:
            SimulatorError: It ended, or took too long, before it listened.
        """
        if self.is_running():
            return False
        self.stop()
        self.directory.mkdir(parents=True, exist_ok=True)
        log = self.directory / "simulator.log"
        log.write_text("")
        pid = self._spawn(log)
        deadline = time.monotonic() + START_SECONDS
        while (found := LISTENING.search(log.read_text())) is None:
            if not _is_simulator(pid) or time.monotonic() > deadline:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                msg = f"The Azure simulator did not start; {log} says: {log.read_text().strip()[-2000:]}"
                raise SimulatorError(msg)
            time.sleep(0.05)
        (self.directory / "port").write_text(found[2])
        (self.directory / "pid").write_text(str(pid))
        return True

    def _spawn(self, log: Path) -> int:
        """Start the process; returns its id.

        A shell starts it and ends, so that it is not a child of this process; and in its own session, because Ctrl-C in
        the terminal is for the engine. The token is in the environment: other users can read the command line.
        """
        command = [str(paths.VENV_BIN / "scaleset-sim"), "serve", "--port", str(self._free_port())]
        shell = ["/bin/sh", "-c", 'exec "$@" </dev/null >>"$LOG" 2>&1 & echo $!', "sh", *command]
        started = subprocess.run(
            [*shell, "--state", str(self.state)],
            env=os.environ | {"SCALESET_ARM_TOKEN": self.token(), "LOG": str(log)},
            stdout=subprocess.PIPE,
            start_new_session=True,
            check=True,
        )
        return int(started.stdout)

    def stop(self) -> None:
        """End the process if it runs; its state stays."""
        pid = self._pid()
        if pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while _is_simulator(pid):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
                break
            time.sleep(0.05)
        (self.directory / "pid").unlink(missing_ok=True)

    def _pid(self) -> int | None:
        try:
            pid = int((self.directory / "pid").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid if _is_simulator(pid) else None

    def _port(self) -> int:
        try:
            return int((self.directory / "port").read_text())
        except (FileNotFoundError, ValueError):
            return 0

    def _free_port(self) -> int:
        """The previous port, so that what a user exported stays valid; 0 for any if another program has it now."""
        port = self._port()
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return 0
        return port


def private_secret(file: Path) -> str:
    """A random secret that is kept in a file only its owner can read."""
    with suppress(FileNotFoundError):
        return file.read_text()
    file.parent.mkdir(parents=True, exist_ok=True)
    value = secrets.token_urlsafe(32)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(value)
    return value


def _is_simulator(pid: int) -> bool:
    """Whether the process exists and is a simulator, not a later process with the same id."""
    listing = subprocess.run(
        # -ww: whole lines, also where COLUMNS is set: a checkout may have a long path.
        ["ps", "-ww", "-o", "stat=,args=", "-p", str(pid)],  # noqa: S607 - in every POSIX system
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return "scaleset-sim" in listing and not listing.startswith("Z")


def _accepts(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
