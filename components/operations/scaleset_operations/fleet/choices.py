"""What the fleet's commands are asked for, and the names that they share with its program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SECRET = "agentToken"  # noqa: S105 - the name of the configuration value, not its content
DEFAULT_FILE = Path("fleet.yaml")
HERE = Path()
PARALLEL, OPERATIONS = 2, 16


@dataclass(frozen=True)
class Run:
    """One command on many stacks."""

    action: str
    file: Path
    only: Sequence[str]
    wave: Sequence[int]
    parallel: int
    operations: int
    keep_going: bool = False
    report: Path | None = None
    project: Path = HERE
