"""Two verdicts on the same arguments: the component's, and that of the simulator, which is independent of it.

If the component accepts them, the simulator accepts every resource of the plan. If it refuses them by a fact of Azure
(a rule of the mode table, or a problem between arguments), Azure refuses them as well. Reasons that only one side can
have are listed, each with its reason, in :mod:`support.verdicts`.

``SCALESET_EXPLORE=50`` draws fifty times the examples, from another seed each time.
"""

from __future__ import annotations

import os
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from support.azure_world import Refusal, World
from support.disagreements import SETTLED, Settled
from support.scale_set_args import THEMES, base, merged, scale_sets
from support.verdicts import (
    CLIENT_REASONS,
    ONLY_AZURE_KNOWS,
    REFUSED_HERE_ONLY,
    REFUSED_THERE_ONLY,
    Verdict,
    only_azure_knows,
    verdict,
)

from scaleset_core.modes import (
    RULES,
    Mode,
    PropertyRule,
    Severity,
    Subject,
    rules_for,
)

EXAMPLES = 140
EXPLORE = int(os.environ.get("SCALESET_EXPLORE", "0"))
GENERATED = [(mode, theme) for mode in ("Flexible", "Uniform") for theme in (*THEMES, "everything")]


@pytest.fixture(scope="module")
def world() -> World:
    """One simulated subscription; each deployment is rolled back."""
    return World()


def disagreement(ours: Verdict, theirs: Refusal | None) -> str:
    """What the two verdicts disagree about, or ``""``."""
    if ours.accepted and theirs is not None:
        excused = ours.warnings & REFUSED_THERE_ONLY.keys() or only_azure_knows(theirs.code, theirs.message)
        return "" if excused else f"accepted here, refused there: {theirs}"
    if not ours.accepted and ours.azure_refuses and theirs is None:
        return f"refused here, accepted there: {ours.message}"
    return ""


def judge(world: World, args: dict[str, Any], seen: Counter[str]) -> None:
    """Hold the two verdicts on ``args`` against each other.

    Raises:
        AssertionError: They disagree.
    """
    ours = verdict(args)
    if ours.plan is None:
        assert not ours.accepted, ours.message
        seen["no model holds them"] += 1
        return
    if not ours.accepted and not ours.azure_refuses:
        seen["the component's own reasons"] += 1
        return
    seen["accepted" if ours.accepted else "refused"] += 1
    problem = disagreement(ours, world.deploy(ours.plan))
    assert not problem, f"{problem}\n{args}"


@pytest.mark.parametrize(
    ("mode", "theme"),
    [
        pytest.param(mode, theme, id=f"{mode}-{theme}", marks=() if theme == "everything" else pytest.mark.slow)
        for mode, theme in GENERATED
    ],
)
def test_both_sides_agree_on_generated_arguments(world: World, mode: str, theme: str) -> None:
    """On 140 generated sets of each mode and theme the two verdicts agree, and both verdicts really occur."""
    seen: Counter[str] = Counter()
    chosen = int.from_bytes(os.urandom(4), "big") if EXPLORE else zlib.crc32(f"{mode}/{theme}".encode())

    @seed(chosen)
    @settings(
        max_examples=EXAMPLES * max(1, EXPLORE),
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(scale_sets(mode, theme))
    def hold(args: dict[str, Any]) -> None:
        judge(world, args, seen)

    hold()
    total = seen.total()
    assert total >= EXAMPLES
    # Which sets are generated depends on the modules that are loaded: hypothesis takes constants from them.
    assert seen["accepted"] >= total / 20, seen
    assert seen["refused"] >= total / 20, seen


def test_a_rule_that_is_missing_is_noticed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one rule of the table the generated arguments show a disagreement: the comparison is not blind."""
    missing = "platform_fault_domain_count"

    def without(mode: Mode, subject: Subject = Subject.SCALE_SET) -> Iterator[PropertyRule]:
        return (entry for entry in rules_for(mode, subject) if entry.argument != missing)

    monkeypatch.setattr("pulumi_azure_scaleset.compile.rules_for", without)
    monkeypatch.setattr(f"{__name__}.EXAMPLES", 5 * EXAMPLES)
    with pytest.raises(AssertionError, match="accepted here, refused there: scaleSet: InvalidParameter"):
        test_both_sides_agree_on_generated_arguments(world, "Flexible", "placement")


def test_there_are_two_thousand_examples() -> None:
    """The tests above look at 2,000 sets of arguments at least."""
    assert len(GENERATED) * EXAMPLES >= 2000


@pytest.mark.parametrize("case", SETTLED.values(), ids=list(SETTLED))
def test_a_settled_disagreement_stays_settled(world: World, case: Settled) -> None:
    """What the two sides once disagreed about has one verdict now, and it is the one that was decided."""
    args = merged(base(case.mode, case.kind, windows=case.windows), case.args)
    ours = verdict(args)
    assert ours.accepted == case.accepted, ours.message
    if case.rule:
        assert case.rule in ours.rules, ours.message
    if ours.plan is None:
        assert case.no_model
        return
    refusal = world.deploy(ours.plan)
    assert (refusal is None) == case.azure_accepts, refusal


def test_exceptions_name_rules_that_exist() -> None:
    """A rule that only one side enforces is in the mode table, with the severity that its list says."""
    assert {RULES[name].severity for name in REFUSED_HERE_ONLY} == {Severity.ERROR}
    assert {RULES[name].severity for name in REFUSED_THERE_ONLY} == {Severity.WARNING}
    assert all([*REFUSED_HERE_ONLY.values(), *REFUSED_THERE_ONLY.values()])
    assert all([*CLIENT_REASONS.values(), *ONLY_AZURE_KNOWS.values()])
