"""The files that users install: each holds what belongs in it, and works alone in an empty environment."""

from __future__ import annotations

import json
import subprocess
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from support.templates import BAD

from devkit import dist, generated

pytestmark = pytest.mark.long

NAMES = list(dist.PROJECTS)
GENERATED = {"pulumi-azure-scaleset-simulator"}
SUFFIXES = {".py", ".typed", ".json", ".yaml", ".css", ".html", ".js", ".md", ".tsv"}
EXPECTED = {
    "pulumi-azure-scaleset": {"pulumi_azure_scaleset/plugin/PulumiPlugin.yaml", "pulumi_azure_scaleset/py.typed"},
    "pulumi-azure-scaleset-core": {"scaleset_core/picture/assets/picture.js", "scaleset_core/py.typed"},
    "pulumi-azure-scaleset-operations": {"scaleset_operations/py.typed"},
    "pulumi-azure-scaleset-policies": {
        "scaleset_policies/formats/property_names.json",
        "scaleset_policies/pack/PulumiPolicy.yaml",
        "scaleset_policies/py.typed",
        "scaleset_policies/schema/schema.json",
    },
    "pulumi-azure-scaleset-migration": {"scaleset_migration/py.typed"},
    "pulumi-azure-scaleset-templates": {"arm_templates/py.typed"},
    "pulumi-azure-scaleset-simulator": {"arm_simulator/core/schema.json", "azure_native/tables/compute.json"},
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All sdists, and the wheels that are built from them."""
    directory = tmp_path_factory.mktemp("dist")
    dist.build(directory)
    return directory


def stem(name: str) -> str:
    """How the files of a distribution begin."""
    return f"{name.replace('-', '_')}-{project(name)['version']}"


def project(name: str) -> dict[str, str]:
    """The [project] table of a distribution."""
    table: dict[str, str] = tomllib.loads((dist.PROJECTS[name] / "pyproject.toml").read_text())["project"]
    return table


def packaged(name: str) -> set[str]:
    """The files of a distribution's packages: what git has or would have, and what its build hook makes."""
    folder = dist.PROJECTS[name]
    settings = tomllib.loads((folder / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *settings["packages"]]
    known = subprocess.run(listing, cwd=folder, capture_output=True, text=True, check=True).stdout.split("\0")
    made = generated.settings(folder)["files"] if name in GENERATED else []
    return {file for file in [*known, *made] if file and (folder / file).exists()}


@pytest.mark.parametrize("name", NAMES)
def test_a_wheel_holds_the_packages_and_nothing_else(name: str, built: Path) -> None:
    """The members are the packages' files, licence and metadata: no tests, no bytecode, nothing foreign."""
    with zipfile.ZipFile(built / f"{stem(name)}-py3-none-any.whl") as wheel:
        members = set(wheel.namelist())
    info = {member for member in members if member.startswith(f"{stem(name)}.dist-info/")}
    assert members - info == packaged(name)
    assert {Path(member).name for member in info} - {"entry_points.txt"} == {"METADATA", "WHEEL", "RECORD", "LICENSE"}
    assert {Path(member).suffix for member in members - info} <= SUFFIXES
    assert members >= EXPECTED[name]


@pytest.mark.parametrize("name", NAMES)
def test_an_sdist_holds_what_the_wheel_is_built_from(name: str, built: Path) -> None:
    """The members are the packages' files, readme, licence, project file and, where there is one, the build hook."""
    with tarfile.open(built / f"{stem(name)}.tar.gz") as archive:
        members = {member.removeprefix(f"{stem(name)}/") for member in archive.getnames()}
    # Hatch puts the .gitignore that it finds into every sdist.
    expected = {"README.md", "LICENSE", "pyproject.toml", "PKG-INFO", ".gitignore"}
    optional = {file for file in ("hatch_build.py",) if (dist.PROJECTS[name] / file).exists()}
    assert members == packaged(name) | expected | optional


def test_a_wheel_is_the_same_from_the_sdist_and_from_the_folder(built: Path, tmp_path: Path) -> None:
    """The wheels that are built from the sdists are, byte for byte, those that are built from the folders."""
    dist.build(tmp_path, "--wheel")
    wheels = sorted(tmp_path.glob("*.whl"))
    assert len(wheels) == len(NAMES)
    assert [wheel.name for wheel in wheels if wheel.read_bytes() != (built / wheel.name).read_bytes()] == []


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder outside of the repository, without this environment's settings."""
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_core_alone_shows_the_modes(built: Path, tmp_path: Path) -> None:
    """`scaleset modes` needs the core with its command; without the extra, `scaleset` says what to install."""
    command = dist.install(tmp_path / "command", "pulumi-azure-scaleset-core[command]", built) / "scaleset"
    shown = run(command, "modes", cwd=tmp_path)
    assert (shown.returncode, "nat-pool-on-flexible" in shown.stdout) == (0, True), shown.stderr
    bare = run(dist.install(tmp_path / "bare", "pulumi-azure-scaleset-core", built) / "scaleset", "modes", cwd=tmp_path)
    assert bare.returncode == 1
    assert bare.stderr.count("\n") == 1
    assert "pip install pulumi-azure-scaleset-policies" in bare.stderr


def test_the_component_alone(built: Path, tmp_path: Path) -> None:
    """The class is imported, and the module prints the folder of the installed plugin."""
    python = dist.install(tmp_path / "venv", "pulumi-azure-scaleset", built) / "python"
    imported = run(python, "-c", "from pulumi_azure_scaleset import ScaleSet; print(ScaleSet.__name__)", cwd=tmp_path)
    assert imported.stdout == "ScaleSet\n", imported.stderr
    plugin = Path(run(python, "-m", "pulumi_azure_scaleset", cwd=tmp_path).stdout.strip())
    assert plugin.is_relative_to(tmp_path)
    assert yaml.safe_load((plugin / "PulumiPlugin.yaml").read_text())["name"] == "azure-scaleset"


def test_the_policies_alone(built: Path, tmp_path: Path) -> None:
    """`scaleset check` finds a bad template's problem with at most 20 packages, 70 MB and none of Pulumi or Azure."""
    venv = tmp_path / "venv"
    command = dist.install(venv, "pulumi-azure-scaleset-policies", built) / "scaleset"
    (tmp_path / "bad.json").write_text(json.dumps(BAD))
    checked = run(command, "check", "bad.json", cwd=tmp_path)
    assert checked.returncode == 1, checked.stderr
    assert "SS" in checked.stdout
    names = dist.packages(venv)
    assert not [name for name in names if name.startswith(("azure", "pulumi")) and name not in NAMES]
    count, megabytes = dist.size(venv)
    assert count <= 20
    assert megabytes <= 70


def test_the_operations_alone(built: Path, tmp_path: Path) -> None:
    """The commands on instances are there, and `scaleset check` says in one line what to install for it."""
    command = dist.install(tmp_path / "venv", "pulumi-azure-scaleset-operations", built) / "scaleset"
    helped = run(command, "instances", "list", "--help", cwd=tmp_path)
    assert (helped.returncode, "Usage: scaleset instances list" in helped.stdout) == (0, True), helped.stderr
    missing = run(command, "check", "bad.json", cwd=tmp_path)
    assert missing.returncode == 2
    (line,) = missing.stderr.strip().replace("'", "").splitlines()
    assert line == "scaleset check: it is not installed. Install it with: pip install pulumi-azure-scaleset-policies"


@pytest.fixture
def served(built: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the installed simulator, with the token T."""
    command = dist.install(tmp_path / "venv", "pulumi-azure-scaleset-simulator", built) / "scaleset-sim"
    with subprocess.Popen(
        [command, "serve", "--port", "0", "--token", "T"], cwd=tmp_path, env={}, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().removeprefix("listening on ").strip()
        finally:
            server.terminate()


def test_the_simulator_alone(served: str, tmp_path: Path) -> None:
    """It answers, with no package of Azure's or Pulumi's beside it."""
    url = f"{served}/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups?api-version=2024-03-01"
    answer = httpx.get(url, headers={"Authorization": "Bearer T"})
    assert answer.json()["value"] == []
    names = dist.packages(tmp_path / "venv")
    assert not [name for name in names if name.startswith(("azure", "pulumi")) and name not in NAMES]


@pytest.mark.parametrize("name", dist.PROJECTS)
def test_no_distribution_is_taken_for_a_provider(built: Path, name: str) -> None:
    """A file in each says that it has no plugin.

    Pulumi looks for one of every `pulumi-*` distribution without it, and `pulumi install` fails where there is none.
    """
    (wheel,) = built.glob(f"{name.replace('-', '_')}-[0-9]*.whl")
    with zipfile.ZipFile(wheel) as files:
        assert json.loads(files.read(f"{name.replace('-', '_')}/pulumi-plugin.json")) == {"resource": False}
