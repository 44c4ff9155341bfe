"""docs/mutation.md: how many of the changes a test notices, and which none does."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from devkit import paths
from mutation.areas import AREAS
from mutation.operators import Mutant

FILE = paths.ROOT / "docs" / "mutation.md"
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
WANTED = 85
"""The share of changes that tests notice, in percent, in each area."""
Tried = Sequence[tuple[Mutant, str]]

_HEAD = """\
# Mutation testing

`make mutants` makes small changes to the code, one at a time, and runs the tests that cover the changed line: does one
fail? That command writes this page, from a sample of at most {sample} of each area, seed {seed}.
`make mutants ARGS="rules --sample 300 --seed 2"` tries others, `--all` every one.

A change reverses a comparison, adds one to a number, negates a truth value or a condition, removes a statement or a
returned value, writes `and` for `or`, or changes a string that is a value (not in messages). Tests that need the Pulumi
engine, and the long ones, are left out. A change that only they would notice counts as survived.

| Area | Changes | Tried | Noticed | No difference | Survived | Score |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""


def equivalents() -> Mapping[str, str]:
    """The changes after which the code does the same, each with why."""
    return {key: str(why) for key, why in tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).items()}


def written(whole: Mapping[str, int], tried: Mapping[str, Tried], seed: int) -> tuple[str, bool]:
    """The page, and whether each area has the share that is wanted."""
    same = equivalents()
    rows, lists, enough = [], [], True
    for name, some in tried.items():
        survived = [each for each, test in some if not test and each.key not in same]
        none = [each for each, test in some if not test and each.key in same]
        noticed = len(some) - len(survived) - len(none)
        score = 100 * noticed / max(1, noticed + len(survived))
        enough = enough and score >= WANTED
        numbers = (whole[name], len(some), noticed, len(none), len(survived))
        rows.append(f"| {name}: {AREAS[name].title} | {' | '.join(map(str, numbers))} | {score:.0f} % |")
        lists += _listed(name, survived, none, same)
    size = max(len(some) for some in tried.values())
    return _HEAD.format(sample=size, seed=seed) + "\n".join([*rows, *lists]) + "\n", enough


def _listed(name: str, survived: Sequence[Mutant], none: Sequence[Mutant], same: Mapping[str, str]) -> list[str]:
    text = []
    if survived:
        text += ["", f"## {name}: survived", "", *(f"- {_shown(each)}" for each in survived)]
    if none:
        text += ["", f"## {name}: no difference", "", *(f"- {_shown(each)}: {same[each.key]}" for each in none)]
    return text


def _shown(mutant: Mutant) -> str:
    file = mutant.file.partition("/")[2].partition("/")[2] or mutant.file
    return f"`{file}` {mutant.scope}: `{mutant.change.replace('`', '')}`"
