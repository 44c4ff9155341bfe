"""The life of a scale set on the real engine, against the simulated Azure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.locks import ManagementLockClient
from azure.mgmt.resourcegraph import ResourceGraphClient
from harness import Workspace, WorkspaceFactory
from support.scalesets import GROUP, PROGRAM, configured, created, flexible, uniform

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure

pytestmark = [pytest.mark.engine, pytest.mark.oldest]

Deployed = Callable[[dict[str, Any]], Workspace]
COMMON = ["group", "web", "web", "web-vnet", "web-nsg", "web-lb", "web-lb-pip"]
OWN_OF_WEB_1 = ["web-1", "web-1-cannotdelete", "web-1-hello", "web-1-nic", "web-1-ssh"]


def own(instance: str) -> list[str]:
    """The logical names of an unprotected instance's resources."""
    return sorted([instance, f"{instance}-hello", f"{instance}-nic", f"{instance}-ssh"])


def with_instances(*names: str, **settings: Any) -> dict[str, Any]:
    """The Flexible arguments with these instances; settings by name with underscores."""
    return flexible(instances={name: settings.get(name.replace("-", "_"), {}) for name in names})


def compute_client(simulator: RunningSimulator, azure: Azure) -> Any:
    """An unmodified compute client of the simulator."""
    return simulator.client(ComputeManagementClient, azure.subscription)


@pytest.mark.smoke
def test_flexible_up_is_complete_and_stable(deployed: Deployed) -> None:
    """`up` of a Flexible set makes every part once, the outputs say where it is, and a preview finds no changes."""
    stack = deployed(flexible())
    assert created(stack) == sorted([*COMMON, *own("web-0"), *OWN_OF_WEB_1, *own("web-2")])
    outputs = stack.outputs()
    assert sorted(outputs["instanceIds"]) == ["web-0", "web-1", "web-2"]
    assert [endpoint.rsplit(":", 1)[-1] for _, endpoint in sorted(outputs["natEndpoints"].items())] == [
        "50000",
        "50001",
        "50002",
    ]
    assert len(set(outputs["privateIpAddresses"].values())) == 3
    assert list(outputs["lockIds"]) == ["web-1-cannotdelete"]
    assert stack.preview().ops() == []


@pytest.mark.smoke
def test_uniform_up_is_complete_and_stable(deployed: Deployed, simulator: RunningSimulator, azure: Azure) -> None:
    """`up` of a Uniform set gives its instances, protects the chosen one, and a second preview is empty."""
    stack = deployed(uniform())
    client = compute_client(simulator, azure)
    instances = {vm.instance_id: vm for vm in client.virtual_machine_scale_set_vms.list(GROUP, "web")}
    assert sorted(instances) == ["0", "1"]
    assert instances["0"].properties.protection_policy.protect_from_scale_in is True
    assert not instances["1"].properties.protection_policy
    profile = client.virtual_machine_scale_sets.get(GROUP, "web").properties.virtual_machine_profile
    assert [extension.name for extension in profile.extension_profile.extensions] == ["health"]
    assert stack.preview().ops() == []


@pytest.mark.smoke
def test_sdk_clients_see_what_up_created(deployed: Deployed, simulator: RunningSimulator, azure: Azure) -> None:
    """Unmodified SDK clients list, get, view and query what `up` created, and see its lock."""
    deployed(flexible())
    compute = compute_client(simulator, azure)
    machines = sorted(vm.name for vm in compute.virtual_machines.list(GROUP))
    assert machines == ["web-0", "web-1", "web-2"]
    assert compute.virtual_machine_scale_sets.get(GROUP, "web").properties.orchestration_mode == "Flexible"
    view = compute.virtual_machines.instance_view(GROUP, "web-0")
    assert "PowerState/running" in [status.code for status in view.statuses]
    network = simulator.client(NetworkManagementClient, azure.subscription)
    rules = {rule.name: rule for rule in network.inbound_nat_rules.list(GROUP, "web-lb")}
    assert rules["web-1-ssh"].properties.frontend_port == 50001
    assert "/networkInterfaces/web-1-nic/" in rules["web-1-ssh"].properties.backend_ip_configuration.id
    locks = simulator.client(ManagementLockClient, azure.subscription)
    assert [lock.level for lock in locks.management_locks.list_at_resource_group_level(GROUP)] == ["CanNotDelete"]
    graph = simulator.client(ResourceGraphClient)
    query = (
        'resources\n| where type == "microsoft.compute/virtualmachines"\n'
        '| where properties.virtualMachineScaleSet.id contains "web"'
    )
    found = graph.resources({"query": query, "subscriptions": [azure.subscription]})
    assert sorted(row["name"] for row in found.data) == ["web-0", "web-1", "web-2"]


@pytest.mark.smoke
def test_adding_an_instance_creates_only_its_own(deployed: Deployed) -> None:
    """A fourth instance: its NAT rule, interface, machine and extension are created, and nothing else happens."""
    stack = deployed(with_instances("web-0", "web-1", "web-2"))
    result = stack.up(configured(with_instances("web-0", "web-1", "web-2", "web-3")))
    assert sorted((op, name) for op, _, name in result.ops()) == [("create", name) for name in own("web-3")]


