"""Templates with virtual machines and scale sets."""

# ruff: noqa: E501 - an expression is one text, as in the templates of this kind
from simulator.deployments.case import (
    KEY,
    LEARN,
    NOBLE,
    QUICKSTARTS,
    Case,
    address,
    card,
    compute,
    machine,
    network,
    number,
    ref,
    resource,
    rid,
    scale_set,
    template,
    text,
    vnet,
)

_COMPUTE = QUICKSTARTS + "microsoft.compute/"
_KEYS = {"key": {"type": "securestring"}}
_ROLE = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
_WINDOWS = {
    "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
    "osProfile": {"computerName": "cellar", "adminUsername": "keeper", "adminPassword": "[parameters('password')]"},
    "storageProfile": {
        "imageReference": {
            "publisher": "MicrosoftWindowsServer",
            "offer": "WindowsServer",
            "sku": "[parameters('edition')]",
            "version": "latest",
        },
        "osDisk": {"createOption": "FromImage", "managedDisk": {"storageAccountType": "StandardSSD_LRS"}},
    },
    "networkProfile": {"networkInterfaces": [ref("networkInterfaces", "cellar-nic")]},
    "diagnosticsProfile": {"bootDiagnostics": {"enabled": "[parameters('diagnosed')]"}},
}
_EXTENSION = {
    "publisher": "Microsoft.Azure.Extensions",
    "type": "CustomScript",
    "typeHandlerVersion": "2.1",
    "autoUpgradeMinorVersion": True,
    "settings": {"skipDos2Unix": "[parameters('plain')]"},
    "protectedSettings": {"commandToExecute": "[concat('enrol --token ', parameters('token'))]"},
}
_BALANCER = {
    "frontendIPConfigurations": [
        {"name": "front", "properties": {"publicIPAddress": ref("publicIPAddresses", "gate-ip")}}
    ],
    "backendAddressPools": [{"name": "pool"}],
    "probes": [{"name": "tcp", "properties": {"protocol": "Tcp", "port": 80, "intervalInSeconds": 5}}],
    "loadBalancingRules": [
        {
            "name": "web",
            "properties": {
                "frontendIPConfiguration": ref("loadBalancers/frontendIPConfigurations", "gate", "front"),
                "backendAddressPools": [ref("loadBalancers/backendAddressPools", "gate", "pool")],
                "probe": ref("loadBalancers/probes", "gate", "tcp"),
                "protocol": "Tcp",
                "frontendPort": 80,
                "backendPort": 80,
                "disableOutboundSnat": True,
            },
        }
    ],
}
_POOL = [ref("loadBalancers/backendAddressPools", "gate", "pool")]
_NAT_POOL = {
    "name": "ssh",
    "properties": {
        "frontendIPConfiguration": ref("loadBalancers/frontendIPConfigurations", "gate", "front"),
        "protocol": "Tcp",
        "frontendPortRangeStart": 50000,
        "frontendPortRangeEnd": 50119,
        "backendPort": 22,
    },
}
_HEALTH = {
    "name": "health",
    "properties": {
        "publisher": "Microsoft.ManagedServices",
        "type": "ApplicationHealthLinux",
        "typeHandlerVersion": "2.0",
        "autoUpgradeMinorVersion": True,
        "settings": {"protocol": "http", "port": "[parameters('port')]", "requestPath": "/alive"},
    },
}
_SET = rid("Microsoft.Compute/virtualMachineScaleSets", "herd")
_RULES = [
    {
        "metricTrigger": {
            "metricName": "Percentage CPU",
            "metricResourceUri": _SET,
            "timeGrain": "PT1M",
            "statistic": "Average",
            "timeWindow": "PT5M",
            "timeAggregation": "Average",
            "operator": "GreaterThan",
            "threshold": 70,
        },
        "scaleAction": {"direction": "Increase", "type": "ChangeCount", "value": "1", "cooldown": "PT5M"},
    }
]

