"""How many instances, at which price, in which health, upgraded how. Read by Pulumi's component analyzer.

No ``from __future__ import annotations`` here: the analyzer reads annotations as they are.
"""

from typing import Required, TypedDict

import pulumi


class Spot(TypedDict, total=False):
    """Spot instances: cheap, and evicted when Azure needs the room."""

    eviction_policy: str
    """Deallocate or Delete; Delete by default."""
    max_price: float
    """The highest price in US dollars an hour; -1 (default) for up to the regular price."""
    restore_enabled: bool
    """True to let Azure try to bring evicted instances back."""
    restore_timeout: str
    """How long it tries, as an ISO 8601 duration such as PT1H."""


class PriorityMix(TypedDict, total=False):
    """Regular instances among the Spot ones. Flexible only."""

    base_regular_priority_count: int
    """How many regular instances come first, 0 to 1,000."""
    regular_priority_percentage_above_base: int
    """Which share of the others is regular, 0 to 100 percent."""


class MixSize(TypedDict, total=False):
    """One size of an instance mix."""

    name: Required[str]
    """The VM size, of the A, B, D, E or F family."""
    rank: int
    """The size's rank with allocation strategy Prioritized; 0 comes first."""


class InstanceMix(TypedDict, total=False):
    """Several VM sizes in one set (skuProfile). Flexible only."""

    vm_sizes: Required[list[MixSize]]
    """One to five sizes."""
    allocation_strategy: str
    """LowestPrice (default), CapacityOptimized or Prioritized."""


class StandbyPool(TypedDict, total=False):
    """A pool of prepared virtual machines that the set takes from when it scales out. Flexible only."""

    name: str
    """The pool's name, 3 to 24 characters; {scale set name}-pool by default."""
    max_ready_capacity: Required[int]
    """Set and pool together hold at most this many, 0 to 1,000."""
    min_ready_capacity: int
    """The pool always keeps this many ready; max_ready_capacity by default."""
    virtual_machine_state: str
    """Running, Deallocated (default) or Hibernated."""


class ScaleInPolicy(TypedDict, total=False):
    """Which instances go first when the set shrinks. Protected ones are passed over."""

    rules: list[str]
    """Default, OldestVM or NewestVM."""
    force_deletion: bool
    """True to delete without a clean shutdown."""
    prioritize_unhealthy_vms: bool
    """True to remove unhealthy instances first."""


class Health(TypedDict, total=False):
    """The Application Health extension in the profile, or on Uniform a load balancer probe."""

    protocol: str
    """http, https or tcp."""
    port: int
    """The port on the instance, 1 to 65535."""
    request_path: str
    """The path to ask for; needed with http and https, forbidden with tcp."""
    interval_in_seconds: int
    """The time between two probes, 5 to 60 seconds; 5 by default."""
    number_of_probes: int
    """How many probes in a row change the verdict, 1 to 24; 1 by default."""
    grace_period_in_seconds: int
    """How long a new instance may take to become healthy, up to 14,400 seconds. Rich health states only."""
    rich_states: bool
    """True for the extension's version 2 with the states Initializing and Unknown; false by default."""
    probe_id: pulumi.Input[str]
    """Uniform only: the id of a load balancer probe to use instead of the extension."""


class AutomaticRepairs(TypedDict, total=False):
    """Automatic repair of unhealthy instances; needs health."""

    enabled: bool
    """True by default, once this object is given."""
    grace_period: str
    """How long a changed instance is left alone, PT10M (default) to PT90M."""
    action: str
    """Replace (default), Reimage or Restart."""


class TerminateNotification(TypedDict, total=False):
    """A scheduled event before an instance is deleted."""

    enabled: bool
    """True by default, once this object is given."""
    not_before_timeout: str
    """How long before the end, PT5M (default) to PT15M."""


class RollingUpgrade(TypedDict, total=False):
    """How a rolling upgrade goes through the instances."""

    max_batch_instance_percent: int
    """The largest batch, 5 to 100 percent; 20 by default."""
    max_unhealthy_instance_percent: int
    """How much of the set may be unhealthy before it stops, 5 to 100 percent; 20 by default."""
    max_unhealthy_upgraded_instance_percent: int
    """How much of what was upgraded may be unhealthy before it stops, 0 to 100 percent; 20 by default."""
    pause_time_between_batches: str
    """The pause after a batch as an ISO 8601 duration; PT0S by default."""
    max_surge: bool
    """True to create new instances first and delete the old ones after."""
    enable_cross_zone_upgrade: bool
    """True to take instances of several zones into one batch."""
    prioritize_unhealthy_instances: bool
    """True to upgrade unhealthy instances first."""
    rollback_failed_instances_on_policy_breach: bool
    """True to roll failed instances back. Uniform only."""


