"""Availability sets: planned, their machines moved into a Flexible set or converted, verified, and what stops it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from migration.racks import FEATURE, RACKS, availability_set, members, power
from migration.test_cut_over import clients, run
from migration.worlds import reached
from operations.conftest import Cli
from operations.world import ROOT, World

FLEX = f"{ROOT}/providers/Microsoft.Compute/virtualMachineScaleSets/racks-flex"


def planned(cli: Cli, folder: Path, *more: str) -> str:
    """Plan the availability set ``racks`` into a folder; the report."""
    answer = cli("migrate", "plan", "-n", "racks", "--out", str(folder), "--language", "python", *more)
    assert answer.code == 0, answer.err
    return (folder / "report.md").read_text()


def sets(world: World) -> list[str]:
    """The names of all availability sets and scale sets."""
    kinds = ("availabilitySets", "virtualMachineScaleSets")
    return [str(each["name"]) for kind in kinds for each in world.compute("GET", kind)["value"]]


def boots(world: World, name: str) -> int:
    """How often a machine has booted."""
    path = "/_simulator/state"
    identity = f"{ROOT}/providers/Microsoft.Compute/virtualMachines/{name}"
    return int(world.http.get(path, params={"id": identity}).json()["bootCount"])


def test_machines_join_a_set_as_they_are(world: World, cli: Cli, tmp_path: Path) -> None:
    """Three machines behind a balancer are moved while a client asks all the time: nobody is lost, no port changes."""
    availability_set(world)
    before = reached(world)
    planned(cli, tmp_path / "out")
    with clients(world) as lost:
        answer = run(cli, tmp_path / "out", "--retire", "--yes")
    assert answer.code == 0, answer.err
    assert lost == []
    assert reached(world) == before
    assert members(world) == ["db-0", "db-1", "db-2"]
    assert sets(world) == ["racks-flex"]
    assert "scaleset adopt -g rg -n racks-flex" in answer.err
    answer = cli("migrate", "verify", str(tmp_path / "out"))
    assert (answer.code, "14 of 14 as planned" in answer.err) == (0, True)


def test_the_report_says_what_becomes_of_everything(world: World, cli: Cli, tmp_path: Path) -> None:
    """Every leaf of the machines and of the set is in it, with pages of Microsoft's for what changes; no secret is."""
    availability_set(world, 2)
    text = planned(cli, tmp_path / "out")
    (record,) = json.loads((tmp_path / "out" / "report.json").read_text())
    facts = {each["path"]: each for each in record["properties"]}
    assert facts["platformUpdateDomainCount"]["fate"] == "has no equivalent"
    assert "would replace them" in facts["what declares the machines"]["why"]
    assert facts["virtualMachines[*].availabilitySet"]["becomes"] == "virtualMachineScaleSet: racks-flex"
    assert facts["virtualMachines[*].hardwareProfile.vmSize"]["fate"] == "carries over"
    assert facts["virtualMachines[db-1].osProfile.computerName"]["was"] == "'db-1'"
    assert all(each.get("source") for each in facts.values() if each["fate"] in {"changes", "is open"})
    assert [each["step"] for each in record["steps"]] == ["create", "start", "move", "retire"]
    assert "2 machines of an availability set (rg/racks) join a Flexible set as they are." in text
    page = (tmp_path / "out" / "report.html").read_text()
    assert page.count("<figure>") == 2
    assert "availability set" in page


@pytest.mark.slow
def test_a_machine_that_is_stopped_stays_stopped(world: World, cli: Cli, tmp_path: Path) -> None:
    """It is moved like the others, and not started."""
    availability_set(world, stopped=(1,))
    planned(cli, tmp_path / "out")
    answer = run(cli, tmp_path / "out", "--yes")
    assert answer.code == 0, answer.err
    assert [power(world, f"db-{index}") for index in range(3)] == ["running", "deallocated", "running"]
    assert "db-1 stays stopped, as it was" in answer.err
    assert sets(world) == ["racks", "racks-flex"]
    assert run(cli, tmp_path / "out", "--retire", "--yes").code == 0
    assert sets(world) == ["racks-flex"]


