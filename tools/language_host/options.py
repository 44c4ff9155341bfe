"""The `runtime.options` of a program, plugin or policy pack, read as the official host reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOOLCHAINS = ("pip", "poetry", "uv")
TYPECHECKERS = ("mypy", "pyright")
PLUGIN_VIRTUALENV = "venv"
"""Plugins never run in the surrounding Python: without a word on it, this is their environment."""


class RefusedError(Exception):
    """What the host does not do; the message is the user's."""


@dataclass(frozen=True)
class Options:
    """How a Python program, plugin or pack is run.

    Attributes:
        root: The directory of the YAML file.
        program: The directory of the program: root, or what `main` names.
        virtualenv: The virtual environment as it is written, relative to root; empty for none.
        toolchain: One of `TOOLCHAINS`; empty if it follows from the lock files.
        typechecker: One of `TYPECHECKERS`, or empty.
    """

    root: Path
    program: Path
    virtualenv: str = ""
    toolchain: str = ""
    typechecker: str = ""

    @property
    def virtualenv_path(self) -> Path | None:
        """The virtual environment's directory, if one is named."""
        return self.root / self.virtualenv if self.virtualenv else None


def parse(root: str, program: str, written: Mapping[str, Any], *, plugin: bool = False) -> Options:
    """Read the options.

    Args:
        root: The directory of the YAML file.
        program: The directory of the program.
        written: The options.
        plugin: Whether they are those of a plugin. A policy pack is none.

    Raises:
        RefusedError: A value is not one that the host knows.
    """
    virtualenv = _text(written, "virtualenv")
    typechecker = _one_of(TYPECHECKERS, written, "typechecker")
    toolchain = _one_of(TOOLCHAINS, written, "toolchain")
    if plugin and toolchain in {"", "pip"}:
        virtualenv = virtualenv or PLUGIN_VIRTUALENV
    return Options(Path(root), Path(program), virtualenv, toolchain, typechecker)


def _text(written: Mapping[str, Any], name: str) -> str:
    value = written.get(name, "")
    if not isinstance(value, str):
        msg = f"{name} option must be a string"
        raise RefusedError(msg)
    return value


def _one_of(known: tuple[str, ...], written: Mapping[str, Any], name: str) -> str:
    value = _text(written, name)
    if name in written and value not in known:
        msg = f"unsupported {name} option: {value} (expected {' or '.join(known)})"
        raise RefusedError(msg)
    return value
