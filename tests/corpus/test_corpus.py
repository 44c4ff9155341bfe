"""The corpus: on situations from public templates and plans the check finds what is wrong, and nothing else."""

import sys
from collections import Counter
from pathlib import Path

import pytest
from corpus.catalogue import SITUATIONS
from corpus.scoring import Score, check, score
from corpus.situation import Situation

from scaleset_policies.rule import Level
from scaleset_policies.rules import RULES

_MANDATORY = {rule.id for rule in RULES.values() if rule.level is Level.MANDATORY}


def _known(situation: Situation) -> list[str]:
    """The expected undecided rules that exist."""
    return sorted(each for each in situation.undecided if each.split()[0] in {rule.id for rule in RULES.values()})


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.name)
def test_what_is_wrong_is_found_and_nothing_else(situation: Situation, tmp_path: Path) -> None:
    """Each fault is found once, no finding is left over, and only what the input cannot tell is undecided."""
    outcome = check(situation, tmp_path)
    compared = score(situation.expected, outcome.found)
    assert not outcome.problems
    assert compared.misses == ()
    assert compared.false_alarms == ()
    assert list(outcome.undecided) == _known(situation)


def test_precision_and_recall(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Over the whole corpus both are 1; they are printed, of mandatory rules by themselves too."""
    total, mandatory = Score(), Score()
    for situation in SITUATIONS:
        outcome = check(situation, tmp_path)
        total += score(situation.expected, outcome.found)
        mandatory += score(
            [each for each in situation.expected if each.rule in _MANDATORY],
            [each for each in outcome.found if each.rule in _MANDATORY],
        )
    told = "".join(
        f"\n{name}: precision {each.precision:.3f}, recall {each.recall:.3f} "
        f"({len(each.hits)} faults found, {len(each.misses)} missed, {len(each.false_alarms)} false alarms)"
        for name, each in (("all rules", total), ("mandatory rules", mandatory))
    )
    with capsys.disabled():
        sys.stdout.write(told)
    assert (total.precision, total.recall) == (1.0, 1.0)


def test_the_corpus_is_as_wide_as_it_says() -> None:
    """At least 40 situations with different names, 10 of them with nothing mandatory wrong, in each format."""
    assert len(SITUATIONS) >= 40
    assert max(Counter(each.name for each in SITUATIONS).values()) == 1
    clean = [each for each in SITUATIONS if not any(fault.rule in _MANDATORY for fault in each.expected)]
    assert len(clean) >= 10
    assert {each.framework for each in SITUATIONS} == {"arm", "terraform_plan", ""}
