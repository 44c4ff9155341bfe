"""What the provider does for one resource: check, diff, create, read, update, delete. Without protobuf.

Inputs and outputs are property values (``values``); every rule is the official provider's (sources in README.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from azure_native import checks, convert, naming, subresources
from azure_native.arm import ArmClient, ArmError
from azure_native.checks import API_VERSION_INPUT, CREATE_BEFORE_DELETE
from azure_native.diff import Difference, apply_changes, difference
from azure_native.failures import Failure
from azure_native.table import ResourceType
from azure_native.values import UNKNOWN, Unknown, mark_secrets, plain

Json = dict[str, Any]

_GROUP_API_VERSION = "2024-03-01"
_STABLE = ("name", "location")


class InitError(Exception):
    """A resource exists but its creation or update did not succeed.

    Attributes:
        resource_id: Its id.
        inputs: The requested inputs.
        outputs: Its outputs, as ARM shows it.
    """

    def __init__(self, reason: str, resource_id: str, inputs: Json, outputs: Json) -> None:
        super().__init__(reason)
        self.resource_id = resource_id
        self.inputs = inputs
        self.outputs = outputs


@dataclass(frozen=True)
class Naming:
    """The engine's auto-naming for one resource: a proposed name, an enforced one, or none at all."""

    proposed: str | None = None
    enforced: bool = False
    disabled: bool = False


