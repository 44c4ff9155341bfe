"""What is compared is comparable: both programs of the benchmark declare the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.monitor import Monitor
from benchmarks.running import COMPONENT, HANDWRITTEN, ProgramError, on_monitor

INSTANCES = 3


def declared(program: Path, *, existing: bool) -> dict[tuple[str, str], dict[str, Any]]:
    """The inputs of every provider's resource that ``program`` registers, by type and logical name."""
    monitor = Monitor(existing=existing, recording=True)
    on_monitor(monitor, program, INSTANCES)
    return {(r.type, r.name): r.inputs for r in monitor.registrations if r.custom}


@pytest.mark.parametrize("existing", [False, True], ids=["new stack", "existing stack"])
def test_same_inputs(existing: bool) -> None:
    """Both programs register the same types, names and inputs, with ids unknown and with ids known."""
    ours, theirs = (declared(program, existing=existing) for program in (COMPONENT, HANDWRITTEN))
    assert sorted(ours) == sorted(theirs)
    for resource, inputs in theirs.items():
        assert ours[resource] == inputs, resource
    assert len(ours) == 5 + 4 * INSTANCES


def test_failed_program_is_no_measurement(tmp_path: Path) -> None:
    """A program that raises is reported with what it said; it never counts as a quick one."""
    program = tmp_path / "broken.py"
    program.write_text("raise ValueError('no such size')\n")
    with pytest.raises(ProgramError, match="no such size"):
        on_monitor(Monitor(), program, 1)
