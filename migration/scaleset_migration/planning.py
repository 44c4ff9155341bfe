"""The plan of one set's migration: its twin, the program, the ports, and what somebody has to decide."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from scaleset_core.facts.names import trailing_number
from scaleset_core.facts.properties import UNKNOWN
from scaleset_core.modes import Mode
from scaleset_migration import secret_values
from scaleset_migration.around import around
from scaleset_migration.asking import asked
from scaleset_migration.draft import PROFILE
from scaleset_migration.facts import Fact, Fate, shown
from scaleset_migration.ports import by_pool
from scaleset_migration.reverse import arguments
from scaleset_migration.reverse.network import backend_pools
from scaleset_migration.reverse.parts import at, objects
from scaleset_migration.settle import Settled, check, settle
from scaleset_migration.situation import Port, Situation
from scaleset_migration.sources.files import unknown
from scaleset_migration.sources.owners import owner
from scaleset_migration.twin import Twin, twin


class Style(StrEnum):
    """What the twin's instances are."""

    PROFILE = "profile"
    """Azure makes them from the profile, by the set's capacity."""
    INSTANCES = "instances"
    """Each is a virtual machine with an individual name in the program."""
    BOTH = "both"
    """Virtual machines with names, and the profile with a capacity of 0 for more."""


OF_PROFILE = frozenset(
    {
        *("computer_name_prefix", "upgrade_policy", "scale_in_policy", "automatic_repairs", "extensions_time_budget"),
        *("security_posture", "service_artifact_id", "priority_mix", "instance_mix", "terminate_notification"),
        *("os_image_notification", "zone_balance"),
    }
)
"""Arguments that Azure only follows for instances that it makes from a profile."""


