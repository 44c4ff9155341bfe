"""Writes ``schema.json``: names, JSON types and enums of the azure-mgmt models that bodies are checked against.

The models themselves are the source, so a new SDK version needs one command::

    python -m arm_simulator.core.schema_generator          # write the file
    python -m arm_simulator.core.schema_generator --check  # exit 1 when the file is out of date

Importing the models takes seconds; the file loads in milliseconds. Its shape::

    {package: {"version": "39.0.0", "enums": {name: [values]}, "models": {name: {restName: "TYPE"}}}}

TYPE is ``s`` string, ``i`` integer, ``f`` number, ``b`` boolean, ``a`` any JSON, ``[T`` list, ``{T`` object with free
names, ``@Model`` or ``#Enum``; a leading ``-`` marks a property the service sets, ``!`` one that a full body must have.
"""

from __future__ import annotations

import argparse
import datetime as dt
import enum
import importlib
import importlib.metadata
import json
import sys
import types
import typing
from pathlib import Path
from typing import Any

SCHEMA_FILE = Path(__file__).with_name("schema.json")
OPEN_ENUMS = frozenset({"VirtualMachineSizeTypes", "NetworkApiVersion", "ExtendedLocationTypes"})
"""Enumerations of which the service accepts more values than the SDK lists."""
PACKAGES = {
    "compute": "azure-mgmt-compute",
    "network": "azure-mgmt-network",
    "computeschedule": "azure-mgmt-computeschedule",
}
NETWORK_ROOTS = (
    "VirtualNetwork",
    "Subnet",
    "PublicIPAddress",
    "PublicIPPrefix",
    "NatGateway",
    "NetworkSecurityGroup",
    "SecurityRule",
    "ApplicationSecurityGroup",
    "LoadBalancer",
    "BackendAddressPool",
    "InboundNatRule",
    "NetworkInterface",
    "RouteTable",
    "Route",
    "ApplicationGateway",
    "BastionHost",
    "QueryInboundNatRulePortMappingRequest",
    "TagsObject",
)
_SCALARS: dict[Any, str] = {
    str: "s",
    int: "i",
    float: "f",
    bool: "b",
    bytes: "s",
    dt.datetime: "s",
    dt.date: "s",
    dt.time: "s",
    dt.timedelta: "s",
    Any: "a",
    object: "a",
}


class _Package:
    """One SDK package while its table is built."""

    def __init__(self, name: str) -> None:
        self.models = importlib.import_module(f"azure.mgmt.{name}.models")
        base = importlib.import_module(f"azure.mgmt.{name}._utils.model_base")
        self.model_type: type = base.Model
        self.field_type: type = base._RestField  # noqa: SLF001 - the SDK has no public reflection
        self.done: dict[str, dict[str, str]] = {}
        self.enums: dict[str, list[str]] = {}
        self.queue: list[str] = []

    def all_models(self) -> list[str]:
        """The names of every model of the package."""
        found = vars(self.models).items()
        return [name for name, value in found if isinstance(value, type) and issubclass(value, self.model_type)]

    def build(self, roots: list[str]) -> None:
        """Describe the roots and all models they reach."""
        self.queue = list(roots)
        while self.queue:
            name = self.queue.pop()
            if name not in self.done:
                self.done[name] = {}
                self.done[name] = self._describe(getattr(self.models, name))

    def _describe(self, model: type) -> dict[str, str]:
        described: dict[str, str] = {}
        for owner in reversed(model.__mro__):
            annotations = vars(owner).get("__annotations__", {})
            for attribute, field in vars(owner).items():
                if isinstance(field, self.field_type):
                    rest_name = field._rest_name_input or attribute  # type: ignore[attr-defined] # noqa: SLF001
                    read_only = field._visibility == ["read"]  # type: ignore[attr-defined] # noqa: SLF001
                    described[rest_name] = self._flags(annotations[attribute], read_only) + self._type(
                        annotations[attribute]
                    )
        return dict(sorted(described.items()))

    def _flags(self, annotation: Any, read_only: bool) -> str:
        if read_only:
            return "-"
        return "" if type(None) in typing.get_args(annotation) else "!"

    def _type(self, annotation: Any) -> str:
        if isinstance(annotation, typing.ForwardRef):
            annotation = annotation.__forward_arg__
        if isinstance(annotation, str):
            return self._named(annotation.rsplit(".", 1)[-1])
        origin, args = typing.get_origin(annotation), typing.get_args(annotation)
        if origin in {typing.Union, types.UnionType}:
            members = [self._type(arg) for arg in args if arg is not type(None)]
            return next((member for member in members if member.startswith("#")), members[0])
        if origin is list:
            return "[" + self._type(args[0])
        if origin is dict:
            return "{" + self._type(args[1])
        if origin is typing.Literal:
            value = args[0]
            return self._named(type(value).__name__) if isinstance(value, enum.Enum) else _SCALARS[type(value)]
        return _SCALARS[annotation]

    def _named(self, name: str) -> str:
        target = getattr(self.models, name)
        if issubclass(target, enum.Enum):
            self.enums[name] = [str(member.value) for member in target]
            return f"#{name}"
        self.queue.append(name)
        return f"@{name}"


def generate() -> str:
    """The text of the schema file for the installed SDK packages."""
    document: dict[str, Any] = {}
    for name, distribution in PACKAGES.items():
        package = _Package(name)
        package.build(list(NETWORK_ROOTS) if name == "network" else package.all_models())
        document[name] = {
            "version": importlib.metadata.version(distribution),
            "enums": dict(sorted(package.enums.items())),
            "models": dict(sorted(package.done.items())),
        }
    return json.dumps(document, indent=0, separators=(",", ":")) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write or check the file; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m arm_simulator.core.schema_generator", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    text = generate()
    if options.check:
        current = SCHEMA_FILE.read_text(encoding="utf-8") if SCHEMA_FILE.exists() else ""
        if current != text:
            sys.stderr.write("schema.json is out of date: run python -m arm_simulator.core.schema_generator\n")
            return 1
        return 0
    SCHEMA_FILE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
