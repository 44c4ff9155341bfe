"""Templates as Bicep compiles them."""

from typing import Any

from corpus.arm_parts import (
    NOBLE,
    TRUSTED,
    flexible_card,
    gateway,
    group,
    linux,
    monitor,
    network,
    scale_set,
    storage,
    template,
)
from corpus.situation import Situation

BICEP = {
    "_generator": {"name": "bicep", "version": "0.38.33.27573", "templateHash": "4417092385511036248"},
}


def _bicep_module() -> dict[str, Any]:
    """A module as Bicep compiles it, with the size of the batches as its parameter."""
    profile = {
        "storageProfile": storage(NOBLE),
        "osProfile": linux("[parameters('admin')]", "[parameters('prefix')]"),
        "securityProfile": TRUSTED,
        "networkProfile": flexible_card("fjord", "moorings", group="booms"),
        "extensionProfile": {"extensions": "[createArray(variables('agent'))]"},
    }
    made = scale_set(
        "[format('{0}-set', parameters('prefix'))]",
        "Standard_D2s_v5",
        2,
        profile,
        zones=["1", "2"],
        orchestrationMode="Flexible",
        platformFaultDomainCount=1,
        upgradePolicy={"mode": "Rolling", "rollingUpgradePolicy": {"maxBatchInstancePercent": "[parameters('batch')]"}},
    )
    parameters = {
        "admin": {"type": "string"},
        "prefix": {"type": "string", "maxLength": 9},
        "batch": {"type": "int", "defaultValue": 10},
    }
    inner = {
        **template(made, parameters=parameters, variables={"agent": monitor()}),
        "metadata": BICEP,
        "outputs": {
            "id": {"type": "string", "value": "[resourceId('Microsoft.Compute/virtualMachineScaleSets', 'x')]"}
        },
    }
    module = {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": "[format('set-{0}', uniqueString(resourceGroup().id))]",
        "properties": {
            "expressionEvaluationOptions": {"scope": "inner"},
            "mode": "Incremental",
            "parameters": {"admin": {"value": "pilot"}, "prefix": {"value": "[variables('prefix')]"}},
            "template": inner,
        },
        "dependsOn": ["[resourceId('Microsoft.Network/virtualNetworks', 'fjord')]"],
    }
    outer = template(
        gateway("strait"),
        network("fjord", "moorings", gateway="strait"),
        group("booms", "443"),
        module,
        variables={"prefix": "[toLower('Dinghy')]"},
    )
    return {**outer, "metadata": BICEP}


def _bicep_expressions(*, overprovision: bool) -> dict[str, Any]:
    """Bicep's way with optional blocks: ``if``, ``union``, ``empty``, ``map`` of a lambda, and null for nothing."""
    profile = {
        "storageProfile": (
            "[union(createObject('osDisk', createObject('createOption', 'FromImage', 'managedDisk', "
            "createObject('storageAccountType', parameters('disk')))), createObject('imageReference', "
            "variables('image')))]"
        ),
        "osProfile": linux("pilot", "raft"),
        "securityProfile": "[if(parameters('trusted'), variables('trusted'), null())]",
        "networkProfile": flexible_card("delta", "reeds", group="levee"),
        "extensionProfile": "[if(empty(parameters('agents')), null(), createObject('extensions', "
        "map(parameters('agents'), lambda('each', createObject('name', toLower(lambdaVariables('each')), 'properties', "
        "createObject('publisher', 'Microsoft.Azure.Monitor', 'type', lambdaVariables('each'), 'typeHandlerVersion', "
        "'1.0', 'autoUpgradeMinorVersion', true()))))))]",
    }
    made = scale_set(
        "rafts",
        "[parameters('size')]",
        "[coalesce(tryGet(parameters('scale'), 'count'), 3)]",
        profile,
        zones=["1", "2", "3"],
        orchestrationMode="Flexible",
        platformFaultDomainCount=1,
        singlePlacementGroup=False,
        overprovision="[if(parameters('generous'), true(), null())]",
    )
    parameters = {
        "size": {"type": "string", "defaultValue": "Standard_D2s_v5"},
        "disk": {"type": "string", "defaultValue": "Premium_LRS"},
        "trusted": {"type": "bool", "defaultValue": True},
        "generous": {"type": "bool", "defaultValue": overprovision},
        "agents": {"type": "array", "defaultValue": ["AzureMonitorLinuxAgent"]},
        "scale": {"type": "object", "defaultValue": {}},
    }
    outer = template(
        gateway("mouth"),
        network("delta", "reeds", gateway="mouth"),
        group("levee", "443"),
        made,
        parameters=parameters,
        variables={"image": NOBLE, "trusted": TRUSTED},
    )
    return {**outer, "metadata": BICEP}


SITUATIONS = (
    Situation(
        name="bicep-module",
        title="Rolling upgrades without a health signal, in a module of compiled Bicep",
        seen="https://learn.microsoft.com/azure/azure-resource-manager/bicep/modules",
        content=_bicep_module(),
        faults=("SS025 dinghy-set upgradePolicy.mode",),
        practice={"dinghy-set": "121 125"},
        framework="arm",
    ),
    Situation(
        name="bicep-expressions",
        title="Optional blocks as Bicep compiles them, with nothing mandatory wrong",
        seen="https://github.com/Azure/bicep-registry-modules/tree/main/avm/res/compute/virtual-machine-scale-set",
        content=_bicep_expressions(overprovision=False),
        practice={"rafts": "121 125"},
        framework="arm",
    ),
    Situation(
        name="bicep-overprovision",
        title="The same with overprovisioning switched on by a parameter's default",
        seen="https://github.com/Azure/bicep-registry-modules/tree/main/avm/res/compute/virtual-machine-scale-set",
        content=_bicep_expressions(overprovision=True),
        faults=("SS035 rafts overprovision",),
        practice={"rafts": "121 125"},
        framework="arm",
    ),
)
