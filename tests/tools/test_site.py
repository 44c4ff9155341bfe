"""The documentation as a site: it builds without a warning, sends no network request, and its chooser chooses."""

from __future__ import annotations

import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from mkdocs.utils.yaml import yaml_load
from support.browser import DESKTOP, PHONE, needs_chromium, opened

from devkit import paths
from docs_site import assemble, decision, directions
from docs_site.__main__ import CONFIGURATION, build
from scaleset_core.modes import ROWS, RULES, Mode

REPOSITORY = "https://git.example/us/it"
LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href", "object": "data"}
"""What a browser fetches by itself, by the attribute that says from where."""
FAR = re.compile(r"(?:https?:)?//")


class Fetched(HTMLParser):
    """What a page makes the browser fetch from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        given = dict(attrs)
        address = given.get(LOADED.get(tag, "")) or ""
        if FAR.match(address) and given.get("rel") != "canonical":
            self.found.append(f"{tag}: {address}")
        if given.get("data-md-component") == "source":
            self.found.append("the theme's box of the repository: it asks GitHub for releases")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    directory = tmp_path_factory.mktemp("site")
    assert build(directory, tmp_path_factory.mktemp("pages")) == 0
    return directory


@pytest.mark.long
def test_no_page_asks_anything_of_the_network(site: Path) -> None:
    """All pages are there; no script, style, font or picture of any comes from elsewhere."""
    pages = list(site.rglob("*.html"))
    assert len(pages) > 200
    for page in pages:
        parser = Fetched()
        parser.feed(page.read_text(encoding="utf-8"))
        assert parser.found == [], page.relative_to(site)
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"(?:url\(\s*|@import\s+)[\"']?(?:https?:)?//", text), style.relative_to(site)
    assert "Restart the whole set" in (site / "docs/generated/from-uniform.html").read_text(encoding="utf-8")
    assert "nat_endpoints" in (site / "docs/generated/api/component.html").read_text(encoding="utf-8")
    assert (site / "docs/generated/policies/SS016.html").is_file()


@pytest.mark.long
@needs_chromium
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_chooser(site: Path, viewport: dict[str, int]) -> None:
    """Which mode? says which mode has what is marked, or that none has; the page is as wide as the screen."""
    with opened(site / "docs" / "which-mode.html", viewport=viewport) as (page, complaints):
        said = page.get_by_role("status").filter(has_text="mark")
        assert said.inner_text() == "Nothing is marked: Flexible, the mode that Microsoft recommends."
        page.get_by_label("Five fault domains").check()
        assert said.inner_text() == "Uniform: it has all that you marked."
        page.get_by_label("Several VM sizes in one set").check()
        assert said.inner_text().startswith("No mode has all of it: Uniform lacks 1, Flexible lacks 1")
        page.get_by_label("Five fault domains").uncheck()
        assert said.inner_text() == "Flexible: it has all that you marked."
        page.get_by_role("button", name="Unmark all").click()
        assert said.inner_text().startswith("Nothing is marked")
        assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    assert complaints == []


@pytest.mark.long
@needs_chromium
def test_the_chooser_without_scripts(site: Path) -> None:
    """The table is there to read."""
    with opened(site / "docs" / "which-mode.html", java_script_enabled=False) as (page, _):
        assert page.locator("tbody tr").count() == len(decision.NEEDS)


@pytest.mark.long
@needs_chromium
def test_search_works_from_files(site: Path) -> None:
    """A word of one page finds it, without a server and without the network."""
    with opened(site / "index.html", viewport=DESKTOP) as (page, complaints):
        page.goto(f"{(site / 'index.html').as_uri()}?q=overprovisioning")
        page.locator(".md-search-result__link").first.wait_for(state="attached")
        assert "which-mode" in " ".join(
            link.get_attribute("href") for link in page.locator(".md-search-result__link").all()
        )
    assert complaints == []


def test_a_link_to_what_is_no_page_leads_to_the_repository() -> None:
    """Pages stay linked to each other, folders with a page lead to it; code and other sites are left alone."""
    pages = {"docs/a.md", "README.md", "examples/README.md"}
    text = "[a](a.md#x) [top](../README.md) [e](../examples) [p](../pyproject.toml#L1) [t](../tools) `[n](../tools)`"
    assert assemble.linked(f"{text} [w](https://w.example/x)", "docs/a.md", pages, REPOSITORY) == (
        f"[a](a.md#x) [top](../README.md) [e](../examples/README.md) [p]({REPOSITORY}/blob/main/pyproject.toml#L1) "
        f"[t]({REPOSITORY}/tree/main/tools) `[n](../tools)` [w](https://w.example/x)"
    )
    assert assemble.linked("[gone](gone.md)", "docs/a.md", pages, REPOSITORY) == "[gone](gone.md)"


def test_the_parts_of_the_site() -> None:
    """The navigation has its four parts behind the front page, and the site names the owner's repository."""
    settings: dict[str, Any] = yaml_load(CONFIGURATION.read_text(encoding="utf-8"))
    assert [part for entry in settings["nav"] for part in entry] == [
        "Home", "Tutorial", "How-to guides", "Reference", "Explanation",
    ]  # fmt: skip
    assert tomllib.loads((paths.ROOT / "owner.toml").read_text())["repository"] in settings["copyright"]


def test_the_decision_table_is_current() -> None:
    """docs/which-mode.md says what the mode table says; after a change: `python -m docs_site.decision`."""
    assert decision.PAGE.read_text(encoding="utf-8") == decision.expected()


def test_the_decision_table_has_all_that_only_one_mode_has() -> None:
    """Each row that a mode does not support, and each rule that says so in words."""
    lacking = {row.id for row in ROWS.values() if not (row.uniform.supported and row.flexible.supported)}
    only = re.compile(r"(Uniform|Flexible) only\.$")
    stated = {rule.id for rule in RULES.values() if len(rule.modes) == 1 and only.search(rule.statement)}
    assert lacking | stated <= set(decision.NEEDS)


def test_the_mode_that_lacks_a_need() -> None:
    """From a row and from a rule, with reason and way out; a fact that holds in both modes is none."""
    assert decision.without("instance.attach")[0] is Mode.UNIFORM
    mode, reason, instead = decision.without("overprovision-on-flexible")
    assert (mode, instead) == (Mode.FLEXIBLE, "leave it out (`SS035`)")
    assert reason == "Flexible creates exactly the requested number of virtual machines"
    with pytest.raises(ValueError, match="disk-types: expected one mode"):
        decision.without("disk-types")


@pytest.mark.parametrize("source", list(Mode))
def test_both_directions_have_every_row_once(source: Mode) -> None:
    """From either mode: each operation under one heading, and each rule that holds in the other mode only."""
    text = directions.page(source)
    for row in ROWS.values():
        assert text.count(f"| {row.title} |") == 1, row.title
    for rule in RULES.values():
        assert (f"[{rule.number}]" in text) == (rule.modes == {source.other}), rule.id
    missing = text.partition("does not have")[2].partition("## ")[0]
    assert ("Add existing virtual machines to the set" in missing) == (source is Mode.FLEXIBLE)
