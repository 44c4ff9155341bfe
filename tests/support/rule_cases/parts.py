"""The form of a rule's cases, and the arguments that many of them share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pulumi_azure_scaleset.plan.lists import REPLACE
from support import azure_world as azure

Args = dict[str, Any]


UNSENT = "azure-native"
"""In place of a code: azure-native's own check, from the API description, comes before any request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCase:
    """Arguments that comply with a rule and arguments that break it, on top of ``scale_set_args.base``.

    Attributes:
        good: Arguments that comply with the rule.
        bad: Arguments that break it.
        about: Part of the target or message of Azure's refusal of the bad ones; ``""`` if it accepts them.
        taken: Why Azure accepts what the rule forbids.
        mode: The orchestration mode.
        kind: How the set has instances.
        windows: Whether it runs Windows.
        code: Azure's error code, or :data:`UNSENT` where the provider checks the same limit and asks nobody.
        named: For rules that also apply to virtual machines: what breaks it on named instances, if not ``bad``.
        named_about: The same for Azure's refusal, if not ``about``.
    """

    good: Args = field(default_factory=dict)
    bad: Args
    about: str = ""
    taken: str = ""
    mode: str = "Flexible"
    kind: str = "profile"
    windows: bool = False
    code: str = "InvalidParameter"
    named: Args | None = None
    named_about: str = ""


def flexible(bad: Args, about: str, good: Args | None = None, **more: Any) -> RuleCase:
    """Arguments that comply with and that break a rule on Flexible."""
    return RuleCase(bad=bad, about=about, good=good or {}, **more)


def uniform(bad: Args, about: str, good: Args | None = None, **more: Any) -> RuleCase:
    """Arguments that comply with and that break a rule on Uniform."""
    return RuleCase(bad=bad, about=about, good=good or {}, mode="Uniform", **more)


def raw(**inputs: Any) -> Args:
    """Raw inputs of the scale set."""
    return {"overrides": {"scaleSet": inputs}}


def profile(**inputs: Any) -> Args:
    """Raw inputs of its profile."""
    return raw(virtualMachineProfile=inputs)


def machine(**inputs: Any) -> Args:
    """Raw inputs of the named instances."""
    return {"overrides": {"virtualMachine": inputs}}


def nic(**configuration: Any) -> Args:
    """The raw configuration of the set's own network interface."""
    ip = {"name": "ipconfig", "primary": None, "subnet": {"id": azure.SUBNET}, **configuration}
    nics = [{"name": "nic", "primary": True, "ipConfigurations": [ip]}]
    return profile(networkProfile={"networkInterfaceConfigurations": {REPLACE: nics}})


def upgrade(**more: Any) -> Args:
    """Rolling upgrades with a health signal."""
    return {**HEALTH, "upgrade_policy": {"mode": "Rolling", **more}}


def disk(**more: Any) -> Args:
    """One data disk."""
    return {"data_disks": [{"lun": 0, "size_gb": 8, **more}]}


def health(**more: Any) -> Args:
    """A health signal over HTTP."""
    return {"health": {"protocol": "http", "port": 80, "request_path": "/", **more}}


HEALTH = health()
PROBE = {"health": {"probe_id": azure.PROBE}}
AUTO_OS: Args = {"automatic_os_upgrade": {}, "rolling": {}}
RESERVED = {"capacity_reservation_group_id": azure.RESERVATION}
PROXIMITY = {"proximity_placement_group_id": azure.PLACEMENT_GROUP}
HOSTS = {"host_group_id": azure.HOST_GROUP}
ZONES = {"zones": ["1", "2", "3"]}
MIX = {"instance_mix": {"vm_sizes": [{"name": "Standard_D2s_v5"}, {"name": "Standard_E2s_v5"}]}, "vm_size": None}
BY_PLATFORM = {"patch_mode": "AutomaticByPlatform"}
SECOND_NIC = {"name": "back", "subnet_id": azure.OTHER_SUBNET}
REBALANCE: Args = {"resiliency": {"automatic_zone_rebalancing": {}}}
EXTENSION = {
    "name": "watch",
    "publisher": "Microsoft.ManagedServices",
    "type": "ApplicationHealthLinux",
    "type_handler_version": "1.0",
    "settings": {"protocol": "http", "port": 80, "requestPath": "/"},
}
FABRIC = {
    "name": "fabric",
    "publisher": "Microsoft.Azure.ServiceFabric",
    "type": "ServiceFabricLinuxNode",
    "type_handler_version": "1.1",
    "settings": {"durabilityLevel": "Silver"},
}
LOCAL: Args = {"vm_size": "Standard_D2ds_v5", "os_disk": {"ephemeral": True}}
JAMMY = {"image": {"urn": "Canonical:0001-com-ubuntu-server-jammy:22_04-lts-gen2:latest"}}
HOT_CORE = {"image": {"urn": "MicrosoftWindowsServer:WindowsServer:2022-datacenter-azure-edition-core:latest"}}
HOT: Args = {"windowsConfiguration": {"patchSettings": {"enableHotpatching": True}}}
CONFIDENTIAL: Args = {
    "security": {"security_type": "ConfidentialVM", "vtpm_enabled": True},
    "os_disk": {"security_encryption_type": "VMGuestStateOnly"},
}
