"""Writes the schema that the rules about names, values and types read, from the models of the Azure SDK.

    python -m property_schema          # write it
    python -m property_schema --check  # exit 1 when it is out of date

Its content: for each model its properties, without ``properties`` wrappers, and what each one takes: ``string``,
``boolean``, ``integer``, ``number``, ``any``, the name of a model or an enumeration, or one of these in brackets for a
list. A property whose name ends with ``!`` must be there.
"""

from __future__ import annotations

import enum
import importlib
import inspect
import json
import re
import sys
import typing
from typing import Any

import azure.mgmt.compute.models as compute
import azure.mgmt.network.models as network

from devkit import paths
from property_names import evaluated

FILE = paths.ROOT / "policies" / "scaleset_policies" / "schema" / "schema.json"
ROOTS: dict[str, tuple[Any, str]] = {
    "microsoft.compute/virtualmachinescalesets": (compute, "VirtualMachineScaleSet"),
    "microsoft.compute/virtualmachines": (compute, "VirtualMachine"),
    "microsoft.network/networkinterfaces": (network, "NetworkInterface"),
    "microsoft.network/loadbalancers": (network, "LoadBalancer"),
}
_CALLS: dict[str, tuple[str, str]] = {
    "microsoft.compute": (
        "azure.mgmt.compute.operations._operations",
        "build_virtual_machine_scale_sets_create_or_update_request",
    ),
    "microsoft.network": (
        "azure.mgmt.network.operations._operations",
        "build_load_balancers_create_or_update_request",
    ),
}
"""The calls whose api-versions the models are of."""
REFERENCES = frozenset(
    {
        "ApplicationGatewayBackendAddressPool",
        "ApplicationSecurityGroup",
        "DdosCustomPolicy",
        "NetworkInterfaceTapConfiguration",
        "NetworkSecurityGroup",
        "PrivateEndpoint",
        "PrivateLinkService",
        "PublicIPAddress",
        "PublicIPPrefix",
        "Subnet",
        "VirtualMachineExtension",
        "VirtualNetworkTap",
    }
)
"""Separate resources: if one is inside another, only its id counts, and its properties are not read."""
OPEN = frozenset({"VirtualMachineSizeTypes"})
"""Enumerations that the SDK has only some values of."""
EARLIER = {"LoadBalancer": {"outboundNatRules": "[any]"}}
"""What models had in earlier api-versions, and Azure still takes."""
RESULTS = frozenset({"VirtualMachineInstanceView", "VirtualMachineScaleSetInstanceView"})
"""What Azure only answers."""


def table() -> dict[str, Any]:
    """The whole schema."""
    walk = _Walk()
    types = {kind: walk.model(getattr(module, name), module) for kind, (module, name) in ROOTS.items()}
    return {
        "versions": {name: _version(*call) for name, call in _CALLS.items()},
        "types": types,
        "models": {name: dict(sorted(walk.models[name].items())) for name in sorted(walk.models)},
        "enumerations": dict(sorted(walk.enumerations.items())),
    }


def _version(module: str, function: str) -> str:
    """The api-version that a call of an SDK asks for."""
    source = inspect.getsource(getattr(importlib.import_module(module), function))
    found: list[str] = re.findall(r'"(20\d\d-\d\d-\d\d)"', source)
    return max(found)


class _Walk:
    """Collects models and enumerations, each once."""

    def __init__(self) -> None:
        self.models: dict[str, dict[str, str]] = {}
        self.enumerations: dict[str, list[str]] = {}

    def model(self, model: Any, module: Any) -> str:
        """The name of a model whose properties are collected, with all that they refer to."""
        name = str(model.__name__)
        if name in self.models:
            return name
        self.models[name] = {}
        self.models[name] = {**self._properties(model, module), **EARLIER.get(name, {})}
        return name

    def _properties(self, model: Any, module: Any) -> dict[str, str]:
        model.__new__(model)  # the models set their fields' wire names when the first object is created
        found: dict[str, str] = {}
        for cls in model.__mro__:
            for attribute, annotation in inspect.get_annotations(cls).items():
                descriptor: Any = cls.__dict__.get(attribute)
                if not hasattr(type(descriptor), "_rest_name"):
                    continue
                value, optional = _taken(annotation, module)
                if descriptor._rest_name == "properties" and isinstance(value, type):
                    found = {**self._properties(value, module), **found}
                    continue
                name = descriptor._rest_name
                if name in found or f"{name}!" in found:
                    continue
                answered = descriptor._visibility == ["read"]
                needed = not optional and not answered
                found[f"{name}!" if needed else name] = "any" if answered else self._kind(value, module)
        return found

    def _kind(self, value: Any, module: Any) -> str:
        if typing.get_origin(value) is list:
            inner, _ = _taken(typing.get_args(value)[0], module)
            return f"[{self._kind(inner, module)}]"
        if isinstance(value, type) and issubclass(value, enum.Enum):
            if value.__name__ in OPEN:
                return "string"
            self.enumerations[value.__name__] = sorted(member.value for member in value)
            return value.__name__
        simple = {str: "string", bool: "boolean", int: "integer", float: "number"}
        if value in simple:
            return simple[value]
        if hasattr(value, "_is_model") or "models" in getattr(value, "__module__", ""):
            return "any" if value.__name__ in REFERENCES | RESULTS else self.model(value, module)
        return "any"


def _taken(annotation: Any, module: Any) -> tuple[Any, bool]:
    """What an annotation takes, and whether it may be missing; of a text or an enumeration, the enumeration."""
    value = evaluated(annotation, module)
    if typing.get_origin(value) is not typing.Union:
        return value, False
    parts = [evaluated(part, module) for part in typing.get_args(value)]
    given = [part for part in parts if part is not type(None)]
    known = [part for part in given if part is not str] if len(given) > 1 else given
    return (known[0] if len(known) == 1 else None), len(given) < len(parts)


def main(arguments: list[str]) -> int:
    """Write or check the file; returns the exit code."""
    text = json.dumps(table(), indent=0) + "\n"
    if "--check" in arguments:
        return int(not FILE.exists() or FILE.read_text("utf-8") != text)
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
