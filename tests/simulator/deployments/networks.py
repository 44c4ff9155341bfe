"""Templates with networks only, as the quickstarts write them."""

# ruff: noqa: E501 - an expression is one text, as in the templates of this kind
from simulator.deployments.case import (
    HERE,
    LEARN,
    QUICKSTARTS,
    Case,
    address,
    network,
    number,
    ref,
    resource,
    rid,
    template,
    text,
    vnet,
)

_NET = QUICKSTARTS + "microsoft.network/"
_RULE = {
    "name": "[parameters('ports')[copyIndex('securityRules')].name]",
    "properties": {
        "priority": "[add(200, mul(copyIndex('securityRules'), 10))]",
        "protocol": "Tcp",
        "access": "Allow",
        "direction": "Inbound",
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "[string(parameters('ports')[copyIndex('securityRules')].port)]",
    },
}
_SUBNETS = {
    "addressSpace": {"addressPrefixes": ["[parameters('space')]"]},
    "subnets": [
        {"name": "[parameters('first').name]", "properties": {"addressPrefix": "[parameters('first').prefix]"}},
        {"name": "back", "properties": {"addressPrefix": "[parameters('second')]"}},
    ],
}
_LB = "[resourceId('Microsoft.Network/loadBalancers', variables('name'))]"
_BALANCER = {
    "frontendIPConfigurations": [
        {"name": "quay", "properties": {"publicIPAddress": ref("publicIPAddresses", "quay-ip")}}
    ],
    "backendAddressPools": [{"name": "berths"}],
    "probes": [
        {"name": "alive", "properties": {"protocol": "Tcp", "port": "[parameters('port')]", "intervalInSeconds": 5}}
    ],
    "loadBalancingRules": [
        {
            "name": "in",
            "properties": {
                "frontendIPConfiguration": {"id": "[concat(variables('id'), '/frontendIPConfigurations/quay')]"},
                "backendAddressPool": {"id": "[concat(variables('id'), '/backendAddressPools/berths')]"},
                "probe": {"id": "[concat(variables('id'), '/probes/alive')]"},
                "protocol": "Tcp",
                "frontendPort": 80,
                "backendPort": "[parameters('port')]",
                "disableOutboundSnat": True,
            },
        }
    ],
}

