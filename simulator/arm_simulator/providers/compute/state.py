"""The private state of one machine and what each action does to it. Pure: no store, no request.

A machine's state is a JSON object in ``Resource.runtime``::

    power             running | stopped | deallocated
    hibernated        whether the memory is on disk (deallocate with hibernate=true)
    bootCount         boots so far, 1 after creation
    hostId            the physical host; changes on redeploy, maintenance, and start after deallocate
    osDiskGeneration  1 for the disk of creation, one more with each reimage
    dataDiskGeneration  the same for data disks, which only reimageAll replaces
    lastAction        name of the last action that ran
    maintenance       result of the last maintenance, or absent
    health            healthy | unhealthy, shown when the Application Health extension is there
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from arm_simulator.core.errors import ArmError, operation_not_allowed

State = dict[str, Any]

POWER_TEXT = {"running": "VM running", "stopped": "VM stopped", "deallocated": "VM deallocated"}


def digest(*parts: object) -> str:
    """Eight hex digits, always the same for the same parts."""
    text = "\n".join(str(part) for part in parts).lower()
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


def new(key: str) -> State:
    """The state of a machine that was just created and booted."""
    return {
        "power": "running",
        "bootCount": 1,
        "hostId": f"host-{digest(key, 1)}",
        "hostMoves": 1,
        "osDiskGeneration": 1,
        "dataDiskGeneration": 1,
        "lastAction": "create",
        "vmId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"arm-simulator:{key}")),
        "health": "healthy",
    }


def _boot(state: State) -> None:
    state["power"] = "running"
    state["hibernated"] = False
    state["bootCount"] += 1


def _move(state: State) -> None:
    state["hostMoves"] += 1
    state["hostId"] = f"host-{digest(state['vmId'], state['hostMoves'])}"


def start(state: State, _: str) -> None:
    """Boot a stopped or deallocated machine; nothing for a running one. After deallocation it gets a new host."""
    if state["power"] == "running":
        return
    if state["power"] == "deallocated":
        _move(state)
    _boot(state)


def restart(state: State, name: str) -> None:
    """Boot a running or stopped machine again.

    Raises:
        ArmError: the machine is deallocated.
    """
    if state["power"] == "deallocated":
        raise operation_not_allowed(
            f"Operation 'restart' is not allowed on VM '{name}' since the VM is either not started or deallocated. "
            "Start the VM first."
        )
    _boot(state)


def power_off(state: State, _: str) -> None:
    """Stop a running machine; it keeps its host and is still billed."""
    if state["power"] == "running":
        state["power"] = "stopped"


def deallocate(state: State, _: str) -> None:
    """Stop a machine and release its host."""
    state["power"] = "deallocated"


def hibernate(state: State, name: str) -> None:
    """Keep the memory on disk and deallocate.

    Raises:
        ArmError: the machine is not running.
    """
    if state["power"] != "running":
        raise operation_not_allowed(f"Operation 'hibernate' is not allowed on VM '{name}' since the VM is not running.")
    state["power"] = "deallocated"
    state["hibernated"] = True


def redeploy(state: State, _: str) -> None:
    """Move to a new host and boot there."""
    _move(state)
    _boot(state)


def perform_maintenance(state: State, name: str) -> None:
    """Do the planned maintenance now: the machine moves to an updated host and boots.

    Raises:
        ArmError: the machine is deallocated, so there is nothing to maintain.
    """
    if state["power"] == "deallocated":
        raise operation_not_allowed(
            f"Operation 'performMaintenance' is not allowed on VM '{name}' since the VM is deallocated."
        )
    redeploy(state, name)
    state["maintenance"] = "MaintenanceCompleted"


def reimage(state: State, _: str) -> None:
    """A new OS disk from the image; a running machine boots from it."""
    state["osDiskGeneration"] += 1
    if state["power"] == "running":
        _boot(state)


def reimage_all(state: State, name: str) -> None:
    """New OS and data disks."""
    reimage(state, name)
    state["dataDiskGeneration"] += 1


def reapply(state: State, _: str) -> None:
    """Apply the model again: nothing visible changes."""


def update_instance(state: State, _: str) -> None:
    """Apply a changed model: a running machine reboots."""
    if state["power"] == "running":
        _boot(state)


def migrate(state: State, _: str) -> None:
    """Move to a host in another zone; a running machine boots there."""
    _move(state)
    if state["power"] == "running":
        _boot(state)


Transition = Callable[[State, str], None]

TRANSITIONS: dict[str, Transition] = {
    "start": start,
    "restart": restart,
    "powerOff": power_off,
    "deallocate": deallocate,
    "hibernate": hibernate,
    "redeploy": redeploy,
    "performMaintenance": perform_maintenance,
    "reimage": reimage,
    "reimageAll": reimage_all,
    "reapply": reapply,
    "updateInstances": update_instance,
    "migrateVMAvailabilityZone": migrate,
}


def act(state: State, action: str, name: str) -> None:
    """Run one action on a machine's state.

    Args:
        state: changed in place; untouched when the action is refused.
        action: a key of ``TRANSITIONS``.
        name: of the VM or instance, for messages.

    Raises:
        ArmError: 409 when the power state does not allow it.
    """
    TRANSITIONS[action](state, name)
    state["lastAction"] = action


def refuse_unless_spot(spot: bool, name: str) -> None:
    """Only Spot machines can be evicted.

    Raises:
        ArmError: 409 OperationNotAllowed.
    """
    if not spot:
        raise ArmError(
            409,
            "OperationNotAllowed",
            f"Operation 'simulateEviction' is not allowed on VM '{name}' because it is not a Spot virtual machine.",
        )
