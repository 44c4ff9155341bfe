"""What makes and finds the environment of a program: pip, uv or poetry."""

from __future__ import annotations

from collections.abc import Mapping

from language_host.options import Options
from language_host.toolchains.base import Chunk, Toolchain, above
from language_host.toolchains.pip import Pip
from language_host.toolchains.poetry import Poetry
from language_host.toolchains.uv import Uv

__all__ = ["Chunk", "Toolchain", "choose"]


def choose(options: Options, variables: Mapping[str, str]) -> Toolchain:
    """The toolchain that the options name, or else that of the nearest lock file, or else pip.

    Raises:
        RefusedError: The toolchain is not installed, or too old.
    """
    named = options.toolchain
    if not named:
        locks = {"uv": "uv.lock", "poetry": "poetry.lock"}
        named = next((name for name, lock in locks.items() if above(options.program, lock)), "pip")
    if named == "uv":
        return Uv(options, variables)
    return Poetry(options, variables) if named == "poetry" else Pip(options, variables)
