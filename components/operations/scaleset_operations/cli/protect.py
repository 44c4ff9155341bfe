"""``protect`` and ``unprotect``: one protection, in the form that the mode has."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

import typer

from scaleset_operations.cli.request import Request
from scaleset_operations.cli.session import perform
from scaleset_operations.planning import Plan
from scaleset_operations.selection import Selection

if TYPE_CHECKING:
    from scaleset_operations import Operations


INSTANCE_PROTECTION = typer.Option(
    "--instance-protection/--no-instance-protection",
    help="Flexible: the protectionPolicy instead of a lock, or a lock alone. Default: both if the set has a "
    "profile, because scale-in and repairs skip an instance with a policy and fail at a lock; else a lock.",
    show_default=False,
)


class LockChoice(StrEnum):
    """The levels of a management lock."""

    CAN_NOT_DELETE = "CanNotDelete"
    READ_ONLY = "ReadOnly"


def protect(
    request: Request,
    selection: Selection,
    *,
    scale_set_actions: bool = False,
    lock: LockChoice | None = None,
    lock_name: str = "",
    instance_protection: bool | None = None,
    remove: bool = False,
) -> None:
    """Protect the instances, or take their protection away (which asks first)."""

    async def planner(operations: Operations) -> Plan:
        from scaleset_operations.protection import LockLevel, Wanted  # noqa: PLC0415 - loads the Azure SDK

        wanted = Wanted(
            scale_set_actions=scale_set_actions,
            level=LockLevel(lock.value) if lock else None,
            lock_name=lock_name,
            lock=not instance_protection,
            instance_protection=instance_protection,
        )
        return await operations.plan_protection(selection, wanted, remove=remove)

    perform(replace(request, risk="loss" if remove else "", named=selection.by_name), planner)