@dataclass
class Provider:
    """The provider for one subscription.

    Attributes:
        arm: The client.
        subscription: Subscription id for the URLs.
        location: Default location from the configuration.
        refuses_unknown: Whether unknown properties are refused. The official provider drops them in silence.
    """

    arm: ArmClient
    subscription: str
    location: str | None = None
    refuses_unknown: bool = False
    _group_locations: dict[str, asyncio.Future[str | None]] = field(default_factory=dict)

    async def check(
        self, resource: ResourceType, logical_name: str, old: Json, new: Json, *, seed: bytes, rule: Naming
    ) -> tuple[Json, list[Failure]]:
        """The inputs with defaults (name, location, api-version) and their problems."""
        inputs = dict(new)
        if resource.auto_name and inputs.get(resource.auto_name[0]) is None:
            self._fill_name(resource.auto_name, logical_name, old, inputs, seed, rule)
        if resource.auto_location and inputs.get("location") is None:
            location = await self._default_location(old, inputs)
            if location is not None:
                inputs["location"] = location
        inputs.setdefault(API_VERSION_INPUT, resource.api_version)
        return inputs, checks.check(resource, plain(inputs), refuses_unknown=self.refuses_unknown)

    def diff(self, resource: ResourceType, old_inputs: Json, old_outputs: Json, new_inputs: Json) -> Difference:
        """What changed and whether it replaces."""
        before = dict(plain(old_inputs))
        if API_VERSION_INPUT not in before and API_VERSION_INPUT in old_outputs:
            before[API_VERSION_INPUT] = old_outputs[API_VERSION_INPUT]
        return difference(resource, before, plain(new_inputs), plain(old_outputs))

    def preview(self, resource: ResourceType, inputs: Json, old_outputs: Json | None = None) -> Json:
        """The outputs that a preview can know; of an existing resource its name and location too."""
        outputs = convert.preview_outputs(resource, plain(inputs))
        outputs[API_VERSION_INPUT] = resource.api_version
        for name in _STABLE:
            if old_outputs and name in old_outputs:
                outputs[name] = old_outputs[name]
        result: Json = mark_secrets(outputs, inputs)
        return result

    async def create(self, resource: ResourceType, inputs: Json) -> tuple[str, Json]:
        """Create the resource; returns its id in ARM's spelling, and its outputs.

        Raises:
            ArmError: ARM refused, or the resource exists already.
            InitError: ARM accepted it and then failed.
        """
        values = plain(inputs)
        resource_id = naming.resource_id(resource, values, self.subscription)
        if await self.arm.get(resource_id, resource.api_version) is not None:
            raise ExistsError(resource_id)
        body = convert.to_body(resource, values, resource_id)
        subresources.set_empty(resource, body)
        response = await self._put(resource, resource_id, body, inputs)
        return str(response.get("id", resource_id)), self._outputs(resource, response, inputs)

    async def read(
        self, resource: ResourceType, resource_id: str, old_inputs: Json | None, old_outputs: Json
    ) -> tuple[Json, Json] | None:
        """Inputs and outputs of the live resource, None when it no longer exists.

        Without old inputs this is an import, and the inputs are derived from the response and the id.

        Raises:
            ArmError: ARM refused.
            ValueError: The id is not one of this type.
        """
        path_values = naming.parse_id(resource, resource_id)
        response = await self.arm.get(resource_id, resource.api_version)
        if response is None:
            return None
        if not old_inputs:
            inputs = convert.response_to_inputs(resource, response, path_values)
            return inputs, self._outputs(resource, response, {})
        outputs = convert.to_outputs(resource, response)
        before = convert.outputs_to_inputs(resource, plain(old_outputs))
        shown = subresources.without_unset(resource, outputs, old_inputs)
        after = convert.outputs_to_inputs(resource, shown)
        before = subresources.without_unset(resource, before, old_inputs)
        inputs = apply_changes(plain(old_inputs), before, after)
        return mark_secrets(inputs, old_inputs), self._outputs(resource, response, old_inputs)

    async def update(self, resource: ResourceType, resource_id: str, inputs: Json) -> Json:
        """Replace the resource's body with the new inputs; returns its outputs.

        Raises:
            ArmError: ARM refused.
            InitError: ARM accepted it and then failed.
        """
        values = plain(inputs)
        body = convert.to_body(resource, values, resource_id)
        if subresources.unset(resource, body):
            live = await self.arm.get(resource_id, resource.api_version)
            if live is None:
                missing = f"The resource '{resource_id}' was not found."
                raise ArmError(404, "ResourceNotFound", missing, resource_id)
            subresources.keep_live(resource, body, live)
        response = await self._put(resource, resource_id, body, inputs)
        return self._outputs(resource, response, inputs)

    async def delete(self, resource: ResourceType, resource_id: str) -> None:
        """Delete the resource.

        Raises:
            ArmError: ARM refused.
        """
        await self.arm.delete(resource_id, resource.api_version)

    async def get_function(self, resource: ResourceType, arguments: Json) -> Json:
        """The result of the resource's ``get`` function.

        Raises:
            ArmError: There is no such resource, or ARM refused.
        """
        resource_id = naming.resource_id(resource, plain(arguments), self.subscription)
        response = await self.arm.get(resource_id, resource.api_version)
        if response is None:
            raise ArmError(404, "ResourceNotFound", f"The resource '{resource_id}' was not found.", resource_id)
        identifier = {"id": response["id"]} if "id" in response else {}
        return {**convert.to_outputs(resource, response), **identifier, API_VERSION_INPUT: resource.api_version}

    async def _put(self, resource: ResourceType, resource_id: str, body: Json, inputs: Json) -> Json:
        try:
            return await self.arm.put(resource_id, resource.api_version, body)
        except ArmError as error:
            if not error.accepted:
                raise
            live = await self.arm.get(resource_id, resource.api_version)
            if live is None:
                # The official provider keeps a resource that ARM accepted, whatever became of it: without outputs.
                raise InitError(str(error), resource_id, inputs, {}) from error
            outputs = self._outputs(resource, live, inputs)
            raise InitError(str(error), str(live.get("id", resource_id)), inputs, outputs) from error

    def _outputs(self, resource: ResourceType, response: Mapping[str, Any], inputs: Json) -> Json:
        outputs = convert.to_outputs(resource, dict(response))
        outputs[API_VERSION_INPUT] = resource.api_version
        marked: Json = mark_secrets(outputs, inputs)
        return marked

    def _fill_name(
        self, auto: tuple[str, str], logical_name: str, old: Json, inputs: Json, seed: bytes, rule: Naming
    ) -> None:
        """A name for a resource without one: the old one, the engine's, or a generated one."""
        parameter, kind = auto
        if old.get(parameter) is not None:
            inputs[parameter] = old[parameter]
            if old.get(CREATE_BEFORE_DELETE) is True:
                inputs[CREATE_BEFORE_DELETE] = True
            return
        if rule.disabled:
            return
        if rule.proposed is not None and (rule.enforced or kind != "uuid"):
            name, random = rule.proposed, True
        else:
            name, random = naming.generated_name(kind, logical_name, seed)
        inputs[parameter] = name
        if random:
            inputs[CREATE_BEFORE_DELETE] = True

    async def _default_location(self, old: Json, inputs: Json) -> Any:
        """The old location, the configured one, or the resource group's (unknown while the group is)."""
        if old.get("location") is not None:
            return old["location"]
        if self.location:
            return self.location
        group = plain(inputs.get("resourceGroupName"))
        if isinstance(group, Unknown):
            return UNKNOWN
        if not isinstance(group, str) or not group:
            return None
        if group not in self._group_locations:
            self._group_locations[group] = asyncio.ensure_future(self._group_location(group))
        location = await asyncio.shield(self._group_locations[group])
        if location is None:
            self._group_locations.pop(group, None)
        return location

    async def _group_location(self, group: str) -> str | None:
        try:
            response = await self.arm.get(
                f"/subscriptions/{self.subscription}/resourceGroups/{group}", _GROUP_API_VERSION
            )
        except ArmError:
            return None
        location = (response or {}).get("location")
        return location if isinstance(location, str) else None


class ExistsError(Exception):
    """A resource cannot be created because it exists already."""

    def __init__(self, resource_id: str) -> None:
        super().__init__(f"cannot create already existing resource '{resource_id}'")
