"""``scaleset migrate plan`` as people use it."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from corpus.catalogue import SITUATIONS
from migration.sets import KINDS, make
from migration.worlds import behind_balancer
from operations.conftest import Cli
from operations.world import World

from scaleset_migration.saved import FILE


def test_what_is_written(world: World, cli: Cli, tmp_path: Path) -> None:
    """The report in three formats, three programs, and a plan that only its owner reads; nothing changes in Azure."""
    behind_balancer(world)
    world.simulator.clear_requests()
    out = tmp_path / "out"
    answer = cli("migrate", "plan", "-n", "web", "--out", str(out))
    assert answer.code == 0, answer.err
    assert {each.name for each in out.iterdir()} == {
        *("report.md", "report.json", "report.html", FILE, "python", "yaml", "typescript")
    }
    assert stat.S_IMODE((out / FILE).stat().st_mode) == 0o600
    page = (out / "report.html").read_text()
    assert page.count("<svg") == 2
    assert "<script" not in page
    assert {each["method"] for each in world.simulator.requests()} <= {"GET", "POST"}
    (record,) = json.loads((out / "report.json").read_text())
    assert [each["frontendPort"] for each in record["ports"]] == [50000, 50001, 50002]
    assert {each["instance"] for each in record["ports"]} == {"web_0", "web_1", "web_2"}


def test_every_kind_is_told(world: World, cli: Cli) -> None:
    """What a kind of set has beyond a plain one is in its report, with a fate."""
    wanted = {
        "system-assigned identity": ("identity.type", "has no equivalent"),
        "overprovisioned": ("overprovision", "has no equivalent"),
        "single placement group": ("singlePlacementGroup", "changes"),
        "five fault domains": ("platformFaultDomainCount", "changes"),
        "probe and repairs": ("virtualMachineProfile.networkProfile.healthProbe", "changes"),
        "spot": ("virtualMachineProfile.priority", "carries over"),
        "data disks": ("virtualMachineProfile.storageProfile.dataDisks[1].lun", "carries over"),
        "zonal": ("zoneBalance", "carries over"),
    }
    for kind in KINDS:
        if kind.name not in wanted:
            continue
        make(world, kind)
        answer = cli("migrate", "plan", "-n", "web", "-o", "json")
        (record,) = answer.json()
        world.compute("DELETE", "virtualMachineScaleSets/web")
        path, fate = wanted[kind.name]
        assert {each["path"]: each["fate"] for each in record["properties"]}[path] == fate, kind.name


def test_an_inventory_of_a_group(world: World, cli: Cli) -> None:
    """One line for each set of a group; those that cannot be planned are listed beside them, with what to do."""
    behind_balancer(world)
    world.scale_set("flex", "Flexible", 1)
    answer = cli("migrate", "plan", "--inventory", "-o", "json")
    assert answer.code == 1
    (row,) = answer.json()
    assert (row["name"], row["instances"], row["natPorts"]) == ("web", 3, 3)
    assert "flex is Flexible already: `scaleset adopt`" in answer.err


def test_sets_of_other_services_are_refused(world: World, cli: Cli) -> None:
    """Service Fabric, AKS, Batch, Databricks: each with the owner's own way."""
    behind_balancer(world)
    body = world.compute("GET", "virtualMachineScaleSets/web")
    for tags, name, way in (
        ({"aks-managed-poolName": "default"}, "Azure Kubernetes Service", "az aks nodepool add"),
        ({"Vendor": "Databricks"}, "Azure Databricks", "change the cluster"),
    ):
        world.compute("PUT", "virtualMachineScaleSets/web", {**body, "tags": tags})
        answer = cli("migrate", "plan", "-n", "web")
        assert (answer.code, name in answer.err, way in answer.err) == (1, True, True)