@pytest.mark.slow
def test_machines_are_spread_over_zones(world: World, cli: Cli, tmp_path: Path) -> None:
    """With --zone the set has zones and one fault domain, and each machine goes into the next zone."""
    availability_set(world)
    report = planned(cli, tmp_path / "out", "--zone", "1", "--zone", "3")
    assert "`virtualMachines[db-1].zones` | none | 3 |" in report
    answer = run(cli, tmp_path / "out", "--retire", "--yes")
    assert answer.code == 0, answer.err
    found = [world.compute("GET", f"virtualMachines/db-{index}")["zones"] for index in range(3)]
    assert found == [["1"], ["3"], ["1"]]
    assert world.compute("GET", "virtualMachineScaleSets/racks-flex")["zones"] == ["1", "3"]
    assert cli("migrate", "verify", str(tmp_path / "out")).code == 0


@pytest.mark.parametrize(
    ("more", "text"),
    [
        (("--zone", "4"), "the zones of a region are 1, 2, 3"),
        (("--zone", "1", "--zone", "1"), "each zone once"),
        (("--zone", "1", "--way", "convert"), "Use --way migrate for zones"),
    ],
)
def test_zones_that_cannot_be(more: tuple[str, ...], text: str, world: World, cli: Cli) -> None:
    """Zones of no region, one twice, or zones for a conversion are refused before anything is planned."""
    availability_set(world, 1)
    answer = cli("migrate", "plan", "-n", "racks", *more)
    assert (answer.code, text in answer.err) == (2, True)


def test_a_conversion_stops_nothing(world: World, cli: Cli, tmp_path: Path) -> None:
    """With --way convert the machines run on, and Azure deletes the availability set."""
    availability_set(world, stopped=(2,))
    report = planned(cli, tmp_path / "out", "--way", "convert")
    assert "a limited subset of Flexible's" in report
    with clients(world) as lost:
        answer = run(cli, tmp_path / "out", "--yes")
    assert answer.code == 0, answer.err
    assert lost == []
    assert [boots(world, f"db-{index}") for index in range(3)] == [1, 1, 1]
    assert sets(world) == ["racks-flex"]
    assert cli("migrate", "verify", str(tmp_path / "out")).code == 0
    answer = run(cli, tmp_path / "out", "--rollback", "--yes")
    assert (answer.code, "a conversion cannot be undone" in answer.err) == (1, True)


def test_it_is_not_done_unasked(world: World, cli: Cli, tmp_path: Path) -> None:
    """Without a terminal, moving machines needs --yes: they are stopped, and can't go back."""
    availability_set(world, 1)
    planned(cli, tmp_path / "out")
    answer = run(cli, tmp_path / "out")
    assert (answer.code, "needs a confirmation" in answer.err) == (2, True)
    assert sets(world) == ["racks"]


def test_what_would_stop_it_is_told_first(world: World, cli: Cli, tmp_path: Path) -> None:
    """The feature, a lock, a set of the name, an ephemeral disk: all at once, each with what to do, nothing begun."""
    disk = {"createOption": "FromImage", "caching": "ReadOnly", "diffDiskSettings": {"option": "Local"}}
    image = world.profile(flexible=True)["storageProfile"]["imageReference"]
    availability_set(world, 1, storageProfile={"osDisk": disk, "imageReference": image})
    world.call("POST", f"{FEATURE}/MigrateToVmssFlex/unregister", "2021-07-01")
    world.lock(RACKS, "keep", "CanNotDelete")
    world.lock(f"{ROOT}/providers/Microsoft.Compute/virtualMachines/db-0", "frozen", "ReadOnly")
    world.scale_set("racks-flex", "Flexible", 0)
    report = planned(cli, tmp_path / "out")
    answer = run(cli, tmp_path / "out", "--retire", "--yes")
    assert answer.code == 1
    for text in (
        "nothing was begun",
        "az feature register --namespace Microsoft.Compute --name MigrateToVmssFlex",
        "lock keep: It prevents the deletion of the availability set",
        "lock frozen: It prevents every change",
        "db-0 OS disk: The migration deallocates machines",
        "A scale set of this name exists already",
    ):
        assert text in answer.err
    assert "To decide first" in report
    assert members(world) == []


