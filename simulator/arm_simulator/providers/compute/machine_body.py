"""From a scale set's profile to the bodies of the resources that are made from it. Pure: ARM JSON in, ARM JSON out."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from arm_simulator.core.ids import ResourceId
from arm_simulator.core.store import Resource

from .rules.problem import dig, items

Body = dict[str, Any]

PUBLIC_IP = "Microsoft.Network/publicIPAddresses"
_COPIED = ("diagnosticsProfile", "licenseType", "securityProfile", "userData")
_COPIED_TO_VM = ("priority", "evictionPolicy", "billingProfile", "scheduledEventsProfile", "capacityReservation")


def _base36(number: int) -> str:
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = digits[rest] + text
    return text.rjust(6, "0")


def _os_profile(profile: Body, computer_name: str) -> Body:
    """The profile of one machine, in a separate object; a specialized image has none."""
    if not isinstance(profile.get("osProfile"), dict):
        return {}
    found = copy.deepcopy(profile["osProfile"])
    found.pop("computerNamePrefix", None)
    for secret in ("adminPassword", "customData"):
        found.pop(secret, None)
    return {"osProfile": {"computerName": computer_name, **found}}


def _shared(scale_set: Resource, profile: Body) -> Body:
    properties: Body = {
        "hardwareProfile": {"vmSize": _size(scale_set)},
        "storageProfile": copy.deepcopy(profile.get("storageProfile") or {}),
    }
    properties.update({name: copy.deepcopy(profile[name]) for name in _COPIED if name in profile})
    if scale_set.properties.get("additionalCapabilities"):
        properties["additionalCapabilities"] = copy.deepcopy(scale_set.properties["additionalCapabilities"])
    return properties


def _size(scale_set: Resource) -> str:
    """The size of an instance: ``sku.name``, or the first size of a mix."""
    name = str(dig(scale_set.body, "sku.name"))
    mix = items(scale_set.properties, "skuProfile.vmSizes")
    return str(mix[0].get("name")) if name == "Mix" and mix else name


def instance(scale_set: Resource, rid: ResourceId, number: int, zone: str) -> Body:
    """A Uniform instance.

    Args:
        scale_set: the set.
        rid: id of the instance.
        number: its decimal id.
        zone: its availability zone, empty in a regional set.
    """
    profile = scale_set.properties["virtualMachineProfile"]
    prefix = dig(profile, "osProfile.computerNamePrefix") or scale_set.id.name
    configs = copy.deepcopy(dig(profile, "networkProfile.networkInterfaceConfigurations") or [])
    properties = _shared(scale_set, profile)
    properties |= {
        **_os_profile(profile, f"{prefix}{_base36(number)}"),
        "networkProfile": {
            "networkInterfaces": [
                {
                    "id": f"{rid.path}/networkInterfaces/{config.get('name')}",
                    "properties": {"primary": dig(config, "properties.primary") is True},
                }
                for config in configs
            ]
        },
        "networkProfileConfiguration": {"networkInterfaceConfigurations": configs},
        "provisioningState": "Succeeded",
        "modelDefinitionApplied": "VirtualMachineScaleSet",
    }
    body: Body = {
        "location": scale_set.body.get("location"),
        "instanceId": str(number),
        "sku": {"name": _size(scale_set), "tier": "Standard"},
        "properties": properties,
    }
    return _placed(scale_set, body, zone)


def _placed(scale_set: Resource, body: Body, zone: str) -> Body:
    if zone:
        body["zones"] = [zone]
    for member in ("tags", "plan"):
        if scale_set.body.get(member):
            body[member] = copy.deepcopy(scale_set.body[member])
    return body


def virtual_machine(scale_set: Resource, name: str, mark: str, zone: str, interfaces: list[Body]) -> Body:
    """An implicit VM of a Flexible set.

    Args:
        scale_set: the set.
        name: of the VM.
        mark: eight hex digits that its resources share; the computer name takes six of them.
        zone: its availability zone, empty in a regional set.
        interfaces: references to its NICs.
    """
    profile = scale_set.properties["virtualMachineProfile"]
    prefix = dig(profile, "osProfile.computerNamePrefix") or name
    properties = _shared(scale_set, profile)
    storage = properties["storageProfile"]
    for disk in [storage.setdefault("osDisk", {"createOption": "FromImage"}), *storage.get("dataDisks", [])]:
        disk.setdefault("deleteOption", "Delete")
    properties |= {
        **_os_profile(profile, f"{prefix}{mark[:6].upper()}"),
        "networkProfile": {"networkInterfaces": interfaces},
        "virtualMachineScaleSet": {"id": scale_set.id.path},
    }
    properties.update({member: copy.deepcopy(profile[member]) for member in _COPIED_TO_VM if member in profile})
    body: Body = {"location": scale_set.body.get("location"), "properties": properties}
    identity = scale_set.body.get("identity")
    if identity:
        body["identity"] = copy.deepcopy(identity)
    return _placed(scale_set, body, zone)


def public_addresses(scale_set: Resource, config: Body, mark: str, zone: str) -> dict[ResourceId, Body]:
    """The public addresses of one NIC configuration: id and body, in the order of its ipConfigurations."""
    found: dict[ResourceId, Body] = {}
    for ip in items(config, "properties.ipConfigurations"):
        public = dig(ip, "properties.publicIPAddressConfiguration")
        if not isinstance(public, dict):
            continue
        rid = scale_set.id.sibling(PUBLIC_IP, f"{public.get('name')}-{mark}")
        properties = dict(public.get("properties") or {})
        properties.pop("deleteOption", None)
        dns = properties.pop("dnsSettings", None)
        properties["publicIPAllocationMethod"] = "Static"
        if dns:
            properties["dnsSettings"] = {"domainNameLabel": f"{dns.get('domainNameLabel')}-{mark}"}
        body: Body = {
            "location": scale_set.body.get("location"),
            "sku": {"name": "Standard"},
            "properties": properties,
        }
        if zone:
            body["zones"] = [zone]
        found[rid] = body
    return found


def interface(scale_set: Resource, config: Body, public: Mapping[ResourceId, Body]) -> Body:
    """The NIC of an implicit VM, from a NIC configuration of the profile."""
    addresses = iter(public)
    properties: Body = {
        name: copy.deepcopy(value)
        for name, value in (config.get("properties") or {}).items()
        if name not in {"ipConfigurations", "primary", "deleteOption"}
    }
    properties["ipConfigurations"] = []
    for ip in items(config, "properties.ipConfigurations"):
        inner = {
            k: copy.deepcopy(v) for k, v in (ip.get("properties") or {}).items() if k != "loadBalancerInboundNatPools"
        }
        if inner.pop("publicIPAddressConfiguration", None) is not None:
            inner["publicIPAddress"] = {"id": next(addresses).path}
        inner["privateIPAllocationMethod"] = "Dynamic"
        properties["ipConfigurations"].append({"name": ip.get("name"), "properties": inner})
    if len(properties["ipConfigurations"]) == 1:
        properties["ipConfigurations"][0]["properties"]["primary"] = True
    return {"location": scale_set.body.get("location"), "properties": properties}
