"""What the commands need that are no rows of the mode table, and the commands that do what a row does."""

from collections.abc import Iterator, Mapping

from scaleset_core.modes import Mode
from scaleset_core.roles.deployment import operations_of
from scaleset_core.roles.moves import MOVES
from scaleset_core.roles.needs import Needs
from scaleset_core.roles.operations import GRAPH, INSTANCE, LOCK, SET, VM

_NETWORK = "Microsoft.Network"
_BALANCERS = (f"{_NETWORK}/loadBalancers/read", f"{_NETWORK}/publicIPAddresses/read")
_FACES = {Mode.UNIFORM: f"{SET}/networkInterfaces/read", Mode.FLEXIBLE: f"{_NETWORK}/networkInterfaces/read"}
_MACHINES = {Mode.UNIFORM: f"{INSTANCE}/read", Mode.FLEXIBLE: f"{VM}/read"}
_ON_THE_WAY = (
    f"{_NETWORK}/virtualNetworks/subnets/read",
    f"{_NETWORK}/networkSecurityGroups/read",
)
_HOOKS = f"{SET}/lifecycleHookEvents/read"


def _detach(mode: Mode) -> Needs:
    more = f"{SET}/manualUpgrade/action" if mode is Mode.UNIFORM else f"{_NETWORK}/networkInterfaces/write"
    own = (f"{SET}/read", f"{SET}/write", _MACHINES[mode], _FACES[mode], more)
    return Needs(operations=(*own, *_BALANCERS), references=True)


def _migrate_nat(mode: Mode) -> Needs:
    """Of Uniform sets alone: a Flexible set can not use NAT pools."""
    reads = (GRAPH, f"{SET}/read", f"{_NETWORK}/loadBalancers/read")
    if mode is Mode.FLEXIBLE:
        return Needs(operations=reads)
    looks = (f"{INSTANCE}/read", f"{SET}/networkInterfaces/read", f"{SET}/rollingUpgrades/read")
    ports = f"{_NETWORK}/loadBalancers/backendAddressPools/queryInboundNatRulePortMapping/action"
    return Needs(
        operations=(*reads, *looks, f"{SET}/write", f"{SET}/manualUpgrade/action", f"{_NETWORK}/loadBalancers/write"),
        helpful=(f"{LOCK}/read", "Microsoft.Authorization/permissions/read", ports),
        variants={"lift-protection": (f"{INSTANCE}/write",)},
        references=True,
    )


def _wait(mode: Mode) -> Needs:
    model = {_MACHINES[mode]: None, f"{INSTANCE}/read": None}
    return Needs(operations=(f"{SET}/read",), variants={"healthy": (_MACHINES[mode],), "latest-model": tuple(model)})


def _lift(mode: Mode) -> Needs:
    policy = (f"{INSTANCE}/write", f"{INSTANCE}/read")
    if mode is Mode.UNIFORM:
        return Needs(operations=(f"{SET}/read", *policy), references=True)
    locks = (f"{LOCK}/read", f"{LOCK}/write", f"{LOCK}/delete")
    return Needs(operations=(f"{SET}/read", f"{VM}/read", *locks))


def _needs(mode: Mode) -> Mapping[str, Needs]:
    reads = [each for part in ("", "locks", "grants", "monitoring", "standby-pools") for each in operations_of(part)]
    counted = f"{SET}/instanceView/read" if mode is Mode.UNIFORM else f"{VM}/read"
    return {
        "set show": Needs(operations=(f"{SET}/read",)),
        "set list": Needs(operations=(GRAPH, f"{SET}/read"), helpful=(counted,)),
        "set wait": _wait(mode),
        "set events": Needs(operations=(f"{SET}/read", _MACHINES[mode]), helpful=(_HOOKS,)),
        "set drift": Needs(operations=tuple(each for each in dict.fromkeys(reads) if each.endswith("/read"))),
        "set detach": _detach(mode),
        "nat migrate": _migrate_nat(mode),
        "inventory nat-pools": Needs(operations=(GRAPH, f"{SET}/read", f"{_NETWORK}/loadBalancers/read")),
        "instances connect": Needs(
            operations=(f"{SET}/read", _MACHINES[mode], _FACES[mode], *_BALANCERS, *_ON_THE_WAY),
            helpful=(GRAPH, f"{_NETWORK}/bastionHosts/read"),
        ),
        "instances with-lock-lifted": _lift(mode),
        "instances restore-locks": _lift(mode),
    }


COMMANDS: tuple[str, ...] = (*_needs(Mode.UNIFORM), *MOVES)
"""Commands that are no rows of the mode table."""
ALIASES = {
    "instances unprotect": "protection",
    "set protect": "protection",
    "lifecycle-hooks reject": "lifecycle-hook.answer",
    "set upgrade start": "rolling-upgrade.start",
    "set upgrade status": "rolling-upgrade.get-latest",
    "set upgrade get-latest": "rolling-upgrade.get-latest",
    "rolling-upgrade status": "rolling-upgrade.get-latest",
    "rolling-upgrade history": "set.os-upgrade-history",
    "set upgrade cancel": "rolling-upgrade.cancel",
    "set upgrade approve": "rolling-upgrade.approve",
    "set upgrade history": "set.os-upgrade-history",
}
"""Commands that do what a row does, by the row's id."""


def needs_of_command(command: str, mode: Mode) -> Needs:
    """What one of :data:`COMMANDS` needs in a mode.

    Raises:
        KeyError: It is none of them, or one of :data:`MOVES`, which differ by what they move.
    """
    return _needs(mode)[command]


def granted_to_command(command: str) -> Iterator[str]:
    """What a role for one of :data:`COMMANDS` has: all that it needs, except for sources that no role allows."""
    found = MOVES[command].values() if command in MOVES else [needs_of_command(command, mode) for mode in Mode]
    for needs in found:
        if not needs.unlisted:
            yield from needs.all
