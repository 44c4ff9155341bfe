"""What happens before a program runs: its dependencies are installed, its types are checked."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping

from language_host.environments import Environment
from language_host.options import Options, RefusedError
from language_host.toolchains import Chunk, Toolchain
from language_host.toolchains.base import pyproject


def install(toolchain: Toolchain, *, plugin: bool) -> Iterator[Chunk]:
    """Make the environment with the dependencies, and for a plugin that is a package with the package itself.

    Raises:
        RefusedError: A step failed.
    """
    directory = toolchain.options.program
    content = pyproject(directory) if plugin else {}
    if content.get("project", {}).get("name") and content.get("build-system", {}).get("build-backend"):
        yield from toolchain.ensure()
        environment = toolchain.environment()
        command = [str(environment.python), "-m", "pip", "install", str(directory)]
        yield from toolchain.run("installing package", command, directory, **environment.activate(toolchain.variables))
    yield from toolchain.install()


def typecheck(options: Options, toolchain: Toolchain, environment: Environment, variables: Mapping[str, str]) -> None:
    """Run the type checker that the options name over the program.

    Raises:
        RefusedError: It is not installed, or it found something.
    """
    checker = options.typechecker
    if not checker:
        return
    if not any(name == checker for name, _ in toolchain.distributions(transitive=True)):
        if options.toolchain == "poetry":
            how = f"Please install it using `poetry add {checker}`."
        else:
            pip = f"{options.virtualenv}/bin/pip install -r requirements.txt"
            how = f"Please add an entry for {checker} to requirements.txt and run `{pip}`"
        msg = f"The typechecker option is set to {checker}, but {checker} is not installed. {how}"
        raise RefusedError(msg)
    excluded = []
    if checker == "mypy" and environment.virtualenv is not None:
        excluded = ["--exclude", os.path.relpath(environment.virtualenv, options.program)]
    done = subprocess.run(
        [environment.python, "-m", checker, *excluded, str(options.program)],
        cwd=options.program,
        env=environment.activate(variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        msg = f"{checker} failed: exit status {done.returncode}\n{done.stdout}"
        raise RefusedError(msg)
