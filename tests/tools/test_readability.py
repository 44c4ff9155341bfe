"""How easy the pages are to read: what counts as prose, the measure, and the floor that every page keeps."""

from __future__ import annotations

import json

import pytest

from readability import docstrings, ease, pages, prose, report, turns
from readability.__main__ import main

MEAN = 15
"""The most words per sentence of a page, on average."""
LONGEST = 45
"""The most words of one sentence."""

PAGE = """---
title: Not prose
---
# A heading of five words here

Azure moves `a b c` to [the page](docs/no.md), by protectionPolicy. It is e.g. done
in two lines.

```console
$ scaleset modes   # not prose either
```

- An item without a period
    indented prose of it

    scaleset modes

| Name | What it does here now |
|---|---|
| yes | it sends one request for each instance |
<!-- nor this -->
"""

MODULE = '''"""A module.

It has a loop of its
own, and ``stands`` is code.
"""

LIMIT = 1
"""What is told."""
text = "it stands"  # whoever reads this
# The next line is
# right in both.


def function():
    """It stands there."""
    return "upon"
'''


def test_what_counts_as_prose() -> None:
    """Paragraphs, items and longer cells are read; code, targets of links, comments and short cells are not."""
    assert prose.sentences(PAGE) == [
        "A heading of five words here",
        "Azure moves code to the page, by code.",
        "It is e.g done in two lines.",
        "An item without a period indented prose of it",
        "What it does here now",
        "it sends one request for each instance",
    ]


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *(("set", 1), ("scale", 1), ("table", 2), ("makes", 1), ("added", 2), ("asked", 1), ("policies", 3)),
        *(("instance", 2), ("variable", 4), ("create", 2), ("NAT", 3), ("set-up", 2), ("Azure", 2)),
    ],
)
def test_syllables(word: str, count: int) -> None:
    """The rules count the syllables of common words right; initials are spelled out."""
    assert ease.syllables(word) == count


def test_the_figures() -> None:
    """Words, words per sentence, the longest sentence, and Flesch's formula; a text without words is no error."""
    found = ease.figures(["The cat sat.", "The old cat sat on a mat."])
    assert (found.words, found.mean, found.longest) == (10, 5.0, 7)
    assert found.ease == pytest.approx(206.835 - 1.015 * 5 - 84.6 * 1)
    assert ease.figures([]).words == 0


def test_turns_are_found_unless_a_page_may_have_them() -> None:
    """Each turn is reported with what to write instead."""
    assert turns.found("What it lacks is told.") == [("is told", "is reported, is listed")]
    assert turns.found("A stand-in of our own is fine, and a note.") == []
    assert turns.found("It stands there.", frozenset({"stands"})) == []


def test_turns_of_a_module_have_file_and_line() -> None:
    """Docstrings, strings below constants and comments are read, across line ends; code and other strings are not."""
    found = sorted(docstrings.of_source("a.py", MODULE), key=lambda each: each.line)
    assert [(each.line, each.turn) for each in found] == [
        (3, "of its own"),
        (8, "is told"),
        (9, "whoever"),
        (10, "is right in both"),
        (15, "stands"),
    ]
    assert str(found[0]) == "a.py:3: 'of its own'; write instead: its own ..., a separate ..."


def test_allowed_turns_are_not_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception holds for its turn in its file, not for another turn or another file."""
    file, turn = "b.py", "wherever"
    monkeypatch.setattr(docstrings, "ALLOWED", {(file, turn): "a name in Azure"})
    source = f'"""One {turn} thing, upon another."""\n'
    assert [each.turn for each in docstrings.of_source(file, source)] == ["upon"]
    assert {each.turn for each in docstrings.of_source("a.py", source)} == {turn, "upon"}


def test_each_exception_is_for_a_file_and_has_a_reason() -> None:
    """The allow list names files that exist, and says why the turn is right there."""
    files = docstrings.files()
    assert [key for key, reason in docstrings.ALLOWED.items() if key[0] not in files or not reason] == []


def test_docstrings_and_comments_have_no_turns() -> None:
    """None of the house's own turns is in a docstring or comment of the packages, tools, examples and tests."""
    assert "\n".join(map(str, docstrings.found(docstrings.files()))) == ""


@pytest.mark.parametrize("name", sorted(pages.texts()))
def test_each_page_keeps_the_floor(name: str) -> None:
    """Short sentences, and none of the house's own turns; `python -m readability PAGE` shows what is wrong."""
    page = pages.measured({name: pages.texts()[name]})[name]
    assert page.figures.mean <= MEAN, f"python -m readability {name}"
    assert page.figures.longest <= LONGEST, page.longest
    assert page.turns == ()


def test_the_page_of_figures_has_each_page_of_before() -> None:
    """docs/readability.md has a row for every page that was measured before and is still there."""
    text = report.PAGE.path.read_text(encoding="utf-8")
    before = json.loads(report.BEFORE.read_text(encoding="utf-8"))["pages"]
    assert [name for name in before if name in pages.texts() and f"| `{name}` |" not in text] == []
    assert f"more than {MEAN} words per sentence on average, a sentence of more than {LONGEST} words" in text


def test_the_command_prints_each_page(capsys: pytest.CaptureFixture[str]) -> None:
    """Without arguments a line for each page; with a page, what makes it hard to read."""
    assert main([]) == 0
    assert "README.md" in capsys.readouterr().out
    assert main(["README.md", "--longest", "1"]) == 0
    assert "words: " in capsys.readouterr().out


def test_the_command_lists_the_turns_of_the_code(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --code, a line for each turn in a docstring or comment."""
    place = docstrings.Place("a.py", 3, "upon", "plain words")
    monkeypatch.setattr(docstrings, "found", lambda _: [place])
    assert main(["--code"]) == 0
    assert capsys.readouterr().out == "a.py:3: 'upon'; write instead: plain words\n"
