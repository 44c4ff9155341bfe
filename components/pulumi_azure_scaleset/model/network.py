"""The network of a scale set: interfaces, load balancer, inbound NAT, outbound."""

import ipaddress
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from pulumi_azure_scaleset.model import ids
from pulumi_azure_scaleset.model.base import InputId, InputStr, Int, Model
from pulumi_azure_scaleset.model.forms import forms, marked
from pulumi_azure_scaleset.model.marks import Enumeration, OfExisting
from pulumi_azure_scaleset.model.sources import Sources
from scaleset_core.facts.checks import show

Port = Annotated[Int, Field(ge=1, le=65535)]
IdleTimeout = Annotated[Int, Field(ge=4, le=100)]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_])?$")]
Zone = Annotated[Literal["1", "2", "3"], Enumeration("Zone", "An availability zone.")]
ProbeProtocol = Annotated[
    Literal["Tcp", "Http", "Https"], Enumeration("ProbeProtocol", "The protocol of a load balancer's probe.")
]
TransportProtocol = Annotated[
    Literal["Tcp", "Udp", "All"], Enumeration("TransportProtocol", "The protocol of traffic through a load balancer.")
]
LoadDistribution = Annotated[
    Literal["Default", "SourceIP", "SourceIPProtocol"],
    Enumeration("LoadDistribution", "What keeps a client at one instance."),
]
AuxiliaryMode = Annotated[
    Literal["None", "AcceleratedConnections", "Floating"],
    Enumeration("AuxiliaryMode", "The auxiliary mode of a network interface, for many connections at once."),
]
AuxiliarySku = Annotated[
    Literal["None", "A1", "A2", "A4", "A8"], Enumeration("AuxiliarySku", "The size of an auxiliary mode.")
]
LabelScope = Annotated[
    Literal["TenantReuse", "SubscriptionReuse", "ResourceGroupReuse", "NoReuse"],
    Enumeration("LabelScope", "Within what a DNS label may be used again; it gets a hash of that."),
]
NatKind = Annotated[Literal["Rule", "PoolRule", "Pool"], Enumeration("NatKind", "How an inbound NAT is made.")]
OutboundMethod = Annotated[
    Literal["LoadBalancer", "NatGateway", "External"], Enumeration("OutboundMethod", "How instances reach the outside.")
]

FIRST_RULE_PORT = 50000
"""The first front-end port of NAT rules to single instances."""
FIRST_POOL_PORT = 51000
"""The first front-end port of pool rules and pools: another range, so that a set may have both, and so that a set
whose mode is changed gets its new ports before the old ones are free."""
NAT_PORTS = 1000
"""How many front-end ports an inbound NAT has unless it says otherwise."""


def _cidr(value: str) -> str:
    try:
        ipaddress.ip_network(value)
    except ValueError as error:
        got = str(error) if len(value) <= _LONGEST_RANGE else f"got {show(value)}"
        raise ValueError(f"expected a range in CIDR form such as 10.0.0.0/16: {got}") from None
    return value


_LONGEST_RANGE = 60
Cidr = Annotated[str, AfterValidator(_cidr)]


class IpTag(Model):
    """A tag of a public address, which Azure routes by."""

    type: InputStr
    """The tag's type, for example RoutingPreference."""
    tag: InputStr
    """The tag's value, for example Internet."""


class PublicIpPerInstance(Model):
    """A public address on each instance."""

    enabled: bool = True
    """Whether there are addresses, once this object is given."""
    domain_name_label: str | None = None
    """The DNS label's prefix."""
    idle_timeout_in_minutes: Annotated[Int, Field(ge=4, le=30)] | None = None
    """The time after which Azure forgets a connection without traffic, in minutes; Azure takes 4 by default."""
    public_ip_prefix_id: Annotated[InputId, ids.IP_PREFIX] | None = None
    """The id of a prefix to take the addresses from."""
    domain_name_label_scope: LabelScope | None = None
    """Within what the label may be used again; with domain_name_label."""
    ip_tags: list[IpTag] = []
    """Tags of the addresses. They are fixed once an address is made."""

    @model_validator(mode="after")
    def _scope(self) -> Self:
        if self.domain_name_label_scope is not None and self.domain_name_label is None:
            raise ValueError("domain_name_label_scope needs domain_name_label")
        return self


class NetworkInterface(Model):
    """One more network interface of each instance, or the primary one in full."""

    name: Name
    """The interface's name, unique on the instance."""
    primary: bool = False
    """True for the interface that the load balancer and outbound traffic use; exactly one is."""
    subnet_id: Annotated[InputId, ids.SUBNET] | None = None
    """The subnet; the set's subnet_id by default."""
    network_security_group_id: Annotated[InputId, ids.SECURITY_GROUP] | None = None
    """A network security group on the interface."""
    application_security_group_ids: list[Annotated[InputId, ids.APPLICATION_GROUP]] = []
    """Application security groups that the interface joins."""
    accelerated_networking: bool | None = None
    """True for SR-IOV; the size must have it."""
    ip_forwarding: bool | None = None
    """True to let the instance forward traffic."""
    auxiliary_mode: AuxiliaryMode | None = None
    """The auxiliary mode, for many connections at once."""
    auxiliary_sku: AuxiliarySku | None = None
    """The size of the auxiliary mode; with auxiliary_mode."""
    disable_tcp_state_tracking: bool | None = None
    """True to follow no TCP connections."""
    dns_servers: list[InputStr] = []
    """DNS servers; the virtual network's by default."""
    enable_ipv6: bool = False
    """True to add a second IP configuration with an IPv6 address from the subnet."""
    public_ip: PublicIpPerInstance | None = None
    """A public address on this interface."""


