"""What the toolchains have in common."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from language_host.children import output_of
from language_host.environments import Environment, normal
from language_host.options import Options, RefusedError

Chunk = tuple[str, bytes]
"""A piece of output: the stream (`stdout`, `stderr`), and what is written to it."""


class Toolchain(ABC):
    """One way to make and find the environment of a program.

    Args:
        options: The options of the program.
        variables: The environment of the host.
    """

    def __init__(self, options: Options, variables: Mapping[str, str]) -> None:
        self.options = options
        self.variables = variables

    @abstractmethod
    def environment(self) -> Environment:
        """The environment; it may be missing.

        Raises:
            RefusedError: It can't be found.
        """

    @abstractmethod
    def validate(self) -> None:
        """Look whether the environment is there.

        Raises:
            RefusedError: It is not; the message says how to make it.
        """

    @abstractmethod
    def ensure(self) -> Iterator[Chunk]:
        """Make the environment if there is none; yields what is printed.

        Raises:
            RefusedError: It could not be made.
        """

    @abstractmethod
    def install(self) -> Iterator[Chunk]:
        """Make the environment with the program's dependencies, as `pulumi install` does; yields what is printed.

        Raises:
            RefusedError: A step failed.
        """

    @abstractmethod
    def distributions(self, *, transitive: bool) -> list[tuple[str, str]]:
        """Names and versions of the installed distributions; without `transitive` those that are asked for.

        Raises:
            RefusedError: They can't be listed.
        """

    def run(self, what: str, command: Sequence[str], directory: Path, **more: str) -> Iterator[Chunk]:
        """Run a step of an installation; yields what it prints.

        Args:
            what: What it is for, for the error.
            command: The program and its arguments.
            directory: Its working directory.
            more: Further environment variables.

        Raises:
            RefusedError: It failed.
        """
        with subprocess.Popen(
            command,
            cwd=directory,
            env={**self.variables, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            told = b""
            for stream, chunk in output_of(process):
                told += chunk if stream == "stderr" else b""
                yield stream, chunk
            status = process.wait()
        if status != 0:
            said = told.decode(errors="replace").strip()
            msg = f"{what} via '{' '.join(command)}': exit status {status}" + (f": {said}" if said else "")
            raise RefusedError(msg)

    def tool(self, name: str, missing: str) -> str:
        """The path of an executable.

        Raises:
            RefusedError: It is not on PATH; `missing` is the message.
        """
        found = shutil.which(name, path=self.variables.get("PATH", os.defpath))
        if found is None:
            raise RefusedError(missing)
        return found


def said(text: str) -> Chunk:
    """A line of the toolchain's own."""
    return "stdout", f"{text}\n".encode()


def above(directory: Path, name: str) -> Path | None:
    """The nearest directory, from the given one up, that has a file of this name."""
    return next((each for each in (directory, *directory.parents) if (each / name).exists()), None)


def version_of(text: str, pattern: str, lowest: tuple[int, ...], tool: str) -> tuple[int, ...]:
    """The version in what a tool printed.

    Raises:
        RefusedError: There is none, or it is lower than `lowest`.
    """
    found = re.search(pattern, text)
    if found is None:
        msg = f"unexpected output from `{tool} --version`: {text.strip()!r}"
        raise RefusedError(msg)
    version = tuple(int(number) for number in found[1].split("."))
    if version < lowest:
        least = ".".join(map(str, lowest))
        msg = f"{tool} version {found[1]} is less than the minimum required version {least}"
        raise RefusedError(msg)
    return version


def pyproject(directory: Path) -> dict[str, Any]:
    """The content of a directory's `pyproject.toml`; empty if there is none.

    Raises:
        RefusedError: It is not TOML.
    """
    try:
        return tomllib.loads((directory / "pyproject.toml").read_text())
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        msg = f"parsing pyproject.toml: unmarshaling pyproject.toml: {error}"
        raise RefusedError(msg) from error


def locked(directory: Path, name: str, *, transitive: bool) -> list[tuple[str, str]]:
    """The distributions in the nearest lock file.

    Raises:
        RefusedError: There is none.
    """
    place = above(directory, name)
    if place is None:
        msg = f"could not find {name}: file does not exist"
        raise RefusedError(msg)
    entries = tomllib.loads((place / name).read_text()).get("package", [])
    real = [each for each in entries if not each.get("source", {}).get("virtual") and each.get("version")]
    found = sorted((normal(each["name"]), each["version"]) for each in real)
    if transitive:
        return found
    content = pyproject(place)
    asked = content.get("project", {}).get("dependencies", [])
    names = [*asked, *content.get("tool", {}).get("poetry", {}).get("dependencies", {})]
    direct = {normal(match[0]) for each in names if (match := re.match(r"[A-Za-z0-9._-]+", each))}
    return [each for each in found if each[0] in direct]
