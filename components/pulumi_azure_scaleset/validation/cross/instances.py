"""Rules between arguments: named instances, their names, places and protection."""

import re
from collections.abc import Iterator

from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.model.resolved import fault_domains
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.validation.quoting import quote

_DECIMAL = re.compile(r"[0-9]+")


def problems(model: ScaleSetModel) -> Iterator[Problem]:
    """Problems of named instances."""
    yield from _flexible(model) if model.flexible else _uniform(model)
    if model.protection is not None and not model.instances:
        yield Problem(
            "protection", "it protects named instances, and there are none: use lock to protect the set itself"
        )


def _uniform(model: ScaleSetModel) -> Iterator[Problem]:
    for name, instance in model.instances.items():
        field = f"instances[{name!r}]"
        if not _DECIMAL.fullmatch(name):
            yield quote("instances-by-name-on-uniform", field)
        wrong = sorted(instance.model_fields_set - {"protection"})
        if wrong:
            yield Problem(
                f"{field}.{wrong[0]}",
                f"on Uniform an instance accepts only protection, got {', '.join(wrong)}: "
                "all other properties come from the set; use Flexible for named instances with their own properties",
            )
        kept = instance.protection or model.protection
        if kept is not None and kept.scale_set_actions and "scale_in" in kept.model_fields_set and not kept.scale_in:
            yield quote("set-actions-protection-needs-scale-in", f"{field}.protection.scale_in", value=False)
        if kept is not None and kept.instance_policy:
            yield Problem(
                f"{field}.protection.instance_policy", "on Uniform, protection is already that policy: remove it"
            )


def _flexible(model: ScaleSetModel) -> Iterator[Problem]:
    yield from _names(model)
    for name, instance in model.instances.items():
        field = f"instances[{name!r}]"
        if instance.zone is not None and instance.zone not in model.zones:
            yield quote("instance-zone-in-set", f"{field}.zone", instance.zone)
        if instance.fault_domain is not None and not instance.fault_domain < fault_domains(model) > 1:
            yield quote("fault-domain-in-range", f"{field}.fault_domain", instance.fault_domain)
        for nat in instance.nat_ports:
            if nat not in model.inbound_nat:
                known = ", ".join(model.inbound_nat) or "none"
                yield Problem(f"{field}.nat_ports.{nat}", f"there is no inbound_nat {nat!r}; there is {known}")


def _names(model: ScaleSetModel) -> Iterator[Problem]:
    """Duplicate names, which differ in case only: Azure ignores case. All other duplicates are found on the plan."""
    seen: dict[str, str] = {}
    for name in model.instances:
        same = seen.setdefault(name.lower(), name)
        if same != name:
            yield Problem(f"instances[{name!r}]", f"Azure takes it for {same!r}, names must differ in more than case")
