"""How one reaches an instance: by a NAT port, its own public address, a Bastion, or scripts; and what stops each way.

A way is decided from what Azure shows, as in :mod:`~scaleset_operations.reachability`; nothing is sent.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scaleset_operations import reachability
from scaleset_operations.azure import Azure
from scaleset_operations.errors import AzureError
from scaleset_operations.instances import Instance
from scaleset_operations.network import Interface, NatMapping, Network, nat_mappings
from scaleset_operations.target import Target, last_segment

Body = Mapping[str, Any]
SSH, RDP = 22, 3389
NAT, PUBLIC, BASTION, SCRIPT = "NAT", "public address", "Bastion", "run-command"
WAYS = (NAT, PUBLIC, BASTION, SCRIPT)
_BASTIONS = """resources
| where type == "microsoft.network/bastionhosts"
| project id, name, resourceGroup, sku = sku.name, native = properties.enableTunneling, \
configurations = properties.ipConfigurations
| order by id asc"""
_FORBIDDEN = 403


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to an instance.

    Attributes:
        kind: One of :data:`WAYS`.
        command: The command to run, as words.
        why_not: What stops it; ``""``: it leads there.
        through: What it goes through.
    """

    kind: str
    command: tuple[str, ...]
    why_not: str = ""
    through: str = ""

    @property
    def line(self) -> str:
        """The command as one types it."""
        return shlex.join(self.command)

    def to_row(self) -> dict[str, Any]:
        """The flat record that is printed."""
        open_ = "yes" if not self.why_not else f"no: {self.why_not}"
        return {"way": self.kind, "through": self.through, "reaches": open_, "command": self.line}


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who signs in, with what.

    Attributes:
        user: The user's name on the machine.
        identity: The file of a private key, or ``""``.
        windows: Whether it is Windows: then by RDP.
        port: The port on the machine; 0: that of ssh or RDP.
    """

    user: str
    identity: str = ""
    windows: bool = False
    port: int = 0

    @property
    def inside(self) -> int:
        """The port on the machine."""
        return self.port or (RDP if self.windows else SSH)

    def command(self, address: str, port: int) -> tuple[str, ...]:
        """The command that connects to an address and port."""
        if self.windows:
            return ("mstsc", f"/v:{address}:{port}")
        key = ("-i", self.identity) if self.identity else ()
        own = ("-p", str(port)) if port != SSH else ()
        return ("ssh", *key, *own, f"{self.user}@{address}" if self.user else address)


def login(model: Body, instance: Instance, *, user: str = "", identity: str = "", port: int = 0) -> Login:
    """The login of an instance: its own profile tells the system and the administrator's name, else the set's."""
    own = (instance.model.get("properties") or {}).get("osProfile") or {}
    profile = (model.get("properties") or {}).get("virtualMachineProfile") or {}
    system = own or profile.get("osProfile") or {}
    disks = (instance.model.get("properties") or {}).get("storageProfile") or profile.get("storageProfile") or {}
    kind = str((disks.get("osDisk") or {}).get("osType") or "").lower()
    windows = "windowsConfiguration" in system or kind == "windows"
    return Login(user=user or str(system.get("adminUsername") or ""), identity=identity, windows=windows, port=port)


def ways(
    target: Target,
    instance: Instance,
    network: Network,
    bastions: Sequence[Body],
    who: Login,
    source: str,
) -> list[Way]:
    """All ways to an instance, those that lead there first.

    Args:
        target: The scale set.
        instance: The instance, with its power state.
        network: What was read around it, with subnets and security groups, and the ports of NAT rules.
        bastions: The Bastions of the subscription, from Resource Graph.
        who: Who signs in.
        source: The client, a public address or ``Internet``.
    """
    faces = [face for face in network.interfaces if face.instance == instance.name]
    found = [
        *_by_nat(instance, network, who, source),
        *_by_address(instance, network, faces, who, source),
        *_by_bastion(instance, faces, bastions, who),
        _by_script(target, instance, who),
    ]
    return sorted(found, key=lambda way: (bool(way.why_not), WAYS.index(way.kind)))


async def read_bastions(azure: Azure) -> tuple[list[dict[str, Any]], str]:
    """The Bastions that one may see, and a note where one may not look."""
    try:
        return await azure.query_graph(_BASTIONS), ""
    except AzureError as error:
        if error.status != _FORBIDDEN:
            raise
        return [], f"Bastions are left out: {error}"


def _by_nat(instance: Instance, network: Network, who: Login, source: str) -> Iterator[Way]:
    for mapping in nat_mappings(network):
        row = mapping.row
        leads = any(face.instance == instance.name for face in mapping.faces)
        if not leads or row["backendPort"] != who.inside:
            continue
        port = row["frontendPort"]
        single = isinstance(port, int)
        why = "" if single else f"which of its ports {port} belongs to this instance is not known"
        why = _verdict(network, mapping, instance, source) or why
        command = who.command(str(row["frontend"]), int(port) if single else 0)
        yield Way(kind=NAT, command=command, why_not=why, through=f"{row['balancer']}/{row['rule']}")


def _verdict(network: Network, mapping: NatMapping, instance: Instance, source: str) -> str:
    return reachability.verdicts(network, mapping, source, {instance.name: instance.power}).get(instance.name, "")


def _by_address(
    instance: Instance, network: Network, faces: Sequence[Interface], who: Login, source: str
) -> Iterator[Way]:
    for face, address in ((face, address) for face in faces for address in instance.public_addresses):
        if not face.public_address:
            continue
        why = reachability.stopped_at(network, face, source, who.inside, instance.power)
        yield Way(kind=PUBLIC, command=who.command(address, who.inside), why_not=why, through=address)


def _by_bastion(instance: Instance, faces: Sequence[Interface], bastions: Sequence[Body], who: Login) -> Iterator[Way]:
    networks = {_network_of(face.subnet) for face in faces} - {""}
    for bastion in bastions:
        own = {
            _network_of(str(((each.get("properties") or {}).get("subnet") or {}).get("id") or ""))
            for each in bastion.get("configurations") or []
        }
        if not own & networks:
            continue
        verb = "rdp" if who.windows else "ssh"
        key = ("--auth-type", "ssh-key", "--ssh-key", who.identity) if who.identity else ("--auth-type", "password")
        more = () if who.windows else (*key, "--username", who.user)
        command = (
            "az", "network", "bastion", verb, "--name", str(bastion["name"]), "--resource-group",
            str(bastion["resourceGroup"]), "--target-resource-id", instance.resource_id, *more,
        )  # fmt: skip
        why = "" if bastion.get("native") is True else "its native client support (enableTunneling) is off"
        why = why or ("" if instance.power in {"", "running"} else f"the instance is {instance.power}")
        yield Way(kind=BASTION, command=command, why_not=why, through=str(bastion["name"]))


def _by_script(target: Target, instance: Instance, who: Login) -> Way:
    shell = ("--command-id", "RunPowerShellScript", "--script", "hostname") if who.windows else ("--script", "hostname")
    command = (
        "scaleset", "instances", "run-command", "--subscription", target.subscription, "-g", target.resource_group,
        "-n", target.name, "-i", instance.instance_id, *shell, "--yes",
    )  # fmt: skip
    why = "" if instance.power in {"", "running"} else f"the instance is {instance.power}"
    return Way(kind=SCRIPT, command=command, why_not=why, through="the machine's agent; no session")


def _network_of(subnet: str) -> str:
    """The virtual network of a subnet's id."""
    place = subnet.lower().find("/subnets/")
    return subnet[:place].lower() if place >= 0 else ""


def no_session(found: Sequence[Way], instance: Instance) -> str:
    """Why nobody can sign in to an instance: the reason of each way that exists, or that there is none."""
    reasons = [f"{way.kind} {way.through}: {way.why_not}" for way in found if way.why_not and way.kind != SCRIPT]
    if not reasons:
        reasons = ["no NAT rule or pool leads to it, it has no public address, and no Bastion is in its network"]
    return f"nothing lets you sign in to {last_segment(instance.name)}: {'; '.join(reasons)}."
