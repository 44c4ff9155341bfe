"""The Azure clients: built when first needed, one for each service, with one policy on what may be retried."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from azure.core.exceptions import (
    AzureError as SdkError,
)
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
)
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import AsyncRetryPolicy, SansIOHTTPPolicy

from scaleset_operations.calls import Call
from scaleset_operations.cloud import Connection
from scaleset_operations.errors import AzureError
from scaleset_operations.refusals import explained

_CLIENTS: Mapping[str, tuple[str, str]] = {
    "compute": ("azure.mgmt.compute.aio", "ComputeManagementClient"),
    "network": ("azure.mgmt.network.aio", "NetworkManagementClient"),
    "locks": ("azure.mgmt.resource.locks.aio", "ManagementLockClient"),
    "graph": ("azure.mgmt.resourcegraph.aio", "ResourceGraphClient"),
    "schedule": ("azure.mgmt.computeschedule.aio", "ComputeScheduleMgmtClient"),
}
_NETWORK_GROUPS = {
    "load_balancers",
    "network_interfaces",
    "public_ip_addresses",
    "subnets",
    "virtual_networks",
    "nat_gateways",
    "network_security_groups",
}
_BODIES = frozenset(
    {
        "body",
        "extension_parameters",
        "parameters",
        "properties",
        "request_body",
        "run_command",
        "vm_instance_i_ds",
        "vm_scale_set_reimage_input",
    }
)
"""The names that the clients' methods use for the request body's parameter."""
_IDEMPOTENT = frozenset({"HEAD", "GET", "PUT", "DELETE", "OPTIONS"})
_NOT_FOUND = 404
_THROTTLED = 429
_UNAVAILABLE = 503
_USER_AGENT = "pulumi-azure-scaleset"


class SafeRetryPolicy(AsyncRetryPolicy[Any, Any]):
    """azure-core's retries, narrowed to what is safe for operations on machines.

    A refusal (429, or 503 with Retry-After) had no effect and is always retried, after the time that Azure names.
    Anything else is retried only for idempotent calls: a POST such as ``restart`` whose response was lost is reported,
    never sent twice.

    Attributes:
        throttled: The number of 429 responses so far.
    """

    def __init__(self) -> None:
        super().__init__(retry_total=20, retry_status=20, retry_connect=4, retry_read=3, retry_backoff_factor=0.5)
        self.throttled = 0

    def is_retry(self, settings: dict[str, Any], response: Any) -> bool:
        """Whether this response is retried."""
        answer = response.http_response
        if answer.status_code == _THROTTLED:
            self.throttled += 1
            return bool(settings["total"])
        if answer.status_code == _UNAVAILABLE and answer.headers.get("Retry-After"):
            return bool(settings["total"])
        if response.http_request.method.upper() not in settings["methods"]:
            return False
        return bool(super().is_retry(settings, response))


class _BearerPolicy(SansIOHTTPPolicy[Any, Any]):
    """Sends a given token as it is; azure-core's own policy refuses plain http, even to 127.0.0.1."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token

    def on_request(self, request: PipelineRequest[Any]) -> None:
        """Add the Authorization header."""
        request.http_request.headers["Authorization"] = f"Bearer {self._token}"


class _NoCredential:
    """The credential that the clients require although the token is given; it is never used."""

    async def get_token(self, *_: str, **__: Any) -> Any:
        """Fail."""
        raise AssertionError("the token is given")

    async def close(self) -> None:
        """Do nothing."""


