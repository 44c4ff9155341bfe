"""No argument is silently ignored: where it would have no effect, it is refused or warned about, with what to do."""

from __future__ import annotations

from typing import Any

import pytest
from support import azure_world as azure
from support.azure_world import World
from support.scale_set_args import base, merged

from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.errors import ScaleSetArgsError

NAMED, PROFILE = base("Flexible", "named"), base("Flexible", "profile")
EXTENSION = {"publisher": "Microsoft.Azure.Extensions", "type": "CustomScript", "type_handler_version": "2.1"}
TUNED = {"lun": 0, "size_gb": 64, "storage_account_type": "PremiumV2_LRS", "disk_iops_read_write": 5000}
SPOT = {"restore_enabled": True}
HTTP = {"protocol": "http", "port": 80, "request_path": "/"}
ONCE = {"start": "2027-01-01T00:00:00", "end": "2027-01-02T00:00:00", "hour": 8}
PRIMARY = {"name": "front", "primary": True}

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "version beside a urn": (PROFILE, {"image": {**PROFILE["image"], "version": "1.0.0"}}, "image", "into the urn"),
    "a port beside a probe": (base("Uniform"), {"health": {"probe_id": azure.PROBE, "port": 80}}, "health", "port"),
    "an hour beside dates": (
        PROFILE,
        {"autoscale": {"profiles": [{"name": "a", "minimum": 1, "maximum": 2, "schedule": ONCE}]}},
        "autoscale.profiles[0].schedule",
        "only together with days",
    ),
    "zones of an address of one's own": (
        PROFILE,
        {"load_balancer": {"public_ip_address_id": azure.ADDRESS, "zones": ["1"]}},
        "load_balancer",
        "zones",
    ),
    "a timeout of somebody else's way out": (
        PROFILE,
        {"outbound": {"method": "External", "idle_timeout_in_minutes": 5}},
        "outbound",
        "where yours is declared",
    ),
    "a probe for named instances": (NAMED, {"health": {"probe_id": azure.PROBE}}, "health.probe_id", "Application"),
    "restoring named Spot instances": (NAMED, {"spot": SPOT}, "spot.restore_enabled", "from the profile"),
    "restoring one Spot instance": (
        NAMED,
        {"instances": {"web-0": {"spot": SPOT}}},
        "instances['web-0'].spot.restore_enabled",
        "from the profile",
    ),
    "a security group beside a primary interface": (
        NAMED,
        {"network_interfaces": [PRIMARY], "network_security_group_id": azure.SECURITY_GROUP},
        "network_security_group_id",
        "network_interfaces has one, 'front'",
    ),
    "a public address beside a primary interface": (
        PROFILE,
        {"network_interfaces": [PRIMARY], "public_ip_per_instance": {}},
        "public_ip_per_instance",
        "write public_ip there",
    ),
    "an extension with the name of the health signal": (
        NAMED,
        {"health": HTTP, "extensions": [{"name": "health", **EXTENSION}]},
        "extensions[0].name",
        "another name",
    ),
    "IOPS of a machine's new disk": (NAMED, {"data_disks": [TUNED]}, "data_disks[0].disk_iops_read_write", "attach it"),
    "IOPS of one machine's new disk": (
        base("Flexible", "both"),
        {"instances": {"web-0": {"data_disks": [TUNED]}}},
        "instances['web-0'].data_disks[0].disk_iops_read_write",
        "attach it",
    ),
    "machines, but no number": (NAMED, {"instances": None}, "instances", "the number of machines is missing"),
    "two ways in of one name": (
        PROFILE,
        {"inbound_nat": {"ssh": {"backend_port": 22}, "SSH": {"backend_port": 23, "frontend_port_start": 60_000}}},
        "inbound_nat['SSH']",
        "more than case",
    ),
    "two interfaces of one name": (
        NAMED,
        {"network_interfaces": [{"name": "back"}, {"name": "Back"}]},
        "network_interfaces[1].name",
        "more than case",
    ),
    "two extensions of one name": (
        NAMED,
        {"extensions": [{"name": "a", **EXTENSION}, {"name": "A", **EXTENSION, "type": "Other"}]},
        "extensions[1].name",
        "more than case",
    ),
    "an id with a line's end": (
        NAMED,
        {"subnet_id": f"{azure.SUBNET}\n"},
        "subnet_id",
        "expected an Azure resource id",
    ),
    "a size with a line's end": (NAMED, {"vm_size": "Standard_D2s_v5\n"}, "vm_size", "use .strip()"),
    "a size that is empty": (NAMED, {"vm_size": ""}, "vm_size", "it is empty"),
    "an autoscale profile without a name": (
        PROFILE,
        {"autoscale": {"profiles": [{"name": "", "minimum": 1, "maximum": 2}]}},
        "autoscale.profiles[0].name",
        "at least 1 character",
    ),
    "half an id": (NAMED, {"subnet_id": "/subscriptions/x/resourceGroups/rg"}, "subnet_id", "{type}/{name}"),
    "a duration in other digits": (
        PROFILE,
        {"terminate_notification": {"not_before_timeout": "PT\u0665M"}},
        "terminate_notification",
        "ISO 8601",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_with_what_to_do(case: str) -> None:
    """The argument without any effect is named, and what to write instead."""
    args, change, field, text = CASES[case]
    compile_args("web", args)
    wrong = merged(args, change)
    with pytest.raises(ScaleSetArgsError) as caught:
        compile_args("web", wrong)
    found = {problem.field: problem.message for problem in caught.value.problems}
    assert text in found.get(field, ""), caught.value


def test_a_set_may_be_empty_on_purpose() -> None:
    """No instances, said in any way, is a set without machines; so is a set that describes none."""
    empty: list[dict[str, Any]] = [{"instances": {}}, {"instances": None, "instance_count": 0}, {"instances": 0}]
    for change in empty:
        plan = compile_args("web", {**NAMED, **change}).plan
        assert [child.kind for child in plan.children] == ["scaleSet"]
    compile_args("web", {"resource_group_name": azure.GROUP})


@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
def test_a_time_budget_without_extensions_is_sent(mode: str) -> None:
    """Extensions may come from elsewhere: the budget that was asked for is in the profile, and Azure takes it."""
    plan = compile_args("web", {**base(mode), "extensions_time_budget": "PT20M"}).plan
    profile = plan.child("scaleSet").inputs["virtualMachineProfile"]
    assert profile["extensionProfile"] == {"extensionsTimeBudget": "PT20M"}
    assert World().deploy(plan) is None


def test_raw_inputs_of_a_resource_that_is_not_there_are_warned_about() -> None:
    """One set of overrides may serve several sets, so it is no error; the output says that it had no effect."""
    compiled = compile_args("web", {**NAMED, "overrides": {"natGateway": {"zones": ["1"]}, "scaleSet": {"tags": {}}}})
    assert compiled.warnings == ("overrides.natGateway: it has no effect, because this set has no such resource",)


@pytest.mark.parametrize("count", [3, 3.0, "3"])
@pytest.mark.parametrize("field", ["instances", "instance_count"])
def test_a_count_makes_instances_however_it_is_written(field: str, count: Any) -> None:
    """Configuration is text and JSON has floats: three is three, and never a set without instances."""
    model = compile_args("web", {**NAMED, "instances": None, field: count}).model
    assert list(model.instances) == ["web-0", "web-1", "web-2"]
    uniform = {**base("Uniform"), "capacity": "3", field: count}
    assert compile_args("web", uniform).model.capacity == 3
