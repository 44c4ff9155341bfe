"""`pulumi up --continue-on-error`: what fails takes along what depends on it, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from harness import Result, Workspace, WorkspaceFactory
from support.scalesets import PROGRAM, configured, created, flexible

from arm_simulator.testing import RunningSimulator

pytestmark = [pytest.mark.engine, pytest.mark.oldest]

ON = ("--continue-on-error",)
OF_WEB_1 = {"web-1", "web-1-hello", "web-1-cannotdelete"}
LAST = {"web-cannotdelete"}
"""The set's own lock comes after all instances."""


def arguments(**more: Any) -> dict[str, Any]:
    """Three instances, each with an extension and a lock; a lock and a grant on the set."""
    principal = "22222222-2222-2222-2222-222222222222"
    grant = {"principalId": principal, "principalType": "Group", "roleDefinitionName": "Reader"}
    instances = {name: {"protection": {"scaleIn": True}} for name in ("web-0", "web-1", "web-2")}
    return flexible(instances=instances, lock={"level": "CanNotDelete"}, roleAssignments={"readers": grant}, **more)


def fail(simulator: RunningSimulator, pattern: str) -> None:
    """The next creation or change of what ``pattern`` finds ends in an error of capacity."""
    simulator.inject(method="PUT", path_regex=pattern, status=409, code="AllocationFailed", message="No capacity.")


def blamed(result: Result) -> list[str]:
    """The names of the resources with an error."""
    return sorted({d.urn.rsplit("::", 1)[-1] for d in result.diagnostics if d.severity == "error" and d.urn})


def done(result: Result) -> dict[str, set[str]]:
    """The names of the resources by what was done to them."""
    found: dict[str, set[str]] = {}
    for operation, _, name in result.ops(completed=True):
        found.setdefault(operation, set()).add(name)
    return found


def complete(stack: Workspace) -> None:
    """Without the failure the same arguments deploy what is left, and then nothing is left."""
    result = stack.up()
    assert set(done(result)) <= {"create", "update"}
    assert stack.preview().ops() == []


def test_a_machine_that_cannot_be_made(workspace_factory: WorkspaceFactory, simulator: RunningSimulator) -> None:
    """A machine that Azure has no room for: the others get theirs, with extensions and locks, and it comes later."""
    stack = workspace_factory(PROGRAM)
    fail(simulator, r"/virtualMachines/web-1$")
    result = stack.up(configured(arguments()), expect_failure=True, extra_args=ON)
    assert blamed(result) == ["web-1"]
    assert set(created(stack)) >= {"web-0-cannotdelete", "web-2-cannotdelete", "web-2-hello", "web-role-readers"}
    missing = OF_WEB_1 | LAST
    assert not set(created(stack)) & missing
    complete(stack)
    assert set(created(stack)) >= missing


def test_an_interface_that_cannot_be_changed(workspace_factory: WorkspaceFactory, simulator: RunningSimulator) -> None:
    """An update that fails half-way in one instance: the others are updated, and its resources are not replaced."""
    stack = workspace_factory(PROGRAM)
    stack.up(configured(arguments()))
    before = created(stack)
    fail(simulator, r"/networkInterfaces/web-1-nic$")
    result = stack.up(configured(arguments(tags={"team": "a"})), expect_failure=True, extra_args=ON)
    assert blamed(result) == ["web-1-nic"]
    assert set(done(result)) == {"update"}
    assert done(result)["update"] >= {"web-0", "web-0-hello", "web-2", "web-2-nic"}
    assert not done(result)["update"] & OF_WEB_1
    assert created(stack) == before
    complete(stack)


def test_a_set_that_cannot_be_made(workspace_factory: WorkspaceFactory, simulator: RunningSimulator) -> None:
    """Two sets: one fails, with all that depends on it, and the other is complete."""
    stack = workspace_factory(
        PROGRAM.replace(
            "scale_set =", 'ScaleSet("other", {**args, "resource_group_name": group.name})\n    scale_set ='
        )
    )
    fail(simulator, r"/virtualMachineScaleSets/other$")
    settings = {"instances": {}, "capacity": 2, "outbound": {"method": "NatGateway"}}
    settings |= {"inboundNat": {}, "virtualNetwork": {}}
    autoscale = {"profiles": [{"name": "day", "minimum": 1, "maximum": 3, "rules": []}]}
    result = stack.up(
        configured({**arguments(), **settings, "autoscale": autoscale}), expect_failure=True, extra_args=ON
    )
    assert blamed(result) == ["other"], result.errors
    names = set(created(stack))
    assert names >= {"web-autoscale", "web-role-readers", "web-cannotdelete", "other-vnet"}
    assert not names & {"other-autoscale", "other-role-readers", "other-cannotdelete"}
    complete(stack)


def test_a_group_that_cannot_be_made(workspace_factory: WorkspaceFactory, simulator: RunningSimulator) -> None:
    """A failing resource group is all that the error tells of; no child complains that it has no group."""
    stack = workspace_factory(PROGRAM)
    fail(simulator, r"/resourceGroups/rg$")
    result = stack.up(configured(arguments()), expect_failure=True, extra_args=ON)
    assert blamed(result) == ["group"]
    assert created(stack) == ["web"]
    complete(stack)


def test_a_value_of_the_program_that_never_came(
    workspace_factory: WorkspaceFactory, simulator: RunningSimulator
) -> None:
    """A grant to an output of another resource that failed: only the grant waits for it."""
    made = (
        'other = resources.ResourceGroup("other", resource_group_name="other", location="westeurope")\n    scale_set ='
    )
    told = PROGRAM.replace("scale_set =", made).replace("group.name}", "group.name, **granted(other.name)}")
    grant = """
    def granted(principal):
        known = principal.apply(lambda _: "22222222-2222-2222-2222-222222222222")
        return {"role_assignments": {"readers": {"role_definition_name": "Reader", "principal_id": known}}}
    """
    stack = workspace_factory(grant + told)
    fail(simulator, r"/resourceGroups/other$")
    result = stack.up(configured(flexible()), expect_failure=True, extra_args=ON)
    assert blamed(result) == ["other"]
    assert set(created(stack)) >= {"web-0-hello", "web-2-hello", "web-1-cannotdelete"}
    assert "web-role-readers" not in created(stack)
    complete(stack)


REFUSED = """
    import asyncio
    import pulumi
    from pulumi_azure_native import resources
    from pulumi_azure_scaleset.engine.guards import end_program

    async def slow(_args):
        await asyncio.sleep(1)

    options = pulumi.ResourceOptions(transforms=[slow])
    resources.ResourceGroup("group", resource_group_name="rg", location="westeurope", opts=options)
    end_program("refused")
"""


@pytest.mark.smoke
def test_a_program_ends_after_its_registrations(workspace_factory: WorkspaceFactory) -> None:
    """A refusal waits for what is being registered: the SDK might leave the callbacks of that unanswered for ever."""
    stack = workspace_factory(REFUSED)
    result = stack.up(expect_failure=True, extra_args=ON)
    assert "refused" in result.text
    assert created(stack) == ["group"]
