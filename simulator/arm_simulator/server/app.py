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
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from arm_simulator.access import guard
from arm_simulator.access.identities import Identity
from arm_simulator.core import errors
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import InvalidResourceIdError
from arm_simulator.core.kinds import Registry
from arm_simulator.core.store import Store
from arm_simulator.graph import resource_graph
from arm_simulator.providers.compute import boot_blobs
from arm_simulator.providers.registry import default_registry
from arm_simulator.server import control, sign_in
from arm_simulator.server.control import Control
from arm_simulator.server.routing import (
    Call,
    Reply,
    Router,
    Settings,
)
from arm_templates import relaxed

_LOG = logging.getLogger(__name__)
_METHODS = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"]


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
    """

    def __init__(
        self,
        state: str | Path = ":memory:",
        token: str = "",
        latency_ms: float = 0,
        settings: Settings | None = None,
        registry: Registry | None = None,
    ) -> None:
        self.store = Store(state)
        self.token = token
        self.registry = registry or default_registry()
        self.control = Control(latency_ms)
        self.router = Router(self.store, self.registry, utc_now, settings or Settings())
        self.graph = resource_graph.ResourceGraph()
        self.router.tenant_routes["POST", resource_graph.PATH] = self.graph.query
        self.app = Starlette(routes=[Route("/{path:path}", self._endpoint, methods=_METHODS)])

    def close(self) -> None:
        """Close the state file."""
        self.store.close()

    async def _endpoint(self, request: Request) -> Response:
        started = time.perf_counter()
        raw = await request.body()
        if sign_in.is_public(request.url.path):
            form = raw.decode(errors="replace")
            known = sign_in.answer(request.method, request.url.path, form, _base_url(request), self._knows)
            return _response(known, request)
        if boot_blobs.is_one(request.url.path):
            authorized = "authorization" in request.headers
            return Response(
                *boot_blobs.answer(self.store, request.url.path, request.query_params, authorized=authorized)
            )
        try:
            call = _call(request, raw)
        except ArmError as error:
            return _response(Reply(error.status, error.body(), error.headers), request)
        is_control = call.path.startswith(control.PREFIX)
        if self.control.latency_ms and not is_control:
            await asyncio.sleep(self.control.latency_ms / 1000)
        reply = self.answer(call, request.headers.get("authorization", ""))
        if not is_control:
            self.control.record(call, reply.status, (time.perf_counter() - started) * 1000, utc_now())
        if reply.delay:
            await asyncio.sleep(reply.delay)
        if not reply.status:
            _cut(request)
        return _response(reply, request)

    def answer(self, call: Call, authorization: str) -> Reply:
        """Answer one call; every failure becomes an ARM error body."""
        try:
            return self._answer(call, authorization)
        except ArmError as error:
            return Reply(error.status, error.body(), error.headers)
        except InvalidResourceIdError as error:
            return Reply(400, errors.bad_request(str(error)).body())
        except Exception:  # noqa: BLE001 - a client of Azure never sees a broken connection, and tests see the traceback in the log
            _LOG.exception("%s %s", call.method, call.path)
            failed = ArmError(500, "InternalServerError", "The simulator failed; its log has the details.")
            return Reply(500, failed.body())

    def _answer(self, call: Call, authorization: str) -> Reply:
        identity = self._authenticate(call, authorization)
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
            raise control.fault_error(fault)
        if fault is not None and phase in {"answer", "cut-before"}:
            return control.fault_reply(fault, None)
        if self.control.before(call):
            raise errors.bad_request("The sender of this request is gone.")
        try:
            reply = self.router.dispatch(call, control.fault_error(fault) if fault and phase == "operation" else None)
            replaced = fault is not None and phase in {"answer-after", "cut-after", "stall"}
            return control.fault_reply(fault, reply) if fault and replaced else reply
        finally:
            if phase == "death-after":
                control.die()
            self.control.after(call)

    def _knows(self, secret: str) -> bool:
        proof = secret.encode()
        return hmac.compare_digest(proof, self.token.encode()) or self.control.identities.find(proof) is not None

    def _authenticate(self, call: Call, authorization: str) -> Identity | None:
        """Whose request this is; None: the simulator's own token, which may do anything."""
        if call.path.lower().rstrip("/") == "/metadata/endpoints":
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


def _secret_of(token: str) -> bytes:
    """What a bearer token proves: it is the whole text, or the last part of a JSON Web Token."""
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, claims, signature
        return token.encode()
    try:
        return base64.urlsafe_b64decode(parts[2] + "=" * (-len(parts[2]) % 4))
    except ValueError:
        return b""


def _call(request: Request, raw: bytes) -> Call:
    query = {name.lower(): value for name, value in parse_qsl(request.url.query, keep_blank_values=True)}
    body: Any = None
    if raw.strip():
        try:
            body = relaxed.loads(raw)
        except ValueError as error:
            raise errors.invalid_request_content(
                f"The request content was invalid and could not be deserialized: '{error}'."
            ) from None
    return Call(
        method=request.method,
        path=request.url.path,
        query=query,
        headers=dict(request.headers),
        body=body,
        base_url=_base_url(request),
    )


def _cut(request: Request) -> None:
    """Break the connection: the client gets a reset instead of an answer."""
    connection: Any = getattr(request.receive, "__self__", None)
    connection.transport.abort()


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
    if reply.text is not None:
        return Response(reply.text, reply.status, headers, reply.headers.get("Content-Type", "application/json"))
    if reply.body is None:
        return Response(status_code=reply.status or 500, headers=headers)
    content = json.dumps(reply.body, separators=(",", ":"), ensure_ascii=False).encode()
    return Response(content, reply.status, headers, "application/json; charset=utf-8")
