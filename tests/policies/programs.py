"""Example programs as the engine would hand them to the pack: requests of the analyzer protocol."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime import proto
from pulumi_policy import EnforcementLevel, proxy
from pulumi_policy.policy import _PolicyAnalyzerServicer

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies import arm_types
from scaleset_policies.crossguard import policies
from scaleset_policies.crossguard.serving import ScaleSetAnalyzer
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.program import read_program

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
TOKENS = {kind: f"azure-native:{module}:{name}" for (module, name), kind in reversed(arm_types._AZURE_NATIVE.items())}


@dataclass(frozen=True)
class Diagnostic:
    """What the pack says about one resource."""

    policy: str
    urn: str
    message: str
    level: int


def analyzer(kind: type[Any] = ScaleSetAnalyzer) -> Any:
    """The pack's own analyzer, or the SDK's with the same policies."""
    return kind("azure-scaleset", "0.1.0", policies(), EnforcementLevel.ADVISORY)


def sdk_analyzer() -> Any:
    """The analyzer of the SDK, which converts everything again for each policy."""
    return analyzer(_PolicyAnalyzerServicer)


def configured(servicer: Any, settings: Mapping[str, Mapping[str, Any]]) -> Any:
    """``servicer`` after the engine sent this policy configuration."""
    request = proto.ConfigureAnalyzerRequest()
    for name, values in settings.items():
        given = dict(values)
        level = given.pop("enforcementLevel", "advisory")
        request.policyConfig[name].enforcementLevel = getattr(proto, str(level).upper())
        request.policyConfig[name].properties.update(given)
    servicer.Configure(request, None)
    return servicer


def ask(servicer: Any, estate: Estate) -> list[Diagnostic]:
    """What ``servicer`` says about every resource alone and about the stack; the engine's own order of calls."""
    found = []
    for resource in estate:
        request = proto.AnalyzeRequest(type=token(resource), urn=resource.key, name=resource.name)
        request.properties.CopyFrom(struct(resource))
        found += [(each, resource.key) for each in servicer.Analyze(request, None).diagnostics]
    stack = proto.AnalyzeStackRequest(resources=[_stack_resource(each) for each in estate])
    found += [(each, "") for each in servicer.AnalyzeStack(stack, None).diagnostics]
    return [Diagnostic(each.policyName, each.urn or urn, each.message, each.enforcementLevel) for each, urn in found]


def _stack_resource(resource: Resource) -> Any:
    request = proto.AnalyzerResource(
        type=token(resource), urn=resource.key, name=resource.name, dependencies=list(resource.dependencies or ())
    )
    request.properties.CopyFrom(struct(resource))
    request.options.protect = bool(resource.protect)
    for name, keys in resource.references.items():
        request.propertyDependencies[name].urns.extend(keys)
    return request


def token(resource: Resource) -> str:
    """A type token of azure-native for the resource."""
    return TOKENS[resource.type]


def estate_of(program: Mapping[str, Any], **more: Any) -> Estate:
    """The estate of a program."""
    return read_program(program, **more)


def struct(resource: Resource) -> struct_pb2.Struct:
    """A resource's properties on the wire: sentinels for unknown values, signatures for secrets."""
    result = struct_pb2.Struct()
    result.update(_wire(resource.properties, "", resource.secrets))
    return result


def _wire(node: Any, path: str, secrets: frozenset[str]) -> Any:
    if node is UNKNOWN:
        value: Any = proxy.UNKNOWN_STRING_VALUE
    elif isinstance(node, Mapping):
        value = {name: _wire(each, f"{path}.{name}" if path else name, secrets) for name, each in node.items()}
    elif isinstance(node, list):
        value = [_wire(each, f"{path}[{index}]", secrets) for index, each in enumerate(node)]
    else:
        value = node
    return {SIGNATURE: SECRET, "value": value} if path in secrets else value


def replaced(resource: Resource, properties: Any, secrets: frozenset[str] | None = None) -> Resource:
    """The same resource with other properties."""
    values = {field: getattr(resource, field) for field in resource.__slots__}
    hidden = resource.secrets if secrets is None else secrets
    return Resource(**{**values, "properties": properties, "secrets": hidden})


def places(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a tree below its root."""
    pairs = node.items() if isinstance(node, Mapping) else enumerate(node) if isinstance(node, list) else ()
    for step, each in pairs:
        yield (*path, step)
        yield from places(each, (*path, step))


def put(node: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """A copy of a tree with another value at one place; nothing if the place is gone."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(node, Mapping) and step in node:
        return {key: put(each, rest, value) if key == step else each for key, each in node.items()}
    if isinstance(node, list) and isinstance(step, int) and step < len(node):
        return [put(each, rest, value) if index == step else each for index, each in enumerate(node)]
    return node


def text(path: tuple[str | int, ...]) -> str:
    """A place as rules write it."""
    result = ""
    for step in path:
        result += f"[{step}]" if isinstance(step, int) else f".{step}" if result else str(step)
    return result
