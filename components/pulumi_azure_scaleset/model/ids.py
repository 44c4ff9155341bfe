"""The types of resources that arguments refer to: an id of another type is a mistake that Azure finds much later.

For example a virtual network's id instead of a subnet's, or the set's own instead of a machine's. The last type in the
id counts, without case, as Azure compares them. Ids that are not known yet are taken as they are.
"""

import re
from typing import Any

from pydantic import AfterValidator

_LAST = re.compile(r".*/providers/(?P<namespace>[^/]+)/(?P<rest>.+)$", re.IGNORECASE)


def type_of(identity: str) -> str:
    """The resource type of an id: ``Microsoft.Network/virtualNetworks/subnets``; empty if it is not an id."""
    match = _LAST.match(identity)
    if match is None:
        return ""
    return "/".join((match["namespace"], *match["rest"].split("/")[::2]))


def _of(*types: str) -> AfterValidator:
    """A validator that the id, or each of a list of ids, is that of a resource of one of the ``types``."""
    wanted = {each.lower() for each in types}

    def check(value: Any) -> Any:
        for identity in value if isinstance(value, list) else [value]:
            if isinstance(identity, str) and type_of(identity).lower() not in wanted:
                raise ValueError(f"got the id of a {type_of(identity)}; expected that of a {' or a '.join(types)}")
        return value

    return AfterValidator(check)


ACCESS_CONTROL_VERSION = _of("Microsoft.Compute/galleries/inVMAccessControlProfiles/versions")
APPLICATION_GROUP = _of("Microsoft.Network/applicationSecurityGroups")
APPLICATION_VERSION = _of("Microsoft.Compute/galleries/applications/versions")
BALANCER_POOL = _of("Microsoft.Network/loadBalancers/backendAddressPools")
DISK = _of("Microsoft.Compute/disks")
DISK_ENCRYPTION = _of("Microsoft.Compute/diskEncryptionSets")
FRONTEND = _of("Microsoft.Network/loadBalancers/frontendIPConfigurations")
GATEWAY_POOL = _of("Microsoft.Network/applicationGateways/backendAddressPools")
HOST = _of("Microsoft.Compute/hostGroups/hosts")
HOST_GROUP = _of("Microsoft.Compute/hostGroups")
HUB_RULE = _of(
    "Microsoft.EventHub/namespaces/authorizationRules", "Microsoft.EventHub/namespaces/eventhubs/authorizationRules"
)
IDENTITY = _of("Microsoft.ManagedIdentity/userAssignedIdentities")
IP_PREFIX = _of("Microsoft.Network/publicIPPrefixes")
LOAD_BALANCER = _of("Microsoft.Network/loadBalancers")
MACHINE = _of("Microsoft.Compute/virtualMachines")
NAT_GATEWAY = _of("Microsoft.Network/natGateways")
PLACEMENT_GROUP = _of("Microsoft.Compute/proximityPlacementGroups")
PROBE = _of("Microsoft.Network/loadBalancers/probes")
PUBLIC_IP = _of("Microsoft.Network/publicIPAddresses")
RESERVATION_GROUP = _of("Microsoft.Compute/capacityReservationGroups")
SECURITY_GROUP = _of("Microsoft.Network/networkSecurityGroups")
SERVICE_ARTIFACT = _of("Microsoft.Compute/galleries/serviceArtifacts/vmArtifactsProfiles")
STORAGE = _of("Microsoft.Storage/storageAccounts")
SUBNET = _of("Microsoft.Network/virtualNetworks/subnets")
VAULT = _of("Microsoft.KeyVault/vaults")
WORKSPACE = _of("Microsoft.OperationalInsights/workspaces")
