"""Arguments of scale sets for property-based tests: valid ones with single arguments perturbed, in both modes.

A set of arguments is a valid base and a few *features*. Each feature sets one or a few arguments to values that are
valid, invalid, or invalid only together with another feature. With few features at a time many examples are valid, and
shrunk examples are short.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from support import features
from support.azure_world import GROUP, SSH_KEY, SUBNET

Args = dict[str, Any]

PASSWORD = "Complex-Enough-1"
LINUX_IMAGE = {"urn": "Canonical:ubuntu-24_04-lts:server:latest"}
WINDOWS_IMAGE = {"urn": "MicrosoftWindowsServer:WindowsServer:2022-datacenter-azure-edition:latest"}

THEMES: Mapping[str, tuple[features.Feature, ...]] = {
    "placement": features.PLACEMENT,
    "price": features.PRICE,
    "health": features.HEALTH,
    "machine": features.MACHINE,
    "disks": features.DISKS,
    "network": features.NETWORK,
    "instances": features.INSTANCES,
    "access": features.ACCESS,
}
"""The features by theme; a test draws most of an example's features from one theme."""

ALL = tuple(feature for theme in THEMES.values() for feature in theme)


def base(mode: str, kind: str = "profile", *, windows: bool = False) -> Args:
    """Valid arguments: ``kind`` is ``profile``, ``named`` or ``both`` (Flexible only)."""
    args: Args = {
        "resource_group_name": GROUP,
        "orchestration_mode": mode,
        "image": LINUX_IMAGE,
        "vm_size": "Standard_D2s_v5",
        "ssh_public_keys": [SSH_KEY],
        "subnet_id": SUBNET,
    }
    if windows:
        del args["ssh_public_keys"]
        args |= {"os_type": "Windows", "image": WINDOWS_IMAGE, "admin_password": PASSWORD}
    if mode == "Uniform" or kind != "named":
        args["capacity"] = 1
    if mode == "Flexible" and kind != "named":
        args["outbound"] = {"method": "External"}
    if mode == "Flexible" and kind != "profile":
        args["instances"] = {"web-0": {}, "web-1": {}}
    return copy.deepcopy(args)


@st.composite
def scale_sets(draw: st.DrawFn, mode: str, theme: str) -> Args:
    """Arguments of a set in ``mode`` with features mostly of one theme (``everything``: of all)."""
    own = THEMES.get(theme, ALL)
    kind = "profile" if mode == "Uniform" else draw(st.sampled_from(["profile", "named", "both"]))
    args = base(mode, kind, windows=draw(st.integers(0, 4)) == 4)
    chosen = draw(st.lists(st.sampled_from(range(len(own))), max_size=4, unique=True))
    foreign = draw(st.lists(st.sampled_from(range(len(ALL))), max_size=2, unique=True))
    for feature in (*(own[index] for index in chosen), *(ALL[index] for index in foreign)):
        args = merged(args, draw(feature))
    return without_half_profiles(args)


def without_half_profiles(args: Args) -> Args:
    """``args`` without raw inputs of a profile where the set has none: Azure has no partial profiles."""
    raw = args.get("overrides", {}).get("scaleSet", {})
    asked = any(args.get(name) is not None for name in ("capacity", "autoscale", "standby_pool"))
    if args["orchestration_mode"] == "Uniform" or asked or not raw:
        return args
    kept = {name: value for name, value in raw.items() if name not in {"virtualMachineProfile", "sku", "upgradePolicy"}}
    return {**args, "overrides": {**args["overrides"], "scaleSet": kept}}


def merged(args: Args, change: Mapping[str, Any]) -> Args:
    """``args`` updated with ``change``: instances and overrides are merged, everything else is replaced."""
    result = dict(args)
    for name, value in change.items():
        if name in {"instances", "overrides"} and isinstance(value, dict):
            kept = result.get(name)
            result[name] = _deep(kept if isinstance(kept, dict) else {}, value)
        else:
            result[name] = value
    return result


def _deep(one: Mapping[str, Any], two: Mapping[str, Any]) -> Args:
    result = dict(one)
    for name, value in two.items():
        before = result.get(name)
        result[name] = _deep(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return result
