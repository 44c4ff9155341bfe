"""The Pulumi command line as the Automation API runs it, with a way to interrupt what runs."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO

from pulumi import automation as auto
from pulumi.automation.errors import create_command_error

Listener = Callable[[str], object] | None


class InterruptibleCommand(auto.PulumiCommand):
    """`pulumi`, each call in its own process group.

    Ctrl-C in a terminal reaches every foreground process; here it reaches the runner only, which passes it on once. An
    engine that is interrupted once finishes the operations in progress, writes its state and releases its lock.
    """

    def __init__(self) -> None:
        super().__init__()
        self._running: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()

    def interrupt(self) -> int:
        """Interrupt everything that runs; returns how many processes that were."""
        with self._lock:
            for process in self._running:
                with suppress(ProcessLookupError):
                    process.send_signal(signal.SIGINT)
            return len(self._running)

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: Listener = None,
        on_error: Listener = None,
    ) -> auto.CommandResult:
        """Run a command to its end.

        Raises:
            pulumi.automation.CommandError: It failed.
        """
        return self.call(["--non-interactive", *args], cwd, additional_env, None, on_output, on_error)

    def call(
        self,
        args: list[str],
        cwd: str,
        variables: Mapping[str, str],
        text: str | None,
        on_output: Listener = None,
        on_error: Listener = None,
    ) -> auto.CommandResult:
        """As `run`, with `text` on its standard input, for secrets: other users can read command lines."""
        environment = {**os.environ, **variables, "PULUMI_AUTOMATION_API": "true"}
        process = subprocess.Popen(  # noqa: S603 - the user's own pulumi
            [self.command, *args],
            stdin=subprocess.DEVNULL if text is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=environment,
            encoding="utf-8",
            start_new_session=True,
        )
        with self._lock:
            self._running.add(process)
        try:
            output, errors = _read(process, text, on_output, on_error)
        finally:
            with self._lock:
                self._running.discard(process)
        result = auto.CommandResult(stdout=output, stderr=errors, code=process.returncode)
        if result.code != 0:
            raise create_command_error(result)
        return result


def _read(process: subprocess.Popen[str], text: str | None, on_output: Listener, on_error: Listener) -> tuple[str, str]:
    """Everything that the process prints."""
    with process:
        readers = [_Reader(process.stdout, on_output), _Reader(process.stderr, on_error)]
        if text is not None and process.stdin is not None:
            with suppress(BrokenPipeError), process.stdin as stdin:
                stdin.write(text)
        for reader in readers:
            reader.join()
    return readers[0].text, readers[1].text


class _Reader(threading.Thread):
    def __init__(self, stream: IO[str] | None, listener: Listener) -> None:
        super().__init__(daemon=True)
        self._stream, self._listener, self._lines = stream, listener, list[str]()
        self.start()

    def run(self) -> None:
        for line in self._stream or ():
            self._lines.append(line.rstrip())
            if self._listener is not None:
                self._listener(self._lines[-1])

    @property
    def text(self) -> str:
        return "\n".join(self._lines)
