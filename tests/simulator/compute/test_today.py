"""Azure of November 2026: what it takes and what it refuses, through unmodified clients.

The bodies and their sources are in :mod:`.today` and :mod:`.today_refused`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from azure.core.exceptions import HttpResponseError
from simulator.compute import bodies, today, today_refused
from simulator.compute.bodies import COMPUTE, Body
from simulator.compute.world import GROUP, World, code, make_world, refused, set_id

from arm_simulator.testing import SUBSCRIPTION, running_simulator
from simulator import worlds

SKUS = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Compute/skus"
POOLS = f"{worlds.SCOPE}/providers/Microsoft.StandbyPool/standbyVirtualMachinePools"


@pytest.fixture(scope="module")
def azure() -> Iterator[World]:
    """One world for all cases: a network with a balancer, a reservation, and a gallery with a specialized image."""
    with (
        running_simulator() as sim,
        httpx.Client(base_url=sim.endpoint, headers={"Authorization": f"Bearer {sim.token}"}) as http,
    ):
        world = make_world(sim, http)
        worlds.make_balancer(world.network)
        group: Any = {"location": worlds.LOCATION}
        world.compute.capacity_reservation_groups.create_or_update(GROUP, "reserved", group)
        for path, properties in (
            ("galleries/g", {}),
            ("galleries/g/images/special", image("Specialized")),
            ("galleries/g/images/plain", image("Generalized")),
            ("galleries/g/images/special/versions/1.0.0", {"storageProfile": {}}),
        ):
            answer = http.put(
                f"{COMPUTE}/{path}",
                params={"api-version": "2024-03-03"},
                json={"location": worlds.LOCATION, "properties": properties},
            )
            assert answer.status_code in {200, 201}, answer.text
        yield world


def image(state: str) -> Body:
    """An image of the gallery."""
    identifier = {"publisher": "us", "offer": "app", "sku": state}
    return {"osType": "Linux", "osState": state, "identifier": identifier}


def deploy(world: World, mode: str, changes: Body, name: str, api_version: str = "2026-04-01") -> Any:
    """PUT a scale set of one instance."""
    body: Any = bodies.scale_set(mode, changes, capacity=1)
    version: Any = {"api_version": api_version}
    return world.compute.virtual_machine_scale_sets.begin_create_or_update(GROUP, name, body, **version).result()


def named(text: str) -> str:
    """A resource name from a case's name."""
    return "".join(letter if letter.isalnum() else "-" for letter in text)


def case_name(case: today.Refusal) -> str:
    """A case's name with its mode."""
    return f"{case.name}, {case.mode}"


@pytest.mark.parametrize("case", today.VALID, ids=lambda case: case.name)
def test_what_azure_takes_is_deployed(azure: World, case: today.Valid) -> None:
    """A body that a source has as valid becomes a scale set with one instance, with the source's api-version."""
    assert case.source
    found = deploy(azure, case.mode, case.changes, named(case.name), case.api_version)
    assert found.provisioning_state == "Succeeded"
    assert len(azure.names(named(case.name))) == 1


@pytest.mark.parametrize("case", today_refused.REFUSALS, ids=case_name)
def test_what_azure_refuses_is_refused_beside_what_it_takes(azure: World, case: today.Refusal) -> None:
    """The refused body fails with the code and the target of its rule; its neighbour is deployed."""
    assert case.source
    error = refused(deploy, azure, case.mode, case.refused, f"no-{named(case_name(case))}")
    assert error.error is not None
    told = {(item.code, item.target) for item in (error.error, *(error.error.details or []))}
    assert (case.code, case.target) in told
    assert deploy(azure, case.mode, case.taken, f"yes-{named(case_name(case))}").provisioning_state == "Succeeded"


@pytest.mark.parametrize("case", today.VALID, ids=lambda case: case.name)
def test_a_member_that_is_newer_than_the_version_is_unknown(azure: World, case: today.Valid) -> None:
    """What came with an api-version after 2024-11-01 is refused in that one: no such member, or no such value."""
    newer = {"placement", "p.externalHealthPolicy"} & set(case.changes) or case.changes.get(
        "vmp.priority"
    ) == "SpotPlus"
    if not newer:
        deploy(azure, case.mode, case.changes, f"old-{named(case.name)}", "2024-11-01")
        return
    error = refused(deploy, azure, case.mode, case.changes, f"old-{named(case.name)}", "2024-11-01")
    assert code(error) == "BadRequest"
    assert "Could not find member" in str(error) or "Error converting value" in str(error)


