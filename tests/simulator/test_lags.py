"""What takes effect late, on request: management locks and new principals, counted in requests."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.locks import ManagementLockClient
from simulator.worlds import GROUP, NETWORK, SCOPE, VERSION, refused

from arm_simulator.testing import SUBSCRIPTION, RunningSimulator
from simulator import worlds

ADDRESS = f"{NETWORK}/publicIPAddresses/ip"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"


@pytest.fixture
def net(client: NetworkManagementClient, sim: RunningSimulator) -> NetworkManagementClient:
    """A client on a world with the address ``ip``, in an Azure that is two requests late."""
    worlds.make_address(client)
    sim.configure(consistency_lag=2)
    return client


@pytest.fixture
def locks(sim: RunningSimulator) -> ManagementLockClient:
    """A lock client."""
    return worlds.lock_client(sim)


def lock(locks: ManagementLockClient, level: str, scope: str = ADDRESS) -> None:
    """Put a lock at a scope."""
    body: Any = {"level": level}
    locks.management_locks.create_or_update_by_scope(scope.lstrip("/"), "lk", body)


def unlock(locks: ManagementLockClient, scope: str = ADDRESS) -> None:
    """Delete that lock."""
    locks.management_locks.delete_by_scope(scope.lstrip("/"), "lk")


def test_a_new_lock_has_no_effect_yet(net: NetworkManagementClient, locks: ManagementLockClient) -> None:
    """Two writes that a ReadOnly lock would stop pass, the third is stopped; a write elsewhere counts nothing."""
    lock(locks, "ReadOnly")
    worlds.make_address(net, "elsewhere")
    worlds.make_address(net)
    worlds.make_address(net)
    refused("ScopeLocked", lambda: worlds.make_address(net))


def test_a_lock_that_is_late_does_not_keep_its_resource(
    net: NetworkManagementClient, locks: ManagementLockClient, sim: RunningSimulator
) -> None:
    """A delete right after the lock succeeds, and takes the lock along: nothing is left that stops a new resource."""
    for lag in (1, 2):
        sim.configure(consistency_lag=lag)
        lock(locks, "CanNotDelete")
        net.public_ip_addresses.begin_delete(GROUP, "ip").result()
        worlds.make_address(net)
        net.public_ip_addresses.begin_delete(GROUP, "ip").result()
        worlds.make_address(net)


def test_a_deleted_lock_still_stops(
    net: NetworkManagementClient, locks: ManagementLockClient, sim: RunningSimulator
) -> None:
    """After the lock is gone from every list, two deletes are refused with ScopeLocked, the third succeeds."""
    sim.configure(consistency_lag=0)
    lock(locks, "CanNotDelete")
    sim.configure(consistency_lag=2)
    unlock(locks)
    assert not list(locks.management_locks.list_at_resource_group_level(GROUP))
    for _ in range(2):
        refused("ScopeLocked", lambda: net.public_ip_addresses.begin_delete(GROUP, "ip"))
    worlds.make_address(net)
    net.public_ip_addresses.begin_delete(GROUP, "ip").result()


def test_a_group_waits_for_the_locks_inside(
    net: NetworkManagementClient, locks: ManagementLockClient, sim: RunningSimulator, http: httpx.Client
) -> None:
    """A deleted lock below a group stops the group's deletion as long, and one of the group its resources'."""
    assert net.public_ip_addresses.get(GROUP, "ip").name == "ip"
    for scope, target in ((ADDRESS, SCOPE), (SCOPE, ADDRESS)):
        sim.configure(consistency_lag=0)
        lock(locks, "CanNotDelete", scope)
        sim.configure(consistency_lag=1)
        unlock(locks, scope)
        assert http.delete(target, params=VERSION).status_code == 409
    assert http.delete(SCOPE, params=VERSION).status_code == 202


def test_a_lock_that_had_no_effect_leaves_none(net: NetworkManagementClient, locks: ManagementLockClient) -> None:
    """A lock that is deleted before it took effect stops nothing afterwards."""
    lock(locks, "CanNotDelete")
    unlock(locks)
    net.public_ip_addresses.begin_delete(GROUP, "ip").result()


def test_the_same_lock_again_is_in_effect(
    net: NetworkManagementClient, locks: ManagementLockClient, sim: RunningSimulator
) -> None:
    """A lock that is written again, or deleted and made again before its deletion arrived, holds all the time."""
    sim.configure(consistency_lag=0)
    lock(locks, "CanNotDelete")
    sim.configure(consistency_lag=2)
    lock(locks, "CanNotDelete")
    refused("ScopeLocked", lambda: net.public_ip_addresses.begin_delete(GROUP, "ip"))
    unlock(locks)
    lock(locks, "CanNotDelete")
    for _ in range(3):
        refused("ScopeLocked", lambda: net.public_ip_addresses.begin_delete(GROUP, "ip"))


def test_without_the_setting_nothing_is_late(net: NetworkManagementClient, locks: ManagementLockClient,
                                             sim: RunningSimulator) -> None:  # fmt: skip
    """With the setting at 0, as it is by default, a lock holds from its creation to its deletion."""
    sim.configure(consistency_lag=0)
    lock(locks, "CanNotDelete")
    refused("ScopeLocked", lambda: net.public_ip_addresses.begin_delete(GROUP, "ip"))
    unlock(locks)
    net.public_ip_addresses.begin_delete(GROUP, "ip").result()


def assign(client: AuthorizationManagementClient, principal: str, **more: Any) -> Any:
    """Give a principal the reader's role on the group."""
    role = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{READER}"
    body: Any = {"properties": {"roleDefinitionId": role, "principalId": principal, **more}}
    return client.role_assignments.create(SCOPE, str(uuid4()), body)


def test_a_new_principal_is_not_found_yet(sim: RunningSimulator, http: httpx.Client) -> None:
    """Two assignments to a new principal of no stated kind are refused, the third passes, as do all that state it."""
    worlds.make_group(http)
    client = sim.client(AuthorizationManagementClient, SUBSCRIPTION)
    sim.configure(consistency_lag=2)
    principal = str(uuid4())
    for _ in range(2):
        refused("PrincipalNotFound", lambda: assign(client, principal))
    assert assign(client, principal).principal_id == principal
    assert assign(client, str(uuid4()), principalType="ServicePrincipal").principal_type == "ServicePrincipal"
