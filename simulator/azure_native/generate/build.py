"""Combine the SDK's and the models' facts into the table of one module."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

from azure_native.generate import overrides, sdk
from azure_native.generate.models import Field, Models
from azure_native.generate.operations import PutOperation, put_operations

Spec = dict[str, Any]


class ModuleTable:
    """Builds the table of one SDK module: its resources and the object types that they use."""

    def __init__(self, module: str, report: overrides.Report) -> None:
        self.module = module
        self._report = report
        self._types: dict[str, dict[str, Spec]] = {}
        package = overrides.MODULES[module]
        self._operations: list[PutOperation] = []
        self._models = Models(None)
        if package is not None:
            imported = importlib.import_module(package)
            models = importlib.import_module(f"{package}.models")
            self._models = Models(models)
            self._operations = put_operations(Path(str(imported.__file__)).parent / "operations" / "_operations.py")

    def build(self) -> Spec:
        """The module's table, ready for JSON."""
        resources = {}
        for resource in sdk.resources(self.module):
            spec = self._resource(resource)
            if spec is not None:
                resources[resource.name] = spec
        return {"resources": resources, "types": dict(sorted(self._types.items()))}

    def _resource(self, resource: sdk.SdkResource) -> Spec | None:
        key = f"{self.module}:{resource.name}"
        inputs = sdk.input_properties(resource.inputs)
        operation = self._operation(resource, {p.name for p in inputs})
        if operation is None:
            self._report.skipped.append(key)
            return None
        names = {p.name.lower(): p.name for p in inputs}
        path = re.sub(r"{(\w+)}", lambda m: f"{{{names.get(m.group(1).lower(), m.group(1))}}}", operation.url)
        parameters = [names[p.lower()] for p in operation.parameters]
        outputs = {p.name: p for p in sdk.output_properties(resource.resource)}
        body = [p for p in inputs if p.name not in parameters]
        spec: Spec = {
            "apiVersion": resource.api_version,
            "path": path,
            "required": sorted(p.name for p in inputs if p.name in parameters and p.required),
            "inputs": self._properties(key, body, operation.model, output=False, sides=outputs),
            "outputs": self._properties(
                key, [p for n, p in outputs.items() if n != "azureApiVersion"], operation.model, output=True
            ),
        }
        if resource.other_versions:
            spec["versions"] = list(resource.other_versions)
        if key in overrides.VERSION_INPUTS:
            spec["versionInput"] = overrides.VERSION_INPUTS[key]
            del spec["inputs"][overrides.VERSION_INPUTS[key]]
        auto = _auto_name(path, parameters)
        if auto:
            spec["autoName"] = auto
        if key in overrides.NO_AUTO_LOCATION:
            spec["autoLocation"] = False
        return spec

    def _operation(self, resource: sdk.SdkResource, names: set[str]) -> PutOperation | None:
        """The PUT that creates a resource: its model has the resource's name and the SDK has all its parameters."""
        key = f"{self.module}:{resource.name}"
        if key in overrides.PATHS:
            url = overrides.PATHS[key]
            parameters = tuple(p for p in re.findall(r"{(\w+)}", url) if p != "subscriptionId")
            return PutOperation(url, "", parameters)
        lowered = {n.lower() for n in names}
        candidates = [o for o in self._operations if all(p.lower() in lowered for p in o.parameters)]
        wanted = overrides.NAMED.get(key, resource.name)
        named = [o for o in candidates if o.model == wanted]
        if not named:
            named = [o for o in candidates if o.model.lower() in (wanted.lower(), f"{wanted}Resource".lower())]
        if not named and candidates:
            longest = max(len(o.parameters) for o in candidates)
            named = [o for o in candidates if len(o.parameters) == longest and resource.name.startswith(o.model)]
        return max(named, key=lambda o: len(o.parameters), default=None)

    def _properties(
        self,
        where: str,
        properties: list[sdk.SdkProperty],
        model: str,
        *,
        output: bool,
        sides: dict[str, sdk.SdkProperty] | None = None,
    ) -> dict[str, Spec]:
        """The properties of a resource (``sides`` are its outputs, to recognise string sets) or of an object type."""
        explicit = any(p.name == "properties" for p in properties)
        result: dict[str, Spec] = {}
        for prop in sorted(properties, key=lambda p: p.name):
            text, classes = sdk.shape(prop.annotation)
            if self._models.has(model):
                chosen = self._choose(where, prop.name, model, output=output)
            else:
                chosen = _by_envelope(where, prop.name, explicit=explicit)
            spec: Spec = {"type": text}
            other = sides.get(prop.name) if sides else None
            if text == "[]string" and other is not None and sdk.shape(other.annotation)[0].startswith("{}"):
                spec["type"] = "set"
            if chosen.wire != prop.name:
                spec["wire"] = chosen.wire
            if chosen.container:
                spec["in"] = chosen.container
            if prop.constant:
                spec["const"] = prop.constant
            if not output:
                self._input_flags(where, prop, chosen, spec)
            for index, cls in enumerate(classes):
                self._type(cls, chosen.nested, index, output=output)
            result[prop.name] = spec
        if self._models.has(model):
            result.update(self._newer(model, {spec.get("wire", name) for name, spec in result.items()}, output=output))
        return result

    def _newer(self, model: str, known: set[str], *, output: bool) -> dict[str, Spec]:
        """The properties that a model has and the SDK's classes, of an older API version, do not have.

        Their values are passed on as they are: none of them has a ``properties`` wrapper inside.
        """
        lowered = {name.lower() for name in known}
        result: dict[str, Spec] = {}
        for wire, fields in sorted(self._models.fields(model).items()):
            field = fields[0]
            if wire.lower() in lowered or wire in overrides.NOT_NEWER or (field.read_only and not output):
                continue
            spec: Spec = {"type": "any", "since": overrides.SINCE.get(wire, overrides.NEWER)}
            if field.container:
                spec["in"] = field.container
            result[wire] = spec
        return result

    def _input_flags(self, where: str, prop: sdk.SdkProperty, chosen: Field, spec: Spec) -> None:
        """Required, replacing and maintained inputs."""
        tracked = prop.name == "location" and overrides.CREATE_ONLY_LOCATION in prop.doc
        if prop.required or tracked or prop.name in overrides.REQUIRED.get(where, ()):
            spec["required"] = True
        by_model = chosen.create_only and prop.name != "location" and ":" in where
        if tracked or by_model or prop.name in overrides.FORCE_NEW.get(where, ()):
            spec["forceNew"] = True
        if prop.maintained and ":" in where:
            spec["maintain"] = True

    def _choose(self, where: str, name: str, model: str, *, output: bool) -> Field:
        """The field of a model that a property of the SDK represents.

        Where the object and its flattened ``properties`` both have the name, an input is the one that can be written;
        an output is the one that the official generator merges last: the inherited one, or else the later in the
        alphabet.
        """
        fields = self._models.fields(model)
        found = fields.get(name) or next((f for w, f in fields.items() if w.lower() == name.lower()), None)
        if not found:
            self._report.unmatched.append(f"{where}.{name} ({model})")
            flattened = any(f.container for entries in fields.values() for f in entries)
            return Field(
                name,
                (),
                frozenset({"read", "create", "update"}),
                inherited=False,
                container="properties" if flattened and ":" in where else None,
            )
        if len(found) == 1:
            return found[0]
        own, inner = found[0], found[-1]
        if not output:
            return inner if own.read_only else own
        return own if own.inherited or name > "properties" else inner

    def _type(self, cls: type, models: tuple[str, ...], index: int, *, output: bool) -> None:
        """Add an object type, and those inside it, once."""
        name = sdk.type_name(cls)
        if name in self._types:
            return
        base = name.removesuffix("Response")
        model = base if base in models else (models[index] if index < len(models) else (models or ("",))[0])
        if not self._models.has(model):
            model = base
        self._types[name] = {}
        properties = sdk.output_properties(cls) if output else sdk.input_properties(cls)
        sides = None
        if not output:
            response = self._response_of(cls)
            sides = {p.name: p for p in sdk.output_properties(response)} if response else None
        if self._models.has(model):
            self._types[name] = self._properties(name, properties, model, output=output, sides=sides)
        else:
            self._types[name] = {
                p: {k: v for k, v in spec.items() if k != "in"}
                for p, spec in self._properties(name, properties, "", output=output, sides=sides).items()
            }

    def _response_of(self, cls: type) -> type | None:
        outputs = importlib.import_module(f"pulumi_azure_native.{self.module}.outputs")
        response = getattr(outputs, f"{sdk.type_name(cls)}Response", None)
        return response if isinstance(response, type) else None


def _by_envelope(where: str, name: str, *, explicit: bool) -> Field:
    """The container of a property of a resource without a model."""
    outer = explicit or (name in overrides.ENVELOPE and name not in overrides.INNER.get(where, ()))
    return Field(
        name, (), frozenset({"read", "create", "update"}), inherited=False, container=None if outer else "properties"
    )


def _auto_name(path: str, parameters: list[str]) -> dict[str, str] | None:
    """Which parameter gets a generated name and how (resources.go, ``AutoName``)."""
    last = re.search(r"{(\w+)}$", path)
    if not last or last.group(1) not in parameters:
        return None
    name = last.group(1)
    if name in overrides.UUID_PARAMETERS:
        return {"parameter": name, "kind": overrides.UUID_NAME}
    parts = path.lower().split("microsoft.")
    random = len(parts) == 1 or parts[-1].count("{") == 1
    return {"parameter": name, "kind": overrides.RANDOM_NAME if random else overrides.COPY_NAME}
