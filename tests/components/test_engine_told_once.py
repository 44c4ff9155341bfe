"""How a program ends whose arguments are wrong: with one error, in both language hosts."""

from __future__ import annotations

import pytest
from harness import EngineRuntime, WorkspaceFactory

pytestmark = pytest.mark.engine

WRONG = """
    import pulumi
    from pulumi_azure_scaleset import ScaleSet, ScaleSetArgsError
    {before}
    ScaleSet("web", vm_size=3)
"""
CAUGHT = """
    from pulumi_azure_scaleset import ScaleSet, ScaleSetArgsError
    try:
        ScaleSet("web", vm_size=3)
    except ScaleSetArgsError:
        pass
    {after}
"""


@pytest.fixture(scope="session")
def engine_runtime(tmp_path_factory: pytest.TempPathFactory) -> EngineRuntime:
    """An engine that starts its own language host."""
    return EngineRuntime(tmp_path_factory.mktemp("engine"), own_processes=True)


@pytest.mark.smoke
def test_wrong_arguments_are_one_error(bare_workspace_factory: WorkspaceFactory) -> None:
    """All problems come in one error; what the program printed before is shown, and the preview fails."""
    stack = bare_workspace_factory(WRONG.format(before="print('before it')"))
    result = stack.preview(expect_failure=True)
    (error,) = result.all_errors
    assert error.startswith("ScaleSet 'web': ")
    assert "vm_size" in error
    assert "before it" in result.text
    assert "Traceback" not in result.text


def test_an_error_that_was_caught_changes_nothing(bare_workspace_factory: WorkspaceFactory) -> None:
    """A program that catches the error succeeds, and if another one ends it, that one's code is its code."""
    assert bare_workspace_factory(CAUGHT.format(after="pass")).preview().errors == []
    result = bare_workspace_factory(CAUGHT.format(after="raise SystemExit(3)")).preview(expect_failure=True)
    assert result.all_errors == ["an unhandled error occurred: program exited with non-zero exit code: 3"]
