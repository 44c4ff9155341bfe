"""Rules of Microsoft.Compute/virtualMachines, including the conditions for joining a Flexible scale set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from . import capacity, machine, network, storage
from .problem import Body, Problem, change_not_allowed, check_duration, dig, invalid, items, missing, same
from .view import Lookup, Machine, nothing

MAX_MEMBERS = 1000
_MORE = "For more information, see https://aka.ms/vmo/attachdetach."


@dataclass(frozen=True)
class VmRequest:
    """A PUT of a VM, or the whole body that a PATCH leads to.

    Attributes:
        name: of the VM.
        group: resource group of the VM.
        body: the ARM body as it would be stored.
        before: the stored body, None when the VM is new.
        lookup: finds referenced resources.
        deallocated: whether the stored VM is deallocated.
        created_in_set: whether the VM was created as a member of its set.
        members: how many VMs the set has that this VM is about to join.
    """

    name: str
    group: str
    body: Body
    before: Body | None = None
    lookup: Lookup = nothing
    deallocated: bool = False
    created_in_set: bool = False
    members: int = 0

    @cached_property
    def properties(self) -> Body:
        """The VM's properties."""
        return self.body.get("properties") or {}

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """The VM's zone, as a tuple of none or one."""
        return tuple(str(zone) for zone in self.body.get("zones") or ())

    def id_of(self, member: str) -> str | None:
        """The id in a reference member such as ``availabilitySet``."""
        found = dig(self.properties, f"{member}.id")
        return str(found) if found else None

    @cached_property
    def machine(self) -> Machine:
        """The VM as a machine model."""
        return Machine(
            body=self.properties,
            mode=None,
            name=self.name,
            zones=self.zones,
            size=str(dig(self.properties, "hardwareProfile.vmSize") or ""),
            ultra_enabled=bool(dig(self.properties, "additionalCapabilities.ultraSSDEnabled")),
            update=self.before is not None,
            lookup=self.lookup,
        )

    @cached_property
    def scale_set(self) -> Body | None:
        """The body of the scale set that the VM names, None when it names none or it is absent."""
        found = self.id_of("virtualMachineScaleSet")
        return self.lookup(found) if found else None

    @property
    def previous_set(self) -> str | None:
        """Id of the set that the stored VM belongs to."""
        found = dig(self.before, "properties.virtualMachineScaleSet.id")
        return str(found) if found else None


def shape(request: VmRequest) -> Iterator[Problem]:
    """A VM has a size, one zone at most, and placement members that do not exclude each other."""
    preferred = dig(request.properties, "flexProfile.preferredVMSize")
    if not request.machine.size and not preferred and request.id_of("virtualMachineScaleSet") is None:
        yield missing("hardwareProfile.vmSize")
    if len(request.zones) > 1:
        yield invalid("zones", "A virtual machine can be placed in one zone at most.")
    together = (
        ("virtualMachineScaleSet", "availabilitySet"),
        ("host", "hostGroup"),
        ("proximityPlacementGroup", "host"),
        ("proximityPlacementGroup", "hostGroup"),
    )
    for one, other in together:
        if request.id_of(one) and request.id_of(other):
            yield invalid(other, f"Parameters '{one}' and '{other}' cannot be set together.")
    if request.id_of("availabilitySet") and request.zones:
        yield invalid("zones", "A virtual machine in an availability set cannot have 'zones'.")
    if (request.id_of("host") or request.id_of("hostGroup")) and request.machine.spot:
        yield invalid("host", "Spot virtual machines cannot be placed on dedicated hosts.")


