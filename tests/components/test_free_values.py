"""Arguments whose content is not ours: any JSON, and keys of the user's own."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from support.scale_set_args import base

from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.errors import ScaleSetArgsError
from pulumi_azure_scaleset.model.forms import Kind, every, forms
from pulumi_azure_scaleset.model.marks import NeededBy, NoRule, StandIn
from pulumi_azure_scaleset.model.scale_set import Instance, ScaleSetModel
from pulumi_azure_scaleset.plan.resources import Secret

EXTENSION = {"name": "setup", "publisher": "P", "type": "CustomScript", "type_handler_version": "2.1"}
ADOPTED = "azure-native:compute:VirtualMachine"


def protected(settings: Any) -> Any:
    """What an extension of a named instance, and of a profile, gets for these protected settings, as a secret."""
    extensions = [EXTENSION | {"protected_settings": settings}]
    named = compile_args("web", {**base("Flexible", "named"), "extensions": extensions})
    single = next(child for child in named.plan.children if child.type.endswith("VirtualMachineExtension"))
    profile = compile_args("web", {**base("Uniform"), "extensions": extensions})
    scale_set = next(child for child in profile.plan.children if child.type.endswith("VirtualMachineScaleSet"))
    inside = scale_set.inputs["virtualMachineProfile"]["extensionProfile"]["extensions"][0]
    secrets = single.inputs["protectedSettings"], inside["protectedSettings"]
    assert all(isinstance(secret, Secret) for secret in secrets)
    assert secrets[0].value == secrets[1].value
    return secrets[0].value


@pytest.mark.parametrize(
    "settings",
    [
        {"commandToExecute": "join", "fileUris": ["https://example.com/a.sh", "https://example.com/b.sh"]},
        {"managedIdentity": {}, "commandToExecute": "join"},
        {"skipDos2Unix": True, "timestamp": 3, "nothing": None, "snake_case": {"is_kept": [{"deep": False}]}},
        {},
    ],
    ids=["a list", "an empty map", "other kinds", "nothing"],
)
def test_protected_settings_are_any_json(settings: dict[str, Any]) -> None:
    """Lists, maps, truth values, numbers and nulls arrive as they were written, as one secret."""
    assert protected(settings) == settings


async def test_protected_settings_may_come_later() -> None:
    """An Output can replace all of them, or one at any depth."""
    whole = pulumi.Output.from_input({"commandToExecute": "join"})
    assert protected(whole) is whole
    one = pulumi.Output.secret("join")
    found = protected({"script": {"lines": ["set -e", one]}})
    assert found["script"]["lines"][1] is one


def test_protected_settings_that_are_no_map_are_refused_unseen() -> None:
    """A text instead of them is refused, and the message does not contain it."""
    with pytest.raises(ScaleSetArgsError, match=r"protected_settings: got a secret value; expected a map") as caught:
        protected("join --password=x1y2")
    assert "x1y2" not in str(caught.value)


MAPS = {place for place, _, form in every(ScaleSetModel) if form.kind is Kind.KEYED}
KEYED = {".".join(place): place for place, _, form in every(ScaleSetModel) if form.kind is Kind.KEYED}


def test_maps_with_keys_of_ones_own() -> None:
    """They follow from the annotations; adopt.names and adopt.types are among them."""
    assert {"tags", "instances", "load_balancer.rules", "adopt.names", "adopt.types"} <= KEYED.keys()


@pytest.mark.parametrize("place", KEYED)
def test_a_key_with_nothing_behind_it_is_refused(place: str) -> None:
    """{"web-0-nic": null} was meant for something: no map with keys of the user's own drops it in silence."""
    key = ADOPTED if place == "adopt.types" else "web-9"
    args: Any = {key: None}
    path = KEYED[place]
    for index in range(len(path) - 1, 0, -1):
        one = {"web-1": args} if path[:index] in MAPS else [args]
        args = one if path[index] == "[]" else {path[index]: args}
    with pytest.raises(ScaleSetArgsError) as caught:
        compile_args("web", {**base("Flexible", "named"), KEYED[place][0]: args})
    told = {problem.field: problem.message for problem in caught.value.problems}
    assert any(key in field and "got null" in message for field, message in told.items()), told


def test_marks_name_arguments_that_exist() -> None:
    """What an argument is needed by is there, and a stand-in is what the argument takes."""
    known = {".".join(place).replace(".[]", "[]") for place, _, _ in every(ScaleSetModel)}
    for form in forms(ScaleSetModel).values():
        needed = form.mark(NeededBy)
        assert needed is None or set(needed.fields) <= known
    stand_ins = {name: mark.value for name, form in forms(ScaleSetModel).items() if (mark := form.mark(StandIn))}
    assert ScaleSetModel.model_validate(stand_ins).capacity == 0


def test_rules_look_at_every_argument_of_an_instance_that_does_not_say_otherwise() -> None:
    """What is new is looked at in each instance: being alike to the rules is what has to be said."""
    alike = {name for name, form in forms(Instance).items() if form.mark(NoRule)}
    assert forms(Instance).keys() - alike >= {"vm_size", "os_disk", "data_disks", "image", "identity", "overrides"}
