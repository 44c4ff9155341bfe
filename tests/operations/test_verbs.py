"""The verbs beside Azure's calls: lists, waits, events, connections, logs, scripts; ids, names and repetition."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from operations.balancers import NETWORK, POOL, balancer
from operations.conftest import Cli
from operations.world import ROOT, World

from arm_simulator.testing import SUBSCRIPTION
from scaleset_operations import waiting
from scaleset_operations.cli import instance_view
from scaleset_operations.drift import differences
from scaleset_operations.errors import UsageError
from scaleset_operations.scripts import printed

MODES = ("Uniform", "Flexible")
TSV = ("-o", "tsv", "--query")
SETS = f"{ROOT}/providers/Microsoft.Compute/virtualMachineScaleSets"
PUBLIC = {"name": "public", "properties": {"idleTimeoutInMinutes": 4}}


def open_ssh(world: World) -> None:
    """A security group on the subnet that lets anybody in at port 22."""
    rule = {
        "priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp", "sourceAddressPrefix": "*",
        "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "22",
    }  # fmt: skip
    body = {"location": "westeurope", "properties": {"securityRules": [{"name": "ssh", "properties": rule}]}}
    world.network("PUT", "networkSecurityGroups/nsg", body)
    subnet = world.network("GET", "virtualNetworks/net/subnets/vms")
    subnet["properties"]["networkSecurityGroup"] = {"id": f"{NETWORK}/networkSecurityGroups/nsg"}
    world.network("PUT", "virtualNetworks/net/subnets/vms", subnet)


def test_set_list(world: World, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both modes with what runs; a group, the subscription, or all subscriptions."""
    world.scale_set("uni", "Uniform", 3, zones=["1", "2"])
    world.scale_set("flex", "Flexible", 2)
    assert cli("instances", "power-off", "-n", "uni", "0").code == 0
    assert cli("instances", "power-off", "-n", "flex", world.names("flex")[0]).code == 0
    query = "[].[name, resourceGroup, orchestrationMode, capacity, running, zones, provisioningState]"
    expected = "flex\trg\tFlexible\t2\t1\t\tSucceeded\nuni\trg\tUniform\t3\t2\t1, 2\tSucceeded\n"
    for options in ((), ("--all-groups",), ("--all-subscriptions",), ("-g", "RG")):
        assert cli("set", "list", *TSV, query, *options).out == expected
    assert cli("set", "list", "-g", "other").err.startswith("No scale set in the resource group 'other'.")
    wrong = cli("set", "list", "--all-subscriptions", "--subscription", SUBSCRIPTION)
    assert (wrong.code, "contradict each other" in wrong.err) == (2, True)
    monkeypatch.delenv("AZURE_SUBSCRIPTION_ID")
    missing = cli("set", "list")
    assert (missing.code, "give --all-subscriptions" in " ".join(missing.err.split())) == (2, True)


QUICK = ("--interval", "0", "--timeout", "0")
WAITS = [
    (("--created",), 0, ""),
    (("--updated", "--healthy", "--latest-model", "--capacity", "2"), 0, ""),
    (("--custom", "sku.capacity==`2`"), 0, ""),
    (("--custom", "sku.capacity>`2`"), 1, "sku.capacity>`2` is not true"),
    (("--capacity", "3"), 1, "it has 2 instances, not 3"),
    (("--deleted",), 1, "it exists"),
    ((), 2, "wait for what?"),
    (("--deleted", "--exists"), 2, "Use it alone"),
]


@pytest.mark.parametrize("mode", MODES)
def test_set_wait(world: World, cli: Cli, mode: str) -> None:
    """Each condition, met and not met; a set that does not exist is waited for, and is what `--deleted` wants."""
    world.scale_set("web", mode, 2, health=True)
    for options, code, says in WAITS:
        answer = cli("set", "wait", "-n", "web", *options, *QUICK)
        assert (answer.code, says in answer.err) == (code, True), (options, answer.err)
    assert cli("set", "wait", "-n", "none", "--deleted").code == 0
    assert "it does not exist" in cli("set", "wait", "-n", "none", "--exists", *QUICK).err


@pytest.mark.parametrize("mode", MODES)
def test_health_that_nothing_reports_is_not_waited_for(world: World, cli: Cli, mode: str) -> None:
    """Without the extension and without a probe the wait ends at once, and says what is missing."""
    world.scale_set("web", mode, 2)
    begun = time.monotonic()
    answer = cli("set", "wait", "-n", "web", "--healthy", "--interval", "20")
    assert time.monotonic() - begun < 15
    assert answer.code == 1
    text = " ".join(answer.err.split())
    assert "nothing reports the health of the instances. Add the Application Health extension" in text
    assert ("networkProfile.healthProbe" in text) == (mode == "Uniform")
    world.scale_set("none", mode, 0)
    assert cli("set", "wait", "-n", "none", "--healthy").code == 0


