"""What is read of one scale set, each thing at most once where it cannot have changed: the base of its operations."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from scaleset_core.modes import (
    Mode,
    row,
)
from scaleset_operations.addresses import MAY_NOT, is_refusal, with_addresses
from scaleset_operations.azure import Azure
from scaleset_operations.calls import build
from scaleset_operations.cloud import Connection
from scaleset_operations.errors import AzureError, UsageError
from scaleset_operations.instances import Instance, profile_of, with_set_facts
from scaleset_operations.inventory import (
    ScaleSet,
    graph_instances,
    live_instances,
    read_locks,
    read_scale_set,
    set_machines,
)
from scaleset_operations.locks import Lock
from scaleset_operations.selection import Selection, select
from scaleset_operations.target import Target

_FORBIDDEN = 403


class Reads:
    """What is read of one scale set; an async context manager.

    Args:
        connection: Which Azure.
        target: Which scale set.
        mode: Its mode, if known; else it is read with one GET of the set.
    """

    def __init__(self, connection: Connection, target: Target, mode: Mode | None = None) -> None:
        self.target = target
        self.azure = Azure(connection, target.subscription)
        self.notes: list[str] = []
        self._mode = mode
        self._scale_set: ScaleSet | None = None

    async def __aenter__(self) -> Self:
        """Open."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        await self.azure.__aexit__(kind, error, trace)

    async def scale_set(self) -> ScaleSet:
        """The scale set; read once."""
        if self._scale_set is None:
            found = await read_scale_set(self.azure, self.target)
            if self._mode is not None and found.mode is not self._mode:
                raise UsageError(
                    f"--mode {self._mode}: the scale set {self.target.name!r} is {found.mode}. Leave --mode out."
                )
            self._scale_set, self._mode = found, found.mode
        return self._scale_set

    async def mode(self) -> Mode:
        """The set's mode: as given, else read."""
        if self._mode is None:
            await self.scale_set()
        assert self._mode is not None
        return self._mode

    async def instances(self, *, live: bool = False, set_facts: bool = False) -> list[Instance]:
        """The instances.

        Args:
            live: On Flexible: read the machines themselves instead of Resource Graph, whose answer is taken unless it
                is empty.
            set_facts: On Flexible: read model state and protection too (one more list call).
        """
        mode = await self.mode()
        if mode is Mode.FLEXIBLE and not live and not set_facts:
            found = await graph_instances(self.azure, self.target)
            if found:
                return found
            # Resource Graph leaves out, without an error, what the caller has no permission to read: only the list
            # shows that.
        found = await live_instances(self.azure, self.target, mode, set_facts=set_facts)
        return self._with_priority(found)

    async def listed(self, selection: Selection, *, live: bool = False, set_facts: bool = False) -> list[Instance]:
        """The chosen instances with what a list shows: states, health, model state and addresses, side by side.

        What the caller has no permission to read is left out, with a note. On Flexible without ``live``, the states
        come from Resource Graph, and health and model state from the set's current list.
        """
        mode = await self.mode()
        known, facts = await asyncio.gather(
            self.instances(live=live, set_facts=set_facts), self._facts(mode, needed=not set_facts)
        )
        chosen = select(
            selection, [with_set_facts(each, facts.get(each.name.lower(), each)) for each in known], self.target
        )
        try:
            return await with_addresses(self.azure, self.target, mode, chosen)
        except AzureError as error:
            if not is_refusal(error):
                raise
            self.notes.append(f"{MAY_NOT}: {error}")
            return list(chosen)

    async def _facts(self, mode: Mode, *, needed: bool) -> dict[str, Instance]:
        """What only the set's list of a Flexible set has, by the instances' lower-case names."""
        if mode is Mode.UNIFORM or not needed:
            return {}
        try:
            found = await set_machines(self.azure, self.target, mode, views=True)
        except AzureError as error:
            if not is_refusal(error):
                raise
            self.notes.append(f"health and model state are left out: {error}")
            return {}
        return {each.name.lower(): each for each in found}

    def _with_priority(self, instances: list[Instance]) -> list[Instance]:
        """Give Uniform instances the set's priority: Azure does not repeat it on each."""
        if self._scale_set is None:
            return instances
        profile = profile_of(self._scale_set.model) or {}
        priority = str(profile.get("priority") or "Regular")
        return [item if item.priority else replace(item, priority=priority) for item in instances]

    async def locks(self) -> list[Lock]:
        """The management locks of the resource group; none, with a note, where reading them is not allowed."""
        try:
            return await read_locks(self.azure, self.target)
        except AzureError as error:
            if error.status != _FORBIDDEN:
                raise
            self.notes.append(
                "locks were not checked first: reading them is not allowed (Microsoft.Authorization/locks/read)"
            )
            return []

    async def hook_events(self) -> list[dict[str, Any]]:
        """The events of the set's lifecycle hooks, as Azure has them."""
        entry, mode = row("lifecycle-hook.list"), await self.mode()
        found: list[dict[str, Any]] = await self.azure.invoke(build(entry.route(mode), self.target))
        return found

    async def set_view(self) -> Any:
        """The scale set's own instance view (Uniform).

        Raises:
            UsageError: The set is Flexible: Azure refuses it there.
        """
        entry, mode = row("view.instances"), await self.mode()
        if mode is Mode.FLEXIBLE:
            raise UsageError("a Flexible scale set has no instance view; list its instances instead.")
        return await self.azure.invoke(build(entry.uniform, self.target))
