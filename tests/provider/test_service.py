"""The provider over gRPC against the ARM simulator: create, change, refresh, import, delete, and what goes wrong."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import httpx
import pytest
from google.protobuf import empty_pb2
from provider.driver import Created, Engine
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import status_pb2

from arm_simulator.testing import RunningSimulator
from azure_native.values import UNKNOWN, Secret, from_struct, plain, to_struct

GROUP = {"resourceGroupName": "demo"}
LB = "network:LoadBalancer"


async def _network(engine: Engine) -> Created:
    await engine.create("resources:ResourceGroup", "rg", GROUP)
    return await engine.create(
        "network:VirtualNetwork",
        "vnet",
        {
            **GROUP,
            "virtualNetworkName": "vnet",
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [{"name": "default", "addressPrefix": "10.0.1.0/24"}],
        },
    )


def _nic(vnet: Created, **more: Any) -> dict[str, Any]:
    subnet = {"id": f"{vnet.id}/subnets/default"}
    return {**GROUP, "ipConfigurations": [{"name": "ip", "primary": True, "subnet": subnet}], **more}


def _balancer(vnet: Created, **more: Any) -> dict[str, Any]:
    return {
        **GROUP,
        "loadBalancerName": "lb",
        "sku": {"name": "Standard"},
        "frontendIPConfigurations": [{"name": "fe", "subnet": {"id": f"{vnet.id}/subnets/default"}}],
        "backendAddressPools": [{"name": "pool"}],
        **more,
    }


def _vm(nic: Created, **more: Any) -> dict[str, Any]:
    return {
        **GROUP,
        "vmName": "web-0",
        "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
        "networkProfile": {"networkInterfaces": [{"id": nic.id, "primary": True}]},
        "osProfile": {
            "computerName": "web-0",
            "adminUsername": "azureuser",
            "adminPassword": Secret("N0t-for-logs!"),
        },
        "storageProfile": {
            "imageReference": {
                "publisher": "Canonical",
                "offer": "0001-com-ubuntu-server-jammy",
                "sku": "22_04-lts-gen2",
                "version": "latest",
            },
            "osDisk": {"createOption": "FromImage", "managedDisk": {"storageAccountType": "Premium_LRS"}},
        },
        **more,
    }


def _http(simulator: RunningSimulator) -> httpx.Client:
    return httpx.Client(base_url=simulator.endpoint, headers={"Authorization": f"Bearer {simulator.token}"})


async def test_names_and_location_are_filled_in_and_kept(engine: Engine) -> None:
    """A nameless resource gets name + 8 hex digits and the configured location, and keeps both in an update."""
    vnet = await _network(engine)
    nic = await engine.create("network:NetworkInterface", "nic", _nic(vnet))
    name = nic.inputs["networkInterfaceName"]
    assert name.startswith("nic")
    assert len(name) == len("nic") + 8
    assert nic.inputs["location"] == "westeurope"
    assert nic.outputs["name"] == name
    found, _ = await engine.diff("network:NetworkInterface", "nic", nic, _nic(vnet))
    assert found.changes == pb.DiffResponse.DIFF_NONE


async def test_create_refuses_what_exists(engine: Engine) -> None:
    """Creating an existing resource is an error that names it: the official provider never adopts one silently."""
    await engine.create("resources:ResourceGroup", "rg", GROUP)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await engine.create("resources:ResourceGroup", "again", GROUP)
    text = f"/subscriptions/{engine.subscription}/resourceGroups/demo"
    assert caught.value.details() == f"cannot create already existing resource '{text}'"


async def test_update_of_a_balancer_keeps_separate_nat_rules(engine: Engine) -> None:
    """An update of a load balancer that declares no NAT rules leaves the rules of separate resources alone."""
    vnet = await _network(engine)
    balancer = await engine.create(LB, "lb", _balancer(vnet))
    rule = await engine.create(
        "network:InboundNatRule",
        "ssh",
        {
            **GROUP,
            "loadBalancerName": "lb",
            "inboundNatRuleName": "ssh",
            "protocol": "Tcp",
            "frontendPort": 50000,
            "backendPort": 22,
            "frontendIPConfiguration": {"id": f"{balancer.id}/frontendIPConfigurations/fe"},
        },
    )
    changed = await engine.update(LB, "lb", balancer, _balancer(vnet, tags={"a": "b"}))
    assert changed.outputs["tags"] == {"a": "b"}
    assert [r["name"] for r in changed.outputs["inboundNatRules"]] == ["ssh"]
    assert (await engine.read(rule)) is not None
    refreshed = await engine.read(changed)
    assert refreshed is not None
    assert "inboundNatRules" not in refreshed.inputs
    emptied = await engine.update(LB, "lb", changed, _balancer(vnet, inboundNatRules=[]))
    assert "inboundNatRules" not in emptied.outputs or not emptied.outputs["inboundNatRules"]


async def test_refresh_finds_drift_and_keeps_what_azure_hides(engine: Engine, simulator: RunningSimulator) -> None:
    """A refresh copies a change made by hand into the inputs, no defaults, and keeps the secret password."""
    vnet = await _network(engine)
    nic = await engine.create("network:NetworkInterface", "nic", _nic(vnet))
    vm = await engine.create("compute:VirtualMachine", "vm", _vm(nic))
    same = await engine.read(vm)
    assert same is not None
    assert same.inputs == vm.inputs
    with _http(simulator) as http:
        http.patch(f"{vm.id}?api-version=2024-11-01", json={"tags": {"by": "hand"}}).raise_for_status()
    drifted = await engine.read(vm)
    assert drifted is not None
    assert drifted.inputs["tags"] == {"by": "hand"}
    assert drifted.inputs["osProfile"]["adminPassword"] == Secret("N0t-for-logs!")
    assert drifted.inputs["storageProfile"] == vm.inputs["storageProfile"]
    found, _ = await engine.diff("compute:VirtualMachine", "vm", drifted, _vm(nic))
    assert dict(found.detailedDiff) == {"tags": pb.PropertyDiff(kind=pb.PropertyDiff.DELETE, inputDiff=True)}


async def test_secrets_stay_secret_by_path(engine: Engine) -> None:
    """A secret input is secret in the outputs at the same path, and nothing beside it is."""
    await engine.create("resources:ResourceGroup", "rg", GROUP)
    tags = {"open": "yes", "hidden": Secret("no")}
    set_ = await engine.create("compute:AvailabilitySet", "set", {**GROUP, "tags": tags, "sku": {"name": "Aligned"}})
    assert set_.outputs["tags"] == tags
    read = await engine.read(set_)
    assert read is not None
    assert read.outputs["tags"] == tags
    assert read.inputs["tags"] == tags
    assert isinstance(set_.outputs["name"], str)


async def test_import_gives_inputs_that_match(engine: Engine) -> None:
    """Inputs of an import, used as the program's inputs, give no difference."""
    vnet = await _network(engine)
    nic = await engine.create("network:NetworkInterface", "nic", _nic(vnet))
    created = await engine.create("compute:VirtualMachine", "vm", _vm(nic))
    for token, original in (("compute:VirtualMachine", created), ("network:NetworkInterface", nic)):
        imported = await engine.import_(token, "imported", original.id)
        assert imported is not None
        found, _ = await engine.diff(token, "imported", imported, imported.inputs)
        assert found.changes == pb.DiffResponse.DIFF_NONE
        shared = {k: v for k, v in plain(imported.inputs).items() if isinstance(v, str)}
        assert shared.items() <= plain(original.inputs).items()


