"""The update matrix on the real engine: every entry is deployed, changed, and deployed again.

Many sets share a program, each with its own groups and name, so that a few runs of the engine check them all.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx
import pytest
from harness import Result, Workspace, WorkspaceFactory
from support.matrix_world import MatrixWorld

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure
from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.plan.versions import plain
from update_matrix.table import Entry, entries
from update_matrix.verdict import REPLACE, operations

pytestmark = pytest.mark.engine

BATCHES = 4
PROGRAM = """
    import pulumi
    from pulumi_azure_scaleset import ScaleSet

    for name, args in pulumi.Config().require_object("sets").items():
        ScaleSet(name, args)
"""
REFRESHED = {
    ("profile", "outbound"),
    ("profile", "standby_pool"),
    ("flexible", "public_ip_per_instance"),
    ("flexible", "enable_ipv6"),
    ("flexible", "diagnostic_settings"),
    ("flexible", "network_interfaces"),
    ("named", "protection"),
    ("named", "zones"),
    ("windows", "license_type"),
    ("uniform", "inbound_nat"),
    ("uniform", "protection"),
}
"""Sets that between them have every kind of resource that Azure adds something to."""
REPLACEMENT = {"create-replacement", "delete-replaced", "replace"}
# The state in one piece at the end, not after each of a thousand steps: nobody interrupts these runs.
QUICK = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}

Operations = dict[tuple[str, str], str]
"""Operations by type and logical name."""


@dataclass(frozen=True)
class Case:
    """An entry as the set ``name``, in the simulated subscription.

    Attributes:
        name: The component's name; that of the set in Azure is the matrix's.
        entry: The entry.
        before: The arguments before.
        after: The arguments after.
    """

    name: str
    entry: Entry
    before: dict[str, Any]
    after: dict[str, Any]

    @cached_property
    def expected(self) -> Operations:
        """What the matrix's verdict is."""
        children = {
            child.key: (child.type, child.name)
            for side in (self.before, self.after)
            for child in compile_args(self.name, side).plan.children
        }
        return {children[key]: each for key, each in operations(self.before, self.after, self.name).items()}

    def of(self, found: Mapping[tuple[str, str], str]) -> Operations:
        """The operations on this set's resources."""
        own = f"{self.name}-"
        return {key: each for key, each in found.items() if key[1] == self.name or key[1].startswith(own)}


@pytest.fixture
def world(simulator: RunningSimulator, azure: Azure) -> Iterator[MatrixWorld]:
    """What the sets refer to, in the test's own subscription."""
    token = {"Authorization": f"Bearer {simulator.token}"}
    with httpx.Client(base_url=simulator.endpoint, headers=token) as http:
        yield MatrixWorld(http, azure)


def cases(world: MatrixWorld, chosen: Sequence[Entry]) -> list[Case]:
    """The entries as sets that are ready to be deployed."""
    return [
        Case(f"s{index}", each, world.settle(f"s{index}", each.before), world.settle(f"s{index}", each.after))
        for index, each in enumerate(chosen)
    ]


