"""Templates that use the language itself: functions, types, lambdas, copies of variables, addresses, dates."""

# ruff: noqa: E501 - an expression is one text, as in the templates of this kind
from simulator.deployments.case import LEARN, Case, address, network, number, symbolic, template, text, vnet

_FUNCTIONS = [
    {
        "namespace": "__bicep",
        "members": {
            "named": {
                "parameters": [{"type": "string", "name": "what"}, {"type": "int", "name": "number"}],
                "output": {
                    "type": "string",
                    "value": "[format('{0}-{1:000}', toLower(parameters('what')), parameters('number'))]",
                },
            },
            "twice": {
                "parameters": [{"type": "string", "name": "what"}],
                "output": {
                    "type": "string",
                    "value": "[__bicep.named(concat(parameters('what'), parameters('what')), 2)]",
                },
            },
        },
    }
]
_TYPES = {
    "rule": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 2},
            "port": {"type": "int", "minValue": 1, "maxValue": 65535},
            "note": {"type": "string", "nullable": True},
        },
        "additionalProperties": False,
    },
    "secret": {"type": "securestring"},
}

CASES = (
    Case(
        name="functions-of-its-own",
        seen=LEARN + "bicep/user-defined-functions",
        template=template(
            network("networkSecurityGroups", "[__bicep.named('Moss', parameters('number'))]", {}),
            network("applicationSecurityGroups", "[__bicep.twice('Fern')]", {}),
            functions=_FUNCTIONS,
            parameters={"number": number(7)},
        ),
        made=("networkSecurityGroups/moss-007", "applicationSecurityGroups/fernfern-002"),
        edit={"number": 8},
        changes={"networkSecurityGroups/moss-008": "Create", "networkSecurityGroups/moss-007": "Ignore"},
    ),
    Case(
        name="types-of-its-own",
        seen=LEARN + "bicep/user-defined-data-types",
        template=symbolic(
            {
                "nsg": network(
                    "networkSecurityGroups",
                    "ridge",
                    {
                        "copy": [
                            {
                                "name": "securityRules",
                                "count": "[length(parameters('rules'))]",
                                "input": {
                                    "name": "[parameters('rules')[copyIndex('securityRules')].name]",
                                    "properties": {
                                        "priority": "[add(100, copyIndex('securityRules'))]",
                                        "protocol": "*",
                                        "access": "Deny",
                                        "direction": "Outbound",
                                        "description": "[coalesce(tryGet(parameters('rules')[copyIndex('securityRules')], 'note'), 'none')]",
                                        "sourceAddressPrefix": "*",
                                        "sourcePortRange": "*",
                                        "destinationAddressPrefix": "*",
                                        "destinationPortRange": "[string(parameters('rules')[copyIndex('securityRules')].port)]",
                                    },
                                },
                            }
                        ]
                    },
                )
            },
            definitions=_TYPES,
            parameters={
                "rules": {"type": "array", "items": {"$ref": "#/definitions/rule"}},
                "extra": {"type": "string", "nullable": True},
                "secret": {"$ref": "#/definitions/secret"},
            },
        ),
        given={"rules": [{"name": "mail", "port": 25, "note": "no mail"}], "secret": "quartz-vein"},
        made=("networkSecurityGroups/ridge",),
        edit={"rules": [{"name": "mail", "port": 587}], "secret": "quartz-vein"},
        changes={"networkSecurityGroups/ridge": "Modify"},
    ),
    Case(
        name="lambdas-over-subnets",
        seen=LEARN + "templates/template-functions-lambda",
        template=template(
            network(
                "virtualNetworks",
                "delta",
                {
                    "addressSpace": {"addressPrefixes": ["10.80.0.0/16"]},
                    "subnets": "[map(filter(variables('areas'), lambda('a', greater(lambdaVariables('a').at, 0))), lambda('a', createObject('name', lambdaVariables('a').name, 'properties', createObject('addressPrefix', cidrSubnet('10.80.0.0/16', 24, lambdaVariables('a').at)))))]",
                },
                tags="[toObject(variables('areas'), lambda('a', lambdaVariables('a').name), lambda('a', string(lambdaVariables('a').at)))]",
            ),
            parameters={"last": number(3)},
            variables={
                "areas": [
                    {"name": "none", "at": 0},
                    {"name": "reed", "at": 1},
                    {"name": "silt", "at": "[parameters('last')]"},
                ]
            },
            outputs={
                "gateway": {"type": "string", "value": "[cidrHost('10.80.1.0/24', 0)]"},
                "sum": {
                    "type": "int",
                    "value": "[reduce(map(variables('areas'), lambda('a', lambdaVariables('a').at)), 0, lambda('x', 'y', add(lambdaVariables('x'), lambdaVariables('y'))))]",
                },
                "sorted": {
                    "type": "array",
                    "value": "[sort(createArray(3, 1, 2), lambda('x', 'y', less(lambdaVariables('x'), lambdaVariables('y'))))]",
                },
            },
        ),
        made=("virtualNetworks/delta",),
        outputs={"gateway": "10.80.1.1", "sum": 4, "sorted": [1, 2, 3]},
        edit={"last": 5},
        changes={"virtualNetworks/delta": "Modify"},
    ),
    Case(
        name="sizes-by-environment",
        seen=LEARN + "templates/template-best-practices",
        template=template(
            address("[format('{0}-ip', variables('stage').name)]", zones="[variables('stage').zones]"),
            vnet("[variables('stage').name]", "a", "b"),
            parameters={"stage": text("test", allowedValues=["test", "live"])},
            variables={
                "stages": {"test": {"name": "try", "zones": ["1"]}, "live": {"name": "real", "zones": ["1", "2", "3"]}},
                "stage": "[variables('stages')[parameters('stage')]]",
            },
            outputs={"zones": {"type": "int", "value": "[length(variables('stage').zones)]"}},
        ),
        made=("publicIPAddresses/try-ip", "virtualNetworks/try"),
        outputs={"zones": 1},
        edit={"stage": "live"},
        changes={
            "publicIPAddresses/real-ip": "Create",
            "virtualNetworks/real": "Create",
            "publicIPAddresses/try-ip": "Ignore",
            "virtualNetworks/try": "Ignore",
        },
    ),
    Case(
        name="copies-of-variables",
        seen=LEARN + "templates/copy-variables",
        template=template(
            network(
                "applicationSecurityGroups",
                "[variables('names')[copyIndex()]]",
                {},
                copy={"name": "all", "count": "[length(variables('names'))]"},
            ),
            parameters={"count": number(2)},
            variables={
                "copy": [
                    {
                        "name": "names",
                        "count": "[parameters('count')]",
                        "input": "[concat('pen-', copyIndex('names', 1))]",
                    }
                ]
            },
            outputs={
                "upper": {"type": "string", "value": "[toUpper(join(variables('names'), '+'))]"},
                "json": {"type": "object", "value": "[json('{\"a\": [1, null()]}')]", "condition": False},
                "later": {"type": "string", "value": "[dateTimeAdd('2026-01-31T00:00:00Z', 'P1M', 'yyyy-MM-dd')]"},
                "cloud": {"type": "string", "value": "[environment().suffixes.storage]"},
                "empty": {"type": "bool", "value": "[empty(intersection(createArray('a'), createArray('b')))]"},
            },
        ),
        made=("applicationSecurityGroups/pen-1", "applicationSecurityGroups/pen-2"),
        outputs={"upper": "PEN-1+PEN-2", "later": "2026-02-28", "cloud": "core.windows.net", "empty": True},
        edit={"count": 3},
        changes={"applicationSecurityGroups/pen-3": "Create"},
    ),
)
