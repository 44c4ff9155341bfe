"""Cases of the rules on upgrades, health and price."""

from __future__ import annotations

from support.rule_cases.parts import (
    AUTO_OS,
    BY_PLATFORM,
    EXTENSION,
    HEALTH,
    MIX,
    PROBE,
    PROXIMITY,
    REBALANCE,
    UNSENT,
    ZONES,
    RuleCase,
    flexible,
    machine,
    profile,
    uniform,
    upgrade,
)

UPGRADE: dict[str, RuleCase] = {
    "upgrade-mode-known": flexible(
        {"upgrade_policy": {"mode": "Instant"}}, "mode", {"upgrade_policy": {"mode": "Automatic"}}, code="BadRequest"
    ),
    "rolling-needs-health-extension-on-flexible": flexible(
        {"upgrade_policy": {"mode": "Rolling"}}, "upgradePolicy.mode", upgrade()
    ),
    "rolling-needs-health-signal-on-uniform": uniform(
        {"upgrade_policy": {"mode": "Rolling"}}, "upgradePolicy.mode", {"upgrade_policy": {"mode": "Rolling"}, **PROBE}
    ),
    "rolling-policy-ranges": uniform(
        upgrade(rolling={"max_batch_instance_percent": 4}),
        "maxBatchInstancePercent",
        upgrade(rolling={"max_batch_instance_percent": 5, "pause_time_between_batches": "PT30S"}),
        code=UNSENT,
    ),
    "rollback-on-breach-on-flexible": flexible(
        upgrade(rolling={"rollback_failed_instances_on_policy_breach": True}),
        "rollbackFailedInstancesOnPolicyBreach",
        upgrade(rolling={"rollback_failed_instances_on_policy_breach": False}),
    ),
    "max-surge-needs-no-overprovision": uniform(
        {**upgrade(rolling={"max_surge": True}), "overprovision": True},
        "maxSurge",
        upgrade(rolling={"max_surge": True}),
    ),
    "automatic-os-upgrade-on-flexible": flexible(
        upgrade(**AUTO_OS),
        "",
        upgrade(),
        taken="contested: the simulator plays the pages that allow it",
    ),
    "automatic-os-upgrade-with-max-surge-on-flexible": flexible(
        upgrade(automatic_os_upgrade={}, rolling={"max_surge": True}),
        "maxSurge",
        upgrade(automatic_os_upgrade={}, rolling={"max_surge": False}),
    ),
    "automatic-os-upgrade-needs": uniform(
        {**upgrade(**AUTO_OS), "image": {"urn": "Canonical:ubuntu-24_04-lts:server:24.04.202411010"}},
        "'latest'",
        upgrade(**AUTO_OS),
    ),
    "patch-by-platform-on-uniform": uniform(BY_PLATFORM, "patchMode", {"patch_mode": "ImageDefault"}),
    "patch-by-platform-needs-agent": flexible(
        {**BY_PLATFORM, "provision_vm_agent": False}, "patchMode", {**BY_PLATFORM, **HEALTH}
    ),
    "patch-mode-and-windows-updates": flexible(
        {"patch_mode": "AutomaticByOS", "enable_automatic_updates": False},
        "enableAutomaticUpdates",
        {"patch_mode": "AutomaticByOS"},
        windows=True,
    ),
    "overprovision-on-flexible": flexible({"overprovision": True}, "overprovision", {"overprovision": False}),
    "overprovisioned-extensions-on-flexible": flexible(
        {"do_not_run_extensions_on_overprovisioned_vms": True}, "doNotRunExtensionsOnOverprovisionedVMs"
    ),
}

