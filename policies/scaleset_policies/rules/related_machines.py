"""Rules about virtual machines and the scale set that they are members of, and about standby pools."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from scaleset_core.facts.checks import (
    Finding,
    NotDecided,
    both,
    evaluate,
    is_number,
    same,
)
from scaleset_core.facts.properties import UNKNOWN, View
from scaleset_core.modes import Mode
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource, Targets
from scaleset_policies.outcome import PASSES, Outcome, not_applicable
from scaleset_policies.relations import SET_OF_MACHINE, is_mode, set_of
from scaleset_policies.rule import Scope
from scaleset_policies.rules.related import decides

_Check = Iterator[Finding | NotDecided]
_MAX_INSTANCES: Final = 1000
_MIN_NAME, _MAX_NAME = 3, 24
_POOL_SET: Final = "attachedVirtualMachineScaleSetId"
_POOL_STATE: Final = "virtualMachineState"
_RUNNING, _USUAL_STATE = "Running", "Deallocated"
_OS_DISK: Final = "virtualMachineProfile.storageProfile.osDisk"
_AUTOMATIC: Final = -1
"""The fault domain that leaves the choice to Azure."""

_NO_SET = "the virtual machine is in no scale set"


@decides("fault-domain-in-range", arm_types.VIRTUAL_MACHINE)
def fault_domain_in_range(estate: Estate, machine: Resource) -> Outcome:
    """A machine's fault domain is one that its set has."""

    def check(view: View, scale_set: View) -> _Check:
        domain = view.value("platformFaultDomain")
        if domain is None or domain == _AUTOMATIC:
            return
        count = scale_set.value("platformFaultDomainCount", 1)
        if not is_number(count) or count <= 1:
            yield Finding("platformFaultDomain", domain, f"the set's platformFaultDomainCount is {_number(count)}")
        elif not is_number(domain) or not 0 <= domain < count:
            yield Finding("platformFaultDomain", domain, f"expected 0 to {_number(count - 1)}")

    return _with_set(estate, machine, set_of(estate, machine), check)


@decides("instance-zone-in-set", arm_types.VIRTUAL_MACHINE)
def instance_zone_in_set(estate: Estate, machine: Resource) -> Outcome:
    """A zonal machine's zone is one of its set's zones."""

    def check(view: View, scale_set: View) -> _Check:
        places = list(scale_set.each("zones[]"))
        allowed = {str(place.value) for place in places if place.known}
        for zone in view.each("zones[]"):
            if zone.known and str(zone.value) in allowed:
                continue
            if zone.hidden or (places and not (zone.known and len(allowed) == len(places))):
                yield NotDecided(zone.path)
            else:
                expected = f"expected one of {', '.join(sorted(allowed))}" if allowed else "the set is regional"
                yield Finding(zone.path, zone.value if zone.known else None, expected)

    return _with_set(estate, machine, set_of(estate, machine), check)


@decides("attach-needs-no-placement-group", arm_types.VIRTUAL_MACHINE)
def attach_needs_no_placement_group(estate: Estate, machine: Resource) -> Outcome:
    """A machine joins only a set whose singlePlacementGroup is not true; an existing machine requires false."""
    existing = _attached_later(machine)

    def check(_: View, scale_set: View) -> _Check:
        group = scale_set.value("singlePlacementGroup")
        if group is True or (existing and group is not False):
            yield Finding(SET_OF_MACHINE, detail=f"the set's singlePlacementGroup is {_lower(group)}")

    return _with_set(estate, machine, set_of(estate, machine), check)


@decides("attach-existing-needs-one-fault-domain", arm_types.VIRTUAL_MACHINE)
def attach_existing_needs_one_fault_domain(estate: Estate, machine: Resource) -> Outcome:
    """An existing machine joins only a set with one fault domain."""
    if not _attached_later(machine):
        return not_applicable("the input does not attach a virtual machine that existed without a scale set")

    def check(_: View, scale_set: View) -> _Check:
        count = scale_set.value("platformFaultDomainCount", 1)
        if count != 1:
            yield Finding(SET_OF_MACHINE, detail=f"the set's platformFaultDomainCount is {_number(count)}, expected 1")

    return _with_set(estate, machine, set_of(estate, machine), check)


