"""What instances are reached by from outside, and who lets it in.

A Standard load balancer and a Standard public address are closed until a network security group lets traffic in
(learn.microsoft.com: What is Azure Load Balancer, Secure by default). A group sees a packet after the load balancer
has translated its destination: the backend port, and the client's own address.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi_azure_scaleset.model import network as n
from pulumi_azure_scaleset.model.resolved import nat_kind, needs_load_balancer
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel


@dataclass(frozen=True, slots=True)
class Way:
    """A way from outside to a port of the instances.

    Attributes:
        name: Its name, unique among all ways.
        field: The argument that asks for it.
        protocol: Tcp, Udp or All.
        port: The port on the instances; 0 for all.
        public: Whether it leads in from outside the virtual network, or may: the front end of a load balancer that is
            declared elsewhere is not known.
        allow_from: Who may use it, as the way itself says; None if it says nothing.
    """

    name: str
    field: str
    protocol: str
    port: int
    public: bool
    allow_from: Sequence[Any] | None


def ways(model: ScaleSetModel) -> list[Way]:
    """Every way that the arguments ask for."""
    return list(_ways(model))


def _ways(model: ScaleSetModel) -> Iterator[Way]:
    if not needs_load_balancer(model):
        return
    balancer = model.load_balancer or n.LoadBalancer()
    public = not balancer.internal
    for name, rule in balancer.rules.items():
        field = f"load_balancer.rules[{name!r}]"
        yield Way(f"rule-{name}", field, rule.protocol, rule.port, public, rule.allow_from)
    for name, nat in model.inbound_nat.items():
        if nat.detach and nat_kind(model, nat) == "Pool":
            continue
        yield Way(f"nat-{name}", f"inbound_nat[{name!r}]", nat.protocol, nat.backend_port, public, nat.allow_from)


def guarded(model: ScaleSetModel) -> bool:
    """Whether a network security group of the user's own decides what the primary interfaces get."""
    primary = _primary(model)
    own = model.network_security_group_id if primary is None else primary.network_security_group_id
    subnet = model.virtual_network.network_security_group_id if model.virtual_network is not None else None
    return own is not None or subnet is not None


def in_own_subnet(model: ScaleSetModel) -> bool:
    """Whether the primary interfaces are in the subnet that the component makes."""
    primary = _primary(model)
    return model.virtual_network is not None and (primary is None or primary.subnet_id is None)


def _primary(model: ScaleSetModel) -> n.NetworkInterface | None:
    """The primary interface, if it is described in full."""
    return next((each for each in model.network_interfaces if each.primary), None)


def sources_of(model: ScaleSetModel, way: Way) -> Sequence[Any] | None:
    """Who may use a way: as it says itself, else as the network says; None if nobody says."""
    if way.allow_from is not None:
        return way.allow_from
    return None if model.virtual_network is None else model.virtual_network.allow_from


def openings(model: ScaleSetModel) -> list[tuple[Way, Sequence[Any]]]:
    """What the network security group of the component's subnet lets in: each way with its sources, none without."""
    if not in_own_subnet(model):
        return []
    found = ((way, sources_of(model, way)) for way in ways(model))
    return [(way, sources) for way, sources in found if sources]
