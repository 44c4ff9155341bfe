"""One thing that is wrong with a set of inputs."""

from __future__ import annotations

from typing import NamedTuple


class Failure(NamedTuple):
    """One thing wrong: the property's path and the reason for the user."""

    path: str
    reason: str
    unknown: bool = False
    """Whether it is only a property that the type does not have."""
