"""The task for Visual Studio Code: its problem matcher finds each open finding in what the command prints."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from check import samples
from typer.testing import CliRunner

from scaleset_core.command.main import app

TASKS = Path(__file__).parents[2] / "examples" / "editor" / "tasks.json"


def matched(text: str, patterns: list[dict[str, Any]]) -> list[dict[str, str]]:
    """What a problem matcher of several patterns finds: each pattern matches the line after the one before."""
    lines = text.splitlines()
    found = []
    for number in range(len(lines) - len(patterns) + 1):
        parts: dict[str, str] = {}
        for pattern, line in zip(patterns, lines[number:], strict=False):
            match = re.search(pattern["regexp"], line)
            if match is None:
                break
            parts |= {name: match[group] for name, group in pattern.items() if name != "regexp"}
        else:
            found.append(parts)
    return found


def test_each_finding_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """File, line, column, level, rule and message of every finding; what is accepted is no problem."""
    (task,) = json.loads(TASKS.read_text("utf-8"))["tasks"]
    assert task["command"] == "scaleset"
    monkeypatch.chdir(tmp_path)
    Path("infra").mkdir()
    Path("infra/main one.json").write_text(samples.arm(), encoding="utf-8")
    run = CliRunner().invoke
    printed = run(app, task["args"]).stdout
    report = json.loads(run(app, ["check", ".", "-o", "json"]).stdout)
    found = matched(printed, task["problemMatcher"]["pattern"])
    assert sorted(
        (each["file"], int(each["line"]), int(each["column"]), each["severity"], each["code"], each["message"])
        for each in found
    ) == sorted(
        (each["file"], each["line"], each["column"], each["level"], f"{each['rule']} {each['name']}", each["message"])
        for each in report["violations"]
    )
    run(app, ["check", ".", "--write-baseline", "baseline.json", "--fail-on", "never"])
    printed = run(app, [*task["args"], "--baseline", "baseline.json"]).stdout
    assert matched(printed, task["problemMatcher"]["pattern"]) == []
