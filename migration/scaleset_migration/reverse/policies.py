"""Upgrades, repairs, scale-in, resiliency: what a set does by itself."""

from typing import Any

from scaleset_migration.reverse.parts import at, given, objects, renamed

_ROLLING = {
    "max_batch_instance_percent": "maxBatchInstancePercent",
    "max_unhealthy_instance_percent": "maxUnhealthyInstancePercent",
    "max_unhealthy_upgraded_instance_percent": "maxUnhealthyUpgradedInstancePercent",
    "pause_time_between_batches": "pauseTimeBetweenBatches",
    "max_surge": "maxSurge",
    "enable_cross_zone_upgrade": "enableCrossZoneUpgrade",
    "prioritize_unhealthy_instances": "prioritizeUnhealthyInstances",
    "rollback_failed_instances_on_policy_breach": "rollbackFailedInstancesOnPolicyBreach",
}
_USUAL_ROLLING = {
    "max_batch_instance_percent": 20,
    "max_unhealthy_instance_percent": 20,
    "max_unhealthy_upgraded_instance_percent": 20,
    "pause_time_between_batches": "PT0S",
}
_AUTOMATIC = {
    "enabled": "enableAutomaticOSUpgrade",
    "disable_automatic_rollback": "disableAutomaticRollback",
    "use_rolling_upgrade_policy": "useRollingUpgradePolicy",
    "os_rolling_upgrade_deferral": "osRollingUpgradeDeferral",
}


def upgrade_policy(body: Any) -> dict[str, Any] | None:
    """How instances get the set's new model; None for Manual and nothing else, the component's default."""
    policy = at(body, "upgradePolicy")
    mode = at(policy, "mode")
    found = given(mode=mode if mode != "Manual" else None)
    rolling = renamed(at(policy, "rollingUpgradePolicy"), _ROLLING)
    short = {name: value for name, value in rolling.items() if _USUAL_ROLLING.get(name) != value}
    if rolling:
        found["rolling"] = short
    automatic = renamed(at(policy, "automaticOSUpgradePolicy"), _AUTOMATIC)
    if automatic:
        found["automatic_os_upgrade"] = automatic
    return found or None


def policies(body: Any) -> dict[str, Any]:
    """The arguments about what the set does by itself."""
    repairs = renamed(
        at(body, "automaticRepairsPolicy"),
        {"enabled": "enabled", "grace_period": "gracePeriod", "action": "repairAction"},
    )
    scale_in = renamed(
        at(body, "scaleInPolicy"),
        {"rules": "rules", "force_deletion": "forceDeletion", "prioritize_unhealthy_vms": "prioritizeUnhealthyVMs"},
    )
    events = renamed(
        at(body, "scheduledEventsPolicy"),
        {
            "user_initiated_redeploy": "userInitiatedRedeploy.automaticallyApprove",
            "user_initiated_reboot": "userInitiatedReboot.automaticallyApprove",
            "event_grid_and_resource_graph": (
                "scheduledEventsAdditionalPublishingTargets.eventGridAndResourceGraph.enable"
            ),
        },
    )
    mix = renamed(
        at(body, "priorityMixPolicy"),
        {
            "base_regular_priority_count": "baseRegularPriorityCount",
            "regular_priority_percentage_above_base": "regularPriorityPercentageAboveBase",
        },
    )
    return given(
        upgrade_policy=upgrade_policy(body),
        automatic_repairs=repairs,
        scale_in_policy=scale_in,
        scheduled_events_policy=events,
        priority_mix=mix,
        instance_mix=_instance_mix(body),
        resiliency=_resiliency(body),
    )


def _instance_mix(body: Any) -> dict[str, Any] | None:
    sizes = [renamed(each, {"name": "name", "rank": "rank"}) for each in objects(body, "skuProfile.vmSizes")]
    if not sizes:
        return None
    return given(vm_sizes=sizes, allocation_strategy=at(body, "skuProfile.allocationStrategy"))


def _resiliency(body: Any) -> dict[str, Any]:
    policy = at(body, "resiliencyPolicy")
    found = renamed(
        policy,
        {
            "resilient_vm_creation": "resilientVMCreationPolicy.enabled",
            "resilient_vm_deletion": "resilientVMDeletionPolicy.enabled",
        },
    )
    zones = renamed(
        at(policy, "automaticZoneRebalancingPolicy"),
        {
            "enabled": "enabled",
            "rebalance_strategy": "rebalanceStrategy",
            "rebalance_behavior": "rebalanceBehavior",
        },
    )
    return found | given(automatic_zone_rebalancing=zones)
