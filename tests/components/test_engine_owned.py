"""What the user owns outlives the machines that use it, on the real engine against the simulated Azure."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.mgmt.compute import ComputeManagementClient
from harness import Workspace, WorkspaceFactory
from support.scalesets import GROUP, IMAGE, KEY, LOCATION, PROGRAM, configured, flexible

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure

pytestmark = pytest.mark.engine

DISK = f"""
    disk = compute.Disk(
        "archive", disk_name="archive", resource_group_name=group.name, location="{LOCATION}",
        disk_size_gb=64, creation_data={{"create_option": "Empty"}}, sku={{"name": "Premium_LRS"}},
    )
    for instance in args["instances"].values():
        for each in instance.get("dataDisks", []):
            if each.get("createOption") == "Attach":
                each["managedDiskId"] = disk.id
"""
WITH_DISK = PROGRAM.replace("import resources", "import compute, resources").replace(
    "    scale_set = ", f"{DISK}\n    scale_set = ", 1
)
"""The usual program with a separate disk, which instances attach."""


def attaching(**more: Any) -> dict[str, Any]:
    """An instance that attaches the program's disk beside one that Azure makes."""
    made = {"lun": 0, "sizeGb": 8}
    return {"dataDisks": [made, {"lun": 1, "createOption": "Attach", **more}]}


def disks(simulator: RunningSimulator, azure: Azure) -> Any:
    """The disks as Azure has them."""
    return simulator.client(ComputeManagementClient, azure.subscription).disks


@pytest.mark.parametrize("change", ["removed", "replaced"])
def test_an_attached_disk_outlives_its_machine(
    workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure, change: str
) -> None:
    """The program's disk is there after its machine is removed or replaced; the disk that Azure made goes."""
    stack: Workspace = workspace_factory(WITH_DISK)
    stack.up(configured(flexible(instances={"web-0": attaching(), "web-1": {}})))
    made = next(d.name for d in disks(simulator, azure).list_by_resource_group(GROUP) if d.disk_size_gb == 8)
    after: dict[str, Any] = {"web-1": {}}
    if change == "replaced":
        after["web-0"] = {**attaching(), "customData": "I2Nsb3VkLWNvbmZpZwo="}
    stack.up(configured(flexible(instances=after)))
    archive = disks(simulator, azure).get(GROUP, "archive")
    assert archive.disk_state == ("Attached" if change == "replaced" else "Unattached")
    left = {disk.name for disk in disks(simulator, azure).list_by_resource_group(GROUP)}
    assert (made in left) == (change == "replaced")  # the new machine has a disk of the same name
    assert stack.preview().ops() == []


@pytest.mark.smoke
def test_a_disk_goes_where_that_is_asked_for(
    workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure
) -> None:
    """With delete_option Delete, written by the user, an attached disk is deleted with its machine."""
    stack = workspace_factory(WITH_DISK)
    stack.up(configured(flexible(instances={"web-0": attaching(deleteOption="Delete"), "web-1": {}})))
    stack.up(configured(flexible(instances={"web-1": {}})))
    with pytest.raises(ResourceNotFoundError):
        disks(simulator, azure).get(GROUP, "archive")


def test_a_disk_grows_while_its_machine_is_deallocated(
    workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure
) -> None:
    """A larger OS disk on a running machine is refused with the way that works; no other instance is touched."""
    stack = workspace_factory(PROGRAM)
    sized = {"web-0": {"osDisk": {"sizeGb": 64}}, "web-1": {}}
    stack.up(configured(flexible(instances=sized)))
    larger = {"web-0": {"osDisk": {"sizeGb": 128}}, "web-1": {}}
    refused = stack.up(configured(flexible(instances=larger)), expect_failure=True)
    assert "`scaleset instances deallocate --instances web-0`" in " ".join(refused.text.split())
    machines = simulator.client(ComputeManagementClient, azure.subscription).virtual_machines
    machines.begin_deallocate(GROUP, "web-0").result()
    done = stack.up()
    assert [(op, name) for op, _, name in done.ops(completed=True)] == [("update", "web-0")]
    assert sorted(d.disk_size_gb for d in disks(simulator, azure).list_by_resource_group(GROUP)) == [30, 128]
    smaller = stack.up(configured(flexible(instances=sized)), expect_failure=True)
    assert "Azure cannot shrink a disk" in " ".join(smaller.text.split())


