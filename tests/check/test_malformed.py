"""Values of the wrong kind: reported with their place, never taken for something that is not there."""

import copy
import json
from typing import Any

import pytest
from check import samples
from check.arm_samples import SET, a_balancer, a_set, nested
from check.samples import SCHEMA

from scaleset_policies.engine import check
from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.json_text import Path
from scaleset_policies.formats.read import read

DOCUMENTS = {
    "stack": samples.stack(),
    "preview": samples.preview(),
    "arm": samples.arm(),
    "terraform": samples.terraform(),
    "uniform": samples.terraform("Uniform"),
}
BROKEN = {"stack": "SS016", "preview": "SS016", "arm": "SS016", "terraform": "SS016", "uniform": "SS017"}


def containers(value: Any, at: Path = ()) -> list[Path]:
    """Every object and list of a document."""
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    return [] if items is None else [at, *(each for key, item in items for each in containers(item, (*at, key)))]


def problems(text: str) -> list[UnreadableError]:
    """What is reported about a document."""
    try:
        found = read(text, "file")
    except UnreadableError as error:
        return [error]
    return [UnreadableError("file", "none of the formats", line=1)] if found is None else list(found.problems)


def decided(text: str, rule: str) -> bool:
    """Whether a rule's violation is found, or the rule is undecided."""
    found = read(text, "file")
    assert found is not None
    report = check(found.estate)
    return rule in {each.rule.id for each in report.violations} | {each.rule.id for each in report.undecided}


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("value", [1, "x", True])
def test_what_stands_for_an_object_or_a_list_hides_nothing(kind: str, value: Any) -> None:
    """If an object or list is replaced by a plain value, the NAT pool is found, undecided, or the place is named."""
    document = json.loads(DOCUMENTS[kind])
    for at in containers(document):
        if not at or "configuration" in at or "after_unknown" in at:
            continue
        changed = copy.deepcopy(document)
        node = changed
        for step in at[:-1]:
            node = node[step]
        node[at[-1]] = value
        text = json.dumps(changed)
        assert problems(text) or decided(text, BROKEN[kind]), at


@pytest.mark.parametrize("value", [1, "x", True, {}, [1]])
def test_a_wrong_value_is_told_by_its_kind_and_place(value: Any) -> None:
    """The property, what was expected and what kind of value is there; the value itself may be a secret."""
    text = json.dumps(json.loads(samples.stack()), indent=1).replace('"loadBalancerInboundNatPools": [', '"x": [')
    text = text.replace('"x": [', f'"loadBalancerInboundNatPools": {json.dumps(value)}, "x": [')
    (problem,) = problems(text)
    place = "virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0].ipConfigurations[0]"
    kind = {"1": "a number", "x": "a text", "True": "true", "{}": "an object", "[1]": "a number"}[str(value)]
    expected = "[0]: expected an object" if value == [1] else ": expected a list"
    assert problem.message == f"web: {place}.loadBalancerInboundNatPools{expected}, got {kind}"
    assert "loadBalancerInboundNatPools" in text.split("\n")[problem.line - 1]


def template(**members: Any) -> str:
    """An ARM template as text."""
    return json.dumps({"$schema": SCHEMA, "contentVersion": "1.0.0.0", **members})


NO_LOOP = {"copy": {"name": "pools", "count": 2, "input": {}}}
PARAMETERS: list[Any] = [None, [], "", 1, True, {}]


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        (a_set(name=None), "expected the resource's name"),
        (a_set(name=""), "expected the resource's name"),
        (a_set(name=7), "expected the resource's name"),
        (a_set(type="x"), "expected a resource: an object with type, apiVersion and name"),
        (a_set(type=""), "expected a resource: an object with type, apiVersion and name"),
        (a_set(properties="x"), "properties: expected an object, got a text"),
        (a_set(properties=[]), "properties: expected an object, got a list"),
        (a_set(copy=[{"name": "x", "count": 1}]), "expected a copy loop: an object with name and count"),
        (a_set(copy={"name": "x", "count": -1}), "expected 0 to 800 copies, got -1"),
        (a_set(copy={"name": "x", "count": 801}), "expected 0 to 800 copies, got 801"),
        (a_set(copy={"name": "x", "count": "many"}), "expected a number of copies"),
        (a_set(copy={"name": "x"}), "expected a number of copies"),
        (a_balancer(properties=NO_LOOP), "copy: expected a list of copy loops with name, count and input"),
        (nested({}, inner=True) | {"properties": {}}, "an object with a template or a templateLink"),
        (nested({}, inner=True) | {"properties": {"template": []}}, "an object with a template or a templateLink"),
        (nested({}, inner=True) | {"properties": 1}, "an object with a template or a templateLink"),
    ],
)
def test_a_resource_that_cannot_be_read_is_told(resource: Any, message: str) -> None:
    """What Azure would refuse, and what would leave a set out unseen, is a problem with its line."""
    found = problems(template(resources=[resource]))
    assert any(message in each.message for each in found), found
    assert all(each.line for each in found)


