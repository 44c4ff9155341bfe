"""What happens around a change of a resource: the engine's hooks, where the engine has them.

A change that Azure refuses temporarily is tried again (``retry``). A change that one of the set's locks refuses is made
without the lock (``locks``). If Azure's message does not say what to do, advice is added. Engines without hooks also
deploy, but show only the error.
"""

import asyncio
from collections.abc import Mapping
from copy import copy

import pulumi

from pulumi_azure_scaleset.engine import halfway
from pulumi_azure_scaleset.engine.cleared import Cleared
from pulumi_azure_scaleset.engine.guards import GUARDED, Guards, end_program
from pulumi_azure_scaleset.engine.locks import SCOPE_LOCKED, LockKeeper
from pulumi_azure_scaleset.engine.rest import ArmError, ArmUnavailableError
from pulumi_azure_scaleset.engine.retry import tries_again
from pulumi_azure_scaleset.engine.sdk import supports
from pulumi_azure_scaleset.engine.stopped import Stopped
from pulumi_azure_scaleset.plan import tokens, versions
from pulumi_azure_scaleset.plan.resources import Advice, Child

_NOT_RUNNING = "VM is not running"
_EXISTS = "already existing resource"
_OTHER_WAY = (
    "The scale set exists already. If this program created it at an api_version that azure-native did not have then, "
    "it is a generic resource in the state, which can't change its type: keep that api_version, and once azure-native "
    'has it, set generic_resources: ["scaleSet", "virtualMachine"]. If somebody else created it: adopt it with `pulumi '
    "import`. Nothing is deleted."
)


def advise(advice: Mapping[str, Advice], args: "pulumi.ErrorHookArgs") -> str | None:
    """The sentence for a failed resource, or None if the error needs no advice.

    Args:
        advice: The sentence for each error, by the resource's logical name.
        args: What the engine reports about the failure.
    """
    extension = versions.plain(args.type) == tokens.VM_EXTENSION
    if args.failed_operation == "delete" and extension and _NOT_RUNNING in args.errors[0]:
        return (
            "It goes when its machine runs: start it and run `pulumi up` again. To do all the rest now: "
            f"`pulumi up --exclude '{args.urn}'`."
        )
    for word, sentence in advice.get(args.name, ()):
        if any(word in error for error in args.errors):
            return sentence
    return None


class Hooks:
    """The hooks of one component's children.

    Args:
        component: The component's logical name.
        advice: The sentence for each error, by the resource's logical name.
        keeper: The component's locks.
        guards: What looks before an update.
        stopped: The machines that do not run.
    """

    def __init__(
        self, component: str, advice: Mapping[str, Advice], keeper: LockKeeper, guards: Guards, stopped: Stopped
    ) -> None:
        self._advice = advice
        self._keeper = keeper
        self._removal = Cleared(keeper.arm)
        self._around = supports("resourceHooks")
        # The name is in the state of every resource: it never changes.
        stem = f"azure-scaleset:{component}"
        self._binding: pulumi.ResourceHookBinding | None = None
        self._guarded: pulumi.ResourceHookBinding | None = None
        self._extensions: pulumi.ResourceHookBinding | None = None
        self._generic: pulumi.ResourceHookBinding | None = None
        self._machine: pulumi.ResourceHookBinding | None = None
        self._set: pulumi.ResourceHookBinding | None = None
        if supports("errorHooks"):
            on_error = [pulumi.ErrorHook(f"{stem}:advice", self._on_error)]
            self._binding = pulumi.ResourceHookBinding(on_error=on_error)
        if self._binding is not None and self._around:
            after = pulumi.ResourceHook(f"{stem}:done", self._after)
            self._binding.after_create, self._binding.after_update = [after], [after]
            self._guarded, self._extensions = copy(self._binding), copy(self._binding)
            too = pulumi.ResourceHookOptions(on_dry_run=True)
            guard = pulumi.ResourceHook(f"{stem}:guard", guards.check, too)
            clear = pulumi.ResourceHook(f"{stem}:clear", self._removal.before)
            self._guarded.before_update = [guard]
            self._machine, self._set = copy(self._binding), copy(self._binding)
            self._machine.before_update, self._set.before_update = [clear], [guard, clear]
            self._extensions.before_create = [pulumi.ResourceHook(f"{stem}:running", stopped.refuse, too)]
            self._generic = copy(self._set)
            self._generic.before_create = [pulumi.ResourceHook(f"{stem}:fresh", guards.fresh, too)]

    def of(self, child: Child) -> pulumi.ResourceHookBinding | None:
        """The hooks of one child; None if the engine has none."""
        if child.type == tokens.VM_EXTENSION and self._extensions is not None:
            return self._extensions
        if child.generic and self._generic is not None:
            return self._generic
        if child.type == tokens.VIRTUAL_MACHINE and self._machine is not None:
            return self._machine
        if child.type == tokens.SCALE_SET and self._set is not None:
            return self._set
        return self._guarded if child.type in GUARDED and self._guarded is not None else self._binding

    async def _on_error(self, args: "pulumi.ErrorHookArgs") -> bool:
        seconds = tries_again(args.errors)
        if seconds is not None:
            await asyncio.sleep(seconds)
            return await self._cleared(args)
        if SCOPE_LOCKED in args.errors[0] and self._around and await self._keeper.let(args):
            return True
        await self._keeper.done(args.urn)
        if versions.plain(args.type) == tokens.SCALE_SET and _EXISTS in args.errors[0]:
            pulumi.log.error(_OTHER_WAY)
            end_program(_OTHER_WAY)
        sentence = advise(self._advice, args)
        if sentence is not None:
            pulumi.log.error(sentence)
        return False

    async def _cleared(self, args: "pulumi.ErrorHookArgs") -> bool:
        """Whether the next attempt can start: what a failed creation left behind is deleted, or there was none."""
        if halfway.left_behind(args):
            try:
                await halfway.clear(self._keeper.arm, args)
            except (ArmError, ArmUnavailableError) as error:
                pulumi.log.warn(f"{args.name} was created only in part, and can't be removed: {error}")
                return False
        return True

    async def _after(self, args: "pulumi.ResourceHookArgs") -> None:
        try:
            await self._removal.after(args)
        finally:
            await self._keeper.done(args.urn)