class CannotPlanError(Exception):
    """A set that cannot be migrated, or not as far as it is known.

    Attributes:
        reasons: Why, each with what to do.
    """

    def __init__(self, place: str, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        super().__init__("\n".join(f"{place}: {reason}" for reason in reasons))


@dataclass(frozen=True, slots=True)
class Move:
    """Where a front-end port leads before and after.

    Attributes:
        before: The port as it is.
        after: The front-end port of the twin.
        rule: The NAT rule that it belongs to.
        member: The twin's instance, ``""`` where Azure assigns the ports of a rule over the pool.
        kept: Whether a client finds an instance at the same port.
    """

    before: Port
    after: int
    rule: str
    member: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan of one set's migration.

    Attributes:
        situation: The set as it is.
        style: What the twin's instances are.
        twin: The twin.
        settled: The component's arguments for it, and what they become.
        facts: What becomes of everything, the twin's facts first.
        moves: Where each front-end port leads.
    """

    situation: Situation
    style: Style
    twin: Twin
    settled: Settled
    facts: tuple[Fact, ...]
    moves: tuple[Move, ...]

    @property
    def open(self) -> tuple[Fact, ...]:
        """What somebody has to decide first."""
        return tuple(fact for fact in self.facts if fact.fate is Fate.OPEN)

    @property
    def problems(self) -> tuple[str, ...]:
        """Why the program would be refused."""
        return (*self.twin.refused, *self.settled.problems)


def plan(situation: Situation, style: Style = Style.PROFILE, name: str = "") -> Planned:
    """The plan of a Uniform set's migration.

    Args:
        situation: The set.
        style: What the twin's instances are.
        name: The twin's name; the set's with ``-flex`` by default.

    Raises:
        CannotPlanError: It belongs to another service, is Flexible already, or too little is known of it.
    """
    situation = replace(situation, body=_located(asked(secret_values.hidden(situation.body))))
    reasons = _reasons(situation)
    if reasons:
        raise CannotPlanError(situation.place or situation.name, reasons)
    made = twin(situation, name or f"{situation.name}-flex")
    moves = _moves(situation, made.name, style)
    known = _arguments(situation, made, style, moves)
    settled = _settled(made, known, style)
    lost = _without_profile(style, arguments(made.body, made.name))
    asked_for = secret_values.arguments(situation.body, [])
    facts = (
        *made.facts,
        *lost,
        *around(situation, named=style is not Style.PROFILE),
        *secret_values.facts(situation.body, asked_for),
    )
    return Planned(situation, style, made, settled, facts, moves)


def _located(body: dict[str, Any]) -> dict[str, Any]:
    """A template's location is that of its resource group: the program's provider says it."""
    return {name: value for name, value in body.items() if name != "location" or value is not UNKNOWN}


def _settled(made: Twin, known: dict[str, Any], style: Style) -> Settled:
    """The arguments with what they do not say as overrides; named instances have no profile to merge it into."""
    if style is Style.INSTANCES:
        return check(made.name, known)
    return settle(made.name, known, _merged_with(made.body, known), keep_defaults=True)


def _merged_with(body: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """What the overrides are compared with: the capacity and the health signal have separate arguments."""
    found = {name: value for name, value in body.items() if name != "sku"}
    sku = body.get("sku")
    if isinstance(sku, Mapping):
        found["sku"] = {**sku, "capacity": known.get("capacity", sku.get("capacity"))}
    profile = at(body, PROFILE)
    if "health" in known and "probe_id" not in known["health"] and isinstance(profile, Mapping):
        found[PROFILE] = {name: value for name, value in profile.items() if name != "extensionProfile"}
    return found


def _reasons(situation: Situation) -> tuple[str, ...]:
    """Why a set cannot be planned; empty if it can."""
    body, name = situation.body, situation.name
    owned = owner(body, situation.group)
    if owned is not None:
        return (f"{name} belongs to {owned.name}, which would undo a change: {owned.instead} ({owned.source})",)
    if str(at(body, "orchestrationMode") or Mode.UNIFORM).lower() == Mode.FLEXIBLE.lower():
        return (f"{name} is Flexible already: `scaleset adopt` brings it into a program",)
    if at(body, PROFILE) is None:
        return (f"{name} has no virtualMachineProfile in this source: name one that shows the whole set",)
    hidden = [path for path in unknown(body) if not _never_shown(path)]
    if hidden:
        more = f" and {len(hidden) - _NAMED} more" if len(hidden) > _NAMED else ""
        names = ", ".join(hidden[:_NAMED]) + more
        return (f"{name}: {names}: not known in this source; give the values (--parameters), or plan the live set",)
    return ()


_NAMED = 6


def _never_shown(path: str) -> bool:
    """Whether Azure never shows a property: what is not known there is asked for in the program."""
    tail = path.rsplit(".", 1)[-1].partition("[")[0]
    return tail in secret_values.HIDDEN or tail == "keyData"


def _moves(situation: Situation, name: str, style: Style) -> tuple[Move, ...]:
    """Each front-end port before and after: the same numbers, since the twin takes over when the pool is gone."""
    members = [each.name for each in situation.members or ()]
    found = []
    for port in situation.ports:
        if port.stays:
            found.append(Move(port, port.port, port.pool, "", kept=False))
            continue
        index = members.index(port.member) if port.member in members else trailing_number(port.member) or 0
        kept = style is not Style.PROFILE
        found.append(Move(port, port.port, f"{name}-{port.pool}", f"{name}-{index}" if kept else "", kept))
    return tuple(found)


def _arguments(situation: Situation, made: Twin, style: Style, moves: tuple[Move, ...]) -> dict[str, Any]:
    """The component's arguments for the twin, short: what the component does by default is left out."""
    known = arguments(made.body, made.name)
    known = {"resource_group_name": situation.group or "{resourceGroup}", **known}
    if made.health is not None:
        known["health"] = dict(made.health)
    known |= _network(situation)
    known |= secret_values.arguments(made.body, known.get("extensions", []))
    capacity = int(known.pop("capacity", 0))
    if style is not Style.PROFILE:
        ports: dict[str, dict[str, int]] = {}
        for move in moves:
            ports.setdefault(move.member, {})[move.before.pool] = move.after
        names = [f"{made.name}-{index}" for index in range(situation.capacity)]
        known["instances"] = {each: {"nat_ports": ports[each]} if each in ports else {} for each in names}
    if style is Style.INSTANCES:
        known = {name: value for name, value in known.items() if name not in OF_PROFILE}
    else:
        known["capacity"] = capacity if style is Style.PROFILE else 0
    known |= _nat(situation, style)
    return {name: value for name, value in known.items() if value is not None}


def _without_profile(style: Style, known: dict[str, Any]) -> list[Fact]:
    """What is about instances of a profile and has no meaning for named ones."""
    why = "Azure applies it to instances that it creates from a profile."
    todo = "Use --style profile or both."
    lost = sorted(OF_PROFILE & known.keys()) if style is Style.INSTANCES else []
    return [Fact(f"argument {name}", Fate.NONE, shown(name, known[name]), "", why, todo) for name in lost]


def _network(situation: Situation) -> dict[str, Any]:
    """The load balancer in front of the set, and its outbound access."""
    profile = at(situation.body, PROFILE)
    pools = backend_pools(profile)
    found: dict[str, Any] = {}
    balanced = _balancer(situation, pools)
    if balanced is not None:
        balancer, pool, frontend = balanced
        found["load_balancer"] = {"id": balancer, "backend_address_pool_id": pool}
        if frontend:
            found["load_balancer"]["frontend_ip_configuration_id"] = frontend
        others = [each for each in pools if each.lower() != pool.lower()]
        found["load_balancer_backend_pool_ids"] = others or None
    return {**found, "outbound": {"method": "External"}}


def _balancer(situation: Situation, pools: list[str]) -> tuple[str, str, str] | None:
    """The load balancer of the NAT pools, else of the first backend pool; its pool and front end."""
    ported = next((each for each in situation.ports if not each.stays), None)
    for pool in pools:
        balancer = pool.partition("/backendAddressPools/")[0]
        if ported is None or balancer.lower() == ported.balancer.lower():
            return balancer, pool, "" if ported is None else ported.frontend
    return None


def _nat(situation: Situation, style: Style) -> dict[str, Any]:
    """The inbound access that replaces the NAT pools."""
    ways: dict[str, Any] = {}
    for (balancer, pool), ports in by_pool([each for each in situation.ports if not each.stays]).items():
        body = next(
            (
                each
                for each in objects(situation.balancers.get(balancer.lower(), {}), "inboundNatPools")
                if str(each.get("name")).lower() == pool.lower()
            ),
            {},
        )
        way: dict[str, Any] = {"backend_port": ports[0].backend}
        way["kind"] = "PoolRule" if style is Style.PROFILE else "Rule"
        way["frontend_port_start"] = int(at(body, "frontendPortRangeStart") or min(each.port for each in ports))
        way["frontend_port_end"] = int(at(body, "frontendPortRangeEnd") or max(each.port for each in ports))
        if ports[0].protocol != "Tcp":
            way["protocol"] = ports[0].protocol
        for argument, member in (
            ("idle_timeout_in_minutes", "idleTimeoutInMinutes"),
            ("enable_tcp_reset", "enableTcpReset"),
        ):
            value = at(body, member)
            if value is not None:
                way[argument] = value
        ways[pool] = way
    return {"inbound_nat": ways} if ways else {}


def as_mapping(facts: tuple[Fact, ...]) -> Mapping[Fate, list[Fact]]:
    """The facts by their fate, in the order of the fates."""
    return {fate: [fact for fact in facts if fact.fate is fate] for fate in Fate}
