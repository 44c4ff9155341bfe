"""Two children that would be one resource, in Pulumi or in Azure, are refused by the plan itself."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from harness import WorkspaceFactory
from support.maximal import EVERYTHING
from support.scalesets import PROGRAM, configured, flexible

from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.errors import ScaleSetArgsError
from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.resources import Child, Plan, Ref


def child(key: str, name: str, **inputs: Any) -> Child:
    """A public address."""
    return Child(key=key, kind="publicIPAddress", type=tokens.PUBLIC_IP, name=name, inputs=inputs)


def refused(component: str, **args: Any) -> list[str]:
    """The problems of a Flexible set with these arguments."""
    with pytest.raises(ScaleSetArgsError) as caught:
        compile_args(component, {"resource_group_name": "rg", **flexible(**args)})
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("second", "shared"),
    [
        (child("a", "other", publicIpAddressName="two"), "a"),
        (child("b", "one", publicIpAddressName="two"), "one"),
        (child("b", "other", publicIpAddressName="ONE"), "ONE"),
    ],
    ids=["key", "logical name", "id in Azure, case apart"],
)
def test_a_second_child_is_refused(second: Child, shared: str) -> None:
    """A child whose key, logical name or id in Azure is taken does not enter the plan, and the pair is kept."""
    plan = Plan()
    first = child("a", "one", publicIpAddressName="one")
    assert plan.add(first) == Ref("a")
    plan.add(second)
    assert plan.children == [first]
    [conflict] = plan.conflicts
    assert (conflict.child, conflict.other, conflict.name) == (second, first, shared)


def test_another_type_may_have_the_same_name() -> None:
    """A machine and an address may both be called web: their types tell them apart."""
    plan = Plan()
    address = child("a", "web", publicIpAddressName="web")
    machine = dataclasses.replace(address, key="b", type=tokens.VIRTUAL_MACHINE, inputs={"vmName": "web"})
    plan.extend([address, machine])
    assert plan.children == [address, machine]
    assert plan.conflicts == []


def test_every_type_has_its_identity() -> None:
    """Each child of the largest sets has the inputs that name it in Azure; a new type needs its line in the table."""
    seen = set()
    gateway = {
        "resource_group_name": "rg",
        **flexible(inboundNat={}, virtualNetwork={}, outbound={"method": "NatGateway"}),
    }
    for args in (*EVERYTHING.values(), gateway):
        for each in compile_args("web", args).plan.children:
            missing = [name for name in tokens.IDENTITY[each.type] if each.inputs.get(name) is None]
            assert not missing, (each.key, missing)
            seen.add(each.type)
    assert seen == tokens.IDENTITY.keys()


def test_instances_whose_resources_would_share_names() -> None:
    """In a component called web, a and web-a are the same stem: said at once, whatever the set is called in Azure."""
    found = refused("web", scale_set_name="prod-web", instances={"a": {}, "web-a": {}})
    assert len(found) == 1
    assert found[0].startswith("instances['web-a']: its inboundNatRule would be called 'web-a-ssh', as that of ")


def test_the_set_in_azure_may_have_that_name() -> None:
    """In a component called front the same two names never meet, although the set in Azure is called web."""
    args = flexible(scale_set_name="web", instances={"a": {}, "web-a": {}})
    plan = compile_args("front", {"resource_group_name": "rg", **args}).plan
    assert {"front-a", "front-web-a"} <= {each.name for each in plan.children}


def test_an_instance_called_like_the_load_balancer() -> None:
    """The address of an instance `web-lb` is that of the balancer of `web`, in Azure also under other logical names."""
    for component in ("web", "other"):
        found = refused(
            component, scale_set_name="web", instances={"web-lb": {}}, public_ip_per_instance={}, load_balancer={}
        )
        assert len(found) == 1
        assert found[0].startswith(
            "instances['web-lb']: its publicIPAddress would be called 'web-lb-pip', as that of load"
        )


@pytest.mark.engine
def test_an_interface_called_vm_is_no_machine(workspace_factory: WorkspaceFactory) -> None:
    """An interface with the name vm deploys, and the instance's id is the machine's, not the interface's."""
    stack = workspace_factory(PROGRAM)
    stack.up(configured(flexible(instances={"web-0": {}}, networkInterfaces=[{"name": "vm"}])))
    ids = stack.outputs()["instanceIds"]
    assert ids["web-0"].endswith("/Microsoft.Compute/virtualMachines/web-0")


@pytest.mark.smoke
@pytest.mark.engine
def test_a_conflict_deploys_nothing(workspace_factory: WorkspaceFactory) -> None:
    """The engine gets no resource of a set of which two would have one name."""
    stack = workspace_factory(PROGRAM)
    result = stack.up(configured(flexible(instances={"a": {}, "web-a": {}})), expect_failure=True)
    assert "rename one of them" in result.text
    assert "Duplicate resource URN" not in result.text
    assert [r for r in stack.resources() if "compute" in r["type"] or "network" in r["type"]] == []


def test_a_name_that_is_given_twice_is_reported_once() -> None:
    """Two grants with one name are found by their own check; the plan does not report the same pair again."""
    principal = "11111111-0000-0000-0000-000000000001"
    grants = {
        key: {"roleDefinitionName": role, "principalId": principal, "name": principal}
        for key, role in (("one", "Reader"), ("two", "Contributor"))
    }
    found = refused("web", roleAssignments=grants)
    assert len(found) == 1
    assert found[0].startswith("role_assignments['two'].name: ")
