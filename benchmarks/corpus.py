"""``scaleset check`` beside Checkov on the corpus of the tests; writes ``docs/check-compared.md``.

    python -m benchmarks.corpus --checkov PATH    # the command of a virtual environment that has Checkov
    python -m benchmarks.corpus --install         # makes one in .scratch

Both read the same files, as a user would call them: one process for the whole folder. What is wrong with each file is
written down in the corpus (``tests/corpus``), from Azure's facts. A rule counts once in each situation.
"""

import argparse
import datetime
import importlib
import json
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.processes import Ended, run
from devkit import paths

PAGE: Final = paths.ROOT / "docs" / "check-compared.md"
_FRAMEWORKS: Final = ("arm", "terraform_plan")
_SCALESET: Final = str(paths.VENV_BIN / "scaleset")
SHARED: Final[Mapping[str, str]] = {
    "CKV_AZURE_9": "open-management-ports",
    "CKV_AZURE_10": "open-management-ports",
    "CKV_AZURE_49": "SS101",
    "CKV_AZURE_149": "SS101",
    "CKV_AZURE_178": "SS101",
    "CKV_AZURE_97": "SS102",
    "CKV_AZURE_95": "patching",
    "CKV_AZURE_177": "windows-automatic-updates",
    "CKV_AZURE_179": "SS132",
}
"""The fault that each of Checkov's rules about scale sets and their ports is about."""
_SAME: Final = {"SS126": "patching", "SS127": "patching"}
"""Checkov asks one question of both modes, whether Azure patches: two rules here."""


class CompareError(Exception):
    """A tool could not be run; the message is what it printed."""


@dataclass(frozen=True)
class Compared:
    """One situation, by the faults' names.

    Attributes:
        name: The situation.
        title: What it is.
        wrong: What is wrong.
        ours: What ``scaleset check`` found.
        checkov: What Checkov found of the shared faults; None if it does not read the format.
        others: Checkov's other findings.
    """

    name: str
    title: str
    wrong: frozenset[str]
    ours: frozenset[str]
    checkov: frozenset[str] | None
    others: tuple[str, ...] = ()

    @property
    def shared(self) -> frozenset[str]:
        """What is wrong and Checkov has a rule for."""
        return self.wrong & frozenset(SHARED.values())


def compare(checkov: str, rounds: int) -> str:
    """Run both tools over the corpus, and make the page.

    Args:
        checkov: Checkov's command.
        rounds: How often each tool is timed.

    Raises:
        CompareError: a tool did not end as it should.
    """
    catalogue, scoring, situation = _corpus()
    numbers = {number: name for name, number in situation.AWAITED.items() if number}
    with tempfile.TemporaryDirectory(prefix="corpus-") as directory:
        folder = Path(directory).resolve()
        for each in catalogue.SITUATIONS:
            scoring.write(each, folder / ("both" if each.framework else "ours"))
        both = str(folder / "both")
        mine = _timed([_SCALESET, "check", both, "-o", "json", "--fail-on", "never"], rounds)
        every = run([_SCALESET, "check", str(folder), "-o", "json", "--fail-on", "never"])
        theirs = _timed([checkov, "-d", both, "--framework", *_FRAMEWORKS, "-o", "json", "--quiet", "--soft-fail"], rounds)
        ours = _ours(every, numbers)
        found, others = _theirs(theirs[-1])
    version = run([checkov, "--version"]).out.strip()
    rows = [
        Compared(
            each.name,
            each.title,
            frozenset(_SAME.get(item.rule, numbers.get(item.rule, item.rule)) for item in each.wrong),
            frozenset(ours.get(each.name, ())),
            frozenset(found.get(each.name, ())) if each.framework else None,
            tuple(others.get(each.name, ())),
        )
        for each in catalogue.SITUATIONS
    ]
    return page(rows, {"scaleset check": mine, f"Checkov {version}": theirs}, sum(1 for each in rows if each.checkov is not None))


def _corpus() -> tuple[Any, Any, Any]:
    tests = str(paths.ROOT / "tests")
    if tests not in sys.path:
        sys.path.append(tests)
    names = ("catalogue", "scoring", "situation")
    first, second, third = (importlib.import_module(f"corpus.{name}") for name in names)
    return first, second, third


def _timed(command: Sequence[str], rounds: int) -> list[Ended]:
    ended = [run(command) for _ in range(rounds + 1)][1:]  # the first one compiles its imports
    if ended[-1].code != 0 or not ended[-1].out:
        raise CompareError(f"`{command[0]}` ended with {ended[-1].code}:\n{ended[-1].err}")
    return ended


def _ours(ended: Ended, numbers: Mapping[str, str]) -> dict[str, set[str]]:
    """The faults that ``scaleset check`` found, by situation."""
    found: dict[str, set[str]] = {}
    for each in json.loads(ended.out)["violations"]:
        name = Path(each["file"]).parent.name
        rule = each["rule"]
        found.setdefault(name, set()).add(_SAME.get(rule, numbers.get(rule, rule)))
    return found


def _theirs(ended: Ended) -> tuple[dict[str, set[str]], dict[str, list[str]]]:
    """The shared faults that Checkov found, and its other findings, by situation."""
    answer = json.loads(ended.out)
    found: dict[str, set[str]] = {}
    others: dict[str, list[str]] = {}
    for report in answer if isinstance(answer, list) else [answer]:
        for each in report["results"]["failed_checks"]:
            name, rule = Path(each["file_abs_path"]).parent.name, each["check_id"]
            if rule in SHARED:
                found.setdefault(name, set()).add(SHARED[rule])
            elif rule not in others.setdefault(name, []):
                others[name].append(rule)
    return found, others