@pytest.mark.parametrize(
    "resource",
    [
        {"import": "graph", "type": "core", "properties": {}},
        {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01"},
        {"type": "[concat('Microsoft.', 'Web/sites')]", "apiVersion": "2023-01-01", "name": "x"},
        a_set(name="[parameters('name')]", copy={"name": "x", "count": "[parameters('count')]"}),
        a_set(name="[concat('web', copyIndex())]", copy={"name": "x", "count": "2"}),
        a_set(tags={"copy": "x", "properties": 1}),
    ],
)
def test_what_templates_may_say_is_no_problem(resource: Any) -> None:
    """Resources of extensions and of other types, names and counts that are not known, the user's own tags."""
    assert problems(template(resources=[resource])) == []


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_a_users_function_of_any_shape_is_survived(parameter: Any) -> None:
    """A function whose parameters are nonsense leaves its value unknown; the rest is read."""
    member = {"parameters": [parameter], "output": {"type": "string", "value": "[parameters('a')]"}}
    functions = [{"namespace": "n", "members": {"f": member}}]
    found = read(template(functions=functions, resources=[a_set("[n.f('Flexible')]")]), "file")
    assert found is not None
    assert [each.type for each in found.estate] == [SET.lower()]


def test_more_resources_than_can_be_read_are_told() -> None:
    """What is beyond the limit is not checked, and the result says so."""
    many = [{"type": "A.B/c", "name": "x", "apiVersion": "1", "copy": {"name": "x", "count": 800}}] * 26
    (problem,) = problems(template(resources=[*many, a_set()]))
    assert problem.message == "there are more than 20,000 resources: the rest was not checked"


STATE = samples.states()[1]
END = {"sequence": 9, "summaryEvent": {"maybeCorrupt": False}}


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({}, "expected an engine event"),
        ({"sequence": 1}, "expected an engine event"),
        ({"resourcePreEvent": 1}, "expected an engine event"),
        ({"resourcePreEvent": {}}, "expected metadata with op, and new as a resource with a urn"),
        ({"resourcePreEvent": {"metadata": 1}}, "expected metadata with op, and new as a resource with a urn"),
        ({"resourcePreEvent": {"metadata": {"op": "same", "new": 1}}}, "new as a resource with a urn"),
        ({"resourcePreEvent": {"metadata": {"op": "same", "new": {**STATE, "urn": 1}}}}, "a resource with a urn"),
        ({"resourcePreEvent": {"metadata": {"op": "same", "new": {**STATE, "type": 1}}}}, "a resource with a type"),
        ({"resourcePreEvent": {"metadata": {"op": "same", "new": {**STATE, "inputs": 1}}}}, "an object of inputs"),
    ],
)
def test_an_event_that_cannot_be_read_is_told(event: Any, message: str) -> None:
    """An event that does not say what it is about is a problem on its line."""
    lines = [{"sequence": 0, "preludeEvent": {}}, event, END]
    found = problems("\n".join(map(json.dumps, lines)))
    assert {each.line for each in found} == {2}
    assert any(message in each.message for each in found)


def test_events_without_a_new_resource_are_no_problem() -> None:
    """A deletion has none, and kinds of events that are not known yet are passed over."""
    metadata = {"op": "delete", "urn": "urn:x", "type": "t", "old": STATE, "new": None}
    lines = [{"sequence": 0, "preludeEvent": {}}, {"resourcePreEvent": {"metadata": metadata}}, {"newEvent": {}}, END]
    assert problems("\n".join(map(json.dumps, lines))) == []
