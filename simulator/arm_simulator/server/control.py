"""The control interface below ``/_simulator/``: recorded requests, faults and latency. Not part of Azure.

* ``GET /_simulator/requests`` recorded ARM requests; ``DELETE`` forgets them. Headers are never recorded, write-only
  members of bodies are masked.
* ``POST /_simulator/faults`` adds a fault, ``GET`` lists them, ``DELETE`` removes all.
* ``POST /_simulator/latency`` ``{"milliseconds": 20}``.
* ``POST /_simulator/settings`` ``{"lro_polls": 2, "retry_after": 1, "page_size": 5}`` and the other members of
  :class:`~arm_simulator.core.messages.Settings`; ``GET`` shows all.
* ``GET /_simulator/state?id=ID`` private state of a resource: power, bootCount, hostId, osDiskGeneration ...
* ``POST /_simulator/state`` ``{"id": ID, "health": "unhealthy"}`` what a health extension reports from now on.
* ``POST /_simulator/packets`` ``{"destination": "203.0.113.4", "port": 22}`` whether a packet reaches an instance; also
  ``source`` (an address, or ``Internet``) and ``protocol``. See :mod:`arm_simulator.dataplane`.
* ``POST /_simulator/identities`` ``{"name": "operator"}`` makes somebody who may do what role assignments grant to the
  ``objectId`` of the answer, with its ``token``; ``GET`` lists them. See :mod:`arm_simulator.access`.
* ``POST /_simulator/reset`` empties the state, the recording, the faults and the identities.
"""

from __future__ import annotations

import ipaddress
import os
import signal
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any

from arm_simulator.access.identities import Identities
from arm_simulator.core import errors, schema
from arm_simulator.core.errors import ArmError
from arm_simulator.dataplane import estate, packets
from arm_simulator.providers.resources import deployments
from arm_simulator.server import faults
from arm_simulator.server.faults import Fault
from arm_simulator.server.routing import Call, Reply, Router

PREFIX = "/_simulator/"
_RECORDED = 100_000
_MOST_LATENCY = 600_000


