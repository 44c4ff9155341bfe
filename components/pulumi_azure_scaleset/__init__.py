"""Azure Virtual Machine Scale Sets for Pulumi in both orchestration modes.

    from pulumi_azure_scaleset import ScaleSet

Importing the package is cheap: the component loads with ``ScaleSet``, so that tools which only read the
mode table (:mod:`scaleset_core.modes`) start quickly.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi_azure_scaleset.args import Instance, ScaleSetArgs
    from pulumi_azure_scaleset.errors import Problem, ScaleSetArgsError
    from pulumi_azure_scaleset.scale_set import ScaleSet

_LAZY = {
    "Instance": "args",
    "Problem": "errors",
    "ScaleSet": "scale_set",
    "ScaleSetArgs": "args",
    "ScaleSetArgsError": "errors",
}

__all__ = ["Instance", "Problem", "ScaleSet", "ScaleSetArgs", "ScaleSetArgsError"]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - only when the component is used

    value = getattr(importlib.import_module(f"{__name__}.{_LAZY[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
