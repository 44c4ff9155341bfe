"""For tests: a simulator in a thread, and what unmodified azure-mgmt clients need to talk to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from azure.core.credentials import AccessToken
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy

from arm_simulator.server.app import Simulator
from arm_simulator.server.cli import HOST, bind, uvicorn_config
from arm_simulator.server.control import Control
from arm_simulator.server.routing import Call, Settings

TOKEN = "simulator-token"  # noqa: S105 - the fixed token of test servers
SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"


class BearerPolicy(SansIOHTTPPolicy[Any, Any]):
    """Sets the Authorization header: azure-core's own policy refuses plain HTTP."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token

    def on_request(self, request: PipelineRequest[Any]) -> None:
        """Add the token."""
        request.http_request.headers["Authorization"] = f"Bearer {self._token}"


class NoCredential:
    """The credential argument that the clients insist on; it is never asked."""

    def get_token(self, *scopes: str, **kwargs: Any) -> AccessToken:  # noqa: ARG002 - the protocol
        """Fail: the bearer policy sends the token."""
        raise AssertionError("the simulator's clients send their token through authentication_policy")


def client_options(endpoint: str, token: str = TOKEN) -> dict[str, Any]:
    """Keyword arguments for any azure-mgmt client: ``ComputeManagementClient(NoCredential(), sub, **options)``."""
    return {"base_url": endpoint, "authentication_policy": BearerPolicy(token), "polling_interval": 0}


class RunningSimulator:
    """A simulator that listens.

    Attributes:
        endpoint: ``http://127.0.0.1:PORT``.
        token: Its bearer token.
        simulator: The server's parts, for white-box looks at the store.
    """

    def __init__(self, endpoint: str, simulator: Simulator) -> None:
        self.endpoint = endpoint
        self.token = simulator.token
        self.simulator = simulator

    @property
    def control(self) -> Control:
        """The control face."""
        return self.simulator.control

    def requests(self) -> list[dict[str, Any]]:
        """The recorded ARM requests."""
        return list(self.control.recorded)

    def clear_requests(self) -> None:
        """Forget the recorded requests."""
        self.control.recorded.clear()

    def inject(self, **fault: Any) -> None:
        """Add a fault: the members of ``POST /_simulator/faults`` as keywords."""
        call = Call("POST", "/_simulator/faults", {}, {}, fault, self.endpoint)
        self.control.handle(call, self.simulator.router)

    def client(self, client_type: Any, *arguments: Any, **options: Any) -> Any:
        """An azure-mgmt client of this simulator: ``client(ComputeManagementClient, SUBSCRIPTION)``."""
        return client_type(NoCredential(), *arguments, **{**client_options(self.endpoint, self.token), **options})


@contextmanager
def running_simulator(
    state: str | Path = ":memory:", *, token: str = TOKEN, latency_ms: float = 0, settings: Settings | None = None
) -> Iterator[RunningSimulator]:
    """A simulator on a free port, in a thread of this process, until the block ends."""
    simulator = Simulator(state, token, latency_ms, settings)
    listener = bind(0)
    server = uvicorn.Server(uvicorn_config(simulator))
    server.config.load()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 10
        while not server.started:
            if time.monotonic() > deadline or not thread.is_alive():
                raise RuntimeError("the simulator did not start")
            time.sleep(0.005)
        yield RunningSimulator(f"http://{HOST}:{listener.getsockname()[1]}", simulator)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
        simulator.close()
