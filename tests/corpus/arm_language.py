"""ARM templates that use the language: copy loops, conditions, nested deployments, symbolic names."""

from typing import Any

from corpus.arm_flexible import PATCHED
from corpus.arm_flexible import plain as flexible
from corpus.arm_parts import (
    JAMMY,
    LEARN,
    NOBLE,
    QUICKSTART,
    SCHEMA,
    SECURE,
    TRUSTED,
    WINDOWS_2022,
    balancer,
    card,
    flexible_card,
    gateway,
    group,
    health,
    linux,
    monitor,
    network,
    scale_set,
    storage,
    template,
    windows,
)
from corpus.situation import Situation


def _loop() -> dict[str, Any]:
    """A set for each stage; the stages are a parameter's default, and their sizes a list of objects."""
    profile = {
        "storageProfile": storage(NOBLE),
        "osProfile": linux("gardener", "[take(concat('pot', copyIndex()), 9)]"),
        "securityProfile": TRUSTED,
        "networkProfile": card("beds", "herbs", group="hedge"),
        "extensionProfile": {"extensions": [monitor()]},
    }
    made = scale_set(
        "[concat('pots-', parameters('stages')[copyIndex()].name)]",
        "[parameters('stages')[copyIndex()].size]",
        "[parameters('stages')[copyIndex()].count]",
        profile,
        zones=["1", "2"],
        singlePlacementGroup=True,
        upgradePolicy={"mode": "Manual"},
    )
    stages = [
        {"name": "test", "size": "Standard_D2s_v5", "count": 2},
        {"name": "live", "size": "Standard_D8s_v5", "count": 160},
    ]
    return template(
        network("beds", "herbs"),
        group("hedge", "443"),
        {**made, "copy": {"name": "pots", "count": "[length(parameters('stages'))]"}},
        parameters={"stages": {"type": "array", "defaultValue": stages}},
    )


def _conditions() -> dict[str, Any]:
    """Two sets behind a condition; only the one without faults is deployed."""
    wrong = scale_set(
        "seeds-old",
        "Standard_B2s",
        5000,
        {
            "priority": "Spot",
            "evictionPolicy": "Sometimes",
            "storageProfile": storage(NOBLE),
            "osProfile": linux("gardener", "seeds"),
            "networkProfile": card("beds", "herbs"),
        },
        orchestrationMode="Flexible",
        overprovision=True,
    )
    made = flexible("seeds", parameters={"keepOld": {"type": "bool", "defaultValue": False}})
    old = {"condition": "[parameters('keepOld')]", **wrong}
    return {**made, "resources": [*made["resources"], old]}


def _nested() -> dict[str, Any]:
    """A nested deployment of inner scope makes the set; its parameters come from outside."""
    profile = {
        "storageProfile": storage(WINDOWS_2022),
        "osProfile": windows("beadle", "[parameters('prefix')]", enableAutomaticUpdates=True),
        "securityProfile": TRUSTED,
        "networkProfile": flexible_card("cloister", "cells", group="gatehouse"),
        "extensionProfile": {"extensions": [monitor("Windows")]},
    }
    inner = template(
        scale_set(
            "[parameters('prefix')]",
            "Standard_D4s_v5",
            2,
            profile,
            zones=["1", "2"],
            orchestrationMode="Flexible",
            platformFaultDomainCount=1,
        ),
        parameters={**SECURE, "prefix": {"type": "string"}},
    )
    deployment = {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": "machines",
        "properties": {
            "mode": "Incremental",
            "expressionEvaluationOptions": {"scope": "inner"},
            "parameters": {
                "prefix": {"value": "[concat(variables('house'), '-pilgrims')]"},
                "adminPassword": {"value": "[parameters('adminPassword')]"},
            },
            "template": inner,
        },
    }
    return template(
        gateway("wicket"),
        network("cloister", "cells", gateway="wicket"),
        group("gatehouse", "443"),
        deployment,
        parameters=SECURE,
        variables={"house": "abbey"},
    )


def _profile_variable() -> dict[str, Any]:
    """The whole profile is one variable."""
    profile = {
        "storageProfile": storage(NOBLE),
        "osProfile": {
            "computerNamePrefix": "loom",
            "adminUsername": "weaver",
            "adminPassword": "[parameters('adminPassword')]",
            "linuxConfiguration": {"disablePasswordAuthentication": False},
        },
        "networkProfile": card("mill", "hall", group="doors"),
        "extensionProfile": {"extensions": [monitor()]},
    }
    made = scale_set("looms", "Standard_F4s_v2", 4, None, zones=["1", "2", "3"], upgradePolicy={"mode": "Automatic"})
    made["properties"]["virtualMachineProfile"] = "[variables('profile')]"
    return template(
        network("mill", "hall"), group("doors", "443"), made, parameters=SECURE, variables={"profile": profile}
    )


def _parameters_beside() -> dict[str, Any]:
    made = flexible("kelp", parameters={"zones": {"type": "array"}, "balanced": {"type": "bool"}})
    made["resources"][-1]["zones"] = "[parameters('zones')]"
    made["resources"][-1]["properties"]["zoneBalance"] = "[parameters('balanced')]"
    return made


