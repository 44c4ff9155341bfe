"""Pulumi: exports and previews of stacks of azure-native, and of the classic azure provider."""

import json
from collections.abc import Mapping
from typing import Any

from corpus.arm_flexible import PATCHED
from corpus.arm_parts import JAMMY, NOBLE, SSH_KEY, TRUSTED, WINDOWS_2022
from corpus.situation import Situation

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:bm90aGluZw==:AA=="}
"""A secret in an export that nobody decrypted."""
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine writes for an output that does not exist yet."""
EXAMPLES = "https://github.com/pulumi/examples/tree/master/"
REGISTRY = "https://www.pulumi.com/registry/packages/"
GROUP = "/subscriptions/9a8b7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c6d/resourceGroups/aviary"
NATIVE = "azure-native:compute:VirtualMachineScaleSet"
BALANCER = "azure-native:network:LoadBalancer"


def nid(kind: str, name: str) -> str:
    """An id of Microsoft.Network."""
    return f"{GROUP}/providers/Microsoft.Network/{kind}/{name}"


def urn(kind: str, name: str) -> str:
    """A URN of the stack."""
    return f"urn:pulumi:live::aviary::{kind}::{name}"


def state(
    kind: str, name: str, inputs: Mapping[str, Any], id_: str | None, uses: Mapping[str, list[str]] | None = None
) -> dict[str, Any]:
    """One resource as the engine keeps it; without an id it is planned."""
    used = uses or {}
    package = kind.partition(":")[0]
    found = {
        "urn": urn(kind, name),
        "custom": True,
        "type": kind,
        "inputs": dict(inputs),
        "parent": urn("pulumi:pulumi:Stack", "aviary-live"),
        "provider": f"{urn(f'pulumi:providers:{package}', 'default')}::7c0de5b1",
        "dependencies": sorted({each for names in used.values() for each in names}),
        "propertyDependencies": {**{each: [] for each in inputs}, **used},
    }
    return {**found, "id": id_, "outputs": {**inputs, "provisioningState": "Succeeded"}} if id_ else found


def export(*resources: dict[str, Any]) -> dict[str, Any]:
    """``pulumi stack export``."""
    stack = {"urn": urn("pulumi:pulumi:Stack", "aviary-live"), "custom": False, "type": "pulumi:pulumi:Stack"}
    manifest = {"time": "2026-11-21T09:00:00Z", "magic": "0", "version": "v3.259.0"}
    return {"version": 3, "deployment": {"manifest": manifest, "resources": [stack, *resources]}}


def preview(*resources: dict[str, Any]) -> dict[str, Any]:
    """``pulumi preview --json`` of a stack that does not exist yet."""
    steps = [{"op": "create", "urn": each["urn"], "newState": each} for each in resources]
    return {"config": {}, "steps": steps, "duration": 0, "changeSummary": {"create": len(steps)}}


def _inputs(name: str, mode: str, ip: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    keys = [{"path": "/home/warden/.ssh/authorized_keys", "keyData": SSH_KEY}]
    nic = {
        "name": "card",
        "primary": True,
        "networkSecurityGroup": {"id": nid("networkSecurityGroups", "cage")},
        "ipConfigurations": [{"name": "main", "primary": True, **ip}],
    }
    profile = {
        "osProfile": {
            "adminUsername": "warden",
            "computerNamePrefix": name,
            "linuxConfiguration": {"disablePasswordAuthentication": True, "ssh": {"publicKeys": keys}},
        },
        "securityProfile": TRUSTED,
        "storageProfile": {
            "imageReference": NOBLE,
            "osDisk": {
                "caching": "ReadWrite",
                "createOption": "FromImage",
                "managedDisk": {"storageAccountType": "Premium_LRS"},
            },
        },
        "networkProfile": {
            **({"networkApiVersion": "2020-11-01"} if mode == "Flexible" else {}),
            "networkInterfaceConfigurations": [nic],
        },
        **more.pop("profile", {}),
    }
    return {
        "location": "swedencentral",
        "orchestrationMode": mode,
        "platformFaultDomainCount": 1,
        "resourceGroupName": "aviary",
        "singlePlacementGroup": False,
        "sku": {"name": "Standard_D2s_v5", "tier": "Standard", "capacity": 3},
        "virtualMachineProfile": profile,
        "vmScaleSetName": name,
        "zones": ["1", "2", "3"],
        **more,
    }


def _set(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    return state(NATIVE, name, inputs, f"{GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/{name}")


def _network() -> list[dict[str, Any]]:
    """A subnet with a NAT gateway."""
    inputs = {
        "resourceGroupName": "aviary",
        "virtualNetworkName": "nest",
        "subnetName": "eggs",
        "addressPrefix": "10.9.0.0/24",
        "natGateway": {"id": nid("natGateways", "door")},
    }
    return [state("azure-native:network:Subnet", "eggs", inputs, nid("virtualNetworks", "nest/subnets/eggs"))]


EGGS = {"subnet": {"id": nid("virtualNetworks", "nest/subnets/eggs")}}
EXTENSIONS = {
    "extensionProfile": {
        "extensions": [
            {
                "name": "health",
                "publisher": "Microsoft.ManagedServices",
                "type": "ApplicationHealthLinux",
                "typeHandlerVersion": "2.0",
                "settings": {"protocol": "http", "port": 8000, "requestPath": "/up"},
            },
            {
                "name": "monitor",
                "publisher": "Microsoft.Azure.Monitor",
                "type": "AzureMonitorLinuxAgent",
                "typeHandlerVersion": "1.33",
            },
        ]
    }
}


def _good() -> dict[str, Any]:
    inputs = _inputs(
        "finch",
        "Flexible",
        EGGS,
        automaticRepairsPolicy={"enabled": True, "gracePeriod": "PT30M"},
        profile=EXTENSIONS,
    )
    storage = inputs["virtualMachineProfile"]["storageProfile"]
    storage["imageReference"] = JAMMY
    inputs["virtualMachineProfile"]["osProfile"]["linuxConfiguration"] |= PATCHED
    return export(*_network(), _set("finch", inputs))


def _secret_password() -> dict[str, Any]:
    inputs = _inputs("swift", "Flexible", EGGS, overprovision=True)
    profile = inputs["virtualMachineProfile"]
    profile["storageProfile"]["imageReference"] = WINDOWS_2022
    profile["osProfile"] = {
        "adminUsername": "warden",
        "adminPassword": SECRET,
        "computerNamePrefix": "swift",
        "windowsConfiguration": {"enableAutomaticUpdates": True, "provisionVMAgent": True},
    }
    return export(*_network(), _set("swift", inputs))


def _planned_pool() -> dict[str, Any]:
    """A preview: the set names the NAT pool by an output that does not exist yet."""
    front = {"name": "front", "publicIPAddress": {"id": UNKNOWN}}
    balancer = {
        "resourceGroupName": "aviary",
        "loadBalancerName": "perch",
        "sku": {"name": "Standard"},
        "frontendIPConfigurations": [front],
        "backendAddressPools": [{"name": "birds"}],
        "inboundNatPools": [
            {
                "name": "rings",
                "protocol": "Tcp",
                "frontendPortRangeStart": 53000,
                "frontendPortRangeEnd": 53100,
                "backendPort": 22,
                "frontendIPConfiguration": {"id": UNKNOWN},
            }
        ],
    }
    inputs = _inputs("wren", "Flexible", {**EGGS, "loadBalancerInboundNatPools": [{"id": UNKNOWN}]})
    uses = {"virtualMachineProfile": [urn(BALANCER, "perch")]}
    return preview(*_network(), state(BALANCER, "perch", balancer, None), state(NATIVE, "wren", inputs, None, uses))


def _classic(kind: str, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """A stack of the classic provider: terraform's attributes in camel case, with the provider's defaults."""
    card = {
        "__defaults": [],
        "name": "card",
        "primary": True,
        "networkSecurityGroupId": nid("networkSecurityGroups", "cage"),
        "ipConfigurations": [
            {
                "__defaults": [],
                "name": "main",
                "primary": True,
                "subnetId": nid("virtualNetworks", "nest/subnets/eggs"),
            }
        ],
    }
    inputs: dict[str, Any] = {
        "__defaults": [],
        "location": "swedencentral",
        "name": name,
        "networkInterfaces": [card],
        "osDisk": {"__defaults": [], "caching": "ReadWrite", "storageAccountType": "StandardSSD_LRS"},
        "resourceGroupName": "aviary",
        "sourceImageReference": {"__defaults": [], **NOBLE},
        "zones": ["1", "2"],
        **values,
    }
    subnet = {
        "name": "eggs",
        "addressPrefixes": ["10.9.0.0/24"],
        "resourceGroupName": "aviary",
        "virtualNetworkName": "nest",
    }
    gateway = {
        "subnetId": nid("virtualNetworks", "nest/subnets/eggs"),
        "natGatewayId": nid("natGateways", "door"),
    }
    return export(
        state("azure:network/subnet:Subnet", "eggs", subnet, nid("virtualNetworks", "nest/subnets/eggs")),
        state(
            "azure:network/subnetNatGatewayAssociation:SubnetNatGatewayAssociation",
            "eggs-door",
            gateway,
            nid("virtualNetworks", "nest/subnets/eggs"),
        ),
        state(kind, name, inputs, f"{GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/{name}"),
    )


CLASSIC = "azure:compute/{0}VirtualMachineScaleSet:{1}VirtualMachineScaleSet"

SITUATIONS = (
    Situation(
        name="native-good",
        title="An azure-native stack with health, repairs and patching by Azure: nothing is wrong",
        seen=f"{REGISTRY}azure-native/api-docs/compute/virtualmachinescaleset/",
        content=_good(),
    ),
    Situation(
        name="native-overprovision",
        title="Overprovisioning of a Flexible set of Windows machines, whose password is encrypted in the export",
        seen=f"{EXAMPLES}azure-py-virtual-data-center",
        content=_secret_password(),
        faults=("SS035 swift overprovision",),
        practice={"swift": "121 125 129"},
    ),
    Situation(
        name="native-planned-nat-pool",
        title="A preview in which a Flexible set uses a NAT pool that does not exist yet",
        seen="https://github.com/Azure/azure-cli/issues/22682",
        content=_planned_pool(),
        faults=(
            (
                "SS016 wren virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0]"
                ".ipConfigurations[0].loadBalancerInboundNatPools"
            ),
            "SS068 perch inboundNatPools",
        ),
        practice={"wren": "121 125 129"},
    ),
    Situation(
        name="classic-password",
        title="The classic provider: password login of Linux machines, and a TCP health extension without a port",
        seen=f"{REGISTRY}azure/api-docs/compute/linuxvirtualmachinescaleset/",
        content=_classic(
            CLASSIC.format("linux", "Linux"),
            "robin",
            {
                "adminUsername": "warden",
                "adminPassword": SECRET,
                "disablePasswordAuthentication": False,
                "instances": 4,
                "sku": "Standard_D2s_v5",
                "extensions": [
                    {
                        "__defaults": [],
                        "name": "health",
                        "publisher": "Microsoft.ManagedServices",
                        "type": "ApplicationHealthLinux",
                        "typeHandlerVersion": "2.0",
                        "settings": json.dumps({"protocol": "tcp"}),
                    }
                ],
            },
        ),
        faults=(
            "SS101 robin virtualMachineProfile.osProfile.linuxConfiguration.disablePasswordAuthentication",
            "SS043 robin virtualMachineProfile.extensionProfile.extensions[0].settings.port",
        ),
        practice={"robin": "102 103 121 124 129"},
    ),
    Situation(
        name="classic-orchestrated",
        title="The classic provider's orchestrated set behind a NAT gateway: nothing mandatory is wrong",
        seen=f"{REGISTRY}azure/api-docs/compute/orchestratedvirtualmachinescaleset/",
        content=_classic(
            CLASSIC.format("orchestrated", "Orchestrated"),
            "heron",
            {
                "platformFaultDomainCount": 1,
                "instances": 2,
                "skuName": "Standard_D2s_v5",
                "encryptionAtHostEnabled": True,
                "osProfile": {
                    "__defaults": [],
                    "linuxConfiguration": {
                        "__defaults": [],
                        "adminUsername": "warden",
                        "adminSshKeys": [{"__defaults": [], "username": "warden", "publicKey": SSH_KEY}],
                        "disablePasswordAuthentication": True,
                        "provisionVmAgent": True,
                    },
                },
            },
        ),
        practice={"heron": "103 121 125 129"},
    ),
)
