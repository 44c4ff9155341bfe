"""For tests: a simulator in a thread. Its Azure clients are in :mod:`arm_simulator.clients`."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import uvicorn

from arm_simulator.access.identities import Identity
from arm_simulator.dataplane import estate
from arm_simulator.dataplane.packets import Answer, Packet, trace
from arm_simulator.server import az_login
from arm_simulator.server.app import Simulator
from arm_simulator.server.cli import HOST, bind, uvicorn_config
from arm_simulator.server.control import Control
from arm_simulator.server.routing import Call, Settings

TOKEN = "simulator-token"  # noqa: S105 - the fixed token of test servers
SUBSCRIPTION = az_login.SUBSCRIPTION


class RunningSimulator:
    """A simulator that listens.

    Attributes:
        endpoint: ``http://127.0.0.1:PORT``.
        token: Its bearer token.
        simulator: The server's parts, for white-box looks at the store.
        subscription: A subscription id: that of a test, where the fixture ``azure`` gives it.
    """

    def __init__(self, endpoint: str, simulator: Simulator, subscription: str = SUBSCRIPTION) -> None:
        self.endpoint = endpoint
        self.subscription = subscription
        self.token = simulator.token
        self.simulator = simulator

    @property
    def control(self) -> Control:
        """The control interface."""
        return self.simulator.control

    def requests(self) -> list[dict[str, Any]]:
        """The recorded ARM requests."""
        return list(self.control.recorded)

    def clear_requests(self) -> None:
        """Forget the recorded requests."""
        self.control.recorded.clear()

    def inject(self, **fault: Any) -> None:
        """Add a fault: the members of ``POST /_simulator/faults`` as keywords, ``kind="throttled"`` among them.

        Raises:
            ArmError: There is no such fault; the message says what is wrong.
        """
        call = Call("POST", "/_simulator/faults", {}, {}, fault, self.endpoint)
        self.control.handle(call, self.simulator.router)

    def configure(self, **settings: Any) -> None:
        """Change settings: ``configure(lro_polls=1, balancer_collisions="mixed")``.

        Raises:
            ValueError: There is no such setting, or it does not take that value.
        """
        self.simulator.router.settings.change(settings)

    @contextmanager
    def put_back(self) -> Iterator[None]:
        """When the block ends, settings, faults, latency and identities are again as they were before it."""
        settings, control = self.simulator.router.settings, self.control
        before, faults, latency = asdict(settings), list(control.faults), control.latency_ms
        identities = list(control.identities)
        try:
            yield
        finally:
            settings.change(before)
            control.faults[:] = faults
            control.latency_ms = latency
            control.identities.put_back(identities)

    def identity(self, name: str) -> Identity:
        """Somebody who may do nothing yet: grant roles to its ``object_id``, and send requests with its ``token``."""
        return self.control.identities.add({"name": name})

    def group(self, name: str, location: str = "westeurope") -> str:
        """Make a resource group in ``subscription``; its id."""
        rid = f"/subscriptions/{self.subscription}/resourceGroups/{name}"
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = Request(  # noqa: S310 - the simulator's own address
            f"{self.endpoint}{rid}?api-version=2024-03-01",
            json.dumps({"location": location}).encode(),
            headers,
            method="PUT",
        )
        with urlopen(request, timeout=30):  # noqa: S310 - as above
            return rid

    def packet(self, destination: str, port: int, *, protocol: str = "Tcp", source: str = "Internet") -> Answer:
        """Where a packet to a public address gets: ``packet("203.0.113.4", 22).reached``, or ``.stopped`` by what."""
        entrance = estate.entrance_at(self.simulator.router.context(), destination)
        return trace(entrance, Packet(source, destination, port, protocol))

    def client(self, client_type: Any, *arguments: Any, **options: Any) -> Any:
        """An azure-mgmt client of this simulator: ``client(ComputeManagementClient, SUBSCRIPTION)``."""
        from arm_simulator.clients import NoCredential, client_options  # noqa: PLC0415 - azure-core may be missing

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
