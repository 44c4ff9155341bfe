"""The SDKs for TypeScript, Go and Python: generated from the golden schema, they compile, and so do programs on them.

That the programs deploy is in test_sdk_programs.py.
"""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
from pathlib import Path

import pytest
from package.toolchains import CONSUMERS, GO_FLAGS, compiler, go, run, typescript

from component_package import schema, sdk
from pulumi_azure_scaleset.provider.publication import GO_MODULE

pytestmark = [pytest.mark.engine, pytest.mark.long]


def test_typescript_is_typed(sdks: Path, node_modules: Path, tmp_path: Path) -> None:
    """The TypeScript SDK compiles, and checks a program: a misspelt argument or value is an error."""
    typescript(tmp_path, sdks, node_modules)
    program = tmp_path / "program" / "consumer.ts"
    sound, command = program.read_text(), compiler(node_modules)
    for right, mistake, told in (("scaleIn: true", "scaleInn: true", "scaleInn"), ('zone: "2"', 'zone: "4"', '"4"')):
        program.write_text(sound.replace(right, mistake))
        wrong = subprocess.run(command, cwd=program.parent, capture_output=True, text=True, check=False)
        assert wrong.returncode != 0
        assert told in wrong.stdout


def test_go_passes_vet(sdks: Path, tmp_path: Path) -> None:
    """`go vet` finds nothing in the Go SDK and in a program that uses it."""
    run("go", "vet", "./...", f"{GO_MODULE}/...", cwd=go(tmp_path, sdks), environment=GO_FLAGS)


def test_python_is_typed(python_sdk: Path, tmp_path: Path) -> None:
    """The Python SDK compiles and imports beside the library, and a program that uses it passes mypy."""
    assert compileall.compile_dir(python_sdk, quiet=1)
    imports = "import pulumi_azure_scaleset_sdk as sdk, pulumi_azure_scaleset as library\n"
    check = "assert issubclass(sdk.ScaleSet, object) and sdk.ScaleSet is not library.ScaleSet"
    path = os.pathsep.join([str(python_sdk), str(schema.FILE.parent)])
    run(sys.executable, "-c", imports + check, cwd=tmp_path, environment={"PYTHONPATH": path})
    (tmp_path / "mypy.ini").touch()
    # silent: what mypy says about the generated code itself is not shown to its users either
    mypy = [sys.executable, "-m", "mypy", "--follow-imports=silent", "--cache-dir", str(sdk.cache() / "mypy")]
    command = [*mypy, "--config-file", str(tmp_path / "mypy.ini"), str(CONSUMERS / "python" / "consumer.py")]
    run(*command, cwd=tmp_path, environment={"MYPYPATH": str(python_sdk)})
