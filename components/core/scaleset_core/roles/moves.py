"""What the commands need that move sets to Flexible or adopt them: by what is moved, where others differ by mode.

The commands are another distribution's; what each needs is stated here, where the roles are, and its tests compare the
two on the simulator.
"""

from collections.abc import Mapping
from enum import StrEnum

from scaleset_core.modes import Mode
from scaleset_core.roles.needs import Needs
from scaleset_core.roles.operations import GRAPH, INSTANCE, LOCK, SET, VM

_NETWORK = "Microsoft.Network"
_BALANCER = f"{_NETWORK}/loadBalancers"
_FACE = f"{_NETWORK}/networkInterfaces"
_ADDRESS = f"{_NETWORK}/publicIPAddresses"
_RACK = "Microsoft.Compute/availabilitySets"
_AUTOSCALE = "Microsoft.Insights/autoscaleSettings/read"


class Source(StrEnum):
    """What is moved or adopted."""

    UNIFORM = "a Uniform set"
    FLEXIBLE = "a Flexible set"
    AVAILABILITY = "an availability set"

    @property
    def mode(self) -> Mode | None:
        """The mode of a scale set."""
        return {Source.UNIFORM: Mode.UNIFORM, Source.FLEXIBLE: Mode.FLEXIBLE}.get(self)


_AROUND = (f"{SET}/read", f"{_BALANCER}/read", f"{_ADDRESS}/read", f"{LOCK}/read", GRAPH)
_INSTANCES = {
    Source.UNIFORM: (f"{INSTANCE}/read", f"{SET}/networkInterfaces/read"),
    Source.FLEXIBLE: (f"{VM}/read", f"{_FACE}/read"),
}
_HANGS_ON = ("Microsoft.Authorization/roleAssignments/read", "Microsoft.Insights/diagnosticSettings/read", _AUTOSCALE)
_PORTS = f"{_BALANCER}/backendAddressPools/queryInboundNatRulePortMapping/action"
_RULES = f"{_BALANCER}/inboundNatRules/read"
_EXTENSIONS = f"{VM}/extensions/read"
_QUOTAS = ("Microsoft.Compute/skus/read", "Microsoft.Compute/locations/usages/read")
_RACKS = (GRAPH, f"{_RACK}/read", f"{VM}/read", f"{_FACE}/read")
_OF_RACKS = {"NAT rules of single machines": (_RULES,), "public addresses": (f"{_ADDRESS}/read",)}
_LEFT_OF_RACKS = (_EXTENSIONS, f"{_BALANCER}/read", f"{LOCK}/read", "Microsoft.Features/providers/features/read")


def _plan() -> Mapping[Source, Needs]:
    seen = (*_HANGS_ON, f"{_NETWORK}/virtualNetworks/read", _PORTS, *_QUOTAS)
    return {
        Source.UNIFORM: Needs(operations=(*_AROUND, *_INSTANCES[Source.UNIFORM]), left_out=seen),
        Source.AVAILABILITY: Needs(operations=_RACKS, variants=dict(_OF_RACKS), left_out=_LEFT_OF_RACKS),
    }


def _verify() -> Mapping[Source, Needs]:
    return {
        Source.UNIFORM: Needs(
            operations=(*_AROUND, *_INSTANCES[Source.FLEXIBLE]),
            variants={"an old set that is still there": _INSTANCES[Source.UNIFORM]},
            left_out=(_PORTS,),
        ),
        Source.AVAILABILITY: Needs(
            operations=(f"{SET}/read", f"{_RACK}/read", f"{VM}/read", f"{_FACE}/read"),
            variants={"--connect": (f"{_BALANCER}/read", f"{_ADDRESS}/read")},
            left_out=(_PORTS,),
        ),
    }


def _adopt() -> Mapping[Source, Needs]:
    uniform, flexible = ((*_AROUND, *_INSTANCES[each]) for each in (Source.UNIFORM, Source.FLEXIBLE))
    return {
        Source.UNIFORM: Needs(operations=uniform, left_out=(_RULES, *_HANGS_ON)),
        Source.FLEXIBLE: Needs(
            operations=flexible,
            variants={"NAT rules of single machines": (_RULES,)},
            left_out=(_RULES, _EXTENSIONS, *_HANGS_ON),
        ),
    }


def _joins(*kinds: str) -> tuple[str, ...]:
    return tuple(f"{_NETWORK}/{kind}/join/action" for kind in kinds)


def _run() -> Mapping[Source, Needs]:
    """A cut-over makes, changes and deletes six types of resources, and joins them to the old set's network."""
    return {Source.UNIFORM: _cut_over(), Source.AVAILABILITY: _move()}


def _cut_over() -> Needs:
    own = (f"{SET}/read", f"{SET}/write", f"{SET}/manualUpgrade/action", f"{INSTANCE}/read", f"{VM}/read")
    return Needs(
        operations=(GRAPH, f"{LOCK}/read", _AUTOSCALE, *own, *_joins("virtualNetworks/subnets")),
        variants={
            "a load balancer": (
                f"{_FACE}/read",
                f"{_FACE}/write",
                *_joins("loadBalancers/backendAddressPools", "loadBalancers/probes"),
            ),
            "NAT pools": (
                f"{_BALANCER}/read",
                f"{_BALANCER}/write",
                *_joins("loadBalancers/inboundNatPools", "publicIPAddresses"),
            ),
            "security groups": _joins("networkSecurityGroups"),
            "--style instances": (
                f"{VM}/write",
                f"{_FACE}/read",
                f"{_FACE}/write",
                *_joins("networkInterfaces", "loadBalancers/inboundNatRules"),
            ),
            "--style instances with extensions": (f"{VM}/extensions/read", f"{VM}/extensions/write"),
            "--style instances with public addresses": (
                f"{_ADDRESS}/read",
                f"{_ADDRESS}/write",
                *_joins("publicIPAddresses"),
            ),
            "--retire": (f"{SET}/delete",),
            "--rollback": (f"{SET}/delete", f"{VM}/delete", f"{_FACE}/delete", f"{_ADDRESS}/delete"),
        },
        references=True,
    )


def _move() -> Needs:
    """What is known of an availability set's move: Microsoft's list lacks the calls that matter."""
    calls = ("validateMigration", "startMigration", "cancelMigration")
    to = "ToVirtualMachineScaleSet/action"
    return Needs(
        operations=(*_RACKS, f"{SET}/read", f"{LOCK}/read"),
        variants={
            "--way migrate": (
                f"{SET}/write",
                f"{_FACE}/write",
                f"{VM}/start/action",
                *_joins("virtualNetworks/subnets", "loadBalancers/backendAddressPools"),
            ),
            "--retire": (f"{_RACK}/delete",),
            "--rollback": (f"{SET}/delete",),
            "security groups of machines": _joins("networkSecurityGroups"),
            "public addresses": (f"{_ADDRESS}/read", *_joins("publicIPAddresses")),
            "NAT rules of single machines": (_RULES, *_joins("loadBalancers/inboundNatRules")),
        },
        left_out=tuple(each for each in _LEFT_OF_RACKS if each != f"{LOCK}/read"),
        unlisted={
            "--way migrate": (*(f"{_RACK}/{each}{to}" for each in calls), f"{VM}/migrate{to}"),
            "--way convert": (f"{_RACK}/convert{to}",),
        },
    )


MOVES: Mapping[str, Mapping[Source, Needs]] = {
    "migrate plan": _plan(),
    "migrate run": _run(),
    "migrate verify": _verify(),
    "adopt": _adopt(),
}
"""The commands, each with what it can be about."""
