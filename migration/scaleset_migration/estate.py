"""What a plan's resources are to the policies and the pictures."""

from collections.abc import Mapping
from typing import Any

from pulumi_azure_scaleset.plan.resources import Child, Plan, Ref, readable
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource

_ROOT = "/subscriptions/{subscription}/resourceGroups/{resourceGroup}/providers"


def estate_of(plan: Plan) -> Estate:
    """The resources of a component as the check sees them, with the ids that they will have."""
    known = {child.key: _id(child) for child in plan.children}
    return Estate(
        [
            Resource(
                key=child.key,
                type=arm_types.from_pulumi(child.type),
                name=known[child.key].rsplit("/", 1)[-1],
                properties=readable(_resolved(child.inputs, known)),
                id=known[child.key],
            )
            for child in plan.children
            if arm_types.from_pulumi(child.type)
        ],
        whole=False,
    )


def _id(child: Child) -> str:
    kind = arm_types.from_pulumi(child.type)
    name = child.inputs.get(arm_types.NAMES.get(kind, "name"))
    return f"{_ROOT}/{kind}/{name if isinstance(name, str) else child.name}"


def _resolved(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, Ref) and value.attribute == "id" and value.child in ids:
        return ids[value.child] + value.suffix
    if isinstance(value, Mapping):
        return {name: _resolved(each, ids) for name, each in value.items()}
    return [_resolved(each, ids) for each in value] if isinstance(value, list | tuple) else value
