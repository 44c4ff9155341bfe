"""Between the engine and a policy pack: the pack's process starts when the stack's configuration is known.

Python packs read project, stack and configuration from environment variables as soon as they are imported, and the
engine tells them by a call, after it has connected. So the engine connects to this service, which learns the
configuration, and then passes every call on to the pack.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import grpc

from language_host.protocol import analyzers

SERVICE = "/pulumirpc.Analyzer/"
PARALLEL_CALLS = 64
GRACE_SECONDS = 2.0
"""What calls under way have left to be answered, when the pack has ended."""

UNLIMITED_MESSAGES = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


if TYPE_CHECKING:
    _Handler = grpc.GenericRpcHandler[Any, Any]
else:
    _Handler = grpc.GenericRpcHandler  # it takes no parameters when it runs


class PackEndedError(Exception):
    """The pack ended before it was ready; the message says how."""


class PolicyProxy(_Handler):
    """The service that the engine connects to. It serves while its context is entered."""

    def __init__(self) -> None:
        self.configuration: Future[bytes | None] = Future()
        """The engine's `ConfigureStack` request; None if the engine asks something else first."""
        self._pack: Future[grpc.Channel] = Future()
        self._lock = threading.Lock()
        self._server = grpc.server(ThreadPoolExecutor(max_workers=PARALLEL_CALLS), options=UNLIMITED_MESSAGES)
        self._server.add_generic_rpc_handlers((self,))
        self.port = self._server.add_insecure_port("127.0.0.1:0")

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.fail("the pack has ended")
        self.release()
        self._server.stop(grace=GRACE_SECONDS).wait()
        if self._pack.exception() is None:
            self._pack.result().close()

    def attach(self, port: int) -> None:
        """Pass calls on to the pack that listens on `port`; it gets the configuration first."""
        channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=UNLIMITED_MESSAGES)
        if (request := self.configuration.result()) is not None:
            try:
                _method(channel, "ConfigureStack")(request)
            except grpc.RpcError as error:
                if _code(error) != grpc.StatusCode.UNIMPLEMENTED:  # older SDKs of packs don't have it
                    self.fail(f"policy pack configuration failed: {_details(error)}")
                    return
        with self._lock:
            if not self._pack.done():
                self._pack.set_result(channel)

    def fail(self, why: str) -> None:
        """Answer calls with the reason why there is no pack, unless there is one."""
        with self._lock:
            if not self._pack.done():
                self._pack.set_exception(PackEndedError(f"policy pack not started: {why}"))

    def release(self) -> None:
        """Stop waiting for the configuration."""
        self._configured(None)

    def service(self, call: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[Any, Any] | None:
        """How a call is answered; messages stay as they came."""
        name = str(call.method)
        if not name.startswith(SERVICE):
            return None
        name = name.removeprefix(SERVICE)
        answers: dict[str, Callable[[bytes, grpc.ServicerContext], bytes]] = {
            "Handshake": lambda _request, _context: b"",
            "ConfigureStack": self._configure,
        }
        answer = answers.get(name, lambda request, context: self._forward(name, request, context))
        return grpc.unary_unary_rpc_method_handler(answer)

    def _configure(self, request: bytes, _context: grpc.ServicerContext) -> bytes:
        self._configured(request)
        return b""

    def _configured(self, request: bytes | None) -> None:
        with self._lock:
            if not self.configuration.done():
                self.configuration.set_result(request)

    def _forward(self, name: str, request: bytes, context: grpc.ServicerContext) -> bytes:
        self._configured(None)
        try:
            response: bytes = _method(self._pack.result(), name)(request)
        except PackEndedError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except grpc.RpcError as error:
            context.set_trailing_metadata(_trailing(error))
            context.abort(_code(error), _details(error))
        return response


def variables(request: bytes | None) -> dict[str, str]:
    """The environment variables that tell a pack about the stack."""
    if request is None:
        return {}
    told = analyzers.AnalyzerStackConfigureRequest.FromString(request)
    found = {
        "PULUMI_ORGANIZATION": told.organization,
        "PULUMI_PROJECT": told.project,
        "PULUMI_STACK": told.stack,
        "PULUMI_DRY_RUN": str(told.dry_run).lower(),
        "PULUMI_CONFIG": json.dumps(dict(told.config)),
    }
    return {name: value for name, value in found.items() if value}


def _method(channel: grpc.Channel, name: str) -> Callable[[bytes], bytes]:
    return channel.unary_unary(SERVICE + name, request_serializer=_as_it_is, response_deserializer=_as_it_is)


def _as_it_is(message: bytes) -> bytes:
    return message


# grpc types what it raises as RpcError only; such an error is also the call.
def _code(error: grpc.RpcError) -> grpc.StatusCode:
    code: grpc.StatusCode = getattr(error, "code", lambda: grpc.StatusCode.UNKNOWN)()
    return code


def _details(error: grpc.RpcError) -> str:
    return str(getattr(error, "details", lambda: str(error))())


def _trailing(error: grpc.RpcError) -> tuple[tuple[str, str | bytes], ...]:
    found: Any = getattr(error, "trailing_metadata", tuple)() or ()
    return tuple(
        (key, value) for key, value in found if not key.startswith("grpc-") or key == "grpc-status-details-bin"
    )
