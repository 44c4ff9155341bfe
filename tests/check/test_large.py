"""Large files: equal parts are one object, and nothing else depends on that."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from check import samples
from hypothesis import given
from hypothesis import strategies as st

from scaleset_policies.checking import Options, check_paths
from scaleset_policies.choices import ReportFormat
from scaleset_policies.formats import json_text
from scaleset_policies.formats.json_text import JsonText
from scaleset_policies.formats.sharing import Sharing
from scaleset_policies.reports import write

TREES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-2, 2), st.floats(allow_nan=False), st.sampled_from(["", "a", "1"])
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)


@given(st.lists(TREES, max_size=6))
def test_shared_parts_are_equal_parts(trees: list[Any]) -> None:
    """Shared trees are the trees, down to the types: 1, 1.0 and true stay apart."""
    sharing = Sharing()
    shared = [sharing.of(tree) for tree in trees]
    assert json.dumps(shared) == json.dumps(trees)
    assert repr(shared) == repr(trees)


def test_equal_parts_are_one_object() -> None:
    """Of two equal parts of a document only one is kept."""
    sharing = Sharing()
    part = {"a": [1, {"b": "text"}]}
    one, other = sharing.of({"x": part}), sharing.of({"y": json.loads(json.dumps(part))})
    assert one["x"] is other["y"]


@pytest.mark.parametrize("made", [samples.arm, samples.stack, samples.preview, samples.terraform])
def test_reports_are_the_same(made: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report of a file that is read as a large one is the report of the file."""
    file = tmp_path / "input.json"
    file.write_text(made(), encoding="utf-8")
    usual = write(check_paths([str(file)], Options()), ReportFormat.JSON)
    monkeypatch.setattr(json_text, "_LARGE", 0)
    monkeypatch.setattr(json_text, "_INDEXES", 0)
    assert JsonText("{}", "x").sharing is not None
    assert write(check_paths([str(file)], Options()), ReportFormat.JSON) == usual


@pytest.mark.long
@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the most that a process ever took is Linux's to say"
)
def test_memory_of_a_large_template(tmp_path: Path) -> None:
    """A template of 29 MB with 12,000 sets takes at most four times its size, beside what an empty one takes."""
    template = json.loads(samples.arm(nat_pool=False))
    (scale_set,) = (each for each in template["resources"] if each["type"].endswith("virtualMachineScaleSets"))
    file = tmp_path / "main.json"

    def memory(count: int) -> int:
        template["resources"] = [{**scale_set, "name": f"web{number}"} for number in range(count)]
        file.write_text(json.dumps(template, indent=2), encoding="utf-8")
        code = (
            "import re, sys; from pathlib import Path; from scaleset_core.command.main import app\n"
            f"try: app(['check', {str(file)!r}, '--skip', 'good-practice', '--fail-on', 'never'])\n"
            "except SystemExit as end: assert not end.code, end.code\n"
            "print(re.search(r'VmHWM:\\s*(\\d+)', Path('/proc/self/status').read_text())[1], file=sys.stderr)"
        )
        answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        return int(answer.stderr.splitlines()[-1]) * 1024

    least = memory(1)
    most = memory(12_000)
    assert file.stat().st_size > 25_000_000
    assert most - least < 4 * file.stat().st_size