@pytest.mark.smoke
def test_removing_the_middle_instance_leaves_its_neighbours_alone(deployed: Deployed) -> None:
    """Without web-1, only web-1's resources go; the others keep their names, addresses and NAT ports."""
    stack = deployed(with_instances("web-0", "web-1", "web-2"))
    before = stack.outputs()
    result = stack.up(configured(with_instances("web-0", "web-2")))
    assert sorted((op, name) for op, _, name in result.ops()) == [("delete", name) for name in own("web-1")]
    after = stack.outputs()
    for output in ("instanceIds", "privateIpAddresses", "natEndpoints"):
        assert after[output] == {name: before[output][name] for name in ("web-0", "web-2")}


def test_changing_a_size_updates_that_machine_in_place(deployed: Deployed) -> None:
    """Another size for web-1 is one update, of one virtual machine, and no replacement."""
    stack = deployed(with_instances("web-0", "web-1"))
    changed = with_instances("web-0", "web-1", web_1={"vmSize": "Standard_D4s_v5"})
    result = stack.up(configured(changed))
    assert result.ops() == [("update", "azure-native:compute:VirtualMachine", "web-1")]


@pytest.mark.smoke
def test_flipping_the_mode_is_planned_as_a_replacement(deployed: Deployed) -> None:
    """Flexible to Uniform: the preview replaces the set because of orchestrationMode, and `up` carries it out."""
    stack = deployed(flexible())
    turned = configured(uniform(inboundNat={"ssh": {"backendPort": 22}}))
    plan = stack.preview(turned)
    scale_set = [step for step in plan.steps if step.type == "azure-native:compute:VirtualMachineScaleSet"]
    assert "replace" in [step.op for step in scale_set]
    assert any("orchestrationMode" in step.replace_keys for step in scale_set)
    stack.up(turned)
    assert stack.preview().ops() == []


@pytest.mark.smoke
def test_destroy_removes_locks_first_and_everything(
    deployed: Deployed, simulator: RunningSimulator, azure: Azure
) -> None:
    """`pulumi destroy` deletes the lock before what it guards, and leaves nothing in Azure."""
    stack = deployed(flexible())
    result = stack.destroy()
    order = [step.name for step in result.completed if step.op == "delete"]
    guarded = [name for name in OWN_OF_WEB_1 if name != "web-1-cannotdelete"]
    assert all(order.index("web-1-cannotdelete") < order.index(name) for name in guarded)
    with pytest.raises(ResourceNotFoundError):
        compute_client(simulator, azure).virtual_machines.get(GROUP, "web-0")
    assert stack.resources() == []


def test_a_foreign_lock_stops_the_deletion_and_nothing_is_half_deleted(
    deployed: Deployed, simulator: RunningSimulator, azure: Azure
) -> None:
    """With somebody's lock on web-0 its removal fails with ScopeLocked, all stays in Azure, and later it succeeds."""
    stack = deployed(with_instances("web-0", "web-1"))
    locks = simulator.client(ManagementLockClient, azure.subscription).management_locks
    machine = stack.outputs()["instanceIds"]["web-0"]
    locks.create_or_update_by_scope(machine.lstrip("/"), "by-hand", {"level": "CanNotDelete"})
    smaller = configured(with_instances("web-1"))
    failed = stack.up(smaller, expect_failure=True)
    assert "ScopeLocked" in failed.text
    # The extension goes with the machine: the engine lets go of it, and no request is made for it.
    assert [step.name for step in failed.completed if step.op == "delete"] == ["web-0-hello"]
    compute = compute_client(simulator, azure)
    assert compute.virtual_machine_extensions.get(GROUP, "web-0", "hello").name == "hello"
    network = simulator.client(NetworkManagementClient, azure.subscription)
    assert network.inbound_nat_rules.get(GROUP, "web-lb", "web-0-ssh").properties.backend_ip_configuration
    locks.delete_by_scope(machine.lstrip("/"), "by-hand")
    result = stack.up(smaller)
    assert "web-0" in [name for _, _, name in result.ops()]
    assert not [resource for resource in created(stack) if resource in own("web-0")]


def test_a_machine_that_stays_after_all_gets_its_extension_back(
    deployed: Deployed, simulator: RunningSimulator, azure: Azure
) -> None:
    """After a removal that failed the configuration has web-0 again: the error says how its extension comes back."""
    before = with_instances("web-0", "web-1")
    stack = deployed(before)
    locks = simulator.client(ManagementLockClient, azure.subscription).management_locks
    machine = stack.outputs()["instanceIds"]["web-0"].lstrip("/")
    locks.create_or_update_by_scope(machine, "by-hand", {"level": "CanNotDelete"})
    stack.up(configured(with_instances("web-1")), expect_failure=True)
    locks.delete_by_scope(machine, "by-hand")
    failed = stack.up(configured(before), expect_failure=True)
    assert "scaleset extensions delete hello --instances web-0" in failed.text
    compute_client(simulator, azure).virtual_machine_extensions.begin_delete(GROUP, "web-0", "hello").result()
    assert [name for _, _, name in stack.up().ops()] == ["web-0-hello"]


