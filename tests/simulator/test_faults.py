"""Faults on demand by name, each as an unmodified client meets it."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import httpx
import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    IncompleteReadError,
    ResourceExistsError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resourcegraph import ResourceGraphClient
from simulator.compute import bodies
from simulator.compute.world import World, make_world
from simulator.worlds import GROUP, NETWORK, SCOPE, VERSION

from arm_simulator.server.faults import KINDS, parsed
from arm_simulator.testing import SUBSCRIPTION, RunningSimulator
from simulator import worlds

READER = "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"


@pytest.fixture
def world(sim: RunningSimulator, http: httpx.Client) -> World:
    """A group, a network, and unmodified clients."""
    return make_world(sim, http)


def impatient(sim: RunningSimulator) -> NetworkManagementClient:
    """A client that does not repeat a request."""
    client: NetworkManagementClient = sim.client(NetworkManagementClient, SUBSCRIPTION, retry_total=0)
    return client


@pytest.mark.parametrize(
    ("kind", "error", "code"),
    [
        ("throttled", HttpResponseError, "TooManyRequests"),
        ("server-error", HttpResponseError, "InternalServerError"),
        ("unavailable", HttpResponseError, "ServiceUnavailable"),
        ("conflict", ResourceExistsError, "Conflict"),
        ("expired-token", ClientAuthenticationError, "ExpiredAuthenticationToken"),
        ("forbidden", HttpResponseError, "AuthorizationFailed"),
    ],
)
def test_a_refusal_has_its_status_and_code(
    client: NetworkManagementClient, sim: RunningSimulator, kind: str, error: type[HttpResponseError], code: str
) -> None:
    """The next request is refused and has no effect; the one after it is answered."""
    sim.inject(kind=kind, method="PUT", path_regex="/publicIPAddresses/ip$")
    once = impatient(sim)
    with pytest.raises(error) as caught:
        worlds.make_address(once)
    assert caught.value.error is not None
    assert caught.value.error.code == code
    assert caught.value.status_code == KINDS[kind]["status"]
    assert list(client.public_ip_addresses.list(GROUP)) == []
    assert worlds.make_address(once).name == "ip"


@pytest.mark.slow
def test_a_patient_client_waits_as_long_as_it_is_told(client: NetworkManagementClient, sim: RunningSimulator) -> None:
    """azure-core repeats a throttled request after its Retry-After; a storm of 503 ends too."""
    sim.inject(kind="throttled", method="GET", path_regex="/publicIPAddresses$", retry_after=1)
    started = time.monotonic()
    assert list(client.public_ip_addresses.list(GROUP)) == []
    assert time.monotonic() - started >= 1
    sim.inject(kind="unavailable", method="GET", path_regex="/publicIPAddresses$", times=2)
    assert list(client.public_ip_addresses.list(GROUP)) == []


@pytest.mark.parametrize(
    ("kind", "stored"), [("dropped-request", False), ("dropped-answer", True), ("half-answer", True)]
)
def test_a_broken_connection_says_nothing_about_the_effect(
    client: NetworkManagementClient, sim: RunningSimulator, kind: str, stored: bool
) -> None:
    """Whether the connection broke before the request took effect, after it, or within the answer."""
    sim.inject(kind=kind, method="PUT", path_regex="/publicIPAddresses/ip$")
    with pytest.raises((ServiceRequestError, ServiceResponseError, IncompleteReadError)):
        worlds.make_address(impatient(sim))
    assert bool(list(client.public_ip_addresses.list(GROUP))) is stored


def test_a_slow_answer_is_late(client: NetworkManagementClient, sim: RunningSimulator) -> None:
    """A client that waits for less gives up, though the request had its effect."""
    sim.inject(kind="slow-answer", method="PUT", path_regex="/publicIPAddresses/ip$", seconds=2)
    with pytest.raises(ServiceResponseError):
        worlds.make_address(sim.client(NetworkManagementClient, SUBSCRIPTION, retry_total=0, read_timeout=0.5))
    assert [each.name for each in client.public_ip_addresses.list(GROUP)] == ["ip"]


def test_operations_fail_and_are_cancelled(client: NetworkManagementClient, sim: RunningSimulator) -> None:
    """The request is accepted, its operation ends otherwise, and the resource shows it."""
    for kind, state in (("operation-failed", "Failed"), ("operation-canceled", "Canceled")):
        sim.inject(kind=kind, method="PUT", path_regex="/publicIPAddresses/ip$")
        with pytest.raises(HttpResponseError):
            worlds.make_address(client)
        assert client.public_ip_addresses.get(GROUP, "ip").provisioning_state == state
    assert worlds.make_address(client).provisioning_state == "Succeeded"


def test_an_operation_never_ends(client: NetworkManagementClient, sim: RunningSimulator) -> None:
    """However often its client asks, it is in progress, and so is the resource."""
    sim.inject(kind="operation-never-ends", method="PUT", path_regex="/publicIPAddresses/ip$")
    poller = client.public_ip_addresses.begin_create_or_update(GROUP, "ip", _ADDRESS)
    poller.wait(timeout=1)
    assert not poller.done()
    assert client.public_ip_addresses.get(GROUP, "ip").provisioning_state == "Updating"
    sim.simulator.store.execute("UPDATE operations SET polls = 0")  # lets the poller's thread end
    poller.wait(timeout=10)


_ADDRESS: Any = {
    "location": worlds.LOCATION,
    "sku": {"name": "Standard"},
    "properties": {"publicIPAllocationMethod": "Static"},
}


@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
def test_the_third_instance_is_not_allocated(world: World, sim: RunningSimulator, mode: str) -> None:
    """A scale-out to four is accepted and fails; all four are there, the third as Failed, without a power state."""
    world.make_set(mode, capacity=1)
    sim.inject(kind="allocation-failed", path_regex="/virtualMachineScaleSets/web$", after=1)
    with pytest.raises(HttpResponseError, match="Allocation failed"):
        world.patch_set({"sku": {"capacity": 4}})
    assert world.compute.virtual_machine_scale_sets.get(GROUP, "web").provisioning_state == "Failed"
    found = list(world.compute.virtual_machine_scale_set_vms.list(GROUP, "web"))
    names = world.names()
    if mode == "Flexible":
        states = [world.compute.virtual_machines.get(GROUP, name).provisioning_state for name in names]
        view: Any = world.compute.virtual_machines.instance_view(GROUP, names[2])
    else:
        states = [each.provisioning_state for each in found]
        view = world.compute.virtual_machine_scale_set_vms.get_instance_view(GROUP, "web", names[2])
    assert states == ["Succeeded", "Succeeded", "Failed", "Succeeded"]
    assert [status.code for status in view.statuses or []] == ["ProvisioningState/failed/AllocationFailed"]


@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
def test_a_quota_refuses_the_whole_request(world: World, sim: RunningSimulator, mode: str) -> None:
    """If the third instance exceeds the quota, a scale-out is refused at once, and nothing is changed."""
    world.make_set(mode, capacity=1)
    sim.inject(kind="quota-exceeded", path_regex="/virtualMachineScaleSets/web$", after=1)
    with pytest.raises(ResourceExistsError, match="exceeding approved Total Regional Cores quota"):
        world.patch_set({"sku": {"capacity": 4}})
    assert len(world.names()) == 1
    world.patch_set({"sku": {"capacity": 4}})
    assert len(world.names()) == 4


def test_a_machine_of_its_own_is_not_allocated(world: World, sim: RunningSimulator) -> None:
    """A named machine of a Flexible set: the first is there, the second is accepted and fails, the third is refused."""
    world.make_set("Flexible", capacity=0)
    world.make_vm("vm-1", scale_set="web")
    sim.inject(kind="allocation-failed", path_regex="/virtualMachines/vm-2$")
    sim.inject(kind="quota-exceeded", path_regex="/virtualMachines/vm-3$")
    with pytest.raises(HttpResponseError, match="Allocation failed"):
        world.make_vm("vm-2", scale_set="web")
    with pytest.raises(ResourceExistsError, match="OperationNotAllowed"):
        world.make_vm("vm-3", scale_set="web")
    found = {str(each.name): each.provisioning_state for each in world.compute.virtual_machines.list(GROUP)}
    assert found == {"vm-1": "Succeeded", "vm-2": "Failed"}
    body: Any = bodies.virtual_machine(
        {"p.virtualMachineScaleSet": {"id": f"{bodies.COMPUTE}/virtualMachineScaleSets/web"}}, "vm-2-nic"
    )
    again = world.compute.virtual_machines.begin_create_or_update(GROUP, "vm-2", body).result()
    assert again.provisioning_state == "Succeeded"


def test_resource_graph_is_late(client: NetworkManagementClient, sim: RunningSimulator) -> None:
    """The next two queries after a change show what was before it."""
    graph = sim.client(ResourceGraphClient)

    def ask() -> int:
        query = "resources | where type =~ 'microsoft.network/publicipaddresses'"
        return int(graph.resources({"query": query}).total_records)

    assert ask() == 0
    sim.configure(graph_lag=2)
    worlds.make_address(client)
    assert [ask(), ask(), ask(), ask()] == [0, 0, 1, 1]


@pytest.mark.usefixtures("client")
def test_a_new_role_assignment_is_late(sim: RunningSimulator) -> None:
    """The next two requests of the principal are refused as before."""
    ann = sim.identity("ann")
    roles = sim.client(AuthorizationManagementClient, SUBSCRIPTION)
    sim.configure(consistency_lag=2)
    body: Any = {
        "properties": {
            "roleDefinitionId": f"/subscriptions/{SUBSCRIPTION}{READER}",
            "principalId": ann.object_id,
            "principalType": "ServicePrincipal",
        }
    }
    roles.role_assignments.create(SCOPE, str(uuid4()), body)
    headers = {"Authorization": f"Bearer {ann.token}"}
    read = [httpx.get(f"{sim.endpoint}{NETWORK}/virtualNetworks", params=VERSION, headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in read] == [403, 403, 200]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"kind": "x"}, "'kind' is 'x'"),
        ({"phase": "x"}, "'phase' is 'x'"),
        ({"phase": []}, "'phase' is []"),
        ({"nosuch": 1}, "there is no member 'nosuch'"),
        ({"status": 200}, "'status' is 200"),
        ({"status": True}, "'status' is True"),
        ({"seconds": 10**6}, "'seconds' is 1000000"),
        ({"times": -1}, "'times' is -1"),
        ({"text": 1}, "'text' is 1"),
        ({"headers": []}, "'headers' must be an object"),
        ({"headers": {"Content-Length": "1"}}, "the server's own"),
        ({"path_regex": "("}, "not a regular expression"),
        ({"path_regex": "(a+)+$"}, "repeats a group"),
        ({"path_regex": "(a|a)*$"}, "repeats a group"),
        ({"path_regex": "(?i:a*)*"}, "repeats a group"),
        ({"path_regex": ".*.*.*x"}, "3 repetitions"),
        ({"path_regex": "a?" * 30}, "30 alternatives"),
        ({"path_regex": r"(a)\1"}, "refers back"),
        ({"path_regex": "a" * 500}, "500 characters"),
    ],
)  # fmt: skip
def test_a_fault_that_makes_no_sense_is_refused(http: httpx.Client, fault: dict[str, Any], said: str) -> None:
    """The control face names the member, its value and what is expected."""
    answer = http.post("/_simulator/faults", json=fault)
    assert answer.status_code == 400
    assert said in answer.json()["error"]["message"]
    assert http.get("/_simulator/faults").json() == {"value": []}


def test_every_fault_by_name_is_one() -> None:
    """A name alone makes a fault that the control face takes."""
    for kind in KINDS:
        assert parsed({"kind": kind}).times == 1