GIVEN = f"""
    import pulumi
    from pulumi_azure_native import compute, managedidentity, network, resources
    from pulumi_azure_scaleset import ScaleSet

    args = pulumi.Config().get_object("args")
    group = resources.ResourceGroup("group", resource_group_name="{GROUP}", location="{LOCATION}")
    here = {{"resource_group_name": group.name, "location": "{LOCATION}"}}
    closed = network.NetworkSecurityGroup("closed", network_security_group_name="closed", **here)
    vnet = network.VirtualNetwork(
        "own-vnet", virtual_network_name="own-vnet", address_space={{"address_prefixes": ["10.9.0.0/16"]}},
        subnets=[{{"name": "inner", "address_prefix": "10.9.0.0/24"}}], **here,
    )
    address = network.PublicIPAddress(
        "own-address", public_ip_address_name="own-address", sku={{"name": "Standard"}},
        public_ip_allocation_method="Static", **here,
    )
    front = {{"name": "front", "public_ip_address": {{"id": address.id}}}}
    balancer = network.LoadBalancer(
        "own-lb", load_balancer_name="own-lb", sku={{"name": "Standard"}}, frontend_ip_configurations=[front],
        backend_address_pools=[{{"name": "own-pool"}}], **here,
    )
    identity = managedidentity.UserAssignedIdentity("own-identity", resource_name_="own-identity", **here)
    if args:
        ScaleSet("web", {{
            **args, "resource_group_name": group.name,
            "subnet_id": pulumi.Output.concat(vnet.id, "/subnets/inner"),
            "network_security_group_id": closed.id,
            "load_balancer": {{
                "id": balancer.id,
                "backend_address_pool_id": pulumi.Output.concat(balancer.id, "/backendAddressPools/own-pool"),
                "frontend_ip_configuration_id": pulumi.Output.concat(balancer.id, "/frontendIPConfigurations/front"),
            }},
            "identity": {{"user_assigned_identity_ids": [identity.id]}},
        }})
"""
"""A set in a network, behind a balancer, with a group and an identity that the program made itself."""


@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
def test_what_was_given_outlives_the_set(
    workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure, mode: str
) -> None:
    """The set is replaced and then removed: network, group, balancer with its pool, address and identity all stay."""
    shape: dict[str, Any] = {"instances": {"web-0": {}}} if mode == "Flexible" else {"capacity": 1}
    args = {
        "orchestrationMode": mode,
        **shape,
        "vmSize": "Standard_D2s_v5",
        "image": IMAGE,
        "sshPublicKeys": [KEY],
        "inboundNat": {"ssh": {"backendPort": 22}},
        "outbound": {"method": "External"},
    }
    stack = workspace_factory(GIVEN)
    stack.up(configured(args))
    before = given(simulator, azure)
    assert len(before) == 6
    stack.up(configured({**args, "platformFaultDomainCount": 2}))
    assert given(simulator, azure) == before
    stack.up(configured({}))
    assert given(simulator, azure) == before
    assert stack.preview().ops() == []


def given(simulator: RunningSimulator, azure: Azure) -> list[str]:
    """The ids of what the program made itself, the balancer's pool among them, as Azure has them."""
    url = f"{simulator.endpoint}/subscriptions/{azure.subscription}/resourceGroups/{GROUP}"
    headers = {"Authorization": f"Bearer {simulator.token}"}
    listed = httpx.get(f"{url}/resources", params={"api-version": "2021-04-01"}, headers=headers).json()["value"]
    own = [each["id"] for each in listed if each["name"].startswith(("own-", "closed"))]
    pools = f"{url}/providers/Microsoft.Network/loadBalancers/own-lb/backendAddressPools"
    found = httpx.get(pools, params={"api-version": "2024-05-01"}, headers=headers).json()["value"]
    return sorted([*own, *(each["id"] for each in found)])