def test_a_stopped_machine_is_removed_with_its_extensions(
    deployed: Deployed, simulator: RunningSimulator, azure: Azure
) -> None:
    """Azure deletes no extension of a machine that does not run, so it is not asked to: machine and stack can go."""
    stack = deployed(with_instances("web-0", "web-1"))
    machines = compute_client(simulator, azure).virtual_machines
    machines.begin_deallocate(GROUP, "web-0").result()
    machines.begin_power_off(GROUP, "web-1").result()
    simulator.clear_requests()
    result = stack.up(configured(with_instances("web-1")))
    assert {(op, name) for op, _, name in result.ops()} == {("delete", name) for name in own("web-0")}
    assert not [each for each in simulator.requests() if each["method"] == "DELETE" and "/extensions/" in each["path"]]
    stack.destroy()
    assert created(stack) == []


def test_deleting_a_protected_instance_takes_its_own_lock_along(deployed: Deployed) -> None:
    """An instance that is removed from the configuration is deleted with its lock, lock first, in one `up`."""
    stack = deployed(flexible())
    result = stack.up(configured(with_instances("web-0", "web-2")))
    order = [step.name for step in result.completed if step.op == "delete"]
    assert order[0] == "web-1-cannotdelete"
    assert sorted(order) == OWN_OF_WEB_1


def test_a_protected_machine_cannot_be_deleted_behind_the_stack(
    deployed: Deployed, simulator: RunningSimulator, azure: Azure
) -> None:
    """The lock works against everybody: an SDK client's delete of web-1 fails with ScopeLocked."""
    deployed(flexible())
    with pytest.raises(Exception, match="ScopeLocked"):
        compute_client(simulator, azure).virtual_machines.begin_delete(GROUP, "web-1").result()


@pytest.mark.smoke
def test_refresh_finds_a_change_behind_its_back(deployed: Deployed, simulator: RunningSimulator, azure: Azure) -> None:
    """A size that somebody changed by hand shows up in `pulumi refresh`, and the next `up` sets it back."""
    stack = deployed(with_instances("web-0", "web-1"))
    compute = compute_client(simulator, azure)
    changed = {"properties": {"hardwareProfile": {"vmSize": "Standard_D8s_v5"}}}
    compute.virtual_machines.begin_update(GROUP, "web-0", changed).result()
    found = stack.refresh()
    assert [(s.name, s.op) for s in found.completed if s.op not in {"same", "refresh"}] == [("web-0", "update")]
    result = stack.up()
    assert result.ops() == [("update", "azure-native:compute:VirtualMachine", "web-0")]
    assert compute.virtual_machines.get(GROUP, "web-0").properties.hardware_profile.vm_size == "Standard_D2s_v5"


def test_an_instance_can_be_imported(deployed: Deployed, workspace_factory: WorkspaceFactory) -> None:
    """`pulumi import` takes an instance of the set into another stack, with its set and size."""
    stack = deployed(with_instances("web-0"))
    identity = stack.outputs()["instanceIds"]["web-0"]
    other = workspace_factory("import pulumi")
    other.import_resource("azure-native:compute:VirtualMachine", "adopted", identity)
    (resource,) = other.resources()
    assert resource["id"] == identity
    assert resource["inputs"]["hardwareProfile"] == {"vmSize": "Standard_D2s_v5"}
    assert resource["inputs"]["virtualMachineScaleSet"]["id"].endswith("/virtualMachineScaleSets/web")


@pytest.mark.smoke
def test_preview_of_a_new_stack_creates_nothing(
    workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure
) -> None:
    """A preview before the first `up`, where every id is unknown, works in both modes and creates nothing."""
    stack = workspace_factory(PROGRAM)
    for args in (flexible(), uniform()):
        result = stack.preview(configured(args))
        assert {op for op, _, _ in result.ops()} == {"create"}
    with pytest.raises(ResourceNotFoundError):
        compute_client(simulator, azure).virtual_machine_scale_sets.get(GROUP, "web")


def test_a_set_that_is_replaced_takes_its_machines_along(deployed: Deployed) -> None:
    """Another fault domain count cannot be an update: the set and its machines are replaced, in an order that works."""
    stack = deployed(with_instances("web-0", "web-1"))
    changed = {**with_instances("web-0", "web-1"), "platformFaultDomainCount": 2}
    result = stack.up(configured(changed))
    replaced = {step.name for step in result.steps if step.op == "replace"}
    assert {"web", "web-0", "web-1"} <= replaced
    assert stack.preview().ops() == []


def test_deletion_of_a_set_goes_on_after_a_read_only_lock(deployed: Deployed) -> None:
    """A set with both locks on an instance and a lock on itself is destroyed in one go."""
    both = {"protection": {"scaleIn": True, "scaleSetActions": True}}
    stack = deployed(
        {
            **with_instances("web-0", "web-1", web_1=both),
            "lock": {"level": "CanNotDelete", "includeDependencies": True},
        }
    )
    assert stack.preview().ops() == []
    stack.destroy()
    assert stack.resources() == []
