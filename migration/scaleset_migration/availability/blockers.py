"""What Azure would refuse until somebody does something: the report's open decisions, and why a run does not begin."""

from collections.abc import Iterator
from dataclasses import dataclass

from scaleset_migration.adopting.things import Machine
from scaleset_migration.availability.live import FEATURE
from scaleset_migration.availability.sets import AvailabilitySet, basic_of, is_ephemeral, is_unmanaged
from scaleset_migration.availability.ways import FLEXIBLE_PAGE, Way
from scaleset_migration.facts import LOCKS_PAGE
from scaleset_migration.refusals import MAY_BE_SOME
from scaleset_migration.reverse.parts import at
from scaleset_operations.locks import Lock, place, removal
from scaleset_operations.target import same_id

REGISTER = f"`az feature register --namespace Microsoft.Compute --name {FEATURE}`"
"""How a subscription takes part in the preview."""
ALIGNED = "Aligned"


@dataclass(frozen=True, slots=True)
class Blocker:
    """One obstacle.

    Attributes:
        path: What it is about; ``virtualMachines.NAME`` and what follows for one of the machines.
        before: How it is now.
        after: How it has to be; ``""`` if it has to go.
        why: Why Azure refuses.
        todo: What to do.
        page: Microsoft's page.
        certain: Whether it is there: a file does not show whether a subscription is registered.
    """

    path: str
    before: str
    after: str
    why: str
    todo: str
    page: str
    certain: bool = True

    def __str__(self) -> str:
        return f"{self.path.removeprefix('virtualMachines.')}: {self.why} {self.todo}"


def blockers(source: AvailabilitySet, new: str, way: Way, *, retire: bool) -> Iterator[Blocker]:
    """Every obstacle.

    Args:
        source: The availability set.
        new: The id of the scale set.
        way: How its machines come into the scale set.
        retire: Whether the availability set will be deleted in the end; a conversion deletes it in any case.
    """
    if not source.registered:
        why = "Both APIs are in preview: Azure refuses them until the subscription registers for it."
        todo = f"{REGISTER}, and wait until the state is Registered."
        yield Blocker(f"feature {FEATURE}", "", "", why, todo, way.page, certain=source.registered is False)
    if source.target and not same_id(source.target, new):
        name = source.target.rsplit("/", 1)[-1]
        why = "The availability set is in migration mode, and accepts no other target."
        cancel = f"`az vm availability-set cancel-migration-to-vmss -g {source.group} -n {source.name}`"
        todo = f"Plan with `--new-name {name}`, or cancel: {cancel}."
        yield Blocker("migration", f"to {name} already", "", why, todo, way.page)
    if source.locks_unread:
        todo = "Use an account with Microsoft.Authorization/locks/read, as the role Scale Set Reader has."
        yield Blocker("locks", "not read", "", MAY_BE_SOME, todo, LOCKS_PAGE)
    for lock in source.locks:
        if stops(lock, source, way, retire=retire):
            yield _of_lock(lock)
    sku = str(at(source.body, "sku.name") or "Classic")
    if sku != ALIGNED:
        why = "A Classic availability set is for unmanaged disks, and Azure moves no machines with those."
        todo = f"`az vm availability-set convert -g {source.group} -n {source.name}`, after the machines' disks."
        yield Blocker("sku", sku, ALIGNED, why, todo, FLEXIBLE_PAGE)
    for machine in source.machines:
        yield from _of_machine(source, machine, way)


def stops(lock: Lock, source: AvailabilitySet, way: Way, *, retire: bool) -> bool:
    """Whether a lock prevents something that the migration does."""
    return lock.read_only or ((retire or way is Way.CONVERT) and lock.covers(source.id))


def _of_lock(lock: Lock) -> Blocker:
    what = "every change in its scope" if lock.read_only else "the deletion of the availability set"
    text = f"{lock.level} at {lock.scope.rsplit('/', 1)[-1]}"
    todo = f"It is set on {place(lock.scope)}, and `{removal(lock)}` removes it there."
    return Blocker(f"lock {lock.name}", text, "", f"It prevents {what}.", todo, LOCKS_PAGE)


def _of_machine(source: AvailabilitySet, machine: Machine, way: Way) -> Iterator[Blocker]:
    name = machine.vm.short
    path = f"virtualMachines.{name}"
    for basic in basic_of(source, machine):
        why = "Azure moves no machines with Basic public addresses or behind Basic load balancers."
        yield Blocker(f"{path} {basic}", "Basic", "Standard", why, "Upgrade it to the Standard SKU.", way.page)
    if is_unmanaged(machine):
        why = "Azure moves no machines with unmanaged disks."
        todo = f"`az vm convert -g {source.group} -n {name}`"
        yield Blocker(f"{path} disks", "unmanaged", "managed", why, todo, way.page)
    if way is Way.MIGRATE and is_ephemeral(machine):
        why = "The migration deallocates machines. A machine with an ephemeral OS disk cannot be deallocated."
        todo = "Use --way convert, or create the machine again."
        yield Blocker(f"{path} OS disk", "ephemeral", "", why, todo, way.page)
