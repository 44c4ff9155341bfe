"""What PyPI shows of each distribution: addresses, classifiers, and a readme whose links lead somewhere from there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager
from markdown_it import MarkdownIt
from markdown_it.token import Token
from trove_classifiers import classifiers

from devkit import dist, owner, paths

NAMES = list(dist.PROJECTS)


def project(name: str) -> dict[str, Any]:
    """The [project] table of a distribution."""
    table: dict[str, Any] = tomllib.loads((dist.PROJECTS[name] / "pyproject.toml").read_text())["project"]
    return table


def links(text: str) -> list[str]:
    """The targets of all links and pictures of a Markdown text."""

    def walk(tokens: list[Token]) -> list[str]:
        found = [str(t.attrs[key]) for t in tokens for key in ("href", "src") if key in t.attrs]
        return found + [each for t in tokens for each in walk(t.children or [])]

    return walk(MarkdownIt("gfm-like", {"linkify": False}).parse(text))


@pytest.mark.parametrize("name", NAMES)
def test_the_addresses(name: str) -> None:
    """Homepage, documentation, repository, changelog and issues are the owner's; the pages are here."""
    values = owner.load()
    urls = project(name)["urls"]
    assert list(urls) == ["Homepage", "Documentation", "Repository", "Changelog", "Issues"]
    assert (urls["Homepage"], urls["Repository"]) == (values["homepage"], values["repository"])
    assert urls["Issues"] == f"{values['repository']}/issues"
    for address in (urls["Documentation"], urls["Changelog"]):
        assert _page(address).is_file()
    assert project(name)["authors"] == [{"name": values["publisher"]}]


def _page(address: str) -> Path:
    """The file in the repository that an address on GitHub shows."""
    assert address.startswith(f"{owner.load()['repository']}/blob/main/"), address
    return paths.ROOT / address.partition("/blob/main/")[2].partition("#")[0]


@pytest.mark.parametrize("name", NAMES)
def test_the_classifiers(name: str) -> None:
    """All are PyPI's own, sorted, and say no Python that the tests do not run on."""
    found = project(name)["classifiers"]
    assert set(found) <= classifiers
    assert found == sorted(found)
    assert [each for each in found if re.search(r":: 3\.\d+$", each)] == ["Programming Language :: Python :: 3.11"]
    assert {"Typing :: Typed", "Operating System :: POSIX :: Linux"} <= set(found)
    assert any(each.startswith("Topic :: ") for each in found)
    assert len(project(name)["keywords"]) >= 5


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_leads_somewhere_from_pypi(name: str) -> None:
    """The readme, as the metadata has it, is Markdown without raw HTML, and each link is absolute; ours exist here.

    A comment on a separate line does not count as raw HTML: neither PyPI nor GitHub shows it.
    """
    folder = dist.PROJECTS[name]
    core = ProjectMetadata(str(folder), PluginManager()).core
    assert core.readme_content_type == "text/markdown"
    assert core.readme.startswith("# ")
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(core.readme)
    raw = [each.content.strip() for each in tokens if each.type == "html_block"]
    assert [each for each in raw if not re.fullmatch("<!-- [^<>]+ -->", each)] == []
    found = links(core.readme)
    assert owner.load()["repository"] in found
    for target in found:
        assert re.match(r"https://[\w.-]+/", target), f"{name}: {target} leads nowhere on PyPI"
        if "/blob/main/" in target:
            assert _page(target).exists(), target


def test_links_are_found() -> None:
    """Links in text, in tables and around pictures are found; text in code is not one."""
    text = "[a](b.md)\n\n| x |\n|---|\n| [c](d) |\n\n[![e](f.svg)](g)\n\n`[h](i)`\n\n    [j](k)\n"
    assert sorted(links(text)) == ["b.md", "d", "f.svg", "g"]
