"""What would stop a migration of an availability set half-way, found before anything is changed."""

from collections.abc import Iterator

from scaleset_migration.availability.facts import REGISTER
from scaleset_migration.availability.live import FEATURE
from scaleset_migration.availability.sets import AvailabilitySet, basic_of, is_ephemeral, is_unmanaged
from scaleset_migration.availability.ways import Way
from scaleset_operations.locks import advice
from scaleset_operations.target import same_id


def problems(source: AvailabilitySet, new: str, way: Way, *, retire: bool) -> Iterator[str]:
    """Every problem, each with what to do about it.

    Args:
        source: The availability set as it is now.
        new: The id of the scale set.
        way: How its machines come into the scale set.
        retire: Whether the availability set is to be deleted in the end.
    """
    if source.registered is False:
        yield f"feature {FEATURE}: the subscription is not registered for the preview: {REGISTER}"
    if source.target and not same_id(source.target, new):
        name = source.target.rsplit("/", 1)[-1]
        yield (
            f"{source.name}: it is being migrated to {name} already: use that set, or cancel with "
            f"`az vm availability-set cancel-migration-to-vmss -g {source.group} -n {source.name}`"
        )
    for lock in source.locks:
        if lock.read_only:
            yield f"lock {lock.name}: it prevents changes; {advice(lock)}"
        elif (retire or way is Way.CONVERT) and lock.covers(source.id):
            yield f"lock {lock.name}: it prevents the deletion of the availability set; {advice(lock)}"
    for each in source.machines:
        name = each.vm.short
        yield from (f"{name}: {basic} is Basic: upgrade it to Standard" for basic in basic_of(source, each))
        if is_unmanaged(each):
            yield f"{name}: its disks are unmanaged: `az vm convert -g {source.group} -n {name}`"
        if way is Way.MIGRATE and is_ephemeral(each):
            yield f"{name}: its OS disk is ephemeral, so Azure cannot move it: use --way convert, or create it again"
