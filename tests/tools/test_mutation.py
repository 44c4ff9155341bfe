"""The tool that changes code: which changes it makes, what it leaves alone, how it samples, and that it notices."""

from __future__ import annotations

import types
from pathlib import Path

import pytest

from devkit import paths
from mutation import forks, page
from mutation.areas import AREAS, sample
from mutation.lines import Lines, merged
from mutation.operators import Mutant, mutants

SOURCE = '''
"""A docstring with a number, 3."""
from typing import Annotated

LIMIT = 10
NAMES: tuple[str, ...] = ("one", "two words", "https://page")


def check(value: int | None, low: int = 1) -> bool:
    """Says whether 5 is right."""
    if value is None or value < low:
        raise ValueError("text " + "short")
    print("done")
    return value in (1, LIMIT) and not value
'''


@pytest.fixture
def found(tmp_path: Path) -> list[Mutant]:
    """The changes of the source above."""
    file = tmp_path / "code.py"
    file.write_text(SOURCE.strip())
    return mutants(file, tmp_path)


def test_these_are_the_changes(found: list[Mutant]) -> None:
    """Each kind of change, and none of docstrings, types, messages, words for people and sources."""
    assert [each.change for each in found] == [
        "10 -> 11",
        "10 -> 9",
        "'one' -> 'one~'",
        "1 -> 2",
        "1 -> 0",
        "if value is None or value < low -> if True",
        "if value is None or value < low -> if False",
        "value is None or value < low -> value is None and value < low",
        "value is None -> value is not None",
        "value < low -> value <= low",
        "raise ValueError('text ' + 'short') -> pass",
        "print('done') -> pass",
        "'done' -> 'done~'",
        "return value in (1, LIMIT) and (not value) -> return None",
        "value in (1, LIMIT) and (not value) -> value in (1, LIMIT) or not value",
        "value in (1, LIMIT) -> value not in (1, LIMIT)",
        "1 -> 2 (#2)",
        "1 -> 0 (#2)",
        "not value -> value",
    ]
    assert [each.inside for each in found] == [False] * 5 + [True] * 14
    assert {each.scope for each in found} == {"", "check"}
    assert len({each.key for each in found}) == len(found)


def test_a_change_is_in_the_function_that_is_there(found: list[Mutant], tmp_path: Path) -> None:
    """The function gets the changed code, and only that changes."""
    file = str(tmp_path / "code.py")
    space: dict[str, object] = {}
    exec(compile(Path(file).read_text(), file, "exec", dont_inherit=True), space)
    check = space["check"]
    assert isinstance(check, types.FunctionType)
    code = check.__code__
    functions = {(file, code.co_firstlineno, code.co_qualname): [check]}
    less = next(each for each in found if each.change == "value < low -> value <= low")
    assert forks.put_in(less.tree, file, functions)
    with pytest.raises(ValueError, match="text short"):
        check(1)
    constant = next(each for each in found if each.change == "10 -> 11")
    check.__code__ = code
    assert not forks.put_in(constant.tree, file, functions)


def test_a_sample_is_the_same_each_time(found: list[Mutant]) -> None:
    """The same seed chooses the same changes, without repetition, of all kinds; another seed others."""
    once, again, other = sample(found, 10, 1), sample(found, 10, 1), sample(found, 10, 3)
    assert once == again
    assert len(set(map(id, once))) == 10
    assert {each.key for each in other} != {each.key for each in once}
    assert sample(found, 99, 1) == found


def test_tests_of_changed_files_are_measured_anew(found: list[Mutant]) -> None:
    """What is known of a test file's lines goes when the file changes; what is known of others stays."""
    known = Lines("s", {"a": "1", "b": "1"}, {"a::x": 1, "b::y": 2}, {"code.py": {"7": ["a::x", "b::y"]}})
    now = merged(known, {"a::z": 3}, {"code.py": {"8": ["a::z", ""]}}, {"a": "2"})
    assert now.costs == {"b::y": 2, "a::z": 3}
    assert now.files == {"a": "2", "b": "1"}
    assert now.tests == {"code.py": {"7": ["b::y"], "8": ["a::z", ""]}}
    inside = found[-1]
    at = Lines("s", {}, {}, {"code.py": {str(inside.line): ["a::x"]}})
    assert at.of(inside) == {"a::x"}
    assert not at.at_import(inside)
    assert at.at_import(found[0])


def test_the_page_counts(found: list[Mutant], monkeypatch: pytest.MonkeyPatch) -> None:
    """Noticed, without difference and survived; the share that is wanted is of those that make a difference."""
    monkeypatch.setattr(page, "equivalents", lambda: {found[2].key: "label"})
    tried = [(found[0], "a::x"), (found[1], ""), (found[2], "")]
    text, enough = page.written({"rules": 19}, {"rules": tried}, 1)
    assert f"| rules: {AREAS['rules'].title} | 19 | 3 | 1 | 1 | 1 | 50 % |" in text
    assert "## rules: survived" in text
    assert "`10 -> 9`" in text
    assert "`'one' -> 'one~'`: label" in text
    assert not enough


@pytest.mark.slow
def test_every_equivalent_change_exists() -> None:
    """A line of the list whose change is no longer made is taken out."""
    known = {each.key for area in AREAS.values() for file in area.files() for each in mutants(file, paths.ROOT)}
    assert page.equivalents().keys() <= known