def reservation(request: VmRequest) -> Iterator[Problem]:
    """Reserved capacity excludes proximity groups, hosts, Spot and Ultra disks (On-demand capacity reservation)."""
    if dig(request.properties, "capacityReservation.capacityReservationGroup.id") is None:
        return
    target = "capacityReservation"
    for other, there in (
        ("proximityPlacementGroup", request.id_of("proximityPlacementGroup")),
        ("host", request.id_of("host") or request.id_of("hostGroup")),
    ):
        if there:
            yield invalid(target, f"Parameters 'capacityReservationGroup' and '{other}' cannot be set together.")
    if request.machine.spot:
        yield invalid(target, "Spot virtual machines cannot use a capacity reservation group.")
    if request.machine.ultra:
        yield invalid(target, "Ultra disks are not supported with a capacity reservation group.")


def nics(request: VmRequest) -> Iterator[Problem]:
    """A VM has at least one NIC, each once, and one primary among several."""
    target = "networkProfile.networkInterfaces"
    interfaces = items(request.properties, target)
    configured = items(request.properties, "networkProfile.networkInterfaceConfigurations")
    if not interfaces and not configured:
        yield missing(target)
        return
    ids = [str(nic.get("id") or "").lower() for nic in interfaces]
    if len(set(ids)) != len(ids):
        yield invalid(target, "A network interface is listed more than once.")
    primary = sum(dig(nic, "properties.primary") is True for nic in interfaces)
    if len(interfaces) > 1 and primary != 1:
        yield Problem(
            "VirtualMachineMustHaveOneNetworkInterfaceAsPrimary",
            f"Virtual machine {request.name} must have one network interface set as the primary.",
            target,
        )


def membership(request: VmRequest) -> Iterator[Problem]:
    """A VM in a set: the set exists, is Flexible, same group, region and zone, and not one placement group."""
    wanted = request.id_of("virtualMachineScaleSet")
    if wanted is None:
        if request.properties.get("platformFaultDomain") is not None:
            yield invalid("platformFaultDomain", "Parameter 'platformFaultDomain' requires 'virtualMachineScaleSet'.")
        return
    if request.scale_set is None:
        yield Problem(
            "NotFound",
            f"The Virtual Machine Scale Set '{wanted}' referenced by the Virtual Machine does not exist.",
            "virtualMachineScaleSet.id",
        )
        return
    name = wanted.rstrip("/").rsplit("/", 1)[-1]
    if dig(request.scale_set, "properties.orchestrationMode") != "Flexible":
        yield Problem(
            "OperationNotAllowed",
            f"This operation is not allowed because referenced Virtual Machine Scale Set '{name}' does not have "
            "orchestration mode set to 'Flexible'.",
            "virtualMachineScaleSet.id",
            409,
        )
        return
    if request.members >= MAX_MEMBERS:
        yield Problem(
            "OperationNotAllowed",
            f"Virtual Machine Scale Set '{name}' has {request.members} Virtual Machines; at most {MAX_MEMBERS} are "
            "allowed.",
            "virtualMachineScaleSet.id",
            409,
        )
    yield from _same_place(request, wanted, request.scale_set)
    yield from _fault_domain(request, name, request.scale_set)
    yield from _balancers(request)
    if request.machine.size.lower() == "standard_b1ls":
        yield invalid(
            "hardwareProfile.vmSize",
            "Virtual Machine Scale Sets with Flexible Orchestration Mode or Virtual Machines referencing such Virtual "
            f"Machine Scale Sets cannot use VM Size '{request.machine.size}'.",
        )


def _same_place(request: VmRequest, wanted: str, scale_set: Body) -> Iterator[Problem]:
    target = "virtualMachineScaleSet.id"
    group = wanted.lower().split("/resourcegroups/")[-1].split("/")[0]
    if group != request.group.lower():
        yield invalid(
            target,
            f"Virtual Machine '{request.name}' and the Virtual Machine Scale Set '{wanted}' that it references must "
            "be in the same resource group.",
        )
    if _region(request.body) != _region(scale_set):
        yield invalid(
            target,
            "A Virtual Machine and the Virtual Machine Scale Set that it references must be in the "
            f"same region: '{request.body.get('location')}' is not '{scale_set.get('location')}'.",
        )
    if dig(scale_set, "placement.zonePlacementPolicy") == "Auto":
        yield from _automatic_place(request, scale_set)
        return
    zones = [str(zone) for zone in scale_set.get("zones") or ()]
    if request.zones and not set(request.zones) <= set(zones):
        yield invalid(
            "zones",
            f"Zone '{request.zones[0]}' of Virtual Machine '{request.name}' is not among the zones "
            f"[{', '.join(zones)}] of the Virtual Machine Scale Set that it references.",
        )
    if zones and not request.zones:
        yield invalid("zones", f"A Virtual Machine in a set with zones [{', '.join(zones)}] must be in one of them.")


