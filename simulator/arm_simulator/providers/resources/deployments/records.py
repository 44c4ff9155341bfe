"""A deployment's record: what is stored of it, and how it is shown."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Body
from arm_simulator.core.store import Resource

TYPE = "Microsoft.Resources/deployments"


def template_hash(template: Any) -> str:
    """A number that depends on the template, as text; not the one that Azure gives."""
    digest = hashlib.sha256(json.dumps(template, sort_keys=True, default=str).encode()).digest()
    return str(int.from_bytes(digest[:8], "big"))


def shown(resource: Resource) -> Body:
    """A deployment as a GET shows it."""
    state = resource.runtime.get("deployment", {})
    properties = {**resource.body.get("properties", {}), "parameters": state.get("parameters", {})}
    for name in ("providers", "dependencies", "outputs", "outputResources", "validatedResources", "error"):
        if state.get(name) is not None:
            properties[name] = state[name]
    body: Body = {"id": resource.id.path, "name": resource.id.name, "type": TYPE}
    for name in ("location", "tags"):
        if resource.body.get(name):
            body[name] = resource.body[name]
    return {**body, "properties": properties}


def properties(*, mode: str, now: str, correlation: str, template: Any) -> Body:
    """The stored properties of a deployment that begins; no id of what it makes, which would be a reference to that."""
    return {
        "templateHash": template_hash(template),
        "mode": mode,
        "provisioningState": "Running",
        "timestamp": now,
        "duration": "PT0S",
        "correlationId": correlation,
    }


def providers(types: Iterable[str]) -> list[Body]:
    """The types of a deployment's resources, by their providers."""
    spaces: dict[str, dict[str, None]] = {}
    for kind in types:
        namespace, _, rest = kind.partition("/")
        spaces.setdefault(namespace, {})[rest] = None
    return [
        {"namespace": name, "resourceTypes": [{"resourceType": each, "locations": [None]} for each in kinds]}
        for name, kinds in spaces.items()
    ]


def operation(
    deployment: ResourceId,
    target: ResourceId,
    *,
    verb: str,
    now: str,
    created: bool = False,
    error: ArmError | None = None,
    symbol: str = "",
) -> Body:
    """One operation of a deployment, as ``deployments/operations`` shows it."""
    identity = hashlib.sha256(f"{verb} {target.key}".encode()).hexdigest()[:16].upper()
    resource = {"id": target.path, "resourceType": target.type, "resourceName": "/".join(target.names)}
    if symbol:
        resource["symbolicName"] = symbol
    properties: Body = {
        "provisioningOperation": verb,
        "provisioningState": "Failed" if error else "Succeeded",
        "timestamp": now,
        "duration": "PT0S",
        "trackingId": str(uuid.uuid4()),
        "statusCode": _status(error.status) if error else "Created" if created else "OK",
        "targetResource": resource,
    }
    if error is not None:
        properties["statusMessage"] = {"status": "Failed", "error": error.error()}
    return {"id": f"{deployment.path}/operations/{identity}", "operationId": identity, "properties": properties}


def _status(status: int) -> str:
    names: Mapping[int, str] = {
        400: "BadRequest", 403: "Forbidden", 404: "NotFound", 405: "MethodNotAllowed", 409: "Conflict",
        412: "PreconditionFailed", 429: "TooManyRequests", 501: "NotImplemented",
    }  # fmt: skip
    return names.get(status, "InternalServerError")
