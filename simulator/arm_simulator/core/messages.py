"""Requests and responses as plain data, and the timing of the simulated Azure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from arm_simulator.core.errors import ArmError

PAGE = 1000
_MOST = 10**9
_LEAST = {"page_size": 1}
COMPUTE_PUTS = ("replace", "keep")
POOL_MEMBERS = ("hidden", "shown")
BASIC_SKUS = ("refused", "taken")
COLLISIONS = ("off", "retryable", "conflict", "failed", "superseded", "mixed")
_CHOICES = {
    "balancer_collisions": COLLISIONS,
    "basic_skus": BASIC_SKUS,
    "compute_put": COMPUTE_PUTS,
    "pool_members": POOL_MEMBERS,
}


@dataclass(slots=True)
class Call:
    """One request.

    Attributes:
        method: The verb, upper case.
        path: The decoded path.
        query: Parameters by lower-case name.
        headers: By lower-case name.
        body: The parsed JSON, or None.
        base_url: ``http://127.0.0.1:PORT``, for links.
        may: Whether the sender may do an operation at a scope; None: anything.
        allocate: Why the next instance of the set, or the machine, with an id is not allocated; None: all are.
        never: Whether the long-running operation that the request starts never ends.
        permissions: What the sender was granted at a scope, as Azure lists it; None: everything.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    base_url: str
    may: Callable[[str, str], bool] | None = None
    allocate: Callable[[str], ArmError | None] | None = None
    never: bool = False
    permissions: Callable[[str], list[dict[str, Any]]] | None = None


@dataclass(slots=True)
class Reply:
    """One response.

    Attributes:
        status: The HTTP status; 0: none, the connection is cut.
        body: The JSON; None: empty.
        headers: The headers.
        text: A body that is sent as it is, instead of JSON; None: ``body``.
        delay: The seconds that pass before it is sent.
        half: Whether the connection breaks after half of it.
        wait: Gives the reply to send instead, while others are answered; None: this is it.
    """

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    text: str | None = None
    delay: float = 0.0
    half: bool = False
    wait: Callable[[], Awaitable[Reply]] | None = None


@dataclass(slots=True)
class Settings:
    """The timing of the simulated Azure.

    Attributes:
        lro_polls: How many polls an operation stays ``InProgress``.
        lro_ms: How many milliseconds an operation stays ``InProgress``, besides ``lro_polls``.
        retry_after: The Retry-After header of operations, in seconds.
        page_size: Items in one page of a list.
        balancer_collisions: What a write under a load balancer is answered while another one is in progress: one of
            :data:`COLLISIONS`; see :mod:`arm_simulator.core.collisions`.
        balancer_busy_ms: How many milliseconds a write under a load balancer stays in progress, besides ``lro_polls``;
            without either nothing is ever in progress, and nothing collides.
        consistency_lag: For how many requests that would notice a new lock has no effect yet, a deleted one still has,
            and a new principal is not found; see :mod:`arm_simulator.core.lags`.
        compute_put: What a PUT of an existing machine or scale set does with members that it leaves out: ``replace``
            removes them; ``keep`` leaves them as they are, as Microsoft's page "PUT calls for creation or updates on
            compute resources" says.
        basic_skus: Whether new public addresses and load balancers may be Basic: ``refused``, since both retired on
            2025-09-30, or ``taken``, to play what was made before.
        pool_members: Whether a back-end pool shows its members as ``loadBalancerBackendAddresses`` besides
            ``backendIPConfigurations``: ``shown``, as in Azure, or ``hidden``.
        graph_lag: How many queries of Resource Graph after a change still show what was before it.
        rolling_reads: How many GETs of ``rollingUpgrades/latest`` each batch of a rolling upgrade takes; 0: an upgrade
            ends within the request that starts it.
    """

    lro_polls: int = 0
    lro_ms: int = 0
    retry_after: int = 0
    page_size: int = PAGE
    balancer_collisions: str = "off"
    balancer_busy_ms: int = 0
    consistency_lag: int = 0
    compute_put: str = "keep"
    basic_skus: str = "refused"
    pool_members: str = "hidden"
    rolling_reads: int = 0
    graph_lag: int = 0

    def change(self, values: Mapping[str, Any]) -> None:
        """Set several at once.

        Raises:
            ValueError: There is no such setting, or the value is not one of its values; nothing was changed.
        """
        for name, value in values.items():
            if name in _CHOICES:
                if not isinstance(value, str) or value not in _CHOICES[name]:
                    raise ValueError(f"'{name}' is {value!r}; it must be one of {', '.join(_CHOICES[name])}.")
            elif name not in self.__dataclass_fields__:
                raise ValueError(f"There is no setting '{name}'; there are {', '.join(self.__dataclass_fields__)}.")
            elif isinstance(value, bool) or not isinstance(value, int) or not _LEAST.get(name, 0) <= value <= _MOST:
                least = _LEAST.get(name, 0)
                raise ValueError(f"'{name}' is {value!r}; it must be a whole number, {least} to {_MOST}.")
        for name, value in values.items():
            setattr(self, name, value)
