"""What is attached to a set, as arguments of the component: locks, autoscale, grants, diagnostic settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scaleset_migration.adopting.things import Found, Thing
from scaleset_migration.reverse.parts import at, given, objects, renamed

_ROLE = {
    "principal_id": "principalId",
    "principal_type": "principalType",
    "description": "description",
    "condition": "condition",
    "condition_version": "conditionVersion",
    "delegated_managed_identity_resource_id": "delegatedManagedIdentityResourceId",
}
_SETTING = {
    "workspace_id": "workspaceId",
    "storage_account_id": "storageAccountId",
    "event_hub_authorization_rule_id": "eventHubAuthorizationRuleId",
    "event_hub_name": "eventHubName",
    "marketplace_partner_id": "marketplacePartnerId",
    "log_analytics_destination_type": "logAnalyticsDestinationType",
}
_RULE = {
    "metric_name": "metricTrigger.metricName",
    "metric_namespace": "metricTrigger.metricNamespace",
    "metric_resource_location": "metricTrigger.metricResourceLocation",
    "divide_per_instance": "metricTrigger.dividePerInstance",
    "operator": "metricTrigger.operator",
    "threshold": "metricTrigger.threshold",
    "direction": "scaleAction.direction",
    "change_type": "scaleAction.type",
    "cooldown": "scaleAction.cooldown",
    "time_window": "metricTrigger.timeWindow",
    "time_grain": "metricTrigger.timeGrain",
    "time_aggregation": "metricTrigger.timeAggregation",
    "statistic": "metricTrigger.statistic",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that can be taken in, or left outside.

    Attributes:
        label: What it is, for people.
        argument: The argument that it is an entry of, or is.
        value: The argument's value, or its entry.
        key: The entry's key; ``""`` if it is the whole argument.
        pairs: Its children's keys, each with its resource in Azure.
        more: Other arguments that belong to it; None removes one.
    """

    label: str
    argument: str
    value: Any
    key: str = ""
    pairs: Mapping[str, Thing] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


def candidates(found: Found) -> Iterator[Candidate]:
    """What is attached to the set itself.

    Args:
        found: The set.
    """
    for lock in found.locks:
        level = str(at(lock.inputs, "level"))
        argument = {"level": level, **given(notes=at(lock.inputs, "notes"))}
        yield Candidate(f"lock {lock.short}", "lock", argument, "", {f"lock:scaleSet/{level.lower()}": lock})
    for setting in found.autoscale:
        value = _autoscale(setting)
        yield Candidate(f"autoscale setting {setting.short}", "autoscale", value, "", {"autoscale": setting})
    for role in found.roles:
        grant = {"role_definition_id": at(role.inputs, "roleDefinitionId"), **renamed(role.inputs, _ROLE)}
        grant["name"] = role.short
        yield Candidate(
            f"role assignment {role.short}", "role_assignments", grant, role.short, {f"role:{role.short}": role}
        )
    for each in found.settings:
        categories = [str(at(one, "category")) for one in objects(each.inputs, "metrics") if at(one, "enabled") is True]
        value = {**renamed(each.inputs, _SETTING), **given(metric_categories=categories)}
        yield Candidate(
            f"diagnostic setting {each.short}",
            "diagnostic_settings",
            value,
            each.short,
            {f"diagnostics:{each.short}": each},
        )


def _autoscale(setting: Thing) -> dict[str, Any]:
    body = setting.inputs
    enabled = at(body, "enabled")
    return {
        "name": setting.short,
        **given(enabled=enabled if enabled is not True else None),
        "profiles": [_profile(each) for each in objects(body, "profiles")],
    }


def _profile(body: Mapping[str, Any]) -> dict[str, Any]:
    capacity = {name: _number(at(body, f"capacity.{name}")) for name in ("minimum", "maximum", "default")}
    found = given(name=at(body, "name"), **capacity, rules=[_rule(each) for each in objects(body, "rules")])
    days = at(body, "recurrence.schedule.days")
    if days:
        schedule = at(body, "recurrence.schedule")
        hours, minutes = at(schedule, "hours") or [0], at(schedule, "minutes") or [0]
        zone = given(time_zone=at(schedule, "timeZone"))
        found["schedule"] = {"days": list(days), "hour": hours[0], "minute": minutes[0], **zone}
    elif at(body, "fixedDate") is not None:
        found["schedule"] = renamed(at(body, "fixedDate"), {"start": "start", "end": "end", "time_zone": "timeZone"})
    return found


def _rule(body: Mapping[str, Any]) -> dict[str, Any]:
    return {**renamed(body, _RULE), **given(change_count=_number(at(body, "scaleAction.value")))}


def _number(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isdigit() else None
