"""Every name that a scale set assigns: logical names in Pulumi, names in Azure, and zones derived from names.

Logical names never change once released: Pulumi identifies a resource by them. Each depends only on the component's
name and the instance's name, so that adding or removing one instance never affects another.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence

_TRAILING_NUMBER = re.compile(r"(\d+)$")
WINDOWS_COMPUTER_NAME = 15
"""The longest computer name of Windows, in characters."""
LINUX_COMPUTER_NAME = 64
"""The longest computer name of Linux, in characters."""
_PREFIX_WINDOWS = 9
_PREFIX_LINUX = 58


def instance_logical_name(component: str, instance: str) -> str:
    """The prefix of an instance's logical names: its name, after the component's unless it begins with that."""
    return instance if instance.startswith(f"{component}-") else f"{component}-{instance}"


def former_name(child: str, component: str, former: str, instances: Iterable[str]) -> str | None:
    """The logical name that ``child`` had when the component was called ``former``; None if it belongs to no instance.

    Pulumi derives a child's former name from the component's, except where the instance's name decided whether the
    component's name is put before it.
    """
    stems = {instance_logical_name(component, name): instance_logical_name(former, name) for name in instances}
    own = max((stem for stem in stems if child == stem or child.startswith(f"{stem}-")), key=len, default=None)
    return None if own is None else stems[own] + child.removeprefix(own)


def counted_names(scale_set: str, count: int) -> list[str]:
    """The names of ``count`` instances without given names: ``web-0``, ``web-1`` and so on."""
    return [f"{scale_set}-{index}" for index in range(count)]


def trailing_number(name: str) -> int | None:
    """The number at the end of a name (``web-12`` -> 12), or None."""
    match = _TRAILING_NUMBER.search(name)
    return int(match.group(1)) if match else None


def stable_hash(name: str) -> int:
    """A hash of a name that is the same on every machine and in every version."""
    return int.from_bytes(hashlib.sha256(name.lower().encode()).digest()[:8], "big")


def default_zone(name: str, zones: Sequence[str]) -> str | None:
    """The zone of an instance that does not set one: spread over the set's zones by its number or its name."""
    if not zones:
        return None
    number = trailing_number(name)
    ordered = sorted(zones)
    return ordered[(stable_hash(name) if number is None else number) % len(ordered)]


def computer_name_prefix(scale_set: str, *, windows: bool) -> str:
    """The prefix of host names that Azure completes, cut to the operating system's limit."""
    letters = re.sub(r"[^A-Za-z0-9-]", "-", scale_set).strip("-") or "vm"
    return letters[: _PREFIX_WINDOWS if windows else _PREFIX_LINUX].rstrip("-")


def pool_name(scale_set: str) -> str:
    """The name of the set's pool on its load balancer."""
    return scale_set


FRONTEND = "frontend"
"""The name of a load balancer's front end."""
IP_CONFIGURATION = "ipconfig"
"""The name of a network interface's IP configuration."""
PRIMARY_NIC = "nic"
"""The name of the primary network interface."""
HEALTH_EXTENSION = "health"
"""The name of the Application Health extension."""