async def test_import_errors(engine: Engine) -> None:
    """A missing resource reads as gone; an id of another type is an error that shows the form."""
    await engine.create("resources:ResourceGroup", "rg", GROUP)
    group = f"/subscriptions/{engine.subscription}/resourceGroups/demo"
    missing = f"{group}/providers/Microsoft.Compute/disks/none"
    assert await engine.import_("compute:Disk", "disk", missing) is None
    with pytest.raises(grpc.aio.AioRpcError, match="expected the form /subscriptions"):
        await engine.import_("compute:Disk", "disk", f"{group}/providers/Microsoft.Compute/snapshots/none")


async def test_a_lock_stops_the_delete_with_arms_own_words(engine: Engine) -> None:
    """ScopeLocked reaches the user with code, message and resource id, and the resource is still there."""
    group = await engine.create("resources:ResourceGroup", "rg", GROUP)
    lock = await engine.create(
        "authorization:ManagementLockByScope", "lock", {"scope": group.id, "level": "CanNotDelete", "lockName": "keep"}
    )
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await engine.delete(group)
    details = str(caught.value.details())
    assert details.startswith('Status=409 Code="ScopeLocked" Message="')
    assert group.id in details
    await engine.delete(lock)
    await engine.delete(group)
    assert await engine.read(group) is None
    await engine.delete(group)


