"""Paired samples: two programs by turns, so that a busy minute of the machine hits both."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.running import COMPONENT, HANDWRITTEN, Cost, Runner

MEASURES = ("cpu", "wall", "memory")


@dataclass(frozen=True)
class Pair:
    """One run of each program, one right after the other."""

    ours: Cost
    handwritten: Cost


@dataclass(frozen=True)
class Summary:
    """What several runs have in the middle and between.

    Attributes:
        median: The middle value.
        low: The smallest one.
        high: The largest one.
    """

    median: float
    low: float
    high: float


def summary(values: Sequence[float]) -> Summary:
    """Median and spread of at least one value."""
    return Summary(statistics.median(values), min(values), max(values))


def paired(run: Runner, instances: int, rounds: int, *, tell: Callable[[str], None] = lambda _: None) -> list[Pair]:
    """Run both programs ``rounds`` times; the one that goes first alternates.

    Args:
        run: Runs a program.
        instances: The number of instances.
        rounds: How many pairs.
        tell: Told how far it is.
    """
    pairs = []
    for number in range(rounds):
        order: list[Path] = [COMPONENT, HANDWRITTEN] if number % 2 == 0 else [HANDWRITTEN, COMPONENT]
        costs: dict[Path, Cost] = {}
        for program in order:
            tell(f"{instances} instances, round {number + 1} of {rounds}: {program.name}")
            costs[program] = run(program, instances)
        pairs.append(Pair(costs[COMPONENT], costs[HANDWRITTEN]))
    return pairs


def compared(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Medians, spreads and the ratio of each measure, ours to hand-written; ratios are of pairs, then the median."""
    result: dict[str, Any] = {"rounds": len(pairs)}
    for measure in MEASURES:
        ours = [float(getattr(pair.ours, measure)) for pair in pairs]
        theirs = [float(getattr(pair.handwritten, measure)) for pair in pairs]
        ratio = summary([a / b for a, b in zip(ours, theirs, strict=True)])
        result[f"{measure}_ratio"] = ratio.median
        result[measure] = {
            "ours": asdict(summary(ours)),
            "handwritten": asdict(summary(theirs)),
            "ratio": asdict(ratio),
        }
    return result


def alone(run: Runner, instances: int, rounds: int) -> dict[str, Any]:
    """Medians and spreads of our program only, for sizes at which the other one takes too long."""
    costs = [run(COMPONENT, instances) for _ in range(rounds)]
    measured = {m: {"ours": asdict(summary([float(getattr(c, m)) for c in costs]))} for m in MEASURES}
    return {"rounds": rounds, **measured}
