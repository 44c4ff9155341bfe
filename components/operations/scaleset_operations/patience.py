"""How long to try again, and how many requests a second: plain values, with environment variables for both."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from scaleset_operations.errors import UsageError

LOCAL = 0.1
"""Seconds between two polls of an Azure on this machine."""
_POLLS = 0.8
"""The share of the reads that polls may take; the rest is for everything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long one request is tried again. All times are in seconds.

    Attributes:
        retry: After an error of a server or a gateway, or a lost connection.
        throttle: After 429: Azure names the time itself.
        connect: While Azure has not answered once: a wrong address is reported soon.
        answer: For one answer to begin.
        tell: After this time without a result, a message is shown to the user.
    """

    retry: float = 120.0
    throttle: float = 900.0
    connect: float = 10.0
    answer: float = 60.0
    tell: float = 5.0


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket.

    Attributes:
        size: How many requests at once.
        refill: How many more a second.
    """

    size: float
    refill: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The token buckets of one subscription.

    The defaults are Azure Resource Manager's for a subscription and a principal:
    https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling. Those of
    Microsoft.Compute (1,500 updates of machines a minute) are wider.
    """

    reads: Rate = Rate(250, 25)
    writes: Rate = Rate(200, 10)
    deletes: Rate = Rate(200, 10)

    def of(self, kind: str) -> Rate:
        """The bucket of ``reads``, ``writes`` or ``deletes``."""
        found: Rate = getattr(self, kind)
        return found

    @property
    def polls(self) -> float:
        """How many polls a second leave room for other reads."""
        return _POLLS * min(self.reads.refill, 125.0)


UNLIMITED = Limits(reads=Rate(math.inf, math.inf), writes=Rate(math.inf, math.inf), deletes=Rate(math.inf, math.inf))
"""For an Azure on this machine."""
_RATE = re.compile(r"^(reads|writes|deletes)=(\d+)/(\d+(?:\.\d+)?)$")


def patience_from(environment: Mapping[str, str]) -> Patience:
    """The patience of ``SCALESET_RETRY_SECONDS``, ``SCALESET_THROTTLE_SECONDS`` and so on; else the defaults.

    Raises:
        UsageError: One is no number of seconds.
    """
    given: dict[str, float] = {}
    for each in fields(Patience):
        name = f"SCALESET_{each.name.upper()}_SECONDS"
        text = environment.get(name)
        if not text:
            continue
        try:
            given[each.name] = float(text)
        except ValueError:
            given[each.name] = -1
        if not 0 <= given[each.name] < math.inf:
            raise UsageError(f"{name} is {text!r}; expected a number of seconds, 0 or more.")
    return replace(Patience(), **given)


def limits_from(environment: Mapping[str, str]) -> Limits | None:
    """The limits of ``SCALESET_RATE`` (``writes=100/5,reads=200/20``: bucket and refill a second); None without it.

    Raises:
        UsageError: It is not written so.
    """
    text = environment.get("SCALESET_RATE", "").strip()
    if not text:
        return None
    given: dict[str, Rate] = {}
    for part in text.split(","):
        match = _RATE.match(part.strip())
        rate = Rate(float(match[2]), float(match[3])) if match else None
        if match is None or rate is None or rate.size < 1 or rate.refill <= 0:
            raise UsageError(
                f"SCALESET_RATE: {part.strip()!r} is not a rate; expected reads=SIZE/REFILL, writes=... or "
                "deletes=..., "
                "with the size of the bucket and the refill in a second: writes=200/10."
            )
        given[match[1]] = rate
    return replace(Limits(), **given)
