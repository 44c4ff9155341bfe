"""A world with a network, and the clients and steps that the compute tests share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.locks import ManagementLockClient
from simulator.compute import bodies
from simulator.compute.bodies import COMPUTE, Body

from arm_simulator.testing import SUBSCRIPTION, RunningSimulator
from simulator import worlds

GROUP = worlds.GROUP


@dataclass
class World:
    """One simulator and unmodified clients on it.

    Attributes:
        sim: the running simulator.
        http: plain HTTP on it, for requests that an SDK would not send.
        compute: of azure-mgmt-compute.
        network: of azure-mgmt-network.
        locks: of azure-mgmt-resource-locks.
    """

    sim: RunningSimulator
    http: httpx.Client
    compute: ComputeManagementClient
    network: NetworkManagementClient
    locks: ManagementLockClient

    def make_set(self, mode: str, changes: Body | None = None, *, name: str = "web", capacity: int = 2) -> Any:
        """Create a scale set."""
        body: Any = bodies.scale_set(mode, changes, capacity)
        return self.compute.virtual_machine_scale_sets.begin_create_or_update(GROUP, name, body).result()

    def patch_set(self, patch: Any, name: str = "web") -> Any:
        """PATCH a scale set."""
        return self.compute.virtual_machine_scale_sets.begin_update(GROUP, name, patch).result()

    def make_vm(self, name: str, changes: Body | None = None, *, scale_set: str = "") -> Any:
        """Create a VM with its own NIC, on request in a scale set."""
        worlds.make_interface(self.network, f"{name}-nic")
        members = dict(changes or {})
        if scale_set:
            members["p.virtualMachineScaleSet"] = {"id": set_id(scale_set)}
        body: Any = bodies.virtual_machine(members, f"{name}-nic")
        return self.compute.virtual_machines.begin_create_or_update(GROUP, name, body).result()

    def names(self, scale_set: str = "web") -> list[str]:
        """Instance ids of a set, in order of creation."""
        return [str(item.instance_id) for item in self.compute.virtual_machine_scale_set_vms.list(GROUP, scale_set)]

    def state(self, rid: str) -> Body:
        """Private state of a resource."""
        answer = self.http.get("/_simulator/state", params={"id": rid})
        assert answer.status_code == 200, answer.text
        found: Body = answer.json()
        return found

    def instance_state(self, mode: str, name: str, scale_set: str = "web") -> Body:
        """Private state of an instance."""
        return self.state(instance_id(mode, name, scale_set))

    def lock(self, scope: str, level: str = "CanNotDelete", name: str = "lock") -> None:
        """Put a lock."""
        body: Any = {"level": level}
        self.locks.management_locks.create_or_update_by_scope(scope, name, body)


def make_world(sim: RunningSimulator, http: httpx.Client) -> World:
    """A world with the network ``net``."""
    world = World(
        sim,
        http,
        sim.client(ComputeManagementClient, SUBSCRIPTION),
        worlds.network_client(sim),
        worlds.lock_client(sim),
    )
    worlds.make_group(http)
    worlds.make_network(world.network)
    return world


def set_id(name: str = "web") -> str:
    """Id of a scale set."""
    return f"{COMPUTE}/virtualMachineScaleSets/{name}"


def vm_id(name: str) -> str:
    """Id of a VM."""
    return f"{COMPUTE}/virtualMachines/{name}"


def instance_id(mode: str, name: str, scale_set: str = "web") -> str:
    """Resource id of an instance: the VM's on Flexible."""
    return vm_id(name) if mode == "Flexible" else f"{set_id(scale_set)}/virtualMachines/{name}"


def refused(call: Any, *arguments: Any, **options: Any) -> HttpResponseError:
    """Run a call that Azure refuses, to the end if it is long-running, and give its error."""

    def finish() -> None:
        answer = call(*arguments, **options)
        if hasattr(answer, "result"):
            answer.result()

    with pytest.raises(HttpResponseError) as caught:
        finish()
    return caught.value


def code(error: HttpResponseError) -> str:
    """The ARM error code."""
    assert error.error is not None
    return str(error.error.code)
