"""Stand-ins for Python, uv and poetry that write down what they are asked, so that no environment is really installed.

The real ones take a minute and the network. What a language host asks of them is all that is looked at.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

_PYTHON = """#!/bin/sh
case "$*" in
  "-m venv "*) echo "python $*" >> "{log}"; mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
  "-m pip install "*) echo "$(basename "$(dirname "$(dirname "$0")")") $*" >> "{log}" ;;
  *) exec "{real}" "$@" ;;
esac
"""
_UV = """#!/bin/sh
case "$1" in
  --version) echo "uv 0.9.1" ;;
  *) echo "uv $*" >> "{log}" ;;
esac
case "$1" in
  venv) mkdir -p "$4/bin"; cp "{python}" "$4/bin/python" ;;
  sync) echo "version = 1" > uv.lock ;;
esac
"""
_POETRY = """#!/bin/sh
case "$1" in
  --version) echo "Poetry (version 2.1.0)" ;;
  env) [ -d "{environment}" ] && echo "{environment}" || exit 1 ;;
  install) echo "poetry $*" >> "{log}"; mkdir -p "{environment}/bin"; cp "{python}" "{environment}/bin/python"
           printf '[metadata]\\nlock-version = "2.1"\\n' > poetry.lock ;;
esac
"""


@dataclass(frozen=True)
class Tools:
    """A directory of such tools, for the front of PATH.

    Attributes:
        directory: The directory.
    """

    directory: Path

    @property
    def python(self) -> Path:
        """The Python that makes environments; anything else it leaves to the Python of this process."""
        return self.directory / "recording-python"

    @property
    def asked(self) -> list[str]:
        """What has been asked so far: the tool, or the environment whose Python it was, and its arguments."""
        log = self.directory / "log"
        return log.read_text().splitlines() if log.exists() else []

    def add(self, name: str, text: str) -> None:
        """Add an executable script."""
        file = self.directory / name
        file.write_text(text)
        file.chmod(0o755)


def recording_tools(directory: Path) -> Tools:
    """Make the tools in a directory: `recording-python`, `uv`, `poetry`."""
    directory.mkdir()
    tools = Tools(directory)
    log, environment = directory / "log", directory / "poetry-environment"
    tools.add("recording-python", _PYTHON.format(log=log, real=sys.executable))
    tools.add("uv", _UV.format(log=log, python=tools.python))
    tools.add("poetry", _POETRY.format(log=log, python=tools.python, environment=environment))
    return tools
