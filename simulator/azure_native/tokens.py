"""Access tokens in the shape that Entra ID issues them, for programs that call ARM themselves.

A JSON Web Token whose audience is the ARM endpoint, as ``getClientToken`` of the official provider returns. It is not
signed: instead of a signature it has the simulator's own token, which is what the simulator checks.
"""

from __future__ import annotations

import base64
import json
from typing import Any


def client_token(endpoint: str, subscription: str, secret: str) -> str:
    """A token for the ARM endpoint.

    Args:
        endpoint: The audience, ``http://127.0.0.1:<port>``.
        subscription: The subscription, as the token's subject.
        secret: The token that the endpoint requires.
    """
    header = {"typ": "JWT", "alg": "none"}
    claims = {"aud": endpoint, "sub": subscription, "ver": "1.0"}
    return ".".join((_segment(header), _segment(claims), _encoded(secret.encode())))


def _segment(value: dict[str, Any]) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
