"""The network of a scale set: interfaces, load balancer, inbound NAT, outbound. Read by Pulumi's component analyzer.

No ``from __future__ import annotations`` here: the analyzer reads annotations as they are.
"""

from typing import Required, TypedDict

import pulumi


class PublicIpPerInstance(TypedDict, total=False):
    """A public address on each instance."""

    enabled: bool
    """True by default, once this object is given."""
    domain_name_label: str
    """The DNS label's prefix."""
    idle_timeout_in_minutes: int
    """4 to 30; 4 by default."""
    public_ip_prefix_id: pulumi.Input[str]
    """The id of a prefix to take the addresses from."""


class NetworkInterface(TypedDict, total=False):
    """One more network interface of each instance, or the primary one in full."""

    name: Required[str]
    """The interface's name, unique on the instance."""
    primary: bool
    """True for the interface that the load balancer and outbound traffic use; exactly one is."""
    subnet_id: pulumi.Input[str]
    """The subnet; the set's subnet_id by default."""
    network_security_group_id: pulumi.Input[str]
    """A network security group on the interface."""
    application_security_group_ids: list[pulumi.Input[str]]
    """Application security groups that the interface joins."""
    accelerated_networking: bool
    """True for SR-IOV; the size must have it."""
    ip_forwarding: bool
    """True to let the instance forward traffic."""
    dns_servers: list[pulumi.Input[str]]
    """DNS servers; the virtual network's by default."""
    enable_ipv6: bool
    """True to add a second IP configuration with an IPv6 address from the subnet."""
    public_ip: PublicIpPerInstance
    """A public address on this interface."""


class VirtualNetwork(TypedDict, total=False):
    """A virtual network with one subnet, made by the component when no subnet_id is given."""

    address_prefix: str
    """The network's range in CIDR form; 10.0.0.0/16 by default."""
    subnet_prefix: str
    """The subnet's range in CIDR form; 10.0.0.0/20 by default (4,091 addresses)."""
    network_security_group_id: pulumi.Input[str]
    """A network security group on the subnet."""


class Probe(TypedDict, total=False):
    """A load balancer's health probe: it decides who gets traffic, and on Uniform may be the set's health signal."""

    protocol: str
    """Tcp (default), Http or Https."""
    port: int
    """The port to probe; the rule's backend port by default."""
    request_path: str
    """The path to ask for; needed with Http and Https."""
    interval_in_seconds: int
    """The time between two probes in seconds; 5 by default."""
    probe_threshold: int
    """How many probes in a row change the verdict; 2 by default."""


class LoadBalancingRule(TypedDict, total=False):
    """A load-balancing rule from the front end to the backend pool."""

    protocol: str
    """Tcp (default), Udp or All."""
    frontend_port: Required[int]
    """The port on the front end."""
    backend_port: int
    """The port on the instances; the frontend port by default."""
    idle_timeout_in_minutes: int
    """4 to 100; 4 by default."""
    load_distribution: str
    """Default (five-tuple), SourceIP or SourceIPProtocol."""
    enable_floating_ip: bool
    """True for direct server return."""
    enable_tcp_reset: bool
    """True (default) to reset idle TCP connections."""
    probe: Probe
    """The rule's probe; a TCP probe of the backend port by default (none for Udp)."""


class LoadBalancer(TypedDict, total=False):
    """The load balancer in front of the instances: Standard always, made here or an existing one."""

    id: pulumi.Input[str]
    """The id of an existing Standard load balancer, to stand behind it instead of making one."""
    backend_address_pool_id: pulumi.Input[str]
    """With id: the pool to join; {id}/backendAddressPools/{scale set name} by default (it must exist)."""
    frontend_ip_configuration_id: pulumi.Input[str]
    """With id: the front end for NAT rules; needed for inbound_nat."""
    frontend_address: pulumi.Input[str]
    """With id: the front end's address, shown in natEndpoints."""
    public_ip_address_id: pulumi.Input[str]
    """The id of an existing Standard public address for the front end."""
    subnet_id: pulumi.Input[str]
    """Makes an internal load balancer with its front end in this subnet."""
    private_ip_address: pulumi.Input[str]
    """A fixed address of an internal front end; dynamic by default."""
    zones: list[str]
    """The zones of a new public address or an internal front end; zone-redundant by default."""
    rules: dict[str, LoadBalancingRule]
    """Load-balancing rules by name."""


class InboundNat(TypedDict, total=False):
    """A way in to single instances through the load balancer, for example SSH."""

    backend_port: Required[int]
    """The port on the instances, 1 to 65535."""
    kind: str
    """Rule (one NAT rule to each named instance; Flexible only), PoolRule (one version 2 rule over the backend pool;
    both modes) or Pool (a NAT pool; Uniform only, retires on 2027-09-30). By default Rule for a Flexible set of named
    instances only, and PoolRule otherwise."""
    protocol: str
    """Tcp (default), Udp or All."""
    frontend_port_start: int
    """The first front-end port; by default 50000 for kind Rule and 51000 for the others."""
    frontend_port_end: int
    """The last front-end port; 999 ports after the first by default. Too few ports block scaling out."""
    idle_timeout_in_minutes: int
    """4 to 100; 4 by default."""
    enable_tcp_reset: bool
    """True to reset idle TCP connections."""
    detach: bool
    """Kind Pool only: True to keep the pool on the load balancer while no instance uses it, the first of two steps to
    remove it; Azure refuses to remove a pool that is in use."""


class Outbound(TypedDict, total=False):
    """How instances reach the outside. Azure gives instances made from a Flexible profile no way out by itself."""

    method: Required[str]
    """LoadBalancer (an outbound rule on this load balancer), NatGateway (on the network that this component makes, or
    already on the subnet) or External (routed by your network: firewall, proxy, or no way out wanted)."""
    allocated_outbound_ports: int
    """With LoadBalancer: SNAT ports of each instance, a multiple of 8; Azure divides them by default."""
    idle_timeout_in_minutes: int
    """4 to 120; 4 by default."""
    nat_gateway_id: pulumi.Input[str]
    """With NatGateway: an existing NAT gateway for the subnet that this component makes."""
