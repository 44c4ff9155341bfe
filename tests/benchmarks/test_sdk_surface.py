"""The component keeps to the SDK's public surface; the one question beyond it falls back by itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pulumi_azure_scaleset
from benchmarks.monitor import FEATURES, Monitor
from benchmarks.running import COMPONENT, on_monitor
from pulumi_azure_scaleset.engine import sdk

PACKAGE = Path(pulumi_azure_scaleset.__file__).parent
PUBLIC = {"pulumi", "pulumi.errors", "pulumi.provider"}
EXPERIMENTAL = {
    "pulumi.provider.experimental.analyzer",
    "pulumi.provider.experimental.component",
    "pulumi.provider.server",
}
"""Public names whose modules the SDK may still move: only the provider process imports them."""
GUARDED = {"pulumi._types", "pulumi.runtime.proto", "pulumi.runtime.settings", "pulumi.runtime.stack"}
"""Not in the SDK's documentation: imported where the imports may fail."""


def imported(file: Path) -> Iterator[tuple[str, str]]:
    """The modules of the SDK that a file imports, with the names that it takes from them."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield (inner, "") if inner in GUARDED else (node.module, alias.name)


def test_only_public_modules() -> None:
    """Each module of the SDK that the package imports is public, or is one of those listed here, in one file each."""
    used: dict[str, set[str]] = {}
    for file in PACKAGE.rglob("*.py"):
        for module, name in imported(file):
            if module.split(".")[0] == "pulumi":
                assert not name.startswith("_"), f"{file.name}: {module}.{name}"
                used.setdefault(module, set()).add(file.relative_to(PACKAGE).as_posix())
    assert set(used) <= PUBLIC | EXPERIMENTAL | GUARDED
    assert {file for module in EXPERIMENTAL for file in used[module]} == {"provider/host.py"}
    assert {file for module in GUARDED for file in used[module]} == {"engine/sdk.py", "plan/sdk_schema.py"}


def test_no_private_attributes_of_the_sdk() -> None:
    """Private attributes are those of the package's own objects: each name is assigned or defined in the same file."""
    for file in PACKAGE.rglob("*.py"):
        tree = ast.parse(file.read_text())
        # os._exit is public in spite of its name.
        nodes = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and _private(node.attr) and ast.unparse(node) != "os._exit"
        ]
        own = {node.attr for node in nodes if isinstance(node.ctx, ast.Store)}
        own |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        own |= {
            node.target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        }
        assert {node.attr for node in nodes} <= own, file.name


def _private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def test_engine_without_error_hooks() -> None:
    """An engine that has no hooks registers the same resources, and is sent no hook."""
    hooks = {"errorHooks", "resourceHooks"}
    new, old = (Monitor(recording=True, features=features) for features in (FEATURES, FEATURES - hooks))
    for monitor in (new, old):
        on_monitor(monitor, COMPONENT, 1)
    assert new.requests.pop("RegisterErrorHook") == 1
    assert new.requests.pop("RegisterResourceHook") == 5
    assert old.requests == new.requests
    registered = [{(r.type, r.name): r.inputs for r in monitor.registrations} for monitor in (old, new)]
    assert registered[0] == registered[1]


@pytest.mark.parametrize(
    "gone",
    [
        "pulumi.runtime.settings.monitor_supports_feature",
        "pulumi.runtime.proto.resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS",
    ],
)
def test_sdk_that_moved_the_question(gone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the SDK no longer answers in that place, the engine counts as one without hooks."""
    monkeypatch.setattr("pulumi.runtime.settings.monitor_supports_feature", lambda _: True)
    assert sdk.supports("errorHooks")
    monkeypatch.delattr(gone)
    assert not sdk.supports("errorHooks")
