"""What the engine harness reads from the engine's events, on dynamic resources: no cloud is needed for them."""

from __future__ import annotations

import pytest
from harness import Workspace, WorkspaceFactory

pytestmark = pytest.mark.engine

PROGRAM = """
    import pulumi
    from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider, UpdateResult

    class Boxes(ResourceProvider):
        def create(self, props):
            if props["size"] == "broken":
                raise ValueError("no box of this size")
            return CreateResult("box-" + props["label"], props)

        def diff(self, id, olds, news):
            changed = [key for key in ("label", "size") if olds[key] != news[key]]
            return DiffResult(changes=bool(changed), replaces=[key for key in changed if key == "label"])

        def update(self, id, olds, news):
            return UpdateResult(news)

    class Box(Resource):
        def __init__(self, name, label, size, opts=None):
            super().__init__(Boxes(), name, {"label": label, "size": size}, opts)

    for name, (label, size) in pulumi.Config().require_object("boxes").items():
        Box(name, label, size)
"""
BOX = "pulumi-python:dynamic:Resource"


@pytest.fixture
def boxes(bare_workspace_factory: WorkspaceFactory) -> Workspace:
    """A stack with the boxes `a` and `b`."""
    stack = bare_workspace_factory(PROGRAM)
    stack.up({"boxes": {"a": ["x", "s"], "b": ["y", "s"]}})
    return stack


def test_ops_are_the_differences(boxes: Workspace) -> None:
    """Ops name what is created, updated, replaced and deleted, and nothing that stays; so do preview and up."""
    config = {"boxes": {"a": ["x", "l"], "b": ["z", "s"], "c": ["w", "s"]}}
    expected = sorted(
        [
            ("update", BOX, "a"),
            ("create-replacement", BOX, "b"),
            ("replace", BOX, "b"),
            ("delete-replaced", BOX, "b"),
            ("create", BOX, "c"),
        ]
    )
    assert boxes.preview(config).ops() == expected
    result = boxes.up()
    assert result.ops() == expected
    assert result.changes == {"update": 1, "replace": 1, "create": 1, "same": 1}
    assert boxes.up().ops() == []
    assert boxes.up({"boxes": {"a": ["x", "l"]}}).ops() == [("delete", BOX, "b"), ("delete", BOX, "c")]
    assert [resource["id"] for resource in boxes.resources()] == ["box-x"]


def test_steps_have_states_and_reasons(boxes: Workspace) -> None:
    """A step has the values before and after, and the properties that make it a replacement."""
    result = boxes.preview({"boxes": {"a": ["x", "l"], "b": ["y", "s"]}})
    step = result.step("a")
    assert step.op == "update"
    assert step.old is not None
    assert step.new is not None
    assert [step.old["inputs"]["size"], step.new["inputs"]["size"]] == ["s", "l"]
    replacing = boxes.preview({"boxes": {"a": ["other", "s"], "b": ["y", "s"]}})
    keys = {step.op: step.replace_keys for step in replacing.steps if step.name == "a"}
    assert keys["replace"] == ("label",)


def test_failure_is_attributed(boxes: Workspace) -> None:
    """A resource that can't be created is a failed step with its error; what was there before stays."""
    before = {resource["urn"]: resource["id"] for resource in boxes.resources()}
    config = {"boxes": {"a": ["x", "s"], "b": ["y", "s"], "c": ["w", "broken"]}}
    result = boxes.up(config, expect_failure=True)
    assert [(step.op, step.name) for step in result.failed] == [("create", "c")]
    assert result.ops(completed=True) == []
    assert any("no box of this size" in error for error in result.errors)
    assert {resource["urn"]: resource["id"] for resource in boxes.resources()} == before


def test_unexpected_outcome_fails_with_the_output(boxes: Workspace) -> None:
    """A command that unexpectedly fails or succeeds fails the test, and shows what the engine printed."""
    with pytest.raises(AssertionError, match=r"(?s)pulumi up .* exit code [1-9]\d*:.*no box of this size"):
        boxes.up({"boxes": {"c": ["w", "broken"]}})
    with pytest.raises(AssertionError, match="ended with exit code 0"):
        boxes.preview({"boxes": {}}, expect_failure=True)


@pytest.mark.smoke
def test_destroy_removes_everything(boxes: Workspace) -> None:
    """After destroy the state is empty."""
    assert boxes.destroy().ops() == [("delete", BOX, "a"), ("delete", BOX, "b")]
    assert boxes.resources() == []


@pytest.mark.smoke
def test_a_directory_is_copied_as_it_is(bare_workspace_factory: WorkspaceFactory, boxes: Workspace) -> None:
    """A project given as a directory runs with its own name and leaves its directory untouched."""
    source = boxes.directory
    (source / "Pulumi.yaml").write_text("name: original\nruntime: python\n")
    (source / "__main__.py").write_text("import pulumi\npulumi.export('project', pulumi.get_project())\n")
    before = {file.name: file.read_text() for file in source.glob("*.*")}
    copy = bare_workspace_factory(source)
    copy.up({"unused": 1})
    assert copy.outputs() == {"project": "original"}
    assert {file.name: file.read_text() for file in source.glob("*.*")} == before