CASES = (
    Case(
        name="one-linux-machine",
        seen=_COMPUTE + "vm-simple-linux",
        template=template(
            network("networkSecurityGroups", "hut-nsg", {}),
            vnet("valley", "meadow", after=["hut-nsg"], networkSecurityGroup=ref("networkSecurityGroups", "hut-nsg")),
            address("hut-ip"),
            card("hut-nic", "valley", "meadow", public="hut-ip"),
            machine("hut", "hut-nic", "hut", tags={"for": "[parameters('purpose')]"}),
            parameters={**_KEYS, "purpose": text("shelter")},
            outputs={
                "ip": {
                    "type": "string",
                    "value": "[reference('hut-nic').ipConfigurations[0].properties.privateIPAddress]",
                },
                "id": {"type": "string", "value": "[reference('hut', '2024-11-01', 'Full').resourceId]"},
            },
        ),
        given={"key": KEY},
        made=("virtualMachines/hut", "networkInterfaces/hut-nic"),
        outputs={"ip": "10.20.0.4", "id": "{group}/providers/Microsoft.Compute/virtualMachines/hut"},
        edit={"purpose": "storm"},
        changes={"virtualMachines/hut": "Modify"},
    ),
    Case(
        name="windows-with-a-password",
        seen=_COMPUTE + "vm-simple-windows",
        template=template(
            vnet("vault", "shelf"),
            card("cellar-nic", "vault", "shelf"),
            compute(
                "virtualMachines",
                "cellar",
                _WINDOWS,
                after=["[resourceId('Microsoft.Network/networkInterfaces/', 'cellar-nic')]"],
            ),
            parameters={
                "password": {"type": "secureString", "minLength": 12},
                "edition": text(
                    "2022-datacenter-g2", allowedValues=["2022-datacenter-g2", "2019-datacenter-gensecond"]
                ),
                "diagnosed": {"type": "bool", "defaultValue": False},
            },
        ),
        given={"password": "Oak-Barrel-1887!"},
        made=("virtualMachines/cellar",),
        edit={"password": "Oak-Barrel-1887!", "diagnosed": True},
        changes={"virtualMachines/cellar": "Modify"},
    ),
    Case(
        name="machines-in-a-loop",
        seen=_COMPUTE + "vm-copy-managed-disks",
        template=template(
            compute(
                "availabilitySets",
                "barns",
                {"platformFaultDomainCount": 2, "platformUpdateDomainCount": 5},
                sku={"name": "Aligned"},
            ),
            vnet("farm", "yard"),
            card(
                "[format('barn-{0}-nic', copyIndex())]",
                "farm",
                "yard",
                copy={"name": "cards", "count": "[parameters('count')]"},
            ),
            machine(
                "[format('barn-{0}', copyIndex())]",
                "[format('barn-{0}-nic', copyIndex())]",
                "[format('barn-{0}', copyIndex())]",
                copy={"name": "machines", "count": "[parameters('count')]"},
                after=[rid("Microsoft.Compute/availabilitySets", "barns"), "cards"],
                more={"availabilitySet": ref("Microsoft.Compute/availabilitySets", "barns")},
            ),
            parameters={**_KEYS, "count": number(2)},
            outputs={
                "names": {
                    "type": "array",
                    "copy": {
                        "count": "[parameters('count')]",
                        "input": "[reference(concat('barn-', copyIndex())).osProfile.computerName]",
                    },
                }
            },
        ),
        given={"key": KEY},
        made=("virtualMachines/barn-0", "virtualMachines/barn-1", "availabilitySets/barns"),
        outputs={"names": ["barn-0", "barn-1"]},
        edit={"key": KEY, "count": 3},
        changes={
            "virtualMachines/barn-2": "Create",
            "networkInterfaces/barn-2-nic": "Create",
        },
    ),
    Case(
        name="disks-in-a-property-loop",
        seen=_COMPUTE + "vm-with-standardssd-disk",
        template=template(
            vnet("reef", "coral"),
            card("shell-nic", "reef", "coral"),
            machine(
                "shell",
                "shell-nic",
                "shell",
                zones="[pickZones('Microsoft.Compute', 'virtualMachines', resourceGroup().location)]",
                storage={
                    "copy": [
                        {
                            "name": "dataDisks",
                            "count": "[parameters('disks')]",
                            "input": {
                                "lun": "[copyIndex('dataDisks')]",
                                "createOption": "Empty",
                                "diskSizeGB": 64,
                                "managedDisk": {"storageAccountType": "StandardSSD_LRS"},
                            },
                        }
                    ]
                },
            ),
            parameters={**_KEYS, "disks": number(1)},
        ),
        given={"key": KEY},
        made=("virtualMachines/shell",),
        edit={"key": KEY, "disks": 2},
        changes={"virtualMachines/shell": "Modify"},
    ),
    Case(
        name="extension-as-a-child",
        seen=_COMPUTE + "vm-custom-script-output",
        template=template(
            vnet("moor", "heath"),
            card("cairn-nic", "moor", "heath"),
            {
                **machine("cairn", "cairn-nic", "cairn"),
                "resources": [
                    {
                        "type": "extensions",
                        "apiVersion": "2024-11-01",
                        "name": "enrol",
                        "location": "[resourceGroup().location]",
                        "dependsOn": ["[concat('Microsoft.Compute/virtualMachines/', 'cairn')]"],
                        "properties": _EXTENSION,
                    }
                ],
            },
            parameters={
                **_KEYS,
                "token": {"type": "securestring"},
                "plain": {"type": "bool", "defaultValue": True},
            },
        ),
        given={"key": KEY, "token": "lantern-oil"},
        made=("virtualMachines/cairn/extensions/enrol",),
        edit={"key": KEY, "token": "lantern-oil", "plain": False},
        changes={"virtualMachines/cairn/extensions/enrol": "Modify"},
    ),
    Case(
        name="identity-with-a-role",
        seen=LEARN + "templates/template-functions-resource#reference",
        template=template(
            resource("Microsoft.ManagedIdentity/userAssignedIdentities", "warden"),
            vnet("keep", "hall"),
            {
                "type": "Microsoft.Authorization/roleAssignments",
                "apiVersion": "2022-04-01",
                "name": "[guid(resourceGroup().id, 'warden')]",
                "scope": "Microsoft.Network/virtualNetworks/keep",
                "dependsOn": ["keep"],
                "properties": {
                    "roleDefinitionId": f"[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '{_ROLE}')]",
                    "principalId": "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'warden'), '2023-01-31').principalId]",
                    "principalType": "ServicePrincipal",
                    "description": "[parameters('why')]",
                },
            },
            parameters={"why": text("looks after it")},
        ),
        made=("userAssignedIdentities/warden", "virtualNetworks/keep"),
        edit={"why": "sees after it"},
        changes={"roleAssignments/": "Modify"},
    ),
    Case(
        name="locks-in-both-notations",
        seen="https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources",
        template=template(
            vnet("crypt", "nave"),
            {
                "type": "Microsoft.Network/virtualNetworks/providers/locks",
                "apiVersion": "2020-05-01",
                "name": "crypt/Microsoft.Authorization/old",
                "dependsOn": [rid("virtualNetworks", "crypt")],
                "properties": {"level": "CanNotDelete", "notes": "[parameters('notes')]"},
            },
            {
                "type": "Microsoft.Authorization/locks",
                "apiVersion": "2020-05-01",
                "name": "new",
                "scope": "[format('Microsoft.Network/virtualNetworks/{0}', 'crypt')]",
                "dependsOn": [rid("virtualNetworks", "crypt")],
                "properties": {"level": "CanNotDelete"},
            },
            parameters={"notes": text("ask first")},
        ),
        made=("virtualNetworks/crypt/providers/Microsoft.Authorization/locks/old",),
        edit={"notes": "ask twice"},
        changes={"locks/old": "Modify"},
    ),
    Case(
        name="uniform-with-a-nat-pool",
        seen=_COMPUTE + "vmss-ubuntu-jumpbox",
        template=template(
            address("gate-ip"),
            network(
                "loadBalancers",
                "gate",
                {**_BALANCER, "inboundNatPools": [_NAT_POOL]},
                sku={"name": "Standard"},
                after=["gate-ip"],
            ),
            vnet("field", "rows"),
            scale_set(
                "[toLower(parameters('name'))]",
                "[parameters('count')]",
                "field",
                "rows",
                flexible=False,
                after=[rid("loadBalancers", "gate")],
                address={
                    "loadBalancerBackendAddressPools": _POOL,
                    "loadBalancerInboundNatPools": [ref("loadBalancers/inboundNatPools", "gate", "ssh")],
                },
            ),
            parameters={**_KEYS, "name": text("Wheat", maxLength=9), "count": number(2)},
            outputs={"mode": {"type": "string", "value": "[reference('wheat').orchestrationMode]"}},
        ),
        given={"key": KEY},
        made=("virtualMachineScaleSets/wheat",),
        outputs={"mode": "Uniform"},
        edit={"key": KEY, "count": 4},
        changes={"virtualMachineScaleSets/wheat": "Modify", "loadBalancers/gate": "Modify"},
    ),
    Case(
        name="flexible-behind-a-balancer",
        seen="https://learn.microsoft.com/azure/virtual-machine-scale-sets/flexible-virtual-machine-scale-sets-rest-api",
        template=template(
            address("gate-ip"),
            network("loadBalancers", "gate", _BALANCER, sku={"name": "Standard"}, after=["gate-ip"]),
            vnet("field", "rows"),
            scale_set(
                "rye",
                "[parameters('count')]",
                "field",
                "rows",
                after=[rid("loadBalancers", "gate")],
                address={"loadBalancerBackendAddressPools": _POOL},
                zones=["1", "2", "3"],
            ),
            parameters={**_KEYS, "count": number(2)},
        ),
        given={"key": KEY},
        made=("virtualMachineScaleSets/rye",),
        edit={"key": KEY, "count": 3},
        changes={"virtualMachineScaleSets/rye": "Modify"},
    ),
    Case(
        name="set-with-autoscale",
        seen=_COMPUTE + "vmss-linux-autoscale",
        template=template(
            vnet("steppe", "grass"),
            scale_set("herd", 2, "steppe", "grass"),
            resource(
                "Microsoft.Insights/autoscaleSettings",
                "herd-cpu",
                {
                    "enabled": True,
                    "name": "herd-cpu",
                    "targetResourceUri": _SET,
                    "profiles": [
                        {
                            "name": "always",
                            "capacity": {"minimum": "2", "maximum": "[string(parameters('most'))]", "default": "2"},
                            "rules": _RULES,
                        }
                    ],
                },
                after=[_SET],
                apiVersion="2022-10-01",
            ),
            parameters={**_KEYS, "most": number(6)},
        ),
        given={"key": KEY},
        made=("virtualMachineScaleSets/herd", "autoscaleSettings/herd-cpu"),
        edit={"key": KEY, "most": 8},
        changes={"autoscaleSettings/herd-cpu": "Modify"},
    ),
    Case(
        name="rolling-with-health",
        seen=_COMPUTE + "vmss-automatic-os-upgrade",
        template=template(
            vnet("forge", "anvil"),
            scale_set(
                "hammer",
                3,
                "forge",
                "anvil",
                flexible=False,
                profile={"extensionProfile": {"extensions": [_HEALTH]}},
                more={
                    "upgradePolicy": {
                        "mode": "Rolling",
                        "rollingUpgradePolicy": {"maxBatchInstancePercent": "[parameters('batch')]"},
                    }
                },
            ),
            parameters={**_KEYS, "port": number(8080), "batch": number(20)},
        ),
        given={"key": KEY},
        made=("virtualMachineScaleSets/hammer",),
        edit={"key": KEY, "batch": 34},
        changes={"virtualMachineScaleSets/hammer": "Modify"},
    ),
    Case(
        name="machine-that-joins-a-set",
        seen="https://learn.microsoft.com/azure/virtual-machine-scale-sets/virtual-machine-scale-sets-attach-detach-vm",
        template=template(
            vnet("fleet", "dock"),
            compute(
                "virtualMachineScaleSets",
                "convoy",
                {"orchestrationMode": "Flexible", "platformFaultDomainCount": 1},
            ),
            card("tug-nic", "fleet", "dock"),
            machine(
                "tug",
                "tug-nic",
                "tug",
                after=[rid("Microsoft.Compute/virtualMachineScaleSets", "convoy")],
                more={"virtualMachineScaleSet": ref("Microsoft.Compute/virtualMachineScaleSets", "convoy")},
                tags={"flag": "[parameters('flag')]"},
            ),
            parameters={**_KEYS, "flag": text("blue")},
        ),
        given={"key": KEY},
        made=("virtualMachineScaleSets/convoy", "virtualMachines/tug"),
        edit={"key": KEY, "flag": "red"},
        changes={"virtualMachines/tug": "Modify"},
    ),
    Case(
        name="empty-disk-beside-an-image",
        seen=_COMPUTE + "vm-from-user-image",
        template=template(
            compute(
                "disks",
                "ledger",
                {"creationData": {"createOption": "Empty"}, "diskSizeGB": "[parameters('size')]"},
                sku={"name": "Premium_LRS"},
                zones=["1"],
            ),
            parameters={"size": number(32)},
            variables={"image": NOBLE},
            outputs={"image": {"type": "object", "value": "[variables('image')]"}},
        ),
        made=("disks/ledger",),
        outputs={"image": NOBLE},
        edit={"size": 64},
        changes={"disks/ledger": "Modify"},
    ),
)