async def test_a_failed_operation_keeps_the_resource_in_the_state(engine: Engine, simulator: RunningSimulator) -> None:
    """When ARM accepts a creation and then fails, the engine gets the id, so that nothing is leaked."""
    vnet = await _network(engine)
    nic = await engine.create("network:NetworkInterface", "nic", _nic(vnet))
    simulator.inject(
        method="PUT", path_regex=f"{engine.subscription}.*virtualMachines/web-0$", status=409, code="AllocationFailed",
        message="No capacity.", phase="operation",
    )  # fmt: skip
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await engine.create("compute:VirtualMachine", "vm", _vm(nic))
    assert "AllocationFailed" in str(caught.value.details())
    assert "N0t-for-logs!" not in str(caught.value)
    trailing: Any = caught.value.trailing_metadata()
    status = status_pb2.Status.FromString(dict(trailing)["grpc-status-details-bin"])
    failure = pb.ErrorResourceInitFailed()
    assert status.details[0].Unpack(failure)
    assert failure.id.endswith("/virtualMachines/web-0")
    assert from_struct(failure.inputs)["osProfile"]["adminPassword"] == Secret("N0t-for-logs!")
    assert "AllocationFailed" in failure.reasons[0]


async def test_throttled_requests_are_tried_again(engine: Engine, simulator: RunningSimulator) -> None:
    """A 429 with Retry-After is waited out, without the user noticing."""
    simulator.inject(
        method="PUT", path_regex=f"{engine.subscription}/resourceGroups/demo$", status=429, retry_after=0, times=2
    )
    group = await engine.create("resources:ResourceGroup", "rg", GROUP)
    assert group.outputs["location"] == "westeurope"


async def test_preview_knows_inputs_and_not_more(engine: Engine) -> None:
    """A preview gives inputs back, unknown for what ARM makes, and asks ARM nothing."""
    checked = await engine.check(
        "network:PublicIPAddress", "ip", {"resourceGroupName": UNKNOWN, "sku": {"name": "Standard"}, "tags": {"a": "b"}}
    )
    assert not checked.failures
    answer = await engine.stub.Create(
        pb.CreateRequest(urn=engine.urn("network:PublicIPAddress", "ip"), properties=checked.inputs, preview=True)
    )
    outputs = from_struct(answer.properties)
    assert answer.id == ""
    assert outputs["sku"] == {"name": "Standard", "tier": UNKNOWN}
    assert outputs["tags"] == {"a": "b"}
    assert outputs["ipAddress"] is UNKNOWN
    assert outputs["name"] is UNKNOWN


