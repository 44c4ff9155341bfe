"""The folders that the Pulumi CLI installs: their requirements, their environments, and what they serve."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from component_package import requirements, schema
from component_package.requirements import FOLDERS, Installed
from devkit import engine, launchers, paths

EXAMPLES = sorted(file.parent for file in (paths.ROOT / "examples").glob("*/__main__.py"))
OFFLINE = ("NewConnectionError", "NameResolutionError", "ProxyError", "ConnectTimeoutError")


def name(folder: Path | Installed) -> str:
    """How a test of a folder is called."""
    return (folder.folder if isinstance(folder, Installed) else folder).name


@pytest.mark.parametrize("installed", FOLDERS, ids=name)
def test_requirements_are_in_step_with_the_lock(installed: Installed) -> None:
    """requirements.txt names the distributions beside the folder and pins the lock's releases of all the rest."""
    assert installed.file.read_text() == requirements.expected(installed), "run `python -m component_package`"
    for beside in installed.beside:
        assert (installed.folder / beside / "pyproject.toml").exists()


@pytest.mark.parametrize("installed", FOLDERS, ids=name)
def test_the_environment_is_the_folders_own(installed: Installed) -> None:
    """Pulumi installs with pip into a virtual environment in the folder, which git ignores."""
    (file,) = [*installed.folder.glob("PulumiPlugin.yaml"), *installed.folder.glob("PulumiPolicy.yaml")]
    runtime = yaml.safe_load(file.read_text())["runtime"]
    assert runtime == {"name": "python", "options": {"toolchain": "pip", "virtualenv": "venv"}}
    assert "/venv/" in (installed.folder / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize("folder", [paths.ROOT, *EXAMPLES], ids=name)
def test_each_program_installs_the_component_of_this_repository(folder: Path) -> None:
    """Each project's requirements are the folders of this repository, editable, in the one environment at the root.

    Editable, because that environment is the developer's too: another copy would hide the changes in the folders.
    """
    project = yaml.safe_load((folder / "Pulumi.yaml").read_text())
    assert (folder / project["runtime"]["options"]["virtualenv"]).resolve() == paths.ROOT / ".venv"
    lines = [line for line in (folder / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    assert {line.partition(" ")[0] for line in lines} == {"-e"}
    folders = {(folder / line.removeprefix("-e ").partition("[")[0]).resolve() for line in lines}
    assert folders >= {paths.ROOT / "components" / "core", paths.COMPONENTS}
    assert all((each / "pyproject.toml").exists() for each in folders)


@pytest.mark.long
@pytest.mark.engine
@pytest.mark.parametrize("installed", FOLDERS, ids=name)
def test_pulumi_installs_a_clone(installed: Installed, tmp_path: Path) -> None:
    """In a fresh clone `pulumi install` in the folder makes an environment in which it starts."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(paths.ROOT), str(clone)], check=True)
    found = engine.ensure()
    launchers.install_language_host(found)
    launchers.install_provider(tmp_path / "pulumi-home")
    variables = {
        "HOME": str(tmp_path),
        "PATH": f"{found.pulumi.parent}:{paths.VENV_BIN}:/usr/local/bin:/usr/bin:/bin",
        "PULUMI_HOME": str(tmp_path / "pulumi-home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
        "PIP_NO_COMPILE": "1",
        "XDG_CACHE_HOME": str(paths.user_cache().parent),
    }
    folder = clone / installed.folder.relative_to(paths.ROOT)
    done = subprocess.run(
        ["pulumi", "install"], cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=280
    )
    if done.returncode != 0 and any(sign in done.stderr for sign in OFFLINE):
        pytest.skip("the package index can't be reached")
    assert done.returncode == 0, done.stdout + done.stderr
    python = folder / "venv" / "bin" / "python"
    module = "scaleset_policies" if installed.folder == paths.POLICY_PACK else "pulumi_azure_scaleset"
    subprocess.run([python, "-c", f"import {module}"], check=True, cwd=tmp_path)
    if installed.folder == paths.COMPONENTS:
        (tmp_path / "empty").mkdir()
        shown = subprocess.run(
            ["pulumi", "package", "get-schema", str(folder)],
            cwd=tmp_path / "empty",
            env=variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=280,
        )
        assert shown.returncode == 0, shown.stderr
        assert schema.normal(json.loads(shown.stdout)) == schema.FILE.read_text()
