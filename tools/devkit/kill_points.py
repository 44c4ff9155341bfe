"""The figures in docs/interrupted.md, from the results of the kill points.

SCALESET_KILL_POINTS=FILE make test-all ARGS=tests/recovery
python -m devkit.kill_points FILE
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from devkit import paths

PAGE = paths.ROOT / "docs" / "interrupted.md"
BEGIN, END = "<!-- kill points: begin -->", "<!-- kill points: end -->"
ACTIONS = {"up": "first `up`", "update": "`up` of a change", "destroy": "`destroy`"}
"""The interrupted actions, in the order of the table."""


def table(results: Sequence[dict[str, Any]]) -> str:
    """The table: each action and process, how often it was tried, lost something, and was recovered."""
    lines = [
        "| Interrupted | Killed | Points | With resources outside the state | Most at once | Recovered |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for action, title in ACTIONS.items():
        victims = dict.fromkeys(each["victim"] for each in results if each["action"] == action)
        for victim in sorted(victims):
            mine = [each for each in results if (each["action"], each["victim"]) == (action, victim)]
            lines.append(f"| {title} | {victim} | {_row(mine)} |")
    return "\n".join([*lines, f"| **all** | | {_row(results)} |"])


def _row(results: Iterable[dict[str, Any]]) -> str:
    outside = [each["outside"] for each in results]
    recovered = sum(each["recovered"] for each in results)
    return f"{len(outside)} | {sum(count > 0 for count in outside)} | {max(outside)} | {recovered}"


def main(file: Path) -> None:
    """Write the page."""
    results = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    text = f"{BEGIN}\n{table(results)}\n{END}"
    print(text)
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: text, page, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
