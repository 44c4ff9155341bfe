"""What one template of the collection is, and the parts that many of them have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SCHEMA = "https://schema.management.azure.com/schemas/{}deploymentTemplate.json#"
LEARN = "https://learn.microsoft.com/azure/azure-resource-manager/"
QUICKSTARTS = "https://github.com/Azure/azure-quickstart-templates/tree/master/quickstarts/"
HERE = "[resourceGroup().location]"
BICEP = {"_generator": {"name": "bicep", "version": "0.38.33.27573", "templateHash": "1180336912064458219"}}
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKq0example0of0a0key0nobody0has harbour@example.org"
NOBLE = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
VERSIONS = {"Microsoft.Network": "2024-05-01", "Microsoft.Compute": "2024-11-01"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One template.

    Attributes:
        name: A short name.
        seen: Where people write such templates.
        template: The template.
        given: Its parameters.
        made: What it makes: the ends of ids.
        outputs: Its outputs; ``{group}`` means the id of the group.
        edit: Parameters that are changed then.
        changes: What the change does, by the ends of ids: Create, Modify; all others stay.
        at_subscription: Whether it is deployed to the subscription.
    """

    name: str
    seen: str
    template: Mapping[str, Any]
    given: Mapping[str, Any] = field(default_factory=dict)
    made: tuple[str, ...]
    outputs: Mapping[str, Any] = field(default_factory=dict)
    edit: Mapping[str, Any]
    changes: Mapping[str, str]
    at_subscription: bool = False


def template(*resources: Any, schema: str = "2019-04-01/", **sections: Any) -> dict[str, Any]:
    """A template with a list of resources."""
    return {
        "$schema": SCHEMA.format(schema),
        "contentVersion": "1.0.0.0",
        **sections,
        "resources": list(resources),
    }


def symbolic(resources: Mapping[str, Any], **sections: Any) -> dict[str, Any]:
    """A template with symbolic names, as newer Bicep compiles it."""
    return {**template(**sections), "languageVersion": "2.0", "metadata": BICEP, "resources": dict(resources)}


def resource(kind: str, name: str, properties: Any = None, /, *, after: Any = None, **members: Any) -> dict[str, Any]:
    """A resource at the group's location; ``after`` is its dependsOn."""
    made = {
        "type": kind,
        "apiVersion": VERSIONS.get(kind.partition("/")[0], "2024-03-01"),
        "name": name,
        "location": HERE,
        **members,
    }
    if made["location"] is None:
        del made["location"]
    if properties is not None:
        made["properties"] = properties
    if after is not None:
        made["dependsOn"] = list(after)
    return made


def network(kind: str, name: str, properties: Any = None, /, **members: Any) -> dict[str, Any]:
    """A resource of Microsoft.Network."""
    return resource(f"Microsoft.Network/{kind}", name, properties, **members)


def compute(kind: str, name: str, properties: Any = None, /, **members: Any) -> dict[str, Any]:
    """A resource of Microsoft.Compute."""
    return resource(f"Microsoft.Compute/{kind}", name, properties, **members)


def rid(kind: str, *names: str) -> str:
    """``[resourceId(...)]`` of Microsoft.Network, or of a full type; names in brackets are expressions."""
    full = kind if "." in kind else f"Microsoft.Network/{kind}"
    shown = [each[1:-1] if each.startswith("[") else f"'{each}'" for each in names]
    return f"[resourceId('{full}', {', '.join(shown)})]"


def ref(kind: str, *names: str) -> dict[str, str]:
    """A reference by id."""
    return {"id": rid(kind, *names)}


def text(default: Any = None, **more: Any) -> dict[str, Any]:
    """A parameter that is a text."""
    return {"type": "string", **({} if default is None else {"defaultValue": default}), **more}


def number(default: int, **more: Any) -> dict[str, Any]:
    """A parameter that is a number."""
    return {"type": "int", "defaultValue": default, **more}


