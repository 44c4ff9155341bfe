"""A plan's resources as ARM takes them: the path, the api-version and the body of each PUT."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.resources import Child, Lazy, Plan, Ref, Secret
from scaleset_operations.calls import API_VERSIONS, COMPUTE

_NETWORK = API_VERSIONS["network_interfaces"]
_ENVELOPE = frozenset({"location", "tags", "zones", "sku", "identity", "plan", "extendedLocation", "placement", "name"})
_WRAPPED = frozenset(
    {"networkInterfaceConfigurations", "ipConfigurations", "extensions", "publicIPAddressConfiguration"}
)
"""Members whose objects have their own ``properties`` in ARM."""
_OUTSIDE = frozenset({"name", "id", "sku", "tags", "zones"})
_KINDS: Mapping[str, tuple[str, str]] = {
    tokens.SCALE_SET: ("Microsoft.Compute/virtualMachineScaleSets", COMPUTE),
    tokens.VIRTUAL_MACHINE: ("Microsoft.Compute/virtualMachines", COMPUTE),
    tokens.VM_EXTENSION: ("Microsoft.Compute/virtualMachines/extensions", COMPUTE),
    tokens.NETWORK_INTERFACE: ("Microsoft.Network/networkInterfaces", _NETWORK),
    tokens.INBOUND_NAT_RULE: ("Microsoft.Network/loadBalancers/inboundNatRules", _NETWORK),
    tokens.PUBLIC_IP: ("Microsoft.Network/publicIPAddresses", _NETWORK),
}
"""The types that a cut-over makes, with the api-version of each."""


@dataclass(frozen=True, slots=True)
class Made:
    """One resource to be made.

    Attributes:
        key: Its key in the plan.
        id: Its ARM id.
        version: The api-version.
        body: The body.
    """

    key: str
    id: str
    version: str
    body: dict[str, Any]


def resources(plan: Plan, root: str) -> Iterator[Made]:
    """The resources of a plan that a cut-over makes, in their order.

    Args:
        plan: The plan.
        root: The resource group's id.
    """
    known: dict[str, str] = {}
    for child in plan.children:
        if child.type not in _KINDS:
            continue
        kind, version = _KINDS[child.type]
        known[child.key] = _id(child, kind, root)
        inputs = _resolved(child.inputs, known)
        yield Made(child.key, known[child.key], version, arm_body(inputs, set(tokens.IDENTITY[child.type])))


def _id(child: Child, kind: str, root: str) -> str:
    namespace, *types = kind.split("/")
    names = [_text(child.inputs.get(each)) for each in tokens.IDENTITY[child.type]]
    group = _text(child.inputs.get("resourceGroupName"))
    place = f"{root.rpartition('/')[0]}/{group}" if group else root
    return f"{place}/providers/{namespace}/" + "/".join(f"{a}/{b}" for a, b in zip(types, names, strict=True))


def _text(value: Any) -> str:
    return str(value.known) if isinstance(value, Ref) and value.known else str(value or "")


def arm_body(inputs: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    """azure-native's inputs as a body of ARM, without the names that are in the path."""
    left_out = {*names, "resourceGroupName"}
    outside = {name: value for name, value in inputs.items() if name in _ENVELOPE and name not in left_out}
    inside = {
        name: _member(name, value) for name, value in inputs.items() if name not in _ENVELOPE and name not in left_out
    }
    assigned = (outside.get("identity") or {}).get("userAssignedIdentities")
    if isinstance(assigned, list):
        outside["identity"] = {**outside["identity"], "userAssignedIdentities": {each: {} for each in assigned}}
    return {**outside, "properties": inside}


def _member(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_wrapped(each) if name in _WRAPPED and isinstance(each, Mapping) else _tree(each) for each in value]
    if isinstance(value, Mapping):
        return _wrapped(value) if name in _WRAPPED else _tree(value)
    return value


def _tree(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _member(name, each) for name, each in value.items()}
    return [_tree(each) for each in value] if isinstance(value, list) else value


def _wrapped(part: Mapping[str, Any]) -> dict[str, Any]:
    outside = {name: value for name, value in part.items() if name in _OUTSIDE}
    return {**outside, "properties": _tree({name: value for name, value in part.items() if name not in _OUTSIDE})}


def _resolved(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, Ref):
        if value.attribute == "id" and value.child in known:
            return known[value.child] + value.suffix
        return value.known
    if isinstance(value, Secret):
        return _resolved(value.value, known)
    if isinstance(value, Lazy):
        return value.function(*(_resolved(each, known) for each in value.arguments))
    if isinstance(value, Mapping):
        return {name: _resolved(each, known) for name, each in value.items()}
    return [_resolved(each, known) for each in value] if isinstance(value, list | tuple) else value
