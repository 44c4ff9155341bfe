"""The SDKs for TypeScript, Go and Python: generated from the golden schema, and programs that use them compile.

What they need is downloaded once for each pin into the user's cache: the Go modules (shared with the generator), and
the npm packages that `typescript/package-lock.json` lists.
"""

from __future__ import annotations

import compileall
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from harness import WorkspaceFactory
from package.azure_group import make_group

from component_package import schema, sdk
from devkit import paths
from devkit.environment import Azure

pytestmark = pytest.mark.engine

HERE = Path(__file__).parent
CONSUMERS = HERE / "consumers"
PASSWORD = "C0rrect-Horse-Battery"
LOCKED = HERE / "typescript"
GO_MODULE = "example.com/pulumi-azure-scaleset/sdk/go"
COMPILER = {
    "strict": True,
    "noEmit": True,
    "skipLibCheck": True,
    "target": "ES2022",
    "module": "commonjs",
    "types": ["node"],
    "baseUrl": ".",
    "paths": {"@pulumi/azure-scaleset": ["sdk/bin"]},
}
GO_FLAGS = "-mod=mod -trimpath -buildvcs=false"
"""As the generator is built, so that both use the same compiled packages."""


@pytest.fixture(scope="module")
def sdks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the SDKs; it takes half a minute when the generator has to be built."""
    if shutil.which("go") is None:
        pytest.skip("Go is not installed, and the SDK generator is a Go program")
    directory = tmp_path_factory.mktemp("sdks")
    sdk.generate(schema.FILE, directory)
    return directory


@pytest.fixture(scope="module")
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
            _run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=directory)
            (directory / "complete").touch()
    return directory / "node_modules"


def test_typescript_compiles(sdks: Path, node_modules: Path, tmp_path: Path) -> None:
    """The TypeScript SDK compiles, and a program is checked against its types: a misspelt argument is an error."""
    (tmp_path / "node_modules").symlink_to(node_modules)
    package = shutil.copytree(sdks / "nodejs", tmp_path / "sdk")
    tsc = ["node", str(node_modules / "typescript" / "bin" / "tsc")]
    _run(*tsc, "-p", ".", cwd=package)
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": COMPILER, "files": ["consumer.ts"]}))
    program = (CONSUMERS / "consumer.ts").read_text()
    (tmp_path / "consumer.ts").write_text(program)
    _run(*tsc, "-p", ".", cwd=tmp_path)
    (tmp_path / "consumer.ts").write_text(program.replace("scaleIn: true", "scaleInn: true"))
    wrong = subprocess.run([*tsc, "-p", "."], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert wrong.returncode != 0
    assert "scaleInn" in wrong.stdout


def test_go_passes_vet(sdks: Path, tmp_path: Path) -> None:
    """`go vet` finds nothing in the Go SDK and in a program that uses it."""
    package = shutil.copytree(sdks / "go", tmp_path / "sdk")
    program = tmp_path / "program"
    program.mkdir()
    shutil.copy(CONSUMERS / "main.go", program)
    # The generator's own pins: they have Pulumi's Go SDK with everything that it needs.
    for name in ("go.mod", "go.sum"):
        shutil.copy(sdk.MODULE / name, program)
    edits = ["-module=program", "-droprequire=github.com/pulumi/pulumi/pkg/v3", f"-require={GO_MODULE}@v0.0.0"]
    _run("go", "mod", "edit", *edits, f"-replace={GO_MODULE}={package}", cwd=program)
    environment = {"GOFLAGS": GO_FLAGS}
    _run("go", "vet", "./...", f"{GO_MODULE}/...", cwd=program, environment=environment)


@pytest.fixture(scope="module")
def python_sdk(sdks: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that the Python SDK is installed to."""
    target = tmp_path_factory.mktemp("python-sdk")
    install = [str(paths.VENV_BIN / "uv"), "pip", "install", "--quiet", "--no-deps", "--python", sys.executable]
    _run(*install, "--target", str(target), str(sdks / "python"), cwd=target)
    return target


def test_python_is_typed(python_sdk: Path, tmp_path: Path) -> None:
    """The Python SDK compiles and imports beside the library, and a program that uses it passes mypy."""
    assert compileall.compile_dir(python_sdk, quiet=1)
    imports = "import pulumi_azure_scaleset_sdk as sdk, pulumi_azure_scaleset as library\n"
    check = "assert issubclass(sdk.ScaleSet, object) and sdk.ScaleSet is not library.ScaleSet"
    path = os.pathsep.join([str(python_sdk), str(schema.FILE.parent)])
    _run(sys.executable, "-c", imports + check, cwd=tmp_path, environment={"PYTHONPATH": path})
    (tmp_path / "mypy.ini").touch()
    # silent: what mypy says about the generated code itself is not shown to its users either
    mypy = [sys.executable, "-m", "mypy", "--follow-imports=silent", "--cache-dir", str(sdk.cache() / "mypy")]
    command = [*mypy, "--config-file", str(tmp_path / "mypy.ini"), str(CONSUMERS / "consumer.py")]
    _run(*command, cwd=tmp_path, environment={"MYPYPATH": str(python_sdk)})


def test_python_program_runs(python_sdk: Path, workspace_factory: WorkspaceFactory, azure: Azure) -> None:
    """A Python program on the generated SDK deploys on the engine through the package, and its secret stays secret."""
    make_group(azure, "rg")
    program = (CONSUMERS / "consumer.py").read_text()
    stack = workspace_factory(f"import sys\nsys.path.insert(0, {str(python_sdk)!r})\n{program}")
    project = yaml.safe_load((stack.directory / "Pulumi.yaml").read_text())
    project["packages"] = {"azure-scaleset": str(schema.FILE.parent)}
    (stack.directory / "Pulumi.yaml").write_text(yaml.safe_dump(project))
    stack.set_secret("adminPassword", PASSWORD)
    result = stack.up({"azure-native:location": "westeurope"})
    assert set(stack.outputs()["ssh"]) == {"web-0", "web-1"}
    assert PASSWORD not in result.text + json.dumps(stack.stack_export())
    assert stack.preview().ops() == []


def _run(*command: str, cwd: Path, environment: Mapping[str, str] | None = None) -> None:
    variables = {**os.environ, **(environment or {})}
    done = subprocess.run(command, cwd=cwd, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"`{' '.join(command)}` failed:\n{done.stdout}{done.stderr}"
