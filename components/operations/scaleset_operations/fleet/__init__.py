"""A fleet: many scale sets, one stack each, rolled out in waves on Pulumi's Automation API (`scaleset fleet`).

config: fleet.yaml, validated. plan: its stacks. schedule: waves and bounded parallelism. engine, command:
Pulumi's Automation API. screen, report: the output. cli: the commands. Each stack runs the program of the project that
contains fleet.yaml; the program calls :func:`current` to learn which part of the fleet it is.
"""

from __future__ import annotations

from scaleset_operations.fleet.config import SECRET, Fleet, Member, fleet_file, load
from scaleset_operations.fleet.plan import StackPlan, expand, find
from scaleset_operations.fleet.problems import FleetError

__all__ = ["SECRET", "Fleet", "FleetError", "Member", "StackPlan", "current"]


def current(stack: str) -> tuple[Fleet, StackPlan]:
    """The fleet and the current stack's part of it, for the program that every stack of the project runs.

    Args:
        stack: The stack's name, ``pulumi.get_stack()``.

    Raises:
        FleetError: fleet.yaml is wrong, or has no such stack.
    """
    fleet = load(fleet_file())
    return fleet, find(expand(fleet), stack)
