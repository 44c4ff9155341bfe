"""Templates with anything anywhere: refused or deployed, never an error of the simulator itself."""

# ruff: noqa: E501 - a trap is one line

from __future__ import annotations

import copy
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from simulator.deployments import language, modules, networks
from simulator.deployments.case import Case, network, template, vnet
from simulator.deployments.deploying import ROOT, VERSION, Deployments, make_group
from simulator.worlds import SCOPE

CASES = (*networks.CASES, *modules.CASES, *language.CASES)
_TEXTS = (
    "",
    "/",
    "[",
    "[parameters('x')]",
    "[reference('net')]",
    "[copyIndex()]",
    "[resourceGroup()]",
    "[listKeys('a', 'b')]",
)
_VALUES = st.none() | st.booleans() | st.integers(-2, 900) | st.sampled_from(_TEXTS)
_ANYTHING = st.recursive(
    _VALUES,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["name", "count", "value", "type"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of everything in a JSON value."""
    found = [at] if at else []
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found += places(item, (*at, key))
    return found


def changed(body: Any, at: tuple[Any, ...], value: Any) -> Any:
    """A body with another value at a path."""
    result = copy.deepcopy(body)
    inner = result
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = value
    return result


@pytest.fixture
def client(http: httpx.Client) -> httpx.Client:
    """A client in a world with a group."""
    make_group(http)
    return http


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), case=st.sampled_from(CASES))
def test_anything_anywhere(client: httpx.Client, data: st.DataObject, case: Case) -> None:
    """For any value at one place of a request, the answer is one of Azure's, and so is that of a what-if."""
    deployments = Deployments(client, ROOT if case.at_subscription else SCOPE)
    whole = deployments.body(case.template, **case.given)
    body = changed(whole, data.draw(st.sampled_from(places(whole))), data.draw(_ANYTHING))
    url = deployments.url("d")
    answers = [client.post(f"{url}/whatIf", params=VERSION, json=body), client.put(url, params=VERSION, json=body)]
    answers.append(client.get(url, params=VERSION))
    assert [answer.text for answer in answers if answer.status_code == 500] == []


_SELF = {
    "type": "Microsoft.Resources/deployments",
    "apiVersion": "2022-09-01",
    "name": "d",
    "properties": {"mode": "Incremental", "template": template()},
}
_DEEP: Any = template(network("networkSecurityGroups", "nsg", {}))
for _ in range(8):
    _DEEP = template({**_SELF, "properties": {"mode": "Incremental", "template": _DEEP}})


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (template({**vnet("net", "a"), "copy": {"name": "a", "count": 800}, "name": "[concat('n', copyIndex())]", "resources": [{"type": "subnets", "apiVersion": "2024-05-01", "name": "[concat('s', copyIndex('b'))]", "copy": {"name": "b", "count": 800}}]}), "exceeds the limit of 800"),
        (_DEEP, "levels deep"),
        (template(variables={"a": "[variables('b')]", "b": "[variables('a')]"}, outputs={"x": {"type": "string", "value": "[variables('a')]"}}), "DeploymentOutputEvaluationFailed"),
        (template(network("networkSecurityGroups", "nsg", {}, tags={"x": "[reference('nsg').x]"})), "cannot reference itself"),
    ],
    ids=["too-many", "too-deep", "circle", "itself"],
)  # fmt: skip
def test_known_traps(client: httpx.Client, content: Any, told: str) -> None:
    """Loops in loops, nested deployments without end, and what refers to itself, are refused soon."""
    deployments = Deployments(client)
    answer = deployments.put("d", deployments.body(content))
    assert answer.status_code != 500
    assert told in answer.text + client.get(deployments.url("d"), params=VERSION).text


@example("[" + "concat(" * 200 + "'a'" + ")" * 200 + "]")
@given(st.text(max_size=60).map(lambda text: f"[{text}]"))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_expression(client: httpx.Client, expression: str) -> None:
    """Text in brackets is evaluated, or refused as a template."""
    deployments = Deployments(client)
    content = template(outputs={"x": {"type": "string", "value": expression}})
    assert deployments.put("d", deployments.body(content)).status_code in {200, 201}
