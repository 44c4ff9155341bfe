"""ARM templates as people write them: every Flexible set with a NAT pool is found, nothing is guessed."""

import json
from typing import Any

import pytest
from check.arm_samples import FLEXIBLE_WITH_POOL, NESTED, a_balancer, a_set, nested
from check.samples import SCHEMA

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies import arm_types
from scaleset_policies.engine import check
from scaleset_policies.estate import Resource
from scaleset_policies.formats.read import FileEstate, read, read_parameters

ON_SET, ON_BALANCER = "nat-pool-on-flexible", "nat-pool-serves-flexible"


def estate(template: dict[str, Any], parameters: dict[str, Any] | None = None) -> FileEstate:
    """A template, read."""
    text = json.dumps({"$schema": SCHEMA, "contentVersion": "1.0.0.0", **template})
    found = read(text, "main.json", parameters=parameters)
    assert found is not None
    return found


def sets(found: FileEstate) -> list[Resource]:
    """The scale sets of an estate."""
    return found.estate.of_type(arm_types.SCALE_SET)


def found_pools(found: FileEstate) -> set[str]:
    """The rules about NAT pools that are broken in it."""
    return {each.rule.name for each in check(found.estate) if each.rule.name in {ON_SET, ON_BALANCER}}


@pytest.mark.parametrize("name", FLEXIBLE_WITH_POOL)
def test_a_flexible_set_with_a_nat_pool_is_found_on_both_sides(name: str) -> None:
    """However it is written: the set that names the pool, and the load balancer whose pool serves the set."""
    found = estate(FLEXIBLE_WITH_POOL[name])
    assert found.problems == ()
    assert found_pools(found) == {ON_SET, ON_BALANCER}


@pytest.mark.parametrize(
    ("mode", "version", "broken"),
    [
        ("Flexible", "2020-12-01", True),
        ("Flexible", "2020-06-01-preview", True),
        ("Flexible", "2021-03-01", False),
        ("Uniform", "2020-12-01", False),
    ],
)
def test_the_api_version_of_a_set(mode: str, version: str, *, broken: bool) -> None:
    """A version from before Flexible is found, by a variable too."""
    one = a_set(mode, pool=None, apiVersion="[variables('version')]")
    found = estate({"variables": {"version": version}, "resources": [one]})
    broke = [each for each in check(found.estate) if each.rule.name == "api-version-on-flexible"]
    assert bool(broke) is broken
    for each in broke:
        assert each.path == "azureApiVersion"


def test_a_wrong_expression_hides_nothing_else() -> None:
    """One bracket too many, as in published templates, is reported; the NAT pool beside it is found anyway."""
    found = estate({"resources": [a_balancer(), a_set(zones="[createArray('1', '2'))]")]})
    assert [each.message for each in found.problems] == [
        "\"[createArray('1', '2'))]\" is not a template expression: expected the end of the expression"
    ]
    assert found_pools(found) == {ON_SET, ON_BALANCER}


@pytest.mark.parametrize(
    "template",
    [
        {"resources": [a_balancer(), a_set("Uniform")]},
        {"resources": [a_balancer(properties={}), a_set(pool=None)]},
        {"resources": [a_balancer(), a_set(condition=False)]},
        {"resources": [a_balancer(), a_set(copy={"name": "none", "count": 0})]},
        {
            "parameters": {"flexible": {"type": "bool", "defaultValue": False}},
            "resources": [a_balancer(), a_set("[if(parameters('flexible'), 'Flexible', 'Uniform')]")],
        },
        {"resources": []},
    ],
)
def test_what_is_right_is_not_reported(template: dict[str, Any]) -> None:
    """Uniform sets with pools, Flexible sets without, and what is not deployed break no rule about NAT pools."""
    assert found_pools(estate(template)) == set()


def test_a_mode_that_is_not_known_is_undecided() -> None:
    """Neither a violation nor a pass: the rule says which property it would need."""
    found = estate({"parameters": {"mode": {"type": "string"}}, "resources": [a_set("[parameters('mode')]")]})
    report = check(found.estate)
    assert ON_SET not in {each.rule.name for each in report}
    assert ON_SET in {each.rule.name for each in report.undecided}
    assert ON_SET not in {each.rule.name for each in report.passes}


def test_parameters_given_decide() -> None:
    """A parameter file's value comes before the default."""
    template = {
        "parameters": {"mode": {"type": "string", "defaultValue": "Uniform"}},
        "resources": [a_balancer(), a_set("[parameters('mode')]")],
    }
    given = read_parameters('{"parameters": {"MODE": {"value": "Flexible"}, "key": {"reference": {}}}}', "p.json")
    assert found_pools(estate(template)) == set()
    assert found_pools(estate(template, given)) == {ON_SET, ON_BALANCER}


