"""Which operation a request needs, and where: Azure Resource Manager's rule.

"Azure resource provider operations": GET and HEAD are ``TYPE/read``, PUT and PATCH ``TYPE/write``, DELETE
``TYPE/delete``, POST of a word ``TYPE/WORD/action``. A list needs the read of the listed type.
``rollingUpgrades/cancel`` looks like a resource named ``cancel``: its operation is ``rollingUpgrades/action``.

Preview features are read and registered by ``Microsoft.Features/providers/features``, whatever provider's they are
("Azure permissions for Management and governance"): their addresses have two providers.

The status of a long-running operation does not belong to a resource. A role at a resource group is enough for a write
there, and the status, which is below the subscription, can be polled too.
"""

from __future__ import annotations

from typing import NamedTuple

from arm_simulator.core import ids
from arm_simulator.core.messages import Call
from arm_simulator.providers.authorization.operations import known

GRAPH = "Microsoft.ResourceGraph/resources/read"
_VERBS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete", "POST": "action"}
_GRAPH_PATH = ["providers", "microsoft.resourcegraph", "resources"]
_SUBSCRIPTION_PARTS = 2
_GROUP_PARTS = 4
_FEATURE_PARTS = 8


class Need(NamedTuple):
    """An operation, as Azure spells it, and the scope that it is needed at (a path)."""

    operation: str
    scope: str


def need(call: Call) -> Need | None:
    """What a request needs; None where Azure checks nothing."""
    parts = ids.split_path(call.path)
    lowered = [part.lower() for part in parts]
    if lowered == _GRAPH_PATH:
        return Need(GRAPH, "/")
    if len(parts) < _SUBSCRIPTION_PARTS or lowered[0] != "subscriptions" or _is_status(lowered):
        return None
    provider = max((index for index, part in enumerate(lowered) if part == "providers"), default=-1)
    verb = _VERBS.get(call.method, "read")
    if lowered[2:5] == ["providers", "microsoft.features", "providers"]:
        return _of_feature(parts, verb)
    if provider < 0 or provider == len(parts) - 1:
        return _of_container(parts, lowered, verb)
    return _of_type(parts, provider, verb)


def _of_type(parts: list[str], provider: int, verb: str) -> Need:
    """A resource, a list or an action after the last ``providers``."""
    tail = parts[provider + 1 :]
    if len(tail) == 1:
        return Need("Microsoft.Resources/subscriptions/providers/read", _path(parts[:provider]))
    namespace, names = tail[0], tail[1:]
    kinds = "/".join([namespace, *names[::2]])
    if len(names) % 2 == 0:
        return Need(spelled(f"{kinds}/{verb}"), _path(parts))
    scope = _path(parts[: provider + 2] if len(names) == 1 else parts[:-1])
    return Need(spelled(f"{kinds}/{'action' if verb == 'action' else 'read'}"), scope)


def _of_feature(parts: list[str], verb: str) -> Need:
    """``.../providers/Microsoft.Features/providers/NAMESPACE/features/NAME``, and ``/register`` after it."""
    word = parts[_FEATURE_PARTS] if len(parts) > _FEATURE_PARTS else ""
    end = f"{word}/action" if verb == "action" else verb
    return Need(spelled(f"Microsoft.Features/providers/features/{end}"), _path(parts[:_FEATURE_PARTS]))


def spelled(operation: str) -> str:
    """An operation in Azure's spelling, if it is a known one."""
    return known().get(operation.lower(), operation)


def _of_container(parts: list[str], lowered: list[str], verb: str) -> Need:
    base = "Microsoft.Resources/subscriptions"
    if len(parts) == _SUBSCRIPTION_PARTS:
        return Need(f"{base}/{verb}", _path(parts))
    if lowered[2] != "resourcegroups":
        return Need(f"{base}/{parts[2]}/read", _path(parts[:2]))
    if len(parts) <= _GROUP_PARTS:
        return Need(f"{base}/resourceGroups/{verb}", _path(parts[:4] if len(parts) == _GROUP_PARTS else parts[:2]))
    return Need(f"{base}/resourceGroups/{parts[4]}/read", _path(parts[:4]))


def _is_status(lowered: list[str]) -> bool:
    """``.../providers/NAMESPACE/locations/LOCATION/operations/ID``."""
    return lowered[2:3] == ["providers"] and lowered[4:5] == ["locations"] and lowered[6:7] == ["operations"]


def _path(parts: list[str]) -> str:
    return "/" + "/".join(parts)
