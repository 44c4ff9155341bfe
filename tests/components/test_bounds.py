"""The limits of every number, and of texts: the least and the most that is taken, as numbers that were looked up."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from pulumi_azure_scaleset.model.base import Model
from pulumi_azure_scaleset.model.forms import Form, Kind, enumerations, every
from pulumi_azure_scaleset.model.marks import TableLimits
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel

NUMBERS: dict[str, tuple[int | None, int | None]] = {
    "DataDisk.disk_iops_read_write": (1, None),
    "DataDisk.disk_mbps_read_write": (1, None),
    "DataDisk.lun": (0, 63),
    "DataDisk.size_gb": (1, 65536),
    "InboundNat.backend_port": (1, 65535),
    "InboundNat.frontend_port_end": (1, 65534),
    "InboundNat.frontend_port_start": (1, 65534),
    "InboundNat.idle_timeout_in_minutes": (4, 100),
    "Instance.fault_domain": (0, 2),
    "Instance.nat_ports[]": (1, 65535),
    "LoadBalancingRule.backend_port": (0, 65535),
    "LoadBalancingRule.frontend_port": (0, 65534),
    "LoadBalancingRule.idle_timeout_in_minutes": (4, 100),
    "MixSize.rank": (0, None),
    "OsDisk.size_gb": (1, 4095),
    "Outbound.allocated_outbound_ports": (8, 64000),
    "Outbound.idle_timeout_in_minutes": (4, 120),
    "Probe.interval_in_seconds": (5, 2147483646),
    "Probe.port": (1, 65535),
    "Probe.probe_threshold": (1, 100),
    "PublicIpPerInstance.idle_timeout_in_minutes": (4, 30),
    "ScaleProfile.default": (0, 1000),
    "ScaleProfile.maximum": (0, 1000),
    "ScaleProfile.minimum": (0, 1000),
    "ScaleRule.change_count": (1, 1000),
    "ScaleSchedule.hour": (0, 23),
    "ScaleSchedule.minute": (0, 59),
    "ScaleSetModel.capacity": (0, None),
    "ScaleSetModel.instance_count": (0, 1000),
    "ScaleSetModel.platform_fault_domain_count": (1, 5),
    "StandbyPool.max_ready_capacity": (0, 1000),
    "VmSizeProperties.vcpus_available": (1, None),
    "VmSizeProperties.vcpus_per_core": (1, None),
    "ZonePlacement.max_instance_percent_per_zone": (1, 100),
    "ZonePlacement.max_zone_count": (1, 3),
    "StandbyPool.min_ready_capacity": (0, 1000),
}
"""The least and the most of each number; None where there is no limit."""

STEPS = {"Outbound.allocated_outbound_ports": 8}

LENGTHS: dict[str, tuple[int, int]] = {
    "Autoscale.name": (1, 260),
    "DiagnosticSetting.name": (1, 260),
    "Extension.name": (1, 80),
    "Instance.computer_name": (1, 64),
    "Lock.notes": (0, 512),
    "NetworkInterface.name": (1, 80),
    "Protection.notes": (0, 512),
    "ScaleSetModel.scale_set_name": (1, 64),
    "StandbyPool.name": (3, 24),
}
"""The fewest and the most characters of each text that has a limit."""


def _forms() -> Iterator[tuple[str, Any, Form]]:
    """Each argument that is a single value, and the single values of each list and map: name, annotation, form."""
    for place, model, form in every(ScaleSetModel):
        annotation = inspect.get_annotations(model)[place[-1]]
        name = f"{model.__name__}.{place[-1]}"
        yield name, annotation, form
        if form.item is not None and form.item.kind is Kind.VALUE:
            yield f"{name}[]", annotation, form.item


def takes(name: str, value: Any) -> bool:
    """Whether the argument takes a value."""
    annotation = next(annotation for each, annotation, _ in _forms() if each == name)
    given = {"ssh": value} if name.endswith("[]") else value
    try:
        TypeAdapter(annotation).validate_python(given)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_between_its_limits(name: str) -> None:
    """The least and the most are taken, one less and one more are refused."""
    low, high = NUMBERS[name]
    step = STEPS.get(name, 1)
    if low is not None:
        assert takes(name, low)
        assert not takes(name, low - step)
    assert takes(name, high if high is not None else 10**9)
    if high is not None:
        assert not takes(name, high + step)
    if step > 1 and low is not None:
        assert not takes(name, low + 1)
        assert takes(name, low + step)


@pytest.mark.parametrize("name", LENGTHS)
def test_a_text_has_a_length_between_its_limits(name: str) -> None:
    """The shortest and the longest are taken, and none with a character less or more."""
    low, high = LENGTHS[name]
    assert takes(name, "a" * low)
    assert takes(name, "a" * high)
    assert low == 0 or not takes(name, "a" * (low - 1))
    assert not takes(name, "a" * (high + 1))


def test_no_limit_is_left_out() -> None:
    """Every number with a limit, and every text with a longest, is above."""
    numbers, texts = set(), set()
    for name, _, form in _forms():
        known = form.limits
        if form.holds in {int, float} and (known.ge is not None or known.le is not None):
            numbers.add(name)
        if form.holds is str and known.max_length is not None:
            texts.add(name)
    assert numbers == NUMBERS.keys()
    assert texts == LENGTHS.keys() - {"StandbyPool.name"}


OF_THE_TABLE: dict[str, tuple[int | str, int | str]] = {
    "AutomaticRepairs.grace_period": ("PT10M", "PT90M"),
    "Health.grace_period_in_seconds": (0, 14400),
    "Health.interval_in_seconds": (5, 60),
    "Health.number_of_probes": (1, 24),
    "Health.port": (1, 65535),
    "InstanceMix.vm_sizes": (1, 5),
    "PriorityMix.base_regular_priority_count": (0, 1000),
    "PriorityMix.regular_priority_percentage_above_base": (0, 100),
    "RollingUpgrade.max_batch_instance_percent": (5, 100),
    "RollingUpgrade.max_unhealthy_instance_percent": (5, 100),
    "RollingUpgrade.max_unhealthy_upgraded_instance_percent": (0, 100),
    "ScaleSetModel.capacity": (0, 1000),
    "ScaleSetModel.extensions_time_budget": ("PT15M", "PT2H"),
    "TerminateNotification.not_before_timeout": ("PT5M", "PT15M"),
}
"""What is written of limits that the mode table holds; ``tests/core`` has the table's, with the same numbers."""


