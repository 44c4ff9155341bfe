"""Waiting until a scale set is as it should be: what is asked for, and what is still missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scaleset_core.facts.health import is_health
from scaleset_operations.errors import UsageError
from scaleset_operations.instances import Instance, profile_of

_ENDED_BADLY = frozenset({"failed", "canceled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What is waited for; everything that is asked for must hold at once.

    Attributes:
        created: It exists and its provisioning has succeeded; ``updated`` means the same, as in az.
        deleted: It does not exist.
        exists: It exists, in whatever state.
        custom: A JMESPath expression over the set's resource that must be true.
        healthy: Every instance is reported as healthy.
        latest_model: Every instance runs the latest model.
        capacity: It has exactly so many instances, none of which is on its way.
    """

    created: bool = False
    deleted: bool = False
    exists: bool = False
    custom: str = ""
    healthy: bool = False
    latest_model: bool = False
    capacity: int | None = None

    @property
    def reads_instances(self) -> bool:
        """Whether the instances have to be read."""
        return self.healthy or self.latest_model or self.capacity is not None

    @property
    def given(self) -> bool:
        """Whether anything is asked for."""
        return self.created or self.deleted or self.exists or bool(self.custom) or self.reads_instances

    def check(self) -> None:
        """Refuse what cannot be waited for.

        Raises:
            UsageError: Nothing is asked for, or things that exclude each other.
        """
        if not self.given:
            raise UsageError(
                "wait for what? Give --created, --updated, --deleted, --exists, --custom JMESPATH, --healthy, "
                "--latest-model or --capacity N."
            )
        if self.deleted and (self.created or self.exists or self.custom or self.reads_instances):
            raise UsageError(
                "--deleted cannot be combined with another condition: a deleted set has no state. Use it alone."
            )


def missing(goal: Goal, model: Mapping[str, Any] | None, custom: bool, instances: Sequence[Instance]) -> list[str]:
    """What does not hold yet, in words; nothing: the wait is over.

    Args:
        goal: What is asked for.
        model: The set as Azure has it; None where there is none.
        custom: Whether the expression of ``goal`` holds.
        instances: The set's instances, read where the goal needs them.
    """
    if model is None:
        return [] if goal.deleted else ["it does not exist"]
    if goal.deleted:
        return ["it exists"]
    found = []
    state = provisioning(model)
    if goal.created and state.lower() != "succeeded":
        found.append(f"its provisioning state is {state or 'not told'}")
    if goal.custom and not custom:
        found.append(f"{goal.custom} is not true")
    if goal.capacity is not None:
        found += _capacity(goal.capacity, instances)
    if goal.healthy:
        silent = [each.name for each in instances if not each.health]
        found += _not(instances, "without a report on their health", silent)
        found += _not(instances, "not healthy", [each.name for each in instances if each.health not in {"", "healthy"}])
    if goal.latest_model:
        found += _not(instances, "of an older model", [each.name for each in instances if each.latest_model is False])
    return found


def hopeless(goal: Goal, model: Mapping[str, Any] | None, instances: Sequence[Instance] = ()) -> str:
    """Why waiting on cannot help: the provisioning has failed, or nothing reports health; ``""`` while it can."""
    state = provisioning(model or {})
    if goal.created and state.lower() in _ENDED_BADLY:
        return f"its provisioning state is {state}"
    silent = bool(instances) and not any(each.health for each in instances)
    if goal.healthy and model is not None and silent and not has_health_signal(model):
        return (
            "--healthy: nothing reports the health of the instances. Add the Application Health extension"
            f"{_OR_PROBE if not _is_flexible(model) else ''} in your program and bring the instances to the latest "
            "model, or wait for something else"
        )
    return ""


_OR_PROBE = ", or a load-balancer probe as networkProfile.healthProbe,"


def has_health_signal(model: Mapping[str, Any]) -> bool:
    """Whether a set's model has what reports its instances' health: the extension, or (Uniform) a probe."""
    profile = profile_of(model) or {}
    if ((profile.get("networkProfile") or {}).get("healthProbe") or {}).get("id") and not _is_flexible(model):
        return True
    extensions = (profile.get("extensionProfile") or {}).get("extensions") or []
    kinds = [each.get("properties") or {} for each in extensions]
    return any(is_health(str(each.get("publisher")), str(each.get("type"))) for each in kinds)


def _is_flexible(model: Mapping[str, Any]) -> bool:
    return str((model.get("properties") or {}).get("orchestrationMode") or "").lower() == "flexible"


def provisioning(model: Mapping[str, Any]) -> str:
    """The set's provisioning state."""
    return str((model.get("properties") or {}).get("provisioningState") or "")


def _capacity(wanted: int, instances: Sequence[Instance]) -> list[str]:
    if len(instances) != wanted:
        return [f"it has {len(instances)} instances, not {wanted}"]
    moving = [each.name for each in instances if each.provisioning.lower() not in {"", "succeeded"}]
    return _not(instances, "not provisioned", moving)


def _not(instances: Sequence[Instance], what: str, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    shown = ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")  # noqa: PLR2004 - readable
    return [f"{len(names)} of {len(instances)} instances are {what}: {shown}"]
