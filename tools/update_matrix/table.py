"""The update matrix as data: ``*.yaml`` beside this module, one entry for each change of an argument."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__).parent
PARTS = {"ScaleSetArgs": "set.yaml", "Instance": "instance.yaml"}
"""The files by the arguments that they are about."""

INSTANCE = "web-0"
"""The instance whose arguments the entries of ``Instance`` change; its neighbour is ``web-1``."""


class Takes(StrEnum):
    """What Azure does with a change, from the cheapest to the dearest."""

    NOTHING = "nothing"
    """Nothing in Azure is touched."""
    IN_PLACE = "in place"
    """While everything runs."""
    RESTART = "restart"
    """In place, and Azure restarts the machine."""
    DEALLOCATED = "deallocated"
    """Only while the machine is deallocated: its owner does that, and it is down for as long."""
    REPLACE = "replace"
    """By a replacement machine or resource: what was on the old one is lost."""
    NEVER = "never"
    """In no state: Azure refuses it, and nothing happens."""


FOLLOW = {
    "model": "by the upgrade policy",
    "reimage": "once upgraded and reimaged",
    "new": "new ones only",
}
"""How instances that Azure made from a profile get a change of the profile.

Microsoft's page Modify a scale set: how to bring instances up to date with the latest model, and which changes need a
reimage or new instances.
"""


@dataclass(frozen=True)
class Entry:
    """One change of one argument.

    Attributes:
        owner: ``ScaleSetArgs`` or ``Instance``.
        argument: The argument.
        base: The name of the set that is changed, in ``bases.yaml``.
        change: The change in words.
        before: The arguments before.
        after: The arguments after.
        expected: The keys of the resources that are touched, by operation; empty for none.
        needs: The state of the instances that Azure requires before it accepts the change: ``deallocated``, or empty.
        refused: The error code with which Azure refuses the planned change in any state; empty if it accepts it.
        guard: What the preview already says, where the component looks into Azure; empty if Azure has to refuse it.
        follow: How instances of a profile get the change, by a name of :data:`FOLLOW`; empty where none notices it.
        restarts: Whether Azure restarts the named instances that it updates.
        note: A further note.
    """

    owner: str
    argument: str
    base: str
    change: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    expected: Mapping[str, list[str]]
    needs: str
    refused: str
    guard: str
    follow: str
    restarts: bool
    note: str

    @property
    def verdict(self) -> str:
        """``refused``, ``replace`` if anything is replaced, ``no-op`` if nothing is touched, else ``update``."""
        if self.refused:
            return "refused"
        if not self.expected:
            return "no-op"
        return "replace" if "replace" in self.expected else "update"

    @property
    def takes(self) -> Takes:
        """What Azure does with the change, and so what it costs the named instances that it touches."""
        if self.refused:
            return Takes.NEVER
        if self.verdict == "replace":
            return Takes.REPLACE
        if self.needs:
            return Takes.DEALLOCATED
        if self.verdict == "no-op":
            return Takes.NOTHING
        return Takes.RESTART if self.restarts else Takes.IN_PLACE

    @property
    def id(self) -> str:
        """A name for the entry."""
        return f"{self.owner}.{self.argument} ({self.base}): {self.change}"


@functools.cache
def bases() -> dict[str, dict[str, Any]]:
    """The sets that the entries change, by name."""
    content: dict[str, dict[str, Any]] = _read("bases.yaml")
    return content


@functools.cache
def entries() -> tuple[Entry, ...]:
    """All entries."""
    return tuple(_entry(owner, raw) for owner, file in PARTS.items() for raw in _read(file))


def _read(file: str) -> Any:
    return yaml.safe_load((_HERE / file).read_text(encoding="utf-8"))


def _entry(owner: str, raw: Mapping[str, Any]) -> Entry:
    argument, base = raw["argument"], raw.get("base", "flexible")
    common = {**bases()[base], **raw.get("with", {})}
    place = _in_set if owner == "ScaleSetArgs" else _in_instance
    return Entry(
        owner=owner,
        argument=argument,
        base=base,
        change=raw["change"],
        before=place(common, argument, raw.get("from", _KEPT)),
        after={**place(common, argument, raw["to"]), **raw.get("also", {})},
        expected=raw.get("expected", {}),
        needs=raw.get("needs", ""),
        refused=raw.get("refused", ""),
        guard=raw.get("guard", ""),
        follow=_follow(argument, raw),
        restarts=raw.get("restarts", False),
        note=raw.get("note", ""),
    )


_OF_THE_SET = frozenset(
    {
        "api_version",
        "api_versions",
        "os_image_notification",
        "scheduled_events_policy",
        "security_posture",
        "service_artifact_id",
        "zonal_platform_fault_domain_align_mode",
        "zone_placement",
        "automatic_repairs",
        "capacity",
        "instance_mix",
        "overprovision",
        "do_not_run_extensions_on_overprovisioned_vms",
        "overrides",
        "plan",
        "priority_mix",
        "resiliency",
        "scale_in_policy",
        "single_placement_group",
        "tags",
        "upgrade_policy",
        "zones",
    }
)
"""Arguments of the set itself: its instances do not change with them."""
_BY_REIMAGE = frozenset(
    {"admin_password", "custom_data", "image", "patch_mode", "time_zone", "enable_automatic_updates"}
)
"""Arguments that an instance reads when it is set up."""
_AT_CREATION = frozenset({"provision_vm_agent", "ssh_public_keys"})
"""Arguments that an instance has from its creation."""


def _follow(argument: str, raw: Mapping[str, Any]) -> str:
    """How the profile's instances get a change: nowhere if the set is not updated, else by what the argument is."""
    if "follow" in raw:
        return str(raw["follow"])
    with_profile = raw.get("base", "flexible") in {"flexible", "profile", "uniform"}
    updated = "scaleSet" in raw.get("expected", {}).get("update", ())
    if raw.get("refused") or not (with_profile and updated) or argument in _OF_THE_SET:
        return ""
    return "new" if argument in _AT_CREATION else "reimage" if argument in _BY_REIMAGE else "model"


_KEPT = object()


def _in_set(args: Mapping[str, Any], argument: str, value: Any) -> dict[str, Any]:
    return dict(args) if value is _KEPT else {**args, argument: value}


def _in_instance(args: Mapping[str, Any], argument: str, value: Any) -> dict[str, Any]:
    if value is _KEPT:
        return dict(args)
    instances = args["instances"]
    return {**args, "instances": {**instances, INSTANCE: {**instances[INSTANCE], argument: value}}}
