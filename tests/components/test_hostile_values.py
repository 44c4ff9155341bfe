"""Values of every kind in every place: the answer is a plan, or an error that a person can use; never anything else."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support import azure_world as azure
from support.junk import JUNK, MARK, Colour, Later, Unshowable, paths, unsendable, written
from support.maximal import EVERYTHING
from support.scale_set_args import base

from pulumi_azure_scaleset.compile import Compiled, compile_args
from pulumi_azure_scaleset.errors import ScaleSetArgsError
from pulumi_azure_scaleset.validation.validate import validate
from scaleset_core.facts.secrets import SECRET_FIELDS

SETS = {name: {key: value for key, value in args.items() if value is not None} for name, args in EVERYTHING.items()}
PLACES = [(name, path) for name, args in SETS.items() for path in paths(args)]
LONGEST = 3000


def refusal(args: Any) -> ScaleSetArgsError:
    """The error that ``args`` give."""
    with pytest.raises(ScaleSetArgsError) as caught:
        compile_args("web", args)
    return caught.value


def told(args: Any) -> list[str]:
    """The problems of ``args``, each as it is reported."""
    return [str(problem) for problem in refusal(args).problems]


def verdict(args: Any) -> Compiled | ScaleSetArgsError:
    """The plan or the error."""
    try:
        return compile_args("web", args)
    except ScaleSetArgsError as error:
        return error


@pytest.mark.slow
@settings(max_examples=300, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLACES), st.sampled_from(sorted(JUNK)))
@example(("Flexible", ("capacity",)), "huge")
@example(("Flexible", ("capacity",)), "enumeration")
@example(("Flexible", ("instances",)), "zero")
@example(("Uniform", ("admin_password",)), "list of pairs")
@example(("Flexible", ("capacity",)), "text of a huge number")
@example(("Flexible", ("orchestration_mode",)), "unshowable")
@example(("Flexible", ("scale_set_name",)), "deep")
@example(("Flexible", ("extensions", 0, "settings")), "inside itself")
@example(("Flexible", ("overrides", "scaleSet")), "date")
@example(("Flexible", ("autoscale", "profiles", 0, "minimum")), "true")
def test_any_value_anywhere_is_a_plan_or_a_clear_error(place: tuple[str, tuple[Any, ...]], kind: str) -> None:
    """One odd value in a sound set: a plan that can be sent, or an error about that argument alone, and no secret."""
    name, path = place
    args = written(SETS[name], path, JUNK[kind]())
    result = verdict(args)
    if isinstance(result, Compiled):
        assert not [found for child in result.plan.children if (found := unsendable(child.inputs))]
        return
    assert len(str(result)) < LONGEST
    if kind != "read once" and validate("web", args).problems:
        assert {problem.root for problem in result.problems} == {path[0]}, result
    if SECRET_FIELDS & set(path):
        assert MARK not in str(result)


@pytest.mark.parametrize("kind", JUNK)
def test_arguments_that_are_something_else(kind: str) -> None:
    """Any value instead of all arguments gives an error that shows no part of the value."""
    error = refusal(JUNK[kind]())
    assert len(str(error)) < LONGEST
    if kind in {"list of maps", "list of pairs", "map", "map by number", "unshowable", "set", "read once", "deep"}:
        assert MARK not in str(error)


def test_both_spellings_of_one_argument() -> None:
    """snake_case and camelCase of the same name are one argument: twice is an error, at any depth."""
    args = {
        **base("Flexible", "named"),
        "vmSize": "Standard_D4s_v5",
        "os_disk": {"size_gb": 64, "sizeGb": 128},
        "instances": {"web-0": {"zone": "1", "computer_name": "a", "computerName": "b"}},
    }
    fields = {problem.field: problem.message for problem in refusal(args).problems}
    for field in ("vm_size", "os_disk.size_gb", "instances['web-0'].computer_name"):
        assert "it is set twice" in fields[field]


@pytest.mark.parametrize(
    ("place", "field"),
    [
        (lambda args: args | {"instances": {"web-0": {}, "adminPassword": MARK}}, "instances['adminPassword']"),
        (lambda args: args | {"inbound_nat": {"admin_password": MARK}}, "inbound_nat['admin_password']"),
        (lambda args: args | {"admin_pasword": MARK}, "admin_pasword"),
        (lambda args: args | {"admin_password": [MARK]}, "admin_password"),
        (lambda args: args | {"admin_password": {MARK: MARK}}, "admin_password"),
        (lambda args: args | {"zones": [MARK], "admin_password": MARK}, "zones[0]"),
        (lambda args: args | {"user_data": Unshowable()}, "user_data"),
        (lambda args: args | {"extensions": [{"protectedSettings": [MARK]}]}, "extensions[0].protected_settings"),
        (lambda args: args | {"accept_rules": [f"https://x.example/?sv=1&sig={MARK}&x=1"]}, "accept_rules[0]"),
    ],
)
def test_a_secret_in_the_wrong_place_is_not_shown(place: Callable[[Any], Any], field: str) -> None:
    """A secret is recognised by the name beside it, also an unexpected one, and by its text at any place."""
    error = refusal(place(base("Flexible", "named")))
    assert field in {problem.field for problem in error.problems}
    assert MARK not in str(error)


def test_a_secret_among_raw_inputs_is_not_shown() -> None:
    """A warning or an error about raw inputs never has their secrets in it."""
    profile = {"osProfile": {"adminPassword": MARK}, "licenseType": MARK, "evictionPolicy": MARK}
    error = refusal(base("Uniform") | {"overrides": {"scaleSet": {"virtualMachineProfile": profile}}})
    assert "evictionPolicy" in str(error)
    assert MARK not in str(error)


@pytest.mark.parametrize("name", SETS)
def test_null_says_that_nothing_was_written(name: str) -> None:
    """None at an optional argument, at any depth, is the same as leaving the argument out."""
    args = copy.deepcopy(SETS[name])
    args.setdefault("host_group_id", None)
    for at, absent in (("os_disk", "write_accelerator_enabled"), ("image", "id"), ("autoscale", "name")):
        args.setdefault(at, {}).setdefault(absent, None)
    if not args["autoscale"]["name"]:
        args["autoscale"] = None
    assert [child.key for child in compile_args("web", args).plan.children] == [
        child.key for child in compile_args("web", SETS[name]).plan.children
    ]


def test_null_for_an_instance_is_no_instance_and_no_silence() -> None:
    """A YAML key without a value is null: neither an instance nor nothing, so it is asked about."""
    (problem,) = told(base("Flexible", "named") | {"instances": {"web-0": {}, "web-1": None}})
    assert problem == "instances['web-1']: got null; set a value ({} for one without arguments), or leave it out"


def test_a_value_that_pulumi_cannot_send_is_refused_before_anything_is_registered() -> None:
    """Raw inputs and an extension's settings are checked for what would fail in the middle of the deployment."""
    args = base("Flexible", "named")
    args["extensions"] = [
        {
            "name": "a",
            "publisher": "p",
            "type": "t",
            "type_handler_version": "1.0",
            "settings": {"bytes": b"x", "infinite": float("inf"), "set": {"x"}, "fine": [1, None, {"b": 2.5}]},
        }
    ]
    args["overrides"] = {"virtualMachine": {"object": Unshowable(), "output": Later(), "colour": Colour.RED}}
    assert {problem.split(":")[0] for problem in told(args)} == {
        "extensions[0].settings.bytes",
        "extensions[0].settings.infinite",
        "extensions[0].settings.set",
        "overrides.virtualMachine.object",
    }


