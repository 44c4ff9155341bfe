"""Machines that do not run: Azure changes no extension of theirs, and one of them does not stop the others' update.

Changes of the extensions of a stopped machine wait until it runs: the engine leaves them as they are, which the preview
shows. A new extension can't wait like that; it is refused for that machine alone, before anything is changed, with the
way to update all others. An evicted Spot machine may not start when one would like it to.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pulumi

from pulumi_azure_scaleset.engine.arm import COMPUTE, Arm, known
from pulumi_azure_scaleset.engine.rest import ArmError, ArmUnavailableError
from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.foreign import at
from pulumi_azure_scaleset.plan.resources import Plan

_STOPPED = frozenset({"deallocated", "deallocating", "stopped", "stopping", "hibernated"})


def power_of(machine: dict[str, Any]) -> str:
    """The power state of a machine that was read with its instance view: ``running``; empty if it is not known."""
    statuses = at(machine, ("properties", "instanceView", "statuses")) or []
    codes = [str(each.get("code", "")) for each in statuses]
    return next((code.partition("/")[2].lower() for code in codes if code.startswith("PowerState/")), "")


@dataclass
class Stopped:
    """The machines of one component that do not run.

    Attributes:
        arm: Azure.
        plan: What is about to be deployed.
    """

    arm: Arm
    plan: Plan
    _found: "asyncio.Future[dict[str, str]] | None" = field(default=None, init=False)

    async def leave(self, args: "pulumi.ResourceTransformArgs") -> "pulumi.ResourceTransformResult | None":
        """A transform that leaves an extension as it is while its machine does not run.

        Args:
            args: The extension.
        """
        power = await self._power(args.props)
        if not power:
            return None
        options = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(ignore_changes=["*"]))
        return pulumi.ResourceTransformResult(args.props, options)

    async def refuse(self, args: "pulumi.ResourceHookArgs") -> None:
        """Refuse a new extension of a machine that does not run.

        Args:
            args: The extension.

        Raises:
            RunError: Its machine does not run.
        """
        power = await self._power(args.new_inputs or {})
        if power:
            machine = await known((args.new_inputs or {})["vmName"])
            raise pulumi.RunError(
                f"{machine} is {power}, and Azure installs no extension on a machine that does not run. Nothing was "
                f"changed. Start it (`scaleset instances start --instances {machine}`), or update all others now: "
                f"`pulumi up --exclude '{args.urn}'`."
            )

    async def _power(self, inputs: Any) -> str:
        """The power state of an extension's machine if it does not run, else nothing."""
        group, machine = [await known(inputs.get(name)) for name in ("resourceGroupName", "vmName")]
        if not isinstance(group, str) or not isinstance(machine, str):
            return ""
        if self._found is None:
            self._found = asyncio.ensure_future(self._read(group))
        return (await asyncio.shield(self._found)).get(machine.lower(), "")

    async def _read(self, group: str) -> dict[str, str]:
        """The power states of the set's machines that do not run, by lowered name, in one call."""
        try:
            path = f"/subscriptions/{await self.arm.subscription()}/resourceGroups/{group}/providers/Microsoft.Compute"
            scale_set = f"{path}/virtualMachineScaleSets/{self.plan.scale_set.inputs['vmScaleSetName']}"
            query = f"$filter='virtualMachineScaleSet/id' eq '{scale_set}'&$expand=instanceView"
            machines = await self.arm.list(f"{path}/virtualMachines?{COMPUTE}&{query}")
        except (ArmError, ArmUnavailableError) as error:
            pulumi.log.debug(f"Which machines run is not known: {error}")
            return {}
        stopped = {str(each["name"]): power for each in machines if (power := power_of(each)) in _STOPPED}
        self._tell(stopped)
        return {name.lower(): power for name, power in stopped.items()}

    def _tell(self, stopped: dict[str, str]) -> None:
        planned = {str(c.inputs["vmName"]).lower() for c in self.plan.children if c.type == tokens.VIRTUAL_MACHINE}
        shown = [f"{name} ({power})" for name, power in stopped.items() if name.lower() in planned]
        if shown:
            pulumi.log.warn(
                f"{', '.join(shown)}: not running, so its extensions are not changed. The first `pulumi up` "
                "after a start changes them.",
                self.arm.component,
            )
