"""The Flexible twin of a Uniform set: its properties, and what becomes of each of the old one's.

Every change is a step below. What the steps leave that a rule of the mode table refuses on Flexible is taken out with
the rule's reason: so a rule that is new in the table is heard here without a new step.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scaleset_core.facts import health, names
from scaleset_core.facts.checks import Finding, evaluate
from scaleset_core.facts.properties import View
from scaleset_core.modes import Mode, PropertyRule, Severity, Subject, rules_for
from scaleset_migration.draft import PROFILE, Draft, taken_out
from scaleset_migration.facts import Fact, Fate, account, by_rule, shown, told
from scaleset_migration.reverse.guest import is_windows
from scaleset_migration.reverse.parts import objects
from scaleset_migration.situation import Situation
from scaleset_migration.twin_network import interfaces
from scaleset_migration.usual import usual

_PROBE = f"{PROFILE}.networkProfile.healthProbe"
_EXTENSIONS = f"{PROFILE}.extensionProfile.extensions"
_MOST_DOMAINS = 3
_READ_ONLY = ("provisioningState", "uniqueId", "timeCreated", "etag", "id", "type", "name", "systemData", "kind")


@dataclass(frozen=True, slots=True)
class Twin:
    """The twin of a set.

    Attributes:
        name: Its name.
        body: Its properties as azure-native flattens them.
        facts: What becomes of every property of the old set.
        health: The Application Health extension's arguments, where a probe became one.
        refused: Rules of Flexible that are still broken, as sentences.
    """

    name: str
    body: Mapping[str, Any]
    facts: tuple[Fact, ...]
    health: Mapping[str, Any] | None = None
    refused: tuple[str, ...] = ()


def twin(situation: Situation, name: str) -> Twin:
    """The twin of a Uniform set.

    Args:
        situation: The set.
        name: The twin's name.
    """
    draft = Draft(situation, _own(situation.body))
    source = _own(situation.body)
    for step in _STEPS:
        step(draft)
    refused = _by_the_table(draft)
    return Twin(name, draft.body, tuple(account(source, draft.body, draft.facts)), draft.health, refused)


def _own(body: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the properties without what Azure alone sets."""
    found = copy.deepcopy(dict(body))
    for name in (*_READ_ONLY, "azureApiVersion", "resourceGroupName", "vmScaleSetName"):
        found.pop(name, None)
    profile = found.get(PROFILE)
    if isinstance(profile, dict):
        profile.pop("timeCreated", None)
    identity = found.get("identity")
    if isinstance(identity, dict):
        for name in ("principalId", "tenantId"):
            identity.pop(name, None)
    return found


def _usual(draft: Draft) -> None:
    """Leave out what Azure fills in by itself."""
    for path in reversed(list(usual(draft.body))):
        value = taken_out(draft.body, path)
        draft.facts.append(Fact(path, Fate.CARRIES, shown(path, value), why="Azure's own default."))


def _mode(draft: Draft) -> None:
    draft.body["orchestrationMode"] = Mode.FLEXIBLE.value
    draft.facts.append(
        Fact(
            "orchestrationMode",
            Fate.CHANGES,
            Mode.UNIFORM.value,
            Mode.FLEXIBLE.value,
            "The mode of a set is fixed when it is created: the twin is another set.",
            source="https://learn.microsoft.com/azure/virtual-machine-scale-sets/flexible-virtual-machine-scale-sets-migration-resources",
        )
    )


def _identity(draft: Draft) -> None:
    kind = draft.value("identity.type")
    if not isinstance(kind, str) or "SystemAssigned" not in kind:
        return
    assigned = draft.value("identity.userAssignedIdentities")
    if assigned:
        draft.body["identity"]["type"] = "UserAssigned"
    else:
        draft.drop("identity")
    grants = f" and recreate {len(draft.situation.roles)} role assignments for it" if draft.situation.roles else ""
    draft.facts.append(
        by_rule(
            "system-assigned-identity-on-flexible",
            "identity.type",
            Fate.CHANGES if assigned else Fate.NONE,
            kind,
            "UserAssigned" if assigned else "",
            f"Create a user-assigned identity{grants}, and change the applications to use its token.",
        )
    )