CASES = (
    Case(
        name="network-of-objects",
        seen=_NET + "vnet-two-subnets",
        template=template(
            network("virtualNetworks", "[parameters('name')]", _SUBNETS),
            parameters={
                "name": text("dunes"),
                "space": text("10.7.0.0/16"),
                "first": {"type": "object", "defaultValue": {"name": "front", "prefix": "10.7.1.0/24"}},
                "second": text("10.7.2.0/24"),
            },
            outputs={
                "prefixes": {
                    "type": "array",
                    "value": "[map(reference(parameters('name')).subnets, lambda('s', lambdaVariables('s').properties.addressPrefix))]",
                }
            },
        ),
        made=("virtualNetworks/dunes",),
        outputs={"prefixes": ["10.7.1.0/24", "10.7.2.0/24"]},
        edit={"second": "10.7.3.0/24"},
        changes={"virtualNetworks/dunes": "Modify"},
    ),
    Case(
        name="rules-in-a-property-loop",
        seen=LEARN + "templates/copy-properties",
        template=template(
            network(
                "networkSecurityGroups",
                "gates",
                {"copy": [{"name": "securityRules", "count": "[length(parameters('ports'))]", "input": _RULE}]},
            ),
            parameters={"ports": {"type": "array", "defaultValue": [{"name": "web", "port": 443}]}},
        ),
        made=("networkSecurityGroups/gates",),
        edit={"ports": [{"name": "web", "port": 443}, {"name": "ssh", "port": "22"}]},
        changes={"networkSecurityGroups/gates": "Modify"},
    ),
    Case(
        name="a-group-for-each-subnet",
        seen=LEARN + "templates/copy-resources",
        template=template(
            network(
                "networkSecurityGroups",
                "[concat('wall-', copyIndex())]",
                {},
                copy={"name": "walls", "count": "[parameters('count')]"},
            ),
            network(
                "virtualNetworks",
                "town",
                {
                    "addressSpace": {"addressPrefixes": ["10.40.0.0/16"]},
                    "copy": [
                        {
                            "name": "subnets",
                            "count": "[parameters('count')]",
                            "input": {
                                "name": "[format('quarter-{0:00}', copyIndex('subnets', 1))]",
                                "properties": {
                                    "addressPrefix": "[format('10.40.{0}.0/24', copyIndex('subnets'))]",
                                    "networkSecurityGroup": ref(
                                        "networkSecurityGroups", "[concat('wall-', copyIndex('subnets'))]"
                                    ),
                                },
                            },
                        }
                    ],
                },
                after=["walls"],
            ),
            parameters={"count": number(2, minValue=1, maxValue=5)},
        ),
        made=("virtualNetworks/town", "networkSecurityGroups/wall-0", "networkSecurityGroups/wall-1"),
        edit={"count": 3},
        changes={"networkSecurityGroups/wall-2": "Create", "virtualNetworks/town": "Modify"},
    ),
    Case(
        name="gateway-with-a-prefix",
        seen=_NET + "nat-gateway-vnet",
        template=template(
            network("publicIPPrefixes", "sluice-range", {"prefixLength": 30}, sku={"name": "Standard"}),
            network(
                "natGateways",
                "sluice",
                {
                    "idleTimeoutInMinutes": "[parameters('minutes')]",
                    "publicIpPrefixes": [ref("publicIPPrefixes", "sluice-range")],
                },
                sku={"name": "Standard"},
                after=["sluice-range"],
            ),
            vnet("canal", "lock", after=[rid("natGateways", "sluice")], natGateway=ref("natGateways", "sluice")),
            parameters={"minutes": number(4)},
        ),
        made=("natGateways/sluice", "virtualNetworks/canal"),
        edit={"minutes": "10"},
        changes={"natGateways/sluice": "Modify"},
    ),
    Case(
        name="balancer-by-its-own-id",
        seen=_NET + "load-balancer-standard-create",
        template=template(
            network(
                "loadBalancers",
                "[variables('name')]",
                _BALANCER,
                sku={"name": "Standard"},
                after=["[concat('Microsoft.Network/publicIPAddresses/', 'quay-ip')]"],
            ),
            address("quay-ip"),
            parameters={"port": number(8080)},
            variables={"name": "quay", "id": _LB},
            outputs={
                "pool": {"type": "string", "value": "[reference('quay').backendAddressPools[0].id]"},
                "static": {
                    "type": "bool",
                    "value": "[equals(reference('quay-ip').publicIPAllocationMethod, 'Static')]",
                },
            },
        ),
        made=("loadBalancers/quay", "publicIPAddresses/quay-ip"),
        outputs={
            "pool": "{group}/providers/Microsoft.Network/loadBalancers/quay/backendAddressPools/berths",
            "static": True,
        },
        edit={"port": 8081},
        changes={"loadBalancers/quay": "Modify"},
    ),
    Case(
        name="routes-as-children",
        seen=LEARN + "templates/child-resource-name-type",
        template=template(
            network(
                "routeTables",
                "roads",
                {"disableBgpRoutePropagation": "[parameters('closed')]"},
                tags={"area": "north"},
            ),
            vnet("hills", "slope", after=["roads"], routeTable=ref("routeTables", "roads")),
            parameters={"closed": {"type": "bool", "defaultValue": False}},
        ),
        made=("routeTables/roads", "virtualNetworks/hills"),
        edit={"closed": "true"},
        changes={"routeTables/roads": "Modify"},
    ),
    Case(
        name="subnets-nested-and-serial",
        seen=LEARN + "templates/child-resource-name-type",
        template=template(
            {
                **network("virtualNetworks", "orchard", {"addressSpace": {"addressPrefixes": ["10.50.0.0/16"]}}),
                "resources": [
                    {
                        "type": "subnets",
                        "apiVersion": "2024-05-01",
                        "name": "apples",
                        "properties": {"addressPrefix": "[parameters('apples')]"},
                        "dependsOn": ["orchard"],
                    }
                ],
            },
            network(
                "virtualNetworks/subnets",
                "[format('orchard/row-{0}', copyIndex(1))]",
                {"addressPrefix": "[cidrSubnet('10.50.128.0/17', 24, copyIndex())]"},
                location=None,
                copy={"name": "rows", "count": 2, "mode": "serial", "batchSize": 1},
                after=[rid("virtualNetworks", "orchard")],
            ),
            parameters={"apples": text("10.50.0.0/24")},
        ),
        made=("virtualNetworks/orchard/subnets/apples", "virtualNetworks/orchard/subnets/row-2"),
        edit={"apples": "10.50.9.0/24"},
        changes={"virtualNetworks/orchard/subnets/apples": "Modify", "virtualNetworks/orchard": "Modify"},
    ),
    Case(
        name="wanted-or-not",
        seen=LEARN + "templates/conditional-resource-deployment",
        template=template(
            address("beacon-ip", condition="[equals(parameters('public'), 'new')]"),
            network(
                "applicationSecurityGroups",
                "[concat('crew-', uniqueString(resourceGroup().id))]",
                {},
                tags="[union(parameters('tags'), createObject('by', 'template'))]",
            ),
            network("networkSecurityGroups", "pier", {}, condition=False),
            parameters={
                "public": text("none", allowedValues=["new", "none"]),
                "tags": {"type": "object", "defaultValue": {"season": "winter"}},
            },
            outputs={
                "ip": {
                    "type": "string",
                    "condition": "[equals(parameters('public'), 'new')]",
                    "value": "[reference('beacon-ip').publicIPAllocationMethod]",
                }
            },
        ),
        made=(),
        edit={"public": "new"},
        changes={"publicIPAddresses/beacon-ip": "Create"},
    ),
    Case(
        name="vault-and-store",
        seen=QUICKSTARTS + "microsoft.keyvault/key-vault-create",
        template=template(
            resource(
                "Microsoft.KeyVault/vaults",
                "[parameters('vault')]",
                {
                    "tenantId": "[subscription().tenantId]",
                    "sku": {"family": "A", "name": "standard"},
                    "accessPolicies": [],
                    "enableRbacAuthorization": True,
                    "softDeleteRetentionInDays": "[parameters('days')]",
                },
            ),
            resource(
                "Microsoft.Storage/storageAccounts",
                "shelf",
                {"minimumTlsVersion": "TLS1_2", "supportsHttpsTrafficOnly": True},
                sku={"name": "Standard_LRS"},
                kind="StorageV2",
                location=HERE,
            ),
            parameters={"vault": text("chest", minLength=3), "days": number(7)},
            outputs={"blobs": {"type": "string", "value": "[reference('shelf').primaryEndpoints.blob]"}},
        ),
        made=("vaults/chest", "storageAccounts/shelf"),
        outputs={"blobs": "https://shelf.blob.core.windows.net/"},
        edit={"days": 30},
        changes={"vaults/chest": "Modify"},
    ),
)
