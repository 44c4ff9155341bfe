"""What others own on a live set is carried, not written back, on the real engine against the simulated Azure."""

from __future__ import annotations

from typing import Any

import pytest
from azure.mgmt.compute import ComputeManagementClient
from components.conftest import Deployed
from harness import WorkspaceFactory
from support.scalesets import GROUP, PROGRAM, configured, flexible, uniform

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure

pytestmark = pytest.mark.engine

OTHER_OWNER = {"orchestrationMode": "Flexible", "instances": {}, "capacity": 2, "outbound": {"method": "NatGateway"}}
AUTOSCALE = {
    "profiles": [{"name": "load", "minimum": 2, "maximum": 9, "default": 2, "rules": []}],
}
SETS = {
    "Flexible": flexible(**OTHER_OWNER, ignoreCapacityChanges=True, inboundNat={}, virtualNetwork={}, extensions=[]),
    "Uniform": uniform(ignoreCapacityChanges=True, instances={}),
    "autoscale": uniform(autoscale=AUTOSCALE, instances={}, capacity=2),
}


def scale_sets(simulator: RunningSimulator, azure: Azure) -> Any:
    """The scale sets as Azure has them."""
    return simulator.client(ComputeManagementClient, azure.subscription).virtual_machine_scale_sets


def machines_of(simulator: RunningSimulator, azure: Azure) -> Any:
    """The virtual machines as Azure has them."""
    return simulator.client(ComputeManagementClient, azure.subscription).virtual_machines


@pytest.mark.parametrize("args", SETS.values(), ids=SETS)
def test_capacity_that_somebody_else_owns_is_not_written_back(
    deployed: Deployed, simulator: RunningSimulator, azure: Azure, args: dict[str, Any]
) -> None:
    """Scaled to five from outside, a set keeps its five when a tag changes, without a refresh before."""
    stack = deployed(args)
    sets = scale_sets(simulator, azure)
    assert sets.get(GROUP, "web").sku.capacity == 2
    sets.begin_update(GROUP, "web", {"sku": {"capacity": 5}}).result()
    stack.up(configured({**args, "tags": {"team": "blue"}}))
    found = sets.get(GROUP, "web")
    assert (found.sku.capacity, found.tags) == (5, {"team": "blue"})
    assert stack.preview().ops() == []


@pytest.mark.smoke
def test_tags_of_others_stay_on_every_resource(deployed: Deployed, simulator: RunningSimulator, azure: Azure) -> None:
    """Tags that Azure Policy sets are carried by an update where they are named; an unnamed one goes as declared."""
    args = flexible(ignoreTagChanges=["policy-*", "CostCenter"], tags={"team": "red"})
    stack = deployed(args)
    sets, machines = scale_sets(simulator, azure), machines_of(simulator, azure)
    theirs = {"team": "red", "policy-owner": "it", "costcenter": "42", "stray": "x"}
    sets.begin_update(GROUP, "web", {"tags": theirs}).result()
    machines.begin_update(GROUP, "web-0", {"tags": theirs}).result()
    stack.up(configured({**args, "tags": {"team": "blue"}}))
    kept = {"team": "blue", "policy-owner": "it", "costcenter": "42"}
    assert sets.get(GROUP, "web").tags == kept
    assert machines.get(GROUP, "web-0").tags == kept
    assert machines.get(GROUP, "web-1").tags == {"team": "blue"}
    assert stack.preview().ops() == []


IGNORING = PROGRAM.replace(
    '"resource_group_name": group.name})',
    '"resource_group_name": group.name}, pulumi.ResourceOptions(ignore_changes=["virtualMachine.hardwareProfile"]))',
)


def test_ignored_changes_of_the_component_reach_its_machines(
    workspace_factory: WorkspaceFactory, simulator: RunningSimulator, azure: Azure
) -> None:
    """A size that somebody changed by hand survives an update of another property, without a refresh before."""
    stack = workspace_factory(IGNORING)
    args = flexible(instances={"web-0": {}})
    stack.up(configured(args))
    machines = machines_of(simulator, azure)
    changed = {"properties": {"hardwareProfile": {"vmSize": "Standard_D8s_v5"}}}
    machines.begin_update(GROUP, "web-0", changed).result()
    stack.up(configured({**args, "tags": {"team": "blue"}}))
    found = machines.get(GROUP, "web-0")
    assert (found.properties.hardware_profile.vm_size, found.tags) == ("Standard_D8s_v5", {"team": "blue"})
    assert stack.preview().ops() == []


def test_what_cannot_be_read_is_not_overwritten(deployed: Deployed, simulator: RunningSimulator) -> None:
    """Where Azure does not say how many instances there are, the update ends before it changes anything."""
    args = SETS["Uniform"]
    stack = deployed(args)
    simulator.inject(
        method="GET", path_regex="virtualMachineScaleSets/web", status=403, code="AuthorizationFailed", times=50
    )
    failed = stack.up(configured({**args, "tags": {"team": "blue"}}), expect_failure=True)
    simulator.control.faults.clear()
    assert "sku.capacity has another owner, and its current value in Azure can't be read" in " ".join(
        failed.text.split()
    )
    assert "unhandled exception" not in failed.text
    assert not [op for op, _, name in failed.ops(completed=True) if name == "web"]
