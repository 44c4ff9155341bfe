"""One instance in a common form, for both modes and all sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scaleset_core.modes import Mode
from scaleset_operations.locks import Lock
from scaleset_operations.target import last_segment

JsonObject = Mapping[str, Any]
UNKNOWN = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One instance of a scale set. Empty text or None: Azure did not report it.

    Attributes:
        name: The instance's name: the VM's name on Flexible, ``{set}_{id}`` on Uniform.
        instance_id: What the scale-set API calls it: a number on Uniform, the VM's name on Flexible.
        resource_id: Its ARM id: of the virtual machine on Flexible, of the scale-set VM on Uniform.
        zone: Its availability zone.
        fault_domain: Its fault domain's number.
        power: ``running``, ``stopped``, ``deallocated`` ...
        health: ``healthy``, ``unhealthy`` ... if the Application Health extension or a probe reports it.
        provisioning: ``Succeeded``, ``Updating``, ``Failed`` ...
        latest_model: Whether it runs the set's latest model.
        size: Its VM size.
        priority: ``Regular`` or ``Spot``.
        ephemeral: Whether its OS disk is an ephemeral one.
        protect_scale_in: Its protectionPolicy's ``protectFromScaleIn``.
        protect_actions: Its protectionPolicy's ``protectFromScaleSetActions``.
        locks: Names and levels of the management locks that apply to it (``keep (CanNotDelete)``).
        guards: The same locks with their scopes.
        private_addresses: Its private addresses, where they were read.
        public_addresses: Its own public addresses, where they were read; NAT rules are not counted.
        model: The resource as Azure gave it, for updates.
    """

    name: str
    instance_id: str
    resource_id: str
    zone: str = ""
    fault_domain: int | None = None
    power: str = UNKNOWN
    health: str = UNKNOWN
    provisioning: str = UNKNOWN
    latest_model: bool | None = None
    size: str = ""
    priority: str = ""
    ephemeral: bool | None = None
    protect_scale_in: bool = False
    protect_actions: bool = False
    locks: tuple[str, ...] = ()
    guards: tuple[Lock, ...] = ()
    private_addresses: tuple[str, ...] = ()
    public_addresses: tuple[str, ...] = ()
    model: JsonObject = field(default_factory=dict, repr=False, compare=False)

    @property
    def spot(self) -> bool | None:
        """Whether it is a Spot instance; None if Azure did not report it."""
        return self.priority.lower() in {"spot", "low"} if self.priority else None

    @property
    def view(self) -> JsonObject:
        """Its instance view as Azure gave it; empty if it was not asked for."""
        found = _dig(self.model, "properties.instanceView")
        return found if isinstance(found, Mapping) else {}

    @property
    def protection(self) -> str:
        """Everything that protects it, in one line."""
        parts = [*(["scale-in"] if self.protect_scale_in else []), *(["set actions"] if self.protect_actions else [])]
        return ", ".join([*parts, *self.locks])

    def to_row(self) -> dict[str, Any]:
        """The flat record that lists show and ``--query`` searches."""
        return {
            "name": self.name,
            "instanceId": self.instance_id,
            "zone": self.zone,
            "faultDomain": self.fault_domain,
            "powerState": self.power,
            "health": self.health,
            "provisioningState": self.provisioning,
            "latestModel": self.latest_model,
            "size": self.size,
            "priority": self.priority,
            "ephemeralOsDisk": self.ephemeral,
            "protection": self.protection,
            "privateIps": ", ".join(self.private_addresses),
            "publicIps": ", ".join(self.public_addresses),
            "id": self.resource_id,
        }


def _dig(body: JsonObject, path: str) -> Any:
    found: Any = body
    for part in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(part)
    return found


def profile_of(model: JsonObject) -> JsonObject | None:
    """The profile of a scale set's model, from which Azure makes instances; None if it has none."""
    found = _dig(model, "properties.virtualMachineProfile")
    return found if isinstance(found, Mapping) else None


def power_state(code: object) -> str:
    """``PowerState/running`` -> ``running``; empty for anything else."""
    text = str(code or "")
    return text.split("/", 1)[1].lower() if text.lower().startswith("powerstate/") else ""


