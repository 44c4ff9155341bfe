"""One request to Azure Resource Manager: sent to the endpoint alone, tried again where that is safe, and never silent.

azure-core's pipeline with azure-identity's token; retries are here, because azure-core's take a connection that broke
after a POST for one that was never made, and would send a restart twice.
"""

from __future__ import annotations

import asyncio
import importlib
import math
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from azure.core import AsyncPipelineClient
from azure.core.exceptions import (
    AzureError as SdkError,
)
from azure.core.exceptions import (
    ClientAuthenticationError,
    DecodeError,
    HttpResponseError,
    IncompleteReadError,
    ServiceRequestError,
    ServiceRequestTimeoutError,
    ServiceResponseError,
)
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import (
    AsyncBearerTokenCredentialPolicy,
    RequestIdPolicy,
    SansIOHTTPPolicy,
    UserAgentPolicy,
)
from azure.core.rest import HttpRequest

from scaleset_operations.answers import Answer, Fault, Problem, foreign, judge, may_repeat
from scaleset_operations.buckets import Buckets, kind_of, subscription_of
from scaleset_operations.cloud import Connection
from scaleset_operations.errors import AzureError, UnknownOutcomeError
from scaleset_operations.lro import retry_after
from scaleset_operations.refusals import explained

_USER_AGENT = "pulumi-azure-scaleset"
_FIRST = 0.5
_LONGEST = 10.0
_SAME_CLOCK = 2.0
Tell = Callable[[str], None]


