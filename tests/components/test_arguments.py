"""The arguments: every one is used, what they become is azure-native's, and their two declarations are one list."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

import pulumi
import pytest
from pydantic import BaseModel, WrapValidator
from support.azure_world import Deployment, World
from support.maximal import EVERYTHING

from azure_native import convert
from azure_native.table import ResourceType, Shape, resource_type
from pulumi_azure_scaleset.args import ScaleSetArgs
from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from scaleset_core.modes import Mode


@pytest.fixture(scope="module")
def world() -> World:
    """One simulated subscription; each deployment is rolled back."""
    return World()


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_maximal_set_is_accepted_and_deployed(world: World, name: str) -> None:
    """The component takes all arguments together, azure-native knows every input, and Azure takes every resource."""
    compiled = compile_args("web", EVERYTHING[name])
    assert world.deploy(compiled.plan) is None


@pytest.mark.parametrize("name", EVERYTHING)
def test_every_input_has_a_place_in_its_arm_body(world: World, name: str) -> None:
    """No input that the layouts emit, at any depth, is unknown to azure-native 3.29.0 and lost on its way to Azure."""
    plan = compile_args("web", EVERYTHING[name]).plan
    with world.scratch():
        deployment = Deployment(world)
        assert deployment.run(plan) is None
        for child in plan.children:
            resource = resource_type(child.type)
            inputs = deployment.resolve(child.inputs)
            unknown = list(_unknown(inputs, resource))
            assert not unknown, f"{child.key}: {unknown}"


def _unknown(inputs: dict[str, Any], resource: ResourceType) -> Iterator[str]:
    for name, value in inputs.items():
        if name in resource.parameters:
            continue
        prop = resource.inputs.get(name)
        if prop is None:
            yield name
        else:
            yield from _unknown_inside(value, prop.shape, resource, name)


def _unknown_inside(value: Any, shape: Shape, resource: ResourceType, path: str) -> Iterator[str]:
    if shape.kind == "list" and shape.item is not None:
        for index, item in enumerate(value):
            yield from _unknown_inside(item, shape.item, resource, f"{path}[{index}]")
    elif shape.kind == "map" and shape.item is not None:
        for name, item in value.items():
            yield from _unknown_inside(item, shape.item, resource, f"{path}.{name}")
    elif shape.kind == "object" and isinstance(value, dict):
        members = resource.types[shape.types[-1]]
        for name, item in value.items():
            if name not in members:
                yield f"{path}.{name}"
            else:
                yield from _unknown_inside(item, members[name].shape, resource, f"{path}.{name}")


def test_the_check_of_inputs_is_not_blind() -> None:
    """A misspelt input is found at the top and inside."""
    resource = resource_type("azure-native:compute:VirtualMachineScaleSet")
    inputs = {"overprovison": True, "sku": {"names": "x"}, "upgradePolicy": {"rollingUpgradePolicy": {"surge": True}}}
    assert list(_unknown(inputs, resource)) == [
        "overprovison",
        "sku.names",
        "upgradePolicy.rollingUpgradePolicy.surge",
    ]
    assert convert.to_body(resource, {"overprovison": True}, "/x") == {}


def test_together_they_use_every_argument() -> None:
    """Every field of every model is set in one of the configurations: none is declared that nothing tries out."""
    used: set[tuple[str, str]] = set()
    for args in EVERYTHING.values():
        used |= set(_set_fields(ScaleSetModel.model_validate(_with_name(args))))
    declared = {(model.__name__, name) for model in _models(ScaleSetModel) for name in model.model_fields}
    assert declared - used == set()


def _with_name(args: dict[str, Any]) -> dict[str, Any]:
    return {"scale_set_name": "web", **{name: value for name, value in args.items() if value is not None}}


def _set_fields(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, BaseModel):
        for name in value.model_fields_set:
            yield type(value).__name__, name
            yield from _set_fields(getattr(value, name))
    elif isinstance(value, dict):
        for item in value.values():
            yield from _set_fields(item)
    elif isinstance(value, list):
        for item in value:
            yield from _set_fields(item)


def _models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for hint in get_type_hints(model).values():
        for inner in _leaves(hint):
            if isinstance(inner, type) and issubclass(inner, BaseModel) and inner is not model:
                yield from _models(inner)


def _leaves(hint: Any) -> Iterator[Any]:
    arguments = get_args(hint)
    if not arguments:
        yield hint
    for argument in arguments:
        yield from _leaves(argument)


# --- TypedDicts and models ---

_Form = tuple[Any, ...]


def test_the_two_declarations_of_the_arguments_are_one_list() -> None:
    """TypedDicts and models agree in names, nesting, types and required fields, and in where they take Outputs."""
    assert list(_differences(ScaleSetArgs, ScaleSetModel, "")) == []


def _differences(declared: Any, model: type[BaseModel], path: str) -> Iterator[str]:
    written = get_type_hints(declared, localns={"Output": pulumi.Output, "T": Any}, include_extras=True)
    validated = get_type_hints(model, include_extras=True)
    fields = model.model_fields
    for name in sorted(written.keys() ^ fields.keys()):
        yield f"{path}{name}: only in {'args' if name in written else 'model'}"
    for name in sorted(written.keys() & fields.keys()):
        here = f"{path}{name}"
        required = name in declared.__required_keys__
        # The component's own name stands in for scale_set_name before validation.
        if required != fields[name].is_required() and here != "scale_set_name":
            yield f"{here}: required in one of the two"
        ours, theirs = _written(written[name]), _validated(validated[name])
        if _names(ours) != _names(theirs):
            yield f"{here}: {ours} in args, {theirs} in the model"
            continue
        pair = (_object(ours), _object(theirs))
        if pair[0] is not None:
            yield from _differences(pair[0], pair[1], f"{here}.")


def _written(hint: Any) -> _Form:
    """The form of a TypedDict's field: ``("input", form)``, ``("list", form)``, ``("dict", form)`` or ``(type,)``."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {typing.Required, typing.NotRequired}:
        return _written(arguments[0])
    if origin in {Union, types.UnionType}:
        assert any(get_origin(each) is pulumi.Output for each in arguments), hint
        plain = next(each for each in arguments if get_origin(each) not in _DEFERRED)
        return ("input", _written(plain))
    if origin is list:
        return ("list", _written(arguments[0]))
    if origin is dict:
        return ("dict", _written(arguments[1]))
    return (hint,)


_DEFERRED = (pulumi.Output, typing.get_origin(typing.Awaitable[int]))


def _validated(hint: Any) -> _Form:
    """The same of a model's field: constraints fall away, an enumeration of texts is a text."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return _validated(next(each for each in arguments if each is not type(None)))
    if origin is typing.Annotated:
        inner = _validated(arguments[0])
        deferred = any(isinstance(each, WrapValidator) for each in arguments[1:])
        return ("input", inner) if deferred else inner
    if origin is list:
        return ("list", _validated(arguments[0]))
    if origin is dict:
        return ("dict", _validated(arguments[1]))
    return (str,) if origin is Literal or hint is Mode else (hint,)


def _names(form: _Form) -> tuple[Any, ...]:
    """A form with an object's name in place of its class."""
    return tuple(_names(part) if isinstance(part, tuple) else _name(part) for part in form)


def _name(part: Any) -> Any:
    is_object = is_typeddict(part) or (isinstance(part, type) and issubclass(part, BaseModel))
    return f"object {part.__name__}" if is_object else part


def _object(form: _Form) -> Any:
    """The TypedDict or model at the bottom of a form, or None."""
    last = form[-1]
    if isinstance(last, tuple):
        return _object(last)
    return last if _name(last) is not last else None
