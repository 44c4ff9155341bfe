"""Advice about the machines of one set, once: what a hundred of them have in common is one line, not a hundred.

Only advice is held back. What stops a deployment is reported for each resource.
"""

from typing import Any, Final

from pulumi.runtime import proto

from scaleset_policies import arm_types
from scaleset_policies.estate import Resource

_FOR_ALL: Final = " Reported once for all machines of this scale set."


class OncePerSet:
    """What has been reported about each set's machines, in one run of the engine."""

    def __init__(self) -> None:
        self._said: set[tuple[str, str, str]] = set()

    def clear(self) -> None:
        """Forget: the next run begins."""
        self._said.clear()

    def keep(self, request: Any, resource: Resource, response: Any) -> Any:
        """``response`` without advice that was already given for another machine of the set in the same words.

        Args:
            request: The engine's request about the machine.
            resource: The machine; other resources keep all their diagnostics.
            response: The answer, which is changed.
        """
        owner = _set_of(request, resource)
        if not owner:
            return response
        kept = []
        for each in response.diagnostics:
            if each.enforcementLevel == proto.ADVISORY:
                said = (owner, each.policyName, each.message.replace(resource.name, ""))
                if said in self._said:
                    continue
                self._said.add(said)
                each.message += _FOR_ALL
            kept.append(each)
        del response.diagnostics[:]
        response.diagnostics.extend(kept)
        return response


def _set_of(request: Any, resource: Resource) -> str:
    """What identifies the set of a machine: its id, or the component that declares both; empty if it is not known."""
    if resource.type != arm_types.VIRTUAL_MACHINE or resource.view.first("virtualMachineScaleSet") is None:
        return ""
    found = resource.view.first("virtualMachineScaleSet.id")
    known = found.value if found is not None and found.known and isinstance(found.value, str) else ""
    return known or str(request.options.parent)
