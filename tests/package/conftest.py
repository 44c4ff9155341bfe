"""The generated SDKs and what they are compiled with, made once for each test process.

What they need is downloaded once for each pin into the user's cache: the Go modules (shared with the generator), and
the npm packages that `typescript/package-lock.json` lists.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import sys
from pathlib import Path

import pytest
from package.toolchains import run

from component_package import schema, sdk
from devkit import paths

LOCKED = Path(__file__).parent / "typescript"


@pytest.fixture(scope="session")
def sdks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the SDKs; it takes half a minute when the generator has to be built."""
    if shutil.which("go") is None:
        pytest.skip("Go is not installed, and the SDK generator is a Go program")
    directory = tmp_path_factory.mktemp("sdks")
    sdk.generate(schema.FILE, directory)
    return directory


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The npm packages that the TypeScript SDK is compiled with, in the user's cache."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed, and the TypeScript compiler comes from there")
    digest = hashlib.sha256((LOCKED / "package-lock.json").read_bytes()).hexdigest()[:16]
    directory = sdk.cache() / f"typescript-{digest}"
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory / "complete").exists():
            for name in ("package.json", "package-lock.json"):
                shutil.copy(LOCKED / name, directory)
            run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=directory)
            (directory / "complete").touch()
    return directory / "node_modules"


@pytest.fixture(scope="session")
def python_sdk(sdks: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that the Python SDK is installed to."""
    target = tmp_path_factory.mktemp("python-sdk")
    install = [str(paths.VENV_BIN / "uv"), "pip", "install", "--quiet", "--no-deps", "--python", sys.executable]
    run(*install, "--target", str(target), str(sdks / "python"), cwd=target)
    return target
