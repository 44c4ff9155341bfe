"""Printing results: tables for people, JSON, YAML and TSV for programs. Results go to stdout, all else to stderr.

Rich is loaded when there is something to print with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scaleset_operations.cli.cells import cell_text, write
from scaleset_operations.cli.options import OutputFormat, OutputOptions
from scaleset_operations.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console


def out() -> Console:
    """The console for results; as wide as needed if the output is not a terminal."""
    from scaleset_operations.cli import tables  # noqa: PLC0415 - loads Rich

    return tables.out()


def err() -> Console:
    """The console for everything else; its messages have commands that can be pasted."""
    from scaleset_operations.cli import tables  # noqa: PLC0415 - loads Rich

    return tables.err()


def check_query(text: str) -> Any:
    """The compiled ``--query``, or None.

    Raises:
        UsageError: It is not valid JMESPath.
    """
    if not text:
        return None
    import jmespath  # noqa: PLC0415 - help does not wait for it
    from jmespath.exceptions import JMESPathError  # noqa: PLC0415

    try:
        return jmespath.compile(text)
    except JMESPathError as error:
        reason = str(error).splitlines()[0]
        raise UsageError(
            f"--query {text!r} is no JMESPath expression: {reason}. Example: --query \"[?powerState=='running'].name\""
        ) from None


def show(data: Any, options: OutputOptions, *, columns: Sequence[str] = ()) -> None:
    """Print a result.

    Args:
        data: JSON-like data.
        options: Format and query.
        columns: For tables: the members to show without a query.

    Raises:
        UsageError: The query can not be applied.
    """
    query = check_query(options.query)
    if query is not None:
        from jmespath.exceptions import JMESPathError  # noqa: PLC0415 - as above

        try:
            data = query.search(data)
        except JMESPathError as error:
            raise UsageError(f"--query {options.query!r} can not be applied to this result: {error}") from None
    from scaleset_operations.cli.settings import output_format  # noqa: PLC0415 - help does not wait for it

    kind = output_format(options.output)
    if kind is OutputFormat.JSON:
        write(json.dumps(data, indent=2, ensure_ascii=False, default=str))
    elif kind is OutputFormat.YAML:
        import yaml  # noqa: PLC0415 - help does not wait for it

        write(yaml.safe_dump(data, sort_keys=False, allow_unicode=True).rstrip("\n"))
    elif kind is OutputFormat.TSV:
        for line in _tsv(data):
            write(line)
    else:
        from scaleset_operations.cli import tables  # noqa: PLC0415 - loads Rich

        tables.show(data, () if query is not None else columns)


def _tsv(data: Any) -> list[str]:
    rows = data if isinstance(data, list) else [data]
    lines = []
    for item in rows:
        cells = list(item.values()) if isinstance(item, Mapping) else item if isinstance(item, list) else [item]
        lines.append("\t".join(cell_text(cell).replace("\t", " ").replace("\n", " ") for cell in cells))
    return [] if data is None else lines
