"""Whether a policy pack starts, found out before the engine is given it.

An engine that is given a pack that does not start may wait for it for ever, with the stack locked: Pulumi's own Python
language host reports neither a missing virtual environment nor what the pack said.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path

import yaml

TIMEOUT_SECONDS = 30.0
NO_ENGINE = "127.0.0.1:1"
"""The address of no engine: a pack connects to one only to write a log."""


class PackError(Exception):
    """The pack does not start; the message says why, and what to do."""


def check(pack: Path, variables: Mapping[str, str], timeout: float = TIMEOUT_SECONDS) -> None:
    """Start a policy pack as the language host does, and end it again.

    Args:
        pack: The folder of its `PulumiPolicy.yaml`.
        variables: The environment of the `pulumi` command.
        timeout: The seconds that it may take.

    Raises:
        PackError: It did not say that it is ready.
    """
    python = _python(pack, variables)
    process = subprocess.Popen(
        [python, "-u", "-m", "pulumi.policy", NO_ENGINE, str(pack)],
        cwd=pack,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    late = threading.Timer(timeout, _end, [process])
    late.start()
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        ready = process.stdout.readline().strip().isdigit()
        in_time = late.is_alive()
        late.cancel()
        _end(process)
        said = process.stderr.read().decode(errors="replace").strip()
    if not ready:
        why = said if in_time else f"it was not ready after {timeout:g} seconds. {said}"
        msg = f"The policy pack in {pack} does not start with {python}:\n{why}"
        raise PackError(msg)


def _python(pack: Path, variables: Mapping[str, str]) -> str:
    """The Python that the pack's `PulumiPolicy.yaml` asks for."""
    runtime = yaml.safe_load((pack / "PulumiPolicy.yaml").read_text()).get("runtime")
    options = runtime.get("options") or {} if isinstance(runtime, dict) else {}
    if virtualenv := options.get("virtualenv"):
        python = pack / virtualenv / "bin" / "python"
        if python.exists():
            return str(python)
        msg = f"The policy pack in {pack} has no virtual environment `{virtualenv}`: run `pulumi install` there."
        raise PackError(msg)
    found = shutil.which("python3", path=variables.get("PATH", os.defpath))
    if found is None:
        msg = f"There is no `python3` on PATH for the policy pack in {pack}."
        raise PackError(msg)
    return found


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
