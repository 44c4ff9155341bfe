"""The Containerfile: its shape, and its commands, run here; there is no container engine to build it with."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from support.templates import BAD

from devkit import dist, owner, paths

FILE = paths.ROOT / "Containerfile"
ENVIRONMENT = "/opt/scaleset"


def instructions() -> list[tuple[str, str]]:
    """The instructions in their order, with their arguments; continued lines are one."""
    text = re.sub(r"\\\n\s*", "", FILE.read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2].strip()) for line in lines]


def of(name: str) -> list[str]:
    """The arguments of each instruction of a name."""
    return [arguments for each, arguments in instructions() if each == name]


def test_two_stages_on_a_slim_python() -> None:
    """Both stages have the same base, pinned by its tag: the environment's Python is the image's."""
    first, second = of("FROM")
    assert first == f"{second} AS build"
    assert re.fullmatch(r"docker\.io/library/python:3\.\d+-slim", second)
    assert {each for each, _ in instructions()} <= {
        "FROM", "COPY", "RUN", "LABEL", "USER", "WORKDIR", "ENTRYPOINT", "CMD",
    }  # fmt: skip


def test_the_image_has_the_environment_alone_and_no_root() -> None:
    """The second stage takes the environment at its own place and nothing else, and runs as a user without rights."""
    assert of("COPY") == [
        "dist/*.whl dist/pulumi-azure-scaleset-policies.lock /wheels/",
        f"--from=build {ENVIRONMENT} {ENVIRONMENT}",
    ]
    (user,) = of("USER")
    assert int(user) > 1000
    assert f"--uid {user} " in of("RUN")[-1]
    after = [each for each, _ in instructions()]
    assert after.index("USER") < after.index("ENTRYPOINT")
    assert owner.load()["repository"] in of("LABEL")[0]


def test_only_wheels_and_locks_are_sent_to_the_build() -> None:
    """The build gets no other file of the repository, and takes what the locks have the hashes of."""
    assert "--require-hashes" in of("RUN")[1]
    assert (paths.ROOT / ".containerignore").read_text().split() == ["*", "!dist/*.whl", "!dist/*.lock"]


@pytest.mark.long
def test_the_commands_make_a_check(tmp_path: Path) -> None:
    """The first stage's commands, in another folder, leave an environment whose entry point finds a bad template."""
    wheels = tmp_path / "wheels"
    dist.build_release(wheels)
    environment = tmp_path / "scaleset"
    *commands, add_user = of("RUN")
    assert add_user.startswith("useradd ")
    for command in commands:
        words = shlex.split(command.replace(ENVIRONMENT, str(environment)).replace("/wheels", str(wheels)))
        words[0] = sys.executable if words[0] == "python" else words[0]
        subprocess.run(words, check=True, capture_output=True)
    assert not dist.packages(environment) & {"pip", "setuptools"}
    entry = [part.replace(ENVIRONMENT, str(environment)) for part in json.loads(of("ENTRYPOINT")[0])]
    work = tmp_path / "work"
    work.mkdir()
    (work / "main.json").write_text(json.dumps(BAD))
    done = subprocess.run(
        [*entry, *json.loads(of("CMD")[0])],
        cwd=work,
        env={"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "main.json" in done.stdout
