"""No value that the provider requires lacks when another resource failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from support.maximal import EVERYTHING

from azure_native.checks import check
from azure_native.table import resource_type
from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.engine.placeholders import UNAVAILABLE
from pulumi_azure_scaleset.plan.resources import (
    Child,
    Lazy,
    Ref,
    Secret,
)
from pulumi_azure_scaleset.plan.versions import token_of
from update_matrix.table import bases

_LACKS = object()


def without_the_others(value: Any) -> Any:
    """A plan's value in an update in which all other resources failed, as the engine asks the provider to check it."""
    if isinstance(value, Ref):
        return value.known or (UNAVAILABLE if value.required else _LACKS)
    if isinstance(value, Secret):
        return without_the_others(value.value)
    if isinstance(value, Lazy):
        arguments = [without_the_others(argument) for argument in value.arguments]
        return _LACKS if _LACKS in arguments else value.function(*arguments)
    if isinstance(value, Mapping):
        found = {name: without_the_others(item) for name, item in value.items()}
        return {name: item for name, item in found.items() if item is not _LACKS and item is not None}
    if isinstance(value, list | tuple):
        return [item for item in map(without_the_others, value) if item is not _LACKS]
    return value


def problems(child: Child) -> list[str]:
    """What the provider's check says of the resource when all others failed."""
    resource = resource_type(token_of(child))
    inputs = without_the_others(child.inputs)
    if resource.auto_location:
        inputs.setdefault("location", "westeurope")
    return [failure.reason for failure in check(resource, inputs)]


@pytest.mark.parametrize("args", [*EVERYTHING.values(), *bases().values()], ids=[*EVERYTHING, *bases()])
def test_a_check_never_lacks_what_failed(args: dict[str, Any]) -> None:
    """Every resource of every kind of set passes the provider's check without the outputs of the others."""
    found = {child.key: problems(child) for child in compile_args("web", args).plan.children}
    assert {key: each for key, each in found.items() if each} == {}


def test_the_check_does_demand_a_scope() -> None:
    """Without the stand-in a lock would not pass: the test above can fail."""
    args = {**bases()["named"], "lock": {"level": "CanNotDelete"}}
    lock = next(child for child in compile_args("web", args).plan.children if child.kind == "lock")
    bare = {**lock.inputs, "scope": Ref("scaleSet")}
    assert check(resource_type(lock.type), without_the_others(bare)) != []
