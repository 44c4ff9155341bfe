"""Reading what others own from Azure, while the resource that carries it is registered. See ``plan.foreign``."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pulumi

from pulumi_azure_scaleset.engine.arm import Arm, known
from pulumi_azure_scaleset.engine.rest import ArmUnavailableError
from pulumi_azure_scaleset.plan import foreign, tokens
from pulumi_azure_scaleset.plan.foreign import Foreign
from pulumi_azure_scaleset.plan.resources import Child

_GROUP = "resourceGroupName"


def carry(arm: Arm, child: Child, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """``inputs`` with what Azure has now at the paths of ``child.foreign``.

    Args:
        arm: Azure.
        child: The resource.
        inputs: Its resolved inputs.
    """
    if not child.foreign or not arm.reachable:
        return dict(inputs)
    live = asyncio.ensure_future(_live(arm, child, inputs))
    carried = dict(inputs)
    for each in child.foreign:
        if foreign.reaches(carried, each.path):
            carried = foreign.put(carried, each.path, _value(live, each, foreign.at(carried, each.path)))
    return carried


async def _live(arm: Arm, child: Child, inputs: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The resource as Azure has it. None where it does not exist, or its group does not yet."""
    identity = {}
    for name in (_GROUP, *tokens.IDENTITY[child.type]):
        if name not in inputs:
            continue
        identity[name] = await known(inputs[name])
        if identity[name] is None:
            return None
    try:
        return await arm.show(child.type, identity)
    except ArmUnavailableError as error:
        paths = ", ".join(".".join(map(str, each.path)) for each in child.foreign)
        raise pulumi.RunError(
            f"{child.kind} {child.name!r}: {paths} has another owner, and its current value in Azure can't be "
            f"read. An update could overwrite it, so nothing was changed. {error}"
        ) from error


def _value(live: "asyncio.Future[Mapping[str, Any] | None]", each: Foreign, declared: Any) -> pulumi.Output[Any]:
    own = pulumi.Output.from_input(declared)

    async def settled() -> bool:
        # If Azure's value is the whole value, the program's value does not have to be known.
        found = await live
        whole = found is not None and not each.names and not (each.declared and foreign.at(found, each.path) is None)
        return whole or await own.is_known()

    async def value() -> Any:
        found = await live
        return foreign.carried(each, await own.future() if await own.is_known() else None, found)

    return pulumi.Output(own.resources(), value(), settled(), own.is_secret())
