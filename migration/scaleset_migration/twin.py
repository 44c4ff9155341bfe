"""The Flexible twin of a Uniform set: its properties, and what becomes of each of the old one's.

Every change is a step below. What the steps leave that a rule of the mode table refuses on Flexible is taken out with
the rule's reason: so a rule that is new in the table is heard here without a new step.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scaleset_core.facts import health, names
from scaleset_core.facts.checks import Finding, evaluate
from scaleset_core.facts.properties import View
from scaleset_core.modes import Mode, PropertyRule, Severity, Subject, rules_for
from scaleset_migration.facts import Fact, Fate, account, by_rule, shown, told
from scaleset_migration.reverse.guest import is_windows
from scaleset_migration.reverse.parts import at, ids, objects
from scaleset_migration.situation import Situation

_PROFILE = "virtualMachineProfile"
_NICS = f"{_PROFILE}.networkProfile.networkInterfaceConfigurations"
_PROBE = f"{_PROFILE}.networkProfile.healthProbe"
_EXTENSIONS = f"{_PROFILE}.extensionProfile.extensions"
_NETWORK_API = "2020-11-01"
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


@dataclass(slots=True)
class _Draft:
    """The twin while it is made."""

    situation: Situation
    body: dict[str, Any]
    facts: list[Fact] = field(default_factory=list)
    health: dict[str, Any] | None = None

    def value(self, path: str) -> Any:
        return at(self.body, path)

    def drop(self, path: str) -> Any:
        """Take a property out; the value that it had."""
        *above, name = path.split(".")
        node: Any = self.body
        for step in above:
            node = node.get(step) if isinstance(node, dict) else None
        return node.pop(name, None) if isinstance(node, dict) else None


def twin(situation: Situation, name: str) -> Twin:
    """The twin of a Uniform set.

    Args:
        situation: The set.
        name: The twin's name.
    """
    draft = _Draft(situation, _own(situation.body))
    source = _own(situation.body)
    for step in (_mode, _identity, _domains, _placement, _only_uniform, _signal, _interfaces, _disks):
        step(draft)
    refused = _by_the_table(draft)
    return Twin(name, draft.body, tuple(account(source, draft.body, draft.facts)), draft.health, refused)


def _own(body: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the properties without what Azure alone sets."""
    found = copy.deepcopy(dict(body))
    for name in (*_READ_ONLY, "azureApiVersion", "resourceGroupName", "vmScaleSetName"):
        found.pop(name, None)
    profile = found.get(_PROFILE)
    if isinstance(profile, dict):
        profile.pop("timeCreated", None)
    identity = found.get("identity")
    if isinstance(identity, dict):
        for name in ("principalId", "tenantId"):
            identity.pop(name, None)
    return found


def _mode(draft: _Draft) -> None:
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


def _identity(draft: _Draft) -> None:
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
            f"Make a user-assigned identity{grants}, and let the applications ask for its token.",
        )
    )


def _domains(draft: _Draft) -> None:
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


def _placement(draft: _Draft) -> None:
    if draft.value("singlePlacementGroup") is True:
        draft.body["singlePlacementGroup"] = False
        draft.facts.append(
            by_rule(
                "single-placement-group-on-flexible", "singlePlacementGroup", Fate.CHANGES, was=True, becomes="false"
            )
        )


def _only_uniform(draft: _Draft) -> None:
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


def _signal(draft: _Draft) -> None:
    """The probe becomes an Application Health extension that asks the same."""
    probe = draft.value(f"{_PROBE}.id")
    draft.drop(_PROBE)
    if not isinstance(probe, str):
        return
    own = any(
        health.is_health(str(each.get("publisher")), str(each.get("type"))) for each in objects(draft.body, _EXTENSIONS)
    )
    body = _probe(draft.situation, probe)
    if own:
        text = "the set's own Application Health extension"
    elif body is None:
        text = ""
    else:
        draft.health = _arguments(body)
        text = f"Application Health extension: {', '.join(f'{name} {value}' for name, value in draft.health.items())}"
    fate = Fate.CHANGES if text else Fate.OPEN
    todo = (
        "" if text else "Say what the probe asks (protocol, port, path): its load balancer is not part of the source."
    )
    draft.facts.append(by_rule("health-probe-on-flexible", _PROBE, fate, probe, text, todo))


def _probe(situation: Situation, identity: str) -> Mapping[str, Any] | None:
    balancer, _, name = identity.lower().partition("/probes/")
    for each in objects(situation.balancers.get(balancer, {}), "probes"):
        if str(each.get("name")).lower() == name:
            return each
    return None


def _arguments(probe: Mapping[str, Any]) -> dict[str, Any]:
    protocol = str(probe.get("protocol") or "Tcp").lower()
    found: dict[str, Any] = {"protocol": protocol, "port": probe.get("port")}
    if protocol != "tcp":
        found["request_path"] = probe.get("requestPath") or "/"
    return found


