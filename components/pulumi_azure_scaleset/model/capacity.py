"""Validated: capacity, price, health, upgrades. The fields are those of ``args_capacity``.

What the mode table limits (durations, percentages, combinations) is not repeated here: the layout's inputs are held
against the table as a whole.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pulumi_azure_scaleset.model import ids
from pulumi_azure_scaleset.model.base import InputId, InputStr, Int, Model, SettingName


class Spot(Model):
    """Spot priority."""

    eviction_policy: str = "Delete"
    max_price: Annotated[float, Field(allow_inf_nan=False)] | None = None
    restore_enabled: bool | None = None
    restore_timeout: str | None = None


class PriorityMix(Model):
    """Regular instances among the Spot ones."""

    base_regular_priority_count: Int | None = None
    regular_priority_percentage_above_base: Int | None = None


class MixSize(Model):
    """One size of an instance mix."""

    name: str
    rank: Annotated[Int, Field(ge=0)] | None = None


class InstanceMix(Model):
    """Several VM sizes."""

    vm_sizes: list[MixSize]
    allocation_strategy: Literal["LowestPrice", "CapacityOptimized", "Prioritized"] = "LowestPrice"


class StandbyPool(Model):
    """A standby pool."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{3,24}$")] | None = None
    max_ready_capacity: Annotated[Int, Field(ge=0, le=1000)]
    min_ready_capacity: Annotated[Int, Field(ge=0, le=1000)] | None = None
    virtual_machine_state: Literal["Running", "Deallocated", "Hibernated"] = "Deallocated"

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.min_ready_capacity is not None and self.min_ready_capacity > self.max_ready_capacity:
            raise ValueError("min_ready_capacity is above max_ready_capacity")
        return self


class ScaleInPolicy(Model):
    """Which instances go first."""

    rules: list[str] | None = None
    force_deletion: bool | None = None
    prioritize_unhealthy_vms: bool | None = None


class Health(Model):
    """The health signal."""

    protocol: str | None = None
    port: Int | None = None
    request_path: str | None = None
    interval_in_seconds: Int | None = None
    number_of_probes: Int | None = None
    grace_period_in_seconds: Int | None = None
    rich_states: bool = False
    probe_id: Annotated[InputId, ids.PROBE] | None = None

    @model_validator(mode="after")
    def _one_signal(self) -> Self:
        if self.probe_id is None:
            if self.protocol is None or self.port is None:
                raise ValueError("health needs protocol and port (or, on Uniform, probe_id)")
            return self._grace()
        extra = sorted(self.model_fields_set - {"probe_id"})
        if extra:
            raise ValueError(
                "a set has one health signal: give protocol and port, or probe_id alone; the probe itself says "
                f"{', '.join(extra)}"
            )
        return self

    def _grace(self) -> Self:
        if self.grace_period_in_seconds is not None and not self.rich_states:
            raise ValueError("grace_period_in_seconds needs rich_states: true")
        return self


class AutomaticRepairs(Model):
    """Automatic repairs."""

    enabled: bool = True
    grace_period: str | None = None
    action: str | None = None


class TerminateNotification(Model):
    """A notice before an instance is deleted."""

    enabled: bool = True
    not_before_timeout: str = "PT5M"


class RollingUpgrade(Model):
    """How a rolling upgrade goes."""

    max_batch_instance_percent: Int = 20
    max_unhealthy_instance_percent: Int = 20
    max_unhealthy_upgraded_instance_percent: Int = 20
    pause_time_between_batches: str = "PT0S"
    max_surge: bool | None = None
    enable_cross_zone_upgrade: bool | None = None
    prioritize_unhealthy_instances: bool | None = None
    rollback_failed_instances_on_policy_breach: bool | None = None


class AutomaticOsUpgrade(Model):
    """Automatic OS image upgrades."""

    enabled: bool = True
    disable_automatic_rollback: bool | None = None
    use_rolling_upgrade_policy: bool | None = None
    os_rolling_upgrade_deferral: bool | None = None


class UpgradePolicy(Model):
    """How the profile's instances follow a change."""

    mode: str = "Manual"
    rolling: RollingUpgrade | None = None
    automatic_os_upgrade: AutomaticOsUpgrade | None = None

    @model_validator(mode="after")
    def _rolling_only(self) -> Self:
        if self.rolling is not None and self.mode == "Manual":
            raise ValueError("rolling settings need mode Rolling (or Automatic with automatic_os_upgrade), not Manual")
        return self


class ZoneRebalancing(Model):
    """Automatic zone rebalancing."""

    enabled: bool = True
    rebalance_strategy: Literal["Recreate"] | None = None
    rebalance_behavior: Literal["CreateBeforeDelete"] | None = None


class Resiliency(Model):
    """Retries and rebalancing."""

    resilient_vm_creation: bool | None = None
    resilient_vm_deletion: bool | None = None
    automatic_zone_rebalancing: ZoneRebalancing | None = None


class ScaleRule(Model):
    """A metric rule."""

    metric_name: str
    metric_resource_id: InputId | None = None
    operator: Literal["GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual", "Equals", "NotEquals"]
    threshold: Annotated[float, Field(allow_inf_nan=False)]
    direction: Literal["Increase", "Decrease"]
    change_count: Annotated[Int, Field(ge=1, le=1000)] = 1
    change_type: Literal["ChangeCount", "PercentChangeCount", "ExactCount"] = "ChangeCount"
    cooldown: str = "PT5M"
    time_window: str = "PT10M"
    time_grain: str = "PT1M"
    time_aggregation: Literal["Average", "Minimum", "Maximum", "Total", "Count", "Last"] = "Average"
    statistic: Literal["Average", "Min", "Max", "Sum", "Count"] = "Average"


Weekday = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


class ScaleSchedule(Model):
    """When a profile of autoscale holds."""

    days: list[Weekday] | None = None
    hour: Annotated[Int, Field(ge=0, le=23)] = 0
    minute: Annotated[Int, Field(ge=0, le=59)] = 0
    time_zone: str = "UTC"
    start: str | None = None
    end: str | None = None

    @model_validator(mode="after")
    def _weekly_or_fixed(self) -> Self:
        if (self.days is None) == (self.start is None and self.end is None):
            raise ValueError("a schedule has days (weekly) or start and end (once)")
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end go together")
        daily = sorted({"hour", "minute"} & self.model_fields_set)
        if self.days is None and daily:
            raise ValueError(f"{' and '.join(daily)} go with days: write the time into start and end")
        return self


class ScaleProfile(Model):
    """A profile of autoscale."""

    name: Annotated[str, Field(min_length=1)]
    minimum: Annotated[Int, Field(ge=0, le=1000)]
    maximum: Annotated[Int, Field(ge=0, le=1000)]
    default: Annotated[Int, Field(ge=0, le=1000)] | None = None
    rules: Annotated[list[ScaleRule], Field(max_length=10)] = []
    schedule: ScaleSchedule | None = None

    @model_validator(mode="after")
    def _order(self) -> Self:
        default = self.minimum if self.default is None else self.default
        if not self.minimum <= default <= self.maximum:
            raise ValueError(f"expected minimum <= default <= maximum, got {self.minimum}, {default}, {self.maximum}")
        return self


class Autoscale(Model):
    """Autoscale settings."""

    name: SettingName | None = None
    enabled: bool = True
    profiles: Annotated[list[ScaleProfile], Field(min_length=1, max_length=20)]
    notify_emails: list[InputStr] = []
