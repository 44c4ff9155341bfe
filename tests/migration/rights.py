"""What the tests of permissions share: an account, what it asks for, and a set with everything."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from migration.sets import Kind, configuration, make, probe, profile
from operations.balancers import BALANCER
from operations.conftest import Answer
from operations.test_permissions import ROLES_VERSION, SCOPE, Operator
from operations.world import ROOT, World

from scaleset_core.roles import ROLES, Format, Needs, to_json
from scaleset_core.roles.definitions import path_of

SET = "Microsoft.Compute/virtualMachineScaleSets/read"
RACK = "Microsoft.Compute/availabilitySets/read"
_MISSING = re.compile(r"Missing is (\S+) on /")
_MOST = 60


def asked_for(operator: Operator, command: Callable[[], Answer], start: Iterable[str] = ()) -> tuple[set[str], Answer]:
    """What a command asks for until it is refused no more, and its last answer.

    Args:
        operator: Who sends it.
        command: The command; it is run again after each refusal.
        start: What the operator has already: without these Resource Graph shows nothing, and refuses nothing.
    """
    granted = set(start)
    for _ in range(_MOST):
        operator.may(granted or {"Microsoft.Compute/snapshots/read"})
        answer = command()
        lacking = set(_MISSING.findall(answer.err + answer.out)) - granted
        if not lacking:
            return granted, answer
        assert answer.code in {1, 3}, answer
        granted |= lacking
    raise AssertionError(answer)


def wanted(needs: Needs, *variants: str) -> set[str]:
    """The operations of a command with these options and on a set with these parts."""
    return {*needs.operations, *(each for name in variants for each in needs.variants[name])}


def _everything(body: dict[str, Any]) -> None:
    """Public addresses, an extension, a probe and a security group."""
    configuration(body)["publicIPAddressConfiguration"] = {"name": "own", "properties": {"idleTimeoutInMinutes": 10}}
    network = profile(body)["networkProfile"]
    network["healthProbe"] = {"id": f"{BALANCER}/probes/up"}
    group = f"{ROOT}/providers/Microsoft.Network/networkSecurityGroups/open"
    network["networkInterfaceConfigurations"][0]["properties"]["networkSecurityGroup"] = {"id": group}
    monitor = {
        "publisher": "Microsoft.Azure.Monitor", "type": "AzureMonitorLinuxAgent", "typeHandlerVersion": "1.0",
        "autoUpgradeMinorVersion": True,
    }  # fmt: skip
    profile(body)["extensionProfile"] = {"extensions": [{"name": "monitor", "properties": monitor}]}


def everything(world: World) -> None:
    """The set ``web`` with all parts that a cut-over touches: an instance is protected, autoscale is turned off."""
    make(world, Kind("everything", _everything, probe, capacity=2))
    instance = world.compute("GET", "virtualMachineScaleSets/web/virtualMachines")["value"][0]
    instance["properties"]["protectionPolicy"] = {"protectFromScaleIn": True}
    world.compute("PUT", f"virtualMachineScaleSets/web/virtualMachines/{instance['instanceId']}", instance)
    capacity = {"minimum": "1", "maximum": "5", "default": "2"}
    setting = {
        "enabled": False,
        "targetResourceUri": f"{ROOT}/providers/Microsoft.Compute/virtualMachineScaleSets/web",
        "profiles": [{"name": "all", "capacity": capacity, "rules": []}],
    }
    path = "providers/Microsoft.Insights/autoscaleSettings/scale"
    world.call("PUT", path, "2022-10-01", {"location": "westeurope", "properties": setting})


def with_the_role(operator: Operator, role: str) -> None:
    """Install a role's file as Azure takes it, and assign it to the operator."""
    operator.install(path_of(ROLES[role], SCOPE), to_json(ROLES[role], SCOPE, Format.REST))


def assign(operator: Operator, role: str, at: str) -> None:
    """Assign a role that exists, by its GUID, at a scope."""
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{at}/{role}")
    given = {
        "roleDefinitionId": f"{SCOPE}/providers/Microsoft.Authorization/roleDefinitions/{role}",
        "principalId": operator.identity.object_id,
        "principalType": "ServicePrincipal",
    }
    grant = f"{at}/providers/Microsoft.Authorization/roleAssignments/{name}"
    operator.world.call("PUT", grant, ROLES_VERSION, {"properties": given})