def _interfaces(draft: _Draft) -> None:
    """Names as the component has them, the network's API version, and no NAT pools."""
    version = f"{_PROFILE}.networkProfile.networkApiVersion"
    if objects(draft.body, _NICS) and draft.value(version) is None:
        draft.body[_PROFILE]["networkProfile"]["networkApiVersion"] = _NETWORK_API
    for index, interface in enumerate(objects(draft.body, _NICS)):
        primary = interface.get("primary") is True or len(objects(draft.body, _NICS)) == 1
        assert isinstance(interface, dict)
        interface["primary"] = primary
        if primary:
            _rename(draft, interface, f"{_NICS}[{index}]", names.PRIMARY_NIC)
        interface.setdefault("deleteOption", "Delete")
        second = 0
        for number, configuration in enumerate(objects(interface, "ipConfigurations")):
            assert isinstance(configuration, dict)
            place = f"{_NICS}[{index}].ipConfigurations[{number}]"
            six = configuration.get("privateIPAddressVersion") == "IPv6"
            second += six
            _rename(draft, configuration, place, f"{names.IP_CONFIGURATION}-v6" if six else names.IP_CONFIGURATION)
            if not six and len(objects(interface, "ipConfigurations")) - second == 1:
                configuration["primary"] = True
            if configuration.get("privateIPAddressVersion") == "IPv4":
                configuration.pop("privateIPAddressVersion")
                draft.facts.append(Fact(f"{place}.privateIPAddressVersion", Fate.CARRIES, "IPv4", why="The default."))
            pools = ids(configuration, "loadBalancerInboundNatPools")
            configuration.pop("loadBalancerInboundNatPools", None)
            if pools:
                rule = "nat-pool-on-flexible"
                text = "NAT rules on the same load balancer: see the ports"
                draft.facts.append(
                    by_rule(rule, f"{place}.loadBalancerInboundNatPools", Fate.CHANGES, pools[0].rsplit("/")[-1], text)
                )
            _address(draft, configuration, place)


def _rename(draft: _Draft, part: dict[str, Any], place: str, name: str) -> None:
    was = part.get("name")
    if was not in (None, name):
        part["name"] = name
        draft.facts.append(Fact(f"{place}.name", Fate.CHANGES, str(was), name, "The component's name for it."))


def _address(draft: _Draft, configuration: dict[str, Any], place: str) -> None:
    address = configuration.get("publicIPAddressConfiguration")
    if not isinstance(address, dict):
        return
    _rename(draft, address, f"{place}.publicIPAddressConfiguration", "public")
    address["sku"] = {"name": "Standard", "tier": "Regional"}
    address.setdefault("deleteOption", "Delete")
    draft.facts.append(
        Fact(
            f"{place}.publicIPAddressConfiguration.publicIPAddressVersion",
            Fate.CARRIES,
            str(address.pop("publicIPAddressVersion", "IPv4")),
            why="The addresses themselves are new ones: tell whoever keeps lists of them.",
        )
    )


def _disks(draft: _Draft) -> None:
    """Disks of virtual machines go with them, as those of Uniform instances do."""
    for name in ("osDisk", "dataDisks"):
        found = draft.value(f"{_PROFILE}.storageProfile.{name}")
        for disk in [found] if isinstance(found, dict) else found or []:
            if isinstance(disk, dict):
                disk.setdefault("deleteOption", "Delete")


def _by_the_table(draft: _Draft) -> tuple[str, ...]:
    """Take out what the mode table refuses on Flexible; what is then still refused is returned."""
    refused: dict[str, None] = {}
    for _ in range(_ROUNDS):
        found = list(_broken(draft))
        if not found:
            break
        for rule, finding in found:
            value = _taken_out(draft.body, finding.path)
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


def _broken(draft: _Draft) -> list[tuple[PropertyRule, Finding]]:
    body = copy.deepcopy(draft.body)
    if draft.health is not None:
        # The extension is an argument of its own; the rules look for it in the profile.
        kind = health.WINDOWS if is_windows(body.get(_PROFILE)) else health.LINUX
        profile = body[_PROFILE].setdefault("extensionProfile", {})
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
        if rule.check is not None and rule.severity is Severity.ERROR and not rule.contested
        for finding in evaluate(rule.check, View(body)).findings
    ]


def _taken_out(body: dict[str, Any], path: str) -> Any:
    """Take a property out by its path with list indexes; its value, None if there is none."""
    if not path:
        return None
    node: Any = body
    steps = path.replace("]", "").replace("[", ".").split(".")
    for step in steps[:-1]:
        node = _below(node, step)
    last = steps[-1]
    if isinstance(node, dict):
        return node.pop(last, None)
    return node.pop(int(last)) if isinstance(node, list) and last.isdigit() and int(last) < len(node) else None


def _below(node: Any, step: str) -> Any:
    if isinstance(node, Mapping):
        return node.get(step)
    if isinstance(node, list) and step.isdigit() and int(step) < len(node):
        return node[int(step)]
    return None
