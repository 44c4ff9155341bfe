"""Which scale set each resource of an estate belongs to: its machines, their interfaces, extensions and locks."""

from collections.abc import Mapping

from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.relations import interfaces_of, locks, set_of


def families(estate: Estate) -> Mapping[str, Resource]:
    """The scale set of each resource that certainly belongs to one, by the resource's key; a set is its own."""
    found = {each.key: each for each in estate.of_type(arm_types.SCALE_SET)}
    for machine in estate.of_type(arm_types.VIRTUAL_MACHINE):
        sets = set_of(estate, machine).sure
        if len(sets) == 1:
            found[machine.key] = sets[0]
            found |= {each.key: sets[0] for each in interfaces_of(estate, machine).sure}
    for each in estate:
        if each.parent in found:
            found.setdefault(each.key, found[each.parent])
    for lock in locks(estate):
        if lock.target is not None and lock.target.key in found:
            found[lock.resource.key] = found[lock.target.key]
    return found
