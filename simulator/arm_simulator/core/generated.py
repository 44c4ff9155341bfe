"""Files that a command writes, and that ``--check`` compares."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path


def main(module: str, file: Path, make: Callable[[], str], arguments: Sequence[str] | None = None) -> int:
    """Write or check a file; returns the exit code.

    Args:
        module: How the command is called: ``python -m MODULE``.
        file: The file.
        make: Its text.
        arguments: The command line.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {module}")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    text = make()
    if not options.check:
        file.write_text(text, encoding="utf-8")
        return 0
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{file.name} is out of date: run python -m {module}\n")
    return 1
