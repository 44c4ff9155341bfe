"""ARM templates as people write them: every Flexible set with a NAT pool is found, nothing is guessed."""

import json
from typing import Any

import pytest
from check.samples import SCHEMA, load_balancer, scale_set

from pulumi_azure_scaleset.properties import UNKNOWN
from scaleset_policies import arm_types
from scaleset_policies.engine import check
from scaleset_policies.estate import Resource
from scaleset_policies.formats.read import FileEstate, read, read_parameters

SET = "Microsoft.Compute/virtualMachineScaleSets"
LB = "Microsoft.Network/loadBalancers"
NESTED = "Microsoft.Resources/deployments"
BALANCER = "resourceId('Microsoft.Network/loadBalancers', 'web-lb')"
DEPLOYMENT = "resourceId('Microsoft.Resources/deployments', 'network')"
POOL = "[resourceId('Microsoft.Network/loadBalancers/inboundNatPools', 'web-lb', 'ssh')]"
ON_SET, ON_BALANCER = "nat-pool-on-flexible", "nat-pool-serves-flexible"


def a_set(mode: Any = "Flexible", pool: Any = POOL, **changes: Any) -> dict[str, Any]:
    """A scale-set resource; ``pool`` is the NAT pool's id, None for no pool."""
    body = scale_set("Flexible", nat_pool=False)
    body["properties"]["orchestrationMode"] = mode
    ip = body["properties"]["virtualMachineProfile"]["networkProfile"]["networkInterfaceConfigurations"][0]
    if pool is not None:
        ip["properties"]["ipConfigurations"][0]["properties"]["loadBalancerInboundNatPools"] = (
            [{"id": pool}] if not pool.startswith("*") else pool[1:]
        )
    return {"type": SET, "apiVersion": "2024-07-01", **body, **changes}


def a_balancer(**changes: Any) -> dict[str, Any]:
    """A load balancer with a NAT pool."""
    return {"type": LB, "apiVersion": "2023-09-01", **load_balancer(), **changes}


def nested(template: dict[str, Any], *, inner: bool, parameters: Any = None, name: str = "inner") -> dict[str, Any]:
    """A nested deployment."""
    options = {"expressionEvaluationOptions": {"scope": "inner"}} if inner else {}
    values = {"parameters": parameters} if parameters else {}
    properties = {"mode": "Incremental", **options, **values, "template": {"$schema": SCHEMA, **template}}
    return {"type": NESTED, "apiVersion": "2022-09-01", "name": name, "properties": properties}


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


SYMBOLIC = {
    "languageVersion": "2.0",
    "resources": {
        "lb": a_balancer(),
        "old": {"existing": True, "type": LB, "apiVersion": "2023-09-01", "name": "other"},
        "web": a_set(pool="[reference('lb').inboundNatPools[0].id]", dependsOn=["lb"]),
    },
}
MODULES = {
    "metadata": {"_generator": {"name": "bicep", "version": "0.30.0"}},
    "resources": [
        nested(
            {
                "resources": [a_balancer()],
                "outputs": {
                    "poolId": {
                        "type": "string",
                        "value": f"[reference({BALANCER}).inboundNatPools[0].id]",
                    }
                },
            },
            inner=True,
            name="network",
        ),
        nested(
            {"parameters": {"pool": {"type": "string"}}, "resources": [a_set(pool="[parameters('pool')]")]},
            inner=True,
            name="compute",
            parameters={"pool": {"value": f"[reference({DEPLOYMENT}).outputs.poolId.value]"}},
        ),
    ],
}

