"""The page that puts the check beside Checkov: what counts as found, missed and false."""

from benchmarks.corpus import Compared, page
from benchmarks.processes import Ended

_RUN = [Ended(cpu=1.0, wall=2.0, code=0, out="", err="")]


def _page(*rows: Compared) -> str:
    return page(rows, {"ours": _RUN, "other 1.0": _RUN})


def test_checkov_is_judged_by_the_faults_that_it_has_a_rule_for() -> None:
    """SS016 is none of Checkov's; of the two that both know it found one, and took a third for a fault."""
    wrong = frozenset({"SS016", "SS101", "SS102"})
    text = _page(Compared("a", "A set", wrong, wrong, frozenset({"SS101", "SS160"}), ("CKV_AZURE_50",)))
    assert "| ours, all faults | 3 | 3 | 0 | 0 | 1.00 | 1.00 |" in text
    assert "| other 1.0, faults that both know | 2 | 1 | 1 | 1 | 0.50 | 0.50 |" in text
    assert "| a | 3 | 3 | 0 | 0 | 2 | 1 | 1 | 1 | CKV_AZURE_50 |" in text
    assert "- **a** (A set): Checkov missed SS102; false alarm SS160." in text


def test_our_own_misses_are_told_too() -> None:
    """A fault that the check does not find and a finding that is none are in both tables, and named."""
    text = _page(Compared("b", "A stack", frozenset({"SS016"}), frozenset({"SS035"}), None))
    assert "| ours, all faults | 1 | 0 | 1 | 1 | 0.00 | 0.00 |" in text
    assert "| b | 1 | 0 | 1 | 1 | - | - | - | - |  |" in text
    assert "- **b** (A stack): scaleset missed SS016; false alarm SS035." in text
