"""Example programs as text: whole, and as a diff from the bad one to the good one."""

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import yaml

from scaleset_policies.examples import Example, Program

_STEP: Final = re.compile(r"[^.\[\]]+")
_MODE: Final = "orchestrationMode"
_LONGEST, _KEPT = 24, 16
"""Runs of changed lines longer than the first number are cut to the second."""


def whole(program: Program) -> str:
    """A program as Pulumi YAML."""
    return _dump({"name": "web", "runtime": "yaml", "resources": program})


def difference(example: Example) -> list[str]:
    """The lines of a diff from the bad program to the good one, each change below the names that lead to it.

    Relevant resources that are the same in both are at the end; long runs are cut.
    """
    parts = [_touched(each, example.changes) for each in (example.bad, example.good)]
    bad, good = (_dump(part).splitlines() for part in parts)
    blocks = difflib.SequenceMatcher(None, bad, good, autojunk=False).get_opcodes()
    in_bad: dict[int, int] = {}
    for kind, start, end, good_start, good_end in blocks:
        if kind == "equal":
            in_bad |= dict(zip(range(good_start, good_end), range(start, end), strict=True))
    shown: set[int] = set()
    result: list[str] = []
    for kind, start, end, good_start, good_end in blocks:
        if kind == "equal":
            continue
        found = _leading(bad, start) if start < end else (in_bad.get(each) for each in _leading(good, good_start))
        leading = sorted({each for each in found if each is not None} - shown)
        shown.update(leading, range(start, end))
        result += [f" {bad[index]}" for index in leading]
        result += [f"-{line}" for line in _cut(bad[start:end])]
        result += [f"+{line}" for line in _cut(good[good_start:good_end])]
    same = {name: body for name, body in parts[0].items() if body == parts[1].get(name)}
    return result + [f" {line}" for line in _dump(same).splitlines() if same]


def _cut(lines: Sequence[str]) -> list[str]:
    if len(lines) <= _LONGEST:
        return list(lines)
    indent = " " * (len(lines[_KEPT]) - len(lines[_KEPT].lstrip()))
    return [*lines[:_KEPT], f"{indent}# ... {len(lines) - _KEPT} more lines"]


def _leading(lines: Sequence[str], at: int) -> Iterator[int]:
    """The lines that lead to the one at ``at``, and the mode of the set that it is part of."""
    depth = _depth(lines[at])
    for index in range(at - 1, -1, -1):
        if _depth(lines[index]) < depth:
            depth = _depth(lines[index])
            yield index
        elif lines[index].startswith(f"    {_MODE}:") and depth > 0 and _resource(lines, index) == _resource(lines, at):
            yield index


def _resource(lines: Sequence[str], at: int) -> int:
    """The line that names the resource of another line."""
    return next(index for index in range(at, -1, -1) if _depth(lines[index]) == 0)


def _depth(line: str) -> int:
    """The indentation depth of a line of YAML; a list item is deeper than the name of its list."""
    spaces = len(line) - len(line.lstrip(" "))
    return 2 * spaces + (1 if line.lstrip(" ").startswith("- ") else 0)


def _touched(program: Program, places: tuple[str, ...]) -> Program:
    """The resources of ``program`` that contain one of ``places``: their type, the set's mode, and those places."""
    result: Program = {}
    for place in places:
        name, colon, path = place.rpartition(":")
        name = name if colon else "web"
        if name not in program:
            continue
        steps = _STEP.findall(path)
        if not steps:
            result[name] = program[name]
            continue
        body = result.setdefault(name, {"type": program[name]["type"], "properties": _anchor(program[name])})
        part = "options" if steps[0] == "options" else "properties"
        top = steps[1] if part == "options" else steps[0]
        if top in (program[name].get(part) or {}):
            body[part] = {**body.get(part, {}), top: program[name][part][top]}
    return {name: result[name] for name in program if name in result}


def _anchor(resource: dict[str, Any]) -> dict[str, Any]:
    """The property that identifies the resource to a reader: a set's mode, otherwise the first property."""
    given = resource["properties"]
    name = _MODE if _MODE in given else next(iter(given))
    return {name: given[name]}


class _Dumper(yaml.SafeDumper):
    """No YAML anchors: examples are for people."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write equal parts again, without aliases."""
        del data
        return True


def _dump(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, width=110)
    return text.rstrip("\n")
