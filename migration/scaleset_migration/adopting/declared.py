"""Scale sets that a file shows with their ids: what `az` printed, a Terraform state, a stack's export."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pulumi_azure_scaleset.plan import tokens
from scaleset_migration.adopting.things import Found, Machine, Thing, thing, token_of
from scaleset_migration.reverse.parts import at, ids, objects
from scaleset_operations.errors import UsageError
from scaleset_operations.selection import made_by
from scaleset_operations.target import parse_target
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource


def found_in(estate: Estate, place: str, name: str = "") -> list[Found]:
    """The scale sets of a file with what the file shows around them.

    Args:
        estate: What the file has.
        place: What names it for people.
        name: Only the set of this name.

    Raises:
        UsageError: Sets whose ids the file does not tell; all are named.
    """
    sets = [each for each in estate.of_type(arm_types.SCALE_SET) if not name or each.name.lower() == name.lower()]
    nameless = [each.name for each in sets if not _is_id(each.id)]
    if nameless:
        raise UsageError(
            f"{place}: {', '.join(nameless)}: the file does not contain the id in Azure. Name the running set: "
            f"scaleset adopt -g GROUP -n {nameless[0]}"
        )
    there = {each.id.lower(): each for each in _things(estate)}
    return [_whole(there[str(each.id).lower()], there, place) for each in sets]


def found_among(there: Mapping[str, Thing], place: str, name: str = "") -> list[Found]:
    """The scale sets among the resources of a stack.

    Args:
        there: The resources by their ids in lower case.
        place: What names the stack for people.
        name: Only the set of this name.
    """
    sets = [each for each in there.values() if each.token == tokens.SCALE_SET]
    chosen = [each for each in sets if not name or each.short.lower() == name.lower()]
    return [replace(_whole(each, there, place), exact=True, in_stack=True) for each in chosen]


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("/subscriptions/") and "{" not in value


def _things(estate: Estate) -> Iterator[Thing]:
    for each in estate:
        token = token_of(each.type)
        if token is not None and _is_id(each.id):
            yield _thing(token, each)


def _thing(token: str, resource: Resource) -> Thing:
    properties = resource.properties if isinstance(resource.properties, dict) else dict(resource.properties or {})
    return thing(token, str(resource.id), properties)


def _whole(scale_set: Thing, there: Mapping[str, Thing], place: str) -> Found:
    own = scale_set.id.lower()
    target = parse_target(scale_set.id)
    members = [
        each
        for each in there.values()
        if each.token == tokens.VIRTUAL_MACHINE and str(at(each.inputs, "virtualMachineScaleSet.id")).lower() == own
    ]
    return Found(
        scale_set=scale_set,
        machines=tuple(machine_of(each, there) for each in members if not made_by(target, each.short)),
        made=tuple(each.short for each in members if made_by(target, each.short)),
        locks=_below(scale_set, tokens.LOCK, there),
        roles=_below(scale_set, tokens.ROLE_ASSIGNMENT, there),
        settings=_below(scale_set, tokens.DIAGNOSTIC_SETTING, there),
        autoscale=tuple(
            each
            for each in there.values()
            if each.token == tokens.AUTOSCALE and str(at(each.inputs, "targetResourceUri")).lower() == own
        ),
        place=place,
        exact=False,
    )


def _below(owner: Thing, token: str, there: Mapping[str, Thing]) -> tuple[Thing, ...]:
    """The resources attached directly to a resource, by its id."""
    prefix = f"{owner.id.lower()}/"
    return tuple(
        each
        for key, each in there.items()
        if each.token == token and key.startswith(prefix) and key.rpartition("/providers/")[0] in {owner.id.lower(), ""}
    )


def machine_of(vm: Thing, there: Mapping[str, Thing]) -> Machine:
    """A virtual machine with its attached resources.

    Args:
        vm: The machine.
        there: The resources of the source by their ids in lower case.
    """
    references = sorted(
        objects(vm.inputs, "networkProfile.networkInterfaces"), key=lambda each: at(each, "primary") is not True
    )
    nics = [there[key] for each in references if (key := str(each.get("id")).lower()) in there]
    addresses: dict[str, Thing] = {}
    rules: list[Thing] = []
    for nic in nics:
        for configuration in objects(nic.inputs, "ipConfigurations"):
            address = str(at(configuration, "publicIPAddress.id")).lower()
            if address in there:
                addresses[nic.id.lower()] = there[address]
            named = (each.lower() for each in ids(configuration, "loadBalancerInboundNatRules"))
            rules += [there[each] for each in named if each in there and "frontendPort" in there[each].inputs]
    prefix = f"{vm.id.lower()}/extensions/"
    return Machine(
        vm=vm,
        nics=tuple(nics),
        extensions=tuple(each for key, each in there.items() if key.startswith(prefix)),
        addresses=addresses,
        rules=tuple(rules),
        locks=_below(vm, tokens.LOCK, there),
    )