def test_automatic_placement_needs_the_version_that_has_it(azure: World) -> None:
    """``placement`` exists since 2025-04-01, automatic placement of scale sets since 2026-03-01."""
    error = refused(deploy, azure, "Flexible", today.AUTO, "early", "2025-11-01")
    assert "2026-03-01" in str(error)
    assert deploy(azure, "Flexible", today.AUTO, "late", "2026-03-01").zones is None


def test_windows_updates_are_switched_off_by_automatic_os_upgrades(azure: World) -> None:
    """``enableAutomaticUpdates`` is automatically set to false."""
    case = next(item for item in today.VALID if "updates not said" in item.name)
    found = deploy(azure, case.mode, case.changes, "win-updates")
    assert found.virtual_machine_profile.os_profile.windows_configuration.enable_automatic_updates is False


@pytest.mark.parametrize(("size", "kind"), [("Standard_D2_v3", "Standard_LRS"), ("Standard_D2s_v3", "Premium_LRS")])
@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
def test_the_default_of_the_os_disk_follows_the_size(azure: World, mode: str, size: str, kind: str) -> None:
    """A size without premium storage gets a standard disk, where none is named."""
    found = deploy(azure, mode, {"sku.name": size}, f"default-{mode}-{size}".replace("_", "-"))
    assert found.virtual_machine_profile.storage_profile.os_disk.managed_disk.storage_account_type == kind


def test_machines_from_a_specialized_image_have_no_profile(azure: World) -> None:
    """Neither the instance of a Uniform set nor the VM of a Flexible one gets an osProfile."""
    for mode in ("Flexible", "Uniform"):
        case = next(item for item in today.VALID if item.name == f"specialized image, {mode}")
        deploy(azure, mode, case.changes, f"special-{mode}")
        instance = azure.compute.virtual_machine_scale_set_vms.get(
            GROUP, f"special-{mode}", azure.names(f"special-{mode}")[0]
        )
        assert instance.os_profile is None


def test_the_sizes_are_listed_as_az_lists_them(azure: World) -> None:
    """GET .../skus answers with capabilities by name, filtered by region."""
    answer = azure.http.get(SKUS, params={"api-version": "2021-07-01", "$filter": "location eq 'northeurope'"})
    by_name = {item["name"]: item for item in answer.json()["value"]}
    plain = {item["name"]: item["value"] for item in by_name["Standard_D2_v3"]["capabilities"]}
    assert (plain["PremiumIO"], plain["vCPUs"], plain["MemoryGB"]) == ("False", "2", "8")
    assert by_name["Standard_D2_v3"]["locations"] == ["northeurope"]
    assert azure.http.get(SKUS, params={"api-version": "2021-07-01", "$filter": "name eq 'x'"}).status_code == 400


def pool(
    world: World, name: str, scale_set: str, state: str = "Running", ready: int = 2, least: int = 0
) -> httpx.Response:
    """PUT a standby pool."""
    body = {
        "location": worlds.LOCATION,
        "properties": {
            "attachedVirtualMachineScaleSetId": set_id(scale_set),
            "virtualMachineState": state,
            "elasticityProfile": {"maxReadyCapacity": ready, "minReadyCapacity": least},
        },
    }
    return world.http.put(f"{POOLS}/{name}", params={"api-version": "2025-03-01"}, json=body)


def test_a_pool_is_as_large_as_its_number_less_the_instances(azure: World) -> None:
    """Standby pool size = maxReadyCapacity - instanceCount: 1,000 is the most for the two together."""
    deploy(azure, "Flexible", {}, "pooled")
    assert pool(azure, "large", "pooled", ready=1000).status_code in {200, 201}
    deploy(azure, "Flexible", {}, "pooled-too")
    assert pool(azure, "larger", "pooled-too", ready=1001).status_code == 400
    assert pool(azure, "least", "pooled-too", ready=3, least=4).status_code == 400
    assert pool(azure, "most", "pooled-too", ready=3, least=3).status_code in {200, 201}