def test_bad_input(cli: Cli, tmp_path: Path) -> None:
    """A set that is not there, a file that is no source, a folder that has no plan: each says what was expected."""
    answer = cli("migrate", "plan", "-n", "nobody")
    assert (answer.code, "there is no such scale set" in answer.err) == (2, True)
    file = tmp_path / "file.json"
    file.write_text("{")
    answer = cli("migrate", "plan", str(file))
    assert (answer.code, "it is not JSON" in answer.err) == (2, True)
    answer = cli("migrate", "run", str(tmp_path))
    assert (answer.code, "there is no plan; `scaleset migrate plan --out" in answer.err) == (2, True)
    (tmp_path / FILE).write_text("[]")
    answer = cli("migrate", "run", str(tmp_path))
    assert (answer.code, "it is not a plan" in answer.err) == (2, True)


def test_a_file_is_planned(cli: Cli, tmp_path: Path) -> None:
    """A template on disk: the same report, and what it does not tell is asked for."""
    known = next(each for each in SITUATIONS if each.name == "nat-pool-quickstart")
    file = tmp_path / "template.json"
    file.write_text(json.dumps(known.content))
    answer = cli("migrate", "plan", str(file))
    assert answer.code == 0, answer.err
    assert "# From ferry to ferry-flex" in answer.out
    assert "## To decide first" in answer.out


def test_what_stands_around_is_told(world: World, cli: Cli) -> None:
    """Grants at the set, a diagnostic setting and an alert that names it: each is in the report with what to do."""
    behind_balancer(world)
    identity = world.compute("GET", "virtualMachineScaleSets/web")["id"]
    reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
    role = f"{identity.split('/resourceGroups')[0]}/providers/Microsoft.Authorization/roleDefinitions/{reader}"
    grant = {"roleDefinitionId": role, "principalId": "7c1f8a52-7a4c-4c55-9d7b-4c1f1f0a3b11", "principalType": "User"}
    name = "0f1c7a52-7a4c-4c55-9d7b-4c1f1f0a3b22"
    world.call(
        "PUT",
        f"{identity}/providers/Microsoft.Authorization/roleAssignments/{name}",
        "2022-04-01",
        {"properties": grant},
    )
    answer = cli("migrate", "plan", "-n", "web", "-o", "json")
    (record,) = answer.json()
    told = {each["path"]: each for each in record["properties"]}
    assert told[f"role assignment {name}"]["todo"].startswith("Recreate it")
    assert {"quota", "cost", "outbound"} <= told.keys()
    assert "terraform state rm" in told["what declares the old set"]["todo"]


def quota_of(cli: Cli, *more: str) -> dict[str, str]:
    """What the plan of the set ``web`` says about the quota; empty if nothing."""
    answer = cli("migrate", "plan", "-n", "web", "-o", "json", *more)
    assert answer.code == 0, answer.err
    (record,) = answer.json()
    return next((each for each in record["properties"] if each["path"] == "quota"), {})


def test_the_quota_is_read(world: World, cli: Cli) -> None:
    """Room for both sets is reported with the region's numbers; without room for a second one, decide that first."""
    world.scale_set("web", "Uniform", 70)
    found = quota_of(cli)
    assert (found["fate"], found["todo"]) == ("is open", "Ask for more, or migrate in parts.")
    assert found["why"].startswith("560 more vCPUs are needed: of standardDDSv5Family 440 are left")
    world.scale_set("web", "Uniform", 3)
    found = quota_of(cli)
    assert (found["fate"], "of standardDDSv5Family 976 are left" in found["why"]) == ("carries over", True)
    world.scale_set("web", "Uniform", 0)
    assert quota_of(cli) == {}


@pytest.mark.parametrize("path", ["/skus", "/usages"])
def test_a_quota_that_may_not_be_read(path: str, world: World, cli: Cli) -> None:
    """Then the plan says so, with the command that shows it."""
    world.scale_set("web", "Uniform", 2)
    world.simulator.inject(method="GET", path_regex=path, status=403, code="AuthorizationFailed", times=1)
    found = quota_of(cli)
    assert (found["fate"], "az vm list-usage -l westeurope" in found["todo"]) == ("is open", True)