def _automatic_place(request: VmRequest, scale_set: Body) -> Iterator[Problem]:
    """Where Azure chooses the zones, existing zonal VMs may join, new ones may not (automatic zone placement)."""
    if request.before is None:
        yield invalid(
            "virtualMachineScaleSet.id",
            "A new Virtual Machine cannot be created in a Virtual Machine Scale Set with automatic zone placement.",
        )
    included, excluded = (dig(scale_set, f"placement.{name}") for name in ("includeZones", "excludeZones"))
    fits = bool(request.zones) and request.zones[0] in (included or request.zones)
    if not fits or request.zones[0] in (excluded or ()):
        yield invalid("zones", "The zone of the Virtual Machine does not comply with the placement of its scale set.")


def _region(body: Body) -> str:
    return str(body.get("location") or "").replace(" ", "").lower()


def _balancers(request: VmRequest) -> Iterator[Problem]:
    """A member's NICs are behind Standard load balancers only."""
    for reference in items(request.properties, "networkProfile.networkInterfaces"):
        nic = request.lookup(str(reference.get("id")))
        for config in items(nic, "properties.ipConfigurations"):
            for pool in items(config, "properties.loadBalancerBackendAddressPools"):
                parent = network.load_balancer_of(str(pool.get("id") or ""))
                balancer = request.lookup(parent) if parent else None
                if balancer is not None and str(dig(balancer, "sku.name") or "Basic").lower() == "basic":
                    yield invalid(
                        "networkProfile.networkInterfaces",
                        f"Load balancer '{parent}' of sku 'Basic' cannot be used by a member of a Virtual Machine "
                        "Scale Set whose orchestrationMode is 'Flexible'. Use a load balancer of sku 'Standard'.",
                    )


def _fault_domain(request: VmRequest, name: str, scale_set: Body) -> Iterator[Problem]:
    domain = request.properties.get("platformFaultDomain")
    count = dig(scale_set, "properties.platformFaultDomainCount") or 1
    single = dig(scale_set, "properties.singlePlacementGroup") is True
    if single:
        reason = "'platformFaultDomain'" if domain is not None else "'virtualMachineScaleSet'"
        yield invalid(
            "virtualMachineScaleSet.id",
            f"Cannot set {reason} on Virtual Machine '{request.name}' because the Virtual Machine Scale Set "
            f"'{name}' that it references has 'singlePlacementGroup' = true.",
        )
    if domain is None:
        return
    if count <= 1:
        yield invalid(
            "platformFaultDomain",
            f"Cannot set 'platformFaultDomain' on Virtual Machine '{request.name}' because the Virtual Machine Scale "
            f"Set '{name}' that it references has 'platformFaultDomainCount' = {count}.",
        )
    elif not 0 <= domain < count:
        yield invalid("platformFaultDomain", f"The fault domain {domain} must fall in the range 0 to {count - 1}.")


def joining(request: VmRequest) -> Iterator[Problem]:
    """Attach of an existing VM, and detach: the conditions of the two, each with its own error code."""
    if request.before is None:
        return
    wanted, had = request.id_of("virtualMachineScaleSet"), request.previous_set
    if wanted is None and had is not None:
        yield from _detach(request, had)
    elif wanted is not None and had is None:
        yield from _attach(request, wanted)
    elif wanted is not None and not same(wanted, had):
        yield change_not_allowed("virtualMachineScaleSet.id")


