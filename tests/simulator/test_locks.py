"""Management locks through the unmodified azure-mgmt-resource-locks client: what each level stops, and where."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.locks import ManagementLockClient
from simulator.worlds import GROUP, LOCATION, NETWORK, SCOPE, VERSION

from arm_simulator.testing import RunningSimulator
from simulator import worlds

ADDRESS = f"{NETWORK}/publicIPAddresses/ip"


@pytest.fixture
def client(sim: RunningSimulator, http: httpx.Client) -> NetworkManagementClient:
    """A network client on a world with one address and one network."""
    worlds.make_group(http)
    network = worlds.network_client(sim)
    worlds.make_address(network)
    worlds.make_network(network)
    return network


@pytest.fixture
def locks(sim: RunningSimulator) -> ManagementLockClient:
    """A lock client."""
    return worlds.lock_client(sim)


def lock(locks: ManagementLockClient, level: str, scope: str = ADDRESS, name: str = "lk") -> Any:
    """A lock at a scope."""
    body: Any = {"level": level, "notes": "kept"}
    return locks.management_locks.create_or_update_by_scope(scope.lstrip("/"), name, body)


def locked(action: Any, scope: str) -> None:
    """An action that must be stopped by a lock at this scope."""
    with pytest.raises(HttpResponseError) as caught:
        action()
    assert caught.value.status_code == 409
    assert caught.value.error is not None
    assert caught.value.error.code == "ScopeLocked"
    assert f"following scope(s) are locked: '{scope}'. Please remove the lock and try again." in str(
        caught.value.error.message
    )


def test_can_not_delete_stops_deletes_only(client: NetworkManagementClient, locks: ManagementLockClient) -> None:
    """A CanNotDelete lock lets updates pass and stops the delete, until it is removed."""
    lock(locks, "CanNotDelete")
    worlds.make_address(client)
    client.public_ip_addresses.update_tags(GROUP, "ip", {"tags": {"a": "b"}})
    locked(lambda: client.public_ip_addresses.begin_delete(GROUP, "ip"), ADDRESS)
    locks.management_locks.delete_by_scope(ADDRESS.lstrip("/"), "lk")
    client.public_ip_addresses.begin_delete(GROUP, "ip").result()


def test_read_only_stops_writes_and_deletes(client: NetworkManagementClient, locks: ManagementLockClient) -> None:
    """A ReadOnly lock stops PUT, PATCH and DELETE; reads pass."""
    lock(locks, "ReadOnly")
    locked(lambda: worlds.make_address(client), ADDRESS)
    locked(lambda: client.public_ip_addresses.update_tags(GROUP, "ip", {}), ADDRESS)
    locked(lambda: client.public_ip_addresses.begin_delete(GROUP, "ip"), ADDRESS)
    assert client.public_ip_addresses.get(GROUP, "ip").name == "ip"


def test_read_only_on_a_parent_stops_its_children(client: NetworkManagementClient, locks: ManagementLockClient) -> None:
    """A ReadOnly lock on a network stops the PUT of a subnet."""
    network = f"{NETWORK}/virtualNetworks/net"
    lock(locks, "ReadOnly", network)
    subnet: Any = {"properties": {"addressPrefix": "10.1.0.0/24"}}
    locked(lambda: client.subnets.begin_create_or_update(GROUP, "net", "b", subnet), network)


def test_a_group_lock_covers_what_is_inside(
    client: NetworkManagementClient, locks: ManagementLockClient, http: httpx.Client
) -> None:
    """A lock on the group stops the delete of its resources; ReadOnly there also stops new ones."""
    lock(locks, "CanNotDelete", SCOPE)
    locked(lambda: client.public_ip_addresses.begin_delete(GROUP, "ip"), SCOPE)
    worlds.make_address(client, "other")
    lock(locks, "ReadOnly", SCOPE, "ro")
    answer = http.put(
        f"{NETWORK}/applicationSecurityGroups/a", params=VERSION, json={"location": LOCATION, "properties": {}}
    )
    assert answer.json()["error"]["code"] == "ScopeLocked"


def test_a_lock_inside_keeps_the_group(
    client: NetworkManagementClient, locks: ManagementLockClient, http: httpx.Client
) -> None:
    """A group with a locked resource cannot be deleted, and none of its resources is."""
    lock(locks, "CanNotDelete")
    answer = http.delete(SCOPE, params=VERSION)
    assert answer.status_code == 409
    assert f"'{ADDRESS}'" in answer.json()["error"]["message"]
    assert client.virtual_networks.get(GROUP, "net").name == "net"
    assert client.public_ip_addresses.get(GROUP, "ip").name == "ip"


def test_a_lock_on_a_child_keeps_the_parent(client: NetworkManagementClient, locks: ManagementLockClient) -> None:
    """A locked subnet keeps its network."""
    lock(locks, "CanNotDelete", worlds.SUBNET)
    locked(lambda: client.virtual_networks.begin_delete(GROUP, "net"), worlds.SUBNET)


def test_a_subscription_lock_covers_everything(client: NetworkManagementClient, locks: ManagementLockClient) -> None:
    """Locks at the subscription apply to all groups."""
    body: Any = {"level": "CanNotDelete"}
    locks.management_locks.create_or_update_at_subscription_level("sub", body)
    locked(lambda: client.public_ip_addresses.begin_delete(GROUP, "ip"), SCOPE.partition("/resourceGroups")[0])
    locks.management_locks.delete_at_subscription_level("sub")
    client.public_ip_addresses.begin_delete(GROUP, "ip").result()


def test_every_scope_of_the_lock_client(client: NetworkManagementClient, locks: ManagementLockClient) -> None:
    """Create, get, list and delete work at resource (with the double slash it sends), group and subscription level."""
    body: Any = {"level": "CanNotDelete", "notes": "n"}
    at = locks.management_locks
    target = (GROUP, "Microsoft.Network", "", "publicIPAddresses", "ip")
    made = at.create_or_update_at_resource_level(*target, "one", body)
    assert made.id == f"{ADDRESS}/providers/Microsoft.Authorization/locks/one"
    assert at.get_at_resource_level(*target, "one").notes == "n"
    nested = (GROUP, "Microsoft.Network", "virtualNetworks/net", "subnets", "main")
    at.create_or_update_at_resource_level(*nested, "two", body)
    at.create_or_update_at_resource_group_level(GROUP, "three", body)
    assert [item.name for item in at.list_at_resource_level(*target)] == ["one"]
    assert [item.name for item in at.list_at_resource_level(*nested)] == ["two"]
    assert sorted(str(item.name) for item in at.list_at_resource_group_level(GROUP)) == ["one", "three", "two"]
    assert sorted(str(item.name) for item in at.list_at_subscription_level()) == ["one", "three", "two"]
    at.delete_at_resource_level(*target, "one")
    with pytest.raises(HttpResponseError):
        at.get_at_resource_level(*target, "one")
    assert client.public_ip_addresses.get(GROUP, "ip").name == "ip"


def test_bad_locks_are_refused(
    client: NetworkManagementClient, locks: ManagementLockClient, http: httpx.Client
) -> None:
    """A level that does not exist, no level, an unknown member and a missing target are errors."""
    assert client.public_ip_addresses.get(GROUP, "ip").name
    path = f"{ADDRESS}/providers/Microsoft.Authorization/locks/x"
    for properties in ({"level": "Maybe"}, {}, {"level": "ReadOnly", "note": "x"}):
        assert http.put(path, params=VERSION, json={"properties": properties}).status_code == 400
    with pytest.raises(HttpResponseError):
        lock(locks, "ReadOnly", ADDRESS + "-none")


def test_the_lock_goes_with_its_resource(
    client: NetworkManagementClient, locks: ManagementLockClient, http: httpx.Client
) -> None:
    """Deleting the lock and then the resource leaves no lock that would stop a new resource of that name."""
    lock(locks, "ReadOnly")
    locks.management_locks.delete_by_scope(ADDRESS.lstrip("/"), "lk")
    client.public_ip_addresses.begin_delete(GROUP, "ip").result()
    worlds.make_address(client)
    listed = http.get(f"{ADDRESS}/providers/Microsoft.Authorization/locks", params=VERSION).json()
    assert listed == {"value": []}
