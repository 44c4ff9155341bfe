"""Template functions on address ranges.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-cidr
"""

import ipaddress
from typing import Any

from arm_templates.values import CannotEvaluateError


def parsed(text: str) -> dict[str, Any]:
    """``parseCidr(range)``."""
    network = ipaddress.ip_network(text, strict=False)
    usable = _usable(network)
    result = {
        "network": str(network.network_address),
        "netmask": str(network.netmask),
        "broadcast": str(network.broadcast_address),
        "firstUsable": str(usable[0]),
        "lastUsable": str(usable[1]),
        "cidr": network.prefixlen,
    }
    if network.version == 6:  # noqa: PLR2004 - IPv6 has no broadcast
        del result["broadcast"]
    return result


def subnet(text: str, prefix: int, index: int) -> str:
    """``cidrSubnet(range, prefix, index)``: the range with this number among those of that size."""
    network = ipaddress.ip_network(text, strict=False)
    longest = network.max_prefixlen
    if not network.prefixlen <= prefix <= longest or not 0 <= index < 1 << (prefix - network.prefixlen):
        raise CannotEvaluateError
    first = int(network.network_address) + (index << (longest - prefix))
    return f"{type(network.network_address)(first)}/{prefix}"


def host(text: str, index: int) -> str:
    """``cidrHost(range, index)``: the usable address with this number, from 0."""
    network = ipaddress.ip_network(text, strict=False)
    first, last = _usable(network)
    if not 0 <= index <= int(last) - int(first):
        raise CannotEvaluateError
    return str(first + index)


def _usable(network: Any) -> tuple[Any, Any]:
    if network.max_prefixlen - network.prefixlen <= 1:
        return network.network_address, network.broadcast_address
    last = network.broadcast_address - (network.version == 4)  # noqa: PLR2004 - IPv4's last one is the broadcast
    return network.network_address + 1, last
