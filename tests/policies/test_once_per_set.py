"""The pack on the engine: advice about the machines of one set is given once, what stops a deployment for each."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from harness import WorkspaceFactory
from support.scalesets import PROGRAM, configured, flexible

from devkit import paths

pytestmark = pytest.mark.engine

POLICIES = paths.ROOT / "policies"
SECOND = """
    other = {**args, "scale_set_name": "shop", "instances": {"shop-0": {}, "shop-1": {}}}
    ScaleSet("shop", {**other, "resource_group_name": group.name})
"""


def reported(workspace_factory: WorkspaceFactory, levels: Path, chosen: dict[str, Any]) -> Counter[tuple[str, str]]:
    """How often a preview of two sets of several machines reports each policy, by enforcement and policy."""
    levels.write_text(json.dumps(chosen))
    stack = workspace_factory(PROGRAM + SECOND)
    result = stack.preview(
        configured(flexible()),
        policy_packs=[POLICIES],
        extra_args=["--policy-pack-config", str(levels)],
        expect_failure=None,
    )
    return Counter((each.enforcement, each.policy) for each in result.violations)


@pytest.mark.smoke
def test_advice_is_given_once_for_each_set(workspace_factory: WorkspaceFactory, tmp_path: Path) -> None:
    """Two sets, five machines: two pieces of advice of one kind, one for each set."""
    found = reported(workspace_factory, tmp_path / "levels.json", {})
    assert found["advisory", "encryption-at-host"] == 2
    assert found["advisory", "trusted-launch"] == 2


def test_what_stops_is_reported_for_each_machine(workspace_factory: WorkspaceFactory, tmp_path: Path) -> None:
    """The same rule as a mandatory one is reported for every machine."""
    found = reported(workspace_factory, tmp_path / "levels.json", {"encryption-at-host": "mandatory"})
    assert found["mandatory", "encryption-at-host"] == 5
    assert found["advisory", "trusted-launch"] == 2
