"""The processes that the host runs for the engine, and their end."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

GRACE_SECONDS = float(os.environ.get("LANGUAGE_HOST_GRACE_SECONDS", "3"))
"""How long an interrupted process has before it is killed; the engine kills the host itself after 5 seconds."""

CHUNK_BYTES = 65536


class Children:
    """The running child processes. They stay in the host's process group, so that the engine's signals reach them."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._stopping = False

    @property
    def stopping(self) -> bool:
        """Whether the host has been asked to stop its processes."""
        return self._stopping

    @contextmanager
    def start(
        self, command: Sequence[str], *, directory: Path, variables: Mapping[str, str], capture: bool = False
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Start a process; if it still runs when the context is left, it is stopped.

        Args:
            command: The program and its arguments.
            directory: Its working directory.
            variables: All of its environment.
            capture: Whether its output is read through pipes; otherwise it goes where the host's goes.
        """
        with self._process(command, directory, variables, capture=capture) as process:
            with self._lock:
                self._running.add(process)
            try:
                yield process
            finally:
                stop(process, signal.SIGTERM)
                with self._lock:
                    self._running.discard(process)

    def _process(
        self, command: Sequence[str], directory: Path, variables: Mapping[str, str], *, capture: bool
    ) -> subprocess.Popen[bytes]:
        output = subprocess.PIPE if capture else None
        return subprocess.Popen(
            command, cwd=directory, env=dict(variables), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )

    def interrupt(self) -> None:
        """Interrupt all processes, and wait for their end."""
        self._stopping = True
        with self._lock:
            running = list(self._running)
        for process in running:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGINT)
        for process in running:
            stop(process, signal.SIGINT)


def stop(process: subprocess.Popen[bytes], request: signal.Signals) -> None:
    """Ask a process to end, and kill it if it does not."""
    if process.poll() is not None:
        return
    with suppress(ProcessLookupError):
        process.send_signal(request)
    try:
        process.wait(timeout=GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def output_of(process: subprocess.Popen[bytes]) -> Iterator[tuple[str, bytes]]:
    """The output of a captured process, as it arrives: (`stdout` or `stderr`, bytes)."""
    chunks: queue.SimpleQueue[tuple[str, bytes] | None] = queue.SimpleQueue()

    def pump(name: str, stream: IO[bytes]) -> None:
        with stream:
            while chunk := stream.read1(CHUNK_BYTES):  # type: ignore[attr-defined]  # a BufferedReader
                chunks.put((name, chunk))
        chunks.put(None)

    streams = [("stdout", process.stdout), ("stderr", process.stderr)]
    for name, stream in streams:
        assert stream is not None
        threading.Thread(target=pump, args=(name, stream), daemon=True).start()
    for _ in streams:
        while (item := chunks.get()) is not None:
            yield item