def _symbolic() -> dict[str, Any]:
    """Language version 2.0: resources by symbolic names, a NAT rule of version 2 over the backend pool."""
    profile = {
        "storageProfile": storage(JAMMY),
        "osProfile": linux("miller", "sails", **PATCHED),
        "securityProfile": TRUSTED,
        "networkProfile": flexible_card("dyke", "polder", group="sluice", pool=("weir", "mills")),
        "extensionProfile": {"extensions": [health(8081), monitor()]},
    }
    made = scale_set(
        "windmills",
        "Standard_D2s_v5",
        3,
        profile,
        zones=["1", "2", "3"],
        orchestrationMode="Flexible",
        platformFaultDomainCount=1,
        automaticRepairsPolicy={"enabled": True, "gracePeriod": "PT15M"},
    )
    address, weir = balancer("weir", "mills", outbound=True)
    front = {"id": "[resourceId('Microsoft.Network/loadBalancers/frontendIPConfigurations', 'weir', 'front')]"}
    behind = {"id": "[resourceId('Microsoft.Network/loadBalancers/backendAddressPools', 'weir', 'mills')]"}
    weir["properties"]["inboundNatRules"] = [
        {
            "name": "logins",
            "properties": {
                "frontendIPConfiguration": front,
                "backendAddressPool": behind,
                "protocol": "Tcp",
                "frontendPortRangeStart": 40000,
                "frontendPortRangeEnd": 40200,
                "backendPort": 22,
            },
        }
    ]
    resources = {
        "polder": network("dyke", "polder"),
        "sluice": group("sluice", "80"),
        "address": address,
        "weir": {**weir, "dependsOn": ["address"]},
        "mills": {**made, "dependsOn": ["weir", "polder", "sluice"]},
    }
    return {"$schema": SCHEMA, "languageVersion": "2.0", "contentVersion": "1.0.0.0", "resources": resources}


def _capacity(count: int) -> dict[str, Any]:
    """Only the capacity of a set that exists; the size is a parameter."""
    made = scale_set("[parameters('set')]", "[parameters('size')]", "[parameters('count')]", None)
    del made["properties"]
    return template(
        made,
        parameters={
            "set": {"type": "string", "defaultValue": "carts"},
            "size": {"type": "string", "defaultValue": "Standard_D2s_v3"},
            "count": {"type": "int", "defaultValue": count},
        },
    )


SITUATIONS = (
    Situation(
        name="copy-loop",
        title="A copy loop over stages, of which one has more instances than a placement group holds",
        seen="https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-resources",
        content=_loop(),
        faults=("SS076 pots-live sku.capacity",),
        practice={"pots-test": "121 124 125", "pots-live": "121 124 125"},
        framework="arm",
    ),
    Situation(
        name="condition",
        title="A set full of faults behind a condition that is false",
        seen="https://learn.microsoft.com/azure/azure-resource-manager/templates/conditional-resource-deployment",
        content=_conditions(),
        practice={"seeds": "121 125"},
        framework="arm",
    ),
    Situation(
        name="nested-deployment",
        title="A name that is too long for Windows, given through a nested deployment",
        seen="https://learn.microsoft.com/azure/azure-resource-manager/templates/linked-templates",
        content=_nested(),
        faults=("SS058 abbey-pilgrims virtualMachineProfile.osProfile.computerNamePrefix",),
        practice={"abbey-pilgrims": "121 125"},
        framework="arm",
    ),
    Situation(
        name="profile-in-a-variable",
        title="The whole profile in a variable, with password login",
        seen=f"{QUICKSTART}vmss-ubuntu-autoscale",
        content=_profile_variable(),
        faults=("SS101 looms virtualMachineProfile.osProfile.linuxConfiguration.disablePasswordAuthentication",),
        practice={"looms": "102 103 121 124 125"},
        framework="arm",
    ),
    Situation(
        name="parameters-beside",
        title="Strict balance over a single zone, both from the parameter file",
        seen=f"{LEARN}virtual-machine-scale-sets-use-availability-zones",
        content=_parameters_beside(),
        beside={"zones": ["2"], "balanced": True},
        faults=("SS011 kelp zoneBalance", "SS123 kelp zoneBalance"),
        practice={"kelp": "121 122 125"},
        framework="arm",
    ),
    Situation(
        name="symbolic-names",
        title="Symbolic names and a NAT rule of version 2: nothing is wrong",
        seen="https://learn.microsoft.com/azure/load-balancer/inbound-nat-rules",
        content=_symbolic(),
        framework="arm",
    ),
    Situation(
        name="capacity-only",
        title="A template that only changes the capacity",
        seen=f"{QUICKSTART}vmss-scale-existing",
        content=_capacity(12),
        framework="arm",
    ),
    Situation(
        name="capacity-only-too-much",
        title="A template that only changes the capacity, to more than a set holds",
        seen=f"{QUICKSTART}vmss-scale-existing",
        content=_capacity(1200),
        faults=("SS008 carts sku.capacity",),
        framework="arm",
    ),
)
