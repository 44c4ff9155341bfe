"""Writes that meet under one load balancer: what Microsoft.Network answers while an earlier one is not finished.

A write of a balancer, of its pools and NAT rules, and of an interface that refers to it, locks the balancer for as long
as its operation is in progress. The answers to a second write, and where each was seen:

* ``retryable``: 429 ``RetryableError``, "A retryable error occurred.", with the detail
  ``RetryableErrorDueToAnotherOperation`` ("the network resource provider returns 429 ... when the target resource is
  locked by another operation": Azure Resource Manager, request-limits-and-throttling; in full in pulumi-azure-native
  issue 3720 and gardener issue 1533, there for a balancer). Where an interface is the one that is not finished, the
  detail is ``ReferencedResourceNotProvisioned`` (coreos/tectonic-installer issue 1460). azure-powershell issue 4889 has
  it for interfaces that take NAT rules of one balancer.
* ``conflict``: 409 ``AnotherOperationInProgress`` (azure-sap-automation issue 1052).
* ``failed``: accepted, then the operation ends as Failed with ``AnotherOperationInProgress``, and the resource is there
  (bicep issue 5132, pulumi-azure-native issue 1024).
* ``superseded``: accepted, and the earlier operation ends as Canceled with the detail
  ``CanceledAndSupersededDueToAnotherOperation`` (terraform-provider-azurerm issue 10178 for two balancer PUTs,
  aztfmod/terraform-azurerm-caf issue 389 for a pool and its balancer; "by design": azure-cli issue 21156). What the
  earlier one wrote stays: the later operation brings the balancer to the state of both.
* ``mixed``: these four in turn.

Which of them comes is not documented, so the setting decides; ``off`` (the default) lets every write pass.
Superseding is known among writes of a balancer and its children only: where an interface is part of the collision the
answer is ``retryable`` instead. A DELETE shows no failure afterwards: instead of ``failed`` it gets ``conflict``.
Compute's own calls to Network (an instance that gets its interface) are repeated inside Azure and do not collide here.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import dataclass, field
from typing import Any

from arm_simulator.core import operations
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId, parse
from arm_simulator.core.messages import Settings
from arm_simulator.core.references import references_of
from arm_simulator.core.store import Store

_BALANCER = "microsoft.network/loadbalancers"
_INTERFACE = "microsoft.network/networkinterfaces"
_NAMES = {
    _BALANCER: "LoadBalancer",
    f"{_BALANCER}/backendaddresspools": "LoadBalancerBackendAddressPool",
    f"{_BALANCER}/inboundnatrules": "InboundNatRule",
    _INTERFACE: "Nic",
}
_IN_TURN = ("retryable", "conflict", "superseded", "failed")


@dataclass(frozen=True, slots=True)
class _Running:
    """An operation that has a balancer locked: its id and name, what it writes, and until when at the earliest."""

    operation: str
    balancer: str
    name: str
    resource: str
    until: str


@dataclass(slots=True)
class Turn:
    """One write's turn at the balancers it touches.

    Attributes:
        balancers: The keys of the balancers.
        name: The operation's name, such as ``PutLoadBalancerOperation``.
        resource: The id of what is written.
        failure: The error that the write's operation ends with, if it is accepted and then fails.
        superseded: The ids of the operations that this one ends.
    """

    balancers: list[str]
    name: str
    resource: str
    failure: ArmError | None = None
    superseded: list[str] = field(default_factory=list)


class Collisions:
    """The collisions of one server; ``settings`` says which answer they get."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._met = 0

    def enter(self, rid: ResourceId, method: str, body: Any, *, now: str, operations_url: str) -> Turn | None:
        """The write's turn; None when it touches no balancer or collisions are off.

        Args:
            rid: What is written or deleted.
            method: The verb.
            body: The request's body, or None.
            now: RFC 3339 time.
            operations_url: The address below which operations can be read, for Azure's text.

        Raises:
            ArmError: 429 RetryableError or 409 AnotherOperationInProgress: an earlier write is not finished.
        """
        if self._settings.balancer_collisions == "off" or rid.type_key not in _NAMES:
            return None
        balancers = self._balancers(rid, body)
        if not balancers:
            return None
        turn = Turn(balancers, _operation_name(rid, method), rid.path)
        running = [found for balancer in balancers for found in self._running(balancer, now)]
        if running:
            self._collide(turn, running, method, now, operations_url)
        return turn

    def begin(self, turn: Turn, operation: str, now: str) -> None:
        """The write was accepted as this operation: it has the balancers, and ends those that it supersedes."""
        until = operations.later(now, self._settings.balancer_busy_ms)
        for balancer in turn.balancers:
            self._store.execute(
                "INSERT OR REPLACE INTO turns(operation, balancer, name, resource, until) VALUES(?,?,?,?,?)",
                (operation, balancer, turn.name, turn.resource, until),
            )
        for earlier in turn.superseded:
            rows = self._store.execute("SELECT name FROM turns WHERE operation = ?", (earlier,))
            error = _superseded(str(rows[0][0]), earlier, turn.name, operation)
            self._store.execute(
                "UPDATE operations SET polls = 0, error = ?, result = NULL WHERE id = ?",
                (json.dumps(error.error()), earlier),
            )
            self._store.execute("DELETE FROM turns WHERE operation = ?", (earlier,))

    def _balancers(self, rid: ResourceId, body: Any) -> list[str]:
        """The balancers that a write touches: the one above, or those that an interface names before or after it."""
        if rid.type_key != _INTERFACE:
            return [(rid.parent if rid.is_nested and rid.parent else rid).key]
        existing = self._store.get(rid)
        named = references_of(rid, body) + (references_of(rid, existing.body) if existing else [])
        found = (parse(reference.target) for reference in named if f"/{_BALANCER}/" in reference.target)
        return sorted({(target.parent if target.is_nested and target.parent else target).key for target in found})

    def _running(self, balancer: str, now: str) -> list[_Running]:
        rows = self._store.execute(
            "SELECT t.operation, t.name, t.resource, t.until FROM turns t JOIN operations o ON o.id = t.operation"
            " WHERE t.balancer = ? AND (o.polls > 0 OR t.until > ?) ORDER BY t.until, t.operation",
            (balancer, now),
        )
        if not rows:
            self._store.execute("DELETE FROM turns WHERE balancer = ?", (balancer,))
        shown = self._store.get(balancer)
        path = shown.id.path if shown else balancer
        return [_Running(operation, path, name, resource, until) for operation, name, resource, until in rows]

    def _collide(self, turn: Turn, running: list[_Running], method: str, now: str, operations_url: str) -> None:
        answer = self._settings.balancer_collisions
        if answer == "mixed":
            answer = _IN_TURN[self._met % len(_IN_TURN)]
            self._met += 1
        interfaces = [other for other in running if f"/{_INTERFACE}/" in other.resource.lower()]
        network_only = not interfaces and f"/{_INTERFACE}/" not in turn.resource.lower()
        if answer == "superseded" and network_only:
            turn.superseded = list(dict.fromkeys(other.operation for other in running))
        elif answer == "failed" and method != "DELETE":
            turn.failure = _in_progress(f"{operations_url}/{running[0].operation}")
        elif answer in {"conflict", "failed"}:
            raise _in_progress(f"{operations_url}/{running[0].operation}")
        else:
            raise self._retryable(turn, running, interfaces, now)

    def _retryable(self, turn: Turn, running: list[_Running], interfaces: list[_Running], now: str) -> ArmError:
        seconds = max(self._settings.retry_after, *(_seconds_between(now, other.until) for other in running))
        waits_for_interface = interfaces and f"/{_INTERFACE}/" not in turn.resource.lower()
        detail = _not_provisioned(interfaces[0]) if waits_for_interface else _locked(running[0], seconds)
        return ArmError(
            429,
            "RetryableError",
            "A retryable error occurred.",
            details=[detail],
            headers={"Retry-After": f"{seconds:g}"},
        )


