"""The parts of a rule's example: a set that complies with every rule, and the changes that break or satisfy one.

An example is data. Whole programs are built from it where they are needed (tests of the rules, ``scaleset rules
show``). Changes are values by place: ``path`` (a property of the set), ``name:path`` (a property of the resource of
that name) or ``name:`` (a whole resource).
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from scaleset_core.facts import health
from scaleset_core.modes.types import Example, Mode, Sample


class Absent(Enum):
    """The type of :data:`ABSENT`."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
"""As a change: the property is removed."""


def flexible(changes: Mapping[str, Any] | None = None, *parts: str) -> Sample:
    """A program that starts from a Flexible set."""
    return Sample(Mode.FLEXIBLE, changes or {}, parts)


def uniform(changes: Mapping[str, Any] | None = None, *parts: str) -> Sample:
    """A program that starts from a Uniform set."""
    return Sample(Mode.UNIFORM, changes or {}, parts)


def pair(bad: Sample, good: Sample, *places: str, **more: Any) -> Example:
    """Two programs; without ``places``, the places that differ are those of their changes."""
    return Example(bad=bad, good=good, places=places or tuple({**bad.changes, **good.changes}), **more)


def on_flexible(bad: Mapping[str, Any], good: Mapping[str, Any] | None = None, **more: Any) -> Example:
    """A Flexible set with the changes that break a rule, and with those that comply with it."""
    return pair(flexible(bad), flexible(good), **more)


def on_uniform(bad: Mapping[str, Any], good: Mapping[str, Any] | None = None, **more: Any) -> Example:
    """A Uniform set with the changes that break a rule, and with those that comply with it."""
    return pair(uniform(bad), uniform(good), **more)


# Parts that several examples share.

FIRST_NIC: Final = "virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0]"
FIRST_IP: Final = f"{FIRST_NIC}.ipConfigurations[0]"
OS: Final = "virtualMachineProfile.osProfile"
GROUP: Final = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/web"
PROBE: Final = {"id": f"{GROUP}/providers/Microsoft.Network/loadBalancers/web/probes/http"}
SPOT: Final = {"virtualMachineProfile.priority": "Spot", "virtualMachineProfile.evictionPolicy": "Delete"}
REGIONAL: Final = {"zones": ABSENT, "platformFaultDomainCount": 2}
HEALTH: Final[dict[str, Any]] = {
    "name": "health",
    "publisher": health.PUBLISHER,
    "type": health.LINUX,
    "typeHandlerVersion": "1.0",
    "settings": {"protocol": "http", "port": 80, "requestPath": "/health"},
}
MONITOR: Final[dict[str, Any]] = {
    "name": "monitor",
    "publisher": "Microsoft.Azure.Monitor",
    "type": "AzureMonitorLinuxAgent",
    "typeHandlerVersion": "1.0",
}
NO_ZONES: Final = ("SS122",)
"""The rules that every set with one zone or no zone breaks."""
NAT_POOLS: Final = [
    {
        "name": "ssh",
        "protocol": "Tcp",
        "frontendPortRangeStart": 50000,
        "frontendPortRangeEnd": 50099,
        "backendPort": 22,
    }
]
