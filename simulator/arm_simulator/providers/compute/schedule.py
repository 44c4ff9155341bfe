"""Microsoft.ComputeSchedule: start, deallocate, hibernate and delete many VMs with one request, now or at a given time.

Each VM gets its own operation with an id; the response has all of them. An operation that is due runs within the
request, a later one at the first poll after its time.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from arm_simulator.core import errors, ids
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Registry
from arm_simulator.core.store import Resource

from . import machine_actions
from .common import VM, Body
from .rules.problem import dig

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

NAMESPACE = "Microsoft.ComputeSchedule"
MAX_RESOURCES = 100
_OPERATION = f"{NAMESPACE}/scheduledOperations"
_FINAL = frozenset({"Succeeded", "Failed", "Cancelled"})
_VERBS = ("Start", "Deallocate", "Hibernate", "Delete")


def register(registry: Registry) -> None:
    """Add the routes."""
    for verb in _VERBS:
        _route(registry, f"Execute{verb}", _request(verb, scheduled=False))
        if verb != "Delete":
            _route(registry, f"Submit{verb}", _request(verb, scheduled=True))
    _route(registry, "GetOperationStatus", _status)
    _route(registry, "GetOperationErrors", _errors)
    _route(registry, "CancelOperations", _cancel)


Handler = Callable[["Context", Mapping[str, str], Body], Any]


def _route(registry: Registry, name: str, handler: Handler) -> None:
    registry.route("POST", NAMESPACE, f"locations/{{location}}/virtualMachines{name}", handler)


def _request(verb: str, *, scheduled: bool) -> Handler:
    def handler(ctx: Context, parameters: Mapping[str, str], body: Body) -> Body:
        targets = _targets(body)
        correlation = str(body.get("correlationid") or uuid.uuid4())
        due = _deadline(body) if scheduled else None
        results = [_begin(ctx, parameters, verb, target, correlation, body, due) for target in targets]
        return {
            "description": f"{verb} Resource request",
            "type": "VirtualMachines",
            "location": parameters["location"],
            "results": results,
        }

    return handler


def _targets(body: Body) -> list[str]:
    found = dig(body, "resources.ids")
    if not isinstance(found, list) or not found:
        raise errors.bad_request("Required parameter 'resources.ids' is missing (null).", "resources.ids")
    if len(found) > MAX_RESOURCES:
        raise errors.bad_request(
            f"The request names {len(found)} resources; at most {MAX_RESOURCES} are allowed in one request.",
            "resources.ids",
        )
    if not isinstance(body.get("executionParameters"), dict):
        raise errors.bad_request("Required parameter 'executionParameters' is missing (null).", "executionParameters")
    return [str(item) for item in found]


def _deadline(body: Body) -> str:
    schedule = body.get("schedule") or {}
    text = schedule.get("deadline") or schedule.get("deadLine")
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise errors.bad_request(
            f"The value '{text}' of parameter 'schedule.deadline' is no date.", "schedule"
        ) from None
    if schedule.get("deadlineType") not in {"InitiateAt", "CompleteBy"}:
        raise errors.bad_request("Parameter 'schedule.deadlineType' must be InitiateAt or CompleteBy.", "schedule")
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _begin(
    ctx: Context, parameters: Mapping[str, str], verb: str, target: str, correlation: str, body: Body, due: str | None
) -> Body:
    """One VM's operation: stored, and run when it is due. A VM that is absent gives an error in its own result."""
    vm = _vm(ctx, target)
    if vm is None:
        return {
            "resourceId": target,
            "errorCode": "ResourceNotFound",
            "errorDetails": f"The virtual machine '{target}' was not found.",
        }
    number = str(uuid.uuid4())
    operation: Body = {
        "operationId": number,
        "resourceId": vm.id.path,
        "opType": verb,
        "subscriptionId": parameters["subscription"],
        "deadline": due or ctx.now,
        "deadlineType": dig(body, "schedule.deadlineType") or "InitiateAt",
        "state": "PendingExecution" if due is None else "Scheduled",
        "timezone": dig(body, "schedule.timezone") or dig(body, "schedule.timeZone") or "UTC",
        "retryPolicy": dig(body, "executionParameters.retryPolicy") or {},
    }
    row = Resource(
        _row_id(parameters["subscription"], number),
        {"properties": {}},
        {"operation": operation, "correlation": correlation, "created": ctx.now},
    )
    _advance(ctx, row)
    ctx.save(row)
    return {"resourceId": vm.id.path, "operation": row.runtime["operation"]}


