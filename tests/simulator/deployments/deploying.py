"""Deployments over HTTP, as any client sends them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
from simulator.worlds import GROUP, SCOPE

from arm_simulator.testing import SUBSCRIPTION, RunningSimulator

VERSION = {"api-version": "2025-04-01"}
ROOT = f"/subscriptions/{SUBSCRIPTION}"
KIND = "providers/Microsoft.Resources/deployments"


class Deployments:
    """The deployments at a scope.

    Args:
        http: The client.
        scope: The id of a resource group or of the subscription.
    """

    def __init__(self, http: httpx.Client, scope: str = SCOPE) -> None:
        self.http = http
        self.scope = scope

    def url(self, name: str) -> str:
        """The path of a deployment."""
        return f"{self.scope}/{KIND}/{name}"

    def body(self, template: Mapping[str, Any], mode: str = "Incremental", **given: Any) -> dict[str, Any]:
        """A request's body."""
        parameters = {name: {"value": value} for name, value in given.items()}
        place = {} if "/resourceGroups/" in self.scope else {"location": "westeurope"}
        return {**place, "properties": {"mode": mode, "template": template, "parameters": parameters}}

    def put(self, name: str, body: Any) -> httpx.Response:
        """Send a deployment."""
        return self.http.put(self.url(name), params=VERSION, json=body)

    def get(self, name: str) -> dict[str, Any]:
        """The properties of a deployment."""
        answer = self.http.get(self.url(name), params=VERSION)
        assert answer.status_code == 200, answer.text
        properties: dict[str, Any] = answer.json()["properties"]
        return properties

    def run(self, name: str, template: Mapping[str, Any], mode: str = "Incremental", **given: Any) -> dict[str, Any]:
        """Deploy to the end, and show it."""
        answer = self.put(name, self.body(template, mode, **given))
        assert answer.status_code in {200, 201}, answer.text
        assert answer.json()["properties"]["provisioningState"] == "Accepted"
        end = self.http.get(answer.headers["Azure-AsyncOperation"]).json()
        properties = self.get(name)
        assert properties["provisioningState"] == end["status"]
        assert properties.get("error") == end.get("error")
        return properties

    def what_if(self, template: Mapping[str, Any], mode: str = "Incremental", **given: Any) -> list[dict[str, Any]]:
        """The changes that a what-if tells."""
        answer = self.http.post(f"{self.url('w')}/whatIf", params=VERSION, json=self.body(template, mode, **given))
        assert answer.status_code == 202, answer.text
        result = self.http.get(answer.headers["Location"]).json()
        assert result["status"] == "Succeeded", result
        changes: list[dict[str, Any]] = result["properties"]["changes"]
        return changes

    def operations(self, name: str) -> list[dict[str, Any]]:
        """The operations of a deployment."""
        answer = self.http.get(f"{self.url(name)}/operations", params=VERSION)
        found: list[dict[str, Any]] = answer.json()["value"]
        return found


def state(sim: RunningSimulator) -> dict[str, tuple[str, Any]]:
    """The ETag and body of each resource but deployments, by its key; a role assignment tells when it was last put."""
    found = {}
    for row in sim.simulator.store.list():
        if row.id.type.endswith("/roleAssignments"):
            row.body["properties"].pop("updatedOn")
            found[row.id.key] = ("", row.body)
        elif not row.id.type.endswith("/deployments"):
            found[row.id.key] = (row.etag, row.body)
    return found


def make_group(http: httpx.Client, name: str = GROUP) -> None:
    """A resource group."""
    http.put(f"{ROOT}/resourceGroups/{name}", params=VERSION, json={"location": "westeurope"})
