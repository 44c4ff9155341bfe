"""What the check finds in a situation, and how that compares with what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from corpus.situation import Finding, Situation

from scaleset_policies.checking import Options, check_paths
from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.report import Report

PARAMETERS = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"


@dataclass(frozen=True, slots=True)
class Score:
    """How a tool did, in one situation or in all.

    Attributes:
        hits: Faults that it found.
        misses: Faults that it did not find.
        false_alarms: What it found that is no fault.
    """

    hits: tuple[Finding, ...] = ()
    misses: tuple[Finding, ...] = ()
    false_alarms: tuple[Finding, ...] = ()

    def __add__(self, other: "Score") -> "Score":
        return Score(self.hits + other.hits, self.misses + other.misses, self.false_alarms + other.false_alarms)

    @property
    def precision(self) -> float:
        """The share of what was found that is a fault; 1 if nothing was found."""
        found = len(self.hits) + len(self.false_alarms)
        return len(self.hits) / found if found else 1.0

    @property
    def recall(self) -> float:
        """The share of the faults that was found; 1 if there are none."""
        faults = len(self.hits) + len(self.misses)
        return len(self.hits) / faults if faults else 1.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the check said of one situation.

    Attributes:
        found: Its findings.
        undecided: The rules that it could not decide, as ``"SS107 web"``.
        problems: What it could not read, and rules that failed.
    """

    found: tuple[Finding, ...]
    undecided: tuple[str, ...]
    problems: tuple[str, ...]


def write(situation: Situation, folder: Path) -> Path:
    """The situation as a file in a separate folder, with its parameter file beside it."""
    below = folder / situation.name
    below.mkdir(parents=True, exist_ok=True)
    file = below / "main.json"
    file.write_text(situation.text)
    if situation.beside:
        values = {name: {"value": value} for name, value in situation.beside.items()}
        beside = Situation(
            name=situation.name,
            title="",
            seen="",
            content={"$schema": PARAMETERS, "contentVersion": "1.0.0.0", "parameters": values},
        )
        (below / "main.parameters.json").write_text(beside.text)
    return file


def check(situation: Situation, folder: Path) -> Outcome:
    """The check of the situation's file, in process.

    Args:
        situation: The situation.
        folder: Where to write it.
    """
    results = check_paths([str(write(situation, folder))], Options())
    reports = [each.report for each in results.files]
    return Outcome(
        tuple(sorted(_findings(reports))),
        tuple(sorted(f"{each.rule.id} {each.resource.name}" for report in reports for each in report.undecided)),
        (*_problems(results.errors), *(each.message for report in reports for each in report.failures)),
    )


def _findings(reports: Iterable[Report]) -> Iterable[Finding]:
    return {Finding(each.rule.id, each.resource.name, each.path) for report in reports for each in report.violations}


def _problems(errors: Iterable[UnreadableError]) -> Iterable[str]:
    return (each.message for each in errors)


def score(expected: Iterable[Finding], found: Iterable[Finding]) -> Score:
    """Each fault is found by one finding at most; what is left over is a miss or a false alarm."""
    left = list(found)
    hits, misses = [], []
    for fault in expected:
        match = next((each for each in left if fault.fits(each)), None)
        if match is None:
            misses.append(fault)
        else:
            left.remove(match)
            hits.append(fault)
    return Score(tuple(hits), tuple(misses), tuple(left))
