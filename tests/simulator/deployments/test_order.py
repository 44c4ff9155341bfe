"""What depends on what, and what is refused before anything is deployed."""

# ruff: noqa: E501 - a template and its refusal are one line each

from __future__ import annotations

from typing import Any

import httpx
import pytest
from simulator.deployments.case import address, card, network, ref, symbolic, template, vnet
from simulator.deployments.deploying import VERSION, Deployments, make_group
from simulator.worlds import SCOPE


@pytest.fixture
def deployments(http: httpx.Client) -> Deployments:
    """Deployments at an empty group."""
    make_group(http)
    return Deployments(http)


def made(deployments: Deployments, name: str = "d") -> list[str]:
    """The names of a deployment's resources, in the order in which they were made."""
    return [each["properties"]["targetResource"]["resourceName"] for each in deployments.operations(name)]


@pytest.mark.parametrize(
    "after",
    [
        "[resourceId('Microsoft.Network/networkSecurityGroups', 'last')]",
        "last",
        "LAST",
        "Microsoft.Network/networkSecurityGroups/last",
        "[concat('Microsoft.Network/networkSecurityGroups/', 'last')]",
    ],
)
def test_depends_on(deployments: Deployments, after: str) -> None:
    """DependsOn may have an id, a name, or type and name, in any case."""
    resources = [
        network("applicationSecurityGroups", "first", {}, after=[after]),
        network("networkSecurityGroups", "last", {}),
    ]
    deployments.run("d", template(*resources))
    assert made(deployments) == ["last", "first"]


@pytest.mark.parametrize(
    "use",
    [
        "[reference('net').addressSpace.addressPrefixes[0]]",
        "[if(equals(1, 1), reference('net', '2024-05-01', 'full').location, 'x')]",
    ],
)
def test_a_reference_is_a_dependency(deployments: Deployments, use: str) -> None:
    """What reference() names is deployed first, without dependsOn; resourceId() alone is no dependency."""
    deployments.run("d", template(network("applicationSecurityGroups", "user", {}, tags={"of": use}), vnet("net", "a")))
    assert made(deployments) == ["net", "user"]
    plain = "[resourceId('Microsoft.Network/virtualNetworks', 'net')]"
    deployments.run(
        "e", template(network("applicationSecurityGroups", "user", {}, tags={"of": plain}), vnet("net", "a"))
    )
    assert made(deployments, "e") == ["user", "net"]


def test_symbols(deployments: Deployments) -> None:
    """DependsOn and reference() may have symbolic names, and that of a loop means all of it."""
    resources = {
        "last": network("applicationSecurityGroups", "c", {}, after=["many"]),
        "many": network(
            "networkSecurityGroups", "[concat('b', copyIndex())]", {}, copy={"name": "loop", "count": 2}, after=["net"]
        ),
        "net": vnet("a", "s"),
    }
    deployments.run("d", symbolic(resources))
    assert made(deployments) == ["a", "b0", "b1", "c"]
    named = [each["properties"]["targetResource"]["symbolicName"] for each in deployments.operations("d")]
    assert named == ["net", "many[0]", "many[1]", "last"]


def refused(deployments: Deployments, content: Any, **given: Any) -> str:
    """The refusal of a template: nothing was deployed, and validate refuses it the same way."""
    answer = deployments.put("d", deployments.body(content, **given))
    checked = deployments.http.post(
        f"{deployments.url('d')}/validate", params=VERSION, json=deployments.body(content, **given)
    )
    assert answer.status_code == checked.status_code
    assert answer.json() == checked.json()
    assert deployments.http.get(deployments.url("d"), params=VERSION).json()["error"]["code"] == "DeploymentNotFound"
    listed = deployments.http.get(f"{SCOPE}/resources", params=VERSION).json()["value"]
    assert listed == []
    error = answer.json()["error"]
    return f"{answer.status_code} {error['code']}: {error['message']}"


