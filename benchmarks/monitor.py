"""A resource monitor that responds at once: the engine's side of a program, without engine, provider and cloud.

It serves the two gRPC services that a program talks to, ``ResourceMonitor`` and ``Engine``, so the program runs the
SDK's real runtime over a real socket. Its responses are those of the engine in a preview: the inputs as the state, and
an id only if the stack exists already.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, resource_pb2, resource_pb2_grpc

FEATURES = frozenset(
    {
        "secrets",
        "resourceReferences",
        "outputValues",
        "deletedWith",
        "replaceWith",
        "aliasSpecs",
        "transforms",
        "invokeTransforms",
        "parameterization",
        "resourceHooks",
        "errorHooks",
    }
)
_MEGABYTES = 400
_OPTIONS = [
    ("grpc.max_receive_message_length", _MEGABYTES << 20),
    ("grpc.max_send_message_length", _MEGABYTES << 20),
]
_THREADS = 16
_SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"


@dataclass(frozen=True)
class Registration:
    """One resource as the program registered it.

    Attributes:
        type: Its type token.
        name: Its logical name.
        custom: Whether it is a provider's resource and not a component.
        inputs: Its inputs as plain JSON; secrets and output values keep their marks.
        aliases: How many aliases came with it.
        dependencies: The URNs of its declared dependencies.
        urn: Its URN.
        parent: Its parent's URN; empty for the stack.
        id: Its id, where the stack exists and it is a provider's resource.
    """

    type: str
    name: str
    custom: bool
    inputs: dict[str, Any]
    aliases: int
    dependencies: tuple[str, ...]
    urn: str
    parent: str
    id: str


@dataclass
class Monitor(resource_pb2_grpc.ResourceMonitorServicer, engine_pb2_grpc.EngineServicer):
    """Both services.

    Attributes:
        existing: Respond as for a deployed stack (ids and outputs are known), not as for a new one.
        features: The features that the engine reports.
        recording: Keep what is registered; off when time is measured.
        registrations: What was registered, in the order of arrival.
        requests: The number of calls by their names.
        messages: What the program logged as a warning or an error.
    """

    existing: bool = False
    recording: bool = False
    features: frozenset[str] = FEATURES
    registrations: list[Registration] = field(default_factory=list)
    requests: dict[str, int] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    _root: str = ""

    def SupportsFeature(  # noqa: N802 - the services' names for it, here and below
        self, request: resource_pb2.SupportsFeatureRequest, _context: grpc.ServicerContext
    ) -> resource_pb2.SupportsFeatureResponse:
        """The features of the engine that the project pins."""
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in self.features)

    def RegisterResource(  # noqa: N802
        self, request: resource_pb2.RegisterResourceRequest, _context: grpc.ServicerContext
    ) -> resource_pb2.RegisterResourceResponse:
        """The inputs as the state, with an id where the stack exists."""
        self._count("RegisterResource")
        response = resource_pb2.RegisterResourceResponse(
            urn=f"urn:pulumi:dev::benchmark::{request.type}::{request.name}", object=request.object
        )
        if self.existing and request.custom:
            response.id = f"{_SUBSCRIPTION}/{request.type.rpartition(':')[2]}/{request.name}"
            _add_outputs(request, response.object)
        if self.recording:
            self.registrations.append(_recorded(request, response))
        return response

    def RegisterResourceOutputs(  # noqa: N802
        self, _request: resource_pb2.RegisterResourceOutputsRequest, _context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Taken note of."""
        self._count("RegisterResourceOutputs")
        return empty_pb2.Empty()

    def RegisterErrorHook(  # noqa: N802
        self, _request: Any, _context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Never called back: nothing fails here."""
        self._count("RegisterErrorHook")
        return empty_pb2.Empty()

    def RegisterResourceHook(  # noqa: N802
        self, _request: Any, _context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Never called back: nothing is deployed here."""
        self._count("RegisterResourceHook")
        return empty_pb2.Empty()

    def Invoke(  # noqa: N802
        self, request: resource_pb2.ResourceInvokeRequest, _context: grpc.ServicerContext
    ) -> resource_pb2.ResourceInvokeResponse:
        """Nothing: there is no Azure behind it."""
        self._count(f"Invoke {request.tok}")
        return resource_pb2.ResourceInvokeResponse()

    def SignalAndWaitForShutdown(  # noqa: N802
        self, _request: empty_pb2.Empty, _context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Let the program end at once."""
        return empty_pb2.Empty()

    def Log(self, request: engine_pb2.LogRequest, _context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: N802
        """Kept if it is a warning or an error."""
        if request.severity in {engine_pb2.WARNING, engine_pb2.ERROR}:
            self.messages.append(request.message)
        return empty_pb2.Empty()

    def SetRootResource(  # noqa: N802
        self, request: engine_pb2.SetRootResourceRequest, _context: grpc.ServicerContext
    ) -> engine_pb2.SetRootResourceResponse:
        """The stack's URN."""
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def GetRootResource(  # noqa: N802
        self, _request: engine_pb2.GetRootResourceRequest, _context: grpc.ServicerContext
    ) -> engine_pb2.GetRootResourceResponse:
        """The stack's URN."""
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def _count(self, name: str) -> None:
        self.requests[name] = self.requests.get(name, 0) + 1


@contextmanager
def serving(monitor: Monitor) -> Iterator[str]:
    """Serve ``monitor`` on a free port of 127.0.0.1; gives its address."""
    server = grpc.server(ThreadPoolExecutor(max_workers=_THREADS), options=_OPTIONS)
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    engine_pb2_grpc.add_EngineServicer_to_server(monitor, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(grace=None).wait()


def _recorded(
    request: resource_pb2.RegisterResourceRequest, response: resource_pb2.RegisterResourceResponse
) -> Registration:
    return Registration(
        type=request.type,
        name=request.name,
        custom=request.custom,
        inputs=json_format.MessageToDict(request.object),
        aliases=len(request.aliases) + len(request.aliasURNs),
        dependencies=tuple(request.dependencies),
        urn=response.urn,
        parent=request.parent,
        id=response.id,
    )


def _add_outputs(request: resource_pb2.RegisterResourceRequest, struct: struct_pb2.Struct) -> None:
    """The outputs that Azure adds and that the programs read."""
    state: Any = struct  # its values are typed as the union of all that JSON has
    match request.type.rpartition(":")[2]:
        case "ResourceGroup":
            state["name"] = request.object["resourceGroupName"]
        case "VirtualMachine":
            state["name"] = request.object["vmName"]
        case "LoadBalancer":
            state["name"] = request.object["loadBalancerName"]
        case "PublicIPAddress":
            state["ipAddress"] = "203.0.113.10"
        case "NetworkInterface":
            for configuration in state["ipConfigurations"]:
                configuration["privateIPAddress"] = "10.0.0.4"