@pytest.mark.parametrize("mode", MODES)
def test_views(world: World, cli: Cli, mode: str) -> None:
    """People get a line of states for each instance, named or not; programs get the whole views."""
    world.scale_set("web", mode, 2, health=True)
    first = cli("instances", "list", "-n", "web", *TSV, "[0].name").out.strip()
    for chosen, count in (((first,), 1), (("--all",), 2)):
        table = cli("instances", "view", *chosen, "-n", "web")
        lines = table.out.splitlines()
        assert (table.code, len(lines)) == (0, 1 + count)
        assert lines[0].split("  ")[0] == "Instance"
        assert all("running" in line and "succeeded" in line and "healthy" in line for line in lines[1:])
        whole = cli("instances", "view", *chosen, "-n", "web", "-o", "json").json()
        assert all(any(each["code"] == "PowerState/running" for each in view["statuses"]) for view in whole)


def test_what_a_view_says() -> None:
    """An extension or disk that is not well is reported with its state."""
    bad = [{"code": "ProvisioningState/failed/1", "displayStatus": "Provisioning failed"}]
    good = [{"code": "ProvisioningState/succeeded"}]
    view = {"extensions": [{"name": "a", "statuses": good}, {"name": "b", "statuses": bad}], "statuses": "x"}
    found = instance_view.summary("web_0", view)
    assert (found["extensions"], found["powerState"]) == ("a, b (Provisioning failed)", "")


def test_waiting_ends_where_it_can_not_help() -> None:
    """A failed provisioning is not waited out; while it goes on it is."""
    goal = waiting.Goal(created=True)
    assert waiting.hopeless(goal, {"properties": {"provisioningState": "Failed"}})
    assert not waiting.hopeless(goal, {"properties": {"provisioningState": "Updating"}})
    assert waiting.missing(goal, {"properties": {"provisioningState": "Updating"}}, True, []) == [
        "its provisioning state is Updating"
    ]
    with pytest.raises(UsageError, match="wait for what"):
        waiting.Goal().check()


@pytest.mark.parametrize("mode", MODES)
def test_addresses_and_facts(world: World, cli: Cli, mode: str) -> None:
    """The plain list has each instance's addresses, health and model state, in both modes."""
    world.scale_set("web", mode, 2, health=True, publicIPAddressConfiguration=PUBLIC)
    rows = cli("instances", "list", "-n", "web", "-o", "json").json()
    assert {row["health"] for row in rows} == {"healthy"}
    assert {row["latestModel"] for row in rows} == {True}
    assert sorted(row["privateIps"] for row in rows) == ["10.0.0.4", "10.0.0.5"]
    assert len({row["publicIps"] for row in rows} - {""}) == 2
    live = cli("instances", "list", "-n", "web", "-o", "json", "--live").json()
    assert [row["publicIps"] for row in live] == [row["publicIps"] for row in rows]


@pytest.mark.parametrize("mode", MODES)
def test_ports_of_a_rule_over_the_pool(world: World, cli: Cli, mode: str) -> None:
    """Each instance's own port, as Azure tells it, and as a packet finds it."""
    balancer(world, nat="v2")
    world.scale_set("web", mode, 2, loadBalancerBackendAddressPools=[POOL])
    open_ssh(world)
    rows = cli("nat", "list", "-n", "web", "-o", "json").json()
    assert sorted(row["frontendPort"] for row in rows) == [50000, 50001]
    for row in rows:
        answer = world.simulator.packet(row["frontend"], row["frontendPort"])
        (verdict,) = [each for each in answer.verdicts if each.reached]
        name = row["instance"].removeprefix("web_") if mode == "Uniform" else row["instance"]
        assert verdict.machine.rstrip("/").rsplit("/", 1)[-1] == name


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_connect(world: World, cli: Cli, mode: str) -> None:
    """Closed it says what stops it; open it prints the ssh command of the NAT port; stopped it says so."""
    balancer(world, nat="v2")
    world.scale_set("web", mode, 1, loadBalancerBackendAddressPools=[POOL])
    name = world.names("web")[0]
    closed = cli("instances", "connect", name, "-n", "web")
    assert closed.code == 1
    assert "no network security group: a Standard load balancer blocks all traffic" in closed.err
    open_ssh(world)
    front = world.network("GET", "publicIPAddresses/address")["properties"]["ipAddress"]
    answer = cli("instances", "connect", name, "-n", "web", "--identity-file", "k e y", "--user", "ann")
    assert (answer.code, answer.out) == (0, f"ssh -i 'k e y' -p 50000 ann@{front}\n")
    other = cli("instances", "connect", name, "-n", "web", "--port", "8080")
    assert (other.code, "no NAT rule or pool leads to it" in other.err) == (1, True)
    assert cli("instances", "power-off", name, "-n", "web").code == 0
    assert "the instance is stopped" in cli("instances", "connect", name, "-n", "web").err


