"""What a deployment is about to write, to check whether its sender has permission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Body
from arm_simulator.providers.resources.deployments import request
from arm_simulator.providers.resources.deployments.engine import Engine
from arm_templates.values import Unresolved

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context


def planned(ctx: Context, rid: ResourceId, properties: Body) -> list[tuple[ResourceId, Body, str]]:
    """The resources of a deployment's template: the id, the body and the api-version of each.

    What a body has from resources that are not there yet is a text in braces.

    Raises:
        ArmError: InvalidTemplate.
    """
    engine = Engine(ctx)
    body = {"properties": properties, "location": "anywhere"}
    engine.plan(rid, request.read(body, at_group=bool(rid.resource_group)))
    return [(each.id, _texts(engine.early_body(each)), each.version) for each in engine.all]


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _texts(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_texts(item) for item in value]
    return value.text if isinstance(value, Unresolved) else value
