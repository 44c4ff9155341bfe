"""pip, with a virtual environment or in the surrounding Python."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from language_host.environments import Environment, is_virtualenv, not_found, surrounding
from language_host.options import RefusedError
from language_host.toolchains.base import Chunk, Toolchain, said

MORE = "https://www.pulumi.com/docs/intro/languages/python/#virtual-environments"


class Pip(Toolchain):
    """`toolchain: pip`, which is also the default."""

    def environment(self) -> Environment:  # noqa: D102 - as in the base class
        directory = self.options.virtualenv_path
        if directory is None:
            return surrounding(self.variables)
        return Environment(directory / "bin" / "python", directory)

    def validate(self) -> None:  # noqa: D102
        directory = self.options.virtualenv_path
        if directory is not None and not is_virtualenv(directory):
            raise RefusedError(missing(self.options.virtualenv, directory))

    def ensure(self) -> Iterator[Chunk]:  # noqa: D102
        directory = self.options.virtualenv_path
        if directory is None or is_virtualenv(directory):
            return
        if directory.exists() and not directory.is_dir():
            msg = f"the 'virtualenv' option in Pulumi.yaml is set to \"{directory}\" but it is not a directory"
            raise RefusedError(msg)
        # A directory with something else in it stays as it is; what is to run in it is refused then.
        if not directory.exists() or not any(directory.iterdir()):
            yield from self.install()

    def install(self) -> Iterator[Chunk]:  # noqa: D102
        directory, program = self.options.virtualenv_path, self.options.program
        if directory is not None:
            yield said("Creating virtual environment...")
            python = str(surrounding(self.variables).python)
            made = f"creating virtual environment at '{directory}'"
            yield from self.run(made, [python, "-m", "venv", str(directory)], program)
            yield said("Finished creating virtual environment")
        environment = self.environment()
        pip = [str(environment.python), "-m", "pip", "install"]
        active = environment.activate(self.variables)
        yield said("Updating pip, setuptools, and wheel in virtual environment...")
        tools = [*pip, "--upgrade", "pip", "setuptools", "wheel"]
        yield from self.run("updating pip, setuptools, and wheel", tools, program, **active)
        yield said("Finished updating")
        if not (program / "requirements.txt").exists():
            return
        yield said("Installing dependencies in virtual environment...")
        yield from self.run("installing dependencies", [*pip, "-r", "requirements.txt"], program, **active)
        yield said("Finished installing dependencies")

    def distributions(self, *, transitive: bool) -> list[tuple[str, str]]:  # noqa: D102
        environment = self.environment()
        # The official host asks the environment's pip. Its list is read here from the files, which takes a tenth of the
        # time; an environment without Python or pip is refused as there.
        listing = f"calling `{environment.python} -m pip list --format json{'' if transitive else ' --not-required'}`"
        if not environment.python.exists():
            msg = f"{listing}: {not_found(environment.python)}"
            raise RefusedError(msg)
        everything = environment.distributions(transitive=True)
        if not any(name == "pip" for name, _ in everything):
            msg = f"{listing}: exit status 1 (there is no pip in this environment)"
            raise RefusedError(msg)
        return everything if transitive else environment.distributions(transitive=False)


def missing(written: str, directory: Path) -> str:
    """The error about a virtual environment that is not one.

    Args:
        written: The option.
        directory: The directory that it means.
    """
    state = "doesn't appear to be a virtual environment" if directory.exists() else "doesn't exist"
    python = directory / "bin" / "python"
    problem = f'The \'virtualenv\' option in Pulumi.yaml is set to "{written}", but "{directory}" {state}'
    return "\n".join(
        [
            f"{problem}; to make it with its dependencies, run these commands:",
            "",
            f"    1. python3 -m venv {directory}",
            f"    2. {python} -m pip install --upgrade pip setuptools wheel",
            f"    3. {python} -m pip install -r requirements.txt",
            "",
            f"or `pulumi install`. See {MORE}",
        ]
    )