def page(rows: Sequence[Compared], runs: Mapping[str, Sequence[Ended]], files: int) -> str:
    """The page with both tables.

    Args:
        rows: The situations.
        runs: The timed runs of each tool, by its name and version.
        files: The number of files in the timed runs.
    """
    tools = list(runs)
    read = [each for each in rows if each.checkov is not None]
    lines = [
        "# `scaleset check` beside Checkov",
        "",
        f"Written by `python -m benchmarks.corpus` on {datetime.datetime.now(datetime.UTC):%Y-%m-%d}, with {tools[1]}. "
        f"The corpus is {len(rows)} situations from public templates, plans and stacks, rebuilt in own words and values "
        "([tests/corpus](../tests/corpus)); each names where people write it. What is wrong with each was written down "
        "from Microsoft's pages before the first run.",
        "",
        "A rule counts once in each situation. Checkov is judged by the faults that it has a rule for; it does not read "
        "Pulumi's stacks, nor what Azure answers (-). Its CKV_AZURE_95 asks whether Azure patches the set: a hit wherever "
        "SS126 or SS127 finds so, and else a false alarm. Findings of its other rules are named, not judged. The faults "
        "were collected for this project's rules, so the first table says how far a general tool gets with scale sets, "
        "not which tool is better.",
        "",
        "| | faults | found | missed | false alarms | precision | recall |",
        "|---|---:|---:|---:|---:|---:|---:|",
        _total(f"{tools[0]}, all faults", [(each.wrong, each.ours) for each in rows]),
        _total(f"{tools[0]}, faults that both know", [(each.shared, each.ours & _known()) for each in read]),
        _total(f"{tools[1]}, faults that both know", [(each.shared, each.checkov or frozenset()) for each in read]),
        "",
        f"| the {files} files that both read, in one process | seconds | CPU seconds |",
        "|---|---:|---:|",
        *(
            f"| {name} | {statistics.median(each.wall for each in ended):.2f} | "
            f"{statistics.median(each.cpu for each in ended):.2f} |"
            for name, ended in runs.items()
        ),
        "",
        "| situation | faults | found | missed | false | known to Checkov | found | missed | false | its other findings |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---|",
        *(_row(each) for each in rows),
        "",
        "## What each missed, and false alarms",
        "",
        *(line for each in rows for line in _told(each)),
        "",
    ]
    return "\n".join(lines)


def _known() -> frozenset[str]:
    return frozenset(SHARED.values())


def _counts(wrong: frozenset[str], found: frozenset[str]) -> tuple[int, int, int, int]:
    return len(wrong), len(wrong & found), len(wrong - found), len(found - wrong)


def _total(name: str, pairs: Sequence[tuple[frozenset[str], frozenset[str]]]) -> str:
    total: Counter[int] = Counter()
    for pair in pairs:
        total.update(dict(enumerate(_counts(*pair))))
    wrong, hits, missed, false = (total[index] for index in range(4))
    precision = hits / (hits + false) if hits + false else 1
    recall = hits / wrong if wrong else 1
    return f"| {name} | {wrong} | {hits} | {missed} | {false} | {precision:.2f} | {recall:.2f} |"


def _row(each: Compared) -> str:
    mine = " | ".join(str(number) for number in _counts(each.wrong, each.ours))
    theirs = (
        "- | - | - | -"
        if each.checkov is None
        else " | ".join(str(number) for number in _counts(each.shared, each.checkov))
    )
    return f"| {each.name} | {mine} | {theirs} | {', '.join(each.others)} |"


def _told(each: Compared) -> list[str]:
    """What a tool missed in a situation or took for a fault; nothing if both did well."""
    lines = []
    checkov = each.checkov if each.checkov is not None else each.shared
    for tool, wrong, found in (("scaleset", each.wrong, each.ours), ("Checkov", each.shared, checkov)):
        parts = [
            f"{word} {', '.join(sorted(names))}"
            for word, names in (("missed", wrong - found), ("false alarm", found - wrong))
            if names
        ]
        if parts:
            lines.append(f"{tool} {'; '.join(parts)}")
    return [f"- **{each.name}** ({each.title}): {'. '.join(lines)}."] if lines else []


def _installed() -> str:
    """Checkov's command in a virtual environment of its own, which is made if it is not there."""
    folder = paths.SCRATCH / "checkov"
    command = folder / "bin" / "checkov"
    if not command.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", "checkov"], check=True)
    return str(command)


def main(argv: Sequence[str] | None = None) -> int:
    """Compare and write the page; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpus", description=__doc__.partition("\n\n")[0])
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--checkov", metavar="PATH", help="Checkov's command")
    given.add_argument("--install", action="store_true", help="install Checkov into .scratch/checkov")
    parser.add_argument("--rounds", type=int, default=3, help="how often each tool is timed")
    arguments = parser.parse_args(argv)
    try:
        text = compare(_installed() if arguments.install else arguments.checkov, arguments.rounds)
    except (CompareError, subprocess.CalledProcessError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    PAGE.write_text(text)
    print(f"written to {PAGE.relative_to(paths.ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
