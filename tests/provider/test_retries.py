"""What the stand-in provider sends again, and how often: the same as the official one, and no more."""

from __future__ import annotations

import contextlib
from typing import Any

import grpc
import pytest
from provider.driver import Created, Engine

from arm_simulator.testing import RunningSimulator
from azure_native.arm import ArmClient

GROUP = {"resourceGroupName": "demo"}
ATTEMPTS = 4  # the request and azcore's three retries


def _statuses(simulator: RunningSimulator, subscription: str) -> list[int]:
    return [
        request["status"]
        for request in simulator.requests()
        if subscription in request["path"] and request["method"] == "PUT"
    ]


async def _create(engine: Engine) -> Created:
    return await engine.create("resources:ResourceGroup", "rg", GROUP)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "code"),
    [
        *((status, "") for status in (408, 429, 500, 502, 503, 504)),
        (409, "AnotherOperationInProgress"),
        (409, "StorageAccountOperationInProgress"),
    ],
)
async def test_what_is_sent_again(engine: Engine, simulator: RunningSimulator, status: int, code: str) -> None:
    """A passing failure is waited out three times; a fourth reaches the user."""
    where = f"{engine.subscription}/resourceGroups/demo$"
    simulator.inject(method="PUT", path_regex=where, status=status, code=code, retry_after=0, times=ATTEMPTS - 1)
    await _create(engine)
    assert _statuses(simulator, engine.subscription) == [status] * (ATTEMPTS - 1) + [201]
    group = await engine.create("network:PublicIPAddress", "ip", {**GROUP, "publicIpAddressName": "ip"})
    assert group.id
    simulator.inject(method="PUT", path_regex=f"{engine.subscription}.*/late$", status=status, code=code,
                     retry_after=0, times=ATTEMPTS)  # fmt: skip
    with pytest.raises(grpc.aio.AioRpcError, match=f"Status={status}"):
        await engine.create("network:PublicIPAddress", "late", {**GROUP, "publicIpAddressName": "late"})


@pytest.mark.parametrize(
    ("status", "code"),
    [(409, "Conflict"), (409, "ScopeLocked"), (409, "Canceled"), (412, "Precondition"), (400, "InvalidParameter")],
)
async def test_what_is_not_sent_again(engine: Engine, simulator: RunningSimulator, status: int, code: str) -> None:
    """Any other refusal reaches the user after one request."""
    where = f"{engine.subscription}/resourceGroups/demo$"
    simulator.inject(method="PUT", path_regex=where, status=status, code=code, retry_after=0, times=9)
    with pytest.raises(grpc.aio.AioRpcError, match=f"Status={status}"):
        await _create(engine)
    assert _statuses(simulator, engine.subscription) == [status]
    simulator.control.faults.clear()


async def test_a_longer_wait_than_the_official_providers_is_not_waited_for(
    engine: Engine, simulator: RunningSimulator
) -> None:
    """A Retry-After of more than azcore's longest wait, 120 s, ends the attempts: the refusal reaches the user."""
    where = f"{engine.subscription}/resourceGroups/demo$"
    simulator.inject(method="PUT", path_regex=where, status=429, code="TooManyRequests", retry_after=121, times=9)
    with pytest.raises(grpc.aio.AioRpcError, match="Status=429"):
        await _create(engine)
    assert _statuses(simulator, engine.subscription) == [429]
    simulator.control.faults.clear()


async def test_what_was_accepted_and_is_not_there_is_kept(engine: Engine, simulator: RunningSimulator) -> None:
    """As the official provider: a resource that ARM accepted is the engine's to keep, even if it no longer exists."""
    await _create(engine)
    where = f"{engine.subscription}.*/late$"
    simulator.inject(method="PUT", path_regex=where, status=409, code="Canceled", phase="operation", times=1)
    # The first GET asks whether it exists already; the one after the failure finds nothing.
    simulator.inject(method="GET", path_regex=where, status=404, code="ResourceNotFound", times=2)
    with pytest.raises(grpc.aio.AioRpcError, match="Canceled") as caught:
        await engine.create("network:PublicIPAddress", "late", {**GROUP, "publicIpAddressName": "late"})
    trailing: Any = caught.value.trailing_metadata()
    kept = dict(trailing)["grpc-status-details-bin"]
    assert isinstance(kept, bytes)
    assert b"ErrorResourceInitFailed" in kept
    assert b"/publicIPAddresses/late" in kept


@pytest.mark.parametrize("pace", [1.0, 0.001])
async def test_the_first_poll_comes_at_once(
    pace: float, engine: Engine, simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Polls: one at once, then every 10 s for a write and 30 s for a deletion, or when ARM says; at any pace."""
    waits: list[float] = []

    async def noted(seconds: float) -> None:
        waits.append(seconds)

    simulator.configure(lro_polls=2)
    arm = ArmClient(simulator.endpoint, simulator.token, pace)
    async with contextlib.AsyncExitStack() as ending:
        ending.push_async_callback(arm.close)
        group = f"/subscriptions/{engine.subscription}/resourceGroups/demo"
        address = f"{group}/providers/Microsoft.Network/publicIPAddresses/ip"
        await arm.put(group, "2024-03-01", {"location": "westeurope"})
        monkeypatch.setattr("azure_native.arm.sleep", noted)
        await arm.put(address, "2024-05-01", {"location": "westeurope"})
        assert waits == [0.0, 10 * pace, 10 * pace]
        waits.clear()
        await arm.delete(address, "2024-05-01")
        assert waits == [0.0, 30 * pace, 30 * pace]
        simulator.configure(lro_polls=1, retry_after=3)
        waits.clear()
        await arm.put(address, "2024-05-01", {"location": "westeurope"})
        assert waits == [3.0, 3.0]


@pytest.mark.parametrize("code", ["AnotherOperationInProgress", "Canceled", "RetryableError"])
async def test_an_operation_that_fails_is_not_started_again(
    engine: Engine, simulator: RunningSimulator, code: str
) -> None:
    """A write that ARM accepted and whose operation then fails or is superseded is one PUT, and not repeated."""
    await _create(engine)
    simulator.inject(
        method="PUT", path_regex=f"{engine.subscription}.*/late$", status=409, code=code, phase="operation", times=1
    )
    with pytest.raises(grpc.aio.AioRpcError, match=code):
        await engine.create("network:PublicIPAddress", "late", {**GROUP, "publicIpAddressName": "late"})
    assert _statuses(simulator, engine.subscription) == [201, 201]
