"""ARM bodies in the normal form that rules read: flattened as in azure-native, in ARM's spelling.

ARM accepts ``"ORCHESTRATIONMODE": "flexible"`` and ``"capacity": "3"``; the rules use one spelling. The names, and
which of them hold a boolean, a number, an enumeration, an object or a list, come from the Azure SDK's models
(``property_names.json``).
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from scaleset_core.facts import secrets
from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies.arm_types import ALL, NAMES

OPAQUE: Final = frozenset({"settings", "protectedsettings", "tags", "userassignedidentities", "userdata"})
"""Members whose content is user-defined: its names are not ARM's."""

TYPES: Final = (
    "Microsoft.Authorization/locks",
    "Microsoft.Compute/availabilitySets",
    "Microsoft.Compute/proximityPlacementGroups",
    "Microsoft.Compute/virtualMachineScaleSets",
    "Microsoft.Compute/virtualMachineScaleSets/extensions",
    "Microsoft.Compute/virtualMachineScaleSets/virtualMachines",
    "Microsoft.Compute/virtualMachines",
    "Microsoft.Compute/virtualMachines/extensions",
    "Microsoft.Insights/autoscaleSettings",
    "Microsoft.Network/loadBalancers",
    "Microsoft.Network/loadBalancers/backendAddressPools",
    "Microsoft.Network/loadBalancers/inboundNatRules",
    "Microsoft.Network/natGateways",
    "Microsoft.Network/networkInterfaces",
    "Microsoft.Network/networkSecurityGroups",
    "Microsoft.Network/networkSecurityGroups/securityRules",
    "Microsoft.Network/publicIPAddresses",
    "Microsoft.Network/publicIPPrefixes",
    "Microsoft.Network/routeTables",
    "Microsoft.Network/virtualNetworks",
    "Microsoft.Network/virtualNetworks/subnets",
    "Microsoft.Resources/resourceGroups",
    "Microsoft.StandbyPool/standbyVirtualMachinePools",
)
"""The resource types of :mod:`scaleset_policies.arm_types` and some others, in ARM's spelling."""

_DECIDED_BY: Final = frozenset({"commandtoexecute", "customdata", "script", "userdata", "userdatabase64"})
"""Secrets by their names whose texts a rule reads nevertheless: it looks for passwords in them."""
_OWN_NAMES: Final = frozenset(NAMES.values())
_CANONICAL: Final = {name.lower(): name for name in TYPES}
_HIDDEN: Final = {
    "Microsoft.Compute/virtualMachineScaleSets": ("orchestrationMode", "virtualMachineProfile", "upgradePolicy"),
    "Microsoft.Compute/virtualMachines": ("virtualMachineScaleSet", "networkProfile", "storageProfile"),
    "Microsoft.Network/loadBalancers": (
        "inboundNatPools",
        "inboundNatRules",
        "backendAddressPools",
        "outboundRules",
        "loadBalancingRules",
    ),
    "Microsoft.Network/virtualNetworks": ("subnets",),
    "Microsoft.Network/networkSecurityGroups": ("securityRules",),
    "Microsoft.Network/networkInterfaces": ("ipConfigurations", "virtualMachine"),
    "Microsoft.Network/virtualNetworks/subnets": ("natGateway", "defaultOutboundAccess", "routeTable"),
    "Microsoft.Authorization/locks": ("level",),
}


def canonical_type(kind: str) -> str:
    """A resource type in ARM's spelling, if rules are about it."""
    return _CANONICAL.get(kind.lower(), kind)


def is_relevant(kind: str) -> bool:
    """Whether rules are about resources of this type."""
    return kind.lower() in ALL


def shape(body: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """A resource's body, settled, in the normal form.

    Args:
        body: The body with ARM's ``properties`` wrappers or without them.
        kind: Its type, which determines the properties that an unknown ``properties`` hides.
    """
    top = dict(body)
    wrapper = next((name for name in top if name.lower() == "properties"), None)
    if wrapper is not None and top[wrapper] is UNKNOWN:
        del top[wrapper]
        top.update(dict.fromkeys(_HIDDEN.get(canonical_type(kind), ()), UNKNOWN))
    shaped = _object(top)
    return shaped if isinstance(shaped, dict) else {}


def _object(body: Mapping[str, Any]) -> Any:
    names = table()["names"]
    result: dict[str, Any] = {}
    inner: Any = None
    for written, value in body.items():
        lowered = written.lower()
        if lowered == "properties" and (isinstance(value, Mapping) or value is UNKNOWN or value is None):
            inner = value
            continue
        name = names.get(lowered, written)
        result[name] = value if lowered in OPAQUE else _value(name, value)
    if inner is UNKNOWN:
        return UNKNOWN
    if inner:
        flattened = _object(inner)
        if flattened is UNKNOWN:
            return UNKNOWN
        result = {**flattened, **result}
    return result


def _value(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return _object(value)
    if isinstance(value, list | tuple):
        return [_value(name, item) for item in value]
    return scalar(name, value)


def scalar(name: str, value: Any) -> Any:
    """A plain value as ARM understands it: ``"true"`` of a boolean property is true, ``flexible`` is Flexible."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str):
        return value
    known, lowered = table(), value.lower()
    if name in known["enumeration"]:
        return known["enumeration"][name].get(lowered, value)
    if name in known["boolean"] and lowered in {"true", "false"}:
        return lowered == "true"
    if name in known["integer"] and value.isascii() and value.isdigit() and len(value) < 10:  # noqa: PLR2004 - an int32
        return int(value)
    return value


def veiled(value: Any) -> Any:
    """The structure of a secret value: every plain value is UNKNOWN."""
    if isinstance(value, dict):
        return {name: veiled(item) for name, item in value.items()}
    if isinstance(value, list):
        return [veiled(item) for item in value]
    return None if value is None else UNKNOWN


def covered(value: Any, name: str = "") -> Any:
    """A secret value as rules may decide by it: known, but UNKNOWN where only the secret itself is.

    UNKNOWN are texts whose names say that they are secrets (``adminPassword``), and ids and resources' own names, which
    every report shows. All others are known, and the resource's ``secrets`` keep them out of reports.

    Args:
        value: The value.
        name: The name of the member that it is in.
    """
    if secrets.is_secret(name) and name.replace("_", "").lower() not in _DECIDED_BY:
        return veiled(value)
    if isinstance(value, dict):
        return {each: covered(item, each) for each, item in value.items()}
    if isinstance(value, list):
        return [covered(item, name) for item in value]
    return UNKNOWN if name in _OWN_NAMES or (isinstance(value, str) and value[:1] == "/") else value


def true_paths(node: Any, at: str = "") -> Iterator[str]:
    """The paths of a tree whose value is True."""
    if node is True:
        yield at
    elif isinstance(node, Mapping):
        for name, value in node.items():
            yield from true_paths(value, f"{at}.{name}" if at else name)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from true_paths(value, f"{at}[{index}]")


@cache
def table() -> dict[str, Any]:
    """The table of property names: their spelling, and the kinds of values that they hold."""
    raw = json.loads(files("scaleset_policies.formats").joinpath("property_names.json").read_text("utf-8"))
    return {
        "names": {name.lower(): name for name in raw["names"]},
        "boolean": frozenset(raw["boolean"]),
        **{kind: frozenset(raw[kind]) for kind in ("integer", "object", "list", "objects")},
        "enumeration": {name: {each.lower(): each for each in values} for name, values in raw["enumeration"].items()},
    }
