"""What is compared is comparable: both programs of the benchmark declare the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.rpc import UNKNOWN

from benchmarks.monitor import Monitor
from benchmarks.running import COMPONENT, HANDWRITTEN, Operation, ProgramError, changed_instance, on_monitor

INSTANCES = 3
Declared = dict[tuple[str, str], dict[str, Any]]


def declared(program: Path, operation: Operation) -> Declared:
    """The inputs of every provider's resource that ``program`` registers, by type and logical name."""
    monitor = Monitor(existing=operation is not Operation.NEW, recording=True)
    on_monitor(monitor, program, INSTANCES, operation=operation)
    return {(r.type, r.name): r.inputs for r in monitor.registrations if r.custom}


def early(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """The machine's name, which the component knows before the machine exists; later it is the same in both."""
    known = "vmName" in ours and theirs["vmName"] == UNKNOWN
    return {"vmName": ours["vmName"]} if known else {}


@pytest.mark.slow
@pytest.mark.parametrize("operation", Operation)
def test_same_inputs(operation: Operation) -> None:
    """Both programs register the same types, names and inputs, with ids unknown and with ids known."""
    ours, theirs = (declared(program, operation) for program in (COMPONENT, HANDWRITTEN))
    assert sorted(ours) == sorted(theirs)
    for resource, inputs in theirs.items():
        assert ours[resource] == inputs | early(ours[resource], inputs), resource
    assert len(ours) == 6 + 4 * INSTANCES


def test_update_changes_one_machine() -> None:
    """What the update changes against the deployed stack is one virtual machine's size, and nothing else."""
    before, after = (declared(COMPONENT, operation) for operation in (Operation.SAME, Operation.UPDATE))
    changed = [resource for resource, inputs in after.items() if before[resource] != inputs]
    assert changed == [("azure-native:compute:VirtualMachine", changed_instance(INSTANCES))]
    sizes = [each[changed[0]]["hardwareProfile"]["vmSize"] for each in (before, after)]
    assert sizes == ["Standard_D2s_v5", "Standard_D4s_v5"]


def test_failed_program_is_no_measurement(tmp_path: Path) -> None:
    """A program that raises is reported with what it said; it never counts as a quick one."""
    program = tmp_path / "broken.py"
    program.write_text("raise ValueError('no such size')\n")
    with pytest.raises(ProgramError, match="no such size"):
        on_monitor(Monitor(), program, 1)
