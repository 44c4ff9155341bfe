"""Writes the table of property names that the readers use, from the models of the Azure SDK.

    python -m property_names          # write it
    python -m property_names --check  # exit 1 when it is out of date

Its content: the canonical names, and which of them hold a boolean, a number, an object and so on everywhere.
"""

from __future__ import annotations

import enum
import inspect
import json
import sys
import types
import typing
from typing import Any

import azure.mgmt.compute.models as compute
import azure.mgmt.network.models as network

from devkit import paths

FILE = paths.ROOT / "policies" / "scaleset_policies" / "formats" / "property_names.json"
ROOTS: tuple[tuple[Any, str], ...] = (
    (compute, "VirtualMachineScaleSet"),
    (compute, "VirtualMachineScaleSetExtension"),
    (compute, "VirtualMachine"),
    (compute, "VirtualMachineExtension"),
    (network, "LoadBalancer"),
    (network, "InboundNatRule"),
    (network, "NetworkInterface"),
    (network, "VirtualNetwork"),
    (network, "NatGateway"),
    (network, "PublicIPAddress"),
)
EXTRA = ("attachedVirtualMachineScaleSetId", "elasticityProfile", "level", "maxReadyCapacity", "notes")
"""Names of management locks and standby pools, whose models are in other packages."""


def table() -> dict[str, Any]:
    """The canonical names, and which of them hold a boolean, a number, an object and so on everywhere they occur."""
    kinds: dict[str, set[str]] = {name: {"str"} for name in EXTRA}
    enums: dict[str, set[str]] = {}
    containers: dict[str, set[str]] = {}
    seen: set[Any] = set()
    for module, root in ROOTS:
        _walk(getattr(module, root), module, kinds, enums, containers, seen)
    kinds["level"], enums["level"] = {"enum"}, {"CanNotDelete", "ReadOnly", "NotSpecified"}
    return {
        "names": sorted(kinds),
        "boolean": sorted(name for name, kind in kinds.items() if kind == {"bool"}),
        "integer": sorted(name for name, kind in kinds.items() if kind == {"int"}),
        "object": sorted(name for name, kind in containers.items() if kind == {"object"}),
        "list": sorted(name for name, kind in containers.items() if kind in ({"list"}, {"objects"})),
        "objects": sorted(name for name, kind in containers.items() if kind == {"objects"}),
        "enumeration": {
            name: sorted(enums[name]) for name in sorted(enums) if kinds[name] - {"int", "bool"} == {"enum"}
        },
    }


def _walk(
    model: Any,
    module: Any,
    kinds: dict[str, set[str]],
    enums: dict[str, set[str]],
    containers: dict[str, set[str]],
    seen: set[Any],
) -> None:
    if model in seen:
        return
    seen.add(model)
    model.__new__(model)  # the models set their fields' wire names when the first object is created
    for cls in model.__mro__:
        fields = inspect.get_annotations(cls)
        for attribute, annotation in fields.items():
            descriptor: Any = cls.__dict__.get(attribute)
            if not hasattr(type(descriptor), "_rest_name"):
                continue
            rest = descriptor._rest_name
            containers.setdefault(rest, set()).add(_container(annotation, module))
            for part in _parts(annotation, module):
                kind = _kind(part)
                kinds.setdefault(rest, set()).add(kind)
                if kind == "enum":
                    enums.setdefault(rest, set()).update(member.value for member in part)
                elif kind == "model":
                    _walk(part, module, kinds, enums, containers, seen)


def _container(annotation: Any, module: Any) -> str:
    """``object`` for a model, ``objects`` for a list of models, ``list`` for another list, else ``""``."""
    value = evaluated(annotation, module)
    given = [each for each in typing.get_args(value) if each is not type(None)]
    if typing.get_origin(value) in (typing.Union, types.UnionType):
        return _container(given[0], module) if len(given) == 1 else ""
    models = _kind(value) == "model" or [_kind(part) for part in _parts(value, module)] == ["model"]
    if typing.get_origin(value) is list:
        return "objects" if models else "list"
    return "object" if models and not given else ""


def evaluated(annotation: Any, module: Any) -> Any:
    """The annotation of a model's field as an object; models' modules have it as text."""
    names = {"_models": module, "_types": types, "datetime": __import__("datetime"), **vars(typing)}
    value = annotation
    if isinstance(annotation, str):
        value = eval(annotation, names)
    if isinstance(value, typing.ForwardRef):
        value = eval(value.__forward_arg__, names)
    return value


def _parts(annotation: Any, module: Any) -> list[Any]:
    """The leaves of an annotation; ``Union[str, Enum]`` is the enumeration."""
    value = evaluated(annotation, module)
    arguments = typing.get_args(value)
    if not arguments:
        return [value]
    leaves = [leaf for argument in arguments if argument is not type(None) for leaf in _parts(argument, module)]
    return [leaf for leaf in leaves if leaf is not str] or leaves


def _kind(leaf: Any) -> str:
    if isinstance(leaf, type) and issubclass(leaf, enum.Enum):
        return "enum"
    if leaf in (bool, int, float, str):
        return str(leaf.__name__)
    return "model" if hasattr(leaf, "_is_model") or "models" in getattr(leaf, "__module__", "") else "other"


def main(arguments: list[str]) -> int:
    """Write or check the file; returns the exit code."""
    text = json.dumps(table(), indent=1) + "\n"
    if "--check" in arguments:
        return int(not FILE.exists() or FILE.read_text("utf-8") != text)
    FILE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
