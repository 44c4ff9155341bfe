"""The update matrix: for each argument a change of it, and whether it updates, replaces or does nothing."""

from __future__ import annotations

from typing import Any

import pytest
from harness import Workspace, WorkspaceFactory
from hypothesis import given
from hypothesis import strategies as st

from pulumi_azure_scaleset.args import Instance, ScaleSetArgs
from pulumi_azure_scaleset.compile import compile_args
from update_matrix.page import PAGE, page
from update_matrix.table import INSTANCE, Entry, entries
from update_matrix.verdict import COMPONENT, REPLACE, operations, summary

OWNERS: dict[str, Any] = {"ScaleSetArgs": ScaleSetArgs, "Instance": Instance}
NEIGHBOUR = "web-1"

PROGRAM = """
    import pulumi
    from pulumi_azure_native import resources
    from pulumi_azure_scaleset import ScaleSet

    for name in ("rg", "other"):
        resources.ResourceGroup(name, resource_group_name=name, location="westeurope")
    ScaleSet("web", pulumi.Config().require_object("args"))
"""
"""The scale set ``web`` with the configuration's ``args``; its group is there after the first `up`."""

CHECKED_ON_THE_ENGINE = (
    ("ScaleSetArgs", "tags", "a tag more"),
    ("ScaleSetArgs", "instances", "the same instances in another order"),
    ("ScaleSetArgs", "vm_size", "another size"),
    ("ScaleSetArgs", "security", "encryption at host"),
    ("Instance", "tags", "a tag more"),
    ("Instance", "image", "another image"),
    ("Instance", "private_ip_address", "a fixed address"),
)
"""Entries that leave the ``flexible`` set as it stands before the change."""

MOVES = ("location", "scale_set_name", "resource_group_name")
"""The arguments whose change replaces everything."""


def entry(owner: str, argument: str, change: str) -> Entry:
    """The entry of the ``flexible`` set with this change."""
    wanted = (owner, argument, change, "flexible")
    return next(each for each in entries() if (each.owner, each.argument, each.change, each.base) == wanted)


@pytest.mark.parametrize("owner", OWNERS)
def test_every_argument_is_in_the_matrix(owner: str) -> None:
    """The matrix has every field of the arguments, and no other."""
    assert {each.argument for each in entries() if each.owner == owner} == set(OWNERS[owner].__annotations__)


@pytest.mark.parametrize("each", entries(), ids=lambda each: each.id)
def test_a_change_does_what_the_matrix_says(each: Entry) -> None:
    """The two sides differ, both are accepted, and the touched resources are the expected ones, in the expected way."""
    assert repr(each.before) != repr(each.after)
    assert summary(each.before, each.after) == each.expected


@pytest.mark.parametrize("each", [each for each in entries() if each.owner == "Instance"], ids=lambda each: each.id)
def test_a_change_of_one_instance_touches_no_neighbour(each: Entry) -> None:
    """Whatever changes about web-0, nothing happens to web-1, and nothing to the set or the network."""
    assert {key.partition(":")[2].partition("/")[0] for key in operations(each.before, each.after)} <= {INSTANCE}
    assert NEIGHBOUR in each.before["instances"]


@given(each=st.sampled_from(entries()))
def test_arguments_that_stay_change_nothing(each: Entry) -> None:
    """Either side of an entry, deployed twice, touches nothing: no argument makes a plan that differs from itself."""
    assert operations(each.after, each.after) == operations(each.before, each.before) == {}


def test_the_page_is_up_to_date() -> None:
    """docs/updates.md is what `python -m update_matrix.page` writes."""
    assert PAGE.read_text(encoding="utf-8") == page()


def configured(args: Any) -> dict[str, Any]:
    """The stack configuration for :data:`PROGRAM`."""
    return {"azure-native:location": "westeurope", "args": dict(args)}


def touched(each: Entry) -> dict[tuple[str, str], str]:
    """What the matrix expects on the engine: the operation by type and logical name."""
    children = {
        child.key: (child.type, child.name)
        for side in (each.before, each.after)
        for child in compile_args(COMPONENT, side).plan.children
    }
    return {children[key]: operation for key, operation in operations(each.before, each.after).items()}


def observed(ops: list[tuple[str, str, str]]) -> dict[tuple[str, str], str]:
    """What the engine says, with the steps of a replacement as one."""
    steps = {"create-replacement", "delete-replaced", "replace"}
    return {(kind, name): REPLACE if operation in steps else operation for operation, kind, name in ops}


def deployed(workspace_factory: WorkspaceFactory, each: Entry) -> Workspace:
    """A stack with the entry's set before the change."""
    stack = workspace_factory(PROGRAM)
    stack.up(configured(each.before))
    return stack


@pytest.mark.engine
def test_the_engine_agrees(workspace_factory: WorkspaceFactory) -> None:
    """Each change in turn, and back, on one stack: the engine touches exactly what the matrix says."""
    chosen = [entry(*each) for each in CHECKED_ON_THE_ENGINE]
    stack = deployed(workspace_factory, chosen[0])
    for each in chosen:
        assert each.before == chosen[0].before
        assert observed(stack.preview(configured(each.after)).ops()) == touched(each), each.id
    result = stack.up(configured(chosen[-2].after))
    assert observed(result.ops()) == touched(chosen[-2])


@pytest.mark.engine
@pytest.mark.parametrize("argument", MOVES)
def test_moving_everything_works_in_one_up(argument: str, workspace_factory: WorkspaceFactory) -> None:
    """Another region, name or group replaces every resource, users before what they use, and then rests."""
    each = next(each for each in entries() if each.argument == argument and each.base == "flexible")
    stack = deployed(workspace_factory, each)
    result = stack.up(configured(each.after))
    assert observed(result.ops()) == touched(each)
    assert set(touched(each).values()) == {REPLACE}
    assert stack.preview().ops() == []
