"""Values that a source does not tell and a program can take from its configuration: references to other resources."""

import re
from collections.abc import Mapping
from typing import Any

from scaleset_core.facts.properties import UNKNOWN
from scaleset_migration.settle import FromConfig

_ROOT = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/group/providers"
_NETWORK = f"{_ROOT}/Microsoft.Network"
_ASKED: Mapping[str, tuple[str, str]] = {
    "subnet.id": ("subnetId", f"{_NETWORK}/virtualNetworks/network/subnets/subnet"),
    "networkSecurityGroup.id": ("networkSecurityGroupId", f"{_NETWORK}/networkSecurityGroups/group"),
    "loadBalancerBackendAddressPools[].id": (
        "backendAddressPoolId",
        f"{_NETWORK}/loadBalancers/balancer/backendAddressPools/pool",
    ),
    "healthProbe.id": ("probeId", f"{_NETWORK}/loadBalancers/balancer/probes/probe"),
    "loadBalancerInboundNatPools[].id": ("natPoolId", f"{_NETWORK}/loadBalancers/balancer/inboundNatPools/pool"),
    "applicationGatewayBackendAddressPools[].id": (
        "gatewayPoolId",
        f"{_NETWORK}/applicationGateways/gateway/backendAddressPools/pool",
    ),
    "publicKeys[].keyData": ("sshPublicKey", "ssh-ed25519 AAAA"),
    "adminUsername": ("adminUsername", "azureuser"),
    "imageReference.id": ("imageId", f"{_ROOT}/Microsoft.Compute/images/image"),
    "proximityPlacementGroup.id": ("placementGroupId", f"{_ROOT}/Microsoft.Compute/proximityPlacementGroups/group"),
}
"""The values to ask for: by the end of the path, the configuration key and a placeholder for the check."""
_INDEX = re.compile(r"\[\d+\]")


def asked(node: Any, at: str = "") -> Any:
    """The tree with a value from the configuration where it is known how to ask for it; others stay unknown."""
    if node is UNKNOWN:
        plain = _INDEX.sub("[]", at)
        for end, (name, example) in _ASKED.items():
            if plain == end or plain.endswith(f".{end}"):
                return FromConfig(name, secret=False, example=example)
        return UNKNOWN
    if isinstance(node, Mapping):
        return {name: asked(value, f"{at}.{name}" if at else str(name)) for name, value in node.items()}
    return [asked(each, f"{at}[{index}]") for index, each in enumerate(node)] if isinstance(node, list) else node
