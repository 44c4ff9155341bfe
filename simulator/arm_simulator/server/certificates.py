"""Certificates for ``https://127.0.0.1``: an authority of the simulator's own, and one certificate that it signs.

Clients of Azure send tokens over TLS only: the Azure CLI, azd, MSAL. They trust the simulator where its authority's
certificate is named to them (``REQUESTS_CA_BUNDLE``, ``SSL_CERT_FILE``, ``NODE_EXTRA_CA_CERTS``); nothing is added to
the machine's own store.
"""

from __future__ import annotations

import datetime as dt
import os
import ssl
from dataclasses import dataclass
from pathlib import Path

NAMES = ("127.0.0.1", "localhost")
DAYS = 365


def default_folder() -> Path:
    """Where certificates are kept if no folder is named."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "pulumi-azure-scaleset" / "simulator-tls"


class NoTlsError(Exception):
    """The library that makes certificates is missing; the message says what to install."""


@dataclass(frozen=True)
class Certificates:
    """The files in a folder.

    Attributes:
        folder: The folder, for nobody but its owner.
    """

    folder: Path

    @property
    def authority(self) -> Path:
        """The certificate that clients must trust."""
        return self.folder / "ca.pem"

    @property
    def server(self) -> Path:
        """The server's key, certificate and chain."""
        return self.folder / "server.pem"

    def valid(self) -> bool:
        """Whether both are there and the certificate holds for another day."""
        if not (self.authority.exists() and self.server.exists()):
            return False
        limit = self.folder / "valid-until"
        until = limit.read_text(encoding="utf-8").strip() if limit.exists() else ""
        return until > (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).isoformat()


def ensure(folder: Path) -> Certificates:
    """The certificates in a folder, made if there are none or they end.

    The authority's key is thrown away: it can sign nothing else.

    Raises:
        NoTlsError: trustme is not installed.
    """
    found = Certificates(folder)
    if found.valid():
        folder.chmod(0o700)
        found.server.chmod(0o600)
        return found
    try:
        import trustme  # noqa: PLC0415 - an extra of the distribution
    except ImportError:
        raise NoTlsError("TLS needs another package: pip install 'pulumi-azure-scaleset-simulator[tls]'.") from None
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    until = dt.datetime.now(dt.UTC) + dt.timedelta(days=DAYS)
    authority = trustme.CA(organization_name="ARM simulator on this machine")
    server = authority.issue_cert(*NAMES, not_after=until)
    _write(found.authority, authority.cert_pem.bytes(), 0o644)
    _write(found.server, server.private_key_and_cert_chain_pem.bytes(), 0o600)
    _write(folder / "valid-until", until.isoformat().encode(), 0o644)
    return found


def bundle(certificates: Certificates) -> Path:
    """A file with the authority and those that Python trusts anyway, for clients that take only one file."""
    target = certificates.folder / "bundle.pem"
    usual = ssl.get_default_verify_paths().cafile
    others = Path(usual).read_bytes() if usual and Path(usual).exists() else b""
    _write(target, certificates.authority.read_bytes() + others, 0o644)
    return target


def _write(file: Path, content: bytes, mode: int) -> None:
    staged = file.with_name(f".{file.name}.{os.getpid()}")
    staged.touch(mode=mode)
    staged.write_bytes(content)
    staged.replace(file)
