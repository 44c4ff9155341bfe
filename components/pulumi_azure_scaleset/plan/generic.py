"""A scale set or machine at an API version that azure-native does not have: as its generic resource, in ARM's own form.

``azure-native:resources:Resource`` sends everything in ``properties`` at the given API version, and reads, changes and
deletes the resource like any other. Of what ARM has beside ``properties``, it supports only location, tags, sku, plan,
identity and extended location. So zones and placement cannot be sent this way.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.resources import Child

TOKEN = "azure-native:resources:Resource"  # noqa: S105 - a type's name
KINDS = {tokens.SCALE_SET: "virtualMachineScaleSets", tokens.VIRTUAL_MACHINE: "virtualMachines"}
"""The types that can be registered this way, with their names in Microsoft.Compute."""

_BESIDE = frozenset({"location", "tags", "sku", "plan", "identity", "extendedLocation"})
"""What the generic resource has beside ``properties``."""
LEFT_OUT = ("zones", "placement")
"""What ARM has there, and the generic resource does not have."""
_OUTER = frozenset({"name", "id", "tags", "sku", "zones"})
"""What a part that has its own ``properties`` has beside them."""
_PARTS = frozenset(
    {
        "networkInterfaceConfigurations",
        "ipConfigurations",
        "publicIPAddressConfiguration",
        "extensions",
        "networkInterfaces",
    }
)
"""The parts that have their own ``properties`` in ARM (REST: VirtualMachineScaleSets, VirtualMachines)."""


def inputs_of(child: Child, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of the generic resource.

    Args:
        child: The scale set or machine.
        inputs: Its resolved inputs, in azure-native's form.
    """
    name = tokens.IDENTITY[child.type][0]
    beside = {key: value for key, value in inputs.items() if key in _BESIDE}
    apart = {*_BESIDE, *LEFT_OUT, name, "resourceGroupName"}
    return {
        "resourceGroupName": inputs["resourceGroupName"],
        "resourceProviderNamespace": "Microsoft.Compute",
        "parentResourcePath": "",
        "resourceType": KINDS[child.type],
        "resourceName": inputs[name],
        "apiVersion": child.api_version,
        **beside,
        "properties": {key: _in_arm(key, value) for key, value in inputs.items() if key not in apart},
    }


def path_of(path: str) -> str:
    """The path in the generic resource of a property of the typed one."""
    root = path.partition(".")[0].partition("[")[0]
    return path if root in _BESIDE else f"properties.{path}"


def typed(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of a generic resource as those of the typed one, at the first level: for what looks at them."""
    properties = inputs.get("properties")
    return {
        **inputs,
        **(properties if isinstance(properties, Mapping) else {}),
        "vmScaleSetName": inputs["resourceName"],
    }


def left_out(child: Child) -> Iterator[str]:
    """The properties of a child that can't be sent this way."""
    return (name for name in LEFT_OUT if child.inputs.get(name))


def _in_arm(name: str, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_in_arm(name, item) for item in value]
    if not isinstance(value, Mapping):
        return value
    inner = {key: _in_arm(key, item) for key, item in value.items()}
    if name not in _PARTS:
        return inner
    outer = {key: item for key, item in inner.items() if key in _OUTER}
    rest = {key: item for key, item in inner.items() if key not in _OUTER}
    return {**outer, "properties": rest} if rest else outer
