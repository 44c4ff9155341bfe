"""The Application Health extension: by which publisher and type it is known."""

from typing import Final

PUBLISHER: Final = "Microsoft.ManagedServices"
LINUX: Final = "ApplicationHealthLinux"
WINDOWS: Final = "ApplicationHealthWindows"
KINDS: Final = frozenset(f"{PUBLISHER}/{kind}".lower() for kind in (LINUX, WINDOWS))
"""``publisher/type`` of both, in lower case."""


def is_health(publisher: str, kind: str) -> bool:
    """Whether an extension of this publisher and type is it, whatever its spelling: ARM compares without case."""
    return f"{publisher}/{kind}".lower() in KINDS
