"""The one safe correction of a rule, where there is one.

A fix gets a resource's properties as Pulumi has them: plain dicts and lists, with opaque objects for secrets and
sentinel texts for unknown values, which it leaves alone. It is called only where its rule found a violation.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from scaleset_policies.rule import Fix

_PROFILE: Final = "virtualMachineProfile"
_NETWORK: Final = f"{_PROFILE}.networkProfile"
_NICS: Final = f"{_NETWORK}.networkInterfaceConfigurations[]"
_IPS: Final = f"{_NICS}.ipConfigurations[]"
_NETWORK_API_VERSION: Final = "2020-11-01"


def _drop(parent: str, name: str) -> Fix:
    def fix(properties: dict[str, Any]) -> bool:
        holders = [each for each in _objects(properties, parent) if name in each]
        for each in holders:
            del each[name]
        return bool(holders)

    return fix


def _set_missing(parent: str, name: str, value: Any) -> Fix:
    def fix(properties: dict[str, Any]) -> bool:
        holders = [each for each in _objects(properties, parent) if each.get(name) is None]
        for each in holders:
            each[name] = value
        return bool(holders)

    return fix


def _mark_single_ip(properties: dict[str, Any]) -> bool:
    changed = False
    for nic in _objects(properties, _NICS):
        configurations = nic.get("ipConfigurations")
        if not isinstance(configurations, list) or len(configurations) != 1 or not isinstance(configurations[0], dict):
            continue
        if configurations[0].get("primary") is None or configurations[0]["primary"] is False:
            configurations[0]["primary"] = True
            changed = True
    return changed


def _objects(node: Any, path: str) -> Iterator[dict[str, Any]]:
    """The objects at ``path``; ``[]`` walks a list."""
    if not path:
        if isinstance(node, dict):
            yield node
        return
    step, _, rest = path.partition(".")
    name = step.removesuffix("[]")
    child = node.get(name) if isinstance(node, dict) else None
    if not step.endswith("[]"):
        yield from _objects(child, rest)
    elif isinstance(child, list):
        for item in child:
            yield from _objects(item, rest)


FIXES: Final[Mapping[str, tuple[Callable[[dict[str, Any]], bool], str]]] = {
    "nat-pool-on-flexible": (_drop(_IPS, "loadBalancerInboundNatPools"), "drop loadBalancerInboundNatPools"),
    "network-api-version-on-flexible": (
        _set_missing(_NETWORK, "networkApiVersion", _NETWORK_API_VERSION),
        f"set networkApiVersion to {_NETWORK_API_VERSION} where it is missing",
    ),
    "network-api-version-on-uniform": (_drop(_NETWORK, "networkApiVersion"), "drop networkApiVersion"),
    "overprovision-on-flexible": (_drop("", "overprovision"), "drop overprovision"),
    "overprovisioned-extensions-on-flexible": (
        _drop("", "doNotRunExtensionsOnOverprovisionedVMs"),
        "drop doNotRunExtensionsOnOverprovisionedVMs",
    ),
    "rollback-on-breach-on-flexible": (
        _drop("upgradePolicy.rollingUpgradePolicy", "rollbackFailedInstancesOnPolicyBreach"),
        "drop rollbackFailedInstancesOnPolicyBreach",
    ),
    "primary-ip-configuration-on-flexible": (
        _mark_single_ip,
        "set primary: true on the only IP configuration of a network interface",
    ),
}
"""The fix and what it does, by the rule's id in the mode table."""
