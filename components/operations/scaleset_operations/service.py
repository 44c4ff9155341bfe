"""The operations of one scale set: reads what is needed, plans, and executes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from scaleset_core.modes import (
    Mode,
    Route,
    RouteKind,
    Row,
    row,
)
from scaleset_operations import detach, everywhere, hooks, scaling
from scaleset_operations.errors import UsageError
from scaleset_operations.executor import Execution, Listener, Prior, Recorder
from scaleset_operations.instances import Instance, profile_of
from scaleset_operations.inventory import (
    set_machines,
    with_locks,
)
from scaleset_operations.locks import removal
from scaleset_operations.network import read_network
from scaleset_operations.pace import Pace
from scaleset_operations.planning import (
    Choices,
    Plan,
    Skip,
    choose_route,
    make_plan,
)
from scaleset_operations.protection import (
    Wanted,
    check,
    plan_protect,
    plan_unprotect,
)
from scaleset_operations.reading import Reads
from scaleset_operations.report import Report, State
from scaleset_operations.scheduled import plan_scheduled
from scaleset_operations.selection import Selection, made_by, select

_EVERYTHING = Selection(everything=True)
_ONLY_MATCHING = (
    "explicit virtual machines are reimaged only if their OS profile is that of the set: Azure refuses the others"
)


class Operations(Reads):
    """Everything that can be done with one scale set; an async context manager.

    Args:
        connection: Which Azure.
        target: Which scale set.
        mode: Its mode, if known; else it is read with one GET of the set.
    """

    # --- planning --------------------------------------------------------------------------------------------------

    async def plan(
        self,
        row_id: str,
        selection: Selection | None = None,
        choices: Choices | None = None,
        *,
        correlation: str = "",
    ) -> Plan:
        """The calls that perform a row of the mode table.

        Args:
            row_id: The row (``instance.restart``).
            selection: The instances; None: the whole set.
            choices: Everything else.
            correlation: The correlation id, for scheduled actions.

        Raises:
            UsageError: The request does not fit the set; no action was requested of Azure.
        """
        entry = row(row_id)
        mode = await self.mode()
        chosen = replace(choices or Choices(), named=selection is not None and selection.by_name)
        if selection is not None and entry.route(mode).variant(chosen.by_instance):
            chosen = replace(chosen, variant=chosen.by_instance)
        route = choose_route(entry, mode, chosen)
        if entry.id.startswith("extension.") and mode is Mode.FLEXIBLE:
            return await self._extension_plan(entry, route, selection, chosen)
        if route.condition == "spot":
            await self.scale_set()
        if not _needs_instances(route, mode, selection, chosen):
            await self._refuse_locked_set(entry, route)
            return make_plan(entry, mode, self.target, None, chosen)
        instances = await self._selected(route, selection, mode)
        if route.kind is RouteKind.SCHEDULED_ACTIONS:
            location = (await self.scale_set()).location
            return plan_scheduled(entry, mode, self.target, location, instances, correlation, chosen)
        if route.from_set and mode is Mode.FLEXIBLE:
            return await self._update_plan(entry, mode, instances, chosen)
        if entry.id.endswith(".reimage") and mode is Mode.FLEXIBLE and route.kind is RouteKind.SET_CALL:
            return self._reimage_plan(entry, instances, chosen)
        return make_plan(entry, mode, self.target, instances, chosen)

    def _reimage_plan(self, entry: Row, instances: Sequence[Instance], choices: Choices) -> Plan:
        """One call for the machines that the set made, and one for each explicit one: Azure may refuse those."""
        plan = make_plan(entry, Mode.FLEXIBLE, self.target, instances, choices)
        fit = {name for call in plan.calls for name in call.instances}
        own = [item for item in instances if item.name in fit and not made_by(self.target, item.name)]
        if not own:
            return plan
        self.notes.append(_ONLY_MATCHING)
        made = [item for item in instances if item.name in fit and item not in own]
        groups = [*([made] if made else []), *([item] for item in own)]
        plans = [make_plan(entry, Mode.FLEXIBLE, self.target, group, choices) for group in groups]
        return replace(plan, calls=tuple(call for each in plans for call in each.calls))

    async def _selected(self, route: Route, selection: Selection | None, mode: Mode) -> list[Instance]:
        chosen = selection or _EVERYTHING
        facts = not route.reads and not chosen.by_name and mode is Mode.FLEXIBLE and route.deletes != "instance"
        facts = facts or (chosen.where is not None and chosen.where.asks_the_set)
        known = await self.instances(live=True, set_facts=facts)
        found = list(select(chosen, known, self.target))
        if not found:
            self.notes.append(
                "no instance meets --where" if chosen.where is not None and known else "the scale set has no instances"
            )
        return found if route.reads or not found else with_locks(found, await self.locks())

    async def _extension_plan(self, entry: Row, route: Route, selection: Selection | None, choices: Choices) -> Plan:
        """Extensions of a Flexible set: of the chosen machines, or of the profile and all machines."""
        found = await self.scale_set()
        instances = await self._selected(route, selection, Mode.FLEXIBLE)
        if selection is not None:
            if not route.reads and everywhere.profile_call(entry, self.target, found.model, choices) is not None:
                self.notes.append(everywhere.ONLY_CHOSEN)
            return make_plan(entry, Mode.FLEXIBLE, self.target, instances, choices)
        plan, notes = everywhere.plan_everywhere(entry, self.target, found.model, instances, choices)
        if any(not call.instances for call in plan.calls):
            await self._refuse_locked_set(entry, route)
        self.notes += notes
        return plan

    async def _update_plan(self, entry: Row, mode: Mode, instances: Sequence[Instance], choices: Choices) -> Plan:
        """Explicit machines do not follow the set's model: they are skipped."""
        profile = profile_of((await self.scale_set()).model)
        own = [item for item in instances if profile is None or not made_by(self.target, item.name)]
        if instances and len(own) == len(instances):
            raise UsageError(
                f"`scaleset {entry.command}`: of {len(own)} selected, none follows the set's model: they are "
                "explicit virtual machines, each with its own model. Change them one by one with "
                "`scaleset instances update`, or in your program. Nothing was done."
            )
        plan = make_plan(entry, mode, self.target, [item for item in instances if item not in own], choices)
        why = "an explicit virtual machine has its own model; change it with `scaleset instances update`"
        return replace(plan, skipped=(*plan.skipped, *(Skip(name=item.name, why=why) for item in own)))

    async def _refuse_locked_set(self, entry: Row, route: Route) -> None:
        if route.reads:
            return
        found = [lock for lock in await self.locks() if lock.covers(self.target.id)]
        locks = [lock for lock in found if route.deletes or lock.read_only]
        if locks:
            raise UsageError(
                f"`scaleset {entry.command}`: the management lock {', '.join(str(lock) for lock in locks)} on "
                f"{locks[0].scope} prevents it. Ask its owner, or remove it: "
                f"{', '.join(f'`{removal(lock)}`' for lock in locks)}. Nothing was done."
            )

    async def plan_protection(self, selection: Selection, wanted: Wanted, *, remove: bool = False) -> Plan:
        """The calls that protect the selected instances, or remove their protection."""
        mode = await self.mode()
        route = check(mode, wanted)
        if route.kind is RouteKind.LOCK and wanted.instance_protection is None:
            profile = profile_of((await self.scale_set()).model)
            wanted = replace(wanted, instance_protection=profile is not None)
        if route.kind is RouteKind.LOCK:
            known = await self.instances(live=True, set_facts=bool(wanted.instance_protection))
        else:
            known = await set_machines(self.azure, self.target, mode)
        chosen = select(selection, known, self.target)
        if remove:
            locks = await self.locks() if route.kind is RouteKind.LOCK else []
            return plan_unprotect(mode, self.target, chosen, locks, wanted, named=selection.by_name)
        return plan_protect(mode, self.target, chosen, wanted, named=selection.by_name)

    async def plan_detach(self, resource_id: str, size: int = 0) -> Plan:
        """The calls that free a load balancer, pool, NAT pool or probe of the set's references.

        Args:
            resource_id: Its id.
            size: How many instances one call brings up to the model; 0: as many as it can.

        Raises:
            UsageError: It is the id of nothing that a model refers to.
        """
        identity = detach.check(resource_id)
        found = await self.scale_set()
        instances = await self.instances(live=True)
        if found.mode is Mode.FLEXIBLE:  # explicit machines have no model of the set
            instances = [each for each in instances if made_by(self.target, each.name)]
        network = await read_network(self.azure, self.target, found.mode, instances, found.model)
        using = detach.using(network, identity)
        if found.mode is Mode.UNIFORM:
            names = {name for name, _ in using}
            calls = detach.upgrades(self.target, [each for each in instances if each.name in names], size)
        else:
            group = self.target.resource_group
            read = [(name, await self.azure.ask("network_interfaces", "get", group, nic)) for name, nic in using]
            calls = [detach.rewrite(self.target, name, interface, identity) for name, interface in read]
        return detach.plan_detach(found.mode, self.target, found.model, identity, calls)

    async def plan_scale(self, capacity: int) -> Plan:
        """The call that gives the set so many instances."""
        found = await self.scale_set()
        plan = scaling.plan_scale(found.mode, self.target, found.model, capacity)
        await self._refuse_locked_set(plan.row, plan.route)
        return plan

    async def plan_attach(self, names: Sequence[str]) -> Plan:
        """The calls that take existing virtual machines into the set."""
        choose_route(scaling.ATTACH, await self.mode(), Choices())  # refused before anything is read
        found = await self.scale_set()
        members = await self.instances(live=True)
        return scaling.plan_attach(found.mode, self.target, found.model, names, members)

    async def plan_hook_answer(self, event: str, answer: str, resources: tuple[str, ...] = ()) -> Plan:
        """The call that answers an event of a lifecycle hook: ``Approved`` or ``Rejected``.

        Raises:
            UsageError: There is no such event.
        """
        known = await self.hook_events()
        found = next((each for each in known if str(each.get("name")).lower() == event.lower()), None)
        if found is None:
            names = ", ".join(str(each.get("name")) for each in known) or "none"
            raise UsageError(f"there is no event {event!r}; the scale set has: {names}. Nothing was done.")
        return hooks.plan_answer(await self.mode(), self.target, found, hooks.Answer(answer), resources)

    # --- carrying out ----------------------------------------------------------------------------------------------

    def execution(
        self,
        plan: Plan,
        pace: Pace | None = None,
        listener: Listener | None = None,
        recorder: Recorder | None = None,
        prior: Mapping[int, Prior] | None = None,
    ) -> Execution:
        """A run of the plan, not yet started; see :class:`Execution` for the arguments."""
        return Execution(plan, self.azure.begin, pace, listener, recorder, prior)

    async def execute(self, plan: Plan, pace: Pace | None = None, listener: Listener | None = None) -> Report:
        """Execute the plan and report."""
        run = self.execution(plan, pace, listener)
        await run.run()
        await self.recheck(plan, run)
        return run.report(throttled=self.azure.retries.throttled, notes=tuple(self.notes))

    async def recheck(self, plan: Plan, execution: Execution) -> None:
        """After a failed deletion of many at once: read which instances are gone, and count those as done."""
        if plan.route.deletes != "instance" or plan.route.kind is not RouteKind.SET_CALL:
            return
        if not execution.report().of(State.FAILED, State.UNKNOWN):
            return
        left = {each.name.lower() for each in await self.instances(live=True)}
        execution.correct(lambda name: bool(name) and name.lower() not in left)


def _needs_instances(route: Route, mode: Mode, selection: Selection | None, choices: Choices) -> bool:
    if route.kind is not RouteKind.SET_CALL:
        return True
    if not route.instance_ids:
        return False
    return selection is not None or mode is Mode.FLEXIBLE or choices.batch > 0
