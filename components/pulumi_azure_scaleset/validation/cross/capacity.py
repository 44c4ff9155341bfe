"""Rules between arguments: who makes how many instances, and what works on a profile only."""

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.model.resolved import fault_domains, standby_pool_name
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.validation.cross.machine import duplicate_ids
from pulumi_azure_scaleset.validation.quoting import quote
from scaleset_core.facts.checks import show
from scaleset_core.modes import RULES

_MAXIMUM = 1000
_POOL_NAME = (3, 24)

# These describe the profile's instances; without a profile Azure has nothing to apply them to.
_PROFILE_ONLY = (
    "upgrade_policy",
    "automatic_repairs",
    "scale_in_policy",
    "instance_mix",
    "priority_mix",
    "computer_name_prefix",
    "network_api_version",
)


def problems(model: ScaleSetModel) -> Iterator[Problem]:
    """Problems of capacity."""
    yield from _owner(model)
    yield from _profile_only(model)
    yield from _total(model)
    yield from _standby_pool(model)
    yield from _attached(model)
    yield from _zones(model)
    yield from _accepted(model)


def _owner(model: ScaleSetModel) -> Iterator[Problem]:
    if not model.flexible and model.capacity is None and model.autoscale is None:
        yield Problem("capacity", "a Uniform set needs it: the number of instances, 0 to 1,000 (or autoscale)")
    if model.ignore_capacity_changes is False and model.autoscale is not None:
        yield Problem(
            "ignore_capacity_changes",
            "autoscale controls the capacity: with false every `pulumi up` would reset it; remove it",
        )
    if model.ignore_capacity_changes and not model.has_profile:
        yield Problem("ignore_capacity_changes", "it needs a capacity: this set has named instances only")


def _profile_only(model: ScaleSetModel) -> Iterator[Problem]:
    if model.has_profile:
        return
    for field in _PROFILE_ONLY:
        if getattr(model, field) is not None:
            yield Problem(
                field,
                "it applies to instances that Azure creates from the profile, and this set has only named "
                "instances: set capacity (0 is allowed), or remove it",
            )


def _total(model: ScaleSetModel) -> Iterator[Problem]:
    if not model.flexible:
        return
    total = model.profile_capacity + len(model.instances) + len(model.attached_virtual_machine_ids)
    if total > _MAXIMUM and len(model.instances) > 0:
        yield Problem(
            "instances",
            f"{total} instances together (named, attached and from the profile), and a Flexible set has at most "
            f"{_MAXIMUM}: "
            "split them over several sets",
        )


def _standby_pool(model: ScaleSetModel) -> Iterator[Problem]:
    pool = model.standby_pool
    if pool is None:
        return
    if not model.flexible:
        yield quote("standby-pool-on-uniform", "standby_pool")
        return
    name, (low, high) = standby_pool_name(model, pool), _POOL_NAME
    if not low <= len(name) <= high:
        yield Problem("standby_pool.name", f"{name!r} has {len(name)} characters; expected {low} to {high}: set name")
    if fault_domains(model) != 1:
        yield quote("standby-pool-one-fault-domain", "platform_fault_domain_count", fault_domains(model))
    if pool.virtual_machine_state != "Running" and model.os_disk.ephemeral:
        yield quote("standby-pool-keeps-no-ephemeral-disks", "standby_pool", pool.virtual_machine_state)
    if pool.virtual_machine_state == "Hibernated" and not model.hibernation_enabled:
        yield quote("hibernated-standby-pool-needs-hibernation", "standby_pool", pool.virtual_machine_state)
    if pool.virtual_machine_state == "Running" and model.autoscale is not None and model.autoscale.enabled:
        yield quote("running-standby-pool-excludes-autoscale", "standby_pool", pool.virtual_machine_state)
    if model.instance_mix is not None:
        yield Problem("standby_pool", "it does not work with instance_mix: use one vm_size, or remove the pool")


def _attached(model: ScaleSetModel) -> Iterator[Problem]:
    attached = model.attached_virtual_machine_ids
    if not attached:
        return
    if not model.flexible:
        yield Problem(
            "attached_virtual_machine_ids",
            "an existing virtual machine cannot join a Uniform set: Azure creates all its instances from the "
            "profile. Instead: use orchestration_mode Flexible, or remove it",
        )
        return
    if fault_domains(model) != 1:
        yield quote("attach-existing-needs-one-fault-domain", "platform_fault_domain_count", fault_domains(model))
    if model.proximity_placement_group_id is not None:
        yield Problem(
            "attached_virtual_machine_ids",
            "an existing virtual machine cannot join a set with a proximity placement group: remove one of the two",
        )
    yield from duplicate_ids("attached_virtual_machine_ids", attached)


def _zones(model: ScaleSetModel) -> Iterator[Problem]:
    if len(set(model.zones)) != len(model.zones):
        yield Problem("zones", f"got {list(model.zones)}; each zone is named once, in any order")
    single = _single_placement_group(model)
    joins = (single is True and model.instances) or (single is not False and model.attached_virtual_machine_ids)
    if model.flexible and joins:
        yield quote("attach-needs-no-placement-group", "single_placement_group", value=single)


def _single_placement_group(model: ScaleSetModel) -> Any:
    """What Azure will get: the argument, or what ``overrides`` replaces it with (null lets the platform choose)."""
    raw = model.overrides.get("scaleSet")
    given = bool(model.single_placement_group)
    return raw.get("singlePlacementGroup", given) if isinstance(raw, Mapping) else given


def _accepted(model: ScaleSetModel) -> Iterator[Problem]:
    contested = [entry.id for entry in RULES.values() if entry.contested]
    for index, identity in enumerate(model.accept_rules):
        if identity not in RULES:
            yield Problem(
                f"accept_rules[{index}]", f"there is no rule {show(identity)}; contested are {_list(contested)}"
            )
        elif identity not in contested:
            yield Problem(
                f"accept_rules[{index}]",
                f"{show(identity)} is not contested, Azure refuses what it forbids; contested are {_list(contested)}",
            )


def _list(items: list[str]) -> str:
    return ", ".join(items)