class AutomaticOsUpgrade(TypedDict, total=False):
    """Automatic OS image upgrades. Contested on Flexible: see the mode table."""

    enabled: bool
    """True by default, once this object is given."""
    disable_automatic_rollback: bool
    """True to keep failed instances as they are."""
    use_rolling_upgrade_policy: bool
    """True to follow the rolling settings."""
    os_rolling_upgrade_deferral: bool
    """True to wait for the maintenance window."""


class UpgradePolicy(TypedDict, total=False):
    """How instances of the profile follow a change of the set's model."""

    mode: str
    """Manual (default), Automatic or Rolling."""
    rolling: RollingUpgrade
    """Settings for Rolling."""
    automatic_os_upgrade: AutomaticOsUpgrade
    """Automatic OS image upgrades."""


class ZoneRebalancing(TypedDict, total=False):
    """Automatic zone rebalancing (preview)."""

    enabled: bool
    """True by default, once this object is given."""
    rebalance_strategy: str
    """Recreate."""
    rebalance_behavior: str
    """CreateBeforeDelete."""


class Resiliency(TypedDict, total=False):
    """What the platform does when a creation or deletion fails, or a zone runs full."""

    resilient_vm_creation: bool
    """True to retry failed creations."""
    resilient_vm_deletion: bool
    """True to retry failed deletions."""
    automatic_zone_rebalancing: ZoneRebalancing
    """Automatic zone rebalancing."""


class ScaleRule(TypedDict, total=False):
    """A metric rule of autoscale: when a metric crosses the threshold, change the capacity."""

    metric_name: Required[str]
    """The metric, for example "Percentage CPU"."""
    metric_resource_id: pulumi.Input[str]
    """The resource that has the metric; the set itself by default."""
    operator: Required[str]
    """GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual, Equals or NotEquals."""
    threshold: Required[float]
    """The metric's threshold, in the metric's unit."""
    direction: Required[str]
    """Increase or Decrease."""
    change_count: int
    """By how much: instances or percent; 1 by default."""
    change_type: str
    """ChangeCount (default), PercentChangeCount or ExactCount."""
    cooldown: str
    """The pause after a change as an ISO 8601 duration; PT5M by default."""
    time_window: str
    """The time that is looked at, PT5M to PT12H; PT10M by default."""
    time_grain: str
    """The metric's grain as an ISO 8601 duration; PT1M by default."""
    time_aggregation: str
    """Average (default), Minimum, Maximum, Total, Count or Last."""
    statistic: str
    """Average (default), Min, Max, Sum or Count over the instances."""


class ScaleSchedule(TypedDict, total=False):
    """When a profile of autoscale holds: weekly on days at a time, or between two dates."""

    days: list[str]
    """Weekdays in English, for a weekly schedule."""
    hour: int
    """The hour at which it begins, 0 to 23."""
    minute: int
    """The minute at which it begins, 0 to 59."""
    time_zone: str
    """A Windows time zone name; UTC by default."""
    start: str
    """The first moment of a fixed schedule, ISO 8601."""
    end: str
    """The last moment of a fixed schedule, ISO 8601."""


class ScaleProfile(TypedDict, total=False):
    """A profile of autoscale: limits, rules and when it holds."""

    name: Required[str]
    """The profile's name, unique."""
    minimum: Required[int]
    """The fewest instances."""
    maximum: Required[int]
    """The most instances."""
    default: int
    """The capacity when the metric cannot be read; the minimum by default."""
    rules: list[ScaleRule]
    """Metric rules, at most 10."""
    schedule: ScaleSchedule
    """When the profile holds; always by default."""


class Autoscale(TypedDict, total=False):
    """Autoscale settings (Microsoft.Insights) for the profile's instances; it then owns the capacity."""

    name: str
    """The setting's name; {scale set name}-autoscale by default."""
    enabled: bool
    """True by default."""
    profiles: Required[list[ScaleProfile]]
    """One to 20 profiles."""
    notify_emails: list[pulumi.Input[str]]
    """Addresses that are told of each change."""
