"""Python programs as forks of a warm process: an interpreter that has imported the Pulumi SDK.

Importing the SDK, azure-native's classes and the component costs a program one second of processor time, most of the
time of most engine runs in this suite. A fork has them after a few milliseconds, and is otherwise a normal process
with its own environment, directory, output, exit code and signals.

    with Forks() as forks, forks.start(["-u", "program.py"], ...) as process:
        process.wait()
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import io
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

_LENGTH_BYTES = 8
_FORKED_FDS = 3


class Forked:
    """A forked process, with the interface of :class:`subprocess.Popen`."""

    def __init__(self, channel: socket.socket, stdout: IO[bytes] | None, stderr: IO[bytes] | None) -> None:
        self.stdout = stdout
        self.stderr = stderr
        self.returncode: int | None = None
        answers = channel.makefile("r")
        self.pid = int(answers.readline())
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._await_end, args=(channel, answers), daemon=True)
        self._watch.start()

    def _await_end(self, channel: socket.socket, answers: IO[str]) -> None:
        with channel, answers:
            self.returncode = int(answers.readline() or -signal.SIGKILL)
        self._ended.set()

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; the exit code, negative for a signal.

        Raises:
            subprocess.TimeoutExpired: It is still running.
        """
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for stream in (self.stdout, self.stderr):
            if stream is not None:
                stream.close()
        self.wait()


class Forks:
    """The warm process. Create it before the first thread: a fork inherits the locks of threads, but not the threads.

    Args:
        warm: Imports the modules that programs need; it runs in the warm process.
    """

    def __init__(self, warm: Callable[[], None]) -> None:
        self._control, theirs = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            self._control.close()
            _leave(lambda: _serve(theirs, warm))
        theirs.close()
        self._lock = threading.Lock()

    def start(
        self, arguments: Sequence[str], *, directory: Path, variables: Mapping[str, str], stdout: int, stderr: int
    ) -> Forked:
        """Run ``python *arguments`` in a fork.

        Args:
            arguments: The command line after the interpreter: ``-u``, and ``-m module`` or the path of a program.
            directory: Its working directory.
            variables: Its complete environment.
            stdout: The descriptor for its output, or :data:`subprocess.PIPE`.
            stderr: The same for its errors.
        """
        ours, theirs = socket.socketpair()
        pipes = [os.pipe() if each == subprocess.PIPE else (None, each) for each in (stdout, stderr)]
        with self._lock:
            socket.send_fds(self._control, [b"+"], [theirs.fileno(), *(write for _, write in pipes)])
        theirs.close()
        text = json.dumps([list(arguments), str(directory), dict(variables)]).encode()
        ours.sendall(len(text).to_bytes(_LENGTH_BYTES) + text)
        readers: list[IO[bytes] | None] = []
        for read, write in pipes:
            if read is not None:
                os.close(write)
            readers.append(None if read is None else os.fdopen(read, "rb"))
        return Forked(ours, *readers)

    def close(self) -> None:
        """End the warm process; forks that still run continue."""
        self._control.close()
        os.waitpid(self._pid, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


def _serve(control: socket.socket, warm: Callable[[], None]) -> int:
    """The warm process: fork for each request, until the other end closes the socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warm()
    gc.collect()
    gc.freeze()
    while True:
        message, fds, _, _ = socket.recv_fds(control, 1, _FORKED_FDS)
        if not message:
            return 0
        if os.fork() == 0:
            control.close()
            return _mind(*fds)
        for each in fds:
            os.close(each)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _mind(channel_fd: int, stdout: int, stderr: int) -> int:
    """The process between the warm process and the program: it sends the program's id and exit code to the caller."""
    channel = socket.socket(fileno=channel_fd)
    length = int.from_bytes(_exactly(channel, _LENGTH_BYTES))
    arguments, directory, variables = json.loads(_exactly(channel, length))
    pid = os.fork()
    if pid == 0:
        channel.close()
        return _become(arguments, directory, variables, stdout, stderr)
    for each in (stdout, stderr):
        os.close(each)
    channel.sendall(f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(BrokenPipeError):
        channel.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    return 0


def _exactly(channel: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        found += channel.recv(count - len(found)) or sys.exit(1)
    return found


def _become(arguments: list[str], directory: str, variables: dict[str, str], stdout: int, stderr: int) -> int:
    """Run a command line as the interpreter does, with modules already imported."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(stdout, 1)
    os.dup2(stderr, 2)
    # As with `-u`: unbuffered.
    sys.stdout = io.TextIOWrapper(cast("IO[bytes]", io.FileIO(1, "w", closefd=False)), write_through=True)
    sys.stderr = io.TextIOWrapper(
        cast("IO[bytes]", io.FileIO(2, "w", closefd=False)), write_through=True, errors="backslashreplace"
    )
    os.chdir(directory)
    os.environ.clear()
    os.environ.update(variables)
    assert arguments[0] == "-u"
    if arguments[1] == "-m":
        sys.argv = arguments[2:]
        sys.path.insert(0, directory)
        runpy.run_module(arguments[2], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments[1:]
        program = Path(arguments[1])
        if program.is_file():
            sys.path.insert(0, str(program.parent))
        runpy.run_path(str(program), run_name="__main__")
    return 0


def _leave(run: Callable[[], int]) -> None:
    """Run it, then exit as the interpreter does, but without freeing objects."""
    try:
        status = run()
    except SystemExit as leaving:
        code = leaving.code
        if code is not None and not isinstance(code, int):
            sys.stderr.write(f"{code}\n")
        status = 0 if code is None else code if isinstance(code, int) else 1
    except BaseException:  # noqa: BLE001 - printed, as the interpreter does
        traceback.print_exc()
        status = 1
    threading._shutdown()  # type: ignore[attr-defined]  # waits for the threads, as on every normal exit
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status & 0xFF)
