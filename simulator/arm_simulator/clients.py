"""What unmodified azure-mgmt clients need to talk to the simulator; it needs azure-core, as they do."""

from __future__ import annotations

from typing import Any

from azure.core.credentials import AccessToken
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy


class BearerPolicy(SansIOHTTPPolicy[Any, Any]):
    """Sets the Authorization header: azure-core's own policy refuses plain HTTP."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token

    def on_request(self, request: PipelineRequest[Any]) -> None:
        """Add the token."""
        request.http_request.headers["Authorization"] = f"Bearer {self._token}"


class NoCredential:
    """The credential argument that the clients require; it is never used."""

    def get_token(self, *scopes: str, **kwargs: Any) -> AccessToken:  # noqa: ARG002 - the protocol
        """Fail: the bearer policy sends the token."""
        raise AssertionError("the simulator's clients send their token through authentication_policy")


def client_options(endpoint: str, token: str) -> dict[str, Any]:
    """Keyword arguments for any azure-mgmt client: ``ComputeManagementClient(NoCredential(), sub, **options)``."""
    return {"base_url": endpoint, "authentication_policy": BearerPolicy(token), "polling_interval": 0}
