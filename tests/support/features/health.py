"""Features of health, repairs and upgrades."""

from __future__ import annotations

from hypothesis import strategies as st

from support import azure_world as azure
from support.features.parts import BOOL, Feature, object_of, one, pick, raw

_health = object_of(
    "health",
    {"protocol": pick("http", "https", "tcp", "http"), "port": pick(80, 65535, 0, 80)},
    request_path=pick("/", "/healthz"),
    interval_in_seconds=pick(5, 60, 61),
    number_of_probes=pick(1, 24, 25),
    rich_states=st.just(value=True),
)
_sound_health = st.just({"health": {"protocol": "http", "port": 80, "request_path": "/"}})
_rich_health = pick(0, 5, 14400, 14401).map(
    lambda grace: {
        "health": {
            "protocol": "tcp",
            "port": 80,
            "rich_states": True,
            "grace_period_in_seconds": grace,
        }
    }
)
_rolling = st.fixed_dictionaries(
    {},
    optional={
        "max_batch_instance_percent": pick(4, 5, 20, 100, 101),
        "max_unhealthy_instance_percent": pick(5, 20, 100, 4),
        "max_unhealthy_upgraded_instance_percent": pick(0, 20, 101),
        "pause_time_between_batches": pick("PT0S", "PT30S", "30s", "P2D"),
        "max_surge": BOOL,
        "enable_cross_zone_upgrade": BOOL,
        "prioritize_unhealthy_instances": BOOL,
        "rollback_failed_instances_on_policy_breach": BOOL,
    },
)

HEALTH: tuple[Feature, ...] = (
    _health,
    _sound_health,
    _sound_health,
    _rich_health,
    st.just({"health": {"probe_id": azure.PROBE}}),
    object_of(
        "automatic_repairs",
        {},
        enabled=BOOL,
        grace_period=pick("PT10M", "PT30M", "PT90M", "PT9M", "PT91M", "30m"),
        action=pick("Replace", "Reimage", "Restart", "Reboot"),
    ),
    st.just({"automatic_repairs": {}}),
    object_of("terminate_notification", {}, enabled=BOOL, not_before_timeout=pick("PT5M", "PT15M", "PT4M", "PT1H")),
    object_of("upgrade_policy", {"mode": pick("Manual", "Automatic", "Rolling", "Instant")}),
    object_of("upgrade_policy", {"mode": pick("Rolling", "Automatic"), "rolling": _rolling}),
    object_of(
        "upgrade_policy",
        {"mode": pick("Rolling", "Automatic", "Manual")},
        automatic_os_upgrade=st.fixed_dictionaries(
            {}, optional={"enabled": BOOL, "disable_automatic_rollback": BOOL, "use_rolling_upgrade_policy": BOOL}
        ),
    ),
    st.just(
        {
            "upgrade_policy": {"mode": "Rolling", "rolling": {}, "automatic_os_upgrade": {}},
            "accept_rules": ["automatic-os-upgrade-on-flexible"],
        }
    ),
    st.just({"accept_rules": ["automatic-os-upgrade-on-flexible"]}),
    one("patch_mode", "ImageDefault", "AutomaticByPlatform", "AutomaticByOS", "Manual"),
    one("enable_automatic_updates", True, False),
    one("image", {"urn": "Canonical:ubuntu-24_04-lts:server:24.04.202411010"}, {"id": azure.GALLERY_IMAGE}),
    one("overprovision", True, False),
    st.just({"spot": {}}),
    raw("scaleSet", {"virtualMachineProfile": {"networkProfile": {"healthProbe": {"id": azure.PROBE}}}}),
    raw("scaleSet", {"upgradePolicy": {"rollingUpgradePolicy": {"maxSurge": True}}}),
)