def _attach(request: VmRequest, wanted: str) -> Iterator[Problem]:
    name = wanted.rstrip("/").rsplit("/", 1)[-1]

    def refuse(code: str, text: str) -> Problem:
        return Problem(code, f"{text} {_MORE}", "virtualMachineScaleSet.id", 409)

    if (dig(request.scale_set, "properties.platformFaultDomainCount") or 1) != 1:
        yield refuse(
            "VmssDoesNotSupportAttachingExistingVMMultiFD",
            f"Referenced Virtual Machine Scale Set '{name}' does not support attaching an existing Virtual Machine to "
            "it because the Virtual Machine Scale Set has more than 1 fault domains.",
        )
    if dig(request.scale_set, "properties.singlePlacementGroup") is not False:
        yield refuse(
            "OperationNotAllowed",
            f"Referenced Virtual Machine Scale Set '{name}' does not support attaching an existing Virtual Machine to "
            "it because its 'singlePlacementGroup' is not false.",
        )
    excluded = (
        ("availabilitySet", "VmssDoesNotSupportAttachingExistingAvsetVM", "an Availability Set"),
        ("proximityPlacementGroup", "VmssDoesNotSupportAttachingPPGVM", "a proximity placement group (PPG)"),
        ("host", "VmssDoesNotSupportAttachingExistingVMOnDedicatedHost", "a dedicated host"),
        ("hostGroup", "VmssDoesNotSupportAttachingExistingVMOnDedicatedHost", "a dedicated host group"),
    )
    for member, code, what in excluded:
        if dig(request.before, f"properties.{member}.id"):
            yield refuse(
                code,
                f"Referenced Virtual Machine '{request.name}' belongs to {what} and attaching to a Virtual Machine "
                "Scale Set is not supported.",
            )


def _detach(request: VmRequest, had: str) -> Iterator[Problem]:
    scale_set = request.lookup(had)
    name = had.rstrip("/").rsplit("/", 1)[-1]
    if (dig(scale_set, "properties.platformFaultDomainCount") or 1) != 1:
        yield Problem(
            "OperationNotAllowed",
            f"Virtual Machine Scale Set '{name}' does not support detaching an existing Virtual Machine from it "
            f"because the Virtual Machine Scale Set has more than 1 fault domains. {_MORE}",
            "virtualMachineScaleSet.id",
            409,
        )
    if request.created_in_set and not request.deallocated:
        yield Problem(
            "VmssDoesNotSupportDetachNonDeallocatedVM",
            "Virtual Machine was created with a Virtual Machine Scale Set association and must be deallocated before "
            "being detached. Deallocate the virtual machine and ensure that the resource is in deallocated power state "
            f"before retrying detach operation. {_MORE}",
            "virtualMachineScaleSet.id",
            409,
        )


def times(request: VmRequest) -> Iterator[Problem]:
    """Extensions take PT15M to PT2H together; a terminate notification comes PT5M to PT15M before, not on Spot."""
    budget = request.properties.get("extensionsTimeBudget")
    yield from check_duration("extensionsTimeBudget", budget, "PT15M", "PT2H")
    base = "scheduledEventsProfile.terminateNotificationProfile"
    notification = dig(request.properties, base) or {}
    yield from check_duration(f"{base}.notBeforeTimeout", notification.get("notBeforeTimeout"), "PT5M", "PT15M")
    if notification.get("enable") is True and request.machine.spot:
        yield invalid(f"{base}.enable", "Terminate notification excludes priority 'Spot'.")


def models(request: VmRequest) -> Iterator[Problem]:
    """The rules that VMs share with scale sets."""
    for rule in (*machine.RULES, *storage.RULES, capacity.spot):
        yield from rule(request.machine)


RULES = (shape, reservation, nics, times, models, membership, joining)
