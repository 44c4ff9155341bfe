"""Every NAT pool that there is: two Resource Graph queries."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from scaleset_operations.azure import Azure
from scaleset_operations.natpools.model import RETIRES, configurations, ids, reference
from scaleset_operations.natpools.reading import BALANCERS, SETS
from scaleset_operations.pools import NAT_POOLS
from scaleset_operations.target import last_segment


def pool_rows(
    balancers: Iterable[Mapping[str, Any]], sets: Iterable[Mapping[str, Any]], today: dt.date
) -> list[dict[str, Any]]:
    """A row for each NAT pool, with the sets that use it.

    Args:
        balancers: Rows of :data:`~scaleset_operations.natpools.reading.BALANCERS`.
        sets: Rows of :data:`~scaleset_operations.natpools.reading.SETS`.
        today: The day from which the days left are counted.
    """
    users: dict[str, dict[str, None]] = {}
    for row in sets:
        for _, body in configurations(str(row["id"]), row.get("network")):
            for each in ids(body.get(NAT_POOLS)):
                users.setdefault(each.lower(), {})[str(row["name"])] = None
    found = []
    for row in balancers:
        for pool in row.get("pools") or []:
            inner = pool.get("properties") or {}
            identity = str(pool.get("id") or f"{row['id']}/inboundNatPools/{pool.get('name')}")
            found.append(
                {
                    "balancer": str(row["name"]),
                    "natPool": str(pool.get("name")),
                    "resourceGroup": str(row.get("resourceGroup") or ""),
                    "sku": str(row.get("sku") or ""),
                    "frontend": last_segment(reference(inner.get("frontendIPConfiguration"))),
                    "protocol": str(inner.get("protocol") or "Tcp"),
                    "ports": f"{inner.get('frontendPortRangeStart')}-{inner.get('frontendPortRangeEnd')}",
                    "backendPort": inner.get("backendPort"),
                    "sets": ", ".join(users.get(identity.lower(), ())),
                    "retires": RETIRES.isoformat(),
                    "daysLeft": (RETIRES - today).days,
                    "subscription": str(row.get("subscriptionId") or ""),
                    "id": identity,
                }
            )
    return found


async def list_pools(azure: Azure, *, group: str = "", everywhere: bool = False) -> list[dict[str, Any]]:
    """The NAT pools of a resource group, of a subscription, or of all subscriptions that one may read.

    Args:
        azure: The subscription.
        group: Only load balancers of this resource group; the sets may be elsewhere.
        everywhere: Every subscription.
    """
    balancers, sets = await asyncio.gather(
        azure.query_graph(BALANCERS, everywhere=everywhere), azure.query_graph(SETS, everywhere=everywhere)
    )
    wanted = [row for row in balancers if not group or str(row.get("resourceGroup")).lower() == group.lower()]
    return pool_rows(wanted, sets, dt.datetime.now(dt.UTC).date())
