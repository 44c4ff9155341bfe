"""Azure as the operations see it: one call, one list, one resource, and what has been accepted."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlencode

from scaleset_operations.calls import API_VERSIONS, COMPUTE, Call
from scaleset_operations.cloud import Connection
from scaleset_operations.errors import AzureError
from scaleset_operations.follow import Follower
from scaleset_operations.lro import Accepted, Underway, accepted
from scaleset_operations.wire import Wire, translate

__all__ = ["Azure", "Underway", "translate"]

_NOT_FOUND = 404
_GRAPH = "/providers/Microsoft.ResourceGraph/resources"
_COMPUTE = "{group}/providers/Microsoft.Compute"
_NETWORK = "{group}/providers/Microsoft.Network"
_INTERFACES = "list_virtual_machine_scale_set_network_interfaces"
_ADDRESSES = "list_virtual_machine_scale_set_public_ip_addresses"
_PORTS = "begin_list_inbound_nat_rule_port_mappings"
_PATHS: Mapping[tuple[str, str], str] = {
    ("virtual_machine_scale_sets", "get"): _COMPUTE + "/virtualMachineScaleSets/{1}",
    ("virtual_machine_scale_sets", "get_instance_view"): _COMPUTE + "/virtualMachineScaleSets/{1}/instanceView",
    ("virtual_machines", "get"): _COMPUTE + "/virtualMachines/{1}",
    ("virtual_machine_scale_set_vms", "list"): _COMPUTE + "/virtualMachineScaleSets/{1}/virtualMachines",
    ("virtual_machines", "list"): _COMPUTE + "/virtualMachines",
    ("network_interfaces", _INTERFACES): _COMPUTE + "/virtualMachineScaleSets/{1}/networkInterfaces",
    ("public_ip_addresses", _ADDRESSES): _COMPUTE + "/virtualMachineScaleSets/{1}/publicIPAddresses",
    ("load_balancers", _PORTS): _NETWORK + "/loadBalancers/{1}/backendAddressPools/{2}/queryInboundNatRulePortMapping",
    ("network_interfaces", "list"): _NETWORK + "/networkInterfaces",
    ("network_interfaces", "get"): _NETWORK + "/networkInterfaces/{1}",
    ("load_balancers", "get"): _NETWORK + "/loadBalancers/{1}",
    ("public_ip_addresses", "get"): _NETWORK + "/publicIPAddresses/{1}",
    ("network_security_groups", "get"): _NETWORK + "/networkSecurityGroups/{1}",
    ("nat_gateways", "get"): _NETWORK + "/natGateways/{1}",
    ("virtual_networks", "get"): _NETWORK + "/virtualNetworks/{1}",
    ("subnets", "get"): _NETWORK + "/virtualNetworks/{1}/subnets/{2}",
    ("management_locks", "list_at_resource_group_level"): "{group}/providers/Microsoft.Authorization/locks",
}
"""What is read, by the names of the REST operations: the path, with the arguments in it by number."""
_SCHEDULED = "/subscriptions/{subscription}/providers/Microsoft.ComputeSchedule/locations/{location}/{action}"
_SCALE_SET_NETWORK = "2018-10-01"
"""The one api-version in which Microsoft.Compute lists the interfaces of a Uniform set."""


class Azure:
    """One subscription; an async context manager.

    Attributes:
        retries: The wire: how often Azure refused a request temporarily, and who is notified.

    Args:
        connection: Which Azure, and with which token.
        subscription: The subscription's id.
    """

    def __init__(self, connection: Connection, subscription: str) -> None:
        self.connection = connection
        self.subscription = subscription
        self.retries = Wire(connection)
        self._follower: Follower | None = None

    async def __aenter__(self) -> Self:
        """Open."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        await self.retries.__aexit__(kind, error, trace)

    async def invoke(self, call: Call, *, wait: bool = True) -> Any:
        """Make one call and return its JSON (lists are read to their end).

        Args:
            call: The call.
            wait: Whether to wait for the end of a long-running operation.

        Raises:
            AzureError: Azure refused it or it failed.
            UnknownOutcomeError: It may have happened.
        """
        begun = await self.begin(call)
        if isinstance(begun, Underway):
            return await begun.wait() if wait else None
        return begun

    async def begin(self, call: Call) -> Any:
        """Make one call: its JSON, or :class:`Underway` where Azure goes on working on it.

        Raises:
            AzureError: Azure refused it.
            UnknownOutcomeError: It may have happened.
        """
        if call.verb == "GET":
            return await self._read(call.url)
        body = dict(call.body) if call.body is not None else None
        answer = await self.retries.request(call.verb, call.url, body=body, reads=call.reads)
        url = self.connection.endpoint + call.url
        now = time.time()
        operation = accepted(call.verb, url, answer.status, answer.headers, answer.body, now)
        return answer.body if operation is None else self.underway(call, operation)

    def underway(self, call: Call, operation: Accepted) -> Underway:
        """A call that was accepted, in this run or an earlier one."""
        if self._follower is None:
            self._follower = Follower(self.retries)
        follower, kind = self._follower, f"{call.verb} {call.path.rsplit('/', 1)[-1] if call.verb == 'POST' else ''}"
        return Underway(operation, lambda: follower.follow(operation, kind=kind, answers=call.answers))

    async def _read(self, url: str) -> Any:
        """The JSON of a GET; of a list all items of all pages."""
        answer = await self.retries.request("GET", url)
        found = answer.body
        if not isinstance(found, dict) or not isinstance(found.get("value"), list) or not set(found) <= _PAGE:
            return found
        return [*found["value"], *await self._more(found)]

    async def _more(self, page: Mapping[str, Any]) -> list[Any]:
        """The items of the pages after this one."""
        items: list[Any] = []
        seen: set[str] = set()
        while page.get("nextLink"):
            link = str(page["nextLink"])
            if link in seen:
                raise AzureError(0, "BadAnswer", "a list's nextLink leads in a circle.")
            seen.add(link)
            page = _page(link, (await self.retries.request("GET", link)).body)
            items += page["value"]
        return items

    async def read_list(self, path: str, api_version: str, **query: str) -> list[dict[str, Any]]:
        """All items of a list.

        Raises:
            AzureError: Azure refused, or answered with something else than a list of objects.
        """
        page = _page(path, (await self.retries.request("GET", _url(path, api_version, query))).body)
        found = [*page["value"], *await self._more(page)]
        if not all(isinstance(item, dict) for item in found):
            raise AzureError(0, "BadAnswer", f"GET {path}: expected a list of objects.")
        return found

    async def ask(self, group: str, method: str, *arguments: str, body: Any = None, **query: str) -> Any:
        """Read something by the name of its REST operation: ``ask("load_balancers", "get", "rg", "lb")``.

        Args:
            group: The operation group.
            method: The operation in it.
            arguments: The resource group and the names, or the location of scheduled actions.
            body: The body of what is asked with one.
            query: Query parameters without their ``$``.

        Raises:
            AzureError: Azure refused.
            UnknownOutcomeError: A scheduled action may have been accepted.
        """
        version = API_VERSIONS.get(group, COMPUTE)
        if group == "scheduled_actions":
            action = re.sub(r"_([a-z])", lambda match: match[1].upper(), method)
            path = _SCHEDULED.format(subscription=self.subscription, location=arguments[0], action=action)
            reads = "_get_" in method
            return _object(
                path,
                (await self.retries.request("POST", f"{path}?api-version={version}", body=body, reads=reads)).body,
            )
        resources = f"/subscriptions/{self.subscription}/resourceGroups/{arguments[0]}"
        path = _PATHS[group, method].format(*arguments, group=resources)
        if method == _PORTS:
            call = Call(group=group, method=method, arguments=(), verb="POST", path=path, body=body, answers=True)
            return _object(path, await self.invoke(call))
        if method in {_INTERFACES, _ADDRESSES}:
            version = _SCALE_SET_NETWORK
        if method.startswith("list"):
            return await self.read_list(path, version, **query)
        return _object(path, (await self.retries.request("GET", _url(path, version, query))).body)

    async def get(self, resource_id: str, api_version: str) -> dict[str, Any] | None:
        """The resource with this id, of any type; None if there is none.

        Raises:
            AzureError: Azure refused.
        """
        try:
            answer = await self.retries.request("GET", f"{_quoted(resource_id)}?api-version={api_version}")
        except AzureError as error:
            if error.status == _NOT_FOUND:
                return None
            raise
        return _object(resource_id, answer.body)

    async def query_graph(self, query: str, *, page_size: int = 1000, everywhere: bool = False) -> list[dict[str, Any]]:
        """All rows of a Resource Graph query over the subscription, or over all that one may read, page by page."""
        rows: list[dict[str, Any]] = []
        token: str | None = None
        url = f"{_GRAPH}?api-version={API_VERSIONS['resource_graph']}"
        while True:
            options: dict[str, Any] = {"$top": page_size, "resultFormat": "objectArray"}
            if token:
                options["$skipToken"] = token
            scope = {} if everywhere else {"subscriptions": [self.subscription]}
            body = {"query": query, **scope, "options": options}
            answer = _object(_GRAPH, (await self.retries.request("POST", url, body=body, reads=True)).body)
            data = answer.get("data")
            if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
                raise AzureError(0, "BadAnswer", f"POST {_GRAPH}: expected a list of rows in 'data'.")
            rows += data
            token = answer.get("$skipToken")
            if not token or not data:
                return rows


_PAGE = {"value", "nextLink", "count"}
_SAFE = "/'$"


def _url(path: str, api_version: str, query: Mapping[str, str]) -> str:
    parameters = {"api-version": api_version, **{f"${name}": value for name, value in query.items() if value}}
    return f"{_quoted(path)}?{urlencode(parameters, quote_via=quote, safe=_SAFE)}"


def _quoted(path: str) -> str:
    return quote(path, safe="/'()-._~!$&*+,;=:@")


def _page(path: str, body: Any) -> Mapping[str, Any]:
    if not isinstance(body, dict) or not isinstance(body.get("value"), list):
        raise AzureError(0, "BadAnswer", f"GET {path.partition('?')[0]}: expected a list of Azure in 'value'.")
    return body


def _object(path: str, body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise AzureError(0, "BadAnswer", f"{path}: expected a JSON object of Azure, got {type(body).__name__}.")
    return body
