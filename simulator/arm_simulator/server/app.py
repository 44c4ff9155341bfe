"""The HTTP interface: Starlette around :mod:`arm_simulator.server.routing`.

One event loop, one store: a request runs to its end before the next one starts, so that a request is a transaction and
every later read sees the result of a write.
"""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import hmac
import json
import logging
import time
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from arm_simulator.access import guard
from arm_simulator.access.identities import Identity
from arm_simulator.core import errors
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import InvalidResourceIdError
from arm_simulator.core.kinds import Registry
from arm_simulator.core.store import Store
from arm_simulator.graph import resource_graph
from arm_simulator.providers.compute import boot_blobs, catalogue
from arm_simulator.providers.registry import default_registry
from arm_simulator.server import control, faults, intake, sign_in
from arm_simulator.server.control import Control
from arm_simulator.server.faults import Fault
from arm_simulator.server.routing import (
    Call,
    Reply,
    Router,
    Settings,
)

_LOG = logging.getLogger(__name__)
_METHODS = frozenset({"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"})


def utc_now() -> str:
    """The current time as RFC 3339 text."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class Simulator:
    """Everything one server needs: state, kinds, router and control interface.

    Args:
        state: The SQLite file, or ``:memory:``.
        token: The bearer token that requests must carry.
        latency_ms: Extra time before every ARM answer.
        settings: Long-running operations and paging.
        registry: Other kinds than the default ones (for tests).
        hosts: Names that requests may be sent to, besides those of this machine for itself.
    """

    def __init__(
        self,
        state: str | Path = ":memory:",
        token: str = "",
        latency_ms: float = 0,
        settings: Settings | None = None,
        registry: Registry | None = None,
        hosts: Iterable[str] = (),
    ) -> None:
        self.store = Store(state)
        self.hosts = intake.LOCAL_NAMES | {name.lower().rstrip(".") for name in hosts}
        self.token = token
        self.registry = registry or default_registry()
        self.control = Control(latency_ms)
        self.router = Router(self.store, self.registry, utc_now, settings or Settings())
        self.graph = resource_graph.ResourceGraph(self.router.settings)
        self.router.tenant_routes["POST", resource_graph.PATH] = self.graph.query

    def close(self) -> None:
        """Close the state file, and end what this server started."""
        self.graph.close()
        self.store.close()

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The server as an ASGI application."""
        if scope["type"] == "http":
            response = await self._endpoint(Request(scope, receive))
            await response(scope, receive, send)

    async def _endpoint(self, request: Request) -> Response:
        try:
            intake.check_envelope(request, self.hosts)
            if request.method not in _METHODS:
                raise errors.method_not_allowed(request.method[:20], request.url.path[:200])
            return await self._answered(request, await intake.read_body(request))
        except ArmError as error:
            return _response(Reply(error.status, error.body(), error.headers), request)

    async def _answered(self, request: Request, raw: bytes) -> Response:
        started = time.perf_counter()
        path = request.url.path
        if sign_in.is_public(path):
            form = raw.decode(errors="replace")
            return _response(sign_in.answer(request.method, path, form, _base_url(request), self._knows), request)
        if path == "/aliases.json":  # no resource of ARM's: what the metadata names, for everybody
            return _response(Reply(200, catalogue.aliases()), request)
        if boot_blobs.is_one(path):
            authorized = "authorization" in request.headers
            return Response(*boot_blobs.answer(self.store, path, request.query_params, authorized=authorized))
        self._authenticate(path, request.headers.get("authorization", ""))
        call = intake.call_of(request, raw, _base_url(request))
        is_control = call.path.startswith(control.PREFIX)
        if self.control.latency_ms and not is_control:
            await asyncio.sleep(self.control.latency_ms / 1000)
        reply = self.answer(call, request.headers.get("authorization", ""))
        if reply.wait is not None:
            reply = await self._waited(call, reply)
        if not is_control:
            self.control.record(call, reply.status, (time.perf_counter() - started) * 1000, utc_now())
        if reply.delay:
            await asyncio.sleep(reply.delay)
        if not reply.status:
            _cut(request)
        response = _response(reply, request)
        return HalfResponse(response) if reply.half else response

    def answer(self, call: Call, authorization: str) -> Reply:
        """Answer one call; every failure becomes an ARM error body."""
        try:
            return self._answer(call, authorization)
        except Exception as error:  # noqa: BLE001 - see _failed
            return _failed(call, error)

    async def _waited(self, call: Call, reply: Reply) -> Reply:
        assert reply.wait is not None
        try:
            waited = await reply.wait()
        except Exception as error:  # noqa: BLE001 - see _failed
            waited = _failed(call, error)
        waited.delay, waited.half = reply.delay, reply.half
        return waited

    def _answer(self, call: Call, authorization: str) -> Reply:
        identity = self._authenticate(call.path, authorization)
        if call.path.startswith(control.PREFIX):
            if identity is not None:
                raise ArmError(403, "Forbidden", "The control face is for the simulator's own token.")
            return self.control.handle(call, self.router)
        if identity is not None:
            guard.check(self.router.context(), call, identity)
        fault = self.control.strike(call)
        phase = fault.phase if fault else ""
        if phase == "death-before":
            control.die()
        if fault is not None and phase == "request":
            raise faults.error_of(fault)
        if fault is not None and phase in {"answer", "cut-before"}:
            return faults.reply_of(fault, None)
        if self.control.before(call):
            raise errors.bad_request("The sender of this request is gone.")
        failure = self._spoil(call, fault)
        try:
            reply = self.router.dispatch(call, failure)
            replaced = fault is not None and phase in {"answer-after", "cut-after", "cut-half", "stall"}
            return faults.reply_of(fault, reply) if fault and replaced else reply
        finally:
            if phase == "death-after":
                control.die()
            self.control.after(call)

    def _spoil(self, call: Call, fault: Fault | None) -> ArmError | None:
        """What an accepted request meets later: instances that are not allocated; the error its operation ends with."""
        if self.control.faults:
            call.allocate = lambda instance_of: self.control.allocate(call, instance_of)
        if fault is None or fault.phase != "operation":
            return None
        call.never = fault.ends == "never"
        return None if call.never else faults.error_of(fault)

    def _knows(self, secret: str) -> bool:
        proof = secret.encode()
        return hmac.compare_digest(proof, self.token.encode()) or self.control.identities.find(proof) is not None

    def _authenticate(self, path: str, authorization: str) -> Identity | None:
        """Whose request this is; None: the simulator's own token, which may do anything."""
        if path.lower().rstrip("/") == "/metadata/endpoints":
            return None
        if not authorization.lower().startswith("bearer "):
            raise errors.authentication_failed("Authentication failed. The 'Authorization' header is missing.")
        secret = _secret_of(authorization[7:].strip())
        if hmac.compare_digest(secret, self.token.encode()):
            return None
        identity = self.control.identities.find(secret)
        if identity is None:
            raise errors.authentication_failed("The access token is invalid.")
        return identity


