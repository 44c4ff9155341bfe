"""What changes the capacity from outside the program: autoscale settings and standby pools."""

from typing import Any

from pulumi_azure_scaleset.layout.scale_set import KEY as SCALE_SET
from pulumi_azure_scaleset.model.autoscale import Autoscale, PredictiveAutoscale, ScaleProfile, ScaleRule, ScaleSchedule
from pulumi_azure_scaleset.model.capacity import StandbyPool
from pulumi_azure_scaleset.model.resolved import standby_pool_name
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.resources import Child, Ref, compact


def autoscale_child(model: ScaleSetModel, settings: Autoscale, component: str) -> Child:
    """The autoscale settings of the profile's instances."""
    return Child(
        key="autoscale",
        kind="autoscaleSetting",
        type=tokens.AUTOSCALE,
        name=f"{component}-autoscale",
        inputs=compact(
            {
                "resourceGroupName": model.resource_group_name,
                "autoscaleSettingName": settings.name or f"{model.scale_set_name}-autoscale",
                "location": model.location,
                "enabled": settings.enabled,
                "targetResourceUri": Ref(SCALE_SET, required=True),
                "targetResourceLocation": settings.target_resource_location,
                "predictiveAutoscalePolicy": _predictive(settings.predictive),
                "profiles": [_profile(profile) for profile in settings.profiles],
                "notifications": _notifications(settings),
                "tags": dict(model.tags) or None,
            }
        ),
    )


def _notifications(settings: Autoscale) -> list[dict[str, Any]] | None:
    email = compact(
        {
            "customEmails": list(settings.notify_emails) or None,
            "sendToSubscriptionAdministrator": settings.notify_subscription_administrator,
            "sendToSubscriptionCoAdministrators": settings.notify_subscription_co_administrators,
        }
    )
    webhooks = [
        compact({"serviceUri": each.service_uri, "properties": dict(each.properties) or None})
        for each in settings.webhooks
    ]
    if not email and not webhooks:
        return None
    return [compact({"operation": "Scale", "email": email or None, "webhooks": webhooks or None})]


def _predictive(policy: PredictiveAutoscale | None) -> dict[str, Any] | None:
    if policy is None:
        return None
    return compact({"scaleMode": policy.scale_mode, "scaleLookAheadTime": policy.scale_look_ahead_time})


def _profile(profile: ScaleProfile) -> dict[str, Any]:
    default = profile.minimum if profile.default is None else profile.default
    # Microsoft.Insights takes the three numbers as text.
    capacity = {"minimum": str(profile.minimum), "maximum": str(profile.maximum), "default": str(default)}
    return {
        "name": profile.name,
        "capacity": capacity,
        "rules": [_rule(rule) for rule in profile.rules],
        **({} if profile.schedule is None else _schedule(profile.schedule)),
    }


def _rule(rule: ScaleRule) -> dict[str, Any]:
    target = Ref(SCALE_SET, required=True) if rule.metric_resource_id is None else rule.metric_resource_id
    dimensions = [
        {"dimensionName": each.name, "operator": each.operator, "values": list(each.values)} for each in rule.dimensions
    ]
    return {
        "metricTrigger": compact(
            {
                "metricName": rule.metric_name,
                "metricNamespace": rule.metric_namespace,
                "metricResourceUri": target,
                "metricResourceLocation": rule.metric_resource_location,
                "operator": rule.operator,
                "threshold": rule.threshold,
                "timeGrain": rule.time_grain,
                "timeWindow": rule.time_window,
                "timeAggregation": rule.time_aggregation,
                "statistic": rule.statistic,
                "dimensions": dimensions or None,
                "dividePerInstance": rule.divide_per_instance,
            }
        ),
        "scaleAction": {
            "direction": rule.direction,
            "type": rule.change_type,
            "value": str(rule.change_count),
            "cooldown": rule.cooldown,
        },
    }


def _schedule(schedule: ScaleSchedule) -> dict[str, Any]:
    if schedule.days is None:
        return {"fixedDate": {"timeZone": schedule.time_zone, "start": schedule.start, "end": schedule.end}}
    weekly = {
        "timeZone": schedule.time_zone,
        "days": list(schedule.days),
        "hours": [schedule.hour],
        "minutes": [schedule.minute],
    }
    return {"recurrence": {"frequency": "Week", "schedule": weekly}}


def standby_pool_child(model: ScaleSetModel, pool: StandbyPool, component: str) -> Child:
    """The standby pool of the set."""
    minimum = pool.max_ready_capacity if pool.min_ready_capacity is None else pool.min_ready_capacity
    return Child(
        key="standbyPool",
        kind="standbyVirtualMachinePool",
        type=tokens.STANDBY_POOL,
        name=f"{component}-pool",
        inputs=compact(
            {
                "resourceGroupName": model.resource_group_name,
                "standbyVirtualMachinePoolName": standby_pool_name(model, pool),
                "location": model.location,
                "attachedVirtualMachineScaleSetId": Ref(SCALE_SET),
                "elasticityProfile": {"maxReadyCapacity": pool.max_ready_capacity, "minReadyCapacity": minimum},
                "virtualMachineState": pool.virtual_machine_state,
                "tags": dict(model.tags) or None,
            }
        ),
    )
