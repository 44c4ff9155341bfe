"""The language of templates without any Azure: dates, addresses, parameters, and JSON as Azure takes it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arm_templates import parameters, relaxed
from arm_templates.functions import call
from arm_templates.scope import Scope, Target
from arm_templates.syntax import ExpressionError
from arm_templates.values import NO_VALUE, Unresolved


@pytest.mark.parametrize(
    ("name", "arguments", "value"),
    [
        ("dateTimeAdd", ["2024-02-29T10:30:00Z", "P1Y"], "20250228T103000Z"),
        ("dateTimeAdd", ["2026-01-31", "P1M", "yyyy-MM-dd"], "2026-02-28"),
        ("dateTimeAdd", ["2026-03-01T00:00:00Z", "-P1D", "d"], "2/28/2026"),
        ("dateTimeAdd", ["2026-03-01T23:00:00+02:00", "PT90M", "u"], "2026-03-01 22:30:00Z"),
        ("dateTimeAdd", ["2026-03-01T15:04:05Z", "P2W", "dddd, d MMMM yy h:mm tt"], "Sunday, 15 March 26 3:04 PM"),
        ("dateTimeFromEpoch", [1683040573], "2023-05-02T15:16:13Z"),
        ("dateTimeToEpoch", ["2023-05-02T15:16:13Z"], 1683040573),
        ("cidrSubnet", ["10.144.0.0/20", 24, 1], "10.144.1.0/24"),
        ("cidrSubnet", ["2001:db8::/32", 48, 3], "2001:db8:3::/48"),
        ("cidrHost", ["10.144.3.0/24", 0], "10.144.3.1"),
        ("cidrHost", ["10.144.3.0/30", 1], "10.144.3.2"),
        ("dataUriToString", ["data:;base64,SGVsbG8="], "Hello"),
        ("dataUriToString", ["data:text/plain,a%20b"], "a b"),
    ],
)
def test_functions(name: str, arguments: list[Any], value: Any) -> None:
    """Values as Microsoft's pages on the date and CIDR functions have them."""
    assert call(name, arguments) == value


def test_parse_cidr() -> None:
    """The parts of a range that the page on parseCidr shows."""
    assert call("parseCidr", ["10.144.0.0/20"]) == {
        "network": "10.144.0.0",
        "netmask": "255.255.240.0",
        "broadcast": "10.144.15.255",
        "firstUsable": "10.144.0.1",
        "lastUsable": "10.144.15.254",
        "cidr": 20,
    }


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("cidrSubnet", ["10.0.0.0/24", 20, 0]),
        ("cidrSubnet", ["10.0.0.0/24", 26, 4]),
        ("cidrHost", ["10.0.0.0/30", 2]),
        ("dateTimeAdd", ["2026-01-01", "tomorrow"]),
        ("dateTimeAdd", ["9999-12-31", "P1Y"]),
        ("dateTimeToEpoch", ["never"]),
        ("dataUriToString", ["Hello"]),
    ],
)
def test_what_no_function_gives(name: str, arguments: list[Any]) -> None:
    """Arguments that Azure refuses leave the call unresolved, and raise nothing."""
    assert isinstance(call(name, arguments), Unresolved)


TYPES = {
    "definitions": {
        "short": {"type": "string", "maxLength": 3},
        "loop": {"$ref": "#/definitions/loop"},
        "shape": {
            "type": "object",
            "discriminator": {
                "propertyName": "kind",
                "mapping": {
                    "round": {"type": "object", "properties": {"radius": {"type": "int"}}},
                    "named": {"type": "object", "properties": {"name": {"$ref": "#/definitions/short"}}},
                },
            },
        },
    }
}


