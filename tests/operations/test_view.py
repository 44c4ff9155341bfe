"""The picture of a set: on a terminal, as data, and as a page in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from operations.balancers import POOL, balancer
from operations.conftest import Cli, run
from operations.world import World
from playwright.sync_api import expect, sync_playwright

from scaleset_core.modes import ROWS, Mode
from scaleset_operations import (
    Instance,
    Lock,
    ScaleSet,
    Target,
)
from scaleset_operations.cli.view import write_page
from scaleset_operations.view import SetView

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PHONE = {"width": 360, "height": 740}
UNNAMED = """[...document.querySelectorAll('select,input,button')]
  .filter((node) => !(node.labels?.length || node.textContent.trim())).length"""
CONTRASTS = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = (text) => parse(text).map((v) => v / 255)
    .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => { while (node) { const c = getComputedStyle(node).backgroundColor;
    if (c !== 'rgba(0, 0, 0, 0)') return c; node = node.parentElement; } return 'rgb(255, 255, 255)'; };
  return [...document.querySelectorAll('h1,h2,h3,dt,dd,label,strong,p,th,td,button')].map((node) => {
    const [a, b] = [light(getComputedStyle(node).color), light(ground(node))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05); });
}"""
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
    """Each instance stands once, under its zone and fault domain, with power state and protection."""
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


needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on PATH; `apt-get install chromium` lets the browser tests run"
)


@contextmanager
def opened(file: Path, **context: Any) -> Iterator[tuple[Any, list[str]]]:
    """The page in a headless Chromium of this machine, and whatever its console or its network complains about.

    The browser's loop lives only inside the block: the command line has a loop of its own.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(**context).new_page()
        complaints: list[str] = []

        def listen(message: Any) -> None:
            if message.type in {"error", "warning"}:
                complaints.append(message.text)

        def watch(request: Any) -> None:
            if not request.url.startswith(("file:", "data:")):
                complaints.append(request.url)

        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", watch)
        page.goto(file.as_uri())
        yield page, complaints
        browser.close()


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
        assert page.locator(".modes tbody tr").count() == len(ROWS)
        assert page.locator(".modes tbody tr.no").count() == (4 if mode == "Flexible" else 0)
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


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(world: World, cli: Cli, tmp_path: Path, scheme: Any) -> None:
    """Text stands out from its ground by 4.5 to 1 at least (WCAG AA), in light and in dark."""
    populate(world, "Flexible")
    file = tmp_path / "view.html"
    assert cli("set", "view", "-n", "web", "--html", str(file)).code == 0
    with opened(file, color_scheme=scheme) as (page, _):
        ratios = page.evaluate(CONTRASTS)
    assert len(ratios) > 50
    assert min(ratios) >= 4.5
