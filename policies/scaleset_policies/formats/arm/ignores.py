"""Suppressions in an ARM template: in its metadata, in that of its modules and resources, and in comments."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from scaleset_policies import suppression
from scaleset_policies.formats.entries import Entry
from scaleset_policies.formats.json_text import JsonText


def attach(document: JsonText, entries: Iterable[Entry]) -> Iterator[str]:
    """Add to each entry what the template's own metadata and its comments suppress; the result is notes."""
    made = list(entries)
    for template in _templates(document.value):
        for each in suppression.of_metadata(template.get("metadata"), "in the template's metadata"):
            named = [entry for entry in made if _named(entry, each.resource or "*")]
            for entry in named:
                entry.ignores += (each,)
            if not named:
                yield f"the template's metadata suppresses {each.rule} for {each.resource!r}: there is no such resource"
    for line, text in _comments(document):
        place = f"in the comment on line {line}"
        for entry in _declared_at(document, made, line):
            entry.ignores += suppression.parse(text, place)


def _named(entry: Entry, pattern: str) -> bool:
    names = (entry.name, entry.name.rsplit("/", 1)[-1], entry.label)
    return any(fnmatchcase(name.lower(), pattern.lower()) for name in names)


def _templates(template: Any) -> Iterator[Mapping[str, Any]]:
    """A template, and those of its nested deployments, which Bicep's modules are."""
    if not isinstance(template, Mapping):
        return
    yield template
    resources = template.get("resources")
    items = resources.values() if isinstance(resources, Mapping) else resources
    for each in items if isinstance(items, Iterable) and not isinstance(items, str) else ():
        properties = each.get("properties") if isinstance(each, Mapping) else None
        if isinstance(properties, Mapping) and "template" in properties:
            yield from _templates(properties["template"])


def _comments(document: JsonText) -> Iterator[tuple[int, str]]:
    """Line and text of each comment that suppresses something; text in a string is not a comment."""
    if document.source is document.text:
        return
    for match in suppression.COMMENT.finditer(document.source):
        if document.text[match.start()] != document.source[match.start()]:
            yield document.source.count("\n", 0, match.start()) + 1, match["text"]


def _declared_at(document: JsonText, entries: list[Entry], line: int) -> list[Entry]:
    """The resource that a comment is in or directly above; several for a copy loop."""
    begins = [(document.locate(entry.at)[0], entry) for entry in entries]
    last = max((begin for begin, _ in begins if begin <= line + 1), default=0)
    return [entry for begin, entry in begins if begin == last]
