"""Day-2 operations on a scale set, right in both orchestration modes and driven by the mode table.

    from pulumi_azure_scaleset.operations import Operations, Selection, Target, connect

    async with Operations(connect(), Target(subscription, "rg", "web")) as operations:
        plan = await operations.plan("instance.restart", Selection(names=("web-0", "web-1")))
        report = await operations.execute(plan)

Names that need the Azure SDK are loaded when they are first used: importing this package is cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from pulumi_azure_scaleset.operations.calls import Call
from pulumi_azure_scaleset.operations.cloud import CLOUDS, Cloud, Connection, connect
from pulumi_azure_scaleset.operations.errors import AzureError, OperationsError, UnsupportedError, UsageError
from pulumi_azure_scaleset.operations.executor import Execution, Listener, Pace
from pulumi_azure_scaleset.operations.instances import Instance
from pulumi_azure_scaleset.operations.planning import Choices, Plan, Skip, make_plan
from pulumi_azure_scaleset.operations.report import Outcome, Report, State
from pulumi_azure_scaleset.operations.selection import Selection, Where, make_selection, parse_where
from pulumi_azure_scaleset.operations.target import Target, parse_target

if TYPE_CHECKING:
    from pulumi_azure_scaleset.operations.azure import Azure
    from pulumi_azure_scaleset.operations.inventory import Lock, ScaleSet
    from pulumi_azure_scaleset.operations.protection import LockLevel, Wanted
    from pulumi_azure_scaleset.operations.service import Operations

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

_LAZY = {
    "Azure": "azure",
    "Lock": "inventory",
    "LockLevel": "protection",
    "Operations": "service",
    "ScaleSet": "inventory",
    "Wanted": "protection",
}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(importlib.import_module(f"{__name__}.{_LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
