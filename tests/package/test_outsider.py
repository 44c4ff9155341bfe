"""The way of somebody who has the files of a release and no checkout: install, own program, policies, check, commands.

Everything runs in an empty folder, with a separate environment and a new Pulumi home; only the engine was there before.
`pytest -s` prints what it took.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support.strangers import stranger

from devkit import dist, engine, launchers, paths, release
from devkit.locked import OURS

pytestmark = [pytest.mark.long, pytest.mark.engine]

PROGRAM = Path(__file__).with_name("outsider")
TIME_LIMIT_SECONDS = 240
SUBSCRIPTION = "00000000-0000-4000-8000-0000000000aa"


@dataclass
class Outsider:
    """An empty folder with a release beside it, and the environment of somebody who has Pulumi and Python."""

    folder: Path
    release: Path
    variables: dict[str, str]
    started: float = field(default_factory=time.monotonic)

    def run(self, *command: str, expect: int = 0, where: str = ".") -> str:
        """Run a command; returns what it printed, and fails if its exit code is another one."""
        done = subprocess.run(
            list(command),
            cwd=self.folder / where,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIME_LIMIT_SECONDS,
        )
        assert done.returncode == expect, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def lap(self, what: str) -> None:
        """Print how long it took until now."""
        sys.stdout.write(f"{time.monotonic() - self.started:6.1f} s  {what}\n")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a release, as `make dist` writes them."""
    folder = tmp_path_factory.mktemp("release")
    dist.build_release(folder)
    return folder


@pytest.fixture
def outsider(files: Path, tmp_path: Path) -> Outsider:
    """Somebody with a Python and a Pulumi that have no link to this repository."""
    found = engine.ensure()
    launchers.install_language_host(found)
    folder = tmp_path / "shop"
    shutil.copytree(PROGRAM, folder)
    python = Path(sys.base_prefix) / "bin"
    variables = stranger(found, tmp_path, folder / "venv" / "bin", python, os.defpath) | {"NO_COLOR": "1"}
    return Outsider(folder, files, variables)


@pytest.fixture
def served(outsider: Outsider) -> Iterator[None]:
    """The installed simulator, for as long as a test runs; its address is in the outsider's environment."""
    command = [str(outsider.folder / "venv" / "bin" / "scaleset-sim"), "serve", "--token", "T"]
    venv = outsider.folder / "venv"
    outsider.run("python3", "-m", "venv", str(venv))
    locks = [f"{name}.lock" for name in release.WITH_EXTRAS if name != f"{OURS}-policies"]
    wanted = [part for lock in locks for part in ("-r", str(outsider.release / lock))]
    install = ["pip", "install", "--quiet", "--no-compile", "--require-hashes", "--find-links", str(outsider.release)]
    outsider.run(str(venv / "bin" / "python"), "-m", *install, *wanted)
    outsider.lap("installed by hash")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=outsider.variables) as server:
        assert server.stdout is not None
        outsider.variables["SCALESET_ARM_ENDPOINT"] = server.stdout.readline().split()[-1]
        outsider.variables["SCALESET_ARM_TOKEN"] = "T"
        outsider.variables["ARM_SUBSCRIPTION_ID"] = SUBSCRIPTION
        try:
            yield
        finally:
            server.terminate()


@pytest.mark.usefixtures("served")
def test_the_way_of_an_outsider(outsider: Outsider) -> None:
    """From the files of a release: install by hash, deploy under the pack, check, list, use the package from YAML."""
    outsider.run("scaleset-sim", "install-provider", "--home", outsider.variables["PULUMI_HOME"])
    pack = outsider.run("python3", "-m", "scaleset_policies").strip()
    outsider.run("pulumi", "stack", "init", "dev")
    outsider.run("pulumi", "up", "--yes", "--policy-pack", pack)
    ports = json.loads(outsider.run("pulumi", "stack", "output", "ssh", "--json"))
    assert sorted(ports) == ["web-0", "web-1"]
    outsider.lap("deployed under the pack")
    assert "SS" in outsider.run("scaleset", "check", "bad.json", expect=1)
    listed = json.loads(outsider.run("scaleset", "instances", "list", "-g", "shop", "-n", "web", "-o", "json"))
    assert sorted(each["name"] for each in listed) == ["web-0", "web-1"]
    outsider.lap("checked and listed")
    yaml = outsider.folder / "yaml"
    yaml.mkdir()
    (yaml / "Pulumi.yaml").write_text("name: other\nruntime: yaml\n")
    plugin = outsider.run("python3", "-m", "pulumi_azure_scaleset").strip()
    outsider.run("pulumi", "package", "add", plugin, where="yaml")
    assert "azure-scaleset" in (yaml / "Pulumi.yaml").read_text()
    schema = json.loads(outsider.run("pulumi", "package", "get-schema", plugin, where="yaml"))
    assert "azure-scaleset:index:ScaleSet" in schema["resources"]
    outsider.run("pulumi", "destroy", "--yes")
    outsider.lap("package added, stack destroyed")
    megabytes = sum(file.stat().st_size for file in outsider.release.iterdir()) / 1e6
    sys.stdout.write(f"The release has {megabytes:.1f} MB in {len(list(outsider.release.iterdir()))} files.\n")
    assert paths.ROOT.as_posix() not in json.dumps(outsider.run("pulumi", "stack", "export"))


NO_TABLES = [name for name in dist.PROJECTS if not name.endswith("-simulator")]
"""The distributions that are built without Azure's SDKs, which take minutes to download."""


@pytest.mark.parametrize("name", NO_TABLES)
def test_the_wheel_of_a_git_url_is_that_of_the_release(name: str, files: Path, tmp_path: Path) -> None:
    """Pip builds from the address of the repository, byte for byte, the wheel that `make dist` built."""
    folder = dist.PROJECTS[name].relative_to(paths.ROOT).as_posix()
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(paths.ROOT), str(clone)], check=True)
    changed = subprocess.run(["git", "stash", "create"], cwd=paths.ROOT, capture_output=True, text=True, check=True)
    if changed.stdout.strip():
        pytest.skip("the tree has changes that a clone lacks")
    address = f"git+{clone.as_uri()}#subdirectory={folder}"
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), address]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.read_bytes() == (files / wheel.name).read_bytes()
