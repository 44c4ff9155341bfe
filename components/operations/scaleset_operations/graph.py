"""The Resource Graph queries. Azure Resource Graph may lag behind by up to 60 seconds."""

from __future__ import annotations

from scaleset_operations.target import Target

STALENESS = "from Azure Resource Graph, which may lag by up to 60 seconds; --live reads the machines themselves"

INSTANCES = """resources
| where type == "microsoft.compute/virtualmachines"
| where properties.virtualMachineScaleSet.id =~ "{id}"
| project id, name, zones, size = properties.hardwareProfile.vmSize, priority = properties.priority, \
provisioning = properties.provisioningState, faultDomain = properties.platformFaultDomain, \
power = properties.extended.instanceView.powerState.code, \
diff = properties.storageProfile.osDisk.diffDiskSettings.option
| order by name asc"""


def instances_query(target: Target) -> str:
    """All virtual machines of a Flexible set: the whole id is compared, ignoring case."""
    return INSTANCES.format(id=target.id.replace('"', ""))
