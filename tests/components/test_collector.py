"""The pace of Python's cycle collector while a large set registers, and that the program gets its own back."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from pulumi_azure_scaleset.engine.gc_pace import LARGE, PACE, hold

OWN = (650, 9, 8)


@pytest.fixture(autouse=True)
def own_pace() -> Iterator[None]:
    """A program's own thresholds, and those of the test run afterwards."""
    before = gc.get_threshold()
    gc.set_threshold(*OWN)
    yield
    gc.enable()
    gc.set_threshold(*before)


def test_slow_until_released() -> None:
    """A large set slows the collector down, and its release gives back exactly what was there; once."""
    release = hold(LARGE)
    assert gc.get_threshold() == (PACE, *OWN[1:])
    release()
    assert gc.get_threshold() == OWN
    other = hold(LARGE)
    release()
    assert gc.get_threshold() == (PACE, *OWN[1:])
    other()
    assert gc.get_threshold() == OWN


def test_sets_side_by_side() -> None:
    """The program's pace returns with the last of several sets, whichever that is."""
    first, second = hold(LARGE), hold(LARGE)
    first()
    assert gc.get_threshold()[0] == PACE
    second()
    assert gc.get_threshold() == OWN


def test_small_sets_change_nothing() -> None:
    """A set of a few resources leaves the collector alone."""
    hold(LARGE - 1)
    assert gc.get_threshold() == OWN


@pytest.mark.parametrize("threshold", [0, PACE, PACE * 2])
def test_a_programs_slower_pace_stays(threshold: int) -> None:
    """A program that collects less often, or never (threshold 0), goes on as it does."""
    gc.set_threshold(threshold, 10, 10)
    hold(LARGE)()
    assert gc.get_threshold()[0] == threshold


def test_disabled_stays_disabled() -> None:
    """Where the collector is off nothing is changed, and it is not switched on."""
    gc.disable()
    hold(LARGE)
    assert not gc.isenabled()
    assert gc.get_threshold() == OWN


def test_a_programs_later_choice_stays() -> None:
    """A threshold that the program sets meanwhile is not overwritten by the release."""
    release = hold(LARGE)
    gc.set_threshold(123, 4, 5)
    release()
    assert gc.get_threshold() == (123, 4, 5)