class Azure:
    """All clients of one subscription; an async context manager.

    Args:
        connection: Which Azure, and with which token.
        subscription: The subscription's id.
    """

    def __init__(self, connection: Connection, subscription: str) -> None:
        self.connection = connection
        self.subscription = subscription
        self.retries = SafeRetryPolicy()
        self._clients: dict[str, Any] = {}
        self._credential: Any = None

    async def __aenter__(self) -> Self:
        """Open."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        for client in self._clients.values():
            await client.close()
        if self._credential is not None:
            await self._credential.close()

    def client(self, service: str) -> Any:
        """The client of ``compute``, ``network``, ``locks``, ``graph`` or ``schedule``."""
        if service not in self._clients:
            module, name = _CLIENTS[service]
            arguments = [] if service == "graph" else [self.subscription]
            self._clients[service] = getattr(importlib.import_module(module), name)(
                self._find_credential(), *arguments, **self._options()
            )
        return self._clients[service]

    def _find_credential(self) -> Any:
        if self._credential is None:
            if self.connection.token:
                self._credential = _NoCredential()
            else:
                identity = importlib.import_module("azure.identity.aio")
                self._credential = identity.DefaultAzureCredential(authority=self.connection.cloud.authority)
        return self._credential

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {
            "base_url": self.connection.endpoint,
            "credential_scopes": [f"{self.connection.cloud.audience.rstrip('/')}/.default"],
            "polling_interval": self.connection.poll_seconds,
            "retry_policy": self.retries,
            "user_agent": _USER_AGENT,
        }
        if self.connection.token:
            options["authentication_policy"] = _BearerPolicy(self.connection.token)
        return options

    def group(self, name: str) -> Any:
        """The operation group of this name (``virtual_machines``, ``management_locks``, ``load_balancers``)."""
        if name == "management_locks":
            return self.client("locks").management_locks
        if name == "scheduled_actions":
            return self.client("schedule").scheduled_actions
        return getattr(self.client("network" if name in _NETWORK_GROUPS else "compute"), name)

    async def invoke(self, call: Call, *, wait: bool = True) -> Any:
        """Make one call and return its JSON (lists are read to their end).

        Args:
            call: The call.
            wait: Whether to wait for the end of a long-running operation.

        Raises:
            AzureError: Azure refused it or it failed.
        """
        keywords = call.keywords
        if not wait and call.method.startswith("begin_"):
            keywords["polling"] = False
        return await self.ask(call.group, call.method, *call.arguments, body=call.body, **keywords)

    async def ask(self, group: str, method: str, *arguments: str, body: Any = None, **keywords: Any) -> Any:
        """Call a client's method and return its JSON; every failure is an :class:`AzureError`."""
        function = getattr(self.group(group), method)
        if body is not None:
            # By name: in clients before azure-mgmt-compute 38 other parameters precede it, and passing a list of
            # instances as one of those would power off the whole set.
            keywords[_body_parameter(function)] = dict(body)
        try:
            answer = function(*arguments, **keywords)
            if method == "list" or method.startswith("list_") or hasattr(answer, "__aiter__"):
                return await _collect(answer)
            result = await answer
            if method.startswith("begin_"):
                result = await result.result()
        except SdkError as error:
            raise translate(error) from error
        return to_json(result)

    async def get(self, resource_id: str, api_version: str) -> dict[str, Any] | None:
        """The resource with this id, of any type; None if there is none.

        Raises:
            AzureError: Azure refused.
        """
        rest = importlib.import_module("azure.core.rest")
        client = self._pipeline()
        request = rest.HttpRequest("GET", client.format_url(resource_id), params={"api-version": api_version})
        try:
            response = await client.send_request(request)
            if response.status_code == _NOT_FOUND:
                return None
            response.raise_for_status()
            found: dict[str, Any] = response.json()
        except SdkError as error:
            raise translate(error) from error
        return found

    def _pipeline(self) -> Any:
        """A client for requests that no generated client has: of resources whose type is known by their id only."""
        if "any" not in self._clients:
            core = importlib.import_module("azure.core")
            policies = importlib.import_module("azure.core.pipeline.policies")
            options = self._options()
            authentication = options.get("authentication_policy") or policies.AsyncBearerTokenCredentialPolicy(
                self._find_credential(), *options["credential_scopes"]
            )
            chain = [policies.RequestIdPolicy(), policies.UserAgentPolicy(_USER_AGENT), self.retries, authentication]
            self._clients["any"] = core.AsyncPipelineClient(base_url=self.connection.endpoint, policies=chain)
        return self._clients["any"]

    async def query_graph(self, query: str, *, page_size: int = 1000, everywhere: bool = False) -> list[dict[str, Any]]:
        """All rows of a Resource Graph query over the subscription, or over all that one may read, page by page."""
        scope = None if everywhere else [self.subscription]
        models = importlib.import_module("azure.mgmt.resourcegraph.models")
        rows: list[dict[str, Any]] = []
        token: str | None = None
        while True:
            options = models.QueryRequestOptions(top=page_size, skip_token=token, result_format="objectArray")
            request = models.QueryRequest(query=query, subscriptions=scope, options=options)
            try:
                answer = await self.client("graph").resources(request, retry_on_methods=_IDEMPOTENT | {"POST"})
            except SdkError as error:
                raise translate(error) from error
            rows += answer.data
            token = answer.skip_token
            if not token:
                return rows


def _body_parameter(function: Callable[..., Any]) -> str:
    """The name of the parameter for the body; the client silently ignores a name that the method does not have."""
    method: Any = getattr(function, "__func__", function)
    return _named_body(method)


@functools.cache
def _named_body(method: Callable[..., Any]) -> str:
    name = next((name for name in inspect.signature(method).parameters if name in _BODIES), None)
    if name is None:
        text = f"{method.__qualname__} takes no body: the Azure clients are older or newer than this program expects."
        raise AzureError(0, "WrongClient", text)
    return name


async def _collect(answer: Any) -> list[Any]:
    if hasattr(answer, "__aiter__"):
        return [to_json(item) async for item in answer]
    found = to_json(await answer)
    value = found.get("value", []) if isinstance(found, dict) else found
    return list(value)


def to_json(value: Any) -> Any:
    """A client's model as ARM's JSON."""
    if hasattr(value, "serialize"):
        return value.serialize(keep_readonly=True)
    if hasattr(value, "as_dict"):
        return value.as_dict()
    return value


def translate(error: SdkError) -> AzureError:
    """Azure's code and message from a client's exception."""
    if isinstance(error, ClientAuthenticationError) and not error.response:
        return AzureError(
            0, "NoCredential", f"{_first_line(str(error))} Sign in with `az login`, or set AZURE_* variables."
        )
    if isinstance(error, ServiceRequestError):
        return AzureError(0, "NoConnection", f"{_first_line(str(error))}. Check the network and --endpoint.")
    if isinstance(error, HttpResponseError):
        detail = error.error
        code = getattr(detail, "code", None) or error.reason or type(error).__name__
        message = getattr(detail, "message", None) or error.message or str(error)
        return AzureError(error.status_code or 0, str(code), explained(str(code), str(message)))
    return AzureError(0, type(error).__name__, _first_line(str(error)))


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else "no details"
