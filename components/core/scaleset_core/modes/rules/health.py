"""Property rules: application health, automatic repairs, termination notices."""

from collections.abc import Iterator

from scaleset_core.facts.checks import (
    Finding,
    NotDecided,
    between,
    evaluate,
    lasts,
    one_of,
)
from scaleset_core.facts.fixes import drop
from scaleset_core.facts.properties import View
from scaleset_core.modes.examples import ABSENT, HEALTH, MONITOR, SPOT, on_flexible, on_uniform
from scaleset_core.modes.pages import (
    AVM,
    AZURERM_5860,
    HEALTH_PAGE,
    ORCHESTRATION_PAGE,
    REPAIRS_PAGE,
    SDK,
    TERMINATE_PAGE,
)
from scaleset_core.modes.rules.parts import (
    BOTH,
    EXTENSIONS,
    FLEXIBLE,
    HEALTH_PROBE,
    PROFILE,
    UNIFORM,
    health_signals,
    is_spot,
    sorted_extensions,
)
from scaleset_core.modes.types import Conflict, Impact, PropertyRule

_REPAIRS = "automaticRepairsPolicy"
_TERMINATE = f"{PROFILE}.scheduledEventsProfile.terminateNotificationProfile"
_Check = Iterator[Finding | NotDecided]


def _repairs_on(view: View) -> bool:
    return view.value(f"{_REPAIRS}.enabled") is True


def _repairs_flexible(view: View) -> _Check:
    if _repairs_on(view) and not health_signals(view, probe=False):
        yield Finding(f"{_REPAIRS}.enabled", value=True, detail="the profile has no Application Health extension")


def _repairs_uniform(view: View) -> _Check:
    if not _repairs_on(view):
        return
    signals = health_signals(view)
    if not signals:
        yield Finding(f"{_REPAIRS}.enabled", value=True, detail="the profile has no health probe or health extension")
    if HEALTH_PROBE in signals and EXTENSIONS in signals:
        yield Finding(HEALTH_PROBE, detail="the profile has a health extension too")


def _one_health_extension(view: View) -> _Check:
    found, hidden = sorted_extensions(view)
    if len(found) > 1:
        yield Finding(found[1].path("type"), found[1].value("type"), f"{len(found)} health extensions")
    elif found or len(hidden) > 1:
        yield from (NotDecided(error.path) for error in hidden)


def _health_settings(view: View) -> _Check:
    found, hidden = sorted_extensions(view)
    yield from (NotDecided(error.path) for error in hidden)
    for extension in found:
        settings = View(extension.value("settings", {}), extension.path("settings"))
        for outcome in (evaluate(_request_path, settings), evaluate(_probe_ranges, settings)):
            yield from outcome.findings
            yield from map(NotDecided, outcome.undecided)


def _request_path(settings: View) -> _Check:
    protocol = settings.value("protocol")
    if str(protocol).lower() not in {"http", "https", "tcp"}:
        yield Finding(settings.path("protocol"), protocol, "expected http, https or tcp")
        return
    path = settings.has("requestPath")
    if str(protocol).lower() == "tcp" and path:
        yield Finding(settings.path("requestPath"), settings.value("requestPath"), "forbidden with tcp")
    if str(protocol).lower() != "tcp" and not path:
        yield Finding(settings.path("requestPath"), detail=f"required with {protocol}")
    if str(protocol).lower() == "tcp" and not settings.has("port"):
        yield Finding(settings.path("port"), detail="required with tcp")


def _within(settings: View, name: str, low: float, high: float, unit: str) -> _Check:
    for item in between(name, low, high, unit)(settings):
        yield (
            Finding(settings.path(name), item.value, item.detail)
            if isinstance(item, Finding)
            else NotDecided(settings.path(name))
        )


def _probe_ranges(settings: View) -> _Check:
    yield from _within(settings, "port", 1, 65535, "")
    yield from _within(settings, "intervalInSeconds", 5, 60, "seconds")
    yield from _within(settings, "numberOfProbes", 1, 24, "probes")
    yield from _within(settings, "gracePeriod", 0, 14400, "seconds")