def test_children_are_joined_with_their_parents() -> None:
    """Nested resources get their parent's type and name, and locks the resource that they lock."""
    lock = {"type": "providers/locks", "name": "Microsoft.Authorization/keep", "apiVersion": "2020-05-01"}
    machine = {
        "type": "Microsoft.Compute/virtualMachines",
        "apiVersion": "2024-07-01",
        "name": "vm",
        "properties": {},
        "resources": [
            {**lock, "properties": {"level": "cannotdelete"}, "dependsOn": ["Microsoft.Compute/virtualMachines/vm"]},
            {"type": "extensions", "name": "health", "apiVersion": "2024-07-01", "properties": {}},
        ],
    }
    scoped = {
        "type": "Microsoft.Authorization/locks",
        "apiVersion": "2020-05-01",
        "name": "set-lock",
        "scope": "[resourceId('Microsoft.Compute/virtualMachineScaleSets', 'web')]",
        "properties": {"level": "ReadOnly"},
    }
    found = estate({"resources": [a_set(), machine, scoped]}).estate
    old, new = found.of_type(arm_types.LOCK)
    vm = found.of_type(arm_types.VIRTUAL_MACHINE)[0]
    extension = found.of_type(arm_types.VM_EXTENSION)[0]
    assert (old.properties["scope"], old.properties["level"]) == (vm.id, "CanNotDelete")
    assert old.dependencies == (vm.key,)
    assert new.properties["scope"] == found.of_type(arm_types.SCALE_SET)[0].id
    assert extension.name == "vm/health"
    assert found.parent(extension) is vm


def test_bodies_are_flattened_and_spelt_as_arm_spells_them() -> None:
    """Wrappers go, names and enumerations get their spelling, texts become the type of their property."""
    body = {
        "ORCHESTRATIONMODE": "flexible",
        "singleplacementgroup": "False",
        "platformFaultDomainCount": "1",
        "tags": {"Properties": "kept"},
        "virtualMachineProfile": {
            "extensionProfile": {
                "extensions": [
                    {
                        "name": "x",
                        "properties": {"settings": {"properties": {"MODE": 1}}, "enableautomaticupgrade": True},
                    }
                ]
            }
        },
    }
    only = sets(estate({"resources": [a_set(properties=body)]}))[0].properties
    assert only["orchestrationMode"] == "Flexible"
    assert only["singlePlacementGroup"] is False
    assert only["platformFaultDomainCount"] == 1
    assert only["tags"] == {"Properties": "kept"}
    extension = only["virtualMachineProfile"]["extensionProfile"]["extensions"][0]
    assert extension == {"name": "x", "settings": {"properties": {"MODE": 1}}, "enableAutomaticUpgrade": True}


def test_secure_parameters_are_decided_by_and_never_shown() -> None:
    """A secure parameter's value is known to the rules, as far as one decides by it; texts made with it are not."""
    template: dict[str, Any] = {
        "parameters": {
            "password": {"type": "securestring", "defaultValue": "hunter2"},
            "all": {"type": "secureObject", "defaultValue": {"key": "hunter2", "on": True, "count": 5, "empty": ""}},
        },
        "resources": [
            a_set(
                zones="[createArray(parameters('all').key)]",
                tags={"p": "[concat('x', parameters('password'))]", "whole": "[string(parameters('all'))]"},
                name="[concat('web-', parameters('password'))]",
                condition="[and(parameters('all').on, not(empty(parameters('password'))))]",
                identity={"type": "[if(equals(parameters('all').key, 'hunter2'), 'SystemAssigned', 'None')]"},
                plan={"name": "[if(empty(parameters('all').empty), 'a', 'b')]"},
            )
        ],
    }
    template["resources"][0]["properties"] |= {
        "platformFaultDomainCount": "[parameters('all').count]",
        "overprovision": "[parameters('all').on]",
    }
    profile = template["resources"][0]["properties"]["virtualMachineProfile"]
    profile["osProfile"] = {"adminPassword": "[parameters('password')]"}
    only = sets(estate(template, {"password": "hunter2"}))[0]
    assert only.label == ""  # its condition is known
    assert only.properties["zones"] == ["hunter2"]
    assert only.properties["tags"] == {"p": UNKNOWN, "whole": UNKNOWN}
    assert only.properties["identity"] == {"type": "SystemAssigned"}
    assert only.properties["plan"] == {"name": "a"}
    assert only.properties["platformFaultDomainCount"] == 5
    assert only.properties["overprovision"] is True
    assert only.properties["virtualMachineProfile"]["osProfile"] == {"adminPassword": UNKNOWN}
    password = "virtualMachineProfile.osProfile.adminPassword"
    assert only.secrets == {"zones[0]", "tags.p", "tags.whole", "platformFaultDomainCount", password}
    assert only.name == "web-{password}"
    assert "hunter2" not in repr(only)
    (broken,) = [each for each in check(estate(template).estate) if each.rule.id == "SS004"]
    assert "platformFaultDomainCount is [secret]" in broken.message


