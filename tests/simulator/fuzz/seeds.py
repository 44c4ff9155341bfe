"""What the fuzzer starts from: sound resources of many types, and queries, that it then spoils."""

from __future__ import annotations

from typing import Any

from simulator.compute import bodies
from simulator.compute.bodies import COMPUTE, USER
from simulator.worlds import BALANCER, FRONT, LOCATION, NETWORK, POOL, SCOPE, SUBNET, balancer_body, nat_rule

from arm_simulator.testing import SUBSCRIPTION

NETWORK_BODY: Any = {
    "location": LOCATION,
    "properties": {
        "addressSpace": {"addressPrefixes": ["10.0.0.0/15"]},
        "subnets": [{"name": "main", "properties": {"addressPrefix": "10.0.0.0/16"}}],
    },
}
ADDRESS: Any = {
    "location": LOCATION,
    "sku": {"name": "Standard"},
    "zones": ["1"],
    "properties": {"publicIPAllocationMethod": "Static"},
}
PROTECTED: Any = {
    "location": LOCATION,
    "properties": {
        "securityRules": [
            {
                "name": "ssh",
                "properties": {
                    "access": "Allow",
                    "direction": "Inbound",
                    "priority": 100,
                    "protocol": "Tcp",
                    "sourceAddressPrefix": "*",
                    "sourcePortRange": "*",
                    "destinationAddressPrefix": "*",
                    "destinationPortRange": "22",
                },
            }
        ]
    },
}
INTERFACE: Any = {
    "location": LOCATION,
    "properties": {
        "ipConfigurations": [
            {
                "name": "primary",
                "properties": {
                    "subnet": {"id": SUBNET},
                    "loadBalancerBackendAddressPools": [{"id": POOL}],
                    "privateIPAllocationMethod": "Dynamic",
                },
            }
        ]
    },
}
POOLED_NAT: Any = {
    "name": "ssh",
    "properties": {
        "frontendIPConfiguration": {"id": FRONT},
        "backendAddressPool": {"id": POOL},
        "protocol": "Tcp",
        "backendPort": 22,
        "frontendPortRangeStart": 50000,
        "frontendPortRangeEnd": 50119,
    },
}
AUTOSCALE: Any = {
    "location": LOCATION,
    "properties": {
        "enabled": True,
        "targetResourceUri": f"{COMPUTE}/virtualMachineScaleSets/uni",
        "profiles": [{"name": "p", "capacity": {"minimum": "1", "maximum": "3", "default": "2"}, "rules": []}],
    },
}
STANDBY: Any = {
    "location": LOCATION,
    "properties": {
        "attachedVirtualMachineScaleSetId": f"{COMPUTE}/virtualMachineScaleSets/flex",
        "elasticityProfile": {"maxReadyCapacity": 2},
        "virtualMachineState": "Running",
    },
}
ROLE = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
READER = f"{ROLE}/acdd72a7-3385-48ef-bd42-f606fba81ae7"
MINE = "00000000-0000-0000-0000-00000000000b"
ASSIGNMENT: Any = {"properties": {"roleDefinitionId": READER, "principalId": MINE, "principalType": "User"}}
DEFINITION: Any = {
    "properties": {
        "roleName": "Mine",
        "type": "CustomRole",
        "assignableScopes": [f"/subscriptions/{SUBSCRIPTION}"],
        "permissions": [{"actions": ["Microsoft.Compute/*/read"], "notActions": []}],
    }
}
VAULT: Any = {
    "location": LOCATION,
    "properties": {"tenantId": MINE, "sku": {"family": "A", "name": "standard"}, "accessPolicies": []},
}
SCHEDULED: Any = {
    "resources": {"ids": [f"{COMPUTE}/virtualMachines/vm"]},
    "executionParameters": {"retryPolicy": {"retryCount": 1, "retryWindowInMinutes": 30}},
    "correlationid": "c",
}
HOST: Any = {"location": LOCATION, "sku": {"name": "DSv3-Type1"}, "properties": {"platformFaultDomain": 0}}

TEMPLATE: Any = {
    "properties": {
        "mode": "Incremental",
        "parameters": {"name": {"value": "ip2"}},
        "template": {
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0",
            "parameters": {"name": {"type": "string"}, "count": {"type": "int", "defaultValue": 2}},
            "variables": {"full": "[concat(parameters('name'), '-', uniqueString(resourceGroup().id))]"},
            "resources": [
                {
                    "type": "Microsoft.Network/publicIPAddresses",
                    "apiVersion": "2024-05-01",
                    "name": "[parameters('name')]",
                    "location": LOCATION,
                    "sku": {"name": "Standard"},
                    "properties": {"publicIPAllocationMethod": "Static"},
                }
            ],
            "outputs": {
                "id": {"type": "string", "value": "[resourceId('Microsoft.Network/publicIPAddresses', 'ip2')]"}
            },
        },
    }
}

