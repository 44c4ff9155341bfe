"""Values as text, line by line on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any


def write(text: str) -> None:
    """Write a line to stdout."""
    sys.stdout.write(text + "\n")


def cell_text(value: Any) -> str:
    """A value as one cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
