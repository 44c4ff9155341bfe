"""What an update removes from a scale set or machine, sent to Azure explicitly.

Microsoft.Compute gives PUT the meaning of PATCH: what a request leaves out stays (Microsoft's page "PUT calls for
creation or updates on compute resources"). So the last tag, data disk or extension, and automatic repairs, would be
gone from the program and the state, and still be in Azure. Empty values in the inputs would change the plans of
everybody who never had any. So a PATCH with the opposite value is sent before the update that removes something.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from pulumi_azure_scaleset.engine.arm import COMPUTE, Arm
from pulumi_azure_scaleset.engine.rest import ArmError, ArmUnavailableError
from pulumi_azure_scaleset.plan import generic, tokens, versions
from pulumi_azure_scaleset.plan.foreign import at, put

_PROFILE = "virtualMachineProfile"
_NOTICE = ("scheduledEventsProfile", "terminateNotificationProfile")
OPPOSITES: Mapping[str, Mapping[tuple[str, ...], Any]] = {
    tokens.SCALE_SET: {
        ("tags",): {},
        ("automaticRepairsPolicy",): {"enabled": False},
        (_PROFILE, "storageProfile", "dataDisks"): [],
        (_PROFILE, "extensionProfile", "extensions"): [],
        (_PROFILE, *_NOTICE): {"enable": False},
    },
    tokens.VIRTUAL_MACHINE: {
        ("tags",): {},
        ("storageProfile", "dataDisks"): [],
        _NOTICE: {"enable": False},
    },
}
"""The values that remove something, by its former path in the inputs."""
_BESIDE = frozenset({"tags"})
_LOCKED = "ScopeLocked"


def taken_away(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The body of the PATCH that removes what ``old`` inputs have and ``new`` ones do not; empty for nothing.

    Args:
        kind: The plain type token.
        old: The inputs before.
        new: The inputs now.
    """
    body: dict[str, Any] = {}
    for path, opposite in OPPOSITES.get(kind, {}).items():
        had, has = at(old, path), at(new, path)
        # Without its profile a set has no machines to take anything from.
        lost = path[0] == _PROFILE and _PROFILE not in new
        if had and had != opposite and not has and not lost:
            where: Sequence[str] = path if path[0] in _BESIDE else ("properties", *path)
            body = put(body, where, opposite)
    return body


@dataclass
class Cleared:
    """Takes away what updates of one component's scale set and machines leave out.

    Attributes:
        arm: Azure.
    """

    arm: Arm
    _waiting: dict[str, dict[str, Any]] = field(default_factory=dict, init=False)  # by URN, while a lock is in the way

    async def before(self, args: "pulumi.ResourceHookArgs") -> None:
        """Take it away before the update, so that a refusal leaves the state as it is.

        Args:
            args: The resource, with its old and new inputs.

        Raises:
            RunError: Azure refuses.
        """
        old, new, kind = args.old_inputs or {}, args.new_inputs or {}, versions.plain(args.type)
        if kind == generic.TOKEN:
            machine = str(new.get("resourceType")) == generic.KINDS[tokens.VIRTUAL_MACHINE]
            old, new = generic.typed(old), generic.typed(new)
            kind = tokens.VIRTUAL_MACHINE if machine else tokens.SCALE_SET
        body = taken_away(kind, old, new)
        if not body:
            return
        try:
            await self._send(args, body)
        except ArmError as error:
            if _LOCKED not in str(error):
                raise pulumi.RunError(
                    f"{args.name}: properties that were removed from the program stay in Azure: {error}"
                ) from error
            # A lock of the set's own is lifted for the update itself, and put back after it.
            self._waiting[args.urn] = body

    async def after(self, args: "pulumi.ResourceHookArgs") -> None:
        """Take away after the update what a lock kept before it.

        Args:
            args: The resource.

        Raises:
            RunError: Azure refuses.
        """
        body = self._waiting.pop(args.urn, None)
        if body is None:
            return
        try:
            await self._send(args, body)
        except ArmError as error:
            raise pulumi.RunError(
                f"{args.name}: properties that were removed from the program stay in Azure: {error}"
            ) from error

    async def _send(self, args: "pulumi.ResourceHookArgs", body: dict[str, Any]) -> None:
        try:
            await self.arm.patch(f"{args.id}?{COMPUTE}", body)
        except ArmUnavailableError as error:
            pulumi.log.warn(
                f"{args.name}: it is not known whether Azure still has properties that were removed from the program: "
                f"{error}"
            )