def _from_view(view: object) -> tuple[str, str]:
    if not isinstance(view, Mapping):
        return "", ""
    statuses = view.get("statuses")
    codes = [str(item.get("code", "")) for item in statuses] if isinstance(statuses, list) else []
    power = next((power_state(code) for code in codes if power_state(code)), "")
    health = str(_dig(view, "vmHealth.status.code") or "")
    return power, health.rsplit("/", 1)[-1].lower()


def from_machine(body: JsonObject) -> Instance:
    """An instance from a ``Microsoft.Compute/virtualMachines`` resource, with or without its instance view."""
    properties = body.get("properties") or {}
    power, health = _from_view(properties.get("instanceView"))
    zones = body.get("zones") or [""]
    name = str(body.get("name") or last_segment(str(body["id"])))
    return Instance(
        name=name,
        instance_id=name,
        resource_id=str(body["id"]),
        zone=str(zones[0]),
        fault_domain=properties.get("platformFaultDomain"),
        power=power,
        health=health,
        provisioning=str(properties.get("provisioningState") or ""),
        size=str(_dig(properties, "hardwareProfile.vmSize") or ""),
        priority=str(properties.get("priority") or "Regular"),
        ephemeral=_is_ephemeral(properties),
        model=body,
    )


def from_set_machine(body: JsonObject, mode: Mode) -> Instance:
    """An instance from a ``virtualMachineScaleSets/virtualMachines`` resource."""
    properties = body.get("properties") or {}
    power, health = _from_view(properties.get("instanceView"))
    zones = body.get("zones") or [""]
    policy = properties.get("protectionPolicy") or {}
    instance_id = str(body.get("instanceId") or last_segment(str(body["id"])))
    machine_id = str(properties.get("virtualMachineResourceId") or "")
    name = str(body.get("name") or instance_id)
    if mode is Mode.FLEXIBLE:
        name = instance_id = last_segment(machine_id) if machine_id else instance_id
    domain = _dig(properties, "instanceView.platformFaultDomain")
    return Instance(
        name=name,
        instance_id=instance_id,
        resource_id=machine_id or str(body["id"]),
        zone=str(zones[0]),
        fault_domain=domain if isinstance(domain, int) else properties.get("platformFaultDomain"),
        power=power,
        health=health,
        provisioning=str(properties.get("provisioningState") or ""),
        latest_model=properties.get("latestModelApplied"),
        size=str(_dig(body, "sku.name") or _dig(properties, "hardwareProfile.vmSize") or ""),
        priority=str(properties.get("priority") or ""),
        ephemeral=_is_ephemeral(properties),
        protect_scale_in=bool(policy.get("protectFromScaleIn")),
        protect_actions=bool(policy.get("protectFromScaleSetActions")),
        model=body,
    )


def from_graph(row: JsonObject) -> Instance:
    """An instance from a row of :data:`~scaleset_operations.graph.INSTANCES`."""
    zones = row.get("zones") or [""]
    domain = row.get("faultDomain")
    return Instance(
        name=str(row["name"]),
        instance_id=str(row["name"]),
        resource_id=str(row["id"]),
        zone=str(zones[0]) if isinstance(zones, list) else str(zones),
        fault_domain=int(domain) if domain not in {None, ""} else None,
        power=power_state(row.get("power")),
        provisioning=str(row.get("provisioning") or ""),
        size=str(row.get("size") or ""),
        priority=str(row.get("priority") or "Regular"),
        ephemeral=str(row.get("diff") or "") == "Local",
    )


def with_set_facts(instance: Instance, other: Instance) -> Instance:
    """``instance`` with the facts that only the scale-set API has: model state, health and protection."""
    return replace(
        instance,
        latest_model=other.latest_model,
        health=instance.health or other.health,
        protect_scale_in=other.protect_scale_in,
        protect_actions=other.protect_actions,
    )


def _is_ephemeral(properties: JsonObject) -> bool | None:
    disk = _dig(properties, "storageProfile.osDisk")
    if not isinstance(disk, Mapping):
        return None
    return str(_dig(disk, "diffDiskSettings.option") or "").lower() == "local"
