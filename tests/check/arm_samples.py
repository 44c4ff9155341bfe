"""A Flexible set with a NAT pool in all the ways in which templates write it."""

from typing import Any

from check.samples import SCHEMA, load_balancer, scale_set

SET = "Microsoft.Compute/virtualMachineScaleSets"
LB = "Microsoft.Network/loadBalancers"
NAMED = "parameters('nics')[0].pools[copyIndex('ips')]"
NESTED = "Microsoft.Resources/deployments"
BALANCER = "resourceId('Microsoft.Network/loadBalancers', 'web-lb')"
DEPLOYMENT = "resourceId('Microsoft.Resources/deployments', 'network')"
POOL = "[resourceId('Microsoft.Network/loadBalancers/inboundNatPools', 'web-lb', 'ssh')]"


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
    "copied interfaces, a type with a slash at its end": {
        "parameters": {"nics": {"type": "array", "defaultValue": [{"pools": ["ssh"], "pip": ""}]}},
        "resources": [
            a_balancer(),
            a_set(
                properties={
                    "orchestrationMode": "Flexible",
                    "virtualMachineProfile": {
                        "networkProfile": {
                            "copy": [
                                {
                                    "name": "networkInterfaceConfigurations",
                                    "count": "[length(parameters('nics'))]",
                                    "input": {
                                        "name": "[concat('nic', copyIndex('networkInterfaceConfigurations'))]",
                                        "properties": {"primary": "true", "ipConfigurations": "[variables('ips')]"},
                                    },
                                }
                            ]
                        }
                    },
                }
            ),
        ],
        "variables": {
            "copy": [
                {
                    "name": "ips",
                    "count": "[length(parameters('nics')[0].pools)]",
                    "input": {
                        "name": "ip",
                        "properties": {
                            "loadBalancerInboundNatPools": [
                                {"id": POOL.replace("Pools'", "Pools/'").replace("'ssh'", NAMED)},
                            ],
                            "publicIPAddressConfiguration": "[if(equals(parameters('nics')[0].pip, ''), json('null'), "
                            "union(json('{}'), createObject('name', 'pip')))]",
                        },
                    },
                }
            ]
        },
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
"""Templates by what is particular about each; in all of them the rules find the NAT pool from both sides."""
