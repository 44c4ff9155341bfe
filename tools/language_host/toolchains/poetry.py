"""poetry, which keeps the environment itself."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from language_host.environments import Environment, is_virtualenv
from language_host.options import Options, RefusedError
from language_host.toolchains.base import Chunk, Toolchain, above, locked, version_of

LOWEST = (1, 8, 0)
NOT_INSTALLED = (
    "Could not find `poetry` executable.\n"
    "Install poetry and make sure it is in your PATH, or set the toolchain option in Pulumi.yaml to `pip`."
)


class Poetry(Toolchain):
    """`toolchain: poetry`, or a `poetry.lock`."""

    def __init__(self, options: Options, variables: Mapping[str, str]) -> None:
        super().__init__(options, variables)
        self.poetry = self.tool("poetry", NOT_INSTALLED)
        version_of(self._ask("--version", "--no-ansi", "--no-plugins"), r"\(version (\d+(?:\.\d+)+)", LOWEST, "poetry")

    def environment(self) -> Environment:  # noqa: D102 - as in the base class
        directory = self._directory()
        if directory is None:
            msg = "failed to get venv path: poetry has no environment for this project; run `pulumi install`"
            raise RefusedError(msg)
        return Environment(directory / "bin" / "python", directory)

    def validate(self) -> None:  # noqa: D102
        directory = self.environment().virtualenv
        if directory is None or not is_virtualenv(directory):
            msg = f"'{directory}' is not a virtualenv"
            raise RefusedError(msg)

    def ensure(self) -> Iterator[Chunk]:  # noqa: D102
        if self._directory() is None:
            yield from self.install()

    def install(self) -> Iterator[Chunk]:  # noqa: D102
        program = self.options.program
        if above(program, "pyproject.toml") is None:
            msg = (
                f"error preparing project: {program} has no pyproject.toml, which poetry needs; "
                "the official host would make one from requirements.txt"
            )
            raise RefusedError(msg)
        yield from self.run("poetry install failed", [self.poetry, "install", "--no-ansi"], program)

    def distributions(self, *, transitive: bool) -> list[tuple[str, str]]:  # noqa: D102
        return locked(self.options.program, "poetry.lock", transitive=transitive)

    def _directory(self) -> Path | None:
        told = self._ask("env", "info", "--path").strip()
        return Path(told) if told else None

    def _ask(self, *arguments: str) -> str:
        command = [self.poetry, *arguments]
        variables, program = dict(self.variables), self.options.program
        return subprocess.run(command, cwd=program, env=variables, capture_output=True, text=True, check=False).stdout
