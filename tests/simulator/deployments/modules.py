"""Templates in templates: Bicep's modules, older nested templates, other groups, and the subscription."""

# ruff: noqa: E501 - an expression is one text, as in the templates of this kind
from __future__ import annotations

from typing import Any

from simulator.deployments.case import BICEP, LEARN, Case, network, ref, symbolic, template, text, vnet

_WHERE = {"location": text("[resourceGroup().location]")}
_NSG = template(
    network(
        "networkSecurityGroups",
        "[parameters('name')]",
        {},
        location="[parameters('location')]",
        tags="[parameters('tags')]",
    ),
    parameters={**_WHERE, "name": text(), "tags": {"type": "object", "defaultValue": {}}},
    outputs={
        "id": {
            "type": "string",
            "value": "[resourceId('Microsoft.Network/networkSecurityGroups', parameters('name'))]",
        },
        "name": {"type": "string", "value": "[parameters('name')]"},
    },
    metadata=BICEP,
)
_GROUPS = "2018-05-01/subscription"


def module(name: str, inner: Any, given: Any = None, **members: Any) -> dict[str, Any]:
    """A module as Bicep compiles it."""
    return {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": name,
        **members,
        "properties": {
            "expressionEvaluationOptions": {"scope": "inner"},
            "mode": "Incremental",
            "parameters": given or {},
            "template": inner,
        },
    }


def _outer(name: str, *resources: Any, **members: Any) -> dict[str, Any]:
    """A nested template whose expressions are those of the template around it."""
    return {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2021-04-01",
        "name": name,
        **members,
        "properties": {"mode": "Incremental", "template": template(*resources)},
    }


_SUBNET_OF = template(
    network(
        "virtualNetworks",
        "coast",
        {
            "addressSpace": {"addressPrefixes": ["10.60.0.0/16"]},
            "subnets": [
                {
                    "name": "beach",
                    "properties": {
                        "addressPrefix": "10.60.0.0/24",
                        "networkSecurityGroup": {"id": "[parameters('nsg')]"},
                    },
                }
            ],
        },
        location="[parameters('location')]",
    ),
    parameters={**_WHERE, "nsg": text()},
)

