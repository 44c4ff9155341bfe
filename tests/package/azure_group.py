"""Resource groups and reads straight on the simulated Azure, beside the engine."""

from __future__ import annotations

from typing import Any

import httpx

from devkit.environment import Azure


def make_group(azure: Azure, name: str) -> None:
    """Make a resource group."""
    url = f"{azure.endpoint}/subscriptions/{azure.subscription}/resourceGroups/{name}"
    _checked(
        httpx.put(url, json={"location": "westeurope"}, params={"api-version": "2024-03-01"}, headers=_auth(azure))
    )


def read(azure: Azure, identity: str) -> dict[str, Any]:
    """A compute resource as Azure has it."""
    url = f"{azure.endpoint}{identity}"
    response = _checked(httpx.get(url, params={"api-version": "2024-11-01"}, headers=_auth(azure)))
    body: dict[str, Any] = response.json()
    return body


def _auth(azure: Azure) -> dict[str, str]:
    return {"Authorization": f"Bearer {azure.token}"}


def _checked(response: httpx.Response) -> httpx.Response:
    assert response.is_success, response.text
    return response