@decides("instances-by-name-on-uniform", arm_types.VIRTUAL_MACHINE)
def instances_by_name_on_uniform(estate: Estate, machine: Resource) -> Outcome:
    """A virtual machine resource is not a member of a Uniform set."""
    targets = set_of(estate, machine)
    if targets.nothing:
        return not_applicable(_NO_SET)
    if not estate.whole:
        return Outcome(undecided=(SET_OF_MACHINE,))
    return _on_uniform(estate, targets, SET_OF_MACHINE)


@decides("standby-pool-on-uniform", arm_types.STANDBY_POOL)
def standby_pool_on_uniform(estate: Estate, pool: Resource) -> Outcome:
    """A standby pool is attached to a Flexible set."""
    path = "attachedVirtualMachineScaleSetId"
    targets = estate.follow(pool, path, arm_types.SCALE_SET)
    if targets.nothing:
        return not_applicable("the pool is attached to no scale set")
    return _on_uniform(estate, targets, path)


@decides("standby-pool-one-fault-domain", arm_types.STANDBY_POOL)
def standby_pool_limits(estate: Estate, pool: Resource) -> Outcome:
    """A standby pool's name and capacity, and the set's fault domains are within Azure's limits."""
    named = evaluate(both(_pool_name, _pool_capacity), pool.view)
    targets = estate.follow(pool, "attachedVirtualMachineScaleSetId", arm_types.SCALE_SET)
    if targets.nothing:
        return Outcome(named.findings, named.undecided)
    rest = _with_set(estate, pool, targets, _pool_domains)
    return Outcome((*named.findings, *rest.findings), (*named.undecided, *rest.undecided))


@decides("standby-pool-keeps-no-ephemeral-disks", arm_types.STANDBY_POOL)
def standby_pool_disks(estate: Estate, pool: Resource) -> Outcome:
    """A pool of machines that do not run has none with an ephemeral OS disk."""

    def check(view: View, scale_set: View) -> _Check:
        state = view.value(_POOL_STATE, _USUAL_STATE)
        if not same(state, _RUNNING) and scale_set.has(f"{_OS_DISK}.diffDiskSettings"):
            yield Finding(_POOL_STATE, state, "the set's OS disks are ephemeral")

    return _with_set(estate, pool, estate.follow(pool, _POOL_SET, arm_types.SCALE_SET), check)


@decides("hibernated-standby-pool-needs-hibernation", arm_types.STANDBY_POOL)
def standby_pool_hibernation(estate: Estate, pool: Resource) -> Outcome:
    """A pool of hibernated machines serves a set whose instances can hibernate."""

    def check(view: View, scale_set: View) -> _Check:
        state = view.value(_POOL_STATE, _USUAL_STATE)
        if same(state, "Hibernated") and scale_set.value("additionalCapabilities.hibernationEnabled") is not True:
            yield Finding(_POOL_STATE, state, "the set's hibernationEnabled is not true")

    return _with_set(estate, pool, estate.follow(pool, _POOL_SET, arm_types.SCALE_SET), check)


@decides("running-standby-pool-excludes-autoscale", arm_types.STANDBY_POOL)
def standby_pool_and_autoscale(estate: Estate, pool: Resource) -> Outcome:
    """A pool of running machines serves a set without autoscale."""
    targets = estate.follow(pool, _POOL_SET, arm_types.SCALE_SET)
    if targets.nothing:
        return not_applicable("the pool is attached to no scale set")
    state = pool.view.value(_POOL_STATE, _USUAL_STATE)
    if not same(state, _RUNNING):
        return PASSES
    if not targets.settled or not estate.whole:
        return Outcome(undecided=(_POOL_SET,))
    flexible = is_mode(targets.sure[0], Mode.FLEXIBLE, estate)
    if not flexible:
        uniform = not_applicable(f"{targets.sure[0]} is a Uniform set")
        return uniform if flexible is False else Outcome(undecided=(f"orchestrationMode of {targets.sure[0]}",))
    scaling = _scaled(estate, targets.sure[0])
    return Outcome((Finding(_POOL_STATE, state, scaling.detail),) if scaling.detail else (), scaling.undecided)


@dataclass(frozen=True, slots=True)
class _Scaling:
    """Whether autoscale scales a set: what scales it, and what may."""

    detail: str = ""
    undecided: tuple[str, ...] = ()


