"""Whether a call happened whose answer was lost, by what the machines show. Pure.

Azure gives the state of the last operation on a machine as the ``ProvisioningState/...`` status of its instance view,
with the time when it was set: https://learn.microsoft.com/azure/virtual-machines/states-billing.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from scaleset_operations.calls import Call
from scaleset_operations.instances import Instance

_MARGIN = 2.0
"""Seconds by which this machine's clock and Azure's may differ unnoticed."""
_ACTIONS = frozenset(
    {
        "start", "restart", "poweroff", "deallocate", "redeploy", "reimage", "reimageall", "performmaintenance",
        "reapply", "delete", "manualupgrade",
    }
)  # fmt: skip
"""What leaves its mark on each machine that it acts on."""


_WORKING = frozenset({"updating", "creating", "deleting", "migrating"})


class Evidence(StrEnum):
    """What the machine shows."""

    HAPPENED = "happened"
    UNDER_WAY = "under way"
    NOT = "not happened"
    UNCLEAR = "unclear"


def last_change(instance: Instance) -> tuple[str, float]:
    """The word of the last operation's state (``succeeded``, ``updating``), and when it was set; 0: not known."""
    statuses = instance.view.get("statuses")
    for status in statuses if isinstance(statuses, list) else []:
        code = str(status.get("code") or "") if isinstance(status, dict) else ""
        if code.lower().startswith("provisioningstate/"):
            try:
                when = datetime.fromisoformat(str(status.get("time"))).timestamp()
            except ValueError:
                when = 0.0
            return code.split("/")[1].lower(), when
    return "", 0.0


def leaves_a_mark(call: Call) -> bool:
    """Whether the machines show that a call has acted on them."""
    return call.verb == "POST" and call.path.rsplit("/", 1)[-1].lower() in _ACTIONS


def may_be_repeated(call: Call) -> bool:
    """Whether sending it again ends in the same state: it says what shall be, not what shall be done."""
    return call.verb in {"PUT", "PATCH", "DELETE"} or _deletes(call)


def look(call: Call, instance: Instance | None, sent: float) -> Evidence:
    """Whether a call that was sent at ``sent`` has acted on an instance.

    Args:
        call: The call; :func:`leaves_a_mark` holds.
        instance: The instance with its instance view; None: there is none of that name.
        sent: When it was sent, seconds since the epoch, by Azure's clock.
    """
    if instance is None:
        return Evidence.HAPPENED if _deletes(call) else Evidence.UNCLEAR
    word, when = last_change(instance)
    if word in _WORKING or instance.provisioning.lower() in _WORKING:
        return Evidence.UNDER_WAY
    if _deletes(call):
        return Evidence.NOT
    if not when or sent - _MARGIN <= when < sent:
        return Evidence.UNCLEAR
    return Evidence.HAPPENED if when >= sent else Evidence.NOT


def _deletes(call: Call) -> bool:
    return call.verb == "DELETE" or call.path.endswith("/delete")
