"""What Azure's tools answer: ``az vmss show`` and ``list``, and a what-if."""

from typing import Any

from corpus.arm_parts import LEARN, SSH_KEY
from corpus.situation import Situation

GROUP = "/subscriptions/3e2d1c0b-9a8f-4e7d-8c6b-5a4f3e2d1c0b/resourceGroups/post"
CLI = "https://learn.microsoft.com/cli/azure/vmss"


def _shown(name: str, **more: Any) -> dict[str, Any]:
    """``az vmss show`` of a Flexible set: no wrappers, and nothing that is secret."""
    ip = {
        "name": "main",
        "primary": True,
        "privateIPAddressVersion": "IPv4",
        "subnet": {
            "id": f"{GROUP}/providers/Microsoft.Network/virtualNetworks/route/subnets/letters",
            "resourceGroup": "post",
        },
    }
    nic = {
        "deleteOption": "Delete",
        "disableTcpStateTracking": False,
        "dnsSettings": {"dnsServers": []},
        "enableAcceleratedNetworking": True,
        "enableIPForwarding": False,
        "ipConfigurations": [ip],
        "name": "card",
        "networkSecurityGroup": {"id": f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/seal"},
        "primary": True,
    }
    profile = {
        "extensionProfile": {
            "extensions": [
                {
                    "autoUpgradeMinorVersion": True,
                    "name": "monitor",
                    "publisher": "Microsoft.Azure.Monitor",
                    "typePropertiesType": "AzureMonitorLinuxAgent",
                    "typeHandlerVersion": "1.33",
                }
            ]
        },
        "networkProfile": {"networkApiVersion": "2020-11-01", "networkInterfaceConfigurations": [nic]},
        "osProfile": {
            "adminUsername": "postmaster",
            "allowExtensionOperations": True,
            "computerNamePrefix": "post",
            "linuxConfiguration": {
                "disablePasswordAuthentication": True,
                "provisionVMAgent": True,
                "ssh": {"publicKeys": [{"keyData": SSH_KEY, "path": "/home/postmaster/.ssh/authorized_keys"}]},
                "patchSettings": {"assessmentMode": "ImageDefault", "patchMode": "ImageDefault"},
            },
            "requireGuestProvisionSignal": True,
            "secrets": [],
        },
        "securityProfile": {
            "encryptionAtHost": True,
            "securityType": "TrustedLaunch",
            "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True},
        },
        "storageProfile": {
            "diskControllerType": "SCSI",
            "imageReference": {
                "offer": "ubuntu-24_04-lts",
                "publisher": "Canonical",
                "sku": "server",
                "version": "latest",
            },
            "osDisk": {
                "caching": "ReadWrite",
                "createOption": "FromImage",
                "deleteOption": "Delete",
                "diskSizeGB": 30,
                "managedDisk": {"storageAccountType": "Premium_LRS"},
                "osType": "Linux",
            },
        },
        "timeCreated": "2026-06-03T07:21:44.1182+00:00",
        **more.pop("profile", {}),
    }
    return {
        "etag": '"7"',
        "id": f"{GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/{name}",
        "location": "westus3",
        "name": name,
        "orchestrationMode": "Flexible",
        "platformFaultDomainCount": 1,
        "provisioningState": "Succeeded",
        "resourceGroup": "post",
        "singlePlacementGroup": False,
        "sku": {"capacity": 5, "name": "Standard_D2s_v5", "tier": "Standard"},
        "timeCreated": "2026-06-03T07:21:44.1182+00:00",
        "type": "Microsoft.Compute/virtualMachineScaleSets",
        "uniqueId": "3f0f7f3a-54b2-4c28-9d0a-1a2b3c4d5e6f",
        "upgradePolicy": {"mode": "Manual"},
        "virtualMachineProfile": profile,
        "zones": ["1", "2", "3"],
        **more,
    }


def _change(before: int, after: int) -> dict[str, Any]:
    """A what-if that raises the capacity of a Uniform set."""

    def body(count: int) -> dict[str, Any]:
        shown = _shown("parcels")
        profile = shown["virtualMachineProfile"]
        nic = profile["networkProfile"]["networkInterfaceConfigurations"][0]
        ip = nic["ipConfigurations"][0]
        wrapped = {"name": ip["name"], "properties": {"primary": True, "subnet": ip["subnet"]}}
        group = nic["networkSecurityGroup"]
        properties = {"primary": True, "networkSecurityGroup": group, "ipConfigurations": [wrapped]}
        agent = profile["extensionProfile"]["extensions"][0]
        extension = {
            "name": "monitor",
            "properties": {
                "publisher": agent["publisher"],
                "type": "AzureMonitorLinuxAgent",
                "typeHandlerVersion": "1.33",
            },
        }
        del profile["timeCreated"]
        for name in ("deleteOption",):
            del profile["storageProfile"]["osDisk"][name]
        return {
            "apiVersion": "2024-07-01",
            "id": shown["id"],
            "location": "westus3",
            "name": "parcels",
            "sku": {"capacity": count, "name": "Standard_D2s_v5", "tier": "Standard"},
            "type": "Microsoft.Compute/virtualMachineScaleSets",
            "zones": ["1", "2"],
            "properties": {
                "orchestrationMode": "Uniform",
                "singlePlacementGroup": False,
                "upgradePolicy": {"mode": "Automatic"},
                "virtualMachineProfile": {
                    **profile,
                    "extensionProfile": {"extensions": [extension]},
                    "networkProfile": {
                        "networkInterfaceConfigurations": [{"name": "card", "properties": properties}],
                    },
                },
            },
        }

    delta = {
        "path": "sku.capacity",
        "propertyChangeType": "Modify",
        "before": before,
        "after": after,
        "children": None,
    }
    change = {
        "changeType": "Modify",
        "resourceId": f"{GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/parcels",
        "before": body(before),
        "after": body(after),
        "delta": [delta],
    }
    return {"status": "Succeeded", "error": None, "changes": [change]}


SITUATIONS = (
    Situation(
        name="shown-with-a-probe",
        title="az vmss show: a Flexible set with a balancer's probe and repairs, whose grace period is too short",
        seen=f"{LEARN}virtual-machine-scale-sets-automatic-instance-repairs",
        content=_shown(
            "letters",
            automaticRepairsPolicy={"enabled": True, "gracePeriod": "PT5M", "repairAction": "Restart"},
            profile={
                "networkProfile": {
                    **_shown("letters")["virtualMachineProfile"]["networkProfile"],
                    "healthProbe": {"id": f"{GROUP}/providers/Microsoft.Network/loadBalancers/sorter/probes/up"},
                }
            },
        ),
        faults=(
            "SS018 letters virtualMachineProfile.networkProfile.healthProbe",
            "SS038 letters automaticRepairsPolicy.enabled",
            "SS040 letters automaticRepairsPolicy.gracePeriod",
        ),
        undecided=("SS069 letters",),
    ),
    Situation(
        name="listed",
        title="az vmss list: two sets, of which one spans a single zone and strictly balances it",
        seen=CLI,
        content=[_shown("stamps"), _shown("cards", zones=["3"], zoneBalance=True)],
        faults=("SS011 cards zoneBalance", "SS123 cards zoneBalance"),
        practice={"stamps": "121 125", "cards": "121 122 125"},
        undecided=("SS069 stamps", "SS069 cards"),
    ),
    Situation(
        name="what-if",
        title="A what-if that raises a Uniform set to 1,050 instances",
        seen="https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-what-if",
        content=_change(40, 1050),
        faults=("SS008 parcels sku.capacity",),
        practice={"parcels": "121 124 125"},
    ),
)