FLEXIBLE_WITH_POOL: dict[str, dict[str, Any]] = {
    "plain": {"resources": [a_balancer(), a_set()]},
    "other spelling": {
        "resources": [
            a_balancer(type="microsoft.network/LoadBalancers"),
            a_set("flexible", type="MICROSOFT.COMPUTE/VIRTUALMACHINESCALESETS"),
        ]
    },
    "by variables": {
        "parameters": {"prefix": {"type": "string"}, "mode": {"type": "string", "defaultValue": "Flexible"}},
        "variables": {
            "lb": "[toLower(concat(parameters('prefix'), 'lb'))]",
            "lbId": "[resourceId('Microsoft.Network/loadBalancers', variables('lb'))]",
            "poolId": "[concat(variables('lbId'), '/inboundNatPools/', 'ssh')]",
        },
        "resources": [a_balancer(name="[variables('lb')]"), a_set("[parameters('mode')]", "[variables('poolId')]")],
    },
    "unique names": {
        "variables": {"lb": "[concat('lb', uniqueString(resourceGroup().id))]"},
        "resources": [
            a_balancer(name="[variables('lb')]"),
            a_set(
                pool="[resourceId('Microsoft.Network/loadBalancers/inboundNatPools', "
                "format('lb{0}', uniqueString(resourceGroup().id)), 'ssh')]"
            ),
        ],
    },
    "the old way to write an id": {
        "resources": [
            a_balancer(),
            a_set(
                pool="[concat('/subscriptions/', subscription().subscriptionId, '/resourceGroups/', "
                "resourceGroup().name, '/providers/Microsoft.Network/loadBalancers/web-lb/inboundNatPools/ssh')]"
            ),
        ]
    },
    "all in a variable": {
        "variables": {"properties": a_set()["properties"]},
        "resources": [a_balancer(), a_set(properties="[variables('properties')]")],
    },
    "conditional value": {
        "parameters": {"nat": {"type": "bool", "defaultValue": True}},
        "resources": [
            a_balancer(),
            a_set(pool=f"*[if(parameters('nat'), createArray(createObject('id', {POOL[1:-1]})), null())]"),
        ],
    },
    "condition that is not known": {
        "parameters": {"deploy": {"type": "bool"}},
        "resources": [a_balancer(), a_set(condition="[parameters('deploy')]")],
    },
    "copy of the resource": {
        "resources": [a_balancer(), a_set(name="[concat('web', copyIndex())]", copy={"name": "sets", "count": 2})]
    },
    "copy with an unknown count": {
        "parameters": {"sets": {"type": "int"}},
        "resources": [
            a_balancer(),
            a_set(name="[concat('web', copyIndex())]", copy={"name": "s", "count": "[parameters('sets')]"}),
        ],
    },
    "copy of a property": {
        "resources": [
            a_balancer(
                properties={
                    "backendAddressPools": [{"name": "pool"}],
                    "copy": [
                        {
                            "name": "inboundNatPools",
                            "count": 1,
                            "input": {"name": "ssh", "properties": {"backendPort": 22}},
                        }
                    ],
                }
            ),
            a_set(pool="*[variables('pools')]"),
        ],
        "variables": {"copy": [{"name": "pools", "count": 1, "input": {"id": POOL}}]},
    },
    "nested, outer scope": {
        "variables": {"pool": POOL},
        "resources": [nested({"resources": [a_balancer(), a_set(pool="[variables('pool')]")]}, inner=False)],
    },
    "nested, inner scope": {
        "resources": [
            nested(
                {
                    "parameters": {"mode": {"type": "string"}},
                    "resources": [a_balancer(), a_set("[parameters('mode')]")],
                },
                inner=True,
                parameters={"mode": {"value": "Flexible"}},
            )
        ]
    },
    "symbolic names": SYMBOLIC,
    "bicep modules": MODULES,
    "user function": {
        "functions": [
            {
                "namespace": "n",
                "members": {
                    "pool": {
                        "parameters": [{"name": "lb", "type": "string"}],
                        "output": {
                            "type": "string",
                            "value": POOL.replace("'web-lb'", "parameters('lb')"),
                        },
                    }
                },
            }
        ],
        "resources": [a_balancer(), a_set(pool="[n.pool('web-lb')]")],
    },
    "lambda": {
        "resources": [
            a_balancer(),
            a_set(
                pool="*[map(createArray('ssh'), lambda('p', createObject('id', resourceId("
                "'Microsoft.Network/loadBalancers/inboundNatPools', 'web-lb', lambdaVariables('p')))))]"
            ),
        ]
    },
}


@pytest.mark.parametrize("name", FLEXIBLE_WITH_POOL)
def test_a_flexible_set_with_a_nat_pool_is_found_on_both_sides(name: str) -> None:
    """However it is written: the set that names the pool, and the load balancer whose pool serves the set."""
    found = estate(FLEXIBLE_WITH_POOL[name])
    assert found.problems == ()
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
    """Nested resources get their parent's type and name, locks the resource they stand on."""
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


def test_secure_parameters_never_become_values() -> None:
    """A secure parameter's default or given value is not in the estate; what it would decide is not known."""
    template = {
        "parameters": {
            "password": {"type": "securestring", "defaultValue": "hunter2"},
            "all": {"type": "secureObject", "defaultValue": {"key": "hunter2"}},
        },
        "resources": [a_set(zones="[parameters('all').key]", tags={"p": "[concat('x', parameters('password'))]"})],
    }
    only = sets(estate(template, {"password": "hunter2"}))[0]
    assert only.properties["zones"] is UNKNOWN
    assert "hunter2" not in repr(only)


def test_what_a_file_leaves_out_is_said() -> None:
    """A linked template is not silently taken for right."""
    linked = {
        "type": NESTED,
        "apiVersion": "2022-09-01",
        "name": "far",
        "properties": {"mode": "Incremental", "templateLink": {"uri": "https://host/x.json"}},
    }
    assert estate({"resources": [linked]}).notes == (
        "deployment 'far' uses a linked template: check that template by itself",
    )


@pytest.mark.parametrize(
    ("template", "message", "line"),
    [
        ({"resources": "[parameters('all')]"}, "expected a list or an object of resources", 4),
        ({"resources": [1]}, "expected a resource", 5),
        ({"resources": [{"name": "x"}]}, "expected a resource", 5),
        ({}, "expected a list or an object of resources", 1),
        ({"resources": [a_set("[concat('Flex'")]}, "", 0),
        ({"resources": [a_set("[concat('Flex']")]}, "is no template expression: expected ','", 20),
    ],
)
def test_what_cannot_be_understood_is_told_with_its_place(template: dict[str, Any], message: str, line: int) -> None:
    """Problems name line and column; the rest of the template is read all the same."""
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
