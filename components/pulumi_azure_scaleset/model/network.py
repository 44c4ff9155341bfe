"""Validated: the network of a scale set. The fields are those of ``args_network``."""

import ipaddress
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from pulumi_azure_scaleset.model import ids
from pulumi_azure_scaleset.model.base import InputId, InputStr, Int, Model
from scaleset_core.facts.checks import show

Port = Annotated[Int, Field(ge=1, le=65535)]
IdleTimeout = Annotated[Int, Field(ge=4, le=100)]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_])?$")]
Zone = Literal["1", "2", "3"]

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


class PublicIpPerInstance(Model):
    """A public address on each instance."""

    enabled: bool = True
    domain_name_label: str | None = None
    idle_timeout_in_minutes: Annotated[Int, Field(ge=4, le=30)] | None = None
    public_ip_prefix_id: Annotated[InputId, ids.IP_PREFIX] | None = None


class NetworkInterface(Model):
    """A network interface of each instance."""

    name: Name
    primary: bool = False
    subnet_id: Annotated[InputId, ids.SUBNET] | None = None
    network_security_group_id: Annotated[InputId, ids.SECURITY_GROUP] | None = None
    application_security_group_ids: list[Annotated[InputId, ids.APPLICATION_GROUP]] = []
    accelerated_networking: bool | None = None
    ip_forwarding: bool | None = None
    dns_servers: list[InputStr] = []
    enable_ipv6: bool = False
    public_ip: PublicIpPerInstance | None = None


class VirtualNetwork(Model):
    """A virtual network with one subnet."""

    address_prefix: Cidr = "10.0.0.0/16"
    subnet_prefix: Cidr = "10.0.0.0/20"
    network_security_group_id: Annotated[InputId, ids.SECURITY_GROUP] | None = None

    @model_validator(mode="after")
    def _inside(self) -> Self:
        subnet, network = ipaddress.ip_network(self.subnet_prefix), ipaddress.ip_network(self.address_prefix)
        if subnet.version != network.version or not subnet.subnet_of(network):  # type: ignore[arg-type]
            raise ValueError(f"subnet_prefix {self.subnet_prefix} lies outside address_prefix {self.address_prefix}")
        return self


class Probe(Model):
    """A load balancer's health probe."""

    protocol: Literal["Tcp", "Http", "Https"] = "Tcp"
    port: Port | None = None
    request_path: str | None = None
    interval_in_seconds: Annotated[Int, Field(ge=5, le=2147483646)] = 5
    probe_threshold: Annotated[Int, Field(ge=1, le=100)] = 2

    @model_validator(mode="after")
    def _path(self) -> Self:
        if (self.protocol == "Tcp") == (self.request_path is not None):
            raise ValueError("request_path is needed with Http and Https and forbidden with Tcp")
        return self


class LoadBalancingRule(Model):
    """A load-balancing rule."""

    protocol: Literal["Tcp", "Udp", "All"] = "Tcp"
    frontend_port: Annotated[Int, Field(ge=0, le=65534)]
    backend_port: Annotated[Int, Field(ge=0, le=65535)] | None = None
    idle_timeout_in_minutes: IdleTimeout | None = None
    load_distribution: Literal["Default", "SourceIP", "SourceIPProtocol"] | None = None
    enable_floating_ip: bool | None = None
    enable_tcp_reset: bool | None = None
    probe: Probe | None = None


class LoadBalancer(Model):
    """The load balancer, made here or existing."""

    id: Annotated[InputId, ids.LOAD_BALANCER] | None = None
    backend_address_pool_id: Annotated[InputId, ids.BALANCER_POOL] | None = None
    frontend_ip_configuration_id: Annotated[InputId, ids.FRONTEND] | None = None
    frontend_address: InputStr | None = None
    public_ip_address_id: Annotated[InputId, ids.PUBLIC_IP] | None = None
    subnet_id: Annotated[InputId, ids.SUBNET] | None = None
    private_ip_address: InputStr | None = None
    zones: list[Zone] = []
    rules: dict[Name, LoadBalancingRule] = {}

    @model_validator(mode="after")
    def _existing_or_new(self) -> Self:
        made = ("public_ip_address_id", "subnet_id", "private_ip_address", "zones", "rules")
        existing = ("backend_address_pool_id", "frontend_ip_configuration_id", "frontend_address")
        wrong = [name for name in (made if self.id is not None else existing) if getattr(self, name)]
        if wrong and self.id is not None:
            raise ValueError(f"{', '.join(wrong)}: only for a load balancer made here; {self._leave_id()}")
        if wrong:
            raise ValueError(f"{', '.join(wrong)}: only with id, the id of an existing load balancer")
        if self.public_ip_address_id is not None and self.subnet_id is not None:
            raise ValueError("public_ip_address_id makes it public and subnet_id internal: give one of them")
        if self.public_ip_address_id is not None and self.zones:
            raise ValueError("the zones of a front end are those of its address, and public_ip_address_id names one")
        if self.private_ip_address is not None and self.subnet_id is None:
            raise ValueError("private_ip_address needs subnet_id")
        return self

    @staticmethod
    def _leave_id() -> str:
        return "leave id out, or configure the existing load balancer where it is declared"

    @property
    def made_here(self) -> bool:
        """Whether the component makes the load balancer."""
        return self.id is None

    @property
    def internal(self) -> bool:
        """Whether the front end has a private address."""
        return self.subnet_id is not None


class InboundNat(Model):
    """A way in to single instances."""

    backend_port: Port
    kind: Literal["Rule", "PoolRule", "Pool"] | None = None
    protocol: Literal["Tcp", "Udp", "All"] = "Tcp"
    frontend_port_start: Annotated[Int, Field(ge=1, le=65534)] | None = None
    frontend_port_end: Annotated[Int, Field(ge=1, le=65534)] | None = None
    idle_timeout_in_minutes: IdleTimeout | None = None
    enable_tcp_reset: bool | None = None
    detach: bool = False

    @model_validator(mode="after")
    def _range(self) -> Self:
        start, end = self.frontend_port_start, self.frontend_port_end
        if start is not None and end is not None and end < start:
            raise ValueError(f"frontend_port_end {end} is below frontend_port_start {start}")
        return self


class Outbound(Model):
    """How instances reach the outside."""

    method: Literal["LoadBalancer", "NatGateway", "External"]
    allocated_outbound_ports: Annotated[Int, Field(ge=8, le=64000, multiple_of=8)] | None = None
    idle_timeout_in_minutes: Annotated[Int, Field(ge=4, le=120)] | None = None
    nat_gateway_id: Annotated[InputId, ids.NAT_GATEWAY] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.allocated_outbound_ports is not None and self.method != "LoadBalancer":
            raise ValueError("allocated_outbound_ports goes with method LoadBalancer")
        if self.nat_gateway_id is not None and self.method != "NatGateway":
            raise ValueError("nat_gateway_id goes with method NatGateway")
        elsewhere = self.method == "External" or self.nat_gateway_id is not None
        if self.idle_timeout_in_minutes is not None and elsewhere:
            raise ValueError(
                "idle_timeout_in_minutes is for a way out that is made here: set it where that is declared"
            )
        return self