def test_what_is_written_of_the_tables_limits() -> None:
    """The limits in the documentation of each argument that the mode table limits."""
    marks = {name: form.mark(TableLimits) for name, _, form in _forms()}
    assert {name: (mark.low, mark.high) for name, mark in marks.items() if mark is not None} == OF_THE_TABLE


NAMES: dict[str, tuple[str, str]] = {
    # taken, then refused; separated by blanks
    "Extension.name": ("a A 9 a.b_c-d a- a_ a.", "-a .a _a a! ä"),
    "NetworkInterface.name": ("a A 9 a.b_c-d a_", "-a .a _a a- a. a! ä"),
    "ScaleSetModel.scale_set_name": ("a A 9 a.b_c-d a_", "-a .a _a a- a. a! ä"),
    "ScaleSetModel.computer_name_prefix": ("a A 9 a-b a-", "-a a.b a_b ä"),
    "Instance.computer_name": ("a A 9 a-b a.b a-", "-a .a a_b ä"),
    "StandbyPool.name": ("aaa A-9 -a-", "a_b a.b äää"),
    "Autoscale.name": ("a by-load ä a.b", "a<b a>b a*b a%b a&b a:b a\\b a?b a+b a/b"),
    "DiagnosticSetting.name": ("a all-of-it ä a.b", "a<b a>b a*b a%b a&b a:b a\\b a?b a+b a/b"),
    "Timeouts.create": ("30m 1h 1h30m 5s 1h2m3s", "m 30 1d 30m1h -1m"),
    "Timeouts.update": ("30m 1h 1h30m 5s", "m 30 1d"),
    "Timeouts.delete": ("30m 1h 1h30m 5s", "m 30 1d"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_has_letters_of_its_kind(name: str) -> None:
    """Names that are taken, and names that are refused."""
    good, bad = (texts.split() for texts in NAMES[name])
    assert [each for each in good if not takes(name, each)] == []
    assert [each for each in bad if takes(name, each)] == []


CHOICES: dict[str, str] = {
    "AllocationStrategy": "LowestPrice|CapacityOptimized|Prioritized",
    "AssessmentMode": "ImageDefault|AutomaticByPlatform",
    "AuxiliaryMode": "None|AcceleratedConnections|Floating",
    "AuxiliarySku": "None|A1|A2|A4|A8",
    "Caching": "None|ReadOnly|ReadWrite",
    "ChangeType": "ChangeCount|PercentChangeCount|ExactCount",
    "ConditionVersion": "2.0",
    "CreateOption": "Empty|FromImage|Attach",
    "DeleteOption": "Delete|Detach",
    "DimensionOperator": "Equals|NotEquals",
    "DiskController": "SCSI|NVMe",
    "EndpointMode": "Audit|Enforce|Disabled",
    "EphemeralPlacement": "CacheDisk|ResourceDisk|NvmeDisk",
    "EvictionPolicy": "Deallocate|Delete",
    "FaultDomainAlignment": "Aligned|Unaligned|BestEffortAligned",
    "GenericKind": "scaleSet|virtualMachine",
    "HealthProtocol": "http|https|tcp",
    "IdentityType": "UserAssigned|SystemAssigned|SystemAssigned, UserAssigned",
    "LabelScope": "TenantReuse|SubscriptionReuse|ResourceGroupReuse|NoReuse",
    "ListenerProtocol": "Http|Https",
    "LoadDistribution": "Default|SourceIP|SourceIPProtocol",
    "LockLevel": "CanNotDelete|ReadOnly",
    "LogDestinationType": "Dedicated|AzureDiagnostics",
    "MetricOperator": "GreaterThan|GreaterThanOrEqual|LessThan|LessThanOrEqual|Equals|NotEquals",
    "MetricStatistic": "Average|Min|Max|Sum|Count",
    "NatKind": "Rule|PoolRule|Pool",
    "NetworkApiVersion": "2020-11-01|2022-11-01",
    "OrchestrationMode": "Flexible|Uniform",
    "OsType": "Linux|Windows",
    "OutboundMethod": "LoadBalancer|NatGateway|External",
    "PatchMode": "ImageDefault|AutomaticByPlatform|AutomaticByOS|Manual",
    "PredictiveMode": "Enabled|ForecastOnly|Disabled",
    "PrincipalType": "User|Group|ServicePrincipal|ForeignGroup|Device",
    "ProbeProtocol": "Tcp|Http|Https",
    "ReadablePlace": "settings|tags|user_data",
    "RebalanceBehavior": "CreateBeforeDelete",
    "RebalanceStrategy": "Recreate",
    "RebootSetting": "IfRequired|Never|Always|Unknown",
    "RepairAction": "Replace|Reimage|Restart",
    "ScaleDirection": "Increase|Decrease",
    "ScaleInRule": "Default|OldestVM|NewestVM",
    "SecurityEncryptionType": "VMGuestStateOnly|DiskWithVMGuestState|NonPersistedTPM",
    "SecurityType": "Standard|TrustedLaunch|ConfidentialVM",
    "SpotPriority": "Spot|SpotPlus",
    "StandbyState": "Running|Deallocated|Hibernated",
    "TimeAggregation": "Average|Minimum|Maximum|Total|Count|Last",
    "TransportProtocol": "Tcp|Udp|All",
    "UnattendSetting": "AutoLogon|FirstLogonCommands",
    "UpgradeMode": "Manual|Automatic|Rolling",
    "Weekday": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
    "Zone": "1|2|3",
}
"""The values of each closed list, as Azure writes them."""


def test_closed_lists_have_azures_values() -> None:
    """Each list has these values, in this order, and a model takes each."""
    assert {name: "|".join(values) for name, (_, values) in enumerations(ScaleSetModel).items()} == CHOICES


def test_models_are_what_was_validated() -> None:
    """No model can be changed after it was validated, and none takes a field that it does not have."""
    models = {model for _, model, _ in every(ScaleSetModel)}
    assert len(models) > 30
    for model in models:
        assert issubclass(model, Model)
        assert model.model_config.get("frozen") is True
        assert model.model_config.get("extra") == "forbid"
