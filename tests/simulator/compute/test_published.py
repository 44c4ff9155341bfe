"""The published REST examples on the simulator: each situation is deployed, or refused for the reason that it lists."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest
from simulator.compute.world import World, make_world
from support.published import SITUATIONS, Situation
from support.published.situation import COMPUTE, GALLERY, GATEWAY, IDENTITY, LOCATION, NIC, SCOPE

from arm_simulator.testing import running_simulator
from simulator import worlds

PUT = [situation for situation in SITUATIONS if situation.body is not None]


def own(item: Situation) -> str:
    """A resource name of a situation's own."""
    return f"{item.kind[:3]}-{item.name}".replace("_", "-").replace(" ", "-").lower()[-60:]


@pytest.fixture(scope="module")
def azure() -> Iterator[World]:
    """A world with everything that the situations refer to."""
    with (
        running_simulator() as sim,
        httpx.Client(base_url=sim.endpoint, headers={"Authorization": f"Bearer {sim.token}"}) as http,
    ):
        world = make_world(sim, http)
        pool = {
            "frontendIPConfiguration": {"id": worlds.FRONT},
            "protocol": "Tcp",
            "frontendPortRangeStart": 50000,
            "frontendPortRangeEnd": 50099,
            "backendPort": 22,
        }
        worlds.make_balancer(world.network, inboundNatPools=[{"name": "logins", "properties": pool}])
        for path, body in REFERRED.items():
            version = {"api-version": "2025-01-01"}
            answer = http.put(path, params=version, json={"location": LOCATION, **body})
            assert answer.status_code in {200, 201, 202}, (path, answer.text)
        yield world


def image(state: str) -> dict[str, object]:
    """An image of a gallery."""
    identifier = {"publisher": "us", "offer": "shop", "sku": state}
    return {"properties": {"osType": "Windows", "osState": state, "identifier": identifier}}


EMPTY: dict[str, object] = {"properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 64}}
REFERRED: dict[str, dict[str, object]] = {
    GATEWAY: {
        "properties": {"sku": {"name": "Standard_v2", "tier": "Standard_v2"}, "backendAddressPools": [{"name": "pool"}]}
    },
    GALLERY: {"properties": {}},
    f"{GALLERY}/images/plain": image("Generalized"),
    f"{GALLERY}/images/special": image("Specialized"),
    f"{COMPUTE}/images/own": {"properties": {"hyperVGeneration": "V2"}},
    f"{COMPUTE}/diskEncryptionSets/des": {"properties": {}},
    f"{COMPUTE}/capacityReservationGroups/reserved": {},
    f"{COMPUTE}/availabilitySets/racks": {"sku": {"name": "Aligned"}},
    f"{COMPUTE}/virtualMachineScaleSets/spread": {
        "properties": {"orchestrationMode": "Flexible", "platformFaultDomainCount": 2}
    },
    f"{COMPUTE}/disks/master": EMPTY,
    f"{COMPUTE}/disks/kept": EMPTY,
    f"{COMPUTE}/snapshots/yesterday": {"properties": {"creationData": {"createOption": "Empty"}}},
    IDENTITY: {},
    f"{SCOPE}/providers/Microsoft.KeyVault/vaults/vault": {
        "properties": {"tenantId": "00000000-0000-0000-0000-0000000000aa", "sku": {"family": "A", "name": "standard"}}
    },
}


def put(world: World, item: Situation) -> httpx.Response:
    """PUT a situation with its version; a machine gets its own interface."""
    text = json.dumps(item.body)
    if NIC in text:
        worlds.make_interface(world.network, own(item))
        text = text.replace(NIC, NIC.replace("NIC", own(item)))
    kind = "virtualMachineScaleSets" if item.kind == "scale set" else "virtualMachines"
    path = f"{COMPUTE}/{kind}/{own(item)}"
    return world.http.put(path, params={"api-version": item.api_version}, json=json.loads(text))


@pytest.mark.parametrize("item", PUT, ids=own)
def test_a_published_situation_is_deployed_or_its_refusal_is_listed(azure: World, item: Situation) -> None:
    """201 where nothing is listed; a client's error, never a server's, where a reason is."""
    answer = put(azure, item)
    if item.refused:
        assert 400 <= answer.status_code < 500, (item.refused, answer.text)
        return
    assert answer.status_code == 201, answer.text


def test_each_situation_is_named_once_and_counted() -> None:
    """58 examples of sets and 60 of machines have a body; what is not put says why."""
    names = [(item.kind, item.name) for item in SITUATIONS]
    assert len(set(names)) == len(names)
    counts = {kind: len([item for item in PUT if item.kind == kind]) for kind in ("scale set", "machine")}
    assert counts == {"scale set": 58, "machine": 60}
    assert all(item.refused for item in SITUATIONS if item.body is None)
