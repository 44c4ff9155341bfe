"""Bad configurations: each is refused with a clear message that names the field, before anything is registered."""

from __future__ import annotations

import re
from typing import Any

import pytest
from harness import WorkspaceFactory
from support.bad_configurations import BAD, SUBSCRIPTION, profile
from support.scalesets import PROGRAM, configured, flexible, uniform

from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.errors import ScaleSetArgsError


@pytest.mark.parametrize("case", BAD)
def test_it_is_refused_with_a_clear_message(case: str) -> None:
    """Each bad configuration is one error that names the field and says what to do; nothing has been registered."""
    args, field, text = BAD[case]
    with pytest.raises(ScaleSetArgsError) as caught:
        compile_args("web", {"resource_group_name": "rg", **args})
    matching = [problem for problem in caught.value.problems if problem.field == field]
    assert matching, f"no problem at {field}: {caught.value}"
    assert any(text in problem.message for problem in matching), f"{text!r} is missing: {caught.value}"


def test_all_problems_come_at_once() -> None:
    """Problems of shape, of combination and of the mode table are reported together, in one error."""
    args = flexible(
        vmSise="x", zones=["4"], adminPassword="weak", overprovision=True, capacity=1, outbound={"method": "External"}
    )
    with pytest.raises(ScaleSetArgsError) as caught:
        compile_args("web", {"resource_group_name": "rg", **args})
    assert {problem.root for problem in caught.value.problems} == {
        "vmSise",
        "zones",
        "admin_password",
        "overprovision",
    }
    assert "4 problems" in str(caught.value)


def test_a_secret_value_is_never_shown() -> None:
    """A password or user data that is refused is not in the message."""
    args = flexible(adminPassword="Sup3r-Secret-Pass\n" * 20, userData="c2VjcmV0!", customData=["c2VjcmV0"])
    with pytest.raises(ScaleSetArgsError) as caught:
        compile_args("web", {"resource_group_name": "rg", **args})
    assert "Sup3r" not in str(caught.value)
    assert "c2Vj" not in str(caught.value)


def test_good_configurations_pass() -> None:
    """What the bad ones are made from is accepted, so each is refused for its own reason."""
    for args in (flexible(), uniform(), profile()):
        compile_args("web", {"resource_group_name": "rg", **args})


@pytest.mark.parametrize("unknown", ["subnet_id", "vm_size", "admin_password", "location"])
def test_outputs_pass_unchecked(unknown: str) -> None:
    """A value that is not known yet is accepted for every Input, and is passed on unchanged."""
    args: dict[str, Any] = flexible(
        virtualNetwork=None, subnetId=f"{SUBSCRIPTION}/Microsoft.Network/virtualNetworks/a/subnets/b"
    )
    args = {"resource_group_name": "rg", **args}
    args.pop("subnetId" if unknown == "subnet_id" else "vmSize" if unknown == "vm_size" else "", None)
    value = _Later()
    compiled = compile_args("web", {**args, unknown: value})
    assert getattr(compiled.model, unknown) is value


@pytest.mark.parametrize("args", ["text", None, 3, [1]])
def test_arguments_of_another_kind(args: Any) -> None:
    """What is no set of arguments at all is named, with what was expected."""
    with pytest.raises(ScaleSetArgsError, match=rf"args: got {re.escape(repr(args))}; expected ScaleSetArgs"):
        compile_args("web", args)


class _Later:
    """An awaitable, as an Input may be."""

    def __await__(self) -> Any:
        yield


@pytest.mark.smoke
@pytest.mark.engine
def test_the_program_ends_without_a_traceback(workspace_factory: WorkspaceFactory) -> None:
    """On the engine: exit code not 0, every problem in the diagnostics, no traceback, nothing created."""
    stack = workspace_factory(PROGRAM)
    args = flexible(zones=["4"], inboundNat={"ssh": {"backendPort": 22, "kind": "Pool"}})
    result = stack.up(configured(args), expect_failure=True)
    assert "zones[0]: got '4'" in result.text
    assert "inbound_nat['ssh'].kind" in result.text
    assert "Traceback" not in result.text
    assert [resource for resource in stack.resources() if "compute" in resource["type"]] == []