def _domains(draft: Draft) -> None:
    count, zonal = draft.value("platformFaultDomainCount"), bool(draft.value("zones"))
    fits = isinstance(count, int) and 1 <= count <= (1 if zonal else _MOST_DOMAINS)
    if fits:
        return
    draft.body["platformFaultDomainCount"] = 1
    if count is not None:
        fact = by_rule(
            "fault-domains-on-flexible", "platformFaultDomainCount", Fate.CHANGES, count, "1: maximum spreading"
        )
        draft.facts.append(fact)


def _placement(draft: Draft) -> None:
    if draft.value("singlePlacementGroup") is True:
        draft.body["singlePlacementGroup"] = False
        draft.facts.append(
            by_rule(
                "single-placement-group-on-flexible", "singlePlacementGroup", Fate.CHANGES, was=True, becomes="false"
            )
        )


def _only_uniform(draft: Draft) -> None:
    for name, rule in (
        ("overprovision", "overprovision-on-flexible"),
        ("doNotRunExtensionsOnOverprovisionedVMs", "overprovisioned-extensions-on-flexible"),
    ):
        value = draft.drop(name)
        if value is True:
            draft.facts.append(by_rule(rule, name, Fate.NONE, value))
        elif value is not None:
            why = "It is off, as it always is on Flexible."
            draft.facts.append(Fact(name, Fate.CARRIES, shown(name, value), why=why))
    rollback = "upgradePolicy.rollingUpgradePolicy.rollbackFailedInstancesOnPolicyBreach"
    value = draft.drop(rollback)
    if value is True:
        draft.facts.append(by_rule("rollback-on-breach-on-flexible", rollback, Fate.NONE, value))
    elif value is not None:
        draft.facts.append(Fact(rollback, Fate.CARRIES, "False", why="It is off, as it always is on Flexible."))


def _signal(draft: Draft) -> None:
    """The probe becomes an Application Health extension that asks the same."""
    probe = draft.value(f"{_PROBE}.id")
    draft.drop(_PROBE)
    if probe is None:
        return
    body = _probe(draft.situation, probe) if isinstance(probe, str) else None
    if _has_health(draft):
        text = "the set's own Application Health extension"
    elif body is None or not isinstance(body.get("port"), int | float):
        text = ""
    else:
        draft.health = _arguments(body)
        text = f"Application Health extension: {', '.join(f'{name} {value}' for name, value in draft.health.items())}"
    fate = Fate.CHANGES if text else Fate.OPEN
    todo = "" if text else "Write the probe's protocol, port and path: its load balancer is not part of the source."
    draft.facts.append(by_rule("health-probe-on-flexible", _PROBE, fate, str(probe), text, todo))


def _probe(situation: Situation, identity: str) -> Mapping[str, Any] | None:
    balancer, _, name = identity.lower().partition("/probes/")
    for each in objects(situation.balancers.get(balancer, {}), "probes"):
        if str(each.get("name")).lower() == name:
            return each
    return None


def _arguments(probe: Mapping[str, Any]) -> dict[str, Any]:
    protocol = str(probe.get("protocol") or "Tcp").lower()
    found: dict[str, Any] = {"protocol": protocol}
    if isinstance(probe.get("port"), int | float):
        found["port"] = int(probe["port"])
    if protocol != "tcp":
        found["request_path"] = probe.get("requestPath") or "/"
    return found


def _has_health(draft: Draft) -> bool:
    """Whether the set has its own health extension."""
    return any(
        health.is_health(str(each.get("publisher")), str(each.get("type"))) for each in objects(draft.body, _EXTENSIONS)
    )


def _needs_a_signal(draft: Draft) -> None:
    """Rolling upgrades and repairs without a health signal, which Flexible takes from an extension only."""
    if _has_health(draft) or draft.health is not None:
        return
    if draft.value("upgradePolicy.mode") == "Rolling":
        rule = "rolling-needs-health-extension-on-flexible"
        draft.body["upgradePolicy"] = {**draft.body["upgradePolicy"], "mode": "Manual"}
        draft.facts.append(by_rule(rule, "upgradePolicy.mode", Fate.OPEN, "Rolling", "Manual, until there is one"))
        rolling = draft.drop("upgradePolicy.rollingUpgradePolicy")
        if rolling:
            draft.facts.append(by_rule(rule, "upgradePolicy.rollingUpgradePolicy", Fate.OPEN, rolling))
    automatic = "upgradePolicy.automaticOSUpgradePolicy"
    if draft.value(f"{automatic}.enableAutomaticOSUpgrade") is True:
        was = draft.drop(automatic)
        draft.facts.append(by_rule("automatic-os-upgrade-needs", automatic, Fate.OPEN, was))
    if draft.value("automaticRepairsPolicy.enabled") is True:
        repairs = draft.drop("automaticRepairsPolicy")
        draft.facts.append(
            by_rule("repairs-need-health-extension-on-flexible", "automaticRepairsPolicy", Fate.OPEN, repairs)
        )


