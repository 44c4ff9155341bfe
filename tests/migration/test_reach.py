"""`migrate verify --connect`: real connections to the ports that a load balancer has for a set."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from migration.racks import availability_set
from migration.test_availability import planned
from migration.test_cut_over import run
from operations.conftest import Cli
from operations.world import World

from scaleset_migration.reach import ANSWERS, Endpoint, connected


@contextmanager
def listening() -> Iterator[int]:
    """Somebody who takes connections on this machine; the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


async def test_who_answers_and_who_does_not() -> None:
    """A port with a listener answers, one without is refused, and an address that leads nowhere is given up."""
    with listening() as port:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            free = int(closed.getsockname()[1])
        found = await connected([Endpoint("127.0.0.1", port, "http"), Endpoint("127.0.0.1", free, "ssh")], 5)
    assert [each.right for each in found] == [True, False]
    assert (found[0].found, "refused" in found[1].found) == (ANSWERS, True)
    (nobody,) = await connected([Endpoint("192.0.2.1", 80, "http")], 0.2)
    assert not nobody.right


def test_the_ports_of_the_set_are_tried(
    world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The balancer's rule and each NAT rule are tried at the balancer's address; what does not answer fails it."""
    availability_set(world, 2)
    planned(cli, tmp_path / "out")
    assert run(cli, tmp_path / "out", "--retire", "--yes").code == 0
    address = world.network("GET", "publicIPAddresses/address")["properties"]["ipAddress"]
    tried: list[tuple[str, int]] = []
    open_connection = asyncio.open_connection
    with listening() as port:

        async def here(host: str, wanted: int) -> Any:
            # The simulator's addresses do not exist: their servers are on this machine, and no server listens on port
            # 50001.
            tried.append((host, wanted))
            return await open_connection("127.0.0.1", 1 if wanted == 50001 else port)

        monkeypatch.setattr(asyncio, "open_connection", here)
        answer = cli("migrate", "verify", str(tmp_path / "out"), "--connect", "-o", "json")
    assert sorted(tried) == [(address, 80), (address, 50000), (address, 50001)]
    assert answer.code == 1
    (wrong,) = answer.json()
    assert wrong["what"] == f"tcp {address}:50001 (db-1-ssh)"