_ASG = network("applicationSecurityGroups", "a", {})
_INT = {"n": {"type": "int", "minValue": 2}}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (template(network("applicationSecurityGroups", "a", {}, after=["b"]), network("networkSecurityGroups", "b", {}, after=["a"])), "Circular dependency detected on resources: '/subscr"),
        (template(network("applicationSecurityGroups", "a", {}, after=["nobody"])), "The resource 'nobody' is not defined in the template"),
        (template(_ASG, network("applicationSecurityGroups", "A", {})), "is defined multiple times in a template"),
        (template(network("virtualNetworks/subnets", "a", {})), "has incorrect segment lengths"),
        (template({**_ASG, "colour": 1}), "Could not find member 'colour' on object of type 'TemplateResource'"),
        (template({name: each for name, each in _ASG.items() if name != "apiVersion"}), "has no 'apiVersion'"),
        (template(network("applicationSecurityGroups", "[nothing('a')]", {})), "'nothing(a)' cannot be evaluated"),
        (template(network("applicationSecurityGroups", "[parameters('who')]", {})), "The template parameter 'who' is not found"),
        (template(network("applicationSecurityGroups", "[variables('who')]", {})), "The template variable 'who' is not found"),
        (template(network("applicationSecurityGroups", "[concat('a']", {})), "is not valid: "),
        (template({**_ASG, "condition": "[1]"}), "expected a boolean"),
        (template({**_ASG, "copy": {"name": "x", "count": 801}}), "expected a whole number from 0 to 800"),
        (template({**_ASG, "copy": {"name": "x", "count": 2, "mode": "slow"}}), "has mode 'slow'"),
        (template({**_ASG, "type": "Microsoft.Nobody/things"}), "No registered resource provider found for type 'Microsoft.Nobody/things'"),
        (template(_ASG, parameters={"n": {"type": "string"}}), "The value for the template parameter 'n' is not provided"),
        (template(_ASG, parameters={"n": {"type": "int", "minValue": 2, "defaultValue": 1}}), "greater than or equal to '2'"),
        (template(_ASG, parameters={"n": {"type": "string", "allowedValues": ["x"], "defaultValue": "y"}}), "The value 'y' is not part of the allowed value(s): 'x'"),
        (template(_ASG, parameters={"n": {"type": "string", "maxLength": 2, "defaultValue": "abc"}}), "less than or equal to '2'"),
        (template(_ASG, parameters={"n": {"type": "bool", "defaultValue": "maybe"}}), "Expected a value of type 'Boolean', but received a value of type 'String'"),
    ],
)  # fmt: skip
def test_refused_at_once(deployments: Deployments, content: Any, expected: str) -> None:
    """A template that can't be deployed is refused by PUT and validate alike, with Azure's words for it."""
    told = refused(deployments, content)
    assert told.startswith("400 ")
    assert expected in told


def test_refused_parameters(deployments: Deployments) -> None:
    """A parameter that the template does not have, and values of the wrong type, are refused by name."""
    content = template(_ASG, parameters=_INT)
    assert "'m' in the parameters file are not valid" in refused(deployments, content, n=3, m=1)
    assert "template parameter 'n' is not valid" in refused(deployments, content, n=1)
    assert "of type 'Integer', but received a value of type 'Array'" in refused(deployments, content, n=[3])


@pytest.mark.parametrize(
    ("properties", "named"),
    [
        ({"templateLink": {"uri": "https://example.org/main.json"}}, "properties.templateLink"),
        ({"template": template(_ASG), "parametersLink": {"uri": "https://example.org/p.json"}}, "properties.parametersLink"),
        ({"template": template(_ASG), "onErrorDeployment": {"type": "LastSuccessful"}}, "properties.onErrorDeployment"),
        ({"template": template(_ASG, parameters=_INT), "parameters": {"n": {"reference": {"secretName": "s"}}}}, "Key Vault references"),
    ],
)  # fmt: skip
def test_what_is_not_played(deployments: Deployments, properties: Any, named: str) -> None:
    """Links and the like are refused with 501 and their names, never skipped; nested ones at once as well."""
    answer = deployments.put("d", {"properties": {"mode": "Incremental", **properties}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (501, "NotImplemented")
    assert named in answer.json()["error"]["message"]
    kind = "Microsoft.Resources/deployments"
    inner = {
        "type": kind,
        "apiVersion": "2022-09-01",
        "name": "in",
        "properties": {"mode": "Incremental", **properties},
    }
    if "parameters" not in properties:
        assert deployments.put("d", deployments.body(template(inner))).status_code == 501


def test_the_mode_in_any_case(deployments: Deployments) -> None:
    """'incremental' is Incremental; another word is refused."""
    assert deployments.run("d", template(_ASG), mode="incremental")["mode"] == "Incremental"
    answer = deployments.put("d", deployments.body(template(_ASG), "Partial"))
    assert "'Partial' is not valid" in answer.json()["error"]["message"]


def test_conditions_and_needs(deployments: Deployments) -> None:
    """What is not wanted is not waited for, and its children are not wanted either."""
    parent = {**vnet("net", "a"), "condition": "[false()]"}
    parent["resources"] = [{"type": "subnets", "apiVersion": "2024-05-01", "name": "b", "properties": {}}]
    deployments.run("d", template(parent, address("ip", after=["net"])))
    assert made(deployments) == ["ip"]


def test_numbers_of_dependencies(deployments: Deployments) -> None:
    """A deployment shows what depends on what."""
    content = template(
        vnet("net", "a"), card("nic", "net", "a"), network("loadBalancers", "lb", {}, sku={"name": "Standard"})
    )
    shown = deployments.run("d", content)
    (entry,) = shown["dependencies"]
    assert (entry["resourceName"], [each["resourceName"] for each in entry["dependsOn"]]) == ("nic", ["net"])
    assert [each["namespace"] for each in shown["providers"]] == ["Microsoft.Network"]
    assert ref("virtualNetworks", "net")["id"].startswith("[resourceId")
