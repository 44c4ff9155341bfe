"""What is not played is refused by its name: 501 for an operation of Azure's, else what Azure answers."""

from __future__ import annotations

from arm_simulator.core import errors, sdk_operations
from arm_simulator.core.errors import ArmError
from arm_simulator.core.messages import Call


def unknown_type(call: Call, resource_type: str) -> ArmError:
    """A type, action or view that the simulator does not have."""
    return _known(call) or errors.no_registered_provider(resource_type, call.query.get("api-version", ""))


def unknown_verb(call: Call) -> ArmError:
    """A verb that a played type, action or view does not have."""
    return _known(call) or errors.method_not_allowed(call.method, call.path)


def unknown_path(call: Call) -> ArmError:
    """A path outside of every provider."""
    missing = ArmError(404, "InvalidResourceType", f"No resource of the simulator answers '{call.path}'.")
    return _known(call) or missing


def _known(call: Call) -> ArmError | None:
    found = sdk_operations.of(call.method, call.path)
    return errors.not_implemented(found.name) if found else None
