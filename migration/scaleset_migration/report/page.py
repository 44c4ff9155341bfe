"""The report as one page, with pictures of before and after; nothing is loaded from elsewhere."""

from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from typing import Any

from markdown_it import MarkdownIt

from scaleset_core.picture import Picture
from scaleset_core.picture.topology import draw
from scaleset_migration.report.markdown import markdown

_MORE = """
th { white-space: nowrap; }
td { overflow-wrap: break-word; }
td:last-child, td code { overflow-wrap: anywhere; }
td:first-child code { display: inline-block; min-width: 11rem; }
figure { margin: 1rem 0; overflow-x: auto; } figcaption { font-weight: 600; }
code { font-size: .85em; }
@media (max-width: 40rem) { table { display: block; overflow-x: auto; } th, td { min-width: 9rem; } }
"""
"""What a report needs beside the style of the pictures."""


def page(records: Sequence[Mapping[str, Any]], pictures: Mapping[str, Sequence[tuple[str, Picture]]]) -> str:
    """The page.

    Args:
        records: The record of each set.
        pictures: By the set's name: titles and pictures of before and after.
    """
    body = "".join(_one(each, pictures.get(each["set"]["name"], ())) for each in records)
    title = ", ".join(each["set"]["name"] for each in records[:_NAMED]) or "nothing"
    style = (resources.files("scaleset_core.picture") / "assets" / "picture.css").read_text(encoding="utf-8") + _MORE
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Migration of {escape(title)}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n{body}</body>\n</html>\n"
    )


_NAMED = 5


def _one(record: Mapping[str, Any], pictures: Sequence[tuple[str, Picture]]) -> str:
    drawn = "".join(
        f"<figure><figcaption>{escape(title)}</figcaption>{draw(each)}</figure>" for title, each in pictures
    )
    text = str(MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown([record])))
    head, _, rest = text.partition("</h1>")
    return f'{head}</h1>\n<div class="pictures">{drawn}</div>\n{rest}'