HEALTHY: dict[str, RuleCase] = {
    "repairs-need-health-extension-on-flexible": flexible(
        {"automatic_repairs": {}}, "automaticRepairsPolicy", {"automatic_repairs": {}, **HEALTH}
    ),
    "repairs-need-health-signal-on-uniform": uniform(
        {"automatic_repairs": {}, **PROBE, "extensions": [EXTENSION]},
        "One source",
        {"automatic_repairs": {}, **PROBE},
    ),
    "repairs-grace-period": flexible(
        {"automatic_repairs": {"grace_period": "PT91M"}, **HEALTH},
        "gracePeriod",
        {"automatic_repairs": {"grace_period": "PT10M"}, **HEALTH},
    ),
    "repair-action-known": uniform(
        {"automatic_repairs": {"action": "Reboot"}, **HEALTH},
        "repairAction",
        {"automatic_repairs": {"action": "Restart"}, **HEALTH},
        code="BadRequest",
    ),
    "one-health-extension": flexible(
        {"extensions": [EXTENSION, {**EXTENSION, "name": "again"}]},
        "per handler",
        {"extensions": [EXTENSION]},
        code="OnlyOneExtensionPerHandlerIsAllowed",
    ),
    "health-extension-settings": flexible(
        {"health": {"protocol": "tcp", "port": 80, "request_path": "/"}},
        "requestPath",
        {"health": {"protocol": "tcp", "port": 80}},
    ),
    "terminate-notification-time": uniform(
        {"terminate_notification": {"not_before_timeout": "PT4M"}},
        "notBeforeTimeout",
        {"terminate_notification": {"not_before_timeout": "PT15M"}},
    ),
    "terminate-notification-on-spot": flexible(
        {"terminate_notification": {}, "spot": {}}, "priority 'Spot'", {"terminate_notification": {}}
    ),
}

PRICE: dict[str, RuleCase] = {
    "eviction-policy-needs-spot": flexible(
        profile(evictionPolicy="Delete"),
        "evictionPolicy",
        {"spot": {"eviction_policy": "Deallocate"}},
        named=machine(evictionPolicy="Delete"),
    ),
    "eviction-policy-known": flexible(
        {"spot": {"eviction_policy": "Keep"}},
        "evictionPolicy",
        {"spot": {"eviction_policy": "Delete"}},
        code="BadRequest",
    ),
    "max-price-needs-spot": uniform(
        profile(billingProfile={"maxPrice": 0.5}),
        "maxPrice",
        {"spot": {"max_price": 0.5}},
        named=machine(billingProfile={"maxPrice": 0.5}),
    ),
    "max-price-value": flexible({"spot": {"max_price": 0}}, "maxPrice", {"spot": {"max_price": -1}}),
    "spot-restore-timeout": flexible(
        {"spot": {"restore_enabled": True, "restore_timeout": "PT3H"}},
        "restoreTimeout",
        {"spot": {"restore_enabled": True, "restore_timeout": "PT1H"}},
    ),
    "spot-not-burstable": uniform(
        {"spot": {}, "vm_size": "Standard_B2s"}, "Standard_B2s", {"spot": {}, "vm_size": "Standard_D4s_v5"}
    ),
    "priority-mix-on-uniform": uniform(
        {"spot": {}, "priority_mix": {"base_regular_priority_count": 1}}, "priorityMixPolicy", {"spot": {}}
    ),
    "priority-mix-needs-spot": flexible(
        {"priority_mix": {"base_regular_priority_count": 1}},
        "priorityMixPolicy",
        {"spot": {}, "priority_mix": {"base_regular_priority_count": 1}},
    ),
    "priority-mix-ranges": flexible(
        {"spot": {}, "priority_mix": {"regular_priority_percentage_above_base": 101}},
        "regularPriorityPercentageAboveBase",
        {"spot": {}, "priority_mix": {"regular_priority_percentage_above_base": 100}},
        code=UNSENT,
    ),
    "instance-mix-on-uniform": uniform(MIX, "skuProfile"),
    "instance-mix-limits": flexible({**MIX, **PROXIMITY}, "skuProfile", MIX, code="SkuProfileScenarioNotSupported"),
    "delete-options-on-uniform": uniform({"os_disk": {"delete_option": "Delete"}}, "deleteOption"),
    "scale-in-rules-known": uniform(
        {"scale_in_policy": {"rules": ["Oldest"]}},
        "scaleInPolicy.rules",
        {"scale_in_policy": {"rules": ["OldestVM"]}},
        code="BadRequest",
    ),
    "zone-rebalancing-needs-zones": flexible(
        {**REBALANCE, **HEALTH, "zones": ["1"]}, "more than one zone", {**REBALANCE, **HEALTH, **ZONES}
    ),
}
