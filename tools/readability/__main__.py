"""How easy the pages are to read.

``python -m readability`` prints the figures of every page; with a page's path its longest sentences and its turns too.
``--code`` lists the turns in docstrings and comments. ``--write`` writes docs/readability.md, and ``--record COMMIT``
takes the column "before" from a commit.
"""

from __future__ import annotations

import argparse
import json
import sys

from readability import docstrings, pages, prose, report


def main(arguments: list[str] | None = None) -> int:
    """Print or write the figures; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m readability", description=__doc__)
    parser.add_argument("page", nargs="*", help="show what makes these pages hard to read")
    parser.add_argument("--write", action="store_true", help="write docs/readability.md")
    parser.add_argument("--record", metavar="COMMIT", help='take the column "before" from this commit')
    parser.add_argument("--code", action="store_true", help="list the turns in docstrings and comments")
    parser.add_argument("--longest", type=int, default=10, help="how many sentences of a page to show (10)")
    given = parser.parse_args(arguments)
    if given.code:
        print(*docstrings.found(docstrings.files()), sep="\n")
        return 0
    if given.record:
        old = pages.measured(pages.texts(given.record))
        report.BEFORE.write_text(json.dumps(report.record(given.record, old), indent=1) + "\n", encoding="utf-8")
    texts = pages.texts()
    found = pages.measured(texts)
    if given.write:
        report.PAGE.path.write_text(report.page(found), encoding="utf-8")
    elif given.page:
        for name in given.page:
            _explain(name, texts[name], found[name], given.longest)
    else:
        print(report.table(found))
    return 0


def _explain(name: str, text: str, page: pages.Page, count: int) -> None:
    print(f"{name}: {report.line(page)}")
    for turn, instead in page.turns:
        print(f"  turn: {turn!r}; write instead: {instead}")
    for sentence in sorted(prose.sentences(text), key=lambda each: -len(prose.words(each)))[:count]:
        print(f"  {len(prose.words(sentence)):>3} words: {sentence}")


if __name__ == "__main__":
    sys.exit(main())
