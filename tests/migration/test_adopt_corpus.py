"""Microsoft's published examples of sets and machines, deployed and read back: each is adopted exactly as it is."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Iterator

import httpx
import pytest
from operations.conftest import clean_environment
from simulator.compute.test_published import PUT, REFERRED, put
from simulator.compute.world import World, make_world
from support.published.situation import COMPUTE, LOCATION

from arm_simulator.testing import SUBSCRIPTION, RunningSimulator, running_simulator
from scaleset_migration.adopting.adopt import CannotAdoptError, adopt
from scaleset_migration.adopting.comparing import missing
from scaleset_migration.adopting.exact import read_exact
from scaleset_migration.adopting.things import Found
from scaleset_migration.sources.live import read_live
from scaleset_operations.azure import Azure
from scaleset_operations.cloud import connect
from simulator import worlds

__all__ = ["clean_environment"]

NEWER = {"sca-create-withspotpluspriorityflex": "api_version '2026-04-01' or later"}
"""Sets with what azure-native's own version of the API does not have yet, and what the refusal says."""


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    """A simulator of this module."""
    with running_simulator() as running:
        yield running


@pytest.fixture(scope="module")
def found(simulator: RunningSimulator) -> list[Found]:
    """All published examples that Azure takes: sets, and the machines as members of one set."""
    headers = {"Authorization": f"Bearer {simulator.token}"}
    with httpx.Client(base_url=simulator.endpoint, headers=headers) as http:
        _deploy(make_world(simulator, http))
    return asyncio.run(_read(simulator))


def _deploy(world: World) -> None:
    pool = {
        "frontendIPConfiguration": {"id": worlds.FRONT}, "protocol": "Tcp", "frontendPortRangeStart": 50000,
        "frontendPortRangeEnd": 50099, "backendPort": 22,
    }  # fmt: skip
    worlds.make_balancer(world.network, inboundNatPools=[{"name": "logins", "properties": pool}])
    members = f"{COMPUTE}/virtualMachineScaleSets/members"
    flexible: dict[str, object] = {"properties": {"orchestrationMode": "Flexible", "platformFaultDomainCount": 1}}
    for path, body in {**REFERRED, members: flexible}.items():
        answer = world.http.put(path, params={"api-version": "2025-01-01"}, json={"location": LOCATION, **body})
        assert answer.status_code < 400, answer.text
    for item in PUT:
        if not item.refused:
            body = json.loads(json.dumps(item.body))
            if item.kind == "machine":
                # A few are in an availability set or of another set already, which Azure refuses: they stay away.
                body["properties"]["virtualMachineScaleSet"] = {"id": members}
            put(world, dataclasses.replace(item, body=body))


async def _read(simulator: RunningSimulator) -> list[Found]:
    async with Azure(connect(endpoint=simulator.endpoint, token=simulator.token), SUBSCRIPTION) as azure:
        situations = await read_live(azure)
        return list(await asyncio.gather(*(read_exact(azure, each) for each in situations)))


@pytest.mark.slow
def test_every_published_set_is_adopted(found: list[Found]) -> None:
    """Exactly as it is: nothing is missing from the program's inputs; what needs a newer API says so."""
    adopted = [adopt(each) for each in found if each.scale_set.short not in NEWER]
    assert len(adopted) == len(found) - len(NEWER)
    assert len(adopted) > 45
    for each in found:
        if each.scale_set.short in NEWER:
            with pytest.raises(CannotAdoptError, match=NEWER[each.scale_set.short]):
                adopt(each)
    for one in adopted:
        pairs = {child.key: thing for child, thing in one.children}
        assert [child.key for child, thing in one.children if missing(child, thing.inputs, pairs)] == []


def test_most_published_machines_become_instances(found: list[Found]) -> None:
    """Members with every kind of name, disk and option; the others stay outside, each with its reason."""
    (members,) = (each for each in found if each.scale_set.short == "members")
    adopted = adopt(members)
    instances = [child for child, _ in adopted.children if child.kind == "virtualMachine"]
    outside = [each for each in adopted.outside if each.startswith("virtual machine ")]
    assert len(instances) + len(outside) == len(members.machines)
    assert len(instances) > 35
    assert all(": a member of the set, not in the program: " in each for each in outside)
