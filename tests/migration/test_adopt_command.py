"""`scaleset adopt` without an engine: what it writes, from every kind of source, and how it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from migration.adoptions import MACHINES, SETS, machine, put_set, set_of
from operations.balancers import POOL, balancer
from operations.conftest import Cli
from operations.world import GROUP, ROOT, World

from scaleset_migration.adopting import proof

NAMED = {"location": "westeurope", "properties": {"orchestrationMode": "Flexible", "platformFaultDomainCount": 1}}


def written(folder: Path, name: str) -> str:
    """A file that was written."""
    return (folder / name).read_text(encoding="utf-8")


def test_the_import_file_declares_the_component_and_its_children(world: World, cli: Cli, tmp_path: Path) -> None:
    """The component is a component, each child has it as its parent, and each name in it means one resource."""
    put_set(world, "web", dict(NAMED))
    machine(world, "red", "web")
    answer = cli("adopt", "-g", GROUP, "--out", str(tmp_path / "out"), "--no-prove")
    assert answer.code == 0, answer.err
    resources = json.loads(written(tmp_path / "out", "import.json"))["resources"]
    component = resources[0]
    assert (component["type"], component["component"], component["logicalName"]) == (
        "azure-scaleset:index:ScaleSet",
        True,
        "web",
    )
    assert {each.get("parent") for each in resources[1:]} == {component["name"]}
    assert len({each["name"] for each in resources}) == len(resources)
    assert sorted(each["id"].rsplit("/", 1)[-1] for each in resources[1:]) == ["red", "red-interface", "script", "web"]


def test_the_next_steps_can_be_pasted(world: World, cli: Cli, tmp_path: Path) -> None:
    """The terminal and a file have the commands: the directory, the stack, the secret, the import, the preview."""
    windows = {
        "osProfile": {"computerNamePrefix": "w", "adminUsername": "me", "adminPassword": "Complex-Enough-1"},
    }
    put_set(world, "web", set_of("Uniform", profile=windows))
    folder = tmp_path / "a folder"
    answer = cli("adopt", "-g", GROUP, "--out", str(folder), "--no-prove")
    steps = [line.strip() for line in answer.out.split("Next:\n")[1].splitlines()]
    assert steps == [
        f"cd '{folder}'",
        "pulumi install",
        "pulumi stack init prod",
        "pulumi config set --secret adminPassword",
        "pulumi import --file import.json --generate-code=false --protect=false --yes",
        "pulumi preview --expect-no-changes",
    ]
    assert all(step in written(folder, "NEXT-STEPS.md") for step in steps)
    assert 'config.require_secret("adminPassword")' in written(folder, "__main__.py")
    assert "Complex-Enough-1" not in "".join(file.read_text() for file in folder.iterdir())


@pytest.mark.parametrize("language", ["yaml", "typescript"])
def test_other_languages(world: World, cli: Cli, tmp_path: Path, language: str) -> None:
    """The program is written in the language that was asked for, with the ignored paths."""
    profile = {"osProfile": {"computerNamePrefix": "w", "adminUsername": "me", "adminPassword": "Complex-Enough-1"}}
    put_set(world, "web", set_of("Uniform", profile=profile))
    answer = cli("adopt", "-g", GROUP, "--out", str(tmp_path / "out"), "--no-prove", "--language", language)
    assert answer.code == 0, answer.err
    text = written(tmp_path / "out", {"yaml": "Pulumi.yaml", "typescript": "index.ts"}[language])
    assert "ignoreChanges" in text
    assert "scaleSet.virtualMachineProfile.osProfile.adminPassword" in text


def test_what_az_printed(world: World, cli: Cli, tmp_path: Path) -> None:
    """A file with one set is enough; the report says that Azure was not asked."""
    put_set(world, "web", set_of("Uniform"))
    file = tmp_path / "show.json"
    file.write_text(json.dumps(world.compute("GET", "virtualMachineScaleSets/web")), encoding="utf-8")
    answer = cli("adopt", str(file), "--out", str(tmp_path / "out"), "--no-prove")
    assert answer.code == 0, answer.err
    assert "The program is made from the source, not from Azure" in answer.out
    assert 'orchestration_mode="Uniform"' in written(tmp_path / "out", "__main__.py")


def terraform(*resources: dict[str, Any]) -> str:
    """What `terraform show -json` prints of a state."""
    return json.dumps(
        {
            "format_version": "1.0",
            "terraform_version": "1.9.0",
            "values": {"root_module": {"resources": list(resources)}},
        }
    )


def test_terraform_lets_go_without_destroying(cli: Cli, tmp_path: Path) -> None:
    """A state is a source, too: `removed` blocks without instance keys, and a command for each instance."""
    values = {
        "id": f"{ROOT}/{SETS}/web",
        "name": "web",
        "resource_group_name": GROUP,
        "location": "westeurope",
        "platform_fault_domain_count": 1,
    }
    kind = "azurerm_orchestrated_virtual_machine_scale_set"
    one = {
        "address": f'{kind}.web["a"]',
        "mode": "managed",
        "type": kind,
        "name": "web",
        "index": "a",
        "values": values,
    }
    file = tmp_path / "state.json"
    part = {
        "address": "azurerm_virtual_machine_scale_set_extension.hello",
        "mode": "managed",
        "type": "azurerm_virtual_machine_scale_set_extension",
        "name": "hello",
        "values": {"id": f"{ROOT}/{SETS}/web/extensions/hello", "virtual_machine_scale_set_id": values["id"]},
    }
    lock = {
        "address": "azurerm_management_lock.other",
        "mode": "managed",
        "type": "azurerm_management_lock",
        "name": "other",
        "values": {"id": f"{ROOT}/{MACHINES}/other/providers/Microsoft.Authorization/locks/other"},
    }
    file.write_text(terraform(one, part, lock), encoding="utf-8")
    answer = cli("adopt", str(file), "--out", str(tmp_path / "out"), "--no-prove")
    assert answer.code == 0, answer.err
    assert written(tmp_path / "out", "removed.tf") == "\n".join(
        f"removed {{\n  from = {each}\n\n  lifecycle {{\n    destroy = false\n  }}\n}}\n"
        for each in (f"{kind}.web", part["address"])
    )
    assert f"terraform state rm '{kind}.web[\"a\"]'" in answer.out


def test_all_bad_sets_are_told_at_once(world: World, cli: Cli, tmp_path: Path) -> None:
    """Sets of other services are refused with what to do; the others are written, and the exit code tells."""
    put_set(world, "web", set_of("Uniform"))
    put_set(world, "nodes", set_of("Uniform", tags={"aks-managed-poolName": "a"}))
    put_set(world, "more", set_of("Uniform", tags={"aks-managed-poolName": "b"}))
    answer = cli("adopt", "-g", GROUP, "--out", str(tmp_path / "out"), "--no-prove")
    assert answer.code == 1
    assert "nodes belongs to Azure Kubernetes Service" in answer.err
    assert "more belongs to Azure Kubernetes Service" in answer.err
    assert (tmp_path / "out" / "import.json").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no such file"),
        ("[", "it is not JSON"),
        ("{}", "expected the output of"),
        (
            json.dumps({"resources": [], "contentVersion": "1.0.0.0", "$schema": "x/deploymentTemplate.json#"}),
            "no scale set",
        ),
    ],
)
def test_sources_that_cannot_be_read(cli: Cli, tmp_path: Path, content: str | None, said: str) -> None:
    """Exit code 2, one line that names the file, no traceback, and nothing is written."""
    file = tmp_path / "source.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    answer = cli("adopt", str(file), "--out", str(tmp_path / "out"))
    assert (answer.code, answer.out) == (2, "")
    assert "source.json" in answer.err
    assert said in " ".join(answer.err.split())
    assert not (tmp_path / "out").exists()


def test_a_template_whose_ids_nobody_knows(cli: Cli, tmp_path: Path) -> None:
    """A template does not say where its sets are; the message has the command that does."""
    body = {"type": "Microsoft.Compute/virtualMachineScaleSets", "apiVersion": "2024-07-01", "name": "web"}
    content = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [{**body, **set_of("Uniform")}],
    }
    file = tmp_path / "template.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    answer = cli("adopt", str(file), "--out", str(tmp_path / "out"))
    assert answer.code == 2
    assert "scaleset adopt -g GROUP -n web" in " ".join(answer.err.split())


def test_nothing_is_overwritten(cli: Cli, tmp_path: Path) -> None:
    """A directory that has something is refused before Azure is asked."""
    (tmp_path / "Pulumi.yaml").write_text("name: mine\n", encoding="utf-8")
    answer = cli("adopt", "-g", GROUP, "--out", str(tmp_path))
    assert answer.code == 2
    assert "is not empty" in answer.err


def test_a_proof_needs_pulumi(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for without `pulumi`, it is refused with what to do."""
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = cli("adopt", "-g", GROUP, "--out", str(tmp_path / "out"), "--prove")
    assert answer.code == 2
    assert "not on PATH" in answer.err


