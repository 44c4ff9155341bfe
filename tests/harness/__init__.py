"""Run programs on the real Pulumi engine, each in a separate workspace, and read what the engine did.

    def test_adds_one(workspace_factory):
        stack = workspace_factory('''
            import pulumi
            pulumi.export("answer", 42)
        ''')
        result = stack.up()
        assert result.changes == {"create": 1}
        assert stack.outputs() == {"answer": 42}

The fixtures are in `tests/conftest.py`.
"""

from harness.results import Diagnostic, Result, Step, Violation
from harness.runtime import EngineRuntime
from harness.simulators import subscription_in
from harness.workspace import Workspace, WorkspaceFactory

__all__ = [
    "Diagnostic",
    "EngineRuntime",
    "Result",
    "Step",
    "Violation",
    "Workspace",
    "WorkspaceFactory",
    "subscription_in",
]