def vnet(name: str, *subnets: str, after: Any = None, **common: Any) -> dict[str, Any]:
    """A virtual network 10.20.0.0/16 with subnets of 256 addresses."""
    listed = [
        {"name": each, "properties": {"addressPrefix": f"10.20.{index}.0/24", **common}}
        for index, each in enumerate(subnets)
    ]
    properties = {"addressSpace": {"addressPrefixes": ["10.20.0.0/16"]}, "subnets": listed}
    return network("virtualNetworks", name, properties, after=after)


def address(name: str, **members: Any) -> dict[str, Any]:
    """A static Standard public address."""
    return network(
        "publicIPAddresses", name, {"publicIPAllocationMethod": "Static"}, sku={"name": "Standard"}, **members
    )


def card(name: str, net: str, subnet: str, *, public: str = "", **members: Any) -> dict[str, Any]:
    """A network interface, after its network."""
    properties: dict[str, Any] = {
        "privateIPAllocationMethod": "Dynamic",
        "subnet": ref("virtualNetworks/subnets", net, subnet),
    }
    after = [rid("virtualNetworks", net)]
    if public:
        properties["publicIPAddress"] = ref("publicIPAddresses", public)
        after.append(rid("publicIPAddresses", public))
    after += members.pop("after", [])
    configuration = {"name": "main", "properties": properties}
    return network("networkInterfaces", name, {"ipConfigurations": [configuration]}, after=after, **members)


def linux(user: str, **more: Any) -> dict[str, Any]:
    """The OS profile of Linux with the key of the parameter ``key``."""
    keys = [{"path": f"/home/{user}/.ssh/authorized_keys", "keyData": "[parameters('key')]"}]
    configuration = {"disablePasswordAuthentication": True, "ssh": {"publicKeys": keys}}
    return {"adminUsername": user, "linuxConfiguration": configuration, **more}


def machine(name: str, nic: str, computer: str, *, size: str = "Standard_D2s_v5", **members: Any) -> dict[str, Any]:
    """A virtual machine, after its interface."""
    properties = {
        "hardwareProfile": {"vmSize": size},
        "osProfile": linux("pilot", computerName=computer),
        "storageProfile": {
            "imageReference": NOBLE,
            "osDisk": {"createOption": "FromImage", "managedDisk": {"storageAccountType": "Premium_LRS"}},
            **members.pop("storage", {}),
        },
        "networkProfile": {"networkInterfaces": [ref("networkInterfaces", nic)]},
        **members.pop("more", {}),
    }
    after = [rid("networkInterfaces", nic), *members.pop("after", [])]
    return compute("virtualMachines", name, properties, after=after, **members)


def scale_set(name: str, capacity: Any, net: str, subnet: str, **members: Any) -> dict[str, Any]:
    """A scale set, after its network; ``flexible=False`` for a Uniform one."""
    flexible = members.pop("flexible", True)
    address = {
        "name": "main",
        "properties": {"subnet": ref("virtualNetworks/subnets", net, subnet), **members.pop("address", {})},
    }
    face = {"name": "face", "properties": {"primary": True, "ipConfigurations": [address]}}
    faces: dict[str, Any] = {"networkInterfaceConfigurations": [face]}
    if flexible:
        faces["networkApiVersion"] = "2020-11-01"
    profile = {
        "osProfile": linux("pilot", computerNamePrefix=name),
        "storageProfile": {
            "imageReference": NOBLE,
            "osDisk": {"createOption": "FromImage", "managedDisk": {"storageAccountType": "Premium_LRS"}},
        },
        "networkProfile": faces,
        **members.pop("profile", {}),
    }
    properties: dict[str, Any] = {
        "orchestrationMode": "Flexible" if flexible else "Uniform",
        "platformFaultDomainCount": 1,
        "singlePlacementGroup": False,
        "virtualMachineProfile": profile,
        **members.pop("more", {}),
    }
    if not flexible:
        properties.setdefault("upgradePolicy", {"mode": "Manual"})
    after = [rid("virtualNetworks", net), *members.pop("after", [])]
    sku = {"name": "Standard_D2s_v5", "tier": "Standard", "capacity": capacity}
    return compute("virtualMachineScaleSets", name, properties, sku=sku, after=after, **members)