def _unused_rolling(draft: Draft) -> None:
    """Settings of rolling upgrades without such upgrades: Azure keeps them, and the component refuses them."""
    automatic = draft.value("upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade") is True
    if draft.value("upgradePolicy.mode") == "Rolling" or automatic:
        return
    rolling = draft.drop("upgradePolicy.rollingUpgradePolicy")
    if rolling:
        path, why = "upgradePolicy.rollingUpgradePolicy", "The mode is not Rolling, so it has no effect."
        draft.facts.append(Fact(path, Fate.NONE, shown(path, rolling), why=why))


def _keys(draft: Draft) -> None:
    """SSH keys are for the administrator: the component writes their place."""
    system = f"{PROFILE}.osProfile"
    user = draft.value(f"{system}.adminUsername")
    for index, key in enumerate(objects(draft.body, f"{system}.linuxConfiguration.ssh.publicKeys")):
        was, path = key.get("path"), f"/home/{user}/.ssh/authorized_keys"
        if isinstance(user, str) and isinstance(key, dict) and was not in (None, path):
            key["path"] = path
            place = f"{system}.linuxConfiguration.ssh.publicKeys[{index}].path"
            draft.facts.append(Fact(place, Fate.CHANGES, str(was), path, "Keys are the administrator's."))


def _disks(draft: Draft) -> None:
    """Let the disks of virtual machines be deleted with them, as those of Uniform instances are."""
    for name in ("osDisk", "dataDisks"):
        found = draft.value(f"{PROFILE}.storageProfile.{name}")
        for disk in [found] if isinstance(found, dict) else found or []:
            if isinstance(disk, dict):
                disk.setdefault("deleteOption", "Delete")


_STEPS = (
    *(_usual, _mode, _identity, _domains, _placement, _only_uniform, _signal, _needs_a_signal, _unused_rolling),
    *(interfaces, _keys, _disks),
)
"""What makes the twin, in order."""


def _by_the_table(draft: Draft) -> tuple[str, ...]:
    """Take out what the mode table refuses on Flexible; what is then still refused is returned."""
    refused: dict[str, None] = {}
    for _ in range(_ROUNDS):
        found = list(_broken(draft))
        if not found:
            break
        for rule, finding in found:
            value = taken_out(draft.body, finding.path)
            if value is None:
                detail = f" ({finding.detail})" if finding.detail else ""
                refused[f"{finding.path or rule.path}{detail}: {rule.statement} Instead: {rule.alternative}."] = None
            else:
                draft.facts.append(told(rule, finding.path, Fate.NONE, value))
        if len(found) == len(refused):
            break
    return tuple(refused)


_ROUNDS = 10
"""Taking one property out may break a rule about another one."""


def _broken(draft: Draft) -> list[tuple[PropertyRule, Finding]]:
    body = copy.deepcopy(draft.body)
    if draft.health is not None:
        # The extension is a separate argument; the rules look for it in the profile.
        kind = health.WINDOWS if is_windows(body.get(PROFILE)) else health.LINUX
        profile = body[PROFILE].setdefault("extensionProfile", {})
        extension = {
            "name": names.HEALTH_EXTENSION,
            "publisher": health.PUBLISHER,
            "type": kind,
            "settings": draft.health,
        }
        profile["extensions"] = [*(profile.get("extensions") or []), extension]
    return [
        (rule, finding)
        for rule in rules_for(Mode.FLEXIBLE, Subject.SCALE_SET)
        if rule.check is not None
        and rule.severity is Severity.ERROR
        and not rule.contested
        # What both modes refuse is the source's own fault, and stays for the component to tell.
        and Mode.UNIFORM not in rule.modes
        for finding in evaluate(rule.check, View(body)).findings
    ]
