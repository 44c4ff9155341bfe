"""Whether a policy pack starts is known before the engine gets it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from devkit import paths, preflight

VARIABLES = {**os.environ, "PATH": os.pathsep.join([str(paths.VENV_BIN), os.environ["PATH"]])}
IN_OWN = "runtime:\n  name: python\n  options:\n    virtualenv: venv\nversion: 0.0.1\n"


def pack(directory: Path, program: str, settings: str = "runtime: python\nversion: 0.0.1\n") -> Path:
    """A pack's folder."""
    (directory / "PulumiPolicy.yaml").write_text(settings)
    (directory / "__main__.py").write_text(program)
    return directory


def test_the_projects_own_pack_starts() -> None:
    """The pack of `make up` starts in the Python that is first on PATH."""
    preflight.check(paths.POLICY_PACK, VARIABLES)


def test_a_pack_that_fails_is_an_error_with_its_words(tmp_path: Path) -> None:
    """What the pack printed is the error."""
    with pytest.raises(preflight.PackError, match=r"(?s)does not start.*no such rule"):
        preflight.check(pack(tmp_path, "raise ValueError('no such rule')"), VARIABLES)


@pytest.mark.slow
def test_a_pack_that_hangs_is_an_error_in_time(tmp_path: Path) -> None:
    """A pack that is not ready in time is ended, with the processes that it started."""
    program = "import subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    started = time.monotonic()
    with pytest.raises(preflight.PackError, match="not ready after 3 seconds"):
        preflight.check(pack(tmp_path, program + "time.sleep(60)\n"), VARIABLES, timeout=3)
    assert time.monotonic() - started < 30


def test_a_pack_without_its_environment_is_an_error(tmp_path: Path) -> None:
    """The environment that is missing is named, with the command that makes it; with it the pack is started in it."""
    folder = pack(tmp_path, "raise ValueError('in its own')", IN_OWN)
    with pytest.raises(preflight.PackError, match=r"no virtual environment `venv`: run `pulumi install` there"):
        preflight.check(folder, VARIABLES)
    (folder / "venv").symlink_to(sys.prefix)
    with pytest.raises(preflight.PackError, match=r"(?s)venv/bin/python:.*in its own"):
        preflight.check(folder, {**VARIABLES, "PATH": "/nowhere"})


def test_no_python_on_path_is_an_error(tmp_path: Path) -> None:
    """Without a Python the pack can't start."""
    with pytest.raises(preflight.PackError, match="no `python3` on PATH"):
        preflight.check(pack(tmp_path, ""), {**VARIABLES, "PATH": str(tmp_path)})
