"""Microsoft.ResourceGraph: ``POST /providers/Microsoft.ResourceGraph/resources`` runs KQL over the state.

The KQL is translated by duckdb-kql. Unlike Azure's, the answer is never stale.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from arm_simulator.core.errors import ArmError
from arm_simulator.core.messages import Reply, Settings
from arm_simulator.graph.rows import Change, Rows
from arm_simulator.graph.runner import LimitError, Limits, Runner

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

PATH = "providers/microsoft.resourcegraph/resources"
MAX_ROWS = 1000
_ATTEMPTS = 5
_OPTIONS = {"$top", "$skip", "$skipToken", "resultFormat", "allowPartialScopes", "authorizationScopeFilter"}
_MEMBERS = {"query", "subscriptions", "managementGroups", "options", "facets"}
_TYPES = {
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "HUGEINT": "integer",
    "DOUBLE": "number",
    "JSON": "object",
}


Scope = tuple[tuple[str, ...], tuple[str, ...]]


class ResourceGraph:
    """The query endpoint of one server. Its process starts with the first query, and again after one that ended it."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._left: int | None = None
        self._shown = -1
        self._rows = Rows()
        self._generation = 0
        self._runner = Runner()
        self._thread = ThreadPoolExecutor(1, "resource-graph")

    @property
    def limits(self) -> Limits:
        """What one query may take."""
        return self._runner.limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self._runner.limits = limits

    def close(self) -> None:
        """End the process."""
        self._runner.close()
        self._thread.shutdown()
        self._runner.tidy()

    def query(self, ctx: Context, body: Any) -> Reply:
        """Check one request; the reply waits for its answer.

        Raises:
            ArmError: 400 in the shape of Resource Graph.
        """
        request = _Request(body)
        change = self._change(ctx)

        async def answer() -> Reply:
            return Reply(200, await self._answer(ctx, request, change))

        return Reply(200, wait=answer)

    def _change(self, ctx: Context) -> Change:
        """The changes that the tables get now: none while they lag."""
        if self._generation != self._runner.generation:
            self._generation = self._runner.generation
            self._rows.forget()
        elif self._lags(ctx.store.version):
            return Change()
        return self._rows.change(ctx)

    def _lags(self, version: int) -> bool:
        if version == self._shown:
            return False
        self._left = self._settings.graph_lag if self._left is None else self._left - 1
        if self._left > 0:
            return True
        self._left, self._shown = None, version
        return False

    async def _answer(self, ctx: Context, request: _Request, change: Change) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        generation = self._generation
        for _ in range(_ATTEMPTS):
            hidden = sorted(self._rows.hidden(ctx.may)) if ctx.may else []
            job = (generation, change, (request.subscriptions, tuple(hidden)), request)
            found = await loop.run_in_executor(self._thread, self._run, *job)
            if found is not None:
                return _shown(found, request)
            change, generation = self._change(ctx), self._generation  # a query before this one ended the process
        raise ArmError(429, "RateLimiting", "Too many queries that take too much. Please retry.")

    def _run(self, generation: int, change: Change, scope: Scope, request: _Request) -> dict[str, Any] | None:
        """In the thread of the queries: one after the other. None: the tables are not those that the change is for."""
        if generation != self._runner.generation:
            return None
        try:
            found: dict[str, Any] = self._runner.run(
                change, scope, {"query": request.query, "skip": request.skip, "top": request.top}
            )
        except LimitError as error:
            raise _took_too_much(error, self.limits) from None
        if found.get("error") == "size":
            size = f"Response payload size is {found['message']}, and has exceeded the limit of {self.limits.answer}."
            advice = "Please consider querying less data at a time and make paginated call if needed."
            raise _bad_request("ResponsePayloadTooLarge", f"{size} {advice}")
        if "error" in found:
            raise _invalid_query(found["error"], found["message"])
        return found


