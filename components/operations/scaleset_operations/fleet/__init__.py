"""A fleet: many scale sets, one stack each, rolled out in waves on Pulumi's Automation API (`scaleset fleet`).

config: fleet.yaml, validated. plan: its stacks. schedule: waves and bounded parallelism. engine, command:
Pulumi's Automation API. screen, report: the output. cli: the commands; running: what they do. Each stack runs the
program of the project that contains fleet.yaml; the program calls :func:`current` to learn which part of the fleet it
is.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from scaleset_operations.fleet.choices import SECRET

if TYPE_CHECKING:
    from scaleset_operations.fleet.config import Fleet, Member
    from scaleset_operations.fleet.plan import StackPlan
    from scaleset_operations.fleet.problems import FleetError

__all__ = ["SECRET", "Fleet", "FleetError", "Member", "StackPlan", "current"]


def current(stack: str) -> tuple[Fleet, StackPlan]:
    """The fleet and the current stack's part of it, for the program that every stack of the project runs.

    Args:
        stack: The stack's name, ``pulumi.get_stack()``.

    Raises:
        FleetError: fleet.yaml is wrong, or has no such stack.
    """
    from scaleset_operations.fleet.config import fleet_file, load  # noqa: PLC0415 - the command's help needs none of it
    from scaleset_operations.fleet.plan import expand, find  # noqa: PLC0415

    fleet = load(fleet_file())
    return fleet, find(expand(fleet), stack)


_MODULES = {"Fleet": "config", "Member": "config", "StackPlan": "plan", "FleetError": "problems"}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
