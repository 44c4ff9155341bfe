"""`scaleset adopt` with its proof on the real engine, by somebody who has the Reader alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import EngineRuntime
from migration.adoptions import adopt, engine, populate
from operations.conftest import clean_environment, world
from operations.test_permissions import SCOPE, Operator
from operations.world import GROUP, World

from scaleset_core.roles import ROLES, Format, to_json
from scaleset_core.roles.definitions import path_of

__all__ = ["clean_environment", "world"]

pytestmark = pytest.mark.engine


def test_the_reader_proves_an_adoption(
    engine_runtime: EngineRuntime, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Reader's file at the resource group is enough for the import and the preview of sets in both modes."""
    names = populate(world)
    operator = Operator(world, monkeypatch)
    operator.install(path_of(ROLES["reader"], SCOPE), to_json(ROLES["reader"], SCOPE, Format.REST))
    with engine(engine_runtime, world, tmp_path, operator.identity.token):
        answer = adopt("-g", GROUP, "--out", str(tmp_path / "out"), "--prove", "-o", "json")
    assert answer.out, answer.err
    found = answer.json()
    assert [each["name"] for each in found["sets"]] == names
    assert (found["proof"]["changes"], found["proof"]["problem"]) == ([], "")
