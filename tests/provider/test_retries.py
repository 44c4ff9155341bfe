"""What the stand-in provider sends again, and how often: the same as the official one, and no more."""

from __future__ import annotations

import grpc
import pytest
from provider.driver import Created, Engine

from arm_simulator.testing import RunningSimulator

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
