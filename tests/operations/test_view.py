"""The picture of a set: on a terminal, as data, and as a page in a real browser."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from operations.balancers import NETWORK, POOL, balancer, public_address
from operations.conftest import Cli, run
from operations.world import World
from playwright.sync_api import expect
from support.browser import CONTRASTS, DESKTOP, PHONE, UNNAMED, needs_chromium, opened

from arm_simulator.testing import SUBSCRIPTION
from scaleset_core.modes import ROWS, Mode
from scaleset_operations import (
    Instance,
    Lock,
    ScaleSet,
    Target,
)
from scaleset_operations.cli.view import write_page
from scaleset_operations.view import SetView

OVERFULL = """[...document.querySelectorAll('svg g')].filter((box) => {
  const edge = box.querySelector('rect').getBBox();
  return [...box.querySelectorAll('text')].some((text) => {
    const { x, width } = text.getBBox(); return x + width > edge.x + edge.width; }); }).length"""
HOSTILE = "<img src=x onerror=alert(1)>"


def populate(world: World, mode: str) -> list[str]:
    """A set of four behind a load balancer, in two zones on Uniform; one instance is stopped, one is protected."""
    balancer(world, nat="v2", rule=True)
    zones = ["1", "2"] if mode == "Uniform" else None
    world.scale_set("web", mode, 4, zones=zones, loadBalancerBackendAddressPools=[POOL])
    names = world.names("web")
    if mode == "Flexible":
        world.lock(f"providers/Microsoft.Compute/virtualMachines/{names[1]}", "keep", "CanNotDelete")
        world.compute("POST", f"virtualMachines/{names[0]}/powerOff")
    else:
        world.compute("POST", "virtualMachineScaleSets/web/poweroff", {"instanceIds": [names[0]]})
        assert run("instances", "protect", "-n", "web", "-i", names[1]).code == 0
    return names


@pytest.mark.parametrize("mode", ["Uniform", "Flexible"])
def test_on_a_terminal(world: World, cli: Cli, mode: str) -> None:
    """Each instance is shown once, under its zone and fault domain, with power state and protection."""
    names = populate(world, mode)
    text = cli("set", "view", "-n", "web").out
    for name in names:
        assert text.count(f"web_{name} " if mode == "Uniform" else f"{name} ") >= 1
    assert "stopped" in text
    assert "protected: " + ("scale-in" if mode == "Uniform" else "keep (CanNotDelete)") in text
    assert ("zone 1" in text) is (mode == "Uniform")
    record = cli("set", "view", "-n", "web", "-o", "json").json()
    assert sorted(item["powerState"] for item in record["instances"]) == ["running"] * 3 + ["stopped"]
    assert record["orchestrationMode"] == mode


def test_what_azure_said_is_only_text(tmp_path: Path) -> None:
    """What Azure answers is escaped: names that look like markup add no element; no place is left to fill in."""
    file = tmp_path / "view.html"
    view = SetView(
        scale_set=ScaleSet(target=Target("s", "g", HOSTILE), mode=Mode.FLEXIBLE, location=HOSTILE, model={}),
        instances=[Instance(name=HOSTILE, instance_id="x", resource_id="/x", power=HOSTILE, size=HOSTILE)],
        locks=[Lock(name=HOSTILE, level="ReadOnly", scope="/x")],
    )
    write_page(view, file)
    text = file.read_text(encoding="utf-8")
    assert "<img" not in text
    assert "&lt;img" in text
    assert "{{" not in text
    assert text.count("<script") == 1
    assert "https://" not in text


def test_a_page_that_can_not_be_written(world: World, cli: Cli, tmp_path: Path) -> None:
    """A directory that does not exist is a clear error."""
    world.scale_set("web", "Uniform", 1)
    answer = cli("set", "view", "-n", "web", "--html", str(tmp_path / "none" / "view.html"))
    assert answer.code == 2
    assert "--html" in answer.err
    assert "can not be written" in answer.err


@needs_chromium
@pytest.mark.parametrize("mode", ["Uniform", "Flexible"])
def test_the_page(world: World, cli: Cli, tmp_path: Path, mode: str) -> None:
    """It renders without complaints or requests, filters work, it fits a phone, and everything has a name."""
    names = populate(world, mode)
    file = tmp_path / "view.html"
    assert cli("set", "view", "-n", "web", "--html", str(file)).code == 0
    with opened(file, viewport=PHONE, color_scheme="dark") as (page, complaints):
        check_filters(page, names)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert page.evaluate(UNNAMED) == 0
        picture = page.get_by_role("img", name="Topology of web")
        assert picture.count() == 1
        drawn = picture.evaluate("node => node.textContent")
        for text in ("lb", "http", "ssh", "nic", *(["keep"] if mode == "Flexible" else [])):
            assert text in drawn
        assert picture.locator("path.edge").count() >= 8
        assert page.evaluate(OVERFULL) == 0
        assert page.locator(".modes tbody tr").count() == len(ROWS)
        assert page.locator(".modes tbody tr.no").count() == sum(
            not entry.route(Mode(mode)).supported for entry in ROWS.values()
        )
        assert complaints == []


def check_filters(page: Any, names: list[str]) -> None:
    """Power state, protection and name narrow the map; the count follows; the button brings all back."""
    visible = page.locator(".instance:visible")
    assert visible.count() == 4
    assert page.get_by_role("status").inner_text() == "4 of 4 instances shown"
    page.get_by_label("Power state").select_option("stopped")
    assert visible.count() == 1
    assert names[0] in visible.first.inner_text()
    page.get_by_role("button", name="Show all").click()
    expect(visible).to_have_count(4)
    page.get_by_label("Protection").select_option("protected")
    assert names[1] in visible.first.inner_text()
    page.get_by_role("button", name="Show all").click()
    expect(visible).to_have_count(4)
    page.get_by_label("Name").fill(names[2])
    expect(visible).to_have_count(1)
    assert page.get_by_role("status").inner_text() == "1 of 4 instances shown"


@pytest.mark.slow
@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(world: World, cli: Cli, tmp_path: Path, scheme: Any) -> None:
    """Text has a contrast of at least 4.5 to 1 with its background (WCAG AA), in light and in dark."""
    populate(world, "Flexible")
    file = tmp_path / "view.html"
    assert cli("set", "view", "-n", "web", "--html", str(file)).code == 0
    with opened(file, color_scheme=scheme) as (page, _):
        ratios = page.evaluate(CONTRASTS)
    assert len(ratios) > 50
    assert min(ratios) >= 4.5


def surround(world: World) -> None:
    """A security group and a NAT gateway on the subnet."""
    rule = {
        "access": "Allow", "direction": "Inbound", "protocol": "Tcp", "sourceAddressPrefix": "203.0.113.0/24",
        "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "22", "priority": 100,
    }  # fmt: skip
    rules = {"securityRules": [{"name": "ssh-in", "properties": rule}]}
    world.network("PUT", "networkSecurityGroups/guard", {"location": "westeurope", "properties": rules})
    gateway = {"publicIpAddresses": [public_address(world, "way-out")]}
    body = {"location": "westeurope", "sku": {"name": "Standard"}, "properties": gateway}
    world.network("PUT", "natGateways/gateway", body)
    subnet = {
        "addressPrefix": "10.0.0.0/16",
        "defaultOutboundAccess": False,
        "networkSecurityGroup": {"id": f"{NETWORK}/networkSecurityGroups/guard"},
        "natGateway": {"id": f"{NETWORK}/natGateways/gateway"},
    }
    world.network("PUT", "virtualNetworks/net/subnets/vms", {"properties": subnet})


@pytest.mark.parametrize("mode", ["Uniform", "Flexible"])
def test_what_is_around_the_instances(world: World, cli: Cli, tmp_path: Path, mode: str) -> None:
    """Terminal, page and record tell addresses, subnet, security group, NAT gateway, time and subscription."""
    surround(world)
    populate(world, mode)
    file = tmp_path / "view.html"
    assert cli("set", "view", "-n", "web", "--html", str(file)).code == 0
    record = cli("set", "view", "-n", "web", "-o", "json").json()
    front, out = (
        world.network("GET", f"publicIPAddresses/{name}")["properties"]["ipAddress"] for name in ("address", "way-out")
    )
    own = {face["privateAddress"] for face in record["interfaces"]}
    assert len(own) == 4
    for text in (cli("set", "view", "-n", "web").out, file.read_text(encoding="utf-8")):
        assert own | {front, out} <= {each for each in own | {front, out} if each in text}
        for fact in (
            "Range: 10.0.0.0/16", "Security group: guard", "NAT gateway: gateway", SUBSCRIPTION,
            "ssh-in: Allow Inbound Tcp 22 from 203.0.113.0/24, priority 100", "NAT gateway (4)",
        ):  # fmt: skip
            assert fact in text
        assert "Not read" not in text
    age = datetime.now(UTC) - datetime.fromisoformat(record["observed"])
    assert 0 <= age.total_seconds() < 60
    assert [each["name"] for each in record["natGateways"]] == ["gateway"]
    assert {each["method"] for each in record["outbound"]} == {"NAT gateway"}
    assert record["notRead"] == []


def test_what_azure_lost_is_named(world: World, cli: Cli) -> None:
    """A security group that the subnet names and Azure does not return is reported, and nothing else is missing."""
    surround(world)
    populate(world, "Flexible")
    world.simulator.inject(
        method="GET", path_regex="/networkSecurityGroups/guard$", status=404, code="ResourceNotFound"
    )
    text = cli("set", "view", "-n", "web").out
    assert "Not read: security group guard: something refers to it, and Azure does not have it" in text
    assert "10.0.0.0/16" in text


@pytest.mark.slow
@needs_chromium
def test_a_thousand_instances_in_a_browser(tmp_path: Path) -> None:
    """The page of a thousand instances is small, opens in a second, fits in five screens, and draws groups."""
    target = Target(SUBSCRIPTION, "rg", "web")
    instances = [
        Instance(
            name=f"web_{number:08x}", instance_id=str(number), resource_id=target.machine_id(f"web_{number:08x}"),
            zone=str(number % 3 + 1), power="running" if number % 10 else "stopped", size="Standard_D8ds_v5",
            latest_model=True, locks=("keep (CanNotDelete)",),
        )
        for number in range(1000)
    ]  # fmt: skip
    locks = [Lock(name=f"keep-{item.name}", level="CanNotDelete", scope=item.resource_id) for item in instances]
    scale_set = ScaleSet(target=target, mode=Mode.FLEXIBLE, location="westeurope", model={})
    file = tmp_path / "view.html"
    write_page(SetView(scale_set=scale_set, instances=instances, locks=locks), file)
    assert file.stat().st_size < 1_500_000
    for viewport, scheme in ((DESKTOP, "light"), (PHONE, "dark")):
        with opened(file, viewport=viewport, color_scheme=scheme) as (page, complaints):
            timing = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
            assert timing < 1000
            started = time.monotonic()
            page.get_by_label("Name").fill("web_0000000a")
            expect(page.locator(".instance:visible")).to_have_count(1)
            assert time.monotonic() - started < 2
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
            page.get_by_role("button", name="Show all").click()
            expect(page.locator(".instance").last).to_be_visible()
            assert page.evaluate("document.documentElement.scrollHeight") < 5 * viewport["height"]
            drawn = page.get_by_role("img", name="Topology of web")
            assert drawn.locator("g.node.machine").count() <= 6
            assert "334 instances" in drawn.evaluate("node => node.textContent")
            assert complaints == []


@needs_chromium
def test_only_its_own_style_and_script_run(world: World, cli: Cli, tmp_path: Path) -> None:
    """The policy has no unsafe-inline: the page's own script runs, one that got into the page does not."""
    populate(world, "Flexible")
    file = tmp_path / "view.html"
    assert cli("set", "view", "-n", "web", "--html", str(file)).code == 0
    text = file.read_text(encoding="utf-8")
    assert "unsafe" not in text
    evil = tmp_path / "evil.html"
    evil.write_text(text.replace("</main>", "<script>document.title = 'taken'</script></main>"), encoding="utf-8")
    with opened(evil) as (page, complaints):
        assert page.title() != "taken"
        assert page.get_by_role("status").inner_text() == "4 of 4 instances shown"
        assert any("Content Security Policy" in each for each in complaints)


@pytest.mark.slow
@needs_chromium
def test_by_keyboard_and_on_paper(world: World, cli: Cli, tmp_path: Path) -> None:
    """Tab reaches filters, tables and the mode table, which Enter opens; paper has no filters and no cut topology."""
    populate(world, "Flexible")
    file = tmp_path / "view.html"
    assert cli("set", "view", "-n", "web", "--html", str(file)).code == 0
    with opened(file, viewport=DESKTOP) as (page, _):
        reached = []
        for _step in range(20):
            page.keyboard.press("Tab")
            reached.append(
                page.evaluate("document.activeElement.tagName + ' ' + (document.activeElement.ariaLabel ?? '')")
            )
            if reached[-1].startswith("SUMMARY"):
                break
        page.keyboard.press("Enter")
        assert page.locator(".modes tbody tr:visible").count() == len(ROWS)
        assert {"INPUT ", "SELECT ", "BUTTON ", "DIV Topology of web, scrolls"} <= set(reached)
        page.emulate_media(media="print")
        assert not page.locator(".filters").is_visible()
        assert page.locator(".instance:visible").count() == 4
        width = page.evaluate("document.querySelector('svg').getBoundingClientRect().width")
        assert width <= page.evaluate("document.body.getBoundingClientRect().width")
