"""Instance views: the run-time status of VMs, instances and scale sets, as Azure shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from arm_simulator.core.store import Resource
from arm_simulator.providers.compute.state import POWER_TEXT, State

from .rules.view import is_health_extension

Body = dict[str, Any]


def status(code: str, text: str, time: str | None = None) -> Body:
    """One InstanceViewStatus."""
    body: Body = {"code": code, "level": "Info", "displayStatus": text}
    if time is not None:
        body["time"] = time
    return body


def power(state: State) -> Body:
    """The power state's status."""
    return status(f"PowerState/{state['power']}", POWER_TEXT[state["power"]])


def provisioning(changed: str) -> Body:
    """The status of a machine whose last operation went well."""
    return status("ProvisioningState/succeeded", "Provisioning succeeded", changed)


def not_provisioned(error: Body, changed: str) -> Body:
    """The status of a machine that got no host; it has no power state."""
    found = status(f"ProvisioningState/failed/{error['code']}", "Provisioning failed", changed)
    return {**found, "level": "Error", "message": error["message"]}


def extension_view(extension: Resource) -> Body:
    """The instance view of one extension."""
    properties = extension.properties
    state = str(properties.get("provisioningState", "Succeeded"))
    return {
        "name": extension.id.name,
        "type": f"{properties.get('publisher')}.{properties.get('type')}",
        "typeHandlerVersion": properties.get("typeHandlerVersion"),
        "statuses": [status(f"ProvisioningState/{state.lower()}", f"Provisioning {state.lower()}", extension.changed)],
    }


def machine_view(resource: Resource, extensions: Sequence[Resource]) -> Body:
    """What VMs and Uniform instances have in common.

    Args:
        resource: the VM or instance.
        extensions: its extension resources.
    """
    state, properties = resource.runtime, resource.properties
    failed = state.get("failed")
    running = state["power"] == "running"
    profile = properties.get("osProfile") or {}
    windows = "windowsConfiguration" in profile
    view: Body = {
        "computerName": profile.get("computerName") if running else None,
        "osName": ("Windows" if windows else "Linux") if running else None,
        "hyperVGeneration": "V2",
        "assignedHost": state["hostId"],
        "disks": [{"name": name, "statuses": [provisioning(resource.changed)]} for name in _disk_names(properties)],
        "statuses": [provisioning(max(resource.changed, state.get("operated", ""))), power(state)],
    }
    for name, member in (("faultDomain", "platformFaultDomain"), ("updateDomain", "platformUpdateDomain")):
        view[member] = state.get(name)
    if failed:
        view["statuses"] = [not_provisioned(failed, resource.changed)]
    if state.get("hibernated"):
        view["statuses"].append(status("HibernationState/Hibernated", "Hibernated"))
    if running:
        view["vmAgent"] = {
            "vmAgentVersion": "2.9.1.1",
            "statuses": [status("ProvisioningState/succeeded", "Ready", resource.changed)],
            "extensionHandlers": [
                {
                    "type": f"{e.properties.get('publisher')}.{e.properties.get('type')}",
                    "typeHandlerVersion": e.properties.get("typeHandlerVersion"),
                    "status": status("ProvisioningState/succeeded", "Ready"),
                }
                for e in extensions
            ],
        }
    if extensions:
        view["extensions"] = [extension_view(extension) for extension in extensions]
    if any(is_health_extension(extension.properties) for extension in extensions):
        health = state.get("health", "healthy") if running else "unknown"
        view["vmHealth"] = {"status": status(f"HealthState/{health}", f"The VM is reported as {health}")}
    if state.get("maintenance"):
        view["maintenanceRedeployStatus"] = {
            "isCustomerInitiatedMaintenanceAllowed": False,
            "lastOperationResultCode": state["maintenance"],
        }
    return {name: value for name, value in view.items() if value is not None}


def _disk_names(properties: Body) -> Iterable[str]:
    storage = properties.get("storageProfile") or {}
    for disk in [storage.get("osDisk") or {}, *(storage.get("dataDisks") or [])]:
        if disk.get("name"):
            yield str(disk["name"])


def instance_view(resource: Resource, extensions: Sequence[Resource]) -> Body:
    """A Uniform instance's view: a machine's, with its fault and update domain."""
    view = machine_view(resource, extensions)
    view["platformFaultDomain"] = resource.runtime.get("faultDomain", 0)
    view["platformUpdateDomain"] = resource.runtime.get("updateDomain", 0)
    view["placementGroupId"] = resource.runtime.get("placementGroupId")
    return {name: value for name, value in view.items() if value is not None}


def set_view(
    scale_set: Resource, instances: Sequence[Resource], extensions: Sequence[Resource], services: Sequence[Body]
) -> Body:
    """A Uniform scale set's view: the numbers of instances by state.

    Args:
        scale_set: the set.
        instances: all its instances.
        extensions: all extensions of all instances.
        services: orchestration services, see :func:`orchestration_services`.
    """
    codes = Counter({"ProvisioningState/succeeded": len(instances)})
    codes.update(f"PowerState/{instance.runtime['power']}" for instance in instances)
    names: dict[str, Counter[str]] = {}
    for extension in extensions:
        counts = names.setdefault(extension.id.name, Counter())
        counts[f"ProvisioningState/{str(extension.properties.get('provisioningState', 'Succeeded')).lower()}"] += 1
    return {
        "virtualMachine": {"statusesSummary": _counted(codes)},
        "extensions": [{"name": name, "statusesSummary": _counted(counts)} for name, counts in names.items()],
        "statuses": [provisioning(scale_set.changed)],
        "orchestrationServices": list(services),
    }


def _counted(codes: Counter[str]) -> list[Body]:
    return [{"code": code, "count": count} for code, count in codes.items() if count]


def orchestration_services(scale_set: Resource) -> list[Body]:
    """The state of automatic repairs and of zone rebalancing, where the set has them."""
    suspended = scale_set.runtime.get("suspendedServices") or []
    return [
        {
            "serviceName": name,
            "serviceState": "Suspended" if name in suspended else "Running",
            "latestOperationStatus": "Completed",
        }
        for name in services_of(scale_set)
    ]


def services_of(scale_set: Resource) -> list[str]:
    """Names of the orchestration services that a set has switched on."""
    properties = scale_set.properties
    names = []
    if (properties.get("automaticRepairsPolicy") or {}).get("enabled") is True:
        names.append("AutomaticRepairs")
    rebalancing = (properties.get("resiliencyPolicy") or {}).get("automaticZoneRebalancingPolicy") or {}
    if rebalancing.get("enabled") is True:
        names.append("AutomaticZoneRebalancing")
    return names
