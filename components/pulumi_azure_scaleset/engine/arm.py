"""Azure Resource Manager for what the provider's resources can't do: read what is there, lift a lock for a change.

Single resources are read through the provider's ``get`` functions. Everything else uses the provider's access token
(``getClientToken``). So the account, the tenant and the cloud are those of the component's provider, explicit providers
included. The token names the endpoint it is for, its audience, and is sent to no other.

The engine's callbacks (hooks, transforms) must not wait for a thread of the event loop's default pool: all of them may
be taken by registrations that wait for the callback. So the token and the subscription are requested before anything is
registered, and the requests have a separate thread pool.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pulumi

from pulumi_azure_scaleset.engine.rest import ArmUnavailableError, Client, Json
from pulumi_azure_scaleset.engine.sdk import supports

_T = TypeVar("_T")
COMPUTE, NETWORK = "api-version=2024-11-01", "api-version=2024-05-01"
"""The API versions that are asked for."""
_TOKEN = "azure-native:authorization:getClientToken"  # noqa: S105 - a function's name
_CONFIG = "azure-native:authorization:getClientConfig"
_THREADS = ThreadPoolExecutor(max_workers=16, thread_name_prefix="scaleset-arm")
_ABSENT = ("ResourceNotFound", "ResourceGroupNotFound", "ParentResourceNotFound", "NotFound", "was not found")


@dataclass
class Arm:
    """Azure as one component's provider reaches it.

    Attributes:
        component: The component, whose provider is asked.
        version: The provider's version, or None for that of the program.
    """

    component: pulumi.Resource
    version: str | None
    _client: "asyncio.Future[Client] | None" = field(default=None, init=False)
    _subscription: "asyncio.Future[str] | None" = field(default=None, init=False)

    def prepare(self) -> None:
        """Ask for what callbacks need, before anything is registered."""
        if self.reachable and self._client is None:
            self._client = asyncio.ensure_future(self._connect())
            self._subscription = asyncio.ensure_future(self._ask(_CONFIG, "subscriptionId"))
            for each in (self._client, self._subscription):
                each.add_done_callback(_seen)

    @property
    def reachable(self) -> bool:
        """Whether there is an Azure to ask: not in a unit test with mocks."""
        return supports("outputValues")

    async def show(self, kind: str, identity: Mapping[str, Any]) -> Json | None:
        """One resource as the provider's ``get`` function shows it, or None where it does not exist.

        Args:
            kind: Its type token, ``azure-native:compute:VirtualMachine``.
            identity: The inputs that identify it, with the resource group.

        Raises:
            ArmUnavailableError: Azure does not answer, or refuses to.
        """
        module, _, name = kind.rpartition(":")
        try:
            found = await pulumi.runtime.invoke_async(f"{module}:get{name}", dict(identity), self._options())
        except Exception as error:  # the SDK raises the bare Exception
            if any(word in str(error) for word in _ABSENT):
                return None
            raise ArmUnavailableError(str(error)) from error
        return found if isinstance(found, dict) else None

    async def subscription(self) -> str:
        """The id of the provider's subscription.

        Raises:
            ArmUnavailableError: The provider does not say.
        """
        if self._subscription is None:
            raise ArmUnavailableError("mocks have no Azure")
        return await asyncio.shield(self._subscription)

    async def client(self) -> Client:
        """A client with the provider's access token.

        Raises:
            ArmUnavailableError: There is no token.
        """
        if self._client is None:
            raise ArmUnavailableError("mocks have no Azure")
        return await asyncio.shield(self._client)

    async def get(self, path: str) -> Json | None:
        """As :meth:`Client.get`, without blocking."""
        return await _threaded((await self.client()).get, path)

    async def list(self, path: str) -> list[Json]:
        """As :meth:`Client.list`, without blocking."""
        return await _threaded((await self.client()).list, path)

    async def put(self, path: str, body: Json) -> None:
        """As :meth:`Client.put`, without blocking."""
        await _threaded((await self.client()).put, path, body)

    async def patch(self, path: str, body: Json) -> None:
        """As :meth:`Client.patch`, without blocking."""
        await _threaded((await self.client()).patch, path, body)

    async def delete(self, path: str) -> None:
        """As :meth:`Client.delete`, without blocking."""
        await _threaded((await self.client()).delete, path)

    async def _connect(self) -> Client:
        return Client(await self._ask(_TOKEN, "token"))

    async def _ask(self, function: str, name: str) -> str:
        """The text that one of the provider's functions without arguments gives under ``name``."""
        try:
            found = await pulumi.runtime.invoke_async(function, {}, self._options())
        except Exception as error:  # the SDK raises the bare Exception
            raise ArmUnavailableError(str(error)) from error
        text = found.get(name) if isinstance(found, dict) else None
        if not isinstance(text, str):
            raise ArmUnavailableError(f"the provider has no {name}")
        return text

    def _options(self) -> pulumi.InvokeOptions:
        return pulumi.InvokeOptions(parent=self.component, version=self.version)


async def known(value: Any) -> Any:
    """What an input is, if it is known: those with dependencies are Outputs, also where the engine hands them back."""
    output = pulumi.Output.from_input(value)
    return await output.future() if await output.is_known() else None


async def _threaded(function: Callable[..., _T], *arguments: Any) -> _T:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, function, *arguments)


def _seen(future: "asyncio.Future[Any]") -> None:
    """Mark the error as seen: a caller that waits gets it, and without one it is not worth a warning."""
    if not future.cancelled():
        future.exception()