def _shown(found: dict[str, Any], request: _Request) -> dict[str, Any]:
    """The answer's body, of what the process found."""
    names, types, page, total = found["names"], found["types"], found["rows"], found["total"]
    answer: dict[str, Any] = {"totalRecords": total, "count": len(page), "facets": [], "resultTruncated": "false"}
    end = request.skip + len(page)
    if end < total and (request.explicit_top or len(page) == MAX_ROWS):
        if "id" in names:
            answer["$skipToken"] = _token(end)
        else:
            answer["resultTruncated"] = "true"
    if request.table:
        columns = [{"name": name, "type": _TYPES.get(kind, "string")} for name, kind in zip(names, types, strict=True)]
        answer["data"] = {"columns": columns, "rows": page}
    else:
        answer["data"] = [dict(zip(names, row, strict=True)) for row in page]
    return answer


def _took_too_much(error: LimitError, limits: Limits) -> ArmError:
    """These two codes are ours: Azure's own for them were not found."""
    if error.kind == "time":
        return _invalid_query(
            "QueryTimeLimitExceeded", f"The query took longer than {limits.seconds:g} seconds and was ended."
        )
    return _invalid_query(
        "QueryMemoryLimitExceeded", f"The query took more memory than the {limits.megabytes} MB it may have."
    )


class _Request:
    """The checked body of a query request."""

    def __init__(self, body: Any) -> None:
        if not isinstance(body, dict):
            raise _bad_request("InvalidQueryRequest", "The request body must be a JSON object with a 'query'.")
        unknown = sorted(set(body) - _MEMBERS)
        if unknown:
            raise _bad_request(
                "InvalidQueryRequest", f"Could not find member '{unknown[0]}' on object of type 'QueryRequest'."
            )
        query = body.get("query")
        if not isinstance(query, str) or not query.strip():
            raise _bad_request("InvalidQueryRequest", "Query is required and must be a non-empty string.")
        options = body.get("options") or {}
        if not isinstance(options, dict):
            raise _bad_request("InvalidOptions", "The options of a query must be a JSON object.")
        unknown = sorted(set(options) - _OPTIONS)
        if unknown:
            raise _bad_request(
                "InvalidOptions", f"Could not find member '{unknown[0]}' on object of type 'QueryRequestOptions'."
            )
        self.query = query
        subscriptions = body.get("subscriptions") or []
        if not isinstance(subscriptions, list) or not all(isinstance(name, str) for name in subscriptions):
            raise _bad_request("InvalidQueryRequest", "The subscriptions of a query must be a list of their ids.")
        self.subscriptions = tuple(sorted({name.lower() for name in subscriptions}))
        self.explicit_top = options.get("$top") is not None
        self.top = _number(options.get("$top"), "$top", 1, MAX_ROWS, MAX_ROWS)
        self.skip = _number(options.get("$skip"), "$skip", 0, 2**31 - 1, 0)
        token = options.get("$skipToken")
        if token:
            self.skip = _offset(token)
        result_format = str(options.get("resultFormat") or "objectArray")
        if result_format.lower() not in {"objectarray", "table"}:
            raise _bad_request(
                "InvalidOptions", f"The resultFormat '{result_format}' is not valid: use objectArray or table."
            )
        self.table = result_format.lower() == "table"


def _number(value: Any, name: str, low: int, high: int, default: int) -> int:
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise _bad_request("InvalidOptions", f"The value '{value}' of {name} is not valid: it must be {low} to {high}.")
    return value


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"offset": offset}).encode()).decode()


def _offset(token: Any) -> int:
    try:
        offset = int(json.loads(base64.urlsafe_b64decode(str(token).encode()))["offset"])
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError):
        offset = -1
    if not 0 <= offset < 2**31:
        raise _bad_request("InvalidSkipToken", "The given skip token is not valid.")
    return offset


def _bad_request(code: str, message: str) -> ArmError:
    return ArmError(
        400,
        "BadRequest",
        "Please provide below info when asking for support: timestamp, correlationId.",
        details=[{"code": code, "message": message}],
    )


def _invalid_query(code: str, message: str) -> ArmError:
    error = _bad_request(
        "InvalidQuery",
        "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error "
        "before "
        "retrying.",
    )
    error.details.append({"code": code, "message": message})
    return error