def test_connect_by_its_own_address_and_by_a_bastion(world: World, cli: Cli) -> None:
    """Its own public address; else a Bastion in its network, by the line of az, if it takes native clients."""
    world.scale_set("web", "Flexible", 1, publicIPAddressConfiguration=PUBLIC)
    world.scale_set("inner", "Flexible", 1)
    open_ssh(world)
    name, inner = world.names("web")[0], world.names("inner")[0]
    ways = cli("instances", "connect", name, "-n", "web", "--all-ways", "-o", "json").json()
    assert [(way["way"], way["reaches"]) for way in ways] == [("public address", "yes"), ("run-command", "yes")]
    address = cli("instances", "list", "-n", "web", *TSV, "[].publicIps").out.strip()
    assert ways[0]["command"] == f"ssh azureuser@{address}"
    subnet = {"properties": {"addressPrefix": "10.0.128.0/26"}}
    body = world.network("GET", "virtualNetworks/net")
    body["properties"]["addressSpace"]["addressPrefixes"].append("10.1.0.0/16")
    world.network("PUT", "virtualNetworks/net", body)
    subnet["properties"]["addressPrefix"] = "10.1.0.0/26"
    world.network("PUT", "virtualNetworks/net/subnets/AzureBastionSubnet", subnet)
    place = {"subnet": {"id": f"{NETWORK}/virtualNetworks/net/subnets/AzureBastionSubnet"}}
    properties: dict[str, Any] = {"ipConfigurations": [{"name": "ip", "properties": place}]}
    bastion = {"location": "westeurope", "sku": {"name": "Standard"}, "properties": properties}
    world.network("PUT", "bastionHosts/door", bastion)
    refused = cli("instances", "connect", inner, "-n", "inner")
    assert (refused.code, "enableTunneling) is off" in refused.err) == (1, True)
    properties["enableTunneling"] = True
    world.network("PUT", "bastionHosts/door", bastion)
    answer = cli("instances", "connect", inner, "-n", "inner")
    machine = world.compute("GET", f"virtualMachines/{inner}")["id"]
    assert answer.out.split()[:6] == ["az", "network", "bastion", "ssh", "--name", "door"]
    assert f"--target-resource-id {machine}" in answer.out


@pytest.mark.parametrize("mode", MODES)
def test_boot_log(world: World, cli: Cli, mode: str, tmp_path: Path) -> None:
    """The text of each instance, or its screen as a file; the signature is read without a token, and is not shown."""
    world.scale_set("web", mode, 2, boot=True)
    first = world.names("web")[0]
    assert cli("instances", "restart", first, "-n", "web").code == 0
    one = cli("instances", "boot-log", first, "-n", "web")
    assert (one.code, one.out.count("boot ")) == (0, 2)
    both = cli("instances", "boot-log", "-n", "web", "*")
    assert (both.out.count("==> "), both.out.count("boot "), "sig=" in both.out + both.err) == (2, 3, False)
    assert cli("instances", "boot-log", first, "-n", "web", "--screenshot", str(tmp_path / "s.bmp")).code == 0
    assert (tmp_path / "s.bmp").read_bytes().startswith(b"BM")
    assert cli("instances", "boot-log", "-n", "web", "--all", "--screenshot", str(tmp_path / "none")).code == 2
    world.scale_set("off", mode, 1)
    answer = cli("instances", "boot-log", "-n", "off", "--all")
    assert (answer.code, "boot diagnostics" in answer.err) == (1, True)


def test_events(world: World, cli: Cli) -> None:
    """Maintenance by the instance's view; what ARM lacks is reported."""
    world.scale_set("web", "Uniform", 2)
    assert cli("instances", "perform-maintenance", "0", "-n", "web").code == 0
    answer = cli("set", "events", "-n", "web", "-o", "json")
    assert "Azure Resource Manager does not have them" in " ".join(answer.err.split())
    for row in answer.json():
        assert (row["instance"], row["kind"]) == ("web_0", "maintenance")