def _failed(call: Call, error: Exception) -> Reply:
    """A client of Azure never sees a broken connection; the traceback of what is a fault of ours is in the log."""
    if isinstance(error, ArmError):
        return Reply(error.status, error.body(), error.headers)
    if isinstance(error, InvalidResourceIdError):
        return Reply(400, errors.bad_request(str(error)).body())
    _LOG.error("%s %s", call.method, call.path, exc_info=error)
    failed = ArmError(500, "InternalServerError", "The simulator failed; its log has the details.")
    return Reply(500, failed.body())


def _secret_of(token: str) -> bytes:
    """What a bearer token proves: it is the whole text, or the last part of a JSON Web Token."""
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, claims, signature
        return token.encode()
    try:
        return base64.urlsafe_b64decode(parts[2] + "=" * (-len(parts[2]) % 4))
    except ValueError:
        return b""


class HalfResponse(Response):
    """Another response, of which half of the body arrives; then the connection ends."""

    def __init__(self, whole: Response) -> None:
        super().__init__(whole.body, whole.status_code)
        self.raw_headers = whole.raw_headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's
        """Send it."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body[: len(self.body) // 2])
        await send({"type": "http.response.body", "body": half, "more_body": True})
        _connection(receive).close()


def _cut(request: Request) -> None:
    """Break the connection: the client gets a reset instead of an answer."""
    _connection(request.receive).abort()


def _connection(receive: Any) -> Any:
    """The transport under a request: what uvicorn gives as ``receive`` is a method of what has it."""
    return receive.__self__.transport


def _base_url(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', '127.0.0.1')}"


def _response(reply: Reply, request: Request) -> Response:
    identifier = str(uuid.uuid4())
    headers = {
        "x-ms-request-id": identifier,
        "x-ms-correlation-request-id": request.headers.get("x-ms-correlation-request-id", identifier),
        "Cache-Control": "no-cache",
        **reply.headers,
    }
    client_id = request.headers.get("x-ms-client-request-id")
    if client_id:
        headers["x-ms-client-request-id"] = client_id
    headers = intake.latin(headers)
    if reply.text is not None:
        return Response(reply.text, reply.status, headers, reply.headers.get("Content-Type", "application/json"))
    if reply.body is None:
        return Response(status_code=reply.status or 500, headers=headers)
    content = json.dumps(reply.body, separators=(",", ":"), ensure_ascii=False).encode()
    return Response(content, reply.status, headers, "application/json; charset=utf-8")