@pytest.mark.parametrize(
    ("name", "changes", "refused_state", "taken_state"),
    [
        ("ephemeral", today.EPHEMERAL, "Deallocated", "Running"),
        ("awake", {}, "Hibernated", "Deallocated"),
        ("sleeping", {"p.additionalCapabilities": {"hibernationEnabled": True}}, None, "Hibernated"),
        ("zones", today.AUTO, "Running", None),
        ("mixed", today.mix("Standard_D2s_v5"), "Running", None),
    ],
)
def test_the_state_of_a_pool_fits_its_set(
    azure: World, name: str, changes: Body, refused_state: str | None, taken_state: str | None
) -> None:
    """Ephemeral disks are not deallocated, hibernation has to be enabled, mixes and automatic zones have no pool."""
    deploy(azure, "Flexible", changes, f"pool-{name}")
    if refused_state:
        answer = pool(azure, f"no-{name}", f"pool-{name}", refused_state)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "StandbyPoolScaleSetNotSupported")
    if taken_state:
        assert pool(azure, f"yes-{name}", f"pool-{name}", taken_state).status_code in {200, 201}


def autoscale(world: World, scale_set: str, *, enabled: bool) -> httpx.Response:
    """PUT an autoscale setting of a set."""
    profile = {"name": "p", "capacity": {"minimum": "1", "maximum": "3", "default": "1"}, "rules": []}
    body = {
        "location": worlds.LOCATION,
        "properties": {"enabled": enabled, "targetResourceUri": set_id(scale_set), "profiles": [profile]},
    }
    path = f"{worlds.SCOPE}/providers/Microsoft.Insights/autoscaleSettings/{scale_set}"
    return world.http.put(path, params={"api-version": "2022-10-01"}, json=body)


def test_running_pools_and_autoscale_exclude_each_other(azure: World) -> None:
    """In either order; a pool of deallocated machines, and a setting that is off, do not."""
    deploy(azure, "Flexible", {}, "first")
    assert autoscale(azure, "first", enabled=False).status_code in {200, 201}
    assert pool(azure, "first", "first", "Running").status_code in {200, 201}
    assert autoscale(azure, "first", enabled=True).status_code == 400
    assert pool(azure, "first", "first", "Deallocated").status_code in {200, 201}
    assert autoscale(azure, "first", enabled=True).status_code in {200, 201}
    assert pool(azure, "first", "first", "Running").status_code == 400


VM_REFUSALS: list[tuple[str, Body, Body, str]] = [
    (
        "premium",
        {"p.hardwareProfile.vmSize": "Standard_D2s_v3"},
        {"p.hardwareProfile.vmSize": "Standard_D2_v3"},
        "storageProfile.osDisk.managedDisk.storageAccountType",
    ),
    (
        "ephemeral",
        {"p.priority": "Spot", "p.evictionPolicy": "Delete"},
        {"p.priority": "Spot"},
        "storageProfile.osDisk.diffDiskSettings",
    ),
    (
        "profile",
        {},
        {"p.osProfile": ...},
        "osProfile",
    ),
    (
        "promo",
        {"p.priority": "Spot", "p.hardwareProfile.vmSize": "Standard_D2s_v3"},
        {"p.priority": "Spot", "p.hardwareProfile.vmSize": "Standard_D2s_v3_Promo"},
        "sku.name",
    ),
]


@pytest.mark.parametrize("case", VM_REFUSALS, ids=lambda case: case[0])
def test_machines_follow_the_same_rules(azure: World, case: tuple[str, Body, Body, str]) -> None:
    """What is refused of a set's profile is refused of a VM, and what is taken is taken."""
    name, taken, wrong, target = case
    base: Body = (
        {"p.storageProfile.osDisk.managedDisk": {"storageAccountType": "Premium_LRS"}} if name == "premium" else {}
    )
    if name == "ephemeral":
        base = {f"p.{path.removeprefix('vmp.')}": value for path, value in today.EPHEMERAL.items()}
        base["p.hardwareProfile.vmSize"] = base.pop("p.sku.name")
    error = refused(azure.make_vm, f"no-{name}", {**base, **wrong})
    assert error.error is not None
    assert target in {item.target for item in (error.error, *(error.error.details or []))}
    assert azure.make_vm(f"yes-{name}", {**base, **taken}).provisioning_state == "Succeeded"


def test_nothing_of_these_is_a_server_error(azure: World) -> None:
    """A refusal is the caller's fault: no case is answered with 500."""
    with pytest.raises(HttpResponseError) as caught:
        deploy(azure, "Flexible", {"p.skuProfile": {"vmSizes": []}, "sku.name": "Mix"}, "empty-mix")
    assert caught.value.status_code == 400