CASES = (
    Case(
        name="module-after-module",
        seen=LEARN + "bicep/modules",
        template=template(
            module(
                "cliffs", _NSG, {"name": {"value": "[parameters('name')]"}, "tags": {"value": "[parameters('tags')]"}}
            ),
            module(
                "coast",
                _SUBNET_OF,
                {
                    "nsg": {
                        "value": "[reference(resourceId('Microsoft.Resources/deployments', 'cliffs'), '2022-09-01').outputs.id.value]"
                    }
                },
            ),
            parameters={"name": text("cliffs-nsg"), "tags": {"type": "object", "defaultValue": {}}},
            outputs={
                "nsg": {
                    "type": "string",
                    "value": "[reference(resourceId('Microsoft.Resources/deployments', 'cliffs'), '2022-09-01').outputs.name.value]",
                }
            },
            metadata=BICEP,
        ),
        made=("networkSecurityGroups/cliffs-nsg", "virtualNetworks/coast", "deployments/cliffs"),
        outputs={"nsg": "cliffs-nsg"},
        edit={"tags": {"tide": "low"}},
        changes={"networkSecurityGroups/cliffs-nsg": "Modify"},
    ),
    Case(
        name="modules-in-a-loop",
        seen=LEARN + "bicep/loops",
        template=template(
            module(
                "[format('nsg-{0}', copyIndex())]",
                _NSG,
                {"name": {"value": "[parameters('names')[copyIndex()]]"}},
                copy={"name": "all", "count": "[length(parameters('names'))]"},
            ),
            parameters={"names": {"type": "array", "defaultValue": ["elm", "oak"]}},
            outputs={
                "made": {
                    "type": "array",
                    "copy": {
                        "count": "[length(parameters('names'))]",
                        "input": "[reference(resourceId('Microsoft.Resources/deployments', format('nsg-{0}', copyIndex()))).outputs.name.value]",
                    },
                }
            },
        ),
        made=("networkSecurityGroups/elm", "networkSecurityGroups/oak"),
        outputs={"made": ["elm", "oak"]},
        edit={"names": ["elm", "oak", "ash"]},
        changes={"networkSecurityGroups/ash": "Create"},
    ),
    Case(
        name="outer-names-in-a-nested-template",
        seen=LEARN + "templates/linked-templates#expression-evaluation-scope-in-nested-templates",
        template=template(
            network("applicationSecurityGroups", "bees", {}),
            _outer(
                "hive",
                network("networkSecurityGroups", "[variables('name')]", {}, tags={"keeper": "[parameters('keeper')]"}),
                dependsOn=["bees"],
            ),
            parameters={"keeper": text("ann")},
            variables={"name": "[concat('hive-', 'nsg')]"},
        ),
        made=("networkSecurityGroups/hive-nsg", "deployments/hive"),
        edit={"keeper": "bob"},
        changes={"networkSecurityGroups/hive-nsg": "Modify"},
    ),
    Case(
        name="what-is-already-there",
        seen=LEARN + "bicep/existing-resource",
        template=symbolic(
            {
                "net": vnet("inlet", "shore"),
                "card": network(
                    "networkInterfaces",
                    "gull-nic",
                    {
                        "ipConfigurations": [
                            {
                                "name": "main",
                                "properties": {
                                    "privateIPAllocationMethod": "Dynamic",
                                    "subnet": ref("virtualNetworks/subnets", "inlet", "shore"),
                                },
                            }
                        ]
                    },
                    after=["net"],
                    tags={"space": "[reference('found').addressSpace.addressPrefixes[0]]", "by": "[parameters('by')]"},
                ),
                "found": {
                    "existing": True,
                    "type": "Microsoft.Network/virtualNetworks",
                    "apiVersion": "2024-05-01",
                    "name": "inlet",
                    "dependsOn": ["net"],
                },
            },
            parameters={"by": text("tern")},
            outputs={
                "space": {"type": "array", "value": "[reference('found').addressSpace.addressPrefixes]"},
                "place": {"type": "string", "value": "[reference('net', '2024-05-01', 'full').location]"},
            },
        ),
        made=("networkInterfaces/gull-nic",),
        outputs={"space": ["10.20.0.0/16"], "place": "westeurope"},
        edit={"by": "auk"},
        changes={"networkInterfaces/gull-nic": "Modify"},
    ),
    Case(
        name="symbols-in-a-loop",
        seen=LEARN + "templates/template-functions-resource#references",
        template=symbolic(
            {
                "groups": network(
                    "applicationSecurityGroups",
                    "[parameters('names')[copyIndex()]]",
                    {},
                    copy={"name": "groups", "count": "[length(parameters('names'))]"},
                ),
                "all": network("networkSecurityGroups", "all", {}, after=["groups"]),
            },
            parameters={"names": {"type": "array", "defaultValue": ["red", "blue"]}},
            outputs={
                "first": {"type": "string", "value": "[reference('groups[0]', '2024-05-01', 'Full').resourceId]"},
                "count": {"type": "int", "value": "[length(references('groups'))]"},
            },
        ),
        made=("applicationSecurityGroups/red", "networkSecurityGroups/all"),
        outputs={"first": "{group}/providers/Microsoft.Network/applicationSecurityGroups/red", "count": 2},
        edit={"names": ["red", "blue", "green"]},
        changes={"applicationSecurityGroups/green": "Create"},
    ),
    Case(
        name="group-with-a-module",
        seen=LEARN + "bicep/deploy-to-subscription",
        template=template(
            {
                "type": "Microsoft.Resources/resourceGroups",
                "apiVersion": "2024-03-01",
                "name": "[parameters('group')]",
                "location": "[deployment().location]",
                "tags": "[parameters('tags')]",
            },
            module(
                "inside",
                _NSG,
                {"name": {"value": "burrow"}},
                resourceGroup="[parameters('group')]",
                dependsOn=["[subscriptionResourceId('Microsoft.Resources/resourceGroups', parameters('group'))]"],
            ),
            schema=_GROUPS,
            parameters={"group": text("warren"), "tags": {"type": "object", "defaultValue": {"den": "1"}}},
            outputs={
                "nsg": {
                    "type": "string",
                    "value": "[reference(extensionResourceId(format('/subscriptions/{0}/resourceGroups/{1}', subscription().subscriptionId, parameters('group')), 'Microsoft.Resources/deployments', 'inside'), '2022-09-01').outputs.name.value]",
                }
            },
        ),
        made=("resourceGroups/warren", "networkSecurityGroups/burrow"),
        outputs={"nsg": "burrow"},
        edit={"tags": {"den": "2"}},
        changes={"resourceGroups/warren": "Modify"},
        at_subscription=True,
    ),
    Case(
        name="two-groups-and-a-role",
        seen=LEARN + "templates/deploy-to-subscription",
        template=template(
            {
                "type": "Microsoft.Resources/resourceGroups",
                "apiVersion": "2024-03-01",
                "name": "[concat('isle-', copyIndex())]",
                "location": "[parameters('location')]",
                "copy": {"name": "isles", "count": "[parameters('count')]"},
                "properties": {},
            },
            _outer(
                "lighthouse",
                {
                    "type": "Microsoft.Authorization/locks",
                    "apiVersion": "2020-05-01",
                    "name": "keep",
                    "properties": {"level": "CanNotDelete"},
                },
                resourceGroup="isle-0",
                dependsOn=["isles"],
            ),
            {
                "type": "Microsoft.Authorization/roleAssignments",
                "apiVersion": "2022-04-01",
                "name": "[guid(subscription().id, 'keeper')]",
                "properties": {
                    "roleDefinitionId": "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'acdd72a7-3385-48ef-bd42-f606fba81ae7')]",
                    "principalId": "6b1f4f34-08a8-4f0e-a2f3-5a2c2ff2f1d0",
                    "principalType": "Group",
                },
            },
            schema=_GROUPS,
            parameters={"location": text("northeurope"), "count": {"type": "int", "defaultValue": 1}},
        ),
        made=("resourceGroups/isle-0", "locks/keep"),
        edit={"count": 2},
        changes={"resourceGroups/isle-1": "Create"},
        at_subscription=True,
    ),
)
