"""``scaleset check --fix``: templates with the one safe correction of a rule, proven by checking again."""

import copy
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from scaleset_policies.checking import Options, check_estate
from scaleset_policies.choices import Format
from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.json_edit import added, removed, replaced
from scaleset_policies.formats.json_text import JsonText, Path, unpointed
from scaleset_policies.formats.read import read, steps
from scaleset_policies.report import Violation
from scaleset_policies.results import FileResult, Item, Results
from scaleset_policies.rule import Fix

_GONE: Final = object()


@dataclass(frozen=True, slots=True)
class Fixed:
    """A template after its corrections.

    Attributes:
        file: Its name.
        before: Its text.
        text: Its text with the corrections.
        done: What was corrected, a sentence each.
        left: What has a correction that could not be made here, and why.
    """

    file: str
    before: str
    text: str
    done: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def diff(self) -> str:
        """The corrections as a unified diff, ``""`` if there are none."""
        lines = (self.before.splitlines(keepends=True), self.text.splitlines(keepends=True))
        return "".join(difflib.unified_diff(*lines, f"a/{self.file}", f"b/{self.file}"))


def fix(text: str, file: str, options: Options) -> Fixed | None:
    """The corrections of a template; None if it is none.

    A correction is kept if its finding is gone after it and no other has come.

    Raises:
        UnreadableError: It cannot be read.
    """
    current, checked = text, _check(text, file, options)
    if checked is None:
        return None
    done: list[str] = []
    left: dict[str, None] = {}
    while (found := _next(current, checked, file, options, left)) is not None:
        current, checked, what = found
        done.append(what)
    return Fixed(file, text, current, tuple(done), tuple(left))


def _next(
    text: str, checked: FileResult, file: str, options: Options, left: dict[str, None]
) -> tuple[str, FileResult, str] | None:
    """The text after the next correction; what cannot be made is added to ``left``."""
    before = {_identity(item) for item in _open(checked, options)}
    for item in _open(checked, options):
        violation = item.violation
        if violation.rule.fix is None:
            continue
        what = f"{violation.rule.id} {violation.resource}: {violation.rule.fix.text}"
        if what in left:
            continue
        made = _corrected(text, file, violation, violation.rule.fix)
        if made is None:
            left[what] = None
            continue
        try:
            after = _check(made, file, options)
        except UnreadableError:
            after = None
        now = {_identity(each) for each in _open(after, options)} if after is not None else before
        if after is not None and _identity(item) not in now and now <= before:
            return made, after, what
        left[what] = None
    return None


def _check(text: str, file: str, options: Options) -> FileResult | None:
    found = read(text, file, format_=options.format, parameters=options.parameters)
    if found is None or found.format is not Format.ARM:
        return None
    return check_estate(replace(found, file=file), options.config, options.selection)


def _open(checked: FileResult, options: Options) -> list[Item]:
    return Results((checked,), baseline=options.baseline).open


def _identity(item: Item) -> tuple[str, str, str]:
    violation = item.violation
    return violation.rule.id, violation.resource.key, violation.path


def _corrected(text: str, file: str, violation: Violation, fix: Fix) -> str | None:
    """The text with the rule's correction of one resource; None where an expression makes what would be changed."""
    place = violation.resource.where()
    before = violation.resource.properties
    if place is None or not isinstance(before, dict):
        return None
    after = _copied(before)
    if not fix.apply(after):
        return None
    for path, value in _changes(before, after):
        document = JsonText(text, file)
        made = _edited(document, unpointed(place.pointer), path, value)
        if made is None:
            return None
        text = made
    return text


def _edited(document: JsonText, at: Path, path: str, value: Any) -> str | None:
    where = (*at, *steps(path))
    if value is _GONE:
        return removed(document, where)
    if document.span(where) is not None:
        return replaced(document, where, value)
    return added(document, where[:-1], str(where[-1]), value)


def _changes(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The members that differ, each with its new value; what is removed comes last in a list, so that indexes stay."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted(before.keys() | after.keys()):
            inner = f"{path}.{name}" if path else str(name)
            if name not in after:
                yield inner, _GONE
            elif name not in before:
                yield inner, after[name]
            else:
                yield from _changes(before[name], after[name], inner)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _changes(one, other, f"{path}[{index}]")
    elif before is not after and before != after:
        yield path, after


def _copied(node: Any) -> Any:
    """A copy of the containers; what is not known is one object, and stays it."""
    if isinstance(node, dict):
        return {name: _copied(each) for name, each in node.items()}
    return [_copied(each) for each in node] if isinstance(node, list) else copy.copy(node)
