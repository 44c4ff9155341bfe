"""The template language: what its functions give, and what stays unresolved."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arm_templates.scope import Scope, Target
from arm_templates.syntax import ExpressionError, is_expression, parse
from arm_templates.values import MAX_TEXT, NO_VALUE, Unresolved
from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies.formats.arm.settled import settle

TEMPLATE: dict[str, Any] = {
    "parameters": {
        "name": {"type": "string", "defaultValue": "web"},
        "count": {"type": "int", "defaultValue": 3},
        "open": {"type": "string"},
        "password": {"type": "secureString", "defaultValue": "hunter2"},
        "settings": {"type": "object", "defaultValue": {"Mode": "Flexible", "zones": ["1", "2"]}},
    },
    "variables": {
        "lb": "[concat(parameters('name'), '-lb')]",
        "twice": "[createArray(variables('lb'), variables('lb'))]",
        "self": "[variables('self')]",
        "copy": [{"name": "disks", "count": 2, "input": {"lun": "[copyIndex('disks', 1)]"}}],
        "inner": {"copy": [{"name": "ports", "count": "[parameters('count')]", "input": "[copyIndex('ports')]"}]},
    },
    "functions": [
        {
            "namespace": "own",
            "members": {
                "join": {
                    "parameters": [{"name": "a", "type": "string"}],
                    "output": {"type": "string", "value": "[concat('<', parameters('a'), '>')]"},
                }
            },
        }
    ],
}
GROUP = "/subscriptions/{subscription}/resourceGroups/{resourceGroup}"


def scope(problems: list[str] | None = None) -> Scope:
    """The names of the template above."""

    def report(text: str, error: ExpressionError) -> None:
        assert problems is not None, (text, error)
        problems.append(f"{text}: {error}")

    def answers(_: Scope, name: str, arguments: list[Any]) -> Any:
        return Unresolved(f"{{reference({arguments[0]})}}") if name == "reference" else NO_VALUE

    return Scope(TEMPLATE, {}, Target(), "", report, answers)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("plain", "plain"),
        ("[[not an expression]", "[not an expression]"),
        ("[parameters('NAME')]", "web"),
        ("[variables('lb')]", "web-lb"),
        ("[variables('disks')[1].lun]", 2),
        ("[variables('inner').ports]", [0, 1, 2]),
        ("[concat('it''s', 1, true())]", "it's1True"),
        ("[concat(createArray(1), createArray(2))]", [1, 2]),
        ("[format('{0}-{1:000}-{{{2}}}', 'a', 7, 'b')]", "a-007-{b}"),
        ("[format('{0,4}|{0,-4}|', 'ab')]", "  ab|ab  |"),
        ("[if(equals(parameters('name'), 'web'), 'yes', 'no')]", "yes"),
        ("[if(true(), 1, parameters('open'))]", 1),
        ("[and(false(), parameters('open'))]", False),
        ("[or(parameters('open'), true())]", True),
        ("[not(equals(1, 2))]", True),
        ("[equals('1', 1)]", False),
        ("[empty('')]", True),
        ("[empty(createArray(parameters('open')))]", False),
        ("[length(createArray(parameters('open'), 1))]", 2),
        (
            "[union(createObject('a', createObject('x', 1)), createObject('a', createObject('y', 2)))]",
            {"a": {"x": 1, "y": 2}},
        ),
        ("[union(createArray(1, 2), createArray(2, 3))]", [1, 2, 3]),
        ("[intersection(createArray(1, 2), createArray(2, 3))]", [2]),
        ("[first('abc')]", "a"),
        ("[last(split('a/b/c', '/'))]", "c"),
        ("[take('abc', 2)]", "ab"),
        ("[skip(createArray(1, 2, 3), 1)]", [2, 3]),
        ("[contains(parameters('settings'), 'mode')]", True),
        ("[contains('Flexible', 'Flex')]", True),
        ("[contains(createArray(1), 2)]", False),
        ("[parameters('settings').mode]", "Flexible"),
        ("[parameters('settings')['zones'][1]]", "2"),
        ("[tryGet(parameters('settings'), 'none')]", None),
        ("[parameters('settings').?none]", None),
        ("[parameters('settings')[?'none'].?more]", None),
        ("[coalesce(null(), parameters('settings').?none, 'x')]", "x"),
        ("[join(createArray('a', 'b'), ', ')]", "a, b"),
        ("[replace('a-b', '-', '+')]", "a+b"),
        ("[toUpper('a')]", "A"),
        ("[substring('abcd', 1, 2)]", "bc"),
        ("[indexOf('abc', 'C')]", 2),
        ("[lastIndexOf('abca', 'a')]", 3),
        ("[padLeft('7', 3, '0')]", "007"),
        ("[trim(' a ')]", "a"),
        ("[startsWith('Web', 'w')]", True),
        ("[string(createObject('a', 1))]", '{"a":1}'),
        ("[int('3')]", 3),
        ("[bool('TRUE')]", True),
        ("[json('{\"a\": null}')]", {"a": None}),
        ("[json('null')]", None),
        ("[base64('ab')]", "YWI="),
        ("[base64ToString('YWI=')]", "ab"),
        ("[add(1, mul(2, 3))]", 7),
        ("[sub(1, 3)]", -2),
        ("[div(-7, 2)]", -3),
        ("[mod(-7, 2)]", -1),
        ("[min(createArray(3, 1))]", 1),
        ("[max(3, 1)]", 3),
        ("[range(2, 3)]", [2, 3, 4]),
        ("[greaterOrEquals(2, 2)]", True),
        ("[less('a', 'b')]", True),
        ("[array('a')]", ["a"]),
        ("[items(createObject('b', 1, 'a', 2))]", [{"key": "a", "value": 2}, {"key": "b", "value": 1}]),
        ("[map(range(0, 2), lambda('i', format('vm{0}', lambdaVariables('i'))))]", ["vm0", "vm1"]),
        ("[filter(range(0, 4), lambda('i', greater(lambdaVariables('i'), 1)))]", [2, 3]),
        ("[reduce(range(0, 4), 0, lambda('a', 'b', add(lambdaVariables('a'), lambdaVariables('b'))))]", 6),
        ("[toObject(createArray('a'), lambda('x', lambdaVariables('x')), lambda('x', 1))]", {"a": 1}),
        ("[sort(createArray(3, 1, 2), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))]", [1, 2, 3]),
        ("[flatten(createArray(createArray(1), createArray(2)))]", [1, 2]),
        ("[own.join('x')]", "<x>"),
        ("[guid('a', 'b')]", "2bca0ff0-6c5d-5a8b-9b46-8f8b5e1a0a5c"),
        ("[uri('https://host/a/', 'b.sh')]", "https://host/a/b.sh"),
        ("[tenantResourceId('Microsoft.X/ys', 'z')]", "/providers/Microsoft.X/ys/z"),
        (
            "[resourceId('Microsoft.Network/loadBalancers', 'lb')]",
            f"{GROUP}/providers/Microsoft.Network/loadBalancers/lb",
        ),
        (
            "[resourceId('sub', 'group', 'Microsoft.Network/loadBalancers/probes', 'lb', 'p')]",
            "/subscriptions/sub/resourceGroups/group/providers/Microsoft.Network/loadBalancers/lb/probes/p",
        ),
        (
            "[resourceId('group', 'Microsoft.Network/loadBalancers', parameters('open'))]",
            "/subscriptions/{subscription}/resourceGroups/group/providers/Microsoft.Network/loadBalancers/{open}",
        ),
        (
            "[concat(resourceGroup().id, '/providers/Microsoft.Network/loadBalancers/', variables('lb'))]",
            f"{GROUP}/providers/Microsoft.Network/loadBalancers/web-lb",
        ),
        (
            "[concat(subscription().id, '/resourceGroups/', resourceGroup().name, '/providers/Microsoft.N/x/lb')]",
            f"{GROUP}/providers/Microsoft.N/x/lb",
        ),
        (
            "[extensionResourceId(resourceId('Microsoft.Compute/vms', 'v'), 'Microsoft.Authorization/locks', 'l')]",
            f"{GROUP}/providers/Microsoft.Compute/vms/v/providers/Microsoft.Authorization/locks/l",
        ),
    ],
)
def test_what_can_be_known_is_evaluated(expression: str, value: Any) -> None:
    """Each function gives what Azure gives; ids keep their unknown parts in braces."""
    found = settle(scope().resolve(expression))
    if expression.startswith("[guid"):
        assert len(found) == len(value)
    else:
        assert found == value
        assert type(found) is type(value)


@pytest.mark.parametrize(
    "expression",
    [
        "[parameters('open')]",
        "[concat(parameters('password'), 'x')]",
        "[toLower(parameters('password'))]",
        "[resourceGroup().location]",
        "[subscription().tenantId]",
        "[reference('x').y.z[0]]",
        "[uniqueString(resourceGroup().id)]",
        "[newGuid()]",
        "[utcNow()]",
        "[listKeys('x', '2020-01-01').keys[0].value]",
        "[noSuchFunction(1)]",
        "[environment().suffixes.storage]",
        "[deployment().properties.templateLink.uri]",
        "[if(equals(parameters('open'), 'x'), 1, 2)]",
        "[equals(parameters('open'), 'x')]",
        "[and(true(), parameters('open'))]",
        "[concat('a', parameters('open'))]",
        "[union(createObject('a', 1), parameters('open'))]",
        "[contains(createArray(parameters('open')), 'x')]",
        "[coalesce(parameters('open'), 1)]",
        "[variables('self')]",
        "[variables('none')]",
        "[substring('abc', 2, 5)]",
        "[div(1, 0)]",
        "[createArray(1)[5]]",
        "[int('x')]",
        "[json('{')]",
        "[padLeft('a', 100000000)]",
        "[range(0, 100000000)]",
        "[copyIndex()]",
        "[format('{3}', 'a')]",
        "[resourceId('Microsoft.Network/loadBalancers')]",
        "[if(true())]",
        "[map(parameters('open'), lambda('x', 1))]",
        "[concat(1, createArray(1))]",
        "[not('x')]",
        "[null('x')]",
    ],
)
def test_what_only_azure_knows_is_unknown(expression: str) -> None:
    """Nothing is guessed, and what Azure would refuse never raises."""
    assert settle(scope().resolve(expression)) is UNKNOWN


def test_equal_expressions_are_equal_although_unknown() -> None:
    """A name that nobody knows yet still matches itself, and only itself."""
    names = scope()
    first = names.resolve("[concat('lb', uniqueString(resourceGroup().id))]")
    again = names.resolve("[format('lb{0}', uniqueString(resourceGroup().id))]")
    other = names.resolve("[concat('lb', uniqueString(subscription().id))]")
    assert first == again
    assert first != other
    assert names.resolve("[equals(uniqueString('a'), uniqueString('a'))]") is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[concat('a'", "expected"),
        ("[concat('a',)]", "expected"),
        ("[concat 'a']", "expected '('"),
        ("[]", "expected a function"),
        ("['a' 'b']", "expected the end"),
        ("[parameters('a').]", "expected a name"),
        ("[-x]", "expected a function"),
        ("[" + "f(" * 500 + ")" * 500 + "]", "nested too deeply"),
        ("[99999999999999999999999]", "64-bit"),
        ("[f(" + "1," * 70_000 + "1)]", "characters"),
    ],
)
def test_what_is_no_expression_is_told(text: str, expected: str) -> None:
    """A syntax error says what was expected; the value stays unresolved."""
    problems: list[str] = []
    closed = text if text.endswith("]") else f"{text}]"
    assert settle(scope(problems).resolve(closed)) is UNKNOWN
    assert expected in problems[0]


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="[]()'., abcdx01{}?-_$\"\\", max_size=40))
def test_any_text_is_an_expression_or_a_problem(text: str) -> None:
    """Parsing ends with a tree or an ExpressionError for any text between the brackets."""
    written = f"[{text}]"
    if is_expression(written):
        with contextlib.suppress(ExpressionError):
            assert parse(written) == parse(written)


def test_a_template_that_doubles_a_value_ends_soon() -> None:
    """Variables that double each other stay unresolved instead of filling the memory."""
    variables: dict[str, Any] = {"v0": "0123456789"}
    for index in range(1, 80):
        variables[f"v{index}"] = f"[concat(variables('v{index - 1}'), variables('v{index - 1}'))]"
        variables[f"l{index}"] = f"[createArray(variables('l{index - 1}'), variables('l{index - 1}'))]"
        variables[f"o{index}"] = {"a": f"[variables('o{index - 1}')]", "b": f"[variables('o{index - 1}')]"}
    names = Scope({"variables": variables}, {}, Target(), "", lambda *_: None, lambda *_: NO_VALUE)
    for name in ("v79", "l79", "o79"):
        assert len(json.dumps(settle(names.resolve(f"[variables('{name}')]")), default=str)) <= MAX_TEXT * 20