def _vm(ctx: Context, target: str) -> Resource | None:
    try:
        rid = ids.parse(target)
    except ids.InvalidResourceIdError:
        return None
    return ctx.store.get(rid) if rid.type_key == VM.lower() else None


def _row_id(subscription: str, number: str) -> ResourceId:
    return ids.subscription_id(subscription).extension(_OPERATION, number)


def _advance(ctx: Context, row: Resource) -> None:
    """Run an operation that is due."""
    operation = row.runtime["operation"]
    if operation["state"] in _FINAL or _moment(operation["deadline"]) > _moment(ctx.now):
        return
    row.runtime["activated"] = ctx.now
    operation["completedAt"] = ctx.now
    try:
        _run(ctx, str(operation["opType"]), str(operation["resourceId"]))
    except ArmError as error:
        operation["state"] = "Failed"
        operation["resourceOperationError"] = {"errorCode": error.code, "errorDetails": error.message}
        return
    operation["state"] = "Succeeded"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _run(ctx: Context, verb: str, target: str) -> None:
    vm = ctx.require(target)
    if verb == "Delete":
        ctx.delete(vm.id)
    elif verb == "Hibernate":
        query = dict(ctx.query)
        ctx.query["hibernate"] = "true"
        try:
            machine_actions.deallocate(ctx, vm, {})
        finally:
            ctx.query = query
    else:
        machine_actions.run(ctx, vm, verb.lower())


def _rows(ctx: Context, parameters: Mapping[str, str], body: Body) -> list[tuple[str, Resource | None]]:
    found = body.get("operationIds")
    if not isinstance(found, list) or not found:
        raise errors.bad_request("Required parameter 'operationIds' is missing (null).", "operationIds")
    return [(str(number), ctx.store.get(_row_id(parameters["subscription"], str(number)))) for number in found]


def _status(ctx: Context, parameters: Mapping[str, str], body: Body) -> Body:
    results = []
    for number, row in _rows(ctx, parameters, body):
        if row is None:
            results.append({"errorCode": "OperationNotFound", "errorDetails": f"Operation '{number}' was not found."})
            continue
        before = row.runtime["operation"]["state"]
        _advance(ctx, row)
        if row.runtime["operation"]["state"] != before:
            ctx.save_runtime(row)
        results.append({"resourceId": row.runtime["operation"]["resourceId"], "operation": row.runtime["operation"]})
    return {"results": results}


def _errors(ctx: Context, parameters: Mapping[str, str], body: Body) -> Body:
    results = []
    for number, row in _rows(ctx, parameters, body):
        if row is None:
            results.append({"operationId": number, "operationErrors": [], "requestErrorCode": "OperationNotFound"})
            continue
        operation = row.runtime["operation"]
        failure = operation.get("resourceOperationError")
        entry: Body = {"operationId": number, "creationTime": row.runtime["created"], "operationErrors": []}
        if row.runtime.get("activated"):
            entry |= {"activationTime": row.runtime["activated"], "completedAt": operation.get("completedAt")}
        if failure:
            entry["operationErrors"] = [{**failure, "timestamp": operation.get("completedAt")}]
        results.append(entry)
    return {"results": results}


def _cancel(ctx: Context, parameters: Mapping[str, str], body: Body) -> Body:
    results = []
    for number, row in _rows(ctx, parameters, body):
        if row is None:
            results.append({"errorCode": "OperationNotFound", "errorDetails": f"Operation '{number}' was not found."})
            continue
        operation = row.runtime["operation"]
        entry: Body = {"resourceId": operation["resourceId"], "operation": operation}
        if operation["state"] in _FINAL:
            entry["errorCode"] = "OperationCannotBeCancelled"
            entry["errorDetails"] = f"Operation '{number}' is already {operation['state']}."
        else:
            operation["state"] = "Cancelled"
            ctx.save_runtime(row)
        results.append(entry)
    return {"results": results}
