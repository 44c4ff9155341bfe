"""Whose a value in the plan is: tags that others set, and ``ignore_changes`` given to the component."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.plan import foreign, tokens
from pulumi_azure_scaleset.plan.foreign import Foreign
from pulumi_azure_scaleset.plan.overrides import KINDS
from pulumi_azure_scaleset.plan.resources import Child, Plan
from scaleset_core.facts.secrets import is_secret

IGNORE_CHANGES = "ignore_changes"
_ARGUMENTS = {
    "capacity": "ignore_capacity_changes",
    "instance_count": "ignore_capacity_changes",
    "instances": "ignore_capacity_changes",
    "tags": "ignore_tag_changes",
}
"""The argument that does what people mean by ignoring this argument."""


def leave_tags(plan: Plan, names: Sequence[str]) -> None:
    """Leave the tags with these names to their owners, on every resource that takes tags.

    Args:
        plan: The plan.
        names: Names of tags, ``*`` for any text.
    """
    if not names:
        return
    for index, child in enumerate(plan.children):
        if child.type in tokens.TAGGED:
            plan.children[index] = replace(child, foreign=(*child.foreign, Foreign(("tags",), tuple(names))))


def ignore(plan: Plan, paths: Iterable[str]) -> list[Problem]:
    """Leave what the component's ``ignore_changes`` names to its owners; returns the paths that name nothing.

    A path begins with a resource key, as in ``overrides``: ``scaleSet.sku.capacity``. The value is then the one that
    Azure has. What Azure never shows (a secret, a wildcard's many values) keeps the state's value, as Pulumi does it.

    Args:
        plan: The plan.
        paths: The paths.
    """
    problems = []
    for path in paths:
        kind, _, inner = path.partition(".")
        if kind not in KINDS or not inner:
            problems.append(Problem(f"{IGNORE_CHANGES}[{path!r}]", _hint(kind, path)))
            continue
        for index, child in enumerate(plan.children):
            if child.kind == kind:
                plan.children[index] = _ignoring(child, inner)
    return problems


def _ignoring(child: Child, path: str) -> Child:
    steps = foreign.steps(path)
    if steps is None or is_secret(path) or not foreign.reaches(child.inputs, steps):
        return replace(child, ignore_changes=(*child.ignore_changes, path))
    return replace(child, foreign=(*child.foreign, Foreign(steps, declared=False)))


def _hint(kind: str, path: str) -> str:
    wanted = (
        "ignore_changes on the component reaches its resources by their keys: write scaleSet.sku.capacity or "
        "virtualMachine.tags"
    )
    if kind in KINDS:
        return f"{path} is a whole resource; {wanted}"
    argument = _ARGUMENTS.get(kind)
    if argument is not None:
        return f"use the argument {argument} instead; {wanted}"
    close = difflib.get_close_matches(kind, KINDS, n=1)
    known = f"did you mean {close[0]}?" if close else f"the keys are {', '.join(KINDS)}"
    return f"{kind} is no resource of a set; {wanted}; {known}"
