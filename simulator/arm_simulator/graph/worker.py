"""The process that runs the queries: ``python -m arm_simulator.graph.worker MEGABYTES``. It has DuckDB, and limits.

It reads one JSON object a line and answers each with one. A query that takes longer than its limit ends the process, by
a signal that needs nobody to listen; one that takes too much memory fails, or ends it. DuckDB reads and writes no file.
"""

from __future__ import annotations

import json
import math
import resource
import signal
import sys
from collections.abc import Iterable
from typing import Any, TextIO

import duckdb
import duckdb_kql

from arm_simulator.graph.shape import JSON, TABLES, TEXT

_DEFINITION = ", ".join([*(f'"{name}" VARCHAR' for name in TEXT), *(f'"{name}" JSON' for name in JSON)])
_SHAPE = json.dumps([{**dict.fromkeys(TEXT, "VARCHAR"), **dict.fromkeys(JSON, "JSON")}])
_BATCH = 2000
_DELETE = 'DELETE FROM "all_{table}" WHERE key IN (SELECT unnest(?))'
_INSERT = 'INSERT INTO "all_{table}" SELECT r.* FROM (SELECT unnest(from_json(?::JSON, ?)) AS r)'
_VIEW = 'CREATE OR REPLACE VIEW "{table}" AS SELECT {columns} FROM "all_{table}"{condition}'
_CONFIGURATION = (
    "SET threads=1",
    "SET temp_directory=''",  # nothing is spilled to a disk
    "SET enable_external_access=false",
)


class Tables:
    """The tables and the connection.

    Args:
        megabytes: What DuckDB may take for data.
    """

    def __init__(self, megabytes: int) -> None:
        self.connection = duckdb_kql.connect()
        for table in TABLES:
            self.connection.execute(f'CREATE TABLE "all_{table}"({_DEFINITION})')
        self.connection.execute(f"SET memory_limit='{megabytes}MB'")
        for setting in _CONFIGURATION:
            self.connection.execute(setting)

    def change(self, gone: dict[str, list[str]], rows: dict[str, list[Any]]) -> None:
        """Remove rows by key, then add rows."""
        for table in TABLES:
            stale, new = gone.get(table, []), rows.get(table, [])
            for start in range(0, len(stale), _BATCH):
                self.connection.execute(_DELETE.format(table=table), [stale[start : start + _BATCH]])
            for start in range(0, len(new), _BATCH):
                self.connection.execute(_INSERT.format(table=table), [json.dumps(new[start : start + _BATCH]), _SHAPE])

    def scope(self, subscriptions: list[str], hidden: list[str]) -> None:
        """Let the tables show only these subscriptions (lower case; empty: all), and not some keys."""
        conditions = []
        if subscriptions:
            conditions.append(f'lower("subscriptionId") IN ({_quoted(subscriptions)})')
        if hidden:
            conditions.append(f'"key" NOT IN ({_quoted(hidden)})')
        condition = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        for table in TABLES:
            columns = ", ".join(f'"{name}"' for name in (*TEXT[1:], *JSON))
            self.connection.execute(_VIEW.format(table=table, columns=columns, condition=condition))

    def query(self, query: str, skip: int, top: int) -> dict[str, Any]:
        """Columns, their types, a page of values and the number of all rows; or what is wrong with the query."""
        try:
            found = duckdb_kql.execute(self.connection, query, allow_write=False)
            names, types = ([str(column[place]) for column in found.description or ()] for place in (0, 1))
            page: list[Any] = []
            total = 0
            while rows := found.fetchmany(_BATCH):
                page += rows[max(0, skip - total) : max(0, skip + top - total)]
                total += len(rows)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the translator does with a query is about the query
            return {"error": _code(error), "message": _first_line(error)}
        values = [[_value(value, kind) for value, kind in zip(row, types, strict=True)] for row in page]
        return {"names": names, "types": types, "rows": values, "total": total}


def _code(error: Exception) -> str:
    if isinstance(error, duckdb_kql.KqlSyntaxError):
        return "ParserFailure"
    if isinstance(error, duckdb_kql.KqlError):
        return "UnsupportedQuery"
    if isinstance(error, duckdb.CatalogException):
        return "DisallowedLogicalTableName"
    if isinstance(error, duckdb.OutOfMemoryException):
        return "memory"
    if isinstance(error, RecursionError):
        return "ParserFailure"
    return "InvalidQuery"


def _first_line(error: Exception) -> str:
    text = "The query is nested too deeply." if isinstance(error, RecursionError) else str(error)
    return (text.splitlines() or [type(error).__name__])[0]


def _quoted(names: Iterable[str]) -> str:
    return ", ".join("'" + name.replace("'", "''") + "'" for name in names)


def _value(value: Any, kind: str) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return str(value) if isinstance(value, float) and not math.isfinite(value) else value
    if kind == "JSON":
        return json.loads(value)
    if isinstance(value, list):
        return [_value(item, "") for item in value]
    if isinstance(value, dict):
        return {str(name): _value(item, "") for name, item in value.items()}
    return value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else str(value)


def serve(source: TextIO, target: TextIO, megabytes: int) -> None:
    """Answer until the source ends."""
    tables = Tables(megabytes)
    for line in source:
        asked = json.loads(line)
        signal.setitimer(signal.ITIMER_REAL, asked["seconds"])  # SIGALRM, which ends this process
        tables.change(asked["gone"], asked["rows"])
        if asked["scope"] is not None:
            tables.scope(*asked["scope"])
        try:
            answer = json.dumps(tables.query(asked["query"], asked["skip"], asked["top"]))
            if len(answer) > asked["answer"]:
                answer = json.dumps({"error": "size", "message": str(len(answer))})
        except MemoryError:
            answer = json.dumps({"error": "memory", "message": ""})
        signal.setitimer(signal.ITIMER_REAL, 0)
        target.write(answer + "\n")
        target.flush()


def main() -> None:
    """Limit this process, then serve."""
    megabytes = int(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which closes this process's input
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve_limit = 2 * megabytes * 2**20  # the libraries, and what Python makes of the rows, beside DuckDB's data
    resource.setrlimit(resource.RLIMIT_AS, (serve_limit, serve_limit))
    serve(sys.stdin, sys.stdout, megabytes)


if __name__ == "__main__":
    main()
