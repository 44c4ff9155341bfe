"""Day-2 operations, as programs import them (:mod:`scaleset_operations`, a separate distribution)."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaleset_operations import *  # noqa: F403 - all that is public there is public here

try:
    import scaleset_operations
except ModuleNotFoundError as error:
    if error.name != "scaleset_operations":
        raise
    raise ModuleNotFoundError(
        "the operations are a separate package: pip install pulumi-azure-scaleset-operations",
        name="scaleset_operations",
    ) from None

__all__ = scaleset_operations.__all__


def __getattr__(name: str) -> Any:
    return getattr(scaleset_operations, name)
