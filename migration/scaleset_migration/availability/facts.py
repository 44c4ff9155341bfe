"""What becomes of each property of an availability set and its machines, and of what is around them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from scaleset_core.facts.properties import UNKNOWN
from scaleset_migration.availability.blockers import ALIGNED, blockers, stops
from scaleset_migration.availability.sets import AvailabilitySet
from scaleset_migration.availability.twin import DOMAINS, Twin
from scaleset_migration.availability.ways import FLEXIBLE_PAGE, Way
from scaleset_migration.facts import LOCKS_PAGE, Fact, Fate, account, by_rule, shown
from scaleset_migration.reverse.parts import at

_MACHINES = "virtualMachines"
_NOT_SAID = frozenset({_MACHINES, "provisioningState", "statuses", "virtualMachineScaleSetMigrationInfo", "name", "id"})
_NAMES = frozenset({"resourceGroupName", "vmName", "availabilitySetName", "azureApiVersion"})


def facts(source: AvailabilitySet, twin: Twin, way: Way) -> tuple[Fact, ...]:
    """What becomes of everything: what somebody has to decide, what changes, what carries over."""
    found = [*_decide(source, twin, way), *_set(source, twin), *_machines(source, twin, way), *_around(source, way)]
    before = {name: value for name, value in source.body.items() if name not in _NOT_SAID | _NAMES}
    old = {**before, _MACHINES: {each.vm.short: _said(each.vm.inputs) for each in source.machines}}
    new = {**twin.body, _MACHINES: {each.vm.short: _said(each.vm.inputs) for each in twin.found.machines}}
    return tuple(_joined(account(old, new, found), [each.vm.short for each in source.machines]))


def _said(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in inputs.items() if name not in _NAMES and value is not UNKNOWN}


def _decide(source: AvailabilitySet, twin: Twin, way: Way) -> Iterator[Fact]:
    """What stops the migration until somebody does something, and what would undo it."""
    for each in blockers(source, twin.id, way, retire=True):
        yield Fact(each.path, Fate.OPEN, each.before, each.after, each.why, each.todo, each.page)
    yield Fact(
        "what declares the machines",
        Fate.OPEN,
        source.place,
        "the new program",
        "Terraform, Pulumi and templates cannot change a machine's availability set: the next run of the program that "
        "declares the machines now would replace them.",
        "Remove the machines from it without deleting them (`terraform state rm`, `pulumi state delete`), or do not "
        "run it again. Then `scaleset adopt` brings them into the new program.",
        "https://learn.microsoft.com/azure/virtual-machines/availability-set-overview",
    )


def _set(source: AvailabilitySet, twin: Twin) -> Iterator[Fact]:
    """What becomes of the availability set's own properties."""
    body = source.body
    updates = at(body, "platformUpdateDomainCount")
    if updates is not None:
        yield Fact(
            "platformUpdateDomainCount",
            Fate.NONE,
            shown("platformUpdateDomainCount", updates),
            "",
            "Flexible sets have no update domains: planned maintenance proceeds by fault domain.",
            "Nothing, unless your own tooling reads update domains.",
            FLEXIBLE_PAGE,
        )
    domains = at(body, "platformFaultDomainCount")
    if twin.zones:
        yield by_rule("fault-domains-on-flexible", "platformFaultDomainCount", Fate.CHANGES, domains, "1")
    elif domains is None:
        yield by_rule(
            "fault-domains-required-on-flexible", "platformFaultDomainCount", Fate.CHANGES, None, str(DOMAINS)
        )
    if at(body, "sku.name") == ALIGNED:
        why = "Aligned means managed disks; machines in a Flexible set always have them."
        yield Fact("sku", Fate.CHANGES, ALIGNED, "nothing", why, "Nothing.", FLEXIBLE_PAGE)


