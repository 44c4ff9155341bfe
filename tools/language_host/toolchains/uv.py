"""uv, with a `pyproject.toml`."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from language_host.environments import Environment, is_virtualenv
from language_host.options import Options, RefusedError
from language_host.toolchains.base import Chunk, Toolchain, above, locked, pyproject, said, version_of

LOWEST = (0, 4, 26)
NO_WORKSPACE_SINCE = (0, 8, 0)
NOT_INSTALLED = "Could not find `uv` executable.\nInstall uv and make sure it is in your PATH."


class Uv(Toolchain):
    """`toolchain: uv`, or a `uv.lock`."""

    def __init__(self, options: Options, variables: Mapping[str, str]) -> None:
        super().__init__(options, variables)
        self.uv = self.tool("uv", NOT_INSTALLED)
        self.directory = options.virtualenv_path or self._default()
        printed = subprocess.run([self.uv, "--version"], capture_output=True, text=True, check=False).stdout
        self.version = version_of(printed, r"uv (\d+(?:\.\d+)+)", LOWEST, "uv")

    def environment(self) -> Environment:
        """The environment, brought up to date with the project first, as `uv run` does."""
        program = self.options.program
        if above(program, "pyproject.toml"):
            self._check_project()
            for _ in self._uv("error creating virtual environment", "sync", "--inexact"):
                pass  # what it prints is in the error
        return Environment(self.directory / "bin" / "python", self.directory)

    def validate(self) -> None:  # noqa: D102 - as in the base class
        if not is_virtualenv(self.directory):
            msg = f"'{self.directory}' is not a virtualenv"
            raise RefusedError(msg)

    def ensure(self) -> Iterator[Chunk]:  # noqa: D102
        if not is_virtualenv(self.directory):
            made = "error creating virtual environment"
            yield from self._uv(made, "venv", "--quiet", "--allow-existing", str(self.directory))

    def install(self) -> Iterator[Chunk]:  # noqa: D102
        if above(self.options.program, "uv.lock") is None:
            yield from self._prepare()
        self._check_project()
        yield from self._uv("error installing dependencies", "sync")

    def distributions(self, *, transitive: bool) -> list[tuple[str, str]]:  # noqa: D102
        return locked(self.options.program, "uv.lock", transitive=transitive)

    def _default(self) -> Path:
        """Beside the nearest lock or project file, or with the program."""
        program = self.options.program
        place = above(program, "uv.lock") or above(program, "pyproject.toml") or program
        return place / self.variables.get("UV_PROJECT_ENVIRONMENT", ".venv")

    def _uv(self, what: str, *arguments: str, directory: Path | None = None) -> Iterator[Chunk]:
        place = directory or self.options.program
        return self.run(what, [self.uv, *arguments], place, UV_PROJECT_ENVIRONMENT=str(self.directory))

    def _check_project(self) -> None:
        program = self.options.program
        place = above(program, "pyproject.toml")
        if above(program, "uv.lock") is None and place is not None and "project" not in pyproject(place):
            msg = (
                f"{place / 'pyproject.toml'} is missing a [project] section, which uv needs to install dependencies; "
                "add one with a name and dependencies"
            )
            raise RefusedError(msg)

    def _prepare(self) -> Iterator[Chunk]:
        """Make a project file where there is none; the requirements become its dependencies."""
        program = self.options.program
        if above(program, "pyproject.toml") is not None:
            return
        written = above(program, "requirements.txt")
        name = _project_name(program)
        naming = ["--name", name] if name else []
        what = "error preparing project: error initializing python project"
        yield from self._uv(
            what, "init", "--bare", "--no-package", "--no-pin-python", *naming, directory=written or program
        )
        if written is None:
            return
        file = written / "requirements.txt"
        alone = ["--no-workspace"] if self.version >= NO_WORKSPACE_SINCE else []
        what = "error preparing project: error installing dependencies from requirements.txt"
        yield from self._uv(what, "add", "--no-sync", "-r", str(file), *alone, directory=written)
        file.unlink()
        yield said("Deleted requirements.txt, dependencies for this project are tracked in pyproject.toml")


def _project_name(program: Path) -> str:
    place = above(program, "Pulumi.yaml")
    content = yaml.safe_load((place / "Pulumi.yaml").read_text()) if place else None
    return str(content.get("name") or "") if isinstance(content, dict) else ""
