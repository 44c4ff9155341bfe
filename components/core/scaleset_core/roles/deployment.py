"""What `pulumi up` of the component needs: the resource types that it declares, and what they refer to.

A test compares the types with those that the component emits. The operations on what is referred to are Azure's linked
access checks, which it does not publish as a list: Microsoft's reference "Azure permissions" describes the join, assign
and deploy operations; the reads are those that its built-in roles for machine controllers have.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scaleset_core.roles.operations import INSTANCE, LOCK, SET, VM

_NETWORK = "Microsoft.Network"
_BALANCER = f"{_NETWORK}/loadBalancers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """A type that the component declares.

    Attributes:
        type: The ARM type.
        part: The part of the role that it belongs to: ``""`` for what every set has, or the optional role's id.
        joins: What is needed on what the component itself makes, because another of its resources refers to it; for a
            deployment, what its template writes.
    """

    type: str
    part: str = ""
    joins: tuple[str, ...] = ()


DEPLOYED: Mapping[str, Deployed] = {
    "compute:VirtualMachineScaleSet": Deployed(type=SET),
    "compute:VirtualMachine": Deployed(type=VM),
    "compute:VirtualMachineExtension": Deployed(type=f"{VM}/extensions"),
    "network:VirtualNetwork": Deployed(
        type=f"{_NETWORK}/virtualNetworks", joins=(f"{_NETWORK}/virtualNetworks/subnets/join/action",)
    ),
    "network:NetworkSecurityGroup": Deployed(
        type=f"{_NETWORK}/networkSecurityGroups", joins=(f"{_NETWORK}/networkSecurityGroups/join/action",)
    ),
    "network:NatGateway": Deployed(type=f"{_NETWORK}/natGateways", joins=(f"{_NETWORK}/natGateways/join/action",)),
    "network:PublicIPAddress": Deployed(
        type=f"{_NETWORK}/publicIPAddresses", joins=(f"{_NETWORK}/publicIPAddresses/join/action",)
    ),
    "network:LoadBalancer": Deployed(
        type=_BALANCER,
        joins=(
            f"{_BALANCER}/backendAddressPools/join/action",
            f"{_BALANCER}/inboundNatPools/join/action",
            f"{_BALANCER}/probes/join/action",
        ),
    ),
    "network:InboundNatRule": Deployed(
        type=f"{_BALANCER}/inboundNatRules", joins=(f"{_BALANCER}/inboundNatRules/join/action",)
    ),
    "network:NetworkInterface": Deployed(
        type=f"{_NETWORK}/networkInterfaces", joins=(f"{_NETWORK}/networkInterfaces/join/action",)
    ),
    "resources:Deployment": Deployed(type="Microsoft.Resources/deployments", joins=(f"{INSTANCE}/write",)),
    "authorization:ManagementLockByScope": Deployed(type=LOCK, part="locks"),
    "authorization:RoleAssignment": Deployed(type="Microsoft.Authorization/roleAssignments", part="grants"),
    "monitor:AutoscaleSetting": Deployed(type="Microsoft.Insights/autoscaleSettings", part="monitoring"),
    "monitor:DiagnosticSetting": Deployed(type="Microsoft.Insights/diagnosticSettings", part="monitoring"),
    "standbypool:StandbyVirtualMachinePool": Deployed(
        type="Microsoft.StandbyPool/standbyVirtualMachinePools", part="standby-pools"
    ),
}
"""The component's resources by azure-native's type token."""

LOOKS = (f"{INSTANCE}/read",)
"""What it reads besides its own resources: the instances that Azure made."""

REFERENCES: tuple[str, ...] = (
    f"{_NETWORK}/virtualNetworks/subnets/join/action",
    f"{_NETWORK}/networkSecurityGroups/join/action",
    f"{_NETWORK}/applicationSecurityGroups/joinIpConfiguration/action",
    f"{_BALANCER}/backendAddressPools/join/action",
    f"{_BALANCER}/inboundNatPools/join/action",
    f"{_BALANCER}/inboundNatRules/join/action",
    f"{_BALANCER}/probes/join/action",
    f"{_NETWORK}/applicationGateways/backendAddressPools/join/action",
    f"{_NETWORK}/publicIPAddresses/join/action",
    f"{_NETWORK}/publicIPPrefixes/join/action",
    f"{_NETWORK}/natGateways/join/action",
    "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
    "Microsoft.KeyVault/vaults/deploy/action",
    "Microsoft.Compute/capacityReservationGroups/deploy/action",
    "Microsoft.Compute/proximityPlacementGroups/write",
    "Microsoft.Compute/diskEncryptionSets/read",
    "Microsoft.Compute/disks/read",
    "Microsoft.Compute/disks/write",
    "Microsoft.Compute/hostGroups/read",
    "Microsoft.Compute/hostGroups/hosts/read",
    "Microsoft.Compute/images/read",
    "Microsoft.Compute/galleries/images/read",
    "Microsoft.Compute/galleries/images/versions/read",
    "Microsoft.Compute/galleries/applications/versions/read",
    "Microsoft.Compute/galleries/inVMAccessControlProfiles/versions/read",
    "Microsoft.Compute/galleries/serviceArtifacts/vmArtifactsProfiles/read",
)
"""What a set or a machine needs on resources that it refers to and that others made."""

TARGETS: tuple[str, ...] = (
    "Microsoft.OperationalInsights/workspaces/sharedKeys/action",
    "Microsoft.Storage/storageAccounts/listKeys/action",
    "Microsoft.EventHub/namespaces/authorizationRules/listkeys/action",
)
"""What a diagnostic setting needs on where it sends to."""


def operations_of(part: str) -> Iterator[str]:
    """Read, write and delete of the types of a part of the role, and the joins between them."""
    for each in DEPLOYED.values():
        if each.part == part:
            yield from (f"{each.type}/{verb}" for verb in ("read", "write", "delete"))
            yield from each.joins
