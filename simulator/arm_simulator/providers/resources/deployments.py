"""``Microsoft.Resources/deployments``: incremental template deployments of existing or new resources.

Templates are supported as far as needed to set a property of a resource that something else owns: parameters,
``resourceGroup().location``, resources without conditions, copies or nesting. Anything else is refused as an invalid
template, never skipped. The template's properties are merged into those of an existing resource, which is how the
compute provider treats members that a PUT leaves out; deleting a deployment deletes nothing else.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from arm_simulator.core import errors, ids, schema, since
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import (
    Body,
    Registry,
    ResourceKind,
    merge,
)
from arm_simulator.core.store import Resource

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

_PARAMETER = re.compile(r"^parameters\('([^']+)'\)$")
_OWN_MEMBERS = frozenset({"type", "apiVersion", "name", "comments"})
_BODY_MEMBERS = frozenset(
    {"location", "properties", "tags", "sku", "zones", "identity", "plan", "placement", "extendedLocation", "kind"}
)


class DeploymentKind(ResourceKind):
    """A deployment at a resource group."""

    type = "Microsoft.Resources/deployments"
    tracked = False

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:  # noqa: ARG002
        """Evaluate the template; anything unsupported is an InvalidTemplate."""
        properties = body.get("properties")
        if not isinstance(properties, dict):
            raise errors.invalid_request_content(
                "The request content is invalid: 'properties' is required.", "properties"
            )
        if properties.get("mode") != "Incremental":
            raise errors.bad_request(
                f"Deployment mode {properties.get('mode')!r} is not played here.", "properties.mode"
            )
        ctx.scratch["resources"] = planned(ctx, rid, properties)
        kept = {name: value for name, value in properties.items() if name != "template"}
        return {"properties": {**kept, "provisioningState": "Succeeded", "timestamp": ctx.now}}

    def after_put(self, ctx: Context, resource: Resource, existing: Resource | None) -> None:  # noqa: ARG002
        """Put each resource of the template, in its order."""
        for target, body, version in ctx.scratch.pop("resources", []):
            found = ctx.get(target)
            try:
                # Looking up a member of a Flexible set gives the virtual machine, whose body is that of another type.
                own = found is not None and found.id.type_key == target.type_key
                _check_version(ctx, target, body, version)
                ctx.put(target, merge(found.body, body) if found is not None and own else body, api_version=version)
            except ArmError as error:
                raise ArmError(
                    error.status,
                    "DeploymentFailed",
                    "At least one resource deployment operation failed. Please list deployment operations for details: "
                    f"{error.code}: {error.message}",
                    str(target),
                    [error.error()],
                ) from error


def planned(ctx: Context, rid: ResourceId, properties: Body) -> list[tuple[ResourceId, Body, str]]:
    """The resources of a deployment's template: the id, the body and the api-version of each.

    Raises:
        ArmError: InvalidTemplate.
    """
    template = properties.get("template")
    if not isinstance(template, dict):
        raise _invalid("it needs an inline template")
    return _resources(ctx, rid, template, properties.get("parameters") or {})


def _check_version(ctx: Context, target: ResourceId, body: Body, version: str) -> None:
    """What the template says has to be known to its own apiVersion; what the resource has besides it does not."""
    model = ctx.kind(target).model
    if model:
        since.check(model, schema.check(model, body, partial=True), version)


def _resources(ctx: Context, rid: ResourceId, template: Body, given: Body) -> list[tuple[ResourceId, Body, str]]:
    values = _parameters(template, given)
    group = f"/subscriptions/{rid.subscription}/resourceGroups/{rid.resource_group}"
    location = str(ctx.require(group).body.get("location", ""))
    resources = template.get("resources")
    if not isinstance(resources, list):
        raise _invalid("'resources' must be a list")
    result = []
    for raw in resources:
        entry = _evaluate(copy.deepcopy(raw), values, location)
        unknown = set(entry) - _OWN_MEMBERS - _BODY_MEMBERS
        if unknown:
            raise _invalid(f"the resource members {sorted(unknown)} are not played here")
        version = entry.get("apiVersion")
        if not isinstance(version, str) or not version:
            raise _invalid(f"the resource '{entry.get('name')}' has no 'apiVersion'")
        body = {k: v for k, v in entry.items() if k in _BODY_MEMBERS}
        target = _identity(group, str(entry.get("type", "")), str(entry.get("name", "")))
        result.append((target, body, version))
    return result


def _identity(group: str, kind: str, name: str) -> ResourceId:
    namespace, *types = kind.split("/")
    names = name.split("/")
    if not types or len(types) != len(names):
        raise _invalid(f"type '{kind}' and name '{name}' have different numbers of segments")
    path = "/".join(f"{each}/{own}" for each, own in zip(types, names, strict=True))
    return ids.parse(f"{group}/providers/{namespace}/{path}")


def _parameters(template: Body, given: Body) -> dict[str, Any]:
    declared = template.get("parameters") or {}
    unknown = set(given) - set(declared)
    if unknown:
        raise _invalid(f"the template declares no parameters {sorted(unknown)}")
    values = {}
    for name, declaration in declared.items():
        entry = given.get(name) or {}
        if "value" in entry:
            values[name] = entry["value"]
        elif "defaultValue" in declaration:
            values[name] = declaration["defaultValue"]
        else:
            raise _invalid(f"the parameter '{name}' has no value")
    return values


def _evaluate(value: Any, parameters: dict[str, Any], location: str) -> Any:
    if isinstance(value, dict):
        return {name: _evaluate(item, parameters, location) for name, item in value.items()}
    if isinstance(value, list):
        return [_evaluate(item, parameters, location) for item in value]
    if not isinstance(value, str) or not (value.startswith("[") and value.endswith("]")):
        return value
    if value.startswith("[["):
        return value[1:]
    expression = value[1:-1].strip()
    if expression == "resourceGroup().location":
        return location
    match = _PARAMETER.match(expression)
    if match is None or match.group(1) not in parameters:
        raise _invalid(f"the expression '{expression}' is not played here")
    return parameters[match.group(1)]


def _invalid(text: str) -> ArmError:
    return ArmError(400, "InvalidTemplate", f"Deployment template validation failed: {text}.")


def register(registry: Registry) -> None:
    """Add the type."""
    registry.add(DeploymentKind())
