"""How many instances, at which price, in which health, upgraded how.

What the mode table limits (durations, percentages, combinations) is not repeated here: the layout's inputs are checked
against the table as a whole.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pulumi_azure_scaleset.model import ids
from pulumi_azure_scaleset.model.base import InputId, Int, Model
from pulumi_azure_scaleset.model.marks import Enumeration, TableLimits

EvictionPolicy = Annotated[
    str, Enumeration("EvictionPolicy", "What becomes of an evicted Spot instance.", ("Deallocate", "Delete"))
]
SpotPriority = Annotated[Literal["Spot", "SpotPlus"], Enumeration("SpotPriority", "The kind of Spot instances.")]
AllocationStrategy = Annotated[
    Literal["LowestPrice", "CapacityOptimized", "Prioritized"],
    Enumeration("AllocationStrategy", "By what Azure chooses among the sizes of an instance mix."),
]
StandbyState = Annotated[
    Literal["Running", "Deallocated", "Hibernated"],
    Enumeration("StandbyState", "The state of a standby pool's machines."),
]
ScaleInRule = Annotated[
    str,
    Enumeration(
        "ScaleInRule", "A rule by which instances are chosen when a set shrinks.", ("Default", "OldestVM", "NewestVM")
    ),
]
HealthProtocol = Annotated[
    str, Enumeration("HealthProtocol", "The protocol of the Application Health extension.", ("http", "https", "tcp"))
]
RepairAction = Annotated[
    str, Enumeration("RepairAction", "What is done to an unhealthy instance.", ("Replace", "Reimage", "Restart"))
]
UpgradeMode = Annotated[
    str,
    Enumeration(
        "UpgradeMode", "How instances of a profile get the set's new model.", ("Manual", "Automatic", "Rolling")
    ),
]
RebalanceStrategy = Annotated[
    Literal["Recreate"], Enumeration("RebalanceStrategy", "How zone rebalancing moves an instance.")
]
RebalanceBehavior = Annotated[
    Literal["CreateBeforeDelete"], Enumeration("RebalanceBehavior", "The order in which zone rebalancing works.")
]


class Spot(Model):
    """Spot instances: cheap, and evicted when Azure needs the room."""

    priority: SpotPriority = "Spot"
    """Spot, or SpotPlus, which needs api_version 2026-04-01."""

    eviction_policy: EvictionPolicy = "Delete"
    """What becomes of an instance that Azure evicts."""
    max_price: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """The highest price in US dollars an hour; -1 (default) for up to the regular price."""
    restore_enabled: bool | None = None
    """True to let Azure try to bring evicted instances back."""
    restore_timeout: str | None = None
    """How long it tries, as an ISO 8601 duration such as PT1H."""


class PriorityMix(Model):
    """Regular instances among the Spot ones. Flexible only."""

    base_regular_priority_count: Annotated[Int, TableLimits(0, 1000)] | None = None
    """How many regular instances come first."""
    regular_priority_percentage_above_base: Annotated[Int, TableLimits(0, 100)] | None = None
    """Which share of the others is regular, in percent."""


class MixSize(Model):
    """One size of an instance mix."""

    name: str
    """The VM size, of the A, B, D, E or F family."""
    rank: Annotated[Int, Field(ge=0)] | None = None
    """The size's rank with allocation strategy Prioritized; 0 comes first."""


class InstanceMix(Model):
    """Several VM sizes in one set (skuProfile). Flexible only."""

    vm_sizes: Annotated[list[MixSize], TableLimits(1, 5)]
    """The sizes."""
    allocation_strategy: AllocationStrategy = "LowestPrice"
    """By what Azure chooses among the sizes."""


class StandbyPool(Model):
    """A pool of prepared virtual machines that the set takes from when it scales out. Flexible only."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{3,24}$")] | None = None
    """The pool's name, 3 to 24 characters; {scale set name}-pool by default."""
    max_ready_capacity: Annotated[Int, Field(ge=0, le=1000)]
    """Set and pool together hold at most this many."""
    min_ready_capacity: Annotated[Int, Field(ge=0, le=1000)] | None = None
    """The pool always keeps this many ready; max_ready_capacity by default."""
    virtual_machine_state: StandbyState = "Deallocated"
    """The state in which the pool keeps its machines."""

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.min_ready_capacity is not None and self.min_ready_capacity > self.max_ready_capacity:
            raise ValueError("min_ready_capacity is above max_ready_capacity")
        return self


class ScaleInPolicy(Model):
    """Which instances go first when the set shrinks. Protected ones are passed over."""

    rules: list[ScaleInRule] | None = None
    """The rules by which instances are chosen, in this order."""
    force_deletion: bool | None = None
    """True to delete without a clean shutdown."""
    prioritize_unhealthy_vms: bool | None = None
    """True to remove unhealthy instances first."""


