"""Reading a blob by its address and signature: no token is sent."""

from __future__ import annotations

import importlib
from urllib.parse import urlsplit

from scaleset_operations.cloud import LOOPBACK
from scaleset_operations.errors import AzureError

_MOST = 64 * 1024 * 1024
_SECONDS = 60
_OK = 200


async def read_blob(address: str) -> bytes:
    """The content of a blob, at most 64 MiB of it.

    Raises:
        AzureError: It cannot be read. The message has no signature: with it anybody could read the blob.
    """
    parts = urlsplit(address)
    where = f"{parts.scheme}://{parts.netloc}{parts.path}"
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise AzureError(0, "NoBlob", f"the blob's address {where!r} is not https.")
    client = importlib.import_module("aiohttp")
    try:
        async with (
            client.ClientSession(timeout=client.ClientTimeout(total=_SECONDS), trust_env=True) as session,
            session.get(address) as answer,
        ):
            if answer.status != _OK:
                raise AzureError(answer.status, "NoBlob", f"the blob {where} can not be read.")
            content: bytes = await answer.content.read(_MOST)
            while len(content) < _MOST:
                more = await answer.content.read(_MOST - len(content))
                if not more:
                    break
                content += more
    except (client.ClientError, TimeoutError) as error:
        raise AzureError(0, "NoConnection", f"the blob {where} can not be read: {type(error).__name__}.") from None
    return content
