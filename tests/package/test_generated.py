"""The tables generated from Azure's SDKs: made from the locked releases, and regenerated when something changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from devkit import generated, paths
from devkit.locked import pins

PROJECTS = [paths.ROOT / name for name in generated.PROJECTS]


@pytest.mark.parametrize("project", PROJECTS, ids=generated.PROJECTS)
def test_the_builds_use_the_locked_sdks(project: Path) -> None:
    """A build in a clean checkout installs the releases of requirements.lock, and so makes the same tables."""
    locked = pins((paths.ROOT / "requirements.lock").read_text())
    for requirement in generated.settings(project)["sdks"]:
        assert locked[requirement.partition("==")[0]].startswith(f"{requirement} ")


def test_nothing_generated_is_committed() -> None:
    """Git ignores each file that the hooks make."""
    ignored = (paths.ROOT / ".gitignore").read_text().splitlines()
    for project in PROJECTS:
        for file in generated.settings(project)["files"]:
            path = f"/{project.name}/{file}"
            assert path in ignored or path.rpartition("/")[0] + "/" in ignored, path


def test_a_changed_generator_is_seen(tmp_path: Path) -> None:
    """The tables are regenerated after a change of the generator or of a release, and only then."""
    source = paths.ROOT / "simulator"
    hook = generated.settings(source)
    for name in hook["sources"]:
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        copy = shutil.copytree if (source / name).is_dir() else shutil.copy
        copy(source / name, tmp_path / name)
    before = generated.fingerprint(source, hook)
    assert generated.fingerprint(tmp_path, hook) == before
    assert generated.fingerprint(tmp_path, {**hook, "sdks": ["azure-mgmt-compute==40.0.0"]}) != before
    with next(tmp_path.rglob("*.py")).open("a") as file:
        file.write("# another generator\n")
    assert generated.fingerprint(tmp_path, hook) != before