@pytest.mark.parametrize(
    "given", [{}, {"settings": {"commandToExecute": "./a.sh", "b": [1]}}, {"settings": {"a": "x"}}]
)
def test_a_secure_object_has_only_the_settings_that_it_has(given: dict[str, Any]) -> None:
    """Secret settings of an extension are named if they are known; else they are secret as a whole."""
    template: dict[str, Any] = {
        "parameters": {"settings": {"type": "secureObject"}},
        "resources": [a_set()],
    }
    extension = {"name": "e", "properties": {"publisher": "p", "type": "t", "settings": "[parameters('settings')]"}}
    profile = template["resources"][0]["properties"]["virtualMachineProfile"]
    profile["extensionProfile"] = {"extensions": [extension]}
    at = "virtualMachineProfile.extensionProfile.extensions[0].settings"
    wanted = sorted(f"{at}.{name}" for name in given.get("settings", {})) or [at]
    found = estate(template, given)
    assert sorted(each.path for each in check(found.estate) if each.rule.id == "SS105") == wanted


def test_what_a_file_leaves_out_is_said() -> None:
    """A linked template is not silently taken for right."""
    linked = {
        "type": NESTED,
        "apiVersion": "2022-09-01",
        "name": "far",
        "properties": {"mode": "Incremental", "templateLink": {"uri": "https://host/x.json"}},
    }
    assert estate({"resources": [linked]}).notes == (
        "deployment 'far' uses a linked template: check that template separately",
    )


@pytest.mark.parametrize(
    ("template", "message", "line"),
    [
        ({"resources": "[parameters('all')]"}, "expected a list or an object of resources", 4),
        ({"resources": [1]}, "expected a resource", 5),
        ({"resources": [{"name": "x"}]}, "expected a resource", 5),
        ({}, "expected a list or an object of resources", 1),
        ({"resources": [a_set("[concat('Flex'")]}, "", 0),
        ({"resources": [a_set("[concat('Flex']")]}, "is not a template expression: expected ','", 20),
    ],
)
def test_what_cannot_be_understood_is_told_with_its_place(template: dict[str, Any], message: str, line: int) -> None:
    """Problems name line and column; the rest of the template is read anyway."""
    text = json.dumps({"$schema": SCHEMA, "contentVersion": "1.0.0.0", **template}, indent=2)
    found = read(text, "main.json")
    assert found is not None
    if not message:
        assert found.problems == ()  # without its closing bracket it is a plain string
        return
    (problem,) = found.problems
    assert message in problem.message
    assert problem.line == line


def test_violations_point_at_their_line() -> None:
    """The place of a violation is the property that it is about, in the template that deploys it."""
    text = json.dumps(
        {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": [nested({"resources": [a_set()]}, inner=True)]},
        indent=2,
    )
    found = read(text, "main.json")
    assert found is not None
    (violation,) = [each for each in check(found.estate) if each.rule.name == ON_SET]
    assert violation.location is not None
    lines = text.split("\n")
    expected = next(index for index, each in enumerate(lines) if "loadBalancerInboundNatPools" in each) + 2
    assert violation.location.line == expected
    assert lines[expected - 1][violation.location.column - 1] == "{"
    assert violation.location.pointer.startswith("/resources/0/properties/template/resources/0/")


def test_names_that_only_azure_knows_are_followed_through_ids() -> None:
    """A network and its subnet named by ``uniqueString(resourceGroup().id)``, as quickstarts do, are still found."""
    properties: dict[str, Any] = {"addressPrefix": "10.0.0.0/24"}
    subnet = {"name": "[variables('subnet')]", "properties": properties}
    network = {
        "type": "Microsoft.Network/virtualNetworks",
        "apiVersion": "2023-09-01",
        "name": "[variables('vnet')]",
        "properties": {"subnets": [subnet]},
    }
    body = a_set(pool=None)
    nic = body["properties"]["virtualMachineProfile"]["networkProfile"]["networkInterfaceConfigurations"][0]
    vnet = "resourceId('Microsoft.Network/virtualNetworks/', variables('vnet'))"
    path = f"concat({vnet}, '/subnets/', variables('subnet'))"
    nic["properties"]["ipConfigurations"][0]["properties"] = {"primary": True, "subnet": {"id": f"[{path}]"}}
    infix = "toLower(substring(concat('web', uniqueString(resourceGroup().id)), 0, 9))"
    variables = {"vnet": f"[concat({infix}, 'vnet')]", "subnet": f"[concat({infix}, 'subnet')]"}
    found = check(estate({"variables": variables, "resources": [network, body]}).estate)
    assert {each.rule.id for each in found} >= {"SS069", "SS107"}
    properties["natGateway"] = {"id": "[resourceId('Microsoft.Network/natGateways', 'gateway')]"}
    properties["networkSecurityGroup"] = {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'group')]"}
    found = check(estate({"variables": variables, "resources": [network, body]}).estate)
    assert not {each.rule.id for each in found} & {"SS069", "SS107"}
    assert not {each.rule.id for each in found.undecided} & {"SS069", "SS107"}