def test_resources_and_what_functions_of_azure_native_give_stand_for_their_ids() -> None:
    """Anything with an id is an id where an id is wanted, and an error that says what to give where text is."""

    class Found:
        id = azure.SUBNET

    args = base("Flexible", "named") | {"subnet_id": Found()}
    assert compile_args("web", args).model.subnet_id == azure.SUBNET
    (problem,) = told(args | {"resource_group_name": Found()})
    assert problem == "resource_group_name: got an object of the type Found; expected text"


@pytest.mark.parametrize("name", ["my web", "", "-web", "web\n", "w" * 65])
def test_a_component_name_that_cannot_name_the_set(name: str) -> None:
    """The error says where the name comes from, and is about the name alone, also with counted instances."""
    with pytest.raises(ScaleSetArgsError) as caught:
        compile_args(name, base("Flexible") | {"instance_count": 3})
    (problem,) = caught.value.problems
    assert problem.field == "scale_set_name"
    assert "the component's own name" in problem.message


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"orchestration_mode": "uniform", "overprovision": "maybe"}, "orchestration_mode"),
        ({"orchestration_mode": pulumi.Output}, "orchestration_mode"),
        ({"os_type": "windows"}, "os_type"),
    ],
)
def test_what_decides_everything_is_not_guessed_wrongly(change: dict[str, Any], field: str) -> None:
    """A mode or an operating system of the wrong case is judged as what was meant; the rest is not called wrong."""
    args = base("Uniform", windows=True) if field == "os_type" else base("Uniform")
    fields = {problem.field for problem in refusal(args | change).problems}
    assert fields == {field, *(set(change) - {field})}