def _machines(source: AvailabilitySet, twin: Twin, way: Way) -> Iterator[Fact]:
    """What becomes of the machines."""
    for each in source.machines:
        path = f"{_MACHINES}.{each.vm.short}"
        yield Fact(
            f"{path}.availabilitySet",
            Fate.CHANGES,
            source.name,
            f"virtualMachineScaleSet: {twin.name}",
            "A machine is in a scale set or in an availability set.",
            "Nothing: the machine keeps its id, disks, interfaces and addresses.",
            way.page,
        )
        zone = twin.zones.get(each.vm.short)
        if zone:
            yield Fact(
                f"{path}.zones",
                Fate.CHANGES,
                "none",
                zone,
                "The machine and its managed disks move into the zone.",
                "Check that the zone has its size: `az vm list-skus --zone`. Traffic to it may cross zones.",
                way.page,
            )
        if way is Way.MIGRATE:
            yield _outage(path, source.runs(each))


def _outage(path: str, runs: bool | None) -> Fact:
    if runs is False:
        return Fact(f"{path} power", Fate.CARRIES, "stopped", why="A stopped machine is moved, and not started.")
    return Fact(
        f"{path} power",
        Fate.CHANGES,
        "runs",
        "runs, after a stop of some minutes",
        "Azure deallocates a machine to move it, and does not start it again. `migrate run` starts it.",
        "Choose a time for it. The content of the temporary disk is lost.",
        Way.MIGRATE.page,
    )


def _around(source: AvailabilitySet, way: Way) -> Iterator[Fact]:
    """Locks, resources that name the old id, and how to undo it."""
    for lock in source.locks:
        if not stops(lock, source, way, retire=True):
            text = f"{lock.level} at {lock.scope.rsplit('/', 1)[-1]}"
            yield Fact(f"lock {lock.name}", Fate.CARRIES, text, why="It does not change.", source=LOCKS_PAGE)
    for each in source.naming:
        why = "It names the availability set, and Azure changes nothing in it."
        yield Fact(f"named by {each}", Fate.CHANGES, source.name, "the scale set", why, "Point it at the scale set.")
    if way is Way.CONVERT:
        yield Fact(
            "features of the scale set",
            Fate.CHANGES,
            "",
            "a limited subset of Flexible's",
            "A converted set cannot get zones later, and its capacity is constrained.",
            "Use --way migrate if you need zones, or all features, now or later.",
            way.page,
        )
    yield Fact(
        "way back",
        Fate.NONE,
        "",
        "",
        "Azure cannot move a machine from a scale set into an availability set.",
        "Try it first with a machine that you can do without.",
        way.page,
    )


def _joined(found: Iterable[Fact], names: list[str]) -> Iterator[Fact]:
    """The facts; what is the same for every machine is reported once, for ``virtualMachines[*]``."""
    told = list(found)
    rest: dict[tuple[str, Fact], list[str]] = {}
    for fact in told:
        name, tail = _split(fact.path, names)
        if name:
            rest.setdefault((tail, replace(fact, path="")), []).append(name)
    once: set[tuple[str, Fact]] = set()
    for fact in told:
        name, tail = _split(fact.path, names)
        if not name:
            yield fact
            continue
        key = (tail, replace(fact, path=""))
        if len(rest[key]) < len(names):
            yield replace(fact, path=f"{_MACHINES}[{name}]{tail}")
        elif key not in once:
            once.add(key)
            which = "*" if len(names) > 1 else name
            yield replace(fact, path=f"{_MACHINES}[{which}]{tail}")


def _split(path: str, names: list[str]) -> tuple[str, str]:
    """The machine that a path is about, and what follows; ``""`` for a path about something else."""
    if not path.startswith(f"{_MACHINES}."):
        return "", path
    rest = path.removeprefix(f"{_MACHINES}.")
    for name in sorted(names, key=len, reverse=True):
        if rest == name or rest.startswith((f"{name}.", f"{name}[", f"{name} ")):
            return name, rest.removeprefix(name)
    return "", path
