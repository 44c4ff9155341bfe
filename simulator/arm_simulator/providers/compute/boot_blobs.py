"""The blobs of boot diagnostics: each machine's serial log and screenshot.

``retrieveBootDiagnosticsData`` answers with the addresses of two blobs whose query is a shared access signature: they
are read without a token (REST: Virtual Machines - Retrieve Boot Diagnostics Data). Azure Storage refuses a request that
has both a signature and an ``Authorization`` header.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .common import INSTANCE, VM, Body

if TYPE_CHECKING:
    from arm_simulator.core.store import Resource, Store

_PREFIX = "/_bootdiagnostics/"
_LOG, _SCREEN = "serialconsole.log", "screenshot.bmp"
Answer = tuple[bytes, int, dict[str, str], str]


def addresses(base_url: str, machine: str) -> Body:
    """The two addresses of a machine, by its ``vmId``."""
    return {
        "consoleScreenshotBlobUri": f"{base_url}{_PREFIX}{machine}/{_SCREEN}?sig={_signature(machine)}",
        "serialConsoleLogBlobUri": f"{base_url}{_PREFIX}{machine}/{_LOG}?sig={_signature(machine)}",
    }


def is_one(path: str) -> bool:
    """Whether a path is that of a blob."""
    return path.startswith(_PREFIX)


def answer(store: Store, path: str, query: Mapping[str, str], *, authorized: bool) -> Answer:
    """Body, status, headers and content type."""
    machine, _, blob = path.removeprefix(_PREFIX).partition("/")
    if authorized or query.get("sig") != _signature(machine):
        return b"<Error><Code>AuthenticationFailed</Code></Error>", 403, {}, "application/xml"
    found = next((each for kind in (VM, INSTANCE) for each in store.list(type=kind) if _is(each, machine)), None)
    if found is None or blob not in {_LOG, _SCREEN}:
        return b"<Error><Code>BlobNotFound</Code></Error>", 404, {}, "application/xml"
    if blob == _SCREEN:
        return _picture(), 200, {}, "image/bmp"
    return _log(found).encode(), 200, {}, "text/plain; charset=utf-8"


def _is(resource: Resource, machine: str) -> bool:
    return resource.runtime.get("vmId") == machine


def _log(resource: Resource) -> str:
    """One line a boot."""
    profile = resource.properties.get("osProfile") or {}
    host = profile.get("computerName") or resource.id.name
    boots = int(resource.runtime.get("bootCount") or 0)
    return "".join(f"[    0.000000] boot {number} of {host}\n" for number in range(1, boots + 1))


def _picture() -> bytes:
    """A black picture of one pixel: header, information header, one row of four bytes."""
    return (
        b"BM" + (58).to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little")
        + (40).to_bytes(4, "little") + (1).to_bytes(4, "little") * 2 + (1).to_bytes(2, "little")
        + (24).to_bytes(2, "little") + bytes(24) + bytes(4)
    )  # fmt: skip


def _signature(machine: str) -> str:
    return hashlib.sha256(f"boot diagnostics of {machine}".encode()).hexdigest()[:32]
