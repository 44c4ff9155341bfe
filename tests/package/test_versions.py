"""One version number, at every place."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.version import Version

from devkit import dist, owner, paths, version

LOG = """\
# Changelog

[Unreleased]: https://git.example/acme/sets/commits/main

## [Unreleased]

### Added

- Something.

## [0.0.1] - 2026-01-02

- The first.
"""
FILES = (
    "components/PulumiPlugin.yaml",
    "components/pulumi_azure_scaleset/plugin/PulumiPlugin.yaml",
    "policies/PulumiPolicy.yaml",
    "policies/scaleset_policies/pack/PulumiPolicy.yaml",
)


def version_of(project: str) -> str:
    """The version of a project's pyproject.toml."""
    version: str = tomllib.loads((paths.ROOT / project / "pyproject.toml").read_text())["project"]["version"]
    return version


@pytest.mark.parametrize("folder", dist.PROJECTS.values(), ids=dist.PROJECTS)
def test_every_distribution_has_the_version_of_the_workspace(folder: object) -> None:
    """All are released together: their versions agree, and so do the pins of one on another."""
    project = str(folder)
    assert version_of(project) == version_of(".")
    table = tomllib.loads((paths.ROOT / project / "pyproject.toml").read_text())["project"]
    pins = [each for each in table["dependencies"] if each.startswith("pulumi-azure-scaleset")]
    assert all(each.endswith(f"=={version_of('.')}") for each in pins)


@pytest.mark.parametrize("file", FILES)
def test_the_files_for_pulumi_have_it_too(file: str) -> None:
    """PulumiPlugin.yaml and PulumiPolicy.yaml, in the folder and in the wheel, say the same version."""
    assert yaml.safe_load((paths.ROOT / file).read_text())["version"] == version_of(".")


def test_the_command_knows_every_place() -> None:
    """All places of the command have the workspace's version, and they include those that the tests above name."""
    found = list(version.found())
    assert {each for _, each in found} == {version_of(".")}
    projects = {f"{_relative(folder)}/pyproject.toml" for folder in dist.PROJECTS.values()}
    assert {"pyproject.toml", *FILES, *projects} <= {name for name, _ in found}


def test_the_command_misses_no_tag() -> None:
    """A page, example or workflow that names the current version's tag is one of the places, with all its tags."""
    tag = re.compile(rf"\bv{re.escape(version_of('.'))}(?![\w.])")
    for name in owner.tracked(paths.ROOT):
        if name.startswith("tests/") or name.endswith((version.CHANGELOG, ".lock", "go.sum", "go.mod")):
            continue
        text = (paths.ROOT / name).read_text(errors="replace")
        after = version.replaced(text, version.PLACES.get(name, ()), "7.8.9")
        assert tag.findall(after) == [], name


def _relative(folder: Path) -> str:
    return str(folder.relative_to(paths.ROOT))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files with a version, and a changelog whose entries are not released."""
    for name in version.PLACES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(paths.ROOT / name, tmp_path / name)
    (tmp_path / version.CHANGELOG).write_text(LOG)
    return tmp_path


def test_the_command_writes_every_place(copy: Path) -> None:
    """After it each place has the new version, nothing else is changed, and the entries are under the version."""
    before = {name: (copy / name).read_text() for name in version.PLACES}
    changed = version.write("7.8.9", dt.date(2026, 11, 30), copy)
    assert set(changed) == {*version.PLACES, version.CHANGELOG}
    assert {each for _, each in version.found(copy)} == {"7.8.9"}
    for name, text in before.items():
        assert (copy / name).read_text().replace("7.8.9", version_of(".")) == text
    log = (copy / version.CHANGELOG).read_text()
    assert "## [Unreleased]\n\n## [7.8.9] - 2026-11-30\n\n### Added\n\n- Something.\n\n## [0.0.1]" in log
    assert "commits/main\n[7.8.9]: https://git.example/acme/sets/releases/tag/v7.8.9\n" in log
    assert version.notes("v7.8.9", copy) == "### Added\n\n- Something.\n"


def test_the_changelog_has_the_form() -> None:
    """It has a heading and a link for what is not released, and no version that is newer than the current one."""
    log = (paths.ROOT / version.CHANGELOG).read_text()
    assert log.count(version.UNRELEASED) == 1
    assert f"\n[Unreleased]: {owner.load()['repository']}/commits/main\n" in log
    have = [match["version"] for match in version.RELEASED.finditer(log)]
    assert have == sorted(have, key=Version, reverse=True)
    assert [each for each in have if Version(each) > Version(version_of("."))] == []
    assert set(re.findall(r"^## \[([^\]]+)\]", log, re.MULTILINE)) == {"Unreleased", *have}


def test_the_current_version_can_be_released(copy: Path) -> None:
    """The first release is of the version that is there: only the changelog changes, once."""
    now = version.current(copy)
    assert version.write(now, dt.date(2026, 11, 30), copy) == [version.CHANGELOG]
    with pytest.raises(version.VersionError, match=f"has {now} already: choose the next one"):
        version.write(now, dt.date(2026, 12, 1), copy)


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("1.2", "three numbers are expected"),
        ("v1.2.3", "three numbers are expected"),
        ("1.2.3rc1", "three numbers are expected"),
        ("0.0.1", "older than the current version"),
    ],
)
def test_what_is_no_next_version(wanted: str, told: str, copy: Path) -> None:
    """A version of another form, or an older one, is refused, and nothing is written."""
    before = {name: (copy / name).read_text() for name in version.PLACES}
    with pytest.raises(version.VersionError, match=told):
        version.write(wanted, dt.date(2026, 11, 30), copy)
    assert {name: (copy / name).read_text() for name in version.PLACES} == before


def test_nothing_to_release(copy: Path) -> None:
    """A version without entries in the changelog is refused."""
    version.write("7.8.9", dt.date(2026, 11, 30), copy)
    with pytest.raises(version.VersionError, match="no entries under"):
        version.write("7.8.10", dt.date(2026, 12, 1), copy)
    assert version.current(copy) == "7.8.9"


def test_a_tag_of_another_version(copy: Path) -> None:
    """A tag is released only if it is that of the version in the files, and the changelog has that version."""
    with pytest.raises(version.VersionError, match="does not fit the version"):
        version.notes("v7.8.9", copy)
    with pytest.raises(version.VersionError, match=r"has no `## \["):
        version.notes(f"v{version.current(copy)}", copy)
