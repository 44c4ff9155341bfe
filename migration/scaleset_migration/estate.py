"""What a plan's resources are to the policies and the pictures."""

from collections.abc import Iterable, Mapping
from typing import Any

from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.resources import Child, Plan, Ref, readable
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource

_ROOT = "/subscriptions/{subscription}/resourceGroups/{resourceGroup}/providers"


def estate_of(plan: Plan, around: Iterable[Resource] = ()) -> Estate:
    """The resources of a component as the check sees them, with the ids that they will have.

    Args:
        plan: The plan.
        around: Resources that are there already.
    """
    others = list(around)
    root = {each.name.lower(): each.key for each in others}
    known = {child.key: _id(child) for child in plan.children}
    return Estate(
        [
            *others,
            *(
                Resource(
                    key=child.key,
                    type=arm_types.from_pulumi(child.type),
                    name=known[child.key].rsplit("/", 1)[-1],
                    properties=readable(_resolved(child.inputs, known)),
                    id=known[child.key],
                    parent=_parent(child, root),
                )
                for child in plan.children
                if arm_types.from_pulumi(child.type)
            ),
        ],
        whole=False,
    )


def resource_of(identity: str, kind: str, body: Mapping[str, Any]) -> Resource:
    """A resource that is there, as the pictures see it."""
    return Resource(key=identity, type=kind, name=identity.rsplit("/", 1)[-1], properties=dict(body), id=identity)


def _id(child: Child) -> str:
    namespace, *types = arm_types.from_pulumi(child.type).split("/")
    found = [child.inputs.get(name) for name in tokens.IDENTITY[child.type]][-len(types) :]
    names = [each.known if isinstance(each, Ref) else each for each in found]
    pairs = "/".join(f"{kind}/{name or child.name}" for kind, name in zip(types, names, strict=True))
    return f"{_ROOT}/{namespace}/{pairs}"


def _resolved(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, Ref) and value.attribute == "id" and value.child in ids:
        return ids[value.child] + value.suffix
    if isinstance(value, Mapping):
        return {name: _resolved(each, ids) for name, each in value.items()}
    return [_resolved(each, ids) for each in value] if isinstance(value, list | tuple) else value


def _parent(child: Child, around: Mapping[str, str]) -> str:
    """The key of the load balancer that a NAT rule is of, if it is there already."""
    if child.type != tokens.INBOUND_NAT_RULE:
        return ""
    return around.get(str(child.inputs.get("loadBalancerName")).lower(), "")
