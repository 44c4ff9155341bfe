"""``Microsoft.Insights/autoscaleSettings``: stored and checked, but nothing is scaled automatically."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from arm_simulator.core import errors, ids
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Body, Registry
from arm_simulator.core.store import Resource
from arm_simulator.providers.services import DeclaredKind
from arm_simulator.providers.standby_pools import running_pools_of

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

MAX_PROFILES = 20
MAX_RULES = 10
_MOST_DIGITS = 9
_TRIGGER = {
    **dict.fromkeys(
        (
            "metricName",
            "metricNamespace",
            "metricResourceUri",
            "metricResourceLocation",
            "timeGrain",
            "statistic",
            "timeWindow",
            "timeAggregation",
            "operator",
        ),
        str,
    ),
    "threshold": None,
    "dimensions": None,
    "dividePerInstance": bool,
}
_PROFILE = {
    "name": str,
    "capacity": {"minimum": None, "maximum": None, "default": None},
    "rules": [
        {
            "metricTrigger": _TRIGGER,
            "scaleAction": {"direction": str, "type": str, "value": None, "cooldown": str},
        }
    ],
    "fixedDate": {"timeZone": str, "start": str, "end": str},
    "recurrence": {"frequency": str, "schedule": {"timeZone": str, "days": None, "hours": None, "minutes": None}},
}
_ENUMS = {
    "direction": ("None", "Increase", "Decrease"),
    "type": ("ChangeCount", "PercentChangeCount", "ExactCount", "ServiceAllowedNextValue"),
    "statistic": ("Average", "Min", "Max", "Sum", "Count"),
    "timeAggregation": ("Average", "Minimum", "Maximum", "Total", "Count", "Last"),
    "operator": ("Equals", "NotEquals", "GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual"),
}


class AutoscaleKind(DeclaredKind):
    """``autoscaleSettings``."""

    type = "Microsoft.Insights/autoscaleSettings"
    long_running = frozenset()
    members: ClassVar[Mapping[str, Any]] = {
        "profiles": [_PROFILE],
        "notifications": None,
        "enabled": bool,
        "predictiveAutoscalePolicy": {"scaleMode": str, "scaleLookAheadTime": str},
        "name": str,
        "targetResourceUri": str,
        "targetResourceLocation": str,
    }

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:  # noqa: ARG002
        """Target, profiles, capacities and rules."""
        properties = body["properties"]
        properties.setdefault("name", rid.name)
        properties.setdefault("enabled", False)
        target = properties.get("targetResourceUri")
        if not target:
            raise errors.bad_request("The targetResourceUri is required.", "properties.targetResourceUri")
        if not ctx.reference_exists(target):
            raise errors.ArmError(404, "ResourceNotFound", f"The target resource id '{target}' does not exist.")
        for pool in running_pools_of(ctx, ids.parse(target)) if properties["enabled"] else ():
            raise errors.bad_request(
                f"Autoscale is not supported for '{target}': its standby pool '{pool.id.name}' keeps machines running.",
                "properties.targetResourceUri",
            )
        profiles = properties.get("profiles")
        if not profiles or len(profiles) > MAX_PROFILES:
            raise errors.bad_request(
                f"An autoscale setting has 1 to {MAX_PROFILES} profiles; {len(profiles or [])} were given.",
                "properties.profiles",
            )
        names = [str(profile.get("name", "")).lower() for profile in profiles]
        if len(set(names)) != len(names) or not all(names):
            raise errors.bad_request("Each autoscale profile needs a name of its own.", "properties.profiles")
        for index, profile in enumerate(profiles):
            _check_capacity(profile.get("capacity") or {}, f"properties.profiles[{index}].capacity")
            rules = profile.get("rules") or []
            profile["rules"] = rules
            if len(rules) > MAX_RULES:
                raise errors.bad_request(
                    f"A profile has at most {MAX_RULES} rules.", f"properties.profiles[{index}].rules"
                )
            for number, rule in enumerate(rules):
                _check_rule(rule, f"properties.profiles[{index}].rules[{number}]")


def _check_capacity(capacity: Body, path: str) -> None:
    numbers = {}
    for name in ("minimum", "maximum", "default"):
        text = capacity.get(name)
        if not isinstance(text, str) or not text.isdecimal() or len(text) > _MOST_DIGITS:
            raise errors.bad_request(
                f"The {path}.{name} '{text}' must be a whole number as a string.", f"{path}.{name}"
            )
        numbers[name] = int(text)
    if not numbers["minimum"] <= numbers["default"] <= numbers["maximum"]:
        raise errors.bad_request(
            f"The capacity must have minimum <= default <= maximum: {numbers['minimum']}, {numbers['default']}, "
            f"{numbers['maximum']}.",
            path,
        )


def _check_rule(rule: Body, path: str) -> None:
    for part, required in (
        (
            "metricTrigger",
            (
                "metricName",
                "metricResourceUri",
                "timeGrain",
                "statistic",
                "timeWindow",
                "timeAggregation",
                "operator",
                "threshold",
            ),
        ),
        ("scaleAction", ("direction", "type", "cooldown")),
    ):
        value = rule.get(part)
        if not value:
            raise errors.bad_request(f"The {path}.{part} is required.", f"{path}.{part}")
        for name in required:
            if value.get(name) is None:
                raise errors.bad_request(f"The {path}.{part}.{name} is required.", f"{path}.{part}.{name}")
            allowed = _ENUMS.get(name)
            if allowed and value[name] not in allowed:
                raise errors.bad_request(
                    f"The {path}.{part}.{name} '{value[name]}' is not valid: use {', '.join(allowed)}.",
                    f"{path}.{part}.{name}",
                )


def register(registry: Registry) -> None:
    """Add autoscale settings."""
    registry.add(AutoscaleKind())
