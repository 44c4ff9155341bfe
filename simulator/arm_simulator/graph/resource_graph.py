"""Microsoft.ResourceGraph: ``POST /providers/Microsoft.ResourceGraph/resources`` runs KQL over the state.

The KQL is translated by duckdb-kql. Unlike Azure's, the answer is never stale.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

from arm_simulator.core.errors import ArmError

if TYPE_CHECKING:
    import duckdb

    from arm_simulator.core.kinds import Context
    from arm_simulator.graph.table import GraphTables

PATH = "providers/microsoft.resourcegraph/resources"
MAX_ROWS = 1000
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


class ResourceGraph:
    """The query endpoint of one server; tables are made at the first query."""

    def __init__(self) -> None:
        self._tables: GraphTables | None = None

    @property
    def tables(self) -> GraphTables:
        """The DuckDB tables; its libraries take a second to import, so only when they are needed."""
        if self._tables is None:
            from arm_simulator.graph.table import GraphTables  # noqa: PLC0415 - see above

            self._tables = GraphTables()
        return self._tables

    def query(self, ctx: Context, body: Any) -> dict[str, Any]:
        """Answer one request.

        Raises:
            ArmError: 400 in the shape of Resource Graph.
        """
        request = _Request(body)
        self.tables.refresh(ctx)
        self.tables.scope(request.subscriptions, self.tables.hidden(ctx.may) if ctx.may else frozenset())
        relation = self._run(request.query)
        rows = relation.fetchall()
        page = rows[request.skip : request.skip + request.top]
        names = relation.columns
        types = [str(kind) for kind in relation.types]
        answer: dict[str, Any] = {
            "totalRecords": len(rows),
            "count": len(page),
            "facets": [],
            "resultTruncated": "false",
        }
        end = request.skip + len(page)
        if end < len(rows) and (request.explicit_top or len(page) == MAX_ROWS):
            if "id" in names:
                answer["$skipToken"] = _token(end)
            else:
                answer["resultTruncated"] = "true"
        values = [[_value(value, kind) for value, kind in zip(row, types, strict=True)] for row in page]
        if request.table:
            columns = [
                {"name": name, "type": _TYPES.get(kind, "string")} for name, kind in zip(names, types, strict=True)
            ]
            answer["data"] = {"columns": columns, "rows": values}
        else:
            answer["data"] = [dict(zip(names, row, strict=True)) for row in values]
        return answer

    def _run(self, query: str) -> duckdb.DuckDBPyRelation:
        import duckdb  # noqa: PLC0415 - heavy
        import duckdb_kql  # noqa: PLC0415 - heavy

        try:
            return self.tables.run(query)
        except duckdb_kql.KqlSyntaxError as error:
            raise _invalid_query("ParserFailure", str(error)) from None
        except duckdb_kql.KqlError as error:
            raise _invalid_query("UnsupportedQuery", str(error)) from None
        except duckdb.CatalogException as error:
            raise _invalid_query("DisallowedLogicalTableName", _first_line(error)) from None
        except duckdb.Error as error:
            raise _invalid_query("InvalidQuery", _first_line(error)) from None


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
        unknown = sorted(set(options) - _OPTIONS)
        if unknown:
            raise _bad_request(
                "InvalidOptions", f"Could not find member '{unknown[0]}' on object of type 'QueryRequestOptions'."
            )
        self.query = query
        self.subscriptions = tuple(str(name).lower() for name in body.get("subscriptions") or ())
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
        return int(json.loads(base64.urlsafe_b64decode(str(token).encode()))["offset"])
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise _bad_request("InvalidSkipToken", "The given skip token is not valid.") from None


def _value(value: Any, kind: str) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if kind == "JSON":
        return json.loads(value)
    if isinstance(value, list | dict | str):
        return value
    return value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else str(value)


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


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
