"""Rules between arguments: arguments without effect, which are errors and not silently ignored."""

from collections.abc import Iterable, Iterator

from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.model.capacity import Spot
from pulumi_azure_scaleset.model.forms import marked
from pulumi_azure_scaleset.model.machine import DataDisk, Extension
from pulumi_azure_scaleset.model.marks import DescribesMachines, OfPrimaryInterface, SaysHowMany
from pulumi_azure_scaleset.model.resolved import is_health_extension
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.validation.quoting import quote
from scaleset_core.facts.names import HEALTH_EXTENSION


def problems(model: ScaleSetModel) -> Iterator[Problem]:
    """Arguments that the layout would not use."""
    yield from _primary_interface(model)
    yield from _no_machines(model)
    yield from _health(model)
    if model.flexible and not model.has_profile:
        yield from _restore("spot", model.spot)
        if model.health is not None and model.health.probe_id is not None:
            yield quote("health-probe-on-flexible", "health.probe_id")
        if any(instance.data_disks is None for instance in model.instances.values()):
            yield from _tuned("data_disks", model.data_disks)
    for name, instance in model.instances.items():
        yield from _restore(f"instances[{name!r}].spot", instance.spot)
        yield from _tuned(f"instances[{name!r}].data_disks", instance.data_disks or ())
    yield from _duplicates(model)


def _primary_interface(model: ScaleSetModel) -> Iterator[Problem]:
    primary = next((interface for interface in model.network_interfaces if interface.primary), None)
    if primary is None:
        return
    for field, mark in marked(ScaleSetModel, OfPrimaryInterface).items():
        if getattr(model, field):
            yield Problem(
                field,
                f"it describes the primary interface, and network_interfaces has one, {primary.name!r}: write "
                f"{mark.name or field} there",
            )


def _no_machines(model: ScaleSetModel) -> Iterator[Problem]:
    """A set without machines is valid; one with a size and an image was meant to have some."""
    if not model.flexible or marked(ScaleSetModel, SaysHowMany).keys() & model.model_fields_set:
        return
    described = [field for field in marked(ScaleSetModel, DescribesMachines) if getattr(model, field)]
    if described:
        yield Problem(
            "instances",
            f"{', '.join(described)} describe machines, but the number of machines is missing: set instances, "
            "instance_count or capacity (0 is allowed)",
        )


def _health(model: ScaleSetModel) -> Iterator[Problem]:
    """An extension that has the name of the Application Health extension would replace it."""
    if model.health is None or model.health.probe_id is not None:
        return
    lists = {"extensions": model.extensions}
    lists |= {f"instances[{name!r}].extensions": each.extensions or [] for name, each in model.instances.items()}
    for field, extensions in lists.items():
        for index, extension in enumerate(extensions):
            if extension.name == HEALTH_EXTENSION and not is_health_extension(extension):
                yield Problem(
                    f"{field}[{index}].name",
                    f"{HEALTH_EXTENSION!r} is the name of the extension that health creates: give this one "
                    "another name",
                )


def _restore(field: str, spot: Spot | None) -> Iterator[Problem]:
    for name in ("restore_enabled", "restore_timeout"):
        if spot is not None and getattr(spot, name) is not None:
            yield Problem(
                f"{field}.{name}",
                "Azure restores instances that it created from the profile, not named ones: remove it, or set "
                "capacity and write it into the set's spot",
            )


def _tuned(field: str, disks: Iterable[DataDisk]) -> Iterator[Problem]:
    for index, disk in enumerate(disks):
        for name in ("disk_iops_read_write", "disk_mbps_read_write"):
            if getattr(disk, name) is not None:
                yield Problem(
                    f"{field}[{index}].{name}",
                    "a virtual machine has no such property for a new disk: create the disk with azure-native's "
                    "Disk, set it there, and attach it (create_option Attach, managed_disk_id)",
                )


def _duplicates(model: ScaleSetModel) -> Iterator[Problem]:
    """Names that differ in case only: for Azure they are duplicates."""
    rules = () if model.load_balancer is None else model.load_balancer.rules
    yield from _same_but_case("inbound_nat[{name!r}]", model.inbound_nat)
    yield from _same_but_case("load_balancer.rules[{name!r}]", rules)
    yield from _same_but_case("network_interfaces[{index}].name", [each.name for each in model.network_interfaces])
    yield from _same_but_case("extensions[{index}].name", _named(model.extensions))
    for key, instance in model.instances.items():
        where = f"instances[{key!r}].extensions"
        yield from _same_but_case(where + "[{index}].name", _named(instance.extensions or ()))


def _named(extensions: Iterable[Extension]) -> list[str]:
    return [extension.name for extension in extensions]


def _same_but_case(field: str, names: Iterable[str]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for index, name in enumerate(names):
        other = seen.setdefault(name.lower(), name)
        if other != name:
            where = field.format(name=name, index=index)
            yield Problem(where, f"Azure takes {name!r} for {other!r}: names must differ in more than case")
