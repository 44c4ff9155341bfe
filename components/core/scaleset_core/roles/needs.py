"""What a row of the mode table needs in one mode: its own call, what is read before it, and what Azure checks beside.

``scaleset`` reads the set to know its mode, the instances to act on them, and the locks to name the one that would stop
it. Without the last it goes on and says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scaleset_core.modes import Mode, Route, RouteKind, Row
from scaleset_core.roles.operations import (
    INSTANCE,
    LOCK,
    SCHEDULE,
    SET,
    UNLISTED,
    VM,
    operation_of,
)

_NETWORK = "Microsoft.Network"
_DISKS = ("Microsoft.Compute/disks/read", "Microsoft.Compute/disks/write")
_FOLLOW = (
    f"{SCHEDULE}/virtualMachinesGetOperationStatus/action",
    f"{SCHEDULE}/virtualMachinesGetOperationErrors/action",
)
_SCHEDULED = {"start": "start/action", "deallocate": "deallocate/action", "hibernate": "deallocate/action"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """The operations of a command in one mode.

    Attributes:
        operations: Without any one of these it is refused.
        helpful: Without these it says what it could not look at, and goes on.
        variants: What its options need besides, by the variant of the route (``scheduled-actions``).
        references: Whether it writes a whole model: then it needs the operations of :data:`REFERENCES
            <scaleset_core.roles.deployment.REFERENCES>` on whatever that model refers to.
        left_out: Without these it goes on, and its result lacks what they show.
        unlisted: By the variant, what its calls need by Azure Resource Manager's rule for names, and Microsoft's list
            of permissions lacks: no role has them.
    """

    operations: tuple[str, ...]
    helpful: tuple[str, ...] = ()
    variants: "dict[str, tuple[str, ...]]" = field(default_factory=dict)
    references: bool = False
    left_out: tuple[str, ...] = ()
    unlisted: "dict[str, tuple[str, ...]]" = field(default_factory=dict)

    @property
    def all(self) -> tuple[str, ...]:
        """All of them that a role can have, each once."""
        more = (each for found in self.variants.values() for each in found)
        return tuple(dict.fromkeys((*self.operations, *more, *self.helpful, *self.left_out)))


def needs_of(row: Row, mode: Mode) -> Needs:
    """What a row needs in a mode; where the mode lacks it, only the read of the set that tells so."""
    route = row.route(mode)
    if not route.supported:
        return Needs(operations=(f"{SET}/read",))
    found = dict.fromkeys((f"{SET}/read", *_before(row, route, mode), *_own(row, route)))
    variants = {name: tuple(_of_variant(name, each, mode)) for name, each in route.variants if name not in _ALWAYS}
    if route.kind is RouteKind.SET_CALL and route.instance_ids and f"{INSTANCE}/read" not in found:
        variants["chosen instances"] = (f"{VM if mode is Mode.FLEXIBLE else INSTANCE}/read",)
    looks = row.id in _EXPORTS or not (route.reads or row.id in _NO_LOOK or route.kind is RouteKind.DECLARED)
    return Needs(
        operations=tuple(found),
        helpful=(*((f"{LOCK}/read",) if looks else ()), *_helps(row, mode)),
        variants={name: each for name, each in variants.items() if each},
        references=route.whole_body or any(each.whole_body for _, each in route.variants),
    )


def _helps(row: Row, mode: Mode) -> Iterator[str]:
    """What a read shows besides, where it may."""
    if row.id in _EXPORTS:
        yield from _network(row, mode)
    if row.id == "list.instances":
        if mode is Mode.UNIFORM:
            yield from (f"{SET}/networkInterfaces/read", f"{SET}/publicIPAddresses/read")
        else:
            yield from (f"{INSTANCE}/read", f"{_NETWORK}/networkInterfaces/read", f"{_NETWORK}/publicIPAddresses/read")
    if row.id == "network.inbound-nat":
        yield f"{_NETWORK}/loadBalancers/backendAddressPools/queryInboundNatRulePortMapping/action"


_NO_LOOK = frozenset({"instance.attach", "lifecycle-hook.answer"})
"""Rows that write without looking at the locks first."""
_EXPORTS = frozenset({"view.instances"})
"""Rows that draw the network and the locks too, as far as they may be read."""
_ALWAYS = frozenset({"profile", "instance-protection"})
"""Variants that are taken beside the route itself, where the set has a profile."""
_NAMED = frozenset({"instance.attach", "instance.attach-disk", "instance.detach-disk"})
"""Rows whose machines are always named: they are looked up in one list."""
_HOOKS = frozenset({"lifecycle-hook.list", "lifecycle-hook.answer"})


def _before(row: Row, route: Route, mode: Mode) -> Iterator[str]:
    """The reads that come first."""
    if row.id in _HOOKS:
        yield f"{SET}/lifecycleHookEvents/read"
    if row.id in {"network.inbound-nat", "network.outbound"}:
        yield from _network(row, mode)
    if not _reads_instances(row, route, mode):
        return
    if mode is Mode.UNIFORM:
        yield f"{INSTANCE}/read"
        return
    yield f"{VM}/read"
    looked_up = row.id in _NAMED or route.kind is RouteKind.DECLARED
    if row.id in _EXPORTS or not (looked_up or route.reads or route.deletes == "instance"):
        yield f"{INSTANCE}/read"  # which model an instance has, and its protectionPolicy: only the set's list tells


def _reads_instances(row: Row, route: Route, mode: Mode) -> bool:
    if row.id in _HOOKS:
        return False
    if row.id in _NAMED or row.id in _EXPORTS or row.id.startswith("network."):
        return True
    if route.kind is RouteKind.SET_CALL and not route.instance_ids:
        return False
    # A Uniform set takes one call for all; with --instances the extensions' rows read them, and that is a variant.
    return mode is Mode.FLEXIBLE or not row.id.startswith(("extension.", "rolling-upgrade.", "set."))


def _network(row: Row, mode: Mode) -> Iterator[str]:
    yield f"{SET}/networkInterfaces/read" if mode is Mode.UNIFORM else f"{_NETWORK}/networkInterfaces/read"
    yield f"{_NETWORK}/loadBalancers/read"
    yield f"{_NETWORK}/publicIPAddresses/read"
    if row.id == "network.outbound" or row.id in _EXPORTS:
        yield f"{_NETWORK}/virtualNetworks/subnets/read"
    if row.id in _EXPORTS:
        yield f"{_NETWORK}/networkSecurityGroups/read"
        yield f"{_NETWORK}/natGateways/read"
        if mode is Mode.UNIFORM:
            yield f"{SET}/publicIPAddresses/read"


def _own(row: Row, route: Route) -> Iterator[str]:
    for each in (route, *(variant for name, variant in route.variants if name in _ALWAYS)):
        yield from _call(each)
    if route.kind is RouteKind.RESOURCE_GRAPH:
        yield f"{VM}/read"  # without it the answer is empty
    if row.id in {"instance.attach-disk", "instance.detach-disk"}:
        yield from _DISKS
    if row.id == "instance.attach":
        yield f"{SET}/write"  # the set gets a member


def _call(route: Route) -> Iterator[str]:
    """A call's own operation; after a long write the client reads what it has written."""
    own = operation_of(route)
    if own:
        yield own
    if own.endswith("/write") and route.method.startswith("begin_"):
        yield own.removesuffix("write") + "read"


def _of_variant(name: str, route: Route, mode: Mode) -> Iterator[str]:
    own = operation_of(route)
    if own in UNLISTED:
        return
    yield from _call(route)
    if route.kind is RouteKind.SCHEDULED_ACTIONS:
        verb = own.rsplit("/", 2)[-2].removeprefix("virtualMachinesExecute").lower()
        yield from _FOLLOW
        yield f"{VM}/{_SCHEDULED.get(verb, verb)}"
    if name == "managed":
        yield own.removesuffix("write") + "delete"
    if name == "instances" and mode is Mode.UNIFORM:
        yield f"{INSTANCE}/read"