class Health(Model):
    """The Application Health extension in the profile, or on Uniform a load balancer probe."""

    protocol: HealthProtocol | None = None
    """The protocol of the probes."""
    port: Annotated[Int, TableLimits(1, 65535)] | None = None
    """The port on the instance."""
    request_path: str | None = None
    """The path to ask for; needed with http and https, forbidden with tcp."""
    interval_in_seconds: Annotated[Int, TableLimits(5, 60)] | None = None
    """The time between two probes, in seconds; Azure takes 5 by default."""
    number_of_probes: Annotated[Int, TableLimits(1, 24)] | None = None
    """How many probes in a row change the verdict; Azure takes 1 by default."""
    grace_period_in_seconds: Annotated[Int, TableLimits(0, 14400)] | None = None
    """How long a new instance may take to become healthy, in seconds. Rich health states only."""
    rich_states: bool = False
    """True for the extension's version 2 with the states Initializing and Unknown."""
    probe_id: Annotated[InputId, ids.PROBE] | None = None
    """Uniform only: the id of a load balancer probe to use instead of the extension."""

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
    """Automatic repair of unhealthy instances; needs health."""

    enabled: bool = True
    """Whether unhealthy instances are repaired, once this object is given."""
    grace_period: Annotated[str, TableLimits("PT10M", "PT90M")] | None = None
    """How long a changed instance is left alone; Azure takes PT10M by default."""
    action: RepairAction | None = None
    """What is done to an unhealthy instance; Azure takes Replace by default."""


class TerminateNotification(Model):
    """A scheduled event before an instance is deleted."""

    enabled: bool = True
    """Whether there is a notice, once this object is given."""
    not_before_timeout: Annotated[str, TableLimits("PT5M", "PT15M")] = "PT5M"
    """How long before the end."""


class RollingUpgrade(Model):
    """How a rolling upgrade goes through the instances."""

    max_batch_instance_percent: Annotated[Int, TableLimits(5, 100)] = 20
    """The largest batch, in percent."""
    max_unhealthy_instance_percent: Annotated[Int, TableLimits(5, 100)] = 20
    """How much of the set may be unhealthy before it stops, in percent."""
    max_unhealthy_upgraded_instance_percent: Annotated[Int, TableLimits(0, 100)] = 20
    """How much of what was upgraded may be unhealthy before it stops, in percent."""
    pause_time_between_batches: str = "PT0S"
    """The pause after a batch as an ISO 8601 duration."""
    max_surge: bool | None = None
    """True to create new instances first and delete the old ones after."""
    enable_cross_zone_upgrade: bool | None = None
    """True to take instances of several zones into one batch."""
    prioritize_unhealthy_instances: bool | None = None
    """True to upgrade unhealthy instances first."""
    rollback_failed_instances_on_policy_breach: bool | None = None
    """True to roll failed instances back. Uniform only."""


class AutomaticOsUpgrade(Model):
    """Automatic OS image upgrades. Contested on Flexible: see the mode table."""

    enabled: bool = True
    """Whether new images are installed, once this object is given."""
    disable_automatic_rollback: bool | None = None
    """True to keep failed instances as they are."""
    use_rolling_upgrade_policy: bool | None = None
    """True to follow the rolling settings."""
    os_rolling_upgrade_deferral: bool | None = None
    """True to hold each upgrade back until an ApproveRollingUpgrade call approves it: without such calls, which the
    Azure command line does not have, instances get no OS upgrades."""


class UpgradePolicy(Model):
    """How instances of the profile follow a change of the set's model."""

    mode: UpgradeMode = "Manual"
    """How instances get the set's new model."""
    rolling: RollingUpgrade | None = None
    """Settings for Rolling."""
    automatic_os_upgrade: AutomaticOsUpgrade | None = None
    """Automatic OS image upgrades."""

    @model_validator(mode="after")
    def _rolling_only(self) -> Self:
        if self.rolling is not None and self.mode == "Manual":
            raise ValueError("rolling settings need mode Rolling (or Automatic with automatic_os_upgrade), not Manual")
        return self


class ZoneRebalancing(Model):
    """Automatic zone rebalancing (preview)."""

    enabled: bool = True
    """Whether zones are rebalanced, once this object is given."""
    rebalance_strategy: RebalanceStrategy | None = None
    """How an instance gets into another zone."""
    rebalance_behavior: RebalanceBehavior | None = None
    """In which order."""


class Resiliency(Model):
    """What the platform does when a creation or deletion fails, or a zone runs full."""

    resilient_vm_creation: bool | None = None
    """True to retry failed creations."""
    resilient_vm_deletion: bool | None = None
    """True to retry failed deletions."""
    automatic_zone_rebalancing: ZoneRebalancing | None = None
    """Automatic zone rebalancing."""