@pytest.mark.parametrize(
    ("declared", "value", "told"),
    [
        ({"$ref": "#/definitions/short"}, "abc", ""),
        ({"$ref": "#/definitions/short"}, "abcd", "less than or equal to '3'"),
        ({"$ref": "#/definitions/loop"}, "abcd", ""),
        (
            {"type": "array", "items": {"type": "int"}},
            [1, "2"],
            "'p[1]' is not valid. Expected",
        ),
        ({"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "int"}}, ["a", 1], ""),
        ({"type": "array", "allowedValues": ["a", "b"]}, ["a"], ""),
        ({"type": "array", "allowedValues": ["a", "b"]}, ["c"], "allowed value(s): 'a,b'"),
        ({"type": "object", "properties": {"a": {"type": "int"}}}, {}, "Expected the property 'a'"),
        ({"type": "object", "properties": {"a": {"type": "int", "nullable": True}}}, {"a": None}, ""),
        ({"type": "object", "properties": {}, "additionalProperties": False}, {"b": 1}, "'b' is not permitted"),
        (
            {"type": "object", "additionalProperties": {"type": "bool"}},
            {"b": 1},
            "'p.b' is not valid",
        ),
        ({"$ref": "#/definitions/shape"}, {"kind": "round", "radius": 2}, ""),
        ({"$ref": "#/definitions/shape"}, {"kind": "round", "radius": "2"}, "'p.radius'"),
        ({"$ref": "#/definitions/shape"}, {"kind": "named", "name": "longer"}, "'p.name'"),
        ({"type": "int"}, True, "received a value of type 'Boolean'"),
        ({"type": "int", "nullable": True}, None, ""),
        ({"type": "int"}, None, "received a value of type 'Null'"),
        ({"type": "int", "maxValue": 3}, 4, "less than or equal to '3'"),
    ],
)
def test_a_value_against_its_declaration(declared: Any, value: Any, told: str) -> None:
    """Custom types, unions, bounds and allowed values: the message names the place; a valid value has none."""
    found = list(parameters.problems(TYPES, "p", declared, value))
    assert bool(found) == bool(told)
    assert all(told in text for text in found)


def test_a_secret_is_not_told() -> None:
    """The message about a secure parameter has no value."""
    declared = {"type": "secureString", "allowedValues": ["a"]}
    (text,) = parameters.problems({}, "p", declared, "hunter2")
    assert "hunter2" not in text
    assert parameters.is_secure(TYPES, {"$ref": "#/definitions/short", "type": "securestring"})


def test_texts_for_numbers() -> None:
    """A number and a boolean may be given as text, as az passes them; nothing else is changed."""
    assert parameters.coerced({}, {"type": "int"}, " -3 ") == -3
    assert parameters.coerced({}, {"type": "bool"}, "True") is True
    assert parameters.coerced({}, {"type": "int"}, "3.5") == "3.5"
    assert parameters.coerced({}, {"type": "string"}, "3") == "3"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(_JSON)
def test_plain_json_is_what_it_is(value: Any) -> None:
    """Whatever JSON says, with comments and an unquoted name around it the value is the same."""
    text = json.dumps(value)
    assert relaxed.loads(text) == value
    assert relaxed.loads(f"/* {{ */ {{ name: {text}, // , }}\n }}") == {"name": value}


@pytest.mark.parametrize("text", ["", "{", '{"a" 1}', "{'a': 1}", "/* open", '{"a": 1 /* }'])
def test_what_is_no_json_at_all(text: str) -> None:
    """Text that is not even relaxed JSON is refused."""
    with pytest.raises(ValueError, match=r"."):
        relaxed.loads(text)


@pytest.mark.parametrize("part", ["a", '"', "/*", ",/*", "\\", "// ", "a ", "/**/", '{"a":', ",/**/"])
def test_hostile_text_ends_soon(part: str) -> None:
    """The time grows with the length: half a million repetitions of what may begin something are refused at once."""
    with pytest.raises((ValueError, RecursionError)):
        relaxed.loads("{" + part * 500_000)


def test_hooks_are_those_of_json() -> None:
    """Who bounds numbers bounds them in relaxed text as well."""
    assert relaxed.loads("{a: 1} // one", parse_int=lambda digits: f"int {digits}") == {"a": "int 1"}


def scope(template: dict[str, Any], **answers: Any) -> Scope:
    """A scope whose host answers these functions."""

    def answer(_: Scope, name: str, arguments: list[Any]) -> Any:
        return answers[name](*arguments) if name in answers else NO_VALUE

    def report(text: str, error: ExpressionError) -> None:
        raise AssertionError(text) from error

    return Scope(template, {}, Target("sub", "rg"), "", report, answer, veils=False)


def test_the_host_answers() -> None:
    """What the host knows is a value like any other; what it does not say stays unresolved."""
    own = scope({}, reference=lambda name: {"of": name}, resourcegroup=lambda: {"location": "here"})
    assert own.resolve("[concat(reference('a').of, resourceGroup().location)]") == "ahere"
    assert isinstance(own.resolve("[listKeys('a', 'b')]"), Unresolved)


def test_ids_at_known_scopes() -> None:
    """With a known subscription and group, ids are plain texts; a resource group's has no provider."""
    own = scope({})
    assert own.resolve("[resourceId('A.B/c', 'd')]") == "/subscriptions/sub/resourceGroups/rg/providers/A.B/c/d"
    group = own.resolve("[subscriptionResourceId('Microsoft.Resources/resourceGroups', 'x')]")
    assert group == "/subscriptions/sub/resourceGroups/x"
    own.target = Target("sub", "")
    assert own.resolve("[resourceId('A.B/c', 'd')]") == "/subscriptions/sub/providers/A.B/c/d"


def test_secrets_with_and_without_veils() -> None:
    """Who deploys gets the value of a secure parameter; who only reads gets something to decide by."""
    template = {"parameters": {"p": {"type": "securestring", "defaultValue": "hunter2"}}}
    own = scope(template)
    assert own.resolve("[concat('a', parameters('p'))]") == "ahunter2"
    veiled = Scope(template, {}, Target(), "", own.report, own.answers)
    value = veiled.resolve("[concat('a', parameters('p'))]")
    assert isinstance(value, Unresolved)
    assert "hunter2" not in value.text
    assert veiled.resolve("[equals(parameters('p'), 'hunter2')]") is True
