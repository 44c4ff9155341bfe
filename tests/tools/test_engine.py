"""Which engine is used, what it gets from the surroundings, and what set-up says when it can't go on."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from harness import EngineRuntime

from devkit import engine, launchers, paths
from devkit.environment import Azure, pulumi_variables


def executable(directory: Path, name: str, text: str = "exit 0") -> Path:
    """An executable shell script in a directory, which is made."""
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def test_installed_pulumi_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `pulumi` on PATH with its language host beside it is used, and nothing is built or put in front of PATH."""
    pulumi = executable(tmp_path, "pulumi")
    executable(tmp_path, "pulumi-language-python")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("SCALESET_ENGINE", raising=False)
    monkeypatch.setattr(engine, "build", lambda: pytest.fail("built an engine"))
    assert engine.ensure() == engine.Engine(pulumi=pulumi, pinned=False, path=())


def test_language_host_is_found_through_a_symbolic_link(tmp_path: Path) -> None:
    """Package managers link `pulumi` into a bin directory; its host is beside the link's target."""
    target = executable(tmp_path / "cellar", "pulumi")
    executable(tmp_path / "cellar", "pulumi-language-python")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pulumi").symlink_to(target)
    found = engine.find_installed(str(tmp_path / "bin"))
    assert found is not None
    assert found.pulumi == tmp_path / "bin" / "pulumi"


def test_pulumi_without_python_host_is_not_used(tmp_path: Path) -> None:
    """A `pulumi` that can't run Python programs is no engine for this repository."""
    executable(tmp_path, "pulumi")
    assert engine.find_installed(str(tmp_path)) is None


def test_own_build_is_not_an_installation() -> None:
    """The pinned build, on PATH after `make env`, is not taken for an installed Pulumi."""
    assert engine.find_installed(str(paths.ENGINE_BIN)) is None


def test_without_pulumi_and_go_the_error_says_how_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine with neither, the message has the official install line."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("SCALESET_ENGINE", raising=False)
    with pytest.raises(engine.EngineError, match=r"(?s)Install Pulumi.*get\.pulumi\.com \| sh.*Go 1\.\d+"):
        engine.ensure()


def test_unknown_choice_is_an_error() -> None:
    """A misspelt SCALESET_ENGINE is named, with what was expected."""
    with pytest.raises(engine.EngineError, match="'offical'; expected `installed`, `pinned` or nothing"):
        engine.ensure("offical")


def test_failed_build_is_an_error_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When Go fails, the message says so, and the next attempt does not take the remains for an engine."""
    executable(tmp_path / "bin", "go", 'case "$1" in env) echo go1.99 linux amd64;; *) exit 7;; esac')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for _ in range(2):
        with pytest.raises(engine.EngineError, match="go build` of pulumi failed with exit code 7"):
            engine.build()
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.name in engine.PROGRAMS]


def test_build_is_cached_and_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine is compiled once with the pinned version; a second build and a second link compile nothing."""
    log = tmp_path / "log"
    compiler = f'echo "$@" >> {log}; while [ "$1" != -o ]; do shift; done; echo built > "$2"'
    executable(tmp_path / "bin", "go", f'case "$1" in env) echo go1.99;; *) {compiler};; esac')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(paths, "ENGINE_BIN", tmp_path / "engine")
    directory = engine.build()
    assert engine.build() == directory
    builds = log.read_text().splitlines()
    assert len(builds) == len(engine.PROGRAMS)
    assert all("-mod=readonly" in line and f"version.Version={engine.pinned_version()}" in line for line in builds)
    for _ in range(2):
        engine.link(directory)
    assert sorted(file.name for file in (tmp_path / "engine").iterdir()) == sorted(engine.PROGRAMS)


