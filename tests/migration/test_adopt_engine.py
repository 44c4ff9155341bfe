"""`scaleset adopt` proven on the real engine: what was imported is left as it is by the program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from harness import EngineRuntime
from migration.adoptions import (
    FLEXIBLE,
    SETS,
    Project,
    adopt,
    engine,
    machine,
    populate,
    put_set,
    set_of,
    windows_profile,
)
from operations.balancers import balancer
from operations.conftest import clean_environment, world
from operations.world import GROUP, ROOT, World

__all__ = ["clean_environment", "world"]

pytestmark = pytest.mark.engine


def test_sets_of_every_origin_are_adopted_with_an_empty_preview(
    engine_runtime: EngineRuntime, world: World, tmp_path: Path
) -> None:
    """Sets in both modes, made by REST and by templates, are imported, and a preview changes nothing."""
    names = populate(world)
    with engine(engine_runtime, world, tmp_path):
        answer = adopt("-g", GROUP, "--out", str(tmp_path / "out"), "--prove", "-o", "json")
    assert answer.out, answer.err
    found = answer.json()
    assert [each["name"] for each in found["sets"]] == names
    assert (found["proof"]["changes"], found["proof"]["problem"]) == ([], "")
    short = {each["name"]: sorted(one.rsplit("/", 1)[-1] for one in each["resources"]) for each in found["sets"]}
    assert short["rest-balanced"] == ["do-not-delete", "rest-balanced"]
    assert short["rest-scaled"] == ["rest-scaled", "rest-scaled-by-load"]
    assert short["rest-mixed"] == ["by-itself", "by-itself-interface", "rest-mixed", "script"]
    assert short["webu"] == ["NatRule", "webu"]
    assert short["webx"] == ["vm-az", "vm-azVMNic", "webx"]
    outside = {each["name"]: each["outside"] for each in found["sets"]}
    assert outside["rest-named"] == [
        "lock by-hand at blue",
        "public address blue-address of blue: its id is in the program",
    ]
    assert outside["webf"] == ["2 instances that Azure created from the profile: the capacity declares them"]


def test_the_first_change_afterwards_changes_nothing_else(
    engine_runtime: EngineRuntime, world: World, tmp_path: Path
) -> None:
    """After the import, a tag in the program is one update that no machine notices; a destroy takes all away."""
    put_set(world, "windows", set_of("Uniform", profile=windows_profile("Uniform")))
    put_set(world, "named", {"location": "westeurope", "properties": dict(FLEXIBLE)})
    machine(world, "red", "named")
    out = tmp_path / "out"
    with engine(engine_runtime, world, tmp_path):
        assert adopt("-g", GROUP, "--out", str(out), "--no-prove").code == 0
        stack = Project(out)
        stack.pulumi("stack", "init", "prod")
        stack.pulumi("config", "set", "--secret", "adminPassword", "Complex-Enough-2")
        stack.pulumi("import", "--file", "import.json", "--generate-code=false", "--yes", "--protect=false")
        stack.pulumi("preview", "--expect-no-changes")
        boots = {name: state["bootCount"] for name, state in world.state("windows").items()}
        red = world.compute("GET", "virtualMachines/red")
        stack.replace('location="westeurope",', 'location="westeurope",\n    tags={"owner": "us"},', "windows")
        stack.pulumi("up", "--yes", "--skip-preview")
        stack.pulumi("preview", "--expect-no-changes")
        after = world.compute("GET", "virtualMachineScaleSets/windows")
        assert after["tags"] == {"owner": "us"}
        assert {name: state["bootCount"] for name, state in world.state("windows").items()} == boots
        assert world.compute("GET", "virtualMachines/red") == red
        # Azure deletes no interface that a machine has, and no set that has machines: the order is the component's.
        stack.pulumi("destroy", "--yes", "--skip-preview")
    assert world.compute("GET", "virtualMachineScaleSets")["value"] == []
    assert world.network("GET", "networkInterfaces")["value"] == []


def test_what_a_file_does_not_tell_is_taken_from_the_import(
    engine_runtime: EngineRuntime, world: World, tmp_path: Path
) -> None:
    """A Terraform state knows little of a set: the proof reads what Azure has, and the program follows it."""
    put_set(world, "web", set_of("Flexible", tags={"by": "terraform"}))
    kind = "azurerm_orchestrated_virtual_machine_scale_set"
    values = {
        "id": f"{ROOT}/{SETS}/web", "name": "web", "resource_group_name": GROUP, "location": "westeurope",
        "platform_fault_domain_count": 1,
    }  # fmt: skip
    one = {"address": f"{kind}.web", "mode": "managed", "type": kind, "name": "web", "values": values}
    file = tmp_path / "state.json"
    state = {"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {"resources": [one]}}}
    file.write_text(json.dumps(state), encoding="utf-8")
    with engine(engine_runtime, world, tmp_path):
        answer = adopt(str(file), "--out", str(tmp_path / "out"), "--prove")
    assert answer.code == 0, answer.err
    assert "Proven: after importing 1 resource, `pulumi preview` changes nothing." in answer.out
    assert "terraform" in (tmp_path / "out" / "__main__.py").read_text(encoding="utf-8")


def test_nothing_is_left_of_the_proof(engine_runtime: EngineRuntime, world: World, tmp_path: Path) -> None:
    """The stack of the proof is gone afterwards, and Azure was only read."""
    put_set(world, "web", set_of("Uniform"))
    before = world.compute("GET", "virtualMachineScaleSets/web")
    with engine(engine_runtime, world, tmp_path):
        assert adopt("-g", GROUP, "--out", str(tmp_path / "out"), "--prove").code == 0
    assert world.compute("GET", "virtualMachineScaleSets/web") == before
    names = {"NEXT-STEPS.md", "Pulumi.yaml", "__main__.py", "import.json", "requirements.txt"}
    assert {file.name for file in (tmp_path / "out").iterdir()} == names


@pytest.mark.smoke
def test_nat_rules_of_machines(engine_runtime: EngineRuntime, world: World, tmp_path: Path) -> None:
    """Rules to each machine that have the component's names become a way in of the program."""
    balancer(world, nat="v2", outbound=True)
    put_set(world, "named", {"location": "westeurope", "properties": dict(FLEXIBLE)})
    machine(world, "one", "named", nat=50201)
    machine(world, "two", "named", nat=50202)
    with engine(engine_runtime, world, tmp_path):
        answer = adopt("-g", GROUP, "--out", str(tmp_path / "out"), "--prove", "-o", "json")
    found = answer.json()
    assert found["proof"] == {"holds": True, "imported": 9, "changes": [], "problem": ""}, answer.err
    program = (tmp_path / "out" / "__main__.py").read_text(encoding="utf-8")
    assert '"nat_ports": {"ssh": 50202}' in program
    assert '"kind": "Rule"' in program


@pytest.mark.smoke
def test_an_import_that_fails(engine_runtime: EngineRuntime, world: World, tmp_path: Path) -> None:
    """A set that the file has and Azure does not: not proven, with Pulumi's reason; no traceback."""
    put_set(world, "web", set_of("Uniform"))
    shown = world.compute("GET", "virtualMachineScaleSets/web")
    world.compute("DELETE", "virtualMachineScaleSets/web")
    file = tmp_path / "show.json"
    file.write_text(json.dumps(shown), encoding="utf-8")
    with engine(engine_runtime, world, tmp_path):
        answer = adopt(str(file), "--out", str(tmp_path / "out"))
    assert answer.code == 1
    assert "Not proven: pulumi import: " in answer.err
