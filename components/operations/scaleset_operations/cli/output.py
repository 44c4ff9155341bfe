"""Printing results: tables for people, JSON, YAML and TSV for programs. Results go to stdout, all else to stderr.

Rich is loaded when there is something to print with it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from scaleset_core.command.formats import Format, dump
from scaleset_operations.cli.options import OutputOptions
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


def for_people(options: OutputOptions) -> bool:
    """Whether a result is for a person, who gets text and tables: by the option, else by az's default."""
    from scaleset_operations.cli.settings import output_format  # noqa: PLC0415 - help does not wait for it

    return not options.query and output_format(options.output) is Format.TABLE


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
            f"--query {text!r} is not a JMESPath expression: {reason}. Example: --query "
            "\"[?powerState=='running'].name\""
        ) from None


def show(data: Any, options: OutputOptions, *, columns: Sequence[str] = ()) -> None:
    """Print a result.

    Args:
        data: JSON-like data.
        options: Format and query.
        columns: For tables: the members to show without a query.

    Raises:
        UsageError: The query cannot be applied.
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
    if kind is Format.TABLE:
        from scaleset_operations.cli import tables  # noqa: PLC0415 - loads Rich

        tables.show(data, () if query is not None else columns)
    elif kind is not Format.TSV or data not in (None, []):
        sys.stdout.write(dump(data, kind) + "\n")
