"""Which Azure: the public cloud, the national clouds, or a custom endpoint.

Endpoints and authorities: https://learn.microsoft.com/azure/developer/python/sdk/authentication-multi-cloud.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from scaleset_operations.errors import UsageError
from scaleset_operations.patience import LOCAL, UNLIMITED, Limits, Patience

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """One Azure cloud.

    Attributes:
        name: As ``az cloud list`` names it.
        endpoint: Azure Resource Manager's URL.
        audience: The audience that tokens are requested for.
        authority: The host that gives tokens.
    """

    name: str
    endpoint: str
    audience: str
    authority: str


CLOUDS: dict[str, Cloud] = {
    cloud.name: cloud
    for cloud in (
        Cloud(
            name="AzureCloud",
            endpoint="https://management.azure.com",
            audience="https://management.azure.com/",
            authority="login.microsoftonline.com",
        ),
        Cloud(
            name="AzureUSGovernment",
            endpoint="https://management.usgovcloudapi.net",
            audience="https://management.core.usgovcloudapi.net/",
            authority="login.microsoftonline.us",
        ),
        Cloud(
            name="AzureChinaCloud",
            endpoint="https://management.chinacloudapi.cn",
            audience="https://management.chinacloudapi.cn/",
            authority="login.chinacloudapi.cn",
        ),
    )
}

_SHORT = {
    "public": "AzureCloud",
    "usgovernment": "AzureUSGovernment",
    "usgov": "AzureUSGovernment",
    "gov": "AzureUSGovernment",
    "china": "AzureChinaCloud",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How Azure Resource Manager is reached.

    Attributes:
        cloud: The cloud: its audience and authority.
        endpoint: The URL that is called.
        token: A bearer token to send as it is; empty: azure-identity finds a credential.
        poll_seconds: The time between two polls of a long-running operation if Azure names none.
        patience: How long to try again.
        limits: How many requests a second Azure takes.
    """

    cloud: Cloud
    endpoint: str
    token: str = ""
    poll_seconds: float = 5.0
    patience: Patience = field(default_factory=Patience)
    limits: Limits = field(default_factory=Limits)

    def __repr__(self) -> str:
        """Without the token."""
        return f"Connection(cloud={self.cloud.name!r}, endpoint={self.endpoint!r})"


def find_cloud(name: str) -> Cloud:
    """The cloud of this name, in any case; ``public``, ``usgovernment`` and ``china`` (Pulumi's names) work too.

    Raises:
        UsageError: There is no such cloud.
    """
    wanted = name.strip().lower()
    for known in CLOUDS.values():
        if wanted in {known.name.lower(), *(s for s, full in _SHORT.items() if full == known.name)}:
            return known
    raise UsageError(
        f"--cloud {name!r} is unknown; expected one of {', '.join(CLOUDS)}, or one that `az cloud register` made, or "
        "give your own --endpoint URL."
    )


def is_known_cloud(name: str) -> bool:
    """Whether a name, in any case, is that of one of Azure's own clouds."""
    wanted = name.strip().lower()
    return wanted in _SHORT or wanted in {each.lower() for each in CLOUDS}


def connect(
    *,
    cloud: str | Cloud = "AzureCloud",
    endpoint: str = "",
    token: str = "",
    patience: Patience | None = None,
    limits: Limits | None = None,
) -> Connection:
    """A connection, checked.

    Args:
        cloud: The cloud's name, or a custom cloud.
        endpoint: Another URL than the cloud's own. Plain ``http`` is accepted for 127.0.0.1 only, because the bearer
            token would travel unprotected.
        token: A bearer token; required with a plain-http endpoint.
        patience: How long to try again. Default: :class:`Patience`'s.
        limits: How many requests a second. Default: Azure Resource Manager's own; none for this machine.

    Raises:
        UsageError: The cloud is unknown or the endpoint is not usable.
    """
    found = cloud if isinstance(cloud, Cloud) else find_cloud(cloud)
    if not endpoint and isinstance(cloud, Cloud):
        endpoint = cloud.endpoint
    if not endpoint:
        return Connection(
            cloud=found,
            endpoint=found.endpoint,
            token=token,
            patience=patience or Patience(),
            limits=limits or Limits(),
        )
    parts = urlsplit(endpoint)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"--endpoint {endpoint!r} is not a URL; expected https://HOST or http://127.0.0.1:PORT.")
    local = parts.hostname in LOOPBACK
    if parts.scheme == "http" and not local:
        raise UsageError(
            f"--endpoint {endpoint!r} would send the token unprotected; use https, or http on 127.0.0.1 only."
        )
    if parts.scheme == "http" and not token:
        raise UsageError(
            f"--endpoint {endpoint!r} needs its own token: set SCALESET_ARM_TOKEN. Azure's tokens are not sent "
            "over plain http."
        )
    return Connection(
        cloud=found,
        endpoint=endpoint.rstrip("/"),
        token=token,
        poll_seconds=LOCAL if local else 5.0,
        patience=patience or Patience(),
        limits=limits or (UNLIMITED if local else Limits()),
    )
