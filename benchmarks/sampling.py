"""Paired samples: two candidates in alternation, so that a busy minute of the machine affects both."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol, TypeVar

Candidate = TypeVar("Candidate")


class Spent(Protocol):
    """The cost of one run: numbers by name."""

    @property
    def cpu(self) -> float:
        """Seconds of CPU."""

    @property
    def wall(self) -> float:
        """Seconds by the clock."""


Cost = TypeVar("Cost", bound=Spent)


@dataclass(frozen=True)
class Summary:
    """Median and spread of several runs.

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


def taken(values: Sequence[float]) -> dict[str, float]:
    """Median and spread in the form of the results."""
    return asdict(summary(values))


def alternated(
    run: Callable[[Candidate], Cost],
    candidates: Mapping[str, Candidate],
    rounds: int,
    *,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, list[Cost]]:
    """Run all candidates ``rounds`` times in turn; the first one alternates.

    Args:
        run: Runs one and returns its cost.
        candidates: What is run, by the name under which its costs are returned.
        rounds: How often.
        tell: Called with the progress.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in candidates}
    for number in range(rounds):
        names = list(candidates) if number % 2 == 0 else list(candidates)[::-1]
        for name in names:
            tell(f"round {number + 1} of {rounds}: {name}")
            costs[name].append(run(candidates[name]))
    return costs


def compared(costs: Mapping[str, Sequence[Spent]], measures: Sequence[str], reference: str) -> dict[str, Any]:
    """Medians and spreads of each measure, and its ratio to the reference if that ran.

    Args:
        costs: The costs of all rounds under ``ours``, and under ``reference`` if it ran.
        measures: The names of the measures.
        reference: The candidate that ours is compared with.

    Returns:
        ``rounds``, and for each measure the summaries by candidate; with a reference also ``<measure>_ratio``, the
        median of the ratios of the single rounds, and their summary under ``ratio``.
    """
    result: dict[str, Any] = {"rounds": len(costs["ours"])}
    for measure in measures:
        values = {name: [float(getattr(cost, measure)) for cost in found] for name, found in costs.items()}
        result[measure] = {name: taken(found) for name, found in values.items()}
        if reference in values:
            ratio = taken([a / b for a, b in zip(values["ours"], values[reference], strict=True)])
            result[f"{measure}_ratio"] = ratio["median"]
            result[measure]["ratio"] = ratio
    return result