class VirtualNetwork(Model):
    """A virtual network with one subnet, made by the component when no subnet_id is given."""

    address_prefix: Cidr = "10.0.0.0/16"
    """The network's range in CIDR form."""
    subnet_prefix: Cidr = "10.0.0.0/20"
    """The subnet's range in CIDR form; five of its addresses are Azure's own."""
    network_security_group_id: Annotated[InputId, ids.SECURITY_GROUP] | None = None
    """A network security group on the subnet, in place of the one that allow_from makes."""
    allow_from: Sources | None = None
    """Who may use inbound_nat and the load-balancing rules from outside, where they do not say it themselves: ranges
    (203.0.113.0/24) and service tags; Internet for everybody. It makes a network security group on the subnet that lets
    in their backend ports and nothing else. [] lets nobody in and makes none."""

    @model_validator(mode="after")
    def _inside(self) -> Self:
        subnet, network = ipaddress.ip_network(self.subnet_prefix), ipaddress.ip_network(self.address_prefix)
        if subnet.version != network.version or not subnet.subnet_of(network):  # type: ignore[arg-type]
            raise ValueError(f"subnet_prefix {self.subnet_prefix} lies outside address_prefix {self.address_prefix}")
        if self.network_security_group_id is not None and self.allow_from is not None:
            raise ValueError(
                "allow_from creates a network security group, and network_security_group_id names an existing "
                "one: use only one of them"
            )
        return self


class Probe(Model):
    """A load balancer's health probe: it decides who gets traffic, and on Uniform may be the set's health signal."""

    protocol: ProbeProtocol = "Tcp"
    """The protocol of the probe."""
    port: Port | None = None
    """The port to probe; the rule's backend port by default."""
    request_path: str | None = None
    """The path to ask for; needed with Http and Https."""
    interval_in_seconds: Annotated[Int, Field(ge=5, le=2147483646)] = 5
    """The time between two probes in seconds."""
    probe_threshold: Annotated[Int, Field(ge=1, le=100)] = 2
    """How many probes in a row change the verdict."""

    @model_validator(mode="after")
    def _path(self) -> Self:
        if (self.protocol == "Tcp") == (self.request_path is not None):
            raise ValueError("request_path is needed with Http and Https and forbidden with Tcp")
        return self


class LoadBalancingRule(Model):
    """A load-balancing rule from the front end to the backend pool."""

    protocol: TransportProtocol = "Tcp"
    """The protocol of the traffic."""
    frontend_port: Annotated[Int, Field(ge=0, le=65534)]
    """The port on the front end."""
    backend_port: Annotated[Int, Field(ge=0, le=65535)] | None = None
    """The port on the instances; the frontend port by default."""
    idle_timeout_in_minutes: IdleTimeout | None = None
    """The time after which Azure forgets a connection without traffic, in minutes; Azure takes 4 by default."""
    load_distribution: LoadDistribution | None = None
    """What keeps a client at one instance: Default (nothing, five-tuple), SourceIP or SourceIPProtocol."""
    enable_floating_ip: bool | None = None
    """True for direct server return."""
    enable_tcp_reset: bool | None = None
    """True (default) to reset idle TCP connections."""
    probe: Probe | None = None
    """The rule's probe; a TCP probe of the backend port by default (none for Udp)."""
    allow_from: Sources | None = None
    """Who may use this rule, in place of virtual_network.allow_from."""

    @property
    def port(self) -> int:
        """The port on the instances; 0 for all."""
        return self.frontend_port if self.backend_port is None else self.backend_port