def configured(sets: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The stack configuration for :data:`PROGRAM`."""
    return {"azure-native:location": "westeurope", "sets": sets}


def deployed(workspace_factory: WorkspaceFactory, chosen: Sequence[Case]) -> Workspace:
    """A stack with the sets before their changes."""
    stack = workspace_factory(PROGRAM)
    stack.variables.update(QUICK)
    stack.up(configured({case.name: case.before for case in chosen}))
    return stack


def changed(chosen: Sequence[Case]) -> dict[str, Any]:
    """The stack configuration with all changes."""
    return configured({case.name: case.after for case in chosen})


def observed(result: Result) -> Operations:
    """What the engine says, with the steps of a replacement as one, and the types without their API versions."""
    return {(plain(kind), name): REPLACE if each in REPLACEMENT else each for each, kind, name in result.ops()}


def differences(chosen: Sequence[Case], result: Result) -> dict[str, tuple[Operations, Operations]]:
    """The entries that the engine and the matrix judge differently: what the engine says, and the matrix."""
    found = observed(result)
    both = {case.entry.id: (case.of(found), case.expected) for case in chosen}
    return {entry: (engine, matrix) for entry, (engine, matrix) in both.items() if engine != matrix}


@pytest.mark.long
@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_engine_does_what_the_matrix_says(
    batch: int, workspace_factory: WorkspaceFactory, world: MatrixWorld
) -> None:
    """Each change: the preview plans what the matrix says, `up` does it and Azure takes it, and nothing is left to do.

    Instances are deallocated first where the matrix says so.
    """
    chosen = cases(world, [each for each in entries() if not each.refused][batch::BATCHES])
    stack = deployed(workspace_factory, chosen)
    assert differences(chosen, stack.preview(changed(chosen))) == {}
    for case in chosen:
        if case.entry.needs:
            world.deallocate(case.name)
    assert differences(chosen, stack.up()) == {}
    assert stack.preview().ops() == []


def test_a_refresh_leaves_nothing_to_do(workspace_factory: WorkspaceFactory, world: MatrixWorld) -> None:
    """When the state has taken over what Azure itself added to the resources, the next preview is still empty."""
    chosen = cases(world, [each for each in entries() if (each.base, each.argument) in REFRESHED and not each.refused])
    stack = deployed(workspace_factory, [dataclasses.replace(case, before=case.after) for case in chosen])
    stack.refresh()
    assert stack.preview().ops() == []


def test_azure_refuses_what_the_matrix_says(workspace_factory: WorkspaceFactory, world: MatrixWorld) -> None:
    """Some changes Azure refuses with the error that the matrix names, some as long as instances run, and says so."""
    chosen = cases(world, [each for each in entries() if (each.refused or each.needs) and not each.guard])
    stack = deployed(workspace_factory, chosen)
    assert differences(chosen, stack.preview(changed(chosen))) == {}
    result = stack.up(expect_failure=True, extra_args=("--continue-on-error",))
    told = {case.entry.id: [d.message for d in result.diagnostics if _is_of(d.urn, case.name)] for case in chosen}
    silent = [
        case.entry.id
        for case in chosen
        if not any((case.entry.refused or case.entry.needs) in text for text in told[case.entry.id])
    ]
    assert silent == [], told
    assert not {step.op for step in result.completed} & {*REPLACEMENT, "delete"}


def test_the_preview_refuses_what_the_matrix_says(workspace_factory: WorkspaceFactory, world: MatrixWorld) -> None:
    """What the component looks for in Azure is refused by the preview already, in the words of the matrix."""
    chosen = cases(world, [each for each in entries() if each.guard])
    stack = deployed(workspace_factory, chosen)
    silent = []
    for case in chosen:
        others = {each.name: each.before for each in chosen if each is not case}
        preview = stack.preview(configured({**others, case.name: case.after}), expect_failure=True)
        silent += [] if case.entry.guard in preview.text else [case.entry.id]
    assert chosen
    assert silent == []


def _is_of(urn: str, name: str) -> bool:
    return f"{urn.rsplit('::', 1)[-1]}-".startswith(f"{name}-")


@pytest.mark.smoke
def test_without_a_network_the_set_moves_before_its_interfaces(
    workspace_factory: WorkspaceFactory, world: MatrixWorld
) -> None:
    """Another group for a set in an existing subnet: no interface goes while the set's machines are being deleted."""
    change = "another group without a network made here"
    chosen = cases(world, [each for each in entries() if each.change == change])
    stack = deployed(workspace_factory, chosen)
    result = stack.up(changed(chosen))
    order = [(step.op, step.type.rsplit(":", 1)[-1]) for step in result.completed]
    made = order.index(("create-replacement", "VirtualMachineScaleSet"))
    gone = [index for index, each in enumerate(order) if each == ("delete-replaced", "NetworkInterface")]
    assert len(gone) == len(chosen[0].before["instances"])
    assert min(gone) > made
