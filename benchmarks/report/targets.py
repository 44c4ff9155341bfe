"""What the project promises about speed, and whether a run of the benchmarks kept it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.running import Operation

Results = Mapping[str, Any]
_NEW = Operation.NEW.label


@dataclass(frozen=True)
class Target:
    """A promise.

    Attributes:
        title: What is promised, with its size.
        limit: The largest value that meets it.
        unit: Of the limit and the value; ``""`` for a ratio.
        value: Takes the value from the results; None where it was not measured.
    """

    title: str
    limit: float
    unit: str
    value: Callable[[Results], float | None]


@dataclass(frozen=True)
class Verdict:
    """A promise and its measured value.

    Attributes:
        target: The promise.
        value: The measured value; None if it was not measured.
    """

    target: Target
    value: float | None

    @property
    def met(self) -> bool | None:
        """Whether it was kept; None if it was not measured."""
        return None if self.value is None else self.value <= self.target.limit


def _one(results: Results, part: str, **wanted: Any) -> Mapping[str, Any] | None:
    """The result of ``part`` whose members are ``wanted``."""
    found: Sequence[Mapping[str, Any]] = results.get(part, ())
    return next((each for each in found if all(each.get(name) == value for name, value in wanted.items())), None)


def _registration(results: Results, instances: int) -> Mapping[str, Any] | None:
    return _one(results, "registration", engine="monitor", operation=_NEW, instances=instances)


def _ratio(measure: str, instances: int) -> Callable[[Results], float | None]:
    def value(results: Results) -> float | None:
        found = _registration(results, instances)
        return None if found is None else found.get(f"{measure}_ratio")

    return value


def _growth(results: Results) -> float | None:
    small, large = (_registration(results, instances) for instances in (100, 1000))
    if small is None or large is None:
        return None
    return float(large["cpu"]["ours"]["median"] / small["cpu"]["ours"]["median"])


def _median(part: str, measure: str, **wanted: Any) -> Callable[[Results], float | None]:
    def value(results: Results) -> float | None:
        found = _one(results, part, **wanted)
        return None if found is None else float(found[measure]["median"])

    return value


def _package_import(results: Results) -> float | None:
    found = _one(results, "imports", name="package")
    return None if found is None else float(found["cpu_ratio"])


def _large_check(results: Results) -> float | None:
    large = [each for each in results.get("check", ()) if each["resources"] >= 4000]  # noqa: PLR2004 - the promise
    return float(large[0]["wall"]["median"]) if large else None


def _slowest_help(results: Results) -> float | None:
    found = [each["cpu"]["median"] for each in results.get("commands", ())]
    return max(found, default=None)


def _minute(results: Results) -> float | None:
    found = [each["ratio"] for each in results.get("restart", ()) if each["instances"] >= 1000]  # noqa: PLR2004 - as said
    return max(found, default=None)


TARGETS: Sequence[Target] = (
    Target("Registration, new stack, 100 instances: CPU, ours / by hand", 0.20, "", _ratio("cpu", 100)),
    Target("Registration, new stack, 400 instances: CPU, ours / by hand", 0.18, "", _ratio("cpu", 400)),
    Target("Registration, new stack, 400 instances: memory, ours / by hand", 0.30, "", _ratio("memory", 400)),
    Target("Registration, new stack: our CPU at 1,000 instances / at 100", 11, "", _growth),
    Target(
        "Policies, 400 instances: CPU a resource over an empty pack",
        3,
        "ms",
        _median("policies", "extra_ms", instances=400),
    ),
    Target("Import: `ScaleSet` / `import pulumi`, CPU", 1.15, "", _package_import),
    Target("`scaleset --help`, wall", 0.4, "s", _median("commands", "wall", name="--help")),
    Target("`--help` of the slowest subcommand, CPU", 0.25, "s", _slowest_help),
    Target("`scaleset check` of 4,000 resources, wall", 2, "s", _large_check),
    Target(
        "Restart of 1,000 instances: fan-out / ideal",
        1.3,
        "",
        _median("operations", "ratio", operation="restart", instances=1000),
    ),
    Target("Restart of 1,000 machines that takes Azure a minute: wall / ideal, both modes", 1.2, "", _minute),
    *(
        Target(
            f"List of 1,000 instances, {mode}: CPU",
            0.6,
            "s",
            _median("operations", "cpu", operation=operation, instances=1000),
        )
        for mode, operation in (("Flexible", "inventory"), ("Uniform", "inventory, Uniform"))
    ),
)


def verdicts(results: Results) -> Iterator[Verdict]:
    """Every promise, compared with the results."""
    for target in TARGETS:
        yield Verdict(target, target.value(results))
