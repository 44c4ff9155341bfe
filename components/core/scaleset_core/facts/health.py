"""The Application Health extension: the publisher and types that identify it."""

from typing import Final

PUBLISHER: Final = "Microsoft.ManagedServices"
LINUX: Final = "ApplicationHealthLinux"
WINDOWS: Final = "ApplicationHealthWindows"
KINDS: Final = frozenset(f"{PUBLISHER}/{kind}".lower() for kind in (LINUX, WINDOWS))
"""``publisher/type`` of both, in lower case."""


def is_health(publisher: str, kind: str) -> bool:
    """Whether this publisher and type are those of Application Health, in any case: ARM ignores case here."""
    return f"{publisher}/{kind}".lower() in KINDS
