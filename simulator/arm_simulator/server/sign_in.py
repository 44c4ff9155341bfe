"""A sign-in of the simulator's own, as Microsoft Entra ID's OpenID configuration and token endpoints answer.

``az login --service-principal``, azd, and the credentials of azure-identity and MSAL sign in here with a client secret:
the simulator's token, or that of one of its identities. They get it back as the access token. Stated from
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow and
https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc, read on 2026-11-30.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from arm_simulator.core.messages import Reply

SECONDS = 24 * 3600
"""How long an access token is said to hold; it holds for as long as the simulator runs."""

_CONFIGURATION = re.compile(r"/([\w.-]+)(?:/v2\.0)?/\.well-known/openid-configuration/?", re.IGNORECASE)
_TOKEN = re.compile(r"/([\w.-]+)/oauth2(?:/v2\.0)?/token/?", re.IGNORECASE)
_DISCOVERY = "/common/discovery/instance"


def is_public(path: str) -> bool:
    """Whether a path is answered without a token: a client asks here to get one."""
    return bool(_CONFIGURATION.fullmatch(path) or _TOKEN.fullmatch(path)) or path.lower() == _DISCOVERY


def answer(method: str, path: str, form: str, base_url: str, knows: Callable[[str], bool]) -> Reply:
    """Answer one request of a sign-in.

    Args:
        method: Its method.
        path: A path of :func:`is_public`.
        form: Its body, as a form.
        base_url: ``https://127.0.0.1:PORT``, for links.
        knows: Whether a secret is the token of somebody here.
    """
    if found := _CONFIGURATION.fullmatch(path):
        return Reply(200, configuration(base_url, found[1]))
    if path.lower() == _DISCOVERY:
        return Reply(200, {"tenant_discovery_endpoint": f"{base_url}/common/v2.0/.well-known/openid-configuration"})
    if method != "POST":
        return _refused(405, "invalid_request", "AADSTS900561: The endpoint only accepts POST requests.")
    return token(dict(parse_qsl(form)), knows)


def configuration(base_url: str, tenant: str) -> dict[str, Any]:
    """The OpenID configuration of a tenant."""
    return {
        "issuer": f"{base_url}/{tenant}/v2.0",
        "authorization_endpoint": f"{base_url}/{tenant}/oauth2/v2.0/authorize",
        "token_endpoint": f"{base_url}/{tenant}/oauth2/v2.0/token",
        "device_authorization_endpoint": f"{base_url}/{tenant}/oauth2/v2.0/devicecode",
        "jwks_uri": f"{base_url}/{tenant}/discovery/v2.0/keys",
        "response_types_supported": ["code", "id_token", "token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "scopes_supported": ["openid", "profile", "offline_access"],
    }


def token(form: Mapping[str, str], knows: Callable[[str], bool]) -> Reply:
    """What the token endpoint answers to a form."""
    grant = form.get("grant_type", "")
    if grant != "client_credentials":
        return _refused(
            400,
            "unsupported_grant_type",
            f"AADSTS70003: The app requested an unsupported grant type '{grant}'. Here it is client_credentials.",
        )
    if not form.get("client_id"):
        return _refused(
            400,
            "invalid_request",
            "AADSTS900144: The request body must contain the following parameter: 'client_id'.",
        )
    secret = form.get("client_secret", "")
    if not knows(secret):
        return _refused(
            401,
            "invalid_client",
            "AADSTS7000215: Invalid client secret provided. Here it is the simulator's token, or that of an identity.",
        )
    body = {"token_type": "Bearer", "expires_in": SECONDS, "ext_expires_in": SECONDS, "access_token": secret}
    if "scope" not in form:  # the older endpoint, whose clients read these
        body |= {"resource": form.get("resource", "")}
    return Reply(200, body)


def _refused(status: int, code: str, text: str) -> Reply:
    return Reply(status, {"error": code, "error_description": text, "error_codes": [int(text[6:].partition(":")[0])]})
