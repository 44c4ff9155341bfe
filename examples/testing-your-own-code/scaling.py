"""Code on Azure's SDK: scale out, and delete the instances that got no host."""

from azure.core.exceptions import HttpResponseError
from azure.mgmt.compute import ComputeManagementClient


def scale_out(compute: ComputeManagementClient, group: str, name: str, capacity: int) -> list[str]:
    """Set the capacity of a Flexible set; the names of the machines that run then.

    Raises:
        HttpResponseError: Azure refused it, for another reason than a lack of hosts.
    """
    try:
        compute.virtual_machine_scale_sets.begin_update(group, name, {"sku": {"capacity": capacity}}).result()
    except HttpResponseError as error:
        if error.error is None or error.error.code not in {"AllocationFailed", "ZonalAllocationFailed"}:
            raise
    running = []
    for instance in list(compute.virtual_machine_scale_set_vms.list(group, name)):
        machine = compute.virtual_machines.get(group, str(instance.name))
        if machine.provisioning_state == "Failed":
            compute.virtual_machines.begin_delete(group, str(instance.name)).result()
        else:
            running.append(str(machine.name))
    return running