def test_cache_depends_on_the_pin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another pinned module, or another Go, is another engine."""
    before = engine.cache_directory("go1.26")
    assert engine.cache_directory("go1.27") != before
    monkeypatch.setattr(paths, "ENGINE_MODULE", tmp_path)
    (tmp_path / "go.mod").write_text("module engine\n")
    (tmp_path / "go.sum").write_text("")
    assert engine.cache_directory("go1.26") != before


@pytest.mark.smoke
@pytest.mark.engine
def test_pinned_engine_says_its_version(engine_runtime: EngineRuntime) -> None:
    """The engine under test is the release that the Go module pins, unless an installed Pulumi is used."""
    said = subprocess.run([engine_runtime.engine.pulumi, "version"], capture_output=True, text=True, check=True).stdout
    if engine_runtime.engine.pinned:
        assert said.strip().removeprefix("v") == engine.pinned_version()
    else:
        assert said.strip().removeprefix("v")[0].isdigit()


def test_real_login_and_cloud_never_reach_the_engine(tmp_path: Path) -> None:
    """Variables of a developer's own Pulumi and Azure are left out; home, states and cloud are the given ones."""
    mine = {"PATH": "/bin", "PULUMI_ACCESS_TOKEN": "pul-1", "PULUMI_STACK": "prod", "ARM_CLIENT_SECRET": "s"}
    mine |= {"AZURE_CONFIG_DIR": "/home/me/.azure", "HOME": "/home/me"}
    used = engine.Engine(pulumi=Path("/x/pulumi"), pinned=True, path=(Path("/x"),))
    azure = Azure("http://127.0.0.1:1", "t", "sub")
    variables = pulumi_variables(used, home=tmp_path / "home", backend=tmp_path / "b", azure=azure, base=mine)
    assert not {"PULUMI_ACCESS_TOKEN", "PULUMI_STACK", "ARM_CLIENT_SECRET", "AZURE_CONFIG_DIR"} & set(variables)
    assert variables["HOME"] == "/home/me"
    assert variables["PATH"].split(":")[0] == "/x"
    assert variables["PULUMI_HOME"] == str(tmp_path / "home")
    assert variables["PULUMI_BACKEND_URL"] == f"file://{tmp_path}/b"
    assert variables["ARM_SUBSCRIPTION_ID"] == "sub"


def test_provider_goes_into_the_given_home_only(tmp_path: Path) -> None:
    """The stand-in provider is a plugin of one Pulumi home, under the version that the installed SDK asks for."""
    provider = launchers.install_provider(tmp_path)
    assert provider.parent.name == f"resource-azure-native-v{launchers.provider_version()}"
    assert launchers.provider_version().count(".") == 2
    before = provider.stat().st_mtime_ns
    launchers.install_provider(tmp_path)
    assert provider.stat().st_mtime_ns == before


@pytest.fixture
def bootstrap() -> ModuleType:
    """The first part of set-up, a script without imports of ours."""
    spec = importlib.util.spec_from_file_location("bootstrap", paths.ROOT / "tools" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_old_python_is_refused(
    bootstrap: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older Python gets a message that says which one is needed and how to name it."""
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    assert bootstrap.main() == 1
    message = capsys.readouterr().err
    assert "Python 3.11 or later is needed and this is 3.10.4" in message
    assert "make PYTHON=" in message


def test_installation_is_repeated_only_when_its_inputs_change(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once installed nothing is done, until the lock file, pyproject.toml or the installer changes."""
    lock = tmp_path / "requirements.lock"
    lock.write_text("a==1\n")
    done: list[str] = []
    monkeypatch.setattr(bootstrap, "INPUTS", (lock,))
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(bootstrap, "make_venv", lambda: done.append("venv"))
    monkeypatch.setattr(bootstrap, "install", lambda: done.append("install"))
    assert [bootstrap.main(), bootstrap.main()] == [0, 0]
    assert done == ["venv", "install"]
    lock.write_text("a==2\n")
    assert bootstrap.main() == 0
    assert done == ["venv", "install"] * 2


def test_failed_installation_is_not_taken_for_done(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """When a step fails, the step is named and the next run tries again."""

    def fail() -> None:
        raise subprocess.CalledProcessError(2, ["pip", "install"])

    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(bootstrap, "make_venv", lambda: None)
    monkeypatch.setattr(bootstrap, "install", fail)
    assert bootstrap.main() == 1
    assert "`pip install` ended with exit code 2" in capsys.readouterr().err
    assert not (tmp_path / "stamp").exists()