class Control:
    """Recording, faults and latency of one server.

    Attributes:
        before: Called with each ARM request before it takes effect, in tests in the simulator's process; True: the
            request is lost, as if its sender had died before it was sent.
        after: Called with each ARM request after it took effect, before it is answered.
        identities: Who else than the owner of the simulator's own token sends requests.
    """

    def __init__(self, latency_ms: float = 0) -> None:
        self.latency_ms = latency_ms
        self.before: Callable[[Call], bool] = lambda _: False
        self.after: Callable[[Call], None] = lambda _: None
        self.faults: list[Fault] = []
        self.recorded: deque[dict[str, Any]] = deque(maxlen=_RECORDED)
        self.identities = Identities()

    def record(self, call: Call, status: int, milliseconds: float, now: str) -> None:
        """Record one ARM request."""
        self.recorded.append(
            {
                "method": call.method,
                "path": call.path,
                "query": dict(call.query),
                "status": status,
                "body": schema.redact(deployments.redacted(call.body)),
                "time": now,
                "milliseconds": round(milliseconds, 3),
            }
        )

    def strike(self, call: Call) -> Fault | None:
        """The fault that applies to this request, counted down; None if there is none."""
        return next(
            (each for each in self.faults if each.phase != "instance" and each.strikes(call.method, call.path)), None
        )

    def allocate(self, call: Call, instance_of: str) -> ArmError | None:
        """Why the next instance of a scale set is not allocated, or None; counted down.

        Args:
            call: The request that makes it.
            instance_of: The id of the set, or of the machine where the request makes just that.
        """
        found = (each for each in self.faults if each.phase == "instance" and each.strikes(call.method, instance_of))
        return next((faults.error_of(each) for each in found), None)

    def handle(self, call: Call, router: Router) -> Reply:
        """Answer a control request."""
        name = call.path[len(PREFIX) :].strip("/")
        handler = getattr(self, f"_{call.method.lower()}_{name}", None)
        if handler is None:
            raise errors.ArmError(404, "NotFound", f"The simulator has no control '{call.method} {call.path}'.")
        body = dict(call.query) if call.body is None else call.body
        if not isinstance(body, dict):
            raise errors.bad_request("The control face takes a JSON object.")
        reply: Reply = handler(body, router)
        return reply

    def _get_requests(self, body: dict[str, Any], router: Router) -> Reply:  # noqa: ARG002 - one shape for all
        return Reply(200, {"value": list(self.recorded)})

    def _delete_requests(self, body: dict[str, Any], router: Router) -> Reply:  # noqa: ARG002
        self.recorded.clear()
        return Reply(204)

    def _get_state(self, body: dict[str, Any], router: Router) -> Reply:
        resource = router.store.get(str(body.get("id") or "/"))
        if resource is None:
            raise errors.not_found(f"The simulator has stored no resource '{body.get('id')}'.")
        return Reply(200, {name: value for name, value in resource.runtime.items() if name != "secretDigests"})

    def _post_state(self, body: dict[str, Any], router: Router) -> Reply:
        resource = router.store.get(str(body.get("id") or "/"))
        if resource is None or "power" not in resource.runtime:
            raise errors.not_found(f"The simulator has stored no machine '{body.get('id')}'.")
        if body.get("health") not in ("healthy", "unhealthy"):
            raise errors.bad_request("A machine's 'health' is healthy or unhealthy.", "health")
        resource.runtime["health"] = body["health"]
        router.store.save_runtime(resource)
        return Reply(204)

    def _get_faults(self, body: dict[str, Any], router: Router) -> Reply:  # noqa: ARG002
        return Reply(200, {"value": [fault.describe() for fault in self.faults]})

    def _post_faults(self, body: dict[str, Any], router: Router) -> Reply:  # noqa: ARG002
        try:
            fault = faults.parsed(body)
        except ValueError as error:
            raise errors.bad_request(f"The fault is not valid: {error}.") from None
        self.faults.append(fault)
        return Reply(201, fault.describe())

    def _delete_faults(self, body: dict[str, Any], router: Router) -> Reply:  # noqa: ARG002
        self.faults.clear()
        return Reply(204)

    def _get_latency(self, body: dict[str, Any], router: Router) -> Reply:  # noqa: ARG002
        return Reply(200, {"milliseconds": self.latency_ms})

    def _post_latency(self, body: dict[str, Any], router: Router) -> Reply:  # noqa: ARG002
        value = body.get("milliseconds")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST_LATENCY:
            raise errors.bad_request(f"'milliseconds' must be a number, 0 to {_MOST_LATENCY}.", "milliseconds")
        self.latency_ms = float(value)
        return Reply(200, {"milliseconds": self.latency_ms})

    def _get_settings(self, body: dict[str, Any], router: Router) -> Reply:  # noqa: ARG002
        return Reply(200, asdict(router.settings))

    def _post_settings(self, body: dict[str, Any], router: Router) -> Reply:
        try:
            router.settings.change(body)
        except ValueError as error:
            raise errors.bad_request(str(error)) from None
        return Reply(200, body)

    def _post_packets(self, body: dict[str, Any], router: Router) -> Reply:
        packet = _packet(body)
        answer = packets.trace(estate.entrance_at(router.context(), packet.destination), packet)
        verdicts = [asdict(verdict) for verdict in answer.verdicts]
        return Reply(200, {"reached": answer.reached, "stopped": answer.stopped, "verdicts": verdicts})

    def _get_identities(self, body: dict[str, Any], router: Router) -> Reply:  # noqa: ARG002
        return Reply(200, {"value": [each.to_json() for each in self.identities]})

    def _post_identities(self, body: dict[str, Any], router: Router) -> Reply:  # noqa: ARG002
        try:
            return Reply(201, self.identities.add(body).to_json())
        except ValueError as error:
            raise errors.bad_request(str(error)) from None

    def _post_reset(self, body: dict[str, Any], router: Router) -> Reply:  # noqa: ARG002
        router.store.clear()
        self.recorded.clear()
        self.faults.clear()
        self.identities.clear()
        return Reply(204)


def _packet(body: dict[str, Any]) -> packets.Packet:
    """The packet that a request describes.

    Raises:
        ArmError: 400 with the member that is wrong.
    """
    unknown = sorted(set(body) - {field.name for field in fields(packets.Packet)})
    if unknown:
        raise errors.bad_request(f"A packet has no '{unknown[0]}': it has source, destination, port, protocol.")
    port, protocol = body.get("port"), str(body.get("protocol", "Tcp")).capitalize()
    if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535:  # noqa: PLR2004 - the last port
        raise errors.bad_request(f"The packet's 'port' is {port!r}; it must be a number, 1 to 65535.", "port")
    if protocol not in {"Tcp", "Udp"}:
        raise errors.bad_request(f"The packet's 'protocol' is {protocol!r}; it must be Tcp or Udp.", "protocol")
    source, destination = str(body.get("source", "Internet")), str(body.get("destination", ""))
    for name, text in (("source", source), ("destination", destination)):
        try:
            ipaddress.ip_address(text)
        except ValueError:
            if (name, text.lower()) != ("source", "internet"):
                kinds = "an IP address" + (" or Internet" if name == "source" else "")
                raise errors.bad_request(f"The packet's '{name}' is {text!r}; it must be {kinds}.", name) from None
    return packets.Packet(source, destination, port, protocol, int(body.get("source_port", packets.SOURCE_PORT)))


def die() -> None:
    """End this process as ``kill -9`` does: nothing is flushed, answered or cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)
