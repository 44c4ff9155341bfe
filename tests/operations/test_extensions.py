"""Extensions: of the set's model, of single Uniform instances, of each Flexible machine; and their secrets."""

from __future__ import annotations

from pathlib import Path

from operations.conftest import Cli
from operations.world import World

SCRIPT = ("--publisher", "Microsoft.Azure.Extensions", "--type", "CustomScript", "--version", "2.1")
SECRET = "hunter2-not-to-be-seen"


def test_single_uniform_instances(world: World, cli: Cli) -> None:
    """With --instances a Uniform instance gets its own extension; the set's model stays as it is."""
    world.scale_set("web", "Uniform", 2)
    assert cli("extensions", "set", "script", *SCRIPT, "-n", "web", "-i", "1").code == 0
    path = "virtualMachineScaleSets/web"
    assert world.compute("GET", f"{path}/extensions")["value"] == []
    assert [item["name"] for item in world.compute("GET", f"{path}/virtualMachines/1/extensions")["value"]] == [
        "script"
    ]
    listed = cli("extensions", "list", "-n", "web", "--all", "-o", "json").json()
    assert [(item["instance"], item["name"]) for item in listed] == [("web_1", "script")]
    assert cli("extensions", "delete", "script", "-n", "web", "-i", "1", "--yes").code == 0
    assert world.compute("GET", f"{path}/virtualMachines/1/extensions")["value"] == []


def test_secrets_stay_secret(world: World, cli: Cli, tmp_path: Path) -> None:
    """Protected settings come from a file and show up nowhere: not in a dry run, a report, or an error."""
    world.scale_set("web", "Flexible", 1)
    file = tmp_path / "secret.json"
    file.write_text(f'{{"token": "{SECRET}"}}', encoding="utf-8")
    command = ("extensions", "set", "script", *SCRIPT, "-n", "web", "--protected-settings", f"@{file}")
    dry = cli(*command, "--dry-run")
    assert '"protectedSettings": "***"' in dry.out
    done = cli(*command, "-o", "json")
    assert done.code == 0, done.err
    world.simulator.inject(method="PUT", path_regex="/extensions/", status=400, code="Bad", message="no")
    failed = cli(*command)
    assert failed.code == 1
    file.write_text(f'{{"token": {SECRET}', encoding="utf-8")
    broken = cli(*command)
    assert broken.code == 2
    assert "--protected-settings" in broken.err
    for answer in (dry, done, failed, broken):
        assert SECRET not in answer.out + answer.err


def test_update_changes_only_what_is_given(world: World, cli: Cli) -> None:
    """An update of the settings leaves publisher, type and version alone."""
    world.scale_set("web", "Flexible", 1)
    name = world.names("web")[0]
    assert cli("extensions", "set", "script", *SCRIPT, "-n", "web").code == 0
    assert cli("extensions", "update", "script", "--settings", '{"commandToExecute": "true"}', "-n", "web").code == 0
    properties = world.compute("GET", f"virtualMachines/{name}/extensions/script")["properties"]
    assert properties["settings"] == {"commandToExecute": "true"}
    assert (properties["publisher"], properties["typeHandlerVersion"]) == ("Microsoft.Azure.Extensions", "2.1")


def test_an_extension_that_some_lack(world: World, cli: Cli) -> None:
    """Reading an extension that one machine lacks shows the others', names the machine, and is exit 1."""
    world.scale_set("web", "Flexible", 2)
    first, second = world.names("web")
    assert cli("extensions", "set", "script", *SCRIPT, "-n", "web", "-i", first).code == 0
    answer = cli("extensions", "get", "script", "-n", "web", "-o", "json", "--query", "[].instance")
    assert answer.code == 1
    assert answer.json() == [first]
    assert f"{second} failed: " in answer.err


def test_the_table_tells_what_an_extension_is(world: World, cli: Cli) -> None:
    """Publisher, type and version in the table are the extension's own, not those of the ARM resource around them."""
    world.scale_set("web", "Flexible", 1)
    assert cli("extensions", "set", "script", *SCRIPT, "-n", "web").code == 0
    table = cli("extensions", "list", "-n", "web").out
    assert "Microsoft.Azure.Extensions  CustomScript" in table
    assert "2.1" in table
    assert "virtualMachines/extensions" not in table