@pytest.mark.slow
def test_the_way_back_before_a_machine_has_moved(world: World, cli: Cli, tmp_path: Path) -> None:
    """After create and start everything is undone: no set, no migration mode, the machines as they were."""
    availability_set(world)
    planned(cli, tmp_path / "out")
    for step in ("create", "start"):
        assert run(cli, tmp_path / "out", "--step", step).code == 0
    answer = run(cli, tmp_path / "out", "--rollback", "--yes")
    assert answer.code == 0, answer.err
    assert sets(world) == ["racks"]
    info = world.compute("GET", "availabilitySets/racks")["properties"].get("virtualMachineScaleSetMigrationInfo")
    assert info is None
    assert [boots(world, f"db-{index}") for index in range(3)] == [1, 1, 1]
    assert run(cli, tmp_path / "out", "--retire", "--yes").code == 0


@pytest.mark.slow
def test_the_way_back_of_some(world: World, cli: Cli, tmp_path: Path) -> None:
    """Machines that have moved stay in the set, and it says so; the others are in the availability set, and serve."""
    availability_set(world)
    before = reached(world)
    planned(cli, tmp_path / "out")
    world.simulator.inject(method="POST", path_regex="db-1/migrateTo", status=400, code="InvalidParameter", times=1)
    assert run(cli, tmp_path / "out", "--yes").code == 1
    answer = run(cli, tmp_path / "out", "--rollback", "--yes")
    assert (answer.code, "db-0: stays in racks-flex" in answer.err) == (1, True)
    assert (members(world), reached(world)) == (["db-0"], before)
    world.compute("PUT", "availabilitySets/racks", world.compute("GET", "availabilitySets/racks"))


def test_steps_belong_to_a_way(world: World, cli: Cli, tmp_path: Path) -> None:
    """A step of a cut-over between sets, or one before its time, is refused with the steps that there are."""
    availability_set(world, 1)
    planned(cli, tmp_path / "out")
    answer = run(cli, tmp_path / "out", "--step", "drain")
    assert (answer.code, "create, start, move, retire" in answer.err) == (2, True)
    answer = run(cli, tmp_path / "out", "--step", "move", "--yes")
    assert (answer.code, "create, start comes first" in answer.err) == (2, True)


def test_a_dry_run_changes_nothing(world: World, cli: Cli, tmp_path: Path) -> None:
    """It prints the calls: the set, the start, each machine's move and start, the deletion."""
    availability_set(world, 2)
    planned(cli, tmp_path / "out")
    world.simulator.clear_requests()
    answer = run(cli, tmp_path / "out", "--dry-run", "--retire")
    assert answer.code == 0, answer.err
    tails = [each["url"].partition("?")[0].rsplit("/", 1)[-1] for each in answer.json()]
    assert tails.count("migrateToVirtualMachineScaleSet") == tails.count("start") == 2
    assert (tails[0], tails[-1]) == ("racks-flex", "racks")
    changing = {"PUT", "PATCH", "DELETE"}
    assert not [each for each in world.simulator.requests() if each["method"] in changing]
    assert members(world) == []


def test_all_sets_of_a_group_are_planned(world: World, cli: Cli) -> None:
    """Without a name a Uniform set and an availability set are both planned; an empty availability set is left out."""
    availability_set(world, 2)
    world.scale_set("web", "Uniform", 1)
    world.compute("PUT", "availabilitySets/empty", {"location": "westeurope", "properties": {}})
    answer = cli("migrate", "plan", "-g", "rg", "--inventory", "-o", "json")
    assert answer.code == 0, answer.err
    found = [(each["name"], each["kind"], each["instances"]) for each in answer.json()]
    assert found == [("web", "Uniform scale set", 1), ("racks", "availability set", 2)]
    answer = cli("migrate", "plan", "-g", "rg", "-n", "empty")
    assert (answer.code, "can be deleted" in answer.err) == (1, True)


def test_a_set_of_another_service_is_refused(world: World, cli: Cli) -> None:
    """The availability sets of AKS are left to AKS."""
    availability_set(world, 1)
    body = world.compute("GET", "availabilitySets/racks")
    world.compute("PUT", "availabilitySets/racks", {**body, "tags": {"aks-managed-poolName": "nodes"}})
    answer = cli("migrate", "plan", "-n", "racks")
    assert (answer.code, "az aks nodepool add" in answer.err) == (1, True)


