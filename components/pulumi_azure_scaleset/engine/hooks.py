"""What happens around a change of a resource: the engine's hooks, where the engine has them.

A change that Azure refuses for the moment is tried again (``retry``), one that a lock of the set's own refuses is made
without the lock (``locks``), and where Azure's message does not say what to do, advice is added. Engines without hooks
deploy nevertheless, and show the error alone.
"""

import asyncio
from collections.abc import Mapping

import pulumi

from pulumi_azure_scaleset.engine.locks import SCOPE_LOCKED, LockKeeper
from pulumi_azure_scaleset.engine.retry import tries_again
from pulumi_azure_scaleset.engine.sdk import supports
from pulumi_azure_scaleset.plan.resources import Advice


def advise(advice: Mapping[str, Advice], args: "pulumi.ErrorHookArgs") -> str | None:
    """The sentence for a failed resource, or None if the error needs no advice.

    Args:
        advice: The sentence for each error, by the resource's logical name.
        args: What the engine reports about the failure.
    """
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
    """

    def __init__(self, component: str, advice: Mapping[str, Advice], keeper: LockKeeper) -> None:
        self._advice = advice
        self._keeper = keeper
        self._around = supports("resourceHooks")
        # The name is in the state of every resource: it never changes.
        stem = f"azure-scaleset:{component}"
        self.binding: pulumi.ResourceHookBinding | None = None
        if supports("errorHooks"):
            on_error = [pulumi.ErrorHook(f"{stem}:advice", self._on_error)]
            self.binding = pulumi.ResourceHookBinding(on_error=on_error)
        if self.binding is not None and self._around:
            after = pulumi.ResourceHook(f"{stem}:done", self._after)
            self.binding.after_create, self.binding.after_update = [after], [after]

    async def _on_error(self, args: "pulumi.ErrorHookArgs") -> bool:
        seconds = tries_again(args.errors)
        if seconds is not None:
            await asyncio.sleep(seconds)
            return True
        if SCOPE_LOCKED in args.errors[0] and self._around and await self._keeper.let(args):
            return True
        await self._keeper.done(args.urn)
        sentence = advise(self._advice, args)
        if sentence is not None:
            pulumi.log.error(sentence)
        return False

    async def _after(self, args: "pulumi.ResourceHookArgs") -> None:
        await self._keeper.done(args.urn)
