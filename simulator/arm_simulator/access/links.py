"""What a request also needs, on the resources that its body refers to: Azure's linked access checks.

Azure does not publish the list of these checks. The first source is Microsoft's reference "Azure permissions", with its
descriptions of the join, assign, deploy and read operations ("Joins a load balancer backend address pool", "For
example, with this permission healthProbe property of VM scale set can reference the probe"). Others are its pages on
the permissions of clusters on scale sets (disks, proximity placement groups), and refusals
(``LinkedAuthorizationFailed``) that its issue trackers quote. Two checks have no such source and are on the strict
side. A machine that becomes a member of a scale set needs the write of the set. Scheduled actions need the action on
each machine.

References inside a resource need no permission.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from arm_simulator.access.needs import Need, spelled
from arm_simulator.core import ids
from arm_simulator.core.ids import InvalidResourceIdError, ResourceId
from arm_simulator.core.references import mentioned

_NETWORK, _COMPUTE = "Microsoft.Network", "Microsoft.Compute"
_SET = f"{_COMPUTE}/virtualMachineScaleSets"
_INSTANCE = f"{_SET}/virtualMachines"
_VM = f"{_COMPUTE}/virtualMachines"
_NIC = f"{_NETWORK}/networkInterfaces"
_BALANCER = f"{_NETWORK}/loadBalancers"
_NET, _SUBNET = f"{_NETWORK}/virtualNetworks", f"{_NETWORK}/virtualNetworks/subnets"
_GATEWAY, _ADDRESS = f"{_NETWORK}/natGateways", f"{_NETWORK}/publicIPAddresses"
_GROUP = f"{_NETWORK}/networkSecurityGroups"
_FACES = (_NIC, _SET, _INSTANCE)
_MACHINES = (_VM, _SET, _INSTANCE)
_WITH_EXTENSIONS = (*_MACHINES, f"{_VM}/extensions", f"{_SET}/extensions", f"{_INSTANCE}/extensions")


@dataclass(frozen=True, slots=True)
class Link:
    """A reference that Azure checks.

    Attributes:
        target: The type that is referred to.
        sources: The types that refer to it; empty: any.
        operations: What is needed on it.
        within: A member of the body that the reference must be in; ``""``: anywhere.
    """

    target: str
    sources: tuple[str, ...]
    operations: tuple[str, ...]
    within: str = ""


LINKS = (
    Link(_SUBNET, (*_FACES, _BALANCER, f"{_NETWORK}/applicationGateways"), ("join/action",)),
    Link(f"{_BALANCER}/backendAddressPools", _FACES, ("join/action",)),
    Link(f"{_BALANCER}/inboundNatRules", (_NIC,), ("join/action",)),
    Link(f"{_BALANCER}/inboundNatPools", (_SET, _INSTANCE), ("join/action",)),
    Link(f"{_BALANCER}/probes", (_SET,), ("join/action",)),
    Link(f"{_BALANCER}/frontendIPConfigurations", (*_FACES, _BALANCER, _ADDRESS), ("join/action",)),
    Link(f"{_NETWORK}/applicationGateways/backendAddressPools", _FACES, ("join/action",)),
    Link(_GROUP, (*_FACES, _SUBNET, _NET), ("join/action",)),
    Link(f"{_NETWORK}/applicationSecurityGroups", _FACES, ("joinIpConfiguration/action",)),
    Link(
        f"{_NETWORK}/applicationSecurityGroups",
        (_GROUP, f"{_GROUP}/securityRules"),
        ("joinNetworkSecurityRule/action",),
    ),
    Link(_ADDRESS, (_NIC, _BALANCER, _GATEWAY), ("join/action",)),
    Link(f"{_NETWORK}/publicIPPrefixes", (_ADDRESS, _BALANCER, _GATEWAY, _SET, _INSTANCE), ("join/action",)),
    Link(_GATEWAY, (_SUBNET, _NET, _ADDRESS), ("join/action",)),
    Link(f"{_NETWORK}/routeTables", (_SUBNET, _NET), ("join/action",)),
    Link(f"{_NETWORK}/serviceEndpointPolicies", (_SUBNET, _NET), ("join/action",)),
    Link(f"{_NETWORK}/ddosProtectionPlans", (_NET, _ADDRESS), ("join/action",)),
    Link(_NET, (_BALANCER, f"{_BALANCER}/backendAddressPools"), ("joinLoadBalancer/action",)),
    Link(_NIC, (_VM,), ("join/action",)),
    Link(_SET, (_VM,), ("write",), "virtualMachineScaleSet"),
    Link("Microsoft.ManagedIdentity/userAssignedIdentities", (), ("assign/action",)),
    Link("Microsoft.KeyVault/vaults", _WITH_EXTENSIONS, ("deploy/action",)),
    Link(f"{_COMPUTE}/disks", (_VM, _INSTANCE), ("read", "write"), "dataDisks"),
    Link(f"{_COMPUTE}/diskEncryptionSets", (*_MACHINES, f"{_COMPUTE}/disks"), ("read",)),
    Link(f"{_COMPUTE}/images", _MACHINES, ("read",)),
    Link(f"{_COMPUTE}/galleries/images", _MACHINES, ("read",)),
    Link(f"{_COMPUTE}/galleries/images/versions", _MACHINES, ("read",)),
    Link(f"{_COMPUTE}/galleries/applications/versions", _MACHINES, ("read",)),
    Link(f"{_COMPUTE}/galleries/inVMAccessControlProfiles/versions", _MACHINES, ("read",)),
    Link(f"{_COMPUTE}/galleries/serviceArtifacts/vmArtifactsProfiles", _MACHINES, ("read",)),
    Link(f"{_COMPUTE}/capacityReservationGroups", _MACHINES, ("deploy/action",)),
    Link(f"{_COMPUTE}/proximityPlacementGroups", _MACHINES, ("write",)),
    Link(f"{_COMPUTE}/hostGroups", _MACHINES, ("read",)),
    Link(f"{_COMPUTE}/hostGroups/hosts", _MACHINES, ("read",)),
    Link(
        "Microsoft.OperationalInsights/workspaces", ("Microsoft.Insights/diagnosticSettings",), ("sharedKeys/action",)
    ),
    Link("Microsoft.Storage/storageAccounts", ("Microsoft.Insights/diagnosticSettings",), ("listKeys/action",)),
    Link(
        "Microsoft.EventHub/namespaces/authorizationRules",
        ("Microsoft.Insights/diagnosticSettings",),
        ("listkeys/action",),
    ),
    Link(
        "Microsoft.EventHub/namespaces/eventhubs/authorizationRules",
        ("Microsoft.Insights/diagnosticSettings",),
        ("listkeys/action",),
    ),
)
_SCHEDULED = {"start": "start/action", "deallocate": "deallocate/action", "hibernate": "deallocate/action"}


def linked(source: ResourceId, body: Any) -> list[Need]:
    """What a body with references needs on each of them, each once."""
    own = _top(source)
    found: dict[Need, None] = {}
    for text, path in mentioned(body):
        try:
            target = ids.parse(text)
        except InvalidResourceIdError:
            continue
        if _top(target).key == own.key:
            continue
        for link in LINKS:
            if _fits(link, source, target, path):
                for operation in link.operations:
                    found[Need(spelled(f"{link.target}/{operation}"), target.path)] = None
    return list(found)


def scheduled(word: str, body: Any) -> list[Need]:
    """What Microsoft.ComputeSchedule needs on the machines: ``virtualMachinesExecuteStart`` the start of each."""
    verb = next((each for each in (*_SCHEDULED, "delete") if word.lower().endswith(each)), "")
    resources = body.get("resources") if isinstance(body, dict) else None
    names = resources.get("ids") if isinstance(resources, dict) else None
    operation = _SCHEDULED.get(verb, verb)
    return [Need(f"{_VM}/{operation}", str(each)) for each in names or []] if verb else []


def _fits(link: Link, source: ResourceId, target: ResourceId, path: str) -> bool:
    if link.target.lower() != target.type_key or (link.within and link.within.lower() not in path.lower()):
        return False
    return not link.sources or source.type_key in {each.lower() for each in link.sources}


def _top(rid: ResourceId) -> ResourceId:
    """The top-level resource that an id is part of."""
    while rid.is_nested and rid.parent is not None:
        rid = rid.parent
    return rid