async def test_get_functions(engine: Engine) -> None:
    """A get function returns the outputs and the id; a missing resource is ARM's ResourceNotFound."""
    vnet = await _network(engine)
    arguments = to_struct({**GROUP, "virtualNetworkName": "vnet"})
    answer = await engine.stub.Invoke(pb.InvokeRequest(tok="azure-native:network:getVirtualNetwork", args=arguments))
    result = from_struct(getattr(answer, "return"))
    assert result["id"] == vnet.id
    assert result["subnets"] == vnet.outputs["subnets"]
    missing = to_struct({**GROUP, "virtualNetworkName": "none"})
    with pytest.raises(grpc.aio.AioRpcError, match="ResourceNotFound"):
        await engine.stub.Invoke(pb.InvokeRequest(tok="azure-native:network:getVirtualNetwork", args=missing))
    config = await engine.stub.Invoke(pb.InvokeRequest(tok="azure-native:authorization:getClientConfig"))
    assert from_struct(getattr(config, "return"))["subscriptionId"] == engine.subscription


async def test_cancel_ends_what_is_waiting(engine: Engine, simulator: RunningSimulator) -> None:
    """Cancel makes a creation that waits for ARM fail at once instead of polling on."""
    simulator.inject(
        method="GET", path_regex=f"{engine.subscription}/resourceGroups/demo$", status=503, retry_after=60, times=9
    )
    creation = asyncio.ensure_future(engine.create("resources:ResourceGroup", "rg", GROUP))
    await asyncio.sleep(0.3)
    await engine.stub.Cancel(empty_pb2.Empty())
    with pytest.raises(grpc.aio.AioRpcError, match="cancelled"):
        await asyncio.wait_for(creation, timeout=5)
    simulator.control.faults.clear()


async def test_the_resource_timeout_is_kept(engine: Engine, simulator: RunningSimulator) -> None:
    """A custom timeout ends a creation that ARM never finishes, and the message says after how long."""
    simulator.inject(
        method="GET", path_regex=f"{engine.subscription}/resourceGroups/late$", status=503, retry_after=60, times=9
    )
    checked = await engine.check("resources:ResourceGroup", "late", {"resourceGroupName": "late"})
    request = pb.CreateRequest(
        urn=engine.urn("resources:ResourceGroup", "late"), properties=checked.inputs, timeout=0.2
    )
    with pytest.raises(grpc.aio.AioRpcError, match=r"timed out after 0\.2 seconds"):
        await engine.stub.Create(request)
    simulator.control.faults.clear()


async def test_an_instance_of_a_uniform_set_cannot_be_created(engine: Engine) -> None:
    """VirtualMachineScaleSetVM addresses an instance that exists, so its creation is refused: it has to be imported."""
    vnet = await _network(engine)
    profile = {
        "osProfile": {
            "computerNamePrefix": "u",
            "adminUsername": "azureuser",
            "adminPassword": Secret("Abcd1234!Abcd"),
        },
        "storageProfile": {
            "imageReference": _IMAGE,
            "osDisk": {"createOption": "FromImage", "managedDisk": {"storageAccountType": "Standard_LRS"}},
        },
        "networkProfile": {
            "networkInterfaceConfigurations": [
                {
                    "name": "nic",
                    "primary": True,
                    "ipConfigurations": [
                        {"name": "ip", "primary": True, "subnet": {"id": f"{vnet.id}/subnets/default"}}
                    ],
                }
            ]
        },
    }
    await engine.create(
        "compute:VirtualMachineScaleSet",
        "set",
        {
            **GROUP,
            "vmScaleSetName": "uni",
            "orchestrationMode": "Uniform",
            "sku": {"name": "Standard_D2s_v5", "capacity": 1},
            "upgradePolicy": {"mode": "Manual"},
            "virtualMachineProfile": profile,
        },
    )
    instance = {**GROUP, "vmScaleSetName": "uni", "instanceId": "0"}
    with pytest.raises(grpc.aio.AioRpcError, match="cannot create already existing resource"):
        await engine.create("compute:VirtualMachineScaleSetVM", "vm", instance)


_IMAGE = {
    "publisher": "Canonical",
    "offer": "0001-com-ubuntu-server-jammy",
    "sku": "22_04-lts-gen2",
    "version": "latest",
}
