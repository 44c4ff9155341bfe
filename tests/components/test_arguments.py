"""The arguments: every one is used, what they become is azure-native's, and their types are made from the model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import pytest
from pydantic import BaseModel
from support.azure_world import Deployment, World
from support.maximal import EVERYTHING

from azure_native import convert
from azure_native.table import ResourceType, Shape, resource_type
from component_package import arguments
from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.model.forms import every, forms
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan.versions import token_of


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
            resource = resource_type(token_of(child))
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


@pytest.mark.newest
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


# --- the types of the arguments ---


def test_every_argument_is_described() -> None:
    """Each field of the models has a docstring that is a sentence."""
    for name, module in ((name, each) for name, modules in arguments.MODULES.items() for each in modules):
        for place, prose in arguments.docstrings(module).items():
            assert re.fullmatch(r"[A-Z].*[.)]", prose), f"{name}: {place}: {prose!r}"
    modules = [module for several in arguments.MODULES.values() for module in several]
    documented = {key for module in modules for key in arguments.docstrings(module)}
    assert {(model.__name__, name) for model in _models(ScaleSetModel) for name in model.model_fields} <= documented


def test_no_docstring_says_what_the_model_says() -> None:
    """The model's values, limits and defaults are put into words; no hand-written docstring repeats them."""
    for module in (each for modules in arguments.MODULES.values() for each in modules):
        prose = arguments.docstrings(module)
        for model in _models(ScaleSetModel):
            for name in model.model_fields if model.__module__ == module.__name__ else ():
                text, default = prose[model.__name__, name], model.model_fields[name].default
                stated = arguments.facts(forms(model)[name], default)
                assert not (default and stated.endswith("by default") and "by default" in text), f"{name}: {text}"
                numbers = set(re.findall(r"\b\d{2,}\b", text)) & set(re.findall(r"\b\d{2,}\b", stated))
                assert not numbers or forms(model)[name].values, f"{name}: {text}"


def test_facts_in_words() -> None:
    """What a form says is put into words: values with the default among them, limits, lengths, a default alone."""
    said = {
        (model.__name__, place[-1]): arguments.facts(form, model.model_fields[place[-1]].default)
        for place, model, form in every(ScaleSetModel)
    }
    assert said["ScaleSetModel", "os_type"] == "One of Linux (default), Windows"
    assert said["ScaleSetModel", "zones"] == "Each one of 1, 2, 3"
    assert said["Identity", "type"].endswith('SystemAssigned, "SystemAssigned, UserAssigned"')
    assert said["Probe", "port"] == "From 1 to 65535"
    assert said["ScaleRule", "change_count"] == "From 1 to 1000; 1 by default"
    assert said["Outbound", "allocated_outbound_ports"] == "From 8 to 64000, a multiple of 8"
    assert said["Lock", "notes"] == "At most 512 characters"
    assert said["Autoscale", "profiles"] == "1 to 20 items"
    assert said["DataDisk", "disk_iops_read_write"] == "1 or more"
    assert said["AutomaticRepairs", "grace_period"] == "From PT10M to PT90M"
    assert said["Probe", "probe_threshold"].endswith("2 by default")
    assert said["InboundNat", "detach"] == "False by default"
    assert said["DiagnosticSetting", "metric_categories"] == "At least 1 item; AllMetrics by default"
    assert said["ScaleSetModel", "vm_size"] == ""
