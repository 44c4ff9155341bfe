"""The folder installs the official toolchain's way: with pip, from the requirements beside PulumiPlugin.yaml."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from component_package import requirements, schema, sdk
from devkit import paths

COMPONENTS = paths.ROOT / "components"
OFFLINE = ("NewConnectionError", "NameResolutionError", "ProxyError", "ConnectTimeoutError")


@pytest.fixture(scope="module")
def installed() -> Path:
    """An interpreter that has the requirements and nothing else, kept for as long as they stay the same."""
    key = requirements.FILE.read_bytes() + sys.version.encode()
    directory = sdk.cache() / f"venv-{hashlib.sha256(key).hexdigest()[:16]}"
    directory.parent.mkdir(parents=True, exist_ok=True)
    python = directory / "bin" / "python"
    with directory.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory / "complete").exists():
            shutil.rmtree(directory, ignore_errors=True)
            venv.create(directory, with_pip=True)
            _install(python)
            (directory / "complete").touch()
    return python


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The folder as `pulumi package add` fetches it: somewhere else, without the repository around it."""
    return shutil.copytree(COMPONENTS, tmp_path / "components", ignore=shutil.ignore_patterns("__pycache__", "venv"))


@pytest.fixture
def port(installed: Path, copy: Path) -> Iterator[int]:
    """The port of the provider that runs from the copied folder."""
    # -P and -I are not for this: the toolchain starts `python FOLDER ENGINE`.
    command = [str(installed), str(copy), "127.0.0.1:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=copy, env={}) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def test_requirements_are_in_step_with_the_lock() -> None:
    """requirements.txt has the lock's pins and hashes of all that the library requires, and of nothing else."""
    assert requirements.FILE.read_text() == requirements.expected(), "run `python -m component_package`"
    assert set(requirements.pins(requirements.FILE.read_text())) >= {"pulumi", "pulumi-azure-native", "pydantic"}


def test_plugin_file_names_the_toolchain() -> None:
    """PulumiPlugin.yaml has the CLI install requirements.txt with pip into a virtual environment in the folder."""
    plugin = yaml.safe_load((COMPONENTS / "PulumiPlugin.yaml").read_text())
    assert plugin["runtime"] == {"name": "python", "options": {"toolchain": "pip", "virtualenv": "venv"}}
    assert "/venv/" in (COMPONENTS / ".gitignore").read_text().splitlines()


@pytest.mark.engine
def test_serves_from_a_fresh_environment(port: int) -> None:
    """With the requirements alone, and without the distribution, the folder serves the golden schema."""
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub: Any = provider_pb2_grpc.ResourceProviderStub(channel)
        served = stub.GetSchema(provider_pb2.GetSchemaRequest()).schema
    assert schema.normal(json.loads(served)) == schema.FILE.read_text()


def _install(python: Path) -> None:
    # --no-compile: half of the time is for bytecode of azure-native, which the provider never imports.
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    done = subprocess.run([*command, "-r", str(requirements.FILE)], capture_output=True, text=True, check=False)
    if done.returncode != 0 and any(sign in done.stderr for sign in OFFLINE):
        pytest.skip("the package index can't be reached, and the requirements have not been installed before")
    assert done.returncode == 0, done.stderr
