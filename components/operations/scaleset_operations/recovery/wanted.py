"""What the program and the interrupted operations want that the state does not have, each with its id in Azure."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scaleset_operations.recovery.arm_ids import (
    NAMED_BY,
    Kind,
    group_of,
    is_whole_id,
    kind_of,
    plain_type,
    subscription_of,
)
from scaleset_operations.recovery.engine import Preview
from scaleset_operations.recovery.inputs import is_known, planned
from scaleset_operations.recovery.state import PROVIDERS, Json, Pending, live

CREATES = frozenset({"create", "create-replacement", "replace"})
_GENERATED = "__createBeforeDelete"
_GROUP = "resourceGroupName"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A resource that should exist and that the state does not have.

    Attributes:
        resource: The resource, as the preview or the interrupted operation has it.
        inputs: Its inputs, with secrets encrypted.
        id: Its id in Azure; empty if it is not known.
        kind: Its kind in Azure; None if it is not known here.
        why: Why there is no id.
        interrupted: Whether it is what an interrupted creation sent, and not what the program wants now.
    """

    resource: Json
    inputs: Json
    id: str = ""
    kind: Kind | None = None
    why: str = ""
    interrupted: bool = False

    @property
    def urn(self) -> str:
        """Its URN."""
        return str(self.resource["urn"])


def find(state: Mapping[str, Any], preview: Preview, interrupted: Sequence[Pending]) -> list[Wanted]:
    """What is wanted and not in the state, in an order in which each comes after what it depends on.

    Args:
        state: The state.
        preview: A preview of the program.
        interrupted: The operations that were interrupted.
    """
    return list(_Search(state, preview, interrupted).results())


class _Search:
    def __init__(self, state: Mapping[str, Any], preview: Preview, interrupted: Sequence[Pending]) -> None:
        self._live = live(state)
        self._preview = preview
        self._creating = {each.urn: each for each in interrupted if each.operation == "creating"}
        self._ids = {
            urn: str(each["id"]) for urn, each in self._live.items() if each.get("id") and not _is_replaced(each)
        }

    def results(self) -> Iterator[Wanted]:
        steps = {str(step["urn"]): step["newState"] for step in self._preview.steps if _creates(step)}
        for urn, each in self._creating.items():
            steps.setdefault(urn, each.resource)
        for urn, resource in steps.items():
            if not _is_ours(resource) or urn in self._ids:
                continue
            wanted = self._wanted(urn, resource)
            if wanted.id:
                self._ids[urn] = wanted.id
            yield wanted

    def _wanted(self, urn: str, resource: Json) -> Wanted:
        interrupted: Pending | None = self._creating.get(urn)
        if interrupted is not None:
            inputs = dict(interrupted.resource.get("inputs") or {})
        else:
            inputs = self._planned(urn, resource)
        kind = kind_of(str(resource["type"]))
        found = Wanted(resource, inputs, kind=kind, interrupted=interrupted is not None)
        if kind is None:
            return _without_id(found, f"the form of the ids of {resource['type']} is not known here")
        if interrupted is None and inputs.get(_GENERATED) is True:
            return _without_id(found, "its name is generated when it is created, another one each time")
        values = {name: self._value(name, inputs, resource) for name in kind.parameters}
        missing = [name for name, value in values.items() if not value]
        subscription = self._subscription(resource)
        if missing:
            return _without_id(found, f"{' and '.join(missing)} is not known before its parts exist")
        if not subscription and "{subscriptionId}" in kind.path:
            return _without_id(found, "its subscription is not known: set azure-native:subscriptionId")
        return Wanted(resource, inputs, kind.id(subscription, values), kind, "", interrupted is not None)

    def _planned(self, urn: str, resource: Json) -> Json:
        """The inputs of a creation: of a replacement the plan has only what differs from the old resource."""
        present = (self._live.get(urn) or {}).get("inputs") or {}
        found = planned(self._preview.plans.get(urn) or {}, present)
        return {name: value for name, value in found.items() if name in (resource.get("inputs") or {})}

    def _value(self, name: str, inputs: Mapping[str, Any], resource: Json) -> str:
        """An input that is part of the id: as it is, or from the resource that it comes from."""
        value = inputs.get(name)
        if isinstance(value, str) and value and is_known(value):
            return value
        sources = (resource.get("propertyDependencies") or {}).get(name) or ()
        known = {urn: self._ids[urn] for urn in sources if urn in self._ids}
        if is_whole_id(name):
            return next(iter(known.values()), "") if len(sources) == 1 else ""
        if name == _GROUP:
            groups = {group_of(each).rpartition("/")[2].lower(): group_of(each) for each in known.values()}
            return next(iter(groups.values())).rpartition("/")[2] if len(groups) == 1 else ""
        named = [each for urn, each in known.items() if _type_in(urn) == NAMED_BY.get(name)]
        return named[0].rpartition("/")[2] if len(named) == 1 else ""

    def _subscription(self, resource: Json) -> str:
        """The subscription of the resource's provider."""
        provider = str(resource.get("provider") or "").rpartition("::")[0]
        inputs = (self._live.get(provider) or {}).get("inputs") or {}
        stated = inputs.get("subscriptionId")
        if isinstance(stated, str) and stated:
            return stated
        for each in self._live.values():
            if str(each.get("provider") or "").rpartition("::")[0] == provider and each.get("id"):
                found = subscription_of(str(each["id"]))
                if found:
                    return found
        configured = self._preview.config.get("azure-native:subscriptionId")
        return str(configured or os.environ.get("ARM_SUBSCRIPTION_ID") or os.environ.get("AZURE_SUBSCRIPTION_ID") or "")


def _creates(step: Mapping[str, Any]) -> bool:
    return step.get("op") in CREATES and bool(step.get("newState"))


def _is_ours(resource: Mapping[str, Any]) -> bool:
    """Whether it is a resource of azure-native; the ids of other providers' resources cannot be derived."""
    token = str(resource.get("type"))
    return bool(resource.get("custom", True)) and not token.startswith(PROVIDERS) and token.startswith("azure-native:")


def _is_replaced(resource: Mapping[str, Any]) -> bool:
    """Whether the resource is deleted in Azure, and its replacement not yet created."""
    return bool(resource.get("pendingReplacement"))


def _type_in(urn: str) -> str:
    return plain_type(urn.split("::")[2].rpartition("$")[2])


def _without_id(wanted: Wanted, why: str) -> Wanted:
    return Wanted(wanted.resource, wanted.inputs, "", wanted.kind, why, wanted.interrupted)
