"""Autoscale settings: what changes the number of the profile's instances, when, and who is notified."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pulumi_azure_scaleset.model.base import InputId, InputStr, InputText, Int, Model, SettingName
from pulumi_azure_scaleset.model.marks import Enumeration

MetricOperator = Annotated[
    Literal["GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual", "Equals", "NotEquals"],
    Enumeration("MetricOperator", "How a metric is compared with its threshold."),
]
ScaleDirection = Annotated[
    Literal["Increase", "Decrease"],
    Enumeration("ScaleDirection", "The direction in which a rule changes the capacity."),
]
ChangeType = Annotated[
    Literal["ChangeCount", "PercentChangeCount", "ExactCount"],
    Enumeration("ChangeType", "What the change of a scale rule counts."),
]
TimeAggregation = Annotated[
    Literal["Average", "Minimum", "Maximum", "Total", "Count", "Last"],
    Enumeration("TimeAggregation", "How a metric's values over the time become one."),
]
MetricStatistic = Annotated[
    Literal["Average", "Min", "Max", "Sum", "Count"],
    Enumeration("MetricStatistic", "How a metric's values of the instances become one."),
]
DimensionOperator = Annotated[
    Literal["Equals", "NotEquals"], Enumeration("DimensionOperator", "How a metric's dimension is compared.")
]
PredictiveMode = Annotated[
    Literal["Enabled", "ForecastOnly", "Disabled"],
    Enumeration("PredictiveMode", "Whether forecasts change the capacity, are shown only, or are not made."),
]
Weekday = Annotated[
    Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    Enumeration("Weekday", "A day of the week."),
]


class MetricDimension(Model):
    """A dimension of a metric that a rule looks at."""

    name: InputStr
    """The dimension, for example VMName."""
    operator: DimensionOperator = "Equals"
    """How its value is compared with the values."""
    values: Annotated[list[InputStr], Field(min_length=1)]
    """The values, * for all."""


class ScaleRule(Model):
    """A metric rule of autoscale: when a metric crosses the threshold, change the capacity."""

    metric_name: str
    """The metric, for example "Percentage CPU"."""
    metric_resource_id: InputId | None = None
    """The resource that has the metric; the set itself by default."""
    metric_resource_location: InputStr | None = None
    """The region of that resource, if it is another one than the set's."""
    metric_namespace: InputStr | None = None
    """The metric's namespace, for metrics of your own."""
    dimensions: list[MetricDimension] = []
    """The dimensions of the metric that count; all by default."""
    divide_per_instance: bool | None = None
    """True to divide the metric by the number of instances."""
    operator: MetricOperator
    """How the metric is compared with the threshold."""
    threshold: Annotated[float, Field(allow_inf_nan=False)]
    """The metric's threshold, in the metric's unit."""
    direction: ScaleDirection
    """In which direction the capacity changes."""
    change_count: Annotated[Int, Field(ge=1, le=1000)] = 1
    """By how much: instances or percent."""
    change_type: ChangeType = "ChangeCount"
    """What change_count counts."""
    cooldown: str = "PT5M"
    """The pause after a change as an ISO 8601 duration."""
    time_window: str = "PT10M"
    """The time that is looked at, PT5M to PT12H."""
    time_grain: str = "PT1M"
    """The metric's grain as an ISO 8601 duration."""
    time_aggregation: TimeAggregation = "Average"
    """How the metric's values over the time become one."""
    statistic: MetricStatistic = "Average"
    """How the metric's values of the instances become one."""


class ScaleSchedule(Model):
    """When a profile of autoscale holds: weekly on days at a time, or between two dates."""

    days: list[Weekday] | None = None
    """Weekdays in English, for a weekly schedule."""
    hour: Annotated[Int, Field(ge=0, le=23)] = 0
    """The hour at which it begins."""
    minute: Annotated[Int, Field(ge=0, le=59)] = 0
    """The minute at which it begins."""
    time_zone: str = "UTC"
    """A Windows time zone name."""
    start: str | None = None
    """The first moment of a fixed schedule, ISO 8601."""
    end: str | None = None
    """The last moment of a fixed schedule, ISO 8601."""

    @model_validator(mode="after")
    def _weekly_or_fixed(self) -> Self:
        if (self.days is None) == (self.start is None and self.end is None):
            raise ValueError("a schedule has days (weekly) or start and end (once)")
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end go together")
        daily = sorted({"hour", "minute"} & self.model_fields_set)
        if self.days is None and daily:
            raise ValueError(f"set {' and '.join(daily)} only together with days; write the time into start and end")
        return self


class ScaleProfile(Model):
    """A profile of autoscale: limits, rules and when it holds."""

    name: Annotated[str, Field(min_length=1)]
    """The profile's name, unique."""
    minimum: Annotated[Int, Field(ge=0, le=1000)]
    """The fewest instances."""
    maximum: Annotated[Int, Field(ge=0, le=1000)]
    """The most instances."""
    default: Annotated[Int, Field(ge=0, le=1000)] | None = None
    """The capacity when the metric cannot be read; the minimum by default."""
    rules: Annotated[list[ScaleRule], Field(max_length=10)] = []
    """Metric rules."""
    schedule: ScaleSchedule | None = None
    """When the profile holds; always by default."""

    @model_validator(mode="after")
    def _order(self) -> Self:
        default = self.minimum if self.default is None else self.default
        if not self.minimum <= default <= self.maximum:
            raise ValueError(f"expected minimum <= default <= maximum, got {self.minimum}, {default}, {self.maximum}")
        return self


class PredictiveAutoscale(Model):
    """Forecasts of the CPU's load from the past (7 days at least); only for the metric Percentage CPU."""

    scale_mode: PredictiveMode
    """Whether forecasts change the capacity."""
    scale_look_ahead_time: str | None = None
    """How long before a forecast load instances are made, an ISO 8601 duration up to PT1H."""


class Webhook(Model):
    """An address that is called on each change of the capacity."""

    service_uri: InputStr
    """The address, https; what it has as a secret is readable in Azure."""
    properties: dict[str, InputText] = {}
    """Texts that are sent along."""


class Autoscale(Model):
    """Autoscale settings (Microsoft.Insights) for the profile's instances; it then owns the capacity."""

    name: SettingName | None = None
    """The setting's name; {scale set name}-autoscale by default."""
    enabled: bool = True
    """Whether the setting is active."""
    profiles: Annotated[list[ScaleProfile], Field(min_length=1, max_length=20)]
    """The profiles, the first of which says with how many instances the set begins."""
    notify_emails: list[InputStr] = []
    """Addresses that get a mail about each change."""
    notify_subscription_administrator: bool | None = None
    """True to send a mail to the subscription's administrator too."""
    notify_subscription_co_administrators: bool | None = None
    """True to send a mail to the subscription's co-administrators too."""
    webhooks: list[Webhook] = []
    """Addresses that are called on each change."""
    predictive: PredictiveAutoscale | None = None
    """Forecasts, so that instances are there before the load."""
    target_resource_location: InputStr | None = None
    """The set's region, if the setting is in another one (location)."""
