"""Day-2 operations on a scale set in both orchestration modes, driven by the mode table.

    from scaleset_operations import Operations, Selection, Target, connect

    async with Operations(connect(), Target(subscription, "rg", "web")) as operations:
        plan = await operations.plan("instance.restart", Selection(names=("web-0", "web-1")))
        report = await operations.execute(plan)

Every name is loaded when it is first used: importing this package is cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaleset_operations.azure import Azure
    from scaleset_operations.calls import Call
    from scaleset_operations.cloud import (
        CLOUDS,
        Cloud,
        Connection,
        connect,
    )
    from scaleset_operations.errors import (
        AzureError,
        OperationsError,
        UnsupportedError,
        UsageError,
    )
    from scaleset_operations.executor import Execution, Listener
    from scaleset_operations.instances import Instance
    from scaleset_operations.inventory import ScaleSet
    from scaleset_operations.locks import Lock
    from scaleset_operations.pace import Pace
    from scaleset_operations.planning import (
        Choices,
        Plan,
        Skip,
        make_plan,
    )
    from scaleset_operations.protection import LockLevel, Wanted
    from scaleset_operations.report import Outcome, Report, State
    from scaleset_operations.selection import (
        Selection,
        Where,
        make_selection,
        parse_where,
    )
    from scaleset_operations.service import Operations
    from scaleset_operations.target import Target, parse_target

__all__ = [
    "CLOUDS",
    "Azure",
    "AzureError",
    "Call",
    "Choices",
    "Cloud",
    "Connection",
    "Execution",
    "Instance",
    "Listener",
    "Lock",
    "LockLevel",
    "Operations",
    "OperationsError",
    "Outcome",
    "Pace",
    "Plan",
    "Report",
    "ScaleSet",
    "Selection",
    "Skip",
    "State",
    "Target",
    "UnsupportedError",
    "UsageError",
    "Wanted",
    "Where",
    "connect",
    "make_plan",
    "make_selection",
    "parse_target",
    "parse_where",
]

_MODULES = {
    "Azure": "azure",
    "AzureError": "errors",
    "CLOUDS": "cloud",
    "Call": "calls",
    "Choices": "planning",
    "Cloud": "cloud",
    "Connection": "cloud",
    "Execution": "executor",
    "Instance": "instances",
    "Listener": "executor",
    "Lock": "locks",
    "LockLevel": "protection",
    "Operations": "service",
    "OperationsError": "errors",
    "Outcome": "report",
    "Pace": "pace",
    "Plan": "planning",
    "Report": "report",
    "ScaleSet": "inventory",
    "Selection": "selection",
    "Skip": "planning",
    "State": "report",
    "Target": "target",
    "UnsupportedError": "errors",
    "UsageError": "errors",
    "Wanted": "protection",
    "Where": "selection",
    "connect": "cloud",
    "make_plan": "planning",
    "make_selection": "selection",
    "parse_target": "target",
    "parse_where": "selection",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