class LoadBalancer(Model):
    """The load balancer in front of the instances: Standard always, made here or an existing one."""

    id: Annotated[InputId, ids.LOAD_BALANCER] | None = None
    """The id of an existing Standard load balancer to use, instead of creating one."""
    backend_address_pool_id: Annotated[InputId, ids.BALANCER_POOL, OfExisting()] | None = None
    """With id: the pool to join; {id}/backendAddressPools/{scale set name} by default (it must exist)."""
    frontend_ip_configuration_id: Annotated[InputId, ids.FRONTEND, OfExisting()] | None = None
    """With id: the front end for NAT rules; needed for inbound_nat."""
    frontend_address: Annotated[InputStr, OfExisting()] | None = None
    """With id: the front end's address, shown in natEndpoints."""
    public_ip_address_id: Annotated[InputId, ids.PUBLIC_IP] | None = None
    """The id of an existing Standard public address for the front end."""
    subnet_id: Annotated[InputId, ids.SUBNET] | None = None
    """Makes an internal load balancer with its front end in this subnet."""
    private_ip_address: InputStr | None = None
    """A fixed address of an internal front end; dynamic by default."""
    zones: list[Zone] = []
    """The zones of a new public address or an internal front end; zone-redundant by default."""
    rules: dict[Name, LoadBalancingRule] = {}
    """Load-balancing rules by name."""

    @model_validator(mode="after")
    def _existing_or_new(self) -> Self:
        existing = marked(LoadBalancer, OfExisting)
        made = [name for name in forms(LoadBalancer) if name not in {"id", *existing}]
        wrong = [name for name in (made if self.id is not None else existing) if getattr(self, name)]
        if wrong and self.id is not None:
            raise ValueError(
                f"{', '.join(wrong)}: only for a load balancer that the component creates; {self._leave_id()}"
            )
        if wrong:
            raise ValueError(f"{', '.join(wrong)}: only with id, the id of an existing load balancer")
        if self.public_ip_address_id is not None and self.subnet_id is not None:
            raise ValueError("public_ip_address_id makes it public and subnet_id internal: use only one of them")
        if self.public_ip_address_id is not None and self.zones:
            raise ValueError("the zones of a front end are those of its address, and public_ip_address_id names one")
        if self.private_ip_address is not None and self.subnet_id is None:
            raise ValueError("private_ip_address needs subnet_id")
        return self

    @staticmethod
    def _leave_id() -> str:
        return "remove id, or configure the existing load balancer where it is declared"

    @property
    def made_here(self) -> bool:
        """Whether the component makes the load balancer."""
        return self.id is None

    @property
    def internal(self) -> bool:
        """Whether the front end has a private address."""
        return self.subnet_id is not None


class InboundNat(Model):
    """A way in to single instances through the load balancer, for example SSH."""

    backend_port: Port
    """The port on the instances."""
    kind: NatKind | None = None
    """Rule (one NAT rule to each named instance; Flexible only), PoolRule (one version 2 rule over the backend pool;
    both modes) or Pool (a NAT pool; Uniform only, retires on 2027-09-30). By default Rule for a Flexible set of named
    instances only, and PoolRule otherwise."""
    protocol: TransportProtocol = "Tcp"
    """The protocol of the traffic."""
    frontend_port_start: Annotated[Int, Field(ge=1, le=65534)] | None = None
    """The first front-end port; by default 50000 for kind Rule and 51000 for the others."""
    frontend_port_end: Annotated[Int, Field(ge=1, le=65534)] | None = None
    """The last front-end port; 999 ports after the first by default. Too few ports block scaling out."""
    idle_timeout_in_minutes: IdleTimeout | None = None
    """The time after which Azure forgets a connection without traffic, in minutes; Azure takes 4 by default."""
    enable_floating_ip: bool | None = None
    """True to let the instance see the front end's address (direct server return)."""
    enable_tcp_reset: bool | None = None
    """True to reset idle TCP connections."""
    detach: bool = False
    """Kind Pool only: True to keep the pool on the load balancer while no instance uses it, the first of two steps to
    remove it; Azure refuses to remove a pool that is in use."""
    allow_from: Sources | None = None
    """Who may use this way in, in place of virtual_network.allow_from."""

    @model_validator(mode="after")
    def _range(self) -> Self:
        start, end = self.frontend_port_start, self.frontend_port_end
        if start is not None and end is not None and end < start:
            raise ValueError(f"frontend_port_end {end} is below frontend_port_start {start}")
        return self


class Outbound(Model):
    """How instances reach the Internet.

    Instances that Azure creates from a Flexible profile have no default outbound access.
    """

    method: OutboundMethod
    """LoadBalancer (an outbound rule on this load balancer), NatGateway (on the network that this component makes, or
    already on the subnet) or External (routed by your network: firewall, proxy, or no outbound access wanted)."""
    allocated_outbound_ports: Annotated[Int, Field(ge=8, le=64000, multiple_of=8)] | None = None
    """With LoadBalancer: SNAT ports of each instance; Azure divides them by default."""
    idle_timeout_in_minutes: Annotated[Int, Field(ge=4, le=120)] | None = None
    """The time after which Azure forgets a connection without traffic, in minutes; Azure takes 4 by default."""
    nat_gateway_id: Annotated[InputId, ids.NAT_GATEWAY] | None = None
    """With NatGateway: an existing NAT gateway for the subnet that this component makes."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.allocated_outbound_ports is not None and self.method != "LoadBalancer":
            raise ValueError("allocated_outbound_ports needs method LoadBalancer")
        if self.nat_gateway_id is not None and self.method != "NatGateway":
            raise ValueError("nat_gateway_id needs method NatGateway")
        elsewhere = self.method == "External" or self.nat_gateway_id is not None
        if self.idle_timeout_in_minutes is not None and elsewhere:
            raise ValueError(
                "idle_timeout_in_minutes needs outbound access that the component creates: set it where yours "
                "is declared"
            )
        return self
