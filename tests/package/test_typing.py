"""What type checkers say of programs: nothing about sound ones, and every mistake of others."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from component_package import sdk
from devkit import paths
from pulumi_azure_scaleset import ScaleSet, ScaleSetArgsError

PROGRAMS = Path(__file__).parent / "typing"
RIGHT, WRONG = PROGRAMS / "right.py", PROGRAMS / "wrong.py"
LIBRARIES = [str(paths.ROOT / "components"), str(paths.ROOT / "components" / "core")]
EXAMPLES = [paths.ROOT / "__main__.py", *sorted((paths.ROOT / "examples").glob("*/__main__.py"))]
FOUND = re.compile(r"^[^:\n]*?(\w+\.py):(\d+)(?::\d+)?: error: ", re.MULTILINE)


def mypy(directory: Path, files: list[Path]) -> set[tuple[str, int]]:
    """The lines in which `mypy --strict` finds mistakes."""
    (directory / "mypy.ini").write_text("[mypy]\nstrict = true\n")
    command = [sys.executable, "-m", "mypy", "--config-file", str(directory / "mypy.ini"), "--no-error-summary"]
    command += ["--cache-dir", str(sdk.cache() / "mypy-programs"), *map(str, files)]
    variables = {**os.environ, "MYPYPATH": os.pathsep.join([*LIBRARIES, str(paths.ROOT / "examples" / "fleet")])}
    done = subprocess.run(command, cwd=directory, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    sys.stdout.write(done.stdout)
    return {(file, int(line)) for file, line in FOUND.findall(done.stdout)}


def pyright(directory: Path, files: list[Path]) -> set[tuple[str, int]]:
    """The lines in which pyright finds mistakes, by its default rules.

    It is basedpyright's copy, which comes with its own Node and downloads nothing.
    """
    settings = {"include": [str(file) for file in files], "extraPaths": LIBRARIES, "typeCheckingMode": "standard"}
    (directory / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable, "-p", "."]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] == len(files)
    sys.stdout.write(done.stdout)
    return {
        (Path(each["file"]).name, each["range"]["start"]["line"] + 1)
        for each in report["generalDiagnostics"]
        if each["severity"] == "error"
    }


def marked() -> set[tuple[str, int]]:
    """Where the program with mistakes says that there is one."""
    lines = enumerate(WRONG.read_text().splitlines(), 1)
    return {(WRONG.name, number) for number, line in lines if "# wrong: " in line}


@pytest.mark.long
def test_mypy_finds_every_mistake_and_nothing_else(tmp_path: Path) -> None:
    """Errors are where the program says so; there are none in the sound one, in the demo and in the examples."""
    assert len(EXAMPLES) > 8
    files = [RIGHT, WRONG]
    for program in EXAMPLES:
        # One run for all, since each loads azure-native: no two modules may be called __main__.
        files.append(tmp_path / f"{program.parent.name.replace('-', '_')}_program.py")
        shutil.copy(program, files[-1])
    assert len(marked()) == 20
    assert mypy(tmp_path, files) == marked()


@pytest.mark.slow
def test_pyright_finds_every_mistake_and_nothing_else(tmp_path: Path) -> None:
    """Errors are where the program says so, and there are none in the sound one."""
    assert pyright(tmp_path, [RIGHT, WRONG]) == marked()


def test_what_is_typed_runs() -> None:
    """The program in which type checkers find nothing makes all of its sets."""
    command = [sys.executable, str(PROGRAMS / "mocked.py"), str(RIGHT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == {"web", "shop", "more", "most", "scaled", "read"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "args: there are none: pass a dict of arguments, or keywords"),
        ({"args": {}, "instances": 3}, "args: a dict is given, and instances by keyword"),
        ({"args": None}, "args: got None"),
        ({"vm_sise": "x"}, "vm_sise: there is no such argument; did you mean 'vm_size'?"),
        ({"instances": 3}, "resource_group_name: it is required"),
    ],
)
def test_arguments_are_written_in_one_of_two_ways(arguments: dict[str, Any], told: str) -> None:
    """A dict or keywords: both at once and neither are refused, and keywords are checked as a dict is."""
    with pytest.raises(ScaleSetArgsError) as caught:
        ScaleSet("web", **arguments)
    assert told in str(caught.value)
