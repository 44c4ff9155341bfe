"""The folders for the Pulumi CLI that an installed distribution makes: an environment that sees the surrounding one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scaleset_core import installed


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """Files that belong in a folder."""
    folder = tmp_path / "template"
    folder.mkdir()
    (folder / "PulumiPlugin.yaml").write_text("runtime: python\n")
    (folder / "__pycache__").mkdir()
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where folders are made, instead of in this environment."""
    monkeypatch.setattr(installed, "_home", lambda: tmp_path / "share")
    return tmp_path / "share"


def test_a_folder_has_the_files_and_an_environment(template: Path, home: Path) -> None:
    """The folder has the template's files; its Python sees the distributions of the surrounding environment."""
    folder = installed.folder(template, "plugin")
    assert folder == home / "plugin"
    assert sorted(each.name for each in folder.iterdir()) == ["PulumiPlugin.yaml", "venv"]
    python = folder / "venv" / "bin" / "python"
    shown = subprocess.run(
        [python, "-c", "import scaleset_core, pytest, sys; print(sys.prefix)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(shown.stdout.strip()) == folder / "venv"


def test_a_changed_file_is_written_again_and_the_environment_stays(template: Path, home: Path) -> None:
    """A new release replaces the files; what the Pulumi CLI installed into the environment is left there."""
    installed.folder(template, "plugin")
    (home / "plugin" / "venv" / "mark").touch()
    (template / "PulumiPlugin.yaml").write_text("runtime: nodejs\n")
    folder = installed.folder(template, "plugin")
    assert (folder / "PulumiPlugin.yaml").read_text() == "runtime: nodejs\n"
    assert (folder / "venv" / "mark").exists()


def test_an_environment_of_another_python_is_made_again(template: Path, home: Path) -> None:
    """An environment that does not see the surrounding one, because that was moved, is created again."""
    folder = installed.folder(template, "plugin")
    (link,) = (folder / "venv").rglob("surrounding.pth")
    link.write_text("import site; site.addsitedir('/elsewhere')\n")
    (home / "plugin" / "venv" / "mark").touch()
    installed.folder(template, "plugin")
    assert not (folder / "venv" / "mark").exists()
    assert sys.prefix in link.read_text()


def test_where_the_environment_is_read_only_the_cache_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python that the user can't write to gets its folders in the user's cache, apart from those of another."""
    monkeypatch.setattr("os.access", lambda *_: False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = installed._home()
    monkeypatch.setattr(sys, "prefix", "/opt/other")
    assert first.parent == installed._home().parent == tmp_path / "pulumi-azure-scaleset"
    assert first != installed._home()