def test_an_empty_group(cli: Cli, tmp_path: Path) -> None:
    """If there is no set, the command says so and does not write an empty program."""
    answer = cli("adopt", "-g", GROUP, "--out", str(tmp_path / "out"), "--no-prove")
    assert answer.code == 2
    assert "no scale set" in answer.err


def test_a_preview_that_is_not_empty(world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the preview would change is listed, the exit code is 1, and the program is there to look at."""
    put_set(world, "web", set_of("Uniform"))

    def tried(adopted: Any, *_: Any) -> Any:
        return proof.Proof(adopted, 1, ("update web (azure-native:compute:VirtualMachineScaleSet): tags",)), {}

    monkeypatch.setattr(proof, "_tried", tried)
    monkeypatch.setattr(proof, "available", lambda: True)
    answer = cli("adopt", "-g", GROUP, "--out", str(tmp_path / "out"))
    assert answer.code == 1
    assert "would change:\n  update web (azure-native:compute:VirtualMachineScaleSet): tags" in answer.err
    assert (tmp_path / "out" / "import.json").exists()


def test_the_provider_decides_what_a_set_is(
    world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an import finds something else, the program is made again from that, and tried once more."""
    put_set(world, "web", set_of("Uniform"))
    rounds: list[Any] = []

    def tried(adopted: Any, *_: Any) -> Any:
        rounds.append(adopted[0].arguments.get("tags"))
        thing = adopted[0].found.scale_set
        changes = ("update web",) if len(rounds) == 1 else ()
        inputs = {thing.id.lower(): {**thing.inputs, "tags": {"seen": "later"}, "azureApiVersion": "x"}}
        return proof.Proof(adopted, 1, changes), inputs

    monkeypatch.setattr(proof, "_tried", tried)
    monkeypatch.setattr(proof, "available", lambda: True)
    answer = cli("adopt", "-g", GROUP, "--out", str(tmp_path / "out"))
    assert answer.code == 0, answer.err
    assert rounds == [None, {"seen": "later"}]
    assert 'tags={"seen": "later"}' in written(tmp_path / "out", "__main__.py")


def test_a_rule_that_two_sets_share_is_one_resource(world: World, cli: Cli, tmp_path: Path) -> None:
    """A NAT rule over a pool is imported once, with the first set in it."""
    balancer(world, nat="v2", outbound=True)
    for name in ("one", "two"):
        world.scale_set(name, "Uniform", loadBalancerBackendAddressPools=[POOL])
    answer = cli("adopt", "-g", GROUP, "--out", str(tmp_path / "out"), "--no-prove")
    assert answer.code == 0, answer.err
    resources = json.loads(written(tmp_path / "out", "import.json"))["resources"]
    rules = [each["id"] for each in resources if each["type"].endswith(":InboundNatRule")]
    assert [each.rsplit("/", 1)[-1] for each in rules] == ["ssh"]


@pytest.mark.parametrize("where", [("-g", "nowhere"), ("-g", GROUP, "-n", "nobody")])
def test_sets_that_are_not_there(cli: Cli, tmp_path: Path, where: tuple[str, ...]) -> None:
    """A group or a name that Azure does not have: exit code 2, and nothing is written."""
    answer = cli("adopt", *where, "--out", str(tmp_path / "out"), "--no-prove")
    assert answer.code == 2
    assert "no such scale set" in answer.err or "no scale set" in answer.err
    assert not (tmp_path / "out").exists()


def test_what_may_not_be_read_is_told(world: World, cli: Cli, tmp_path: Path) -> None:
    """Without the right to read grants or autoscale settings they stay outside, and the report says so."""
    put_set(world, "web", set_of("Uniform"))
    world.simulator.inject(
        method="GET", path_regex="autoscalesettings", status=403, code="AuthorizationFailed", times=9
    )
    answer = cli("adopt", "-g", GROUP, "--out", str(tmp_path / "out"), "--no-prove")
    assert answer.code == 0, answer.err
    assert (
        "outside the program: autoscalesettings: you have no permission to read them, so there may be some"
        in answer.out
    )