def _not_provisioned(interface: _Running) -> dict[str, str]:
    state = "Deleting" if interface.name.startswith("Delete") else "Updating"
    message = (
        f"Cannot proceed with operation because resource {interface.resource} used by resource {interface.balancer} is "
        f"not in Succeeded state. Resource is in {state} state and the last operation that updated/is updating the "
        f"resource is {interface.name}."
    )
    return {"code": "ReferencedResourceNotProvisioned", "message": message}


def _locked(other: _Running, seconds: float) -> dict[str, str]:
    message = (
        f"Operation {other.name} ({other.operation}) is updating resource {other.balancer}. The call can be retried in "
        f"{math.ceil(seconds)} seconds."
    )
    return {"code": "RetryableErrorDueToAnotherOperation", "message": message}


def _operation_name(rid: ResourceId, method: str) -> str:
    return f"{'Delete' if method == 'DELETE' else 'Put'}{_NAMES[rid.type_key]}Operation"


def _in_progress(operation_url: str) -> ArmError:
    return ArmError(
        409,
        "AnotherOperationInProgress",
        "Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri: "
        f"{operation_url}.",
    )


def _superseded(name: str, operation: str, later_name: str, later: str) -> ArmError:
    """The end of an operation; its code makes the status ``Canceled``."""
    detail = {
        "code": "CanceledAndSupersededDueToAnotherOperation",
        "message": f"Operation {name} ({operation}) was canceled and superseded by operation {later_name} ({later}).",
    }
    return ArmError(409, "Canceled", "Operation was canceled.", details=[detail])


def _seconds_between(now: str, until: str) -> float:
    return max(0.0, (dt.datetime.fromisoformat(until) - dt.datetime.fromisoformat(now)).total_seconds())
