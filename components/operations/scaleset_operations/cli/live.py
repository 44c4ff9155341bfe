"""What ``scaleset check --live`` reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from scaleset_operations.cli.guarding import guard
from scaleset_operations.cli.options import ScopeOptions
from scaleset_operations.cli.settings import resolve_scope


def read_deployed(
    types: Collection[str], *, resource_group: str, subscription: str, cloud: str, endpoint: str
) -> tuple[str, list[Mapping[str, Any]]]:
    """Where it was read, and the resources of these types there.

    Raises:
        typer.Exit: It could not be read; the reason was printed.
    """
    scope = ScopeOptions(resource_group=resource_group, subscription=subscription, cloud=cloud, endpoint=endpoint)
    found: list[Mapping[str, Any]] = []
    where = ""

    async def body() -> int:
        nonlocal where
        from scaleset_operations.azure import Azure  # noqa: PLC0415 - loads azure-core
        from scaleset_operations.deployed import deployed  # noqa: PLC0415

        place = resolve_scope(scope)
        where = f"subscriptions/{place.subscription}" + (f"/resourceGroups/{place.group}" if place.group else "")
        async with Azure(place.connection, place.subscription) as azure:
            found.extend(await deployed(azure, types, group=place.group))
        return 0

    guard(body)
    return where, found