def template(world: World) -> dict[str, Any]:
    """The availability set and its machines as an ARM template with their ids left out."""
    names = ("availabilitySets/racks", "virtualMachines/db-0", "virtualMachines/db-1")
    kept = ("type", "name", "location", "tags", "sku", "properties")
    found = []
    for path in names:
        body = world.compute("GET", path)
        each = {name: body[name] for name in kept if name in body} | {"apiVersion": "2024-07-01"}
        if path.startswith("availability"):
            del each["properties"]["virtualMachines"]
        else:
            named = "[resourceId('Microsoft.Compute/availabilitySets', 'racks')]"
            each["properties"]["availabilitySet"] = {"id": named}
        found.append(each)
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    return {"$schema": schema, "contentVersion": "1.0.0.0", "resources": found}


TERRAFORM = {
    "format_version": "1.0",
    "terraform_version": "1.9.0",
    "values": {
        "root_module": {
            "resources": [
                {
                    "address": "azurerm_availability_set.racks",
                    "mode": "managed",
                    "type": "azurerm_availability_set",
                    "name": "racks",
                    "values": {
                        "id": RACKS,
                        "name": "racks",
                        "location": "westeurope",
                        "resource_group_name": "rg",
                        "platform_fault_domain_count": 2,
                        "platform_update_domain_count": 5,
                        "managed": True,
                    },
                },
                *(
                    {
                        "address": f"azurerm_linux_virtual_machine.db[{index}]",
                        "mode": "managed",
                        "type": "azurerm_linux_virtual_machine",
                        "name": "db",
                        "index": index,
                        "values": {
                            "id": f"{ROOT}/providers/Microsoft.Compute/virtualMachines/db-{index}",
                            "name": f"db-{index}",
                            "location": "westeurope",
                            "resource_group_name": "rg",
                            "size": "Standard_D8ds_v5",
                            "availability_set_id": RACKS,
                            "network_interface_ids": [
                                f"{ROOT}/providers/Microsoft.Network/networkInterfaces/db-{index}-nic"
                            ],
                            "admin_username": "azureuser",
                        },
                    }
                    for index in range(2)
                ),
            ]
        }
    },
}


@pytest.mark.parametrize("kind", ["template", "terraform", "az", "stack"])
def test_the_source_can_be_a_file(kind: str, world: World, cli: Cli, tmp_path: Path) -> None:
    """A template, a Terraform state, what az printed and a stack's export are planned as the live set is."""
    availability_set(world, 2)
    bodies = [world.compute("GET", each) for each in ("availabilitySets/racks", "virtualMachines/db-0")]
    bodies.append(world.compute("GET", "virtualMachines/db-1"))
    content: Any = {
        "template": template(world),
        "terraform": TERRAFORM,
        "az": [_as_az(each) for each in bodies],
        "stack": _stack(bodies),
    }[kind]
    file = tmp_path / f"{kind}.json"
    file.write_text(json.dumps(content))
    answer = cli("migrate", "plan", str(file), "-o", "json")
    assert answer.code == 0, answer.err
    (record,) = answer.json()
    facts = {each["path"] for each in record["properties"]}
    assert record["set"]["instances"] == 2
    assert {"virtualMachines[*].availabilitySet", "platformUpdateDomainCount"} <= facts


def _as_az(body: dict[str, Any]) -> dict[str, Any]:
    """A resource as az prints it: its properties beside its name."""
    outer = {name: value for name, value in body.items() if name != "properties"}
    return {**outer, **body["properties"]}


def _stack(bodies: list[dict[str, Any]]) -> dict[str, Any]:
    """An export of a stack with these resources of azure-native."""
    tokens = {"availabilitySets": "AvailabilitySet", "virtualMachines": "VirtualMachine"}
    resources = []
    for body in bodies:
        token = f"azure-native:compute:{tokens[str(body['type']).rsplit('/', 1)[-1]]}"
        urn = f"urn:pulumi:prod::p::{token}::{body['name']}"
        flat = _as_az(body)
        resources.append({"urn": urn, "custom": True, "id": body["id"], "type": token, "inputs": flat, "outputs": flat})
    return {"version": 3, "deployment": {"manifest": {}, "resources": resources}}


def test_adopt_says_what_is_no_scale_set(world: World, cli: Cli, tmp_path: Path) -> None:
    """An availability set is not adopted: the error names the way into a scale set."""
    availability_set(world, 1)
    answer = cli("adopt", "-n", "racks", "--out", str(tmp_path / "out"))
    assert (answer.code, "scaleset migrate plan -g rg -n racks" in answer.err) == (2, True)