RESOURCES: dict[str, Any] = {
    SCOPE: {"location": LOCATION, "tags": {"a": "b"}},
    f"{NETWORK}/virtualNetworks/net": NETWORK_BODY,
    SUBNET: {"properties": {"addressPrefix": "10.0.0.0/16"}},
    f"{NETWORK}/publicIPAddresses/ip": ADDRESS,
    f"{NETWORK}/publicIPPrefixes/prefix": {**ADDRESS, "properties": {"prefixLength": 30}},
    f"{NETWORK}/natGateways/nat": {"location": LOCATION, "sku": {"name": "Standard"}, "properties": {}},
    f"{NETWORK}/networkSecurityGroups/guard": PROTECTED,
    f"{NETWORK}/networkSecurityGroups/guard/securityRules/ssh": PROTECTED["properties"]["securityRules"][0],
    f"{NETWORK}/applicationSecurityGroups/asg": {"location": LOCATION, "properties": {}},
    f"{NETWORK}/routeTables/routes": {"location": LOCATION, "properties": {"routes": []}},
    BALANCER: balancer_body(),
    POOL: {"properties": {}},
    f"{BALANCER}/inboundNatRules/one": nat_rule(2201),
    f"{BALANCER}/inboundNatRules/ssh": POOLED_NAT,
    f"{NETWORK}/networkInterfaces/nic": INTERFACE,
    f"{COMPUTE}/virtualMachineScaleSets/uni": bodies.scale_set("Uniform", capacity=2),
    f"{COMPUTE}/virtualMachineScaleSets/flex": bodies.scale_set("Flexible", capacity=2),
    f"{COMPUTE}/virtualMachines/vm": bodies.virtual_machine(),
    f"{COMPUTE}/virtualMachines/vm/extensions/hello": {"location": LOCATION, **bodies.SCRIPT},
    f"{COMPUTE}/virtualMachineScaleSets/uni/extensions/hello": bodies.SCRIPT,
    f"{COMPUTE}/virtualMachineScaleSets/uni/virtualMachines/0": {"location": LOCATION, "properties": {}},
    f"{COMPUTE}/virtualMachines/vm/runCommands/run": {
        "location": LOCATION,
        "properties": {"source": {"script": "true"}, "runAsUser": USER},
    },
    f"{COMPUTE}/disks/disk": {
        "location": LOCATION,
        "properties": {"diskSizeGB": 10, "creationData": {"createOption": "Empty"}},
    },
    f"{COMPUTE}/hostGroups/hosts": {"location": LOCATION, "properties": {"platformFaultDomainCount": 1}},
    f"{COMPUTE}/hostGroups/hosts/hosts/host": HOST,
    f"{COMPUTE}/capacityReservationGroups/kept": {"location": LOCATION, "zones": ["1"]},
    f"{COMPUTE}/capacityReservationGroups/kept/capacityReservations/d2": {
        "location": LOCATION,
        "zones": ["1"],
        "sku": {"name": "Standard_D2s_v5", "capacity": 2},
    },
    f"{COMPUTE}/availabilitySets/set": {"location": LOCATION, "sku": {"name": "Aligned"}, "properties": {}},
    f"{COMPUTE}/proximityPlacementGroups/near": {"location": LOCATION, "properties": {}},
    f"{SCOPE}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/me": {"location": LOCATION},
    f"{SCOPE}/providers/Microsoft.Insights/autoscaleSettings/auto": AUTOSCALE,
    f"{SCOPE}/providers/Microsoft.StandbyPool/standbyVirtualMachinePools/pool": STANDBY,
    f"{SCOPE}/providers/Microsoft.Storage/storageAccounts/store": {"location": LOCATION, "kind": "StorageV2"},
    f"{SCOPE}/providers/Microsoft.KeyVault/vaults/vault": VAULT,
    f"{COMPUTE}/disks/disk/providers/Microsoft.Authorization/locks/lock": {"properties": {"level": "CanNotDelete"}},
    f"{SCOPE}/providers/Microsoft.Authorization/roleAssignments/{MINE}": ASSIGNMENT,
    f"{ROLE}/{MINE}": DEFINITION,
    f"{SCOPE}/providers/Microsoft.Resources/deployments/all": TEMPLATE,
    f"{POOL}/providers/Microsoft.Insights/diagnosticSettings/diag": {
        "properties": {"workspaceId": f"{SCOPE}/providers/Microsoft.OperationalInsights/workspaces/w", "logs": []}
    },
}

CONTROL: dict[str, Any] = {
    "settings": {"lro_polls": 1, "page_size": 5},
    "latency": {"milliseconds": 0},
    "packets": {"destination": "203.0.113.1", "port": 22, "protocol": "Tcp", "source": "Internet"},
    "state": {"id": f"{COMPUTE}/virtualMachines/vm", "health": "healthy"},
    "identities": {"name": "ann", "objectId": MINE},
}

QUERIES = (
    "resources | take 5",
    "resources | where type =~ 'microsoft.compute/virtualmachines' | project id, properties.hardwareProfile.vmSize",
    "resources | summarize count() by type | order by count_ desc",
    "resources | mv-expand ip = properties.ipConfigurations | extend subnet = tostring(ip.properties.subnet.id)",
    "resources | extend s = split(id, '/') | where array_length(s) > 3 | project s[2], tolower(name), strlen(id)",
    "resources | join kind=leftouter (resourcecontainers | project resourceGroup, tags) on resourceGroup | count",
    "authorizationresources | where properties.level == 'CanNotDelete' | distinct id",
    "resources | extend n = toint(tags.n), d = todatetime(tags.d) | where isnotempty(n) or isnull(d) | top 3 by name",
    "union resources, resourcecontainers | parse id with * '/providers/' rest | project rest, iff(name == 'x', 1, 2)",
    "let x = 3; print a = x * 2, b = strcat('a', 'b'), c = dynamic({'a': [1, 2]})",
    "range i from 1 to 10 step 3 | extend j = i / 0, k = pow(i, 400), l = bin(i, 2)",
    "resources | where name matches regex '^w.b' and name !in ('a', 'b') | extend x = extract('(.*)', 1, name)",
)