def _terminate_on_spot(view: View) -> _Check:
    if view.value(f"{_TERMINATE}.enable") is True and is_spot(view):
        yield Finding(f"{_TERMINATE}.enable", value=True)


_AUTO_OS_POLICY = "upgradePolicy.automaticOSUpgradePolicy"
_SECOND_HEALTH = {**HEALTH, "name": "health-2"}
_TCP = {**HEALTH, "settings": {"protocol": "tcp", "port": 80}}
_TCP_WITH_PATH = {**HEALTH, "settings": {"protocol": "tcp", "port": 80, "requestPath": "/health"}}

RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="repairs-need-health-extension-on-flexible",
        number="SS038",
        modes=FLEXIBLE,
        path=f"{_REPAIRS}.enabled",
        argument="automatic_repairs",
        statement="Automatic repairs of a Flexible set need the Application Health extension in its profile.",
        reason=(
            "Azure repairs instances that report themselves unhealthy, and a load balancer probe is not a signal "
            "on Flexible"
        ),
        alternative="add health (protocol, port, request_path), or remove automatic_repairs",
        sources=(
            ORCHESTRATION_PAGE.at(
                "Autoscaling and instance orchestration: Monitor Application Health",
                says="Flexible: the extension; Uniform: the extension or a probe",
            ),
            REPAIRS_PAGE.at("Requirements", says="health monitoring by the extension or by probes, one of them"),
            REPAIRS_PAGE.at("Azure CLI 2.0", says="contradicts: the example gives a Flexible set a health probe"),
            AZURERM_5860.at(says="Azure: not supported because a health probe or health extension was not provided"),
        ),
        conflict=Conflict(
            stale="the page's command-line example pairs Flexible with a load balancer probe",
            followed="the page's own requirement: the extension",
        ),
        check=_repairs_flexible,
        impact=Impact.HIGH,
        example=on_flexible({EXTENSIONS: [MONITOR]}, also=("SS091", "SS125")),
    ),
    PropertyRule(
        id="repairs-need-health-signal-on-uniform",
        number="SS039",
        modes=UNIFORM,
        path=f"{_REPAIRS}.enabled",
        argument="automatic_repairs",
        statement="Automatic repairs of a Uniform set need exactly one health signal: a probe or the extension.",
        reason="two signals could disagree, and without a signal Azure does not know what to repair",
        alternative="add health with either an extension or probe_id",
        sources=(
            REPAIRS_PAGE.at(
                "Requirements", says="health monitoring by the extension or by probes, one of them at a time"
            ),
            AZURERM_5860.at(says="Azure: not supported because a health probe or health extension was not provided"),
            SDK.at("ExternalHealthPolicy", says="another source of health, which excludes the extension and the probe"),
        ),
        check=_repairs_uniform,
        impact=Impact.HIGH,
        example=on_uniform(
            {EXTENSIONS: [MONITOR], _AUTO_OS_POLICY: ABSENT},
            {_AUTO_OS_POLICY: ABSENT},
            also=("SS125", "SS126"),
            tolerates=("SS126",),
        ),
    ),
    PropertyRule(
        id="repairs-grace-period",
        number="SS040",
        modes=BOTH,
        path=f"{_REPAIRS}.gracePeriod",
        argument="automatic_repairs.grace_period",
        statement="The grace period of automatic repairs must be PT10M to PT90M.",
        reason="it is Azure's limit",
        alternative="use a duration such as PT30M",
        sources=(
            REPAIRS_PAGE.at("Grace period", says="between 10 and 90 minutes, 10 by default"),
            SDK.at("AutomaticRepairsPolicy.grace_period", says="the minimum is PT10M, the maximum PT90M"),
            AVM.at("automatic_instance_repair.grace_period", says="contradicts: 30 to 90 minutes"),
        ),
        conflict=Conflict(
            stale="Azure Verified Modules say 30 to 90 minutes",
            followed="the product page: 10 to 90 minutes, 10 by default",
        ),
        check=lasts(f"{_REPAIRS}.gracePeriod", 10, 90),
        impact=Impact.HIGH,
        example=on_flexible(
            {"automaticRepairsPolicy.gracePeriod": "PT5M"}, {"automaticRepairsPolicy.gracePeriod": "PT10M"}
        ),
    ),
    PropertyRule(
        id="repair-action-known",
        number="SS041",
        modes=BOTH,
        path=f"{_REPAIRS}.repairAction",
        argument="automatic_repairs.action",
        statement="The repair action is Replace, Reimage or Restart.",
        reason="these are Azure's actions (api-version 2021-11-01 and later)",
        alternative="use Replace, the default",
        sources=(
            REPAIRS_PAGE.at(
                "Available repair actions",
                says="Replace, Reimage and Restart; the last two from api-version 2021-11-01 on",
            ),
            SDK.at("RepairAction", says="the same three values"),
        ),
        check=one_of(f"{_REPAIRS}.repairAction", "Replace", "Reimage", "Restart"),
        impact=Impact.HIGH,
        fix=drop(_REPAIRS, "repairAction"),
        example=on_flexible(
            {"automaticRepairsPolicy.repairAction": "Recreate"}, {"automaticRepairsPolicy.repairAction": "Replace"}
        ),
    ),
    PropertyRule(
        id="one-health-extension",
        number="SS042",
        modes=BOTH,
        path=f"{EXTENSIONS}[].type",
        argument="health",
        statement="A profile can have only one Application Health extension.",
        reason="an instance has only one health state",
        alternative="keep one of them",
        sources=(HEALTH_PAGE.at("Prerequisites", says="only one source of health monitoring can be used for a set"),),
        check=_one_health_extension,
        impact=Impact.HIGH,
        example=on_flexible({EXTENSIONS: [HEALTH, _SECOND_HEALTH, MONITOR]}),
    ),
    PropertyRule(
        id="health-extension-settings",
        number="SS043",
        modes=BOTH,
        path=f"{EXTENSIONS}[].settings",
        argument="health",
        statement="The health extension needs requestPath with http(s) and refuses it with tcp, which needs a port; "
        "interval 5-60 s, probes 1-24, grace period up to 14,400 s.",
        reason="the extension refuses other settings when it starts, and by then the instances exist",
        alternative="set protocol and port, and request_path only for http and https",
        sources=(
            HEALTH_PAGE.at(
                "Settings",
                says="requestPath with http only; interval 5 to 60 s, 1 to 24 probes, grace period up to 14,400 s",
            ),
        ),
        check=_health_settings,
        impact=Impact.HIGH,
        example=on_flexible({EXTENSIONS: [_TCP_WITH_PATH, MONITOR]}, {EXTENSIONS: [_TCP, MONITOR]}),
    ),
    PropertyRule(
        id="terminate-notification-time",
        number="SS044",
        modes=BOTH,
        path=f"{_TERMINATE}.notBeforeTimeout",
        argument="terminate_notification",
        statement="A terminate notification must be PT5M to PT15M long.",
        reason="it is Azure's limit",
        alternative="use a duration such as PT10M",
        sources=(TERMINATE_PAGE.at("REST API", says="notBeforeTimeout is between 5 and 15 minutes"),),
        check=lasts(f"{_TERMINATE}.notBeforeTimeout", 5, 15),
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible(
            {_TERMINATE: {"enable": True, "notBeforeTimeout": "PT30M"}},
            {_TERMINATE: {"enable": True, "notBeforeTimeout": "PT10M"}},
        ),
    ),
    PropertyRule(
        id="terminate-notification-on-spot",
        number="SS045",
        modes=BOTH,
        path=f"{_TERMINATE}.enable",
        argument="terminate_notification",
        statement="Spot instances do not support terminate notifications.",
        reason="Azure evicts an instance without waiting for an answer",
        alternative="remove it; watch scheduled events of type Preempt instead",
        sources=(TERMINATE_PAGE.at(says="terminate notifications cannot be enabled on Spot instances"),),
        check=_terminate_on_spot,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible({**SPOT, _TERMINATE: {"enable": True, "notBeforeTimeout": "PT10M"}}, SPOT),
    ),
)
