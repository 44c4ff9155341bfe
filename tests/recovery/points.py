"""The points at which a process is killed."""

from __future__ import annotations

from collections.abc import Iterator

from recovery.killing import Point

SAMPLE = (
    Point("Flexible", "up", "engine", 12),
    Point("Flexible", "up", "provider", 10),
    Point("Flexible", "update", "simulator", 6),
    Point("Flexible", "destroy", "engine", 3),
    Point("Uniform", "up", "provider", 4),
    Point("Uniform", "update", "engine", 2),
)


def more_points() -> Iterator[Point]:
    """The points of the long run."""
    for victim in ("engine", "provider", "simulator"):
        writes = (1, 3, 6, 9, 12, 15) if victim == "engine" else (2, 9, 12, 15)
        yield from (Point("Flexible", "up", victim, write) for write in writes)
        yield from (Point("Flexible", "up", victim, 15, lost=True), Point("Uniform", "up", victim, 8, lost=True))
        yield from (Point("Flexible", "update", victim, write) for write in (1, 4, 5, 9))
        yield from (Point("Flexible", "destroy", victim, write) for write in (1, 5, 9))
        yield from (Point("Uniform", "up", victim, write) for write in (1, 6, 8))
        yield from (Point("Uniform", "update", victim, 5), Point("Uniform", "destroy", victim, 2))
    for victim in ("program", "language host"):
        for mode in ("Flexible", "Uniform"):
            yield from (Point(mode, "up", victim, 4), Point(mode, "update", victim, 1))
    for victim in ("engine", "simulator"):
        yield Point("Flexible", "destroy", victim, 6, then="up")
        yield Point("Uniform", "destroy", victim, 3, then="up")
    for victim in ("engine", "provider"):
        yield from (Point(mode, "up", victim, 5, then="destroy") for mode in ("Flexible", "Uniform"))


POINTS = tuple(dict.fromkeys(each for each in more_points() if each not in SAMPLE))