@pytest.mark.parametrize("mode", MODES)
def test_scripts(world: World, cli: Cli, mode: str, tmp_path: Path) -> None:
    """Output for each instance; a managed command tells the exit code, is gone afterwards, and keeps its secrets."""
    world.scale_set("web", mode, 2)
    first = world.names("web")[0]
    plain = cli("instances", "run-command", "-n", "web", "--all", "--yes", "--script", "hostname")
    assert (plain.code, plain.out.count("==> ")) == (0, 2)
    secret = tmp_path / "secret"
    secret.write_text("lines\n", encoding="utf-8")
    options = ("--protected-parameter", f"TOKEN=@{secret}", "--yes")
    dry = cli("instances", "run-command", first, "-n", "web", "--script", "x", *options, "--dry-run")
    assert [line.split()[0] for line in dry.out.splitlines() if line[0] != " "] == ["PUT", "GET", "DELETE"]
    assert '"lines"' not in dry.out
    world.simulator.clear_requests()
    answer = cli("instances", "run-command", first, "-n", "web", "--script", "x", *options)
    assert (answer.code, answer.out) == (0, "1 *** accepted\n")
    below = f"virtualMachines/{first}" if mode == "Flexible" else f"virtualMachineScaleSets/web/virtualMachines/{first}"
    assert world.compute("GET", f"{below}/runCommands")["value"] == []
    failed = cli("instances", "run-command", first, "-n", "web", "--script", "exit 3", "--keep", "mine", "--yes")
    assert (failed.code, "the script failed with exit code 3" in failed.err) == (1, True)
    assert [each["name"] for each in world.compute("GET", f"{below}/runCommands")["value"]] == ["mine"]


def test_what_a_script_printed() -> None:
    """Azure's two forms of the output of the runCommand action: Linux in one message, Windows in two."""
    linux = "Enable succeeded: \n[stdout]\none\ntwo\n\n[stderr]\noops\n"
    found = printed({"value": [{"code": "ProvisioningState/succeeded", "message": linux}]})
    assert (found.out, found.err, found.failed) == ("one\ntwo", "oops", False)
    windows = [
        {"code": "ComponentStatus/StdOut/succeeded", "message": "one"},
        {"code": "ComponentStatus/StdErr/failed", "message": "oops"},
    ]
    found = printed({"value": windows})
    assert (found.out, found.err, found.failed) == ("one", "oops", True)


def test_ids(world: World, cli: Cli) -> None:
    """Whole ids as az takes them: several sets, instances of both modes; what does not fit is refused first."""
    world.scale_set("uni", "Uniform", 2)
    world.scale_set("flex", "Flexible", 2)
    machine = world.compute("GET", f"virtualMachines/{world.names('flex')[0]}")["id"]
    instance = f"{SETS}/uni/virtualMachines/1"
    assert cli("set", "show", "--ids", f"{SETS}/uni", f"{SETS}/flex", *TSV, "name").out.split() == ["uni", "flex"]
    assert cli("instances", "power-off", "--ids", machine, instance).code == 0
    stopped = [
        name for mode in ("uni", "flex") for name, state in world.state(mode).items() if state["power"] != "running"
    ]
    assert sorted(stopped) == sorted(["1", world.names("flex")[0]])
    for words, says in (
        (("instances", "start", "--ids", machine, "-n", "web"), "cannot be combined with --name"),
        (("instances", "start", "--ids", machine, "--all"), "cannot be combined with --instances, --all"),
        (("set", "start", "--ids", instance), "is about whole sets"),
        (("instances", "start", "--ids", "/x"), "no id of a scale set or of an instance"),
        (("instances", "start", "--ids", f"{machine}x"), "there is no such virtual machine"),
    ):
        answer = cli(*words)
        assert (answer.code, says in answer.err) == (2, True), answer.err


@pytest.mark.parametrize("mode", MODES)
def test_names_as_words(world: World, cli: Cli, mode: str) -> None:
    """Names without an option, after `--instance-ids` as in az, and `*` for all, are what `-i` and `--all` select."""
    world.scale_set("web", mode, 3)
    first, second, third = world.names("web")
    for words, number in (
        ((first, second), 2),
        (("--instance-ids", first, third), 2),
        (("-i", f"{first},{second}", third), 3),
        (("*",), 3),
        (("--instance-ids", "*"), 3),
    ):
        answer = cli("instances", "power-off", "-n", "web", *words, "--dry-run", "-o", "json")
        assert sum(len(call["instances"]) for call in answer.json()["calls"]) == number, words


