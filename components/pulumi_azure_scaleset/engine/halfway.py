"""What is left of a creation that Azure accepted and then cancelled in favour of another write.

The resource then exists in the state Failed or Canceled, and no second attempt can create it. It belongs to this
update, because the provider does not create what exists. So it is deleted and created again.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import pulumi

from pulumi_azure_scaleset.engine.arm import NETWORK, Arm, known
from pulumi_azure_scaleset.engine.rest import ArmError
from pulumi_azure_scaleset.engine.retry import MOST, passing, pause
from pulumi_azure_scaleset.plan import tokens, versions

_ACCEPTED = (
    "superseded",
    "OperationPreempted",
    "ReferencedResourceNotProvisioned",
    "Canceled",
    "AnotherOperationInProgress",
    "RetryableError",
)
"""Answers to writes alone: the read before the creation, which found nothing, ends in none of them."""
_PATHS = {
    tokens.LOAD_BALANCER: "loadBalancers/{loadBalancerName}",
    tokens.INBOUND_NAT_RULE: "loadBalancers/{loadBalancerName}/inboundNatRules/{inboundNatRuleName}",
    tokens.NETWORK_INTERFACE: "networkInterfaces/{networkInterfaceName}",
}
"""What Azure serialises under one load balancer."""


def left_behind(args: "pulumi.ErrorHookArgs") -> bool:
    """Whether a failed creation may have left its resource behind.

    Args:
        args: What the engine reports.
    """
    guarded = versions.plain(args.type) in _PATHS
    return args.failed_operation == "create" and guarded and any(word in args.errors[0] for word in _ACCEPTED)


async def clear(arm: Arm, args: "pulumi.ErrorHookArgs") -> None:
    """Delete what a creation left behind.

    Args:
        arm: Azure.
        args: What the engine reports.

    Raises:
        ArmError: Azure refuses.
        ArmUnavailableError: Azure does not answer.
    """
    inputs: Mapping[str, Any] = {name: await known(value) for name, value in (args.new_inputs or {}).items()}
    group = f"/subscriptions/{await arm.subscription()}/resourceGroups/{inputs['resourceGroupName']}"
    path = f"{group}/providers/Microsoft.Network/{_PATHS[versions.plain(args.type)].format(**inputs)}?{NETWORK}"
    for attempt in range(1, MOST):
        try:
            await arm.delete(path)
        except ArmError as error:
            if not passing(str(error)):
                raise
            await asyncio.sleep(pause(attempt))
        else:
            return