class _BearerPolicy(SansIOHTTPPolicy[Any, Any]):
    """Sends a given token as it is; azure-core's own policy refuses plain http, even to 127.0.0.1."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token

    def on_request(self, request: PipelineRequest[Any]) -> None:
        """Add the Authorization header."""
        request.http_request.headers["Authorization"] = f"Bearer {self._token}"


class Wire:
    """Requests to one endpoint; an async context manager.

    Attributes:
        throttled: The number of 429 answers so far.
        tell: Gets a line for the user when a request takes long.
        skew: The seconds that Azure's clock is ahead of this one, by the Date of its answers: see :func:`ahead`.

    Args:
        connection: Which Azure, and with which token.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.throttled = 0
        self.tell: Tell = lambda _: None
        self.skew = 0.0
        self._buckets = Buckets(connection.endpoint, connection.limits)
        self._client: Any = None
        self._credential: Any = None
        self._met = False
        self._told = -math.inf

    async def __aenter__(self) -> Self:
        """Open."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()
        if self._credential is not None:
            await self._credential.close()

    async def request(self, verb: str, url: str, *, body: Any = None, reads: bool = False) -> Answer:
        """Send a request, again where that is safe, until there is an answer.

        Args:
            verb: The HTTP verb.
            url: The whole URL, or its path.
            body: The JSON body; None: none.
            reads: Whether it changes nothing although it is a POST.

        Raises:
            AzureError: Azure refused it, or cannot be reached.
            UnknownOutcomeError: It would have changed something, and whether it did is not known.
        """
        whole = url if "://" in url else self.connection.endpoint + url
        stranger = foreign(self.connection.endpoint, whole)
        if stranger:
            raise AzureError(
                0,
                "ForeignAddress",
                f"Azure named {stranger}, which is not {self.connection.endpoint}: no token is sent there.",
            )
        attempts = _Attempts(self, verb, whole, changes=not (reads or verb in {"GET", "HEAD"}))
        try:
            return await attempts.run(body)
        finally:
            attempts.watch.cancel()

    async def once(self, verb: str, url: str, body: Any) -> Answer | Problem:
        """Send it one time."""
        subject = f"{verb} {urlsplit(url).path}"
        request = HttpRequest(verb, url, json=body) if body is not None else HttpRequest(verb, url)
        patience = self.connection.patience
        try:
            response = await self._open().send_request(
                request, connection_timeout=patience.answer, read_timeout=patience.answer
            )
            content = response.content
        except SdkError as error:
            return _problem(error, subject)
        headers = {name.lower(): value for name, value in response.headers.items()}
        self._met = True
        self.skew = ahead(headers.get("date", ""), time.time())
        found = judge(response.status_code, headers, content, retry_after(headers, time.time()), subject)
        throttled = isinstance(found, Problem) and found.fault is Fault.THROTTLED
        self.throttled += throttled and response.status_code == 429  # noqa: PLR2004 - Too Many Requests
        self._buckets.heed(kind_of(verb), subscription_of(urlsplit(url).path), headers, throttled=throttled)
        return found

    def turn(self, verb: str, url: str) -> float:
        """The seconds to wait for the rate limit before the request is sent."""
        return self._buckets.take(kind_of(verb), subscription_of(urlsplit(url).path))

    def say(self, text: str) -> None:
        """Tell the user, but not the same of a thousand requests at once."""
        now = time.monotonic()
        if now - self._told >= self.connection.patience.tell:
            self._told = now
            self.tell(text)

    def limit(self, fault: Fault) -> float:
        """How long this fault is borne, in seconds."""
        patience = self.connection.patience
        if fault is Fault.THROTTLED:
            return patience.throttle
        if fault is Fault.UNSENT and not self._met:
            return min(patience.connect, patience.retry)
        return patience.retry

    def _open(self) -> Any:
        if self._client is None:
            chain = [RequestIdPolicy(), UserAgentPolicy(_USER_AGENT), self._authentication()]
            self._client = AsyncPipelineClient(base_url=self.connection.endpoint, policies=chain)
        return self._client

    def _authentication(self) -> Any:
        if self.connection.token:
            return _BearerPolicy(self.connection.token)
        identity = importlib.import_module("azure.identity.aio")
        self._credential = identity.DefaultAzureCredential(authority=self.connection.cloud.authority)
        scope = f"{self.connection.cloud.audience.rstrip('/')}/.default"
        return AsyncBearerTokenCredentialPolicy(self._credential, scope)


class _Attempts:
    """The attempts at one request."""

    def __init__(self, wire: Wire, verb: str, url: str, *, changes: bool) -> None:
        self._wire = wire
        self._verb = verb
        self._url = url
        self._changes = changes
        self._begun = time.monotonic()
        self._until = 0.0
        self._why = "no answer yet"
        self._perhaps = False
        tell = wire.connection.patience.tell
        self.watch = asyncio.get_running_loop().call_later(tell, self._tell)

    async def run(self, body: Any) -> Answer:
        """Until there is an answer, or no more patience."""
        delay, failing = _FIRST, 0.0
        while True:
            turn = self._wire.turn(self._verb, self._url)
            if turn > 0:
                self._waits("the rate limit of the subscription", turn)
                await asyncio.sleep(turn)
            self._waits("no answer yet", self._wire.connection.patience.answer)
            found = await self._wire.once(self._verb, self._url, body)
            if isinstance(found, Answer):
                return found
            now = time.monotonic()
            failing = failing or now
            self._perhaps = self._perhaps or found.fault.may_have_happened
            left = failing + self._wire.limit(found.fault) - now
            wait = found.wait or min(delay, max(left, 0.05))
            if not may_repeat(found.fault, self._verb, changes=self._changes) or left <= 0 or wait > left:
                raise self._end(found, now - failing)
            self._waits(f"{found.fault.value} ({found.error.code})", left)
            await asyncio.sleep(wait)
            delay = min(delay * 2, _LONGEST)

    def _waits(self, why: str, seconds: float) -> None:
        self._why, self._until = why, time.time() + seconds

    def _tell(self) -> None:
        until = time.strftime("%H:%M:%S", time.localtime(self._until))
        path = urlsplit(self._url).path
        what = "waits for" if self._why.startswith("the ") else "tries again after" if "(" in self._why else "has"
        self._wire.say(f"{self._verb} {path} {what} {self._why}, at most until {until}")
        patience = self._wire.connection.patience
        self.watch = asyncio.get_running_loop().call_later(max(patience.tell * 4, 1.0), self._tell)

    def _end(self, problem: Problem, tried: float) -> AzureError:
        error = problem.error
        if self._changes and self._perhaps:
            why = f"{error}; Azure may have done it anyway"
            return UnknownOutcomeError(error.status, "Unknown", why)
        if tried >= 1:
            message = f"{error.message} Tried again for {tried:.0f} s."
            return AzureError(error.status, error.code, message)
        return error


def ahead(date: str, now: float) -> float:
    """How far the clock of an answer's Date is ahead of ``now``, in seconds.

    0 where there is no date, and where the difference is within what a date of whole seconds can tell.
    """
    try:
        found = parsedate_to_datetime(date).timestamp() - now if date else 0.0
    except ValueError:
        return 0.0
    return found if abs(found) > _SAME_CLOCK else 0.0


def _problem(error: SdkError, subject: str) -> Problem:
    """What an exception of azure-core means."""
    if isinstance(error, IncompleteReadError):
        return Problem(Fault.LOST, AzureError(0, "ConnectionLost", f"{subject}: the answer broke off."))
    if isinstance(error, DecodeError):
        return Problem(Fault.GARBLED, AzureError(0, "BadAnswer", f"{subject}: {_first_line(str(error))}"))
    if isinstance(error, ServiceRequestTimeoutError) or (isinstance(error, ServiceRequestError) and _unsent(error)):
        return Problem(Fault.UNSENT, translate(error))
    if isinstance(error, ServiceRequestError | ServiceResponseError):
        text = f"{subject}: the connection was lost before the answer ({_first_line(str(error))})."
        return Problem(Fault.LOST, AzureError(0, "ConnectionLost", text))
    return Problem(Fault.REFUSED, translate(error))


def _unsent(error: SdkError) -> bool:
    """Whether the connection was never made; azure-core has one exception for that and for a lost one."""
    import aiohttp  # noqa: PLC0415 - loaded by the first request

    cause = error.inner_exception or error.__cause__
    refused = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
    return cause is None or isinstance(cause, refused) or not isinstance(cause, aiohttp.ClientError | OSError)


def translate(error: SdkError) -> AzureError:
    """Azure's code and message from an exception of azure-core or azure-identity."""
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
