"""The provider as the engine sees it: the gRPC service over ``provider.Provider``.

Calls run concurrently on one event loop; they spend their time waiting for ARM.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Mapping
from typing import Any, NoReturn, TypeVar

import grpc
import grpc.aio
from google.protobuf import empty_pb2
from google.protobuf.message import Message
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc, status_pb2

from azure_native import settings
from azure_native.arm import ArmClient, ArmError, EndpointError
from azure_native.diff import Change, Kind
from azure_native.parameters import local_package
from azure_native.provider import ExistsError, InitError, Naming, Provider
from azure_native.table import ResourceType, UnknownTypeError, function_type, resource_type
from azure_native.tokens import client_token
from azure_native.values import from_struct, plain, to_struct

Context = grpc.aio.ServicerContext[Any, Any]
T = TypeVar("T")

_DEFAULT_TIMEOUT = 120 * 60.0
_ZERO_ID = "00000000-0000-0000-0000-000000000000"
_KINDS = {
    (Kind.ADD, False): pb.PropertyDiff.ADD,
    (Kind.ADD, True): pb.PropertyDiff.ADD_REPLACE,
    (Kind.DELETE, False): pb.PropertyDiff.DELETE,
    (Kind.DELETE, True): pb.PropertyDiff.DELETE_REPLACE,
    (Kind.UPDATE, False): pb.PropertyDiff.UPDATE,
    (Kind.UPDATE, True): pb.PropertyDiff.UPDATE_REPLACE,
}
_USER_ERRORS = (ArmError, EndpointError, ExistsError, UnknownTypeError, ValueError)


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Serves one engine.

    Args:
        version: The version of azure-native that this provider replaces.
        environment: Where the endpoint, the token and the subscription are read from.
    """

    def __init__(self, version: str, environment: Mapping[str, str] = os.environ) -> None:
        self._version = version
        self._environment = environment
        self._provider: Provider | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self.cancelled = False
        """Whether the engine has called Cancel, which it always does before it ends the plugin."""

    async def Handshake(self, request: Any, context: Context) -> Message:  # noqa: ARG002, N802
        """What the provider accepts, before it is configured."""
        return pb.ProviderHandshakeResponse(accept_secrets=True, supports_autonaming_configuration=True)

    async def GetPluginInfo(self, request: Any, context: Context) -> Message:  # noqa: ARG002, N802
        """The version."""
        from pulumi.runtime.proto import plugin_pb2  # noqa: PLC0415  called once by the engine, never by most tests

        return plugin_pb2.PluginInfo(version=self._version)

    async def Attach(self, request: Any, context: Context) -> empty_pb2.Empty:  # noqa: ARG002, N802
        """Nothing is sent to the engine, so its address is not needed."""
        return empty_pb2.Empty()

    async def Parameterize(self, request: Any, context: Context) -> Message:  # noqa: N802
        """Become a local package, ``pulumi package add azure-native compute v20240701``: the name of one.

        The types of local packages are served anyway, so nothing else changes.
        """
        async with _reported(context):
            return pb.ParameterizeResponse(name=local_package(request), version=self._version)

    async def CheckConfig(self, request: Any, context: Context) -> Message:  # noqa: ARG002, N802
        """Any configuration is accepted."""
        return pb.CheckResponse(inputs=request.news)

    async def DiffConfig(self, request: Any, context: Context) -> Message:  # noqa: ARG002, N802
        """A configuration never replaces resources."""
        return pb.DiffResponse()

    async def Configure(self, request: Any, context: Context) -> Message:  # noqa: N802
        """Read endpoint, token, subscription and default location."""
        prefix = "azure-native:config:"
        config = {key.removeprefix(prefix): value for key, value in request.variables.items()}
        subscription = config.get("subscriptionId") or self._environment.get("ARM_SUBSCRIPTION_ID") or _ZERO_ID
        try:
            arm = ArmClient(
                self._environment.get("SCALESET_ARM_ENDPOINT", ""),
                self._environment.get("SCALESET_ARM_TOKEN"),
                settings.pace(self._environment),
            )
            unknown = settings.refuses_unknown(self._environment)
        except (EndpointError, settings.SettingError) as error:
            await _fail(context, grpc.StatusCode.FAILED_PRECONDITION, str(error))
        self._provider = Provider(arm, subscription, config.get("location"), refuses_unknown=unknown)
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True)

    async def GetSchema(self, request: Any, context: Context) -> Message:  # noqa: ARG002, N802
        """The schema of the resource types in the tables."""
        from azure_native.schema import package_schema  # noqa: PLC0415  only YAML programs are checked against it

        return pb.GetSchemaResponse(schema=package_schema(self._version))

    async def Check(self, request: Any, context: Context) -> Message:  # noqa: N802
        """Validate inputs and fill in defaults."""
        async with _reported(context):
            news = from_struct(request.news)
            inputs, failures = await self._ready.check(
                _resource(request.urn, news),
                _name(request.urn),
                from_struct(request.olds),
                news,
                seed=request.randomSeed,
                rule=_naming(request),
            )
            return pb.CheckResponse(
                inputs=to_struct(inputs), failures=[pb.CheckFailure(property=f.path, reason=f.reason) for f in failures]
            )

    async def Diff(self, request: Any, context: Context) -> Message:  # noqa: N802
        """Compare inputs."""
        async with _reported(context):
            news = from_struct(request.news)
            found = self._ready.diff(
                _resource(request.urn, news), from_struct(request.old_inputs), from_struct(request.olds), news
            )
            return pb.DiffResponse(
                changes=pb.DiffResponse.DIFF_SOME if found.changes else pb.DiffResponse.DIFF_NONE,
                replaces=found.replaces,
                deleteBeforeReplace=found.delete_first,
                diffs=sorted({_top(path) for path in found.changes}),
                detailedDiff={path: _detail(change) for path, change in found.changes.items()},
                hasDetailedDiff=True,
            )

    async def Create(self, request: Any, context: Context) -> Message:  # noqa: N802
        """Create a resource, or preview the creation."""
        async with _reported(context):
            inputs = from_struct(request.properties)
            resource = _resource(request.urn, inputs)
            if request.preview:
                return pb.CreateResponse(properties=to_struct(self._ready.preview(resource, inputs)))
            identifier, outputs = await self._run(self._ready.create(resource, inputs), request.timeout)
            return pb.CreateResponse(id=identifier, properties=to_struct(outputs))

    async def Read(self, request: Any, context: Context) -> Message:  # noqa: N802
        """Read a live resource, for a refresh or an import."""
        async with _reported(context):
            old_inputs = from_struct(request.inputs) if request.HasField("inputs") else None
            outputs = from_struct(request.properties)
            resource = _resource(request.urn, {**outputs, **(old_inputs or {})})
            found = await self._run(self._ready.read(resource, request.id, old_inputs, outputs), 0)
            if found is None:
                return pb.ReadResponse()
            inputs, outputs = found
            return pb.ReadResponse(id=request.id, properties=to_struct(outputs), inputs=to_struct(inputs))

    async def Update(self, request: Any, context: Context) -> Message:  # noqa: N802
        """Update a resource in place, or preview the update."""
        async with _reported(context):
            inputs = from_struct(request.news)
            resource = _resource(request.urn, inputs)
            if request.preview:
                outputs = self._ready.preview(resource, inputs, from_struct(request.olds))
            else:
                outputs = await self._run(self._ready.update(resource, request.id, inputs), request.timeout)
            return pb.UpdateResponse(properties=to_struct(outputs))

    async def Delete(self, request: Any, context: Context) -> empty_pb2.Empty:  # noqa: N802
        """Delete a resource."""
        async with _reported(context):
            resource = _resource(request.urn, from_struct(request.properties))
            await self._run(self._ready.delete(resource, request.id), request.timeout)
            return empty_pb2.Empty()

    async def Invoke(self, request: Any, context: Context) -> Message:  # noqa: N802
        """The ``get`` functions, ``getClientConfig`` and ``getClientToken``."""
        async with _reported(context):
            result = await self._invoke(request.tok, from_struct(request.args))
            response = pb.InvokeResponse()
            getattr(response, "return").CopyFrom(to_struct(result))
            return response

    async def Cancel(self, request: Any, context: Context) -> empty_pb2.Empty:  # noqa: ARG002, N802
        """Abort the calls in progress; they report an error."""
        self.cancelled = True
        for task in list(self._tasks):
            task.cancel()
        return empty_pb2.Empty()

    async def close(self) -> None:
        """Close the connections to ARM."""
        if self._provider is not None:
            await self._provider.arm.close()

    @property
    def _ready(self) -> Provider:
        if self._provider is None:
            raise EndpointError("the azure-native provider is not configured")
        return self._provider

    async def _invoke(self, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if token == "azure-native:authorization:getClientConfig":  # noqa: S105  a function's token, not a secret
            return {
                "clientId": self._environment.get("ARM_CLIENT_ID", _ZERO_ID),
                "objectId": _ZERO_ID,
                "subscriptionId": self._ready.subscription,
                "tenantId": self._environment.get("ARM_TENANT_ID", _ZERO_ID),
            }
        if token == "azure-native:authorization:getClientToken":  # noqa: S105  as above
            ready = self._ready
            secret = self._environment.get("SCALESET_ARM_TOKEN", "")
            return {
                "token": client_token(str(arguments.get("endpoint") or ready.arm.endpoint), ready.subscription, secret)
            }
        kind = function_type(token).at(arguments)
        return await self._run(self._ready.get_function(kind, arguments), 0)

    async def _run(self, work: Awaitable[T], seconds: float) -> T:
        """Run work that talks to ARM under the resource's timeout, so that Cancel can end it."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        limit = seconds if seconds > 0 else _DEFAULT_TIMEOUT
        try:
            async with asyncio.timeout(limit):
                return await task
        except TimeoutError:
            raise ValueError(f"timed out after {limit:g} seconds") from None
        except asyncio.CancelledError:
            raise ValueError("the operation was cancelled") from None
        finally:
            self._tasks.discard(task)


@contextlib.asynccontextmanager
async def _reported(context: Context) -> Any:
    """Turn expected errors into the status that the engine shows to the user."""
    try:
        yield
    except InitError as error:
        detail = pb.ErrorResourceInitFailed(
            id=error.resource_id,
            properties=to_struct(error.outputs),
            inputs=to_struct(error.inputs),
            reasons=[str(error)],
        )
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
        status.details.add().Pack(detail)
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        await _fail(context, grpc.StatusCode.UNKNOWN, str(error))
    except _USER_ERRORS as error:
        await _fail(context, grpc.StatusCode.UNKNOWN, str(error))


async def _fail(context: Context, code: grpc.StatusCode, message: str) -> NoReturn:
    await context.abort(code, message)
    raise AssertionError(message)  # abort has raised already


def _resource(urn: str, values: Mapping[str, Any]) -> ResourceType:
    """The type of a resource; of a generic one at the api-version that its inputs or outputs say."""
    return resource_type(_type(urn)).at(plain(dict(values)))


def _type(urn: str) -> str:
    """The type in ``urn:pulumi:stack::project::Parent$type::name``."""
    return urn.split("::", 3)[2].rsplit("$", 1)[-1]


def _name(urn: str) -> str:
    return urn.split("::", 3)[3]


def _naming(request: Any) -> Naming:
    if not request.HasField("autonaming"):
        return Naming()
    options = request.autonaming
    modes = pb.CheckRequest.AutonamingOptions
    return Naming(
        proposed=options.proposed_name or None,
        enforced=options.mode == modes.ENFORCE,
        disabled=options.mode == modes.DISABLE,
    )


def _top(path: str) -> str:
    return path.split(".", 1)[0].split("[", 1)[0]


def _detail(change: Change) -> pb.PropertyDiff:
    return pb.PropertyDiff(kind=_KINDS[change.kind, change.replace], inputDiff=True)
