"""What of a Markdown page is read as prose, and the sentences in it.

Code blocks, HTML comments, front matter and the targets of links are left out. A code span, a path or a name such as
``protectionPolicy`` counts as one short word, because a sentence needs it as a noun. A heading or a cell of a table
counts if it has at least :data:`CELL` words: "yes" is not a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

CELL = 5
"""How many words a heading or a cell of a table has at least, to be counted."""

_CODE = "code"
_DROPPED = (
    re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE),
    re.compile(r"^( *)(```+|~~~+).*?^\1\2 *$", re.DOTALL | re.MULTILINE),
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"^!\[.*$", re.MULTILINE),
)
_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_ADDRESS = re.compile(r"<?https?://[^\s>)]+>?")
_NAME = re.compile(r"[\w./-]*(?:[a-z][A-Z]|\w[_/]\w|[A-Za-z]\d|\w\.[a-z]{2,}|\w-\w+-\w+-\w)[\w./-]*(?<![.-])")
"""A path or an identifier outside of a code span."""
_RUN = re.compile(r"code(?: \(\d+\))?(?:,? (?:and |or )?code(?: \(\d+\))?)+")
"""Names in a row are read as one."""
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_MARK = re.compile(r"^\s*(?:[-*+]|\d+\.)\s+(.*)$")
_RULE = re.compile(r"^\s*\|?[\s:|-]+\|?\s*$")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_END = re.compile(r"(?<=[.!?])[\"')*_]*\s+(?=[\"'(*_]*[A-Z0-9c])")
_ABBREVIATION = re.compile(r"\b(e\.g|i\.e|etc|vs|cf)\.", re.IGNORECASE)


def words(text: str) -> list[str]:
    """The words of a sentence; numbers are none."""
    return _WORD.findall(text)


def blocks(page: str) -> Iterator[str]:
    """The paragraphs, headings, items and cells of a page, as plain text."""
    for pattern in _DROPPED:
        page = pattern.sub("\n", page)
    gathered: list[str] = []
    for line in [*page.splitlines(), ""]:
        mark = _MARK.match(line)
        alone = not line.strip() or line.lstrip().startswith(("#", "|", "!!!", "???")) or mark is not None
        indented_code = line.startswith("    ") and not gathered and mark is None
        if alone or indented_code:
            if gathered:
                yield _plain(" ".join(gathered))
            gathered = [mark[1]] if mark else []
        if alone and not mark:
            yield from _alone(line.strip())
        elif not alone and not indented_code:
            gathered.append(line.strip())


def sentences(page: str) -> list[str]:
    """The sentences of a page that have a word."""
    split = (_END.split(_ABBREVIATION.sub(r"\1", block)) for block in blocks(page))
    return [sentence.strip() for several in split for sentence in several if words(sentence)]


def _alone(line: str) -> Iterator[str]:
    """What a heading, a row of a table or an admonition's title has to read."""
    if line.startswith("|"):
        if not _RULE.match(line):
            cells = [_plain(cell) for cell in re.split(r"(?<!\\)\|", line.strip("|"))]
            yield from (cell for cell in cells if len(words(cell)) >= CELL)
    else:
        title = _plain(line.lstrip("#!? "))
        if len(words(title)) >= CELL:
            yield title


def _plain(text: str) -> str:
    text = _SPAN.sub(_CODE, text)
    text = _LINK.sub(r"\1", text)
    text = _ADDRESS.sub("", text)
    text = _TAG.sub("", text)
    text = _NAME.sub(_CODE, text)
    text = _RUN.sub(_CODE, text)
    return re.sub(r"\*\*?|__", "", text).strip()