def _scaled(estate: Estate, scale_set: Resource) -> _Scaling:
    unsure: list[str] = []
    for setting in estate.of_type(arm_types.AUTOSCALE):
        scaled = estate.follow(setting, "targetResourceUri", arm_types.SCALE_SET)
        on = setting.view.value("enabled", default=True)
        if on is not False and scale_set in scaled.sure:
            return _Scaling(f"{setting} scales the set")
        if on is not False and (scaled.maybe or scaled.blind):
            unsure.append(f"targetResourceUri of {setting}")
    return _Scaling(undecided=tuple(unsure))


@decides("set-actions-protection-needs-scale-in", arm_types.SCALE_SET_VM, scope=Scope.RESOURCE)
def set_actions_protection_needs_scale_in(_: Estate, instance: Resource) -> Outcome:
    """Protection from set-wide actions does not exclude protection from scale-in."""

    def check(view: View) -> _Check:
        if (
            view.value("protectionPolicy.protectFromScaleSetActions") is True
            and view.value("protectionPolicy.protectFromScaleIn") is False
        ):
            yield Finding("protectionPolicy.protectFromScaleIn", value=False, detail="expected true")

    outcome = evaluate(check, instance.view)
    return Outcome(outcome.findings, outcome.undecided)


def _pool_name(view: View) -> _Check:
    path = "standbyVirtualMachinePoolName" if view.has("standbyVirtualMachinePoolName") else "name"
    name = view.value(path)
    if isinstance(name, str) and not _MIN_NAME <= len(name) <= _MAX_NAME:
        yield Finding(path, name, f"{len(name)} characters, expected {_MIN_NAME} to {_MAX_NAME}")


def _pool_domains(_: View, scale_set: View) -> _Check:
    count = scale_set.value("platformFaultDomainCount", 1)
    if count != 1:
        detail = f"the set's platformFaultDomainCount is {_number(count)}, expected 1"
        yield Finding("attachedVirtualMachineScaleSetId", detail=detail)


def _pool_capacity(pool: View) -> _Check:
    """The pool has as many machines as its set lacks of this number, so that set and pool together have no more."""
    path = "elasticityProfile.maxReadyCapacity"
    ready = pool.value(path, 0)
    if is_number(ready) and ready > _MAX_INSTANCES:
        yield Finding(path, ready, f"expected at most {_MAX_INSTANCES}")


def _with_set(estate: Estate, resource: Resource, targets: Targets, check: Callable[[View, View], _Check]) -> Outcome:
    """Run ``check`` on a resource and the one Flexible set that it belongs to."""
    if targets.nothing:
        return not_applicable("it belongs to no scale set")
    path = "attachedVirtualMachineScaleSetId" if resource.type == arm_types.STANDBY_POOL else SET_OF_MACHINE
    if not targets.settled or not estate.whole:
        # A check that does not read the set can still be decided.
        outcome = evaluate(lambda view: check(view, View(UNKNOWN)), resource.view)
        if not outcome.findings and not outcome.undecided:
            return PASSES
        return Outcome(undecided=(path,))
    scale_set = targets.sure[0]
    flexible = is_mode(scale_set, Mode.FLEXIBLE, estate)
    if flexible is False:
        return not_applicable(f"{scale_set} is a Uniform set")
    outcome = evaluate(lambda view: check(view, scale_set.view), resource.view)
    if flexible is None and not outcome.clean:
        return Outcome(undecided=(f"orchestrationMode of {scale_set}",))
    return Outcome(outcome.findings, outcome.undecided)


def _on_uniform(estate: Estate, targets: Targets, path: str) -> Outcome:
    """A finding for each Uniform set that the reference at ``path`` names."""
    answers = [(each, is_mode(each, Mode.UNIFORM, estate)) for each in targets.sure]
    findings = tuple(Finding(path, detail=f"{each} is a Uniform set") for each, answer in answers if answer)
    unsure = not targets.settled or any(answer is None for _, answer in answers)
    return Outcome(findings, (path,) if unsure and not findings else ())


def _attached_later(machine: Resource) -> bool:
    before = machine.before
    return before is not None and View(before).first("virtualMachineScaleSet") is None and before is not UNKNOWN


def _number(value: Any) -> str:
    return f"{value:g}" if is_number(value) else str(value)


def _lower(value: Any) -> str:
    return "not set" if value is None else str(value).lower()
