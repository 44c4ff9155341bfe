"""The way of a packet: public address, front end, rule, machine, security groups, power and health. Pure data.

Sources: "What is Azure Load Balancer?" (secure by default: a Standard load balancer and Standard public addresses are
closed to inbound traffic that no network security group allows; Basic ones are open), "Azure Load Balancer components",
"Inbound NAT rules" (not gated by health probes), "Azure Load Balancer health probes" (a machine that is down gets no
new connection of a load-balancing rule; probes come from 168.63.129.16, which a security group must allow).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from arm_simulator.dataplane.filters import AZURE_BALANCER, PROBE_ADDRESS, Flow, SecurityGroup

SOURCE_PORT = 50_000  # some port of a client; only rules that ask for source ports look at it


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet from outside.

    Attributes:
        source: An address, or ``Internet`` for a client somewhere in it.
        destination: A public address.
        port: The port it is sent to.
        protocol: ``Tcp`` or ``Udp``.
        source_port: The client's port.
    """

    source: str
    destination: str
    port: int
    protocol: str = "Tcp"
    source_port: int = SOURCE_PORT


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An IP configuration of an interface.

    Attributes:
        id: Its id.
        address: Its private address.
        machine: The id of its machine, or an empty string.
        running: Whether the machine runs.
        healthy: Whether what runs on it answers probes.
        subnet_group: The security group of its subnet, and of its interface.
        interface_group: The same of its interface.
        spaces: The prefixes of its virtual network.
        groups: The keys of its application security groups.
    """

    id: str
    address: str
    machine: str
    running: bool = True
    healthy: bool = True
    subnet_group: SecurityGroup | None = None
    interface_group: SecurityGroup | None = None
    spaces: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Way:
    """What leads from a front end to machines: a load-balancing rule, a NAT rule, a NAT pool.

    Attributes:
        name: ``load-balancing rule http``.
        protocol: ``Tcp``, ``Udp`` or ``All``.
        ports: The front-end ports, both ends included; ``(0, 0)`` with ``All``: every port.
        backend_port: The machines' port; 0: the front end's.
        floating: Whether the machine sees the front end's address and port.
        probe: The port that a probe asks, or None if none gates the rule.
        targets: The machines, each with its own front-end port, or None where every machine serves every port.
    """

    name: str
    protocol: str
    ports: tuple[int, int]
    backend_port: int
    floating: bool = False
    probe: int | None = None
    targets: tuple[tuple[int | None, Endpoint], ...] = ()

    def takes(self, packet: Packet) -> bool:
        """Whether a packet to the front end is for this one."""
        if self.protocol.lower() not in {"all", packet.protocol.lower()}:
            return False
        every = self.ports == (0, 0)
        return every or self.ports[0] <= packet.port <= self.ports[1]


@dataclass(frozen=True, slots=True)
class Entrance:
    """What a public address belongs to.

    Attributes:
        name: ``front end lb/front``, ``interface nic``, or an empty string if the address serves nothing.
        standard: Whether it is of the Standard SKU: closed, unless a security group opens it.
        ways: The rules of a front end.
        endpoint: The IP configuration that has the address itself.
    """

    name: str = ""
    standard: bool = True
    ways: tuple[Way, ...] = ()
    endpoint: Endpoint | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the packet reaches one machine.

    Attributes:
        reached: Whether it does.
        machine: The machine's id.
        address: Its private address.
        port: The port that it arrives at.
        path: The steps that it took.
        stopped: The step that stopped it, or an empty string.
    """

    reached: bool
    machine: str = ""
    address: str = ""
    port: int = 0
    path: tuple[str, ...] = ()
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a packet reaches anything; one verdict for each machine that it may be for."""

    verdicts: tuple[Verdict, ...] = field(default=())

    @property
    def reached(self) -> bool:
        """Whether it reaches a machine."""
        return any(verdict.reached for verdict in self.verdicts)

    @property
    def stopped(self) -> str:
        """What stopped it, where it reaches nothing."""
        return "" if self.reached else "; ".join(dict.fromkeys(verdict.stopped for verdict in self.verdicts))


def trace(entrance: Entrance | None, packet: Packet) -> Answer:
    """Follow a packet from the entrance at its destination; None: no public address has it."""
    if entrance is None:
        return _nowhere(f"no public address {packet.destination}")
    if not entrance.name:
        return _nowhere(f"public address {packet.destination} is not in use")
    path = (f"public address {packet.destination}", entrance.name)
    if entrance.endpoint is not None:
        flow = _flow(packet, entrance.endpoint, packet.port, floating=False)
        return Answer((_arrive(entrance, entrance.endpoint, flow, packet.port, path),))
    ways = [way for way in entrance.ways if way.takes(packet)]
    if not ways:
        return _nowhere(f"{entrance.name} has no rule for {packet.protocol} {packet.port}", path)
    return Answer(tuple(verdict for way in ways for verdict in _along(entrance, way, packet, path)))


def _along(entrance: Entrance, way: Way, packet: Packet, path: tuple[str, ...]) -> Iterator[Verdict]:
    path = (*path, way.name)
    targets = [endpoint for port, endpoint in way.targets if port in {None, packet.port}]
    if not targets:
        what = f"no machine has port {packet.port} of {way.name}" if way.targets else f"{way.name} leads to no machine"
        yield Verdict(reached=False, path=path, stopped=what)
    port = packet.port if way.floating or not way.backend_port else way.backend_port
    for endpoint in targets:
        if way.probe is not None:
            down = _probed(endpoint, way.probe)
            if down:
                yield Verdict(False, endpoint.machine, endpoint.address, port, path, down)
                continue
        flow = _flow(packet, endpoint, port, floating=way.floating)
        yield _arrive(entrance, endpoint, flow, port, path)


def _flow(packet: Packet, endpoint: Endpoint, port: int, *, floating: bool) -> Flow:
    destination = packet.destination if floating else endpoint.address
    return Flow(packet.source, packet.source_port, destination, port, packet.protocol, endpoint.spaces, endpoint.groups)


def _probed(endpoint: Endpoint, port: int) -> str:
    """Why a machine is down for a probe, or an empty string."""
    if not endpoint.running:
        return f"probe {port}: {endpoint.machine} does not run"
    if not endpoint.healthy:
        return f"probe {port}: {endpoint.machine} is unhealthy"
    flow = Flow(PROBE_ADDRESS, SOURCE_PORT, endpoint.address, port, "Tcp", endpoint.spaces, endpoint.groups)
    for group in filter(None, (endpoint.subnet_group, endpoint.interface_group)):
        rule = group.deciding(flow)
        if not rule.allow:
            return f"probe {port}: network security group {group.name} denies {AZURE_BALANCER} by rule {rule.name}"
    return ""


def _arrive(entrance: Entrance, endpoint: Endpoint, flow: Flow, port: int, path: tuple[str, ...]) -> Verdict:
    """The last steps: the security groups, then the machine itself."""
    verdict = Verdict(False, endpoint.machine, endpoint.address, port, path)
    groups = (("subnet", endpoint.subnet_group), ("interface", endpoint.interface_group))
    if entrance.standard and not any(group for _, group in groups):
        return replace(verdict, stopped="no network security group: what is Standard lets nothing in")
    for place, group in groups:
        if group is None:
            continue
        rule = group.deciding(flow)
        if not rule.allow:
            return replace(verdict, stopped=f"network security group {group.name} of the {place}: rule {rule.name}")
        verdict = replace(verdict, path=(*verdict.path, f"{group.name}/{rule.name}"))
    if not endpoint.machine:
        return replace(verdict, stopped="the interface has no machine")
    if not endpoint.running:
        return replace(verdict, stopped="the machine does not run")
    return replace(verdict, reached=True, path=(*verdict.path, f"{endpoint.address}:{port}"))


def _nowhere(why: str, path: tuple[str, ...] = ()) -> Answer:
    return Answer((Verdict(reached=False, path=path, stopped=why),))
