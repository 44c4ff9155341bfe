"""Resources of a stack that become the component's: the alias of each child, and what is wrong with the argument."""

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import pulumi

from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.model.adoption import Adoption
from pulumi_azure_scaleset.plan.resources import Child

FIELD = "adopt"
"""The argument."""


def alias(adoption: Adoption, child: Child) -> pulumi.Alias:
    """The alias of ``child``: the engine adopts a resource of that name and type, if there is one."""
    parent = pulumi.ROOT_STACK_RESOURCE if adoption.parent_urn is None else adoption.parent_urn
    name = adoption.names.get(child.name, child.name)
    if child.type not in adoption.types and not child.api_version:
        return pulumi.Alias(name=name, parent=parent)
    return pulumi.Alias(name=name, parent=parent, type_=adoption.types.get(child.type, child.type))


def problems(adoption: Adoption | None, children: Sequence[Child]) -> Iterator[Problem]:
    """Names and types that no child has, and resources that two children would adopt."""
    if adoption is None:
        return
    yield from _unknown(f"{FIELD}.names", adoption.names, {child.name for child in children}, "resource")
    yield from _unknown(f"{FIELD}.types", adoption.types, {child.type for child in children}, "type")
    former = Counter((child.type, adoption.names.get(child.name, child.name)) for child in children)
    for kind, name in (each for each, times in former.items() if times > 1):
        yield Problem(f"{FIELD}.names", f"two resources of the type {kind} would both be {name!r}: name the other one")


def _unknown(field: str, given: Iterable[str], known: set[str], what: str) -> Iterator[Problem]:
    for key in given:
        if key not in known:
            close = difflib.get_close_matches(key, sorted(known), n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(sorted(known)[:8])}"
            yield Problem(f"{field}[{key!r}]", f"the set has no such {what}; {hint}")
