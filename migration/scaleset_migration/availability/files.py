"""Availability sets in a file: a template, a Terraform plan or state, a stack's export, what ``az`` printed."""

from collections.abc import Iterator

from scaleset_migration.adopting.declared import machine_of
from scaleset_migration.adopting.things import Thing, thing, token_of
from scaleset_migration.availability.sets import AvailabilitySet
from scaleset_migration.reverse.parts import at
from scaleset_migration.sources.files import group_of, identity_of, properties_of
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate


def availability_in(estate: Estate, place: str) -> Iterator[AvailabilitySet]:
    """The availability sets of an estate with their machines.

    Args:
        estate: What a file declares.
        place: What names it for people.
    """
    sets = estate.of_type(arm_types.AVAILABILITY_SET)
    if not sets:
        return
    there: dict[str, Thing] = {}
    for each in estate:
        token = token_of(each.type)
        if token is not None:
            found = thing(token, identity_of(each), properties_of(each))
            there[found.id.lower()] = found
    balancers = {identity_of(each).lower(): properties_of(each) for each in estate.of_type(arm_types.LOAD_BALANCER)}
    for each in sets:
        identity = identity_of(each)
        machines = [
            machine_of(one, there)
            for one in there.values()
            if str(at(one.inputs, "availabilitySet.id")).lower() == identity.lower()
        ]
        yield AvailabilitySet(
            id=identity,
            name=each.name,
            group=group_of(identity),
            body=properties_of(each),
            machines=tuple(machines),
            balancers=balancers,
            place=place,
        )