def test_watch(world: World, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list again and again, until somebody stops it; without a number every five seconds."""
    world.scale_set("web", "Uniform", 1)
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) % 3 == 0:
            raise KeyboardInterrupt

    monkeypatch.setattr("scaleset_operations.cli.repeating.asyncio", type("Fake", (), {"sleep": staticmethod(sleep)}))
    for options, seconds in ((("--watch", "2"), 2.0), (("--watch",), 5.0)):
        pauses.clear()
        answer = cli("instances", "list", "-n", "web", *TSV, "[].name", *options)
        assert (answer.code, answer.out.split(), pauses) == (130, ["web_0"] * 3, [seconds] * 3)
    pauses.clear()
    views = cli("instances", "view", "web_0", "-n", "web", *TSV, "[].instance", "--watch")
    assert (views.code, views.out.split()) == (130, ["web_0"] * 3)
    assert asyncio.sleep is not sleep


def test_a_registered_cloud(world: World, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A cloud of `az cloud register` is found by --cloud and by az's setting; what it lacks is reported."""
    world.scale_set("web", "Uniform", 1)
    monkeypatch.delenv("SCALESET_ARM_ENDPOINT")
    folder = tmp_path / "azure"
    folder.mkdir()
    endpoint = world.simulator.endpoint
    text = f"[Hub]\nendpoint_resource_manager = {endpoint}/\nendpoint_active_directory = https://login.hub.example\n"
    (folder / "clouds.config").write_text(f"{text}[Half]\nendpoint_management = x\n", encoding="utf-8")
    assert cli("set", "show", "-n", "web", "--cloud", "hub", *TSV, "name").out == "web\n"
    (folder / "config").write_text("[cloud]\nname = Hub\n", encoding="utf-8")
    assert cli("set", "show", "-n", "web", *TSV, "name").out == "web\n"
    half = cli("set", "show", "-n", "web", "--cloud", "Half")
    assert half.code == 2
    assert "`az cloud update --name Half --endpoint-resource-manager URL" in half.err
    assert "one that `az cloud register` made" in cli("set", "show", "-n", "web", "--cloud", "mars").err


DRIFT = [
    ({"sku": {"capacity": 2}}, {"sku": {"capacity": 2}}, {"sku": {"capacity": 3}}, [("update", "sku.capacity")]),
    ({"tags": {"a": "1"}}, {"tags": {"a": "1"}}, {"tags": {"a": "1", "b": "2"}}, [("add", "tags.b")]),
    ({"adminPassword": "x"}, {}, {}, []),
    ({"location": "West Europe"}, {"location": "westeurope"}, {"location": "WestEurope"}, []),
    ({"level": "ReadOnly"}, {"level": "ReadOnly"}, {"properties": {"level": "CanNotDelete"}}, [("update", "level")]),
    (
        {"rules": [{"name": "a", "port": 1}, {"name": "b", "port": 2}]},
        {"rules": [{"name": "a", "port": 1}, {"name": "b", "port": 2}]},
        {"rules": [{"name": "c"}, {"name": "A", "properties": {"port": 9}}]},
        [("update", "rules[0].port"), ("delete", "rules[1]"), ("add", "rules[0]")],
    ),
]


@pytest.mark.parametrize(("inputs", "outputs", "live", "expected"), DRIFT)
def test_what_counts_as_drift(inputs: Any, outputs: Any, live: Any, expected: list[tuple[str, str]]) -> None:
    """Only what the program declared and Azure once showed, compared as Azure compares it, elements by their names."""
    assert [(kind, path) for kind, path, _, _ in differences(inputs, outputs, live)] == expected


@pytest.mark.parametrize("mode", ["Uniform", "Flexible"])
def test_update_of_one_tag_keeps_the_others(world: World, cli: Cli, mode: str) -> None:
    """A tag is added to an instance, and the tags that it had before stay, as with az."""
    world.scale_set("web", mode, 1)
    [name] = world.names("web")
    for change, tags in (
        ("tags.env=test", {"env": "test"}),
        ("tags.team=web", {"env": "test", "team": "web"}),
    ):
        assert cli("instances", "update", "-n", "web", "-i", name, "--set", change).code == 0
        [machine] = world.compute("GET", "virtualMachineScaleSets/web/virtualMachines")["value"]
        assert machine["tags"] == tags
