"""The changes: a comparison the other way, a number one off, a statement left out.

Docstrings, types, messages and what only a type checker reads stay as they are.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_LEFT_OUT = (ast.Assert, ast.Import, ast.ImportFrom, ast.JoinedStr)
_MESSAGES = frozenset({"Problem", "ValueError", "TypeError", "show", "Enumeration", "TypeVar", "Usage"})
"""Calls whose texts people read."""
_PROSE = frozenset({"statement", "alternative", "why", "reason", "detail", "title", "description", "help", "unit"})
"""Keywords whose texts people read."""


@dataclass(frozen=True)
class Mutant:
    """One change.

    Attributes:
        file: The file, below the repository.
        line: The line of the changed expression.
        span: The lines of the statement that contains it; of its head if the statement has a body.
        scope: The function or class that contains it.
        kind: What kind of change it is.
        change: The change: ``a < b -> a <= b``.
        inside: Whether it is in a function's body: then only the function is rebuilt.
        tree: The changed file.
    """

    file: str
    line: int
    span: tuple[int, int]
    scope: str
    kind: str
    change: str
    inside: bool
    tree: ast.Module = field(repr=False, compare=False)

    @property
    def key(self) -> str:
        """Its name in every run, even if its line moves."""
        return f"{self.file}::{self.scope}::{self.change}"


@dataclass(frozen=True)
class _Place:
    """Where the walk is."""

    scope: tuple[str, ...] = ()
    inside: bool = False
    span: tuple[int, int] = (0, 0)
    prose: bool = False

    def statement(self, node: ast.stmt) -> _Place:
        """The same place in a statement; a compound one counts as far as its head."""
        body = getattr(node, "body", None)
        end = max(node.lineno, body[0].lineno - 1) if isinstance(body, list) else node.end_lineno or node.lineno
        return _Place(self.scope, self.inside, (node.lineno, end), self.prose)


Path_ = tuple[tuple[str, int | None], ...]
"""The way to a node: the fields, with an index where they hold lists."""


def mutants(file: Path, root: Path) -> list[Mutant]:
    """All changes of a file."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    name = str(file.relative_to(root))
    found = [
        Mutant(
            name, node.lineno, place.span, ".".join(place.scope), kind, change, place.inside, _changed(tree, path, new)
        )
        for path, node, place in _walk(tree, (), _Place())
        for kind, change, new in _changes(node, place)
    ]
    return _numbered(found)


def _numbered(found: list[Mutant]) -> list[Mutant]:
    """Equal changes of one function get different numbers."""
    seen: dict[str, int] = {}
    result = []
    for each in found:
        count = seen[each.key] = seen.get(each.key, 0) + 1
        change = each.change if count == 1 else f"{each.change} (#{count})"
        result.append(Mutant(**{**vars(each), "change": change}))
    return result


def _changed(tree: ast.Module, path: Path_, new: ast.AST) -> ast.Module:
    """The tree with another node at a path; only what lies on the path is copied."""
    return _with(tree, path, new)  # type: ignore[return-value]


def _with(node: ast.AST, path: Path_, new: ast.AST) -> ast.AST:
    if not path:
        return new
    (name, index), *rest = path
    changed = copy.copy(node)
    value = getattr(node, name)
    if index is None:
        setattr(changed, name, _with(value, tuple(rest), new))
    else:
        items = list(value)
        items[index] = _with(items[index], tuple(rest), new)
        setattr(changed, name, items)
    return changed


def _walk(node: ast.AST, path: Path_, place: _Place) -> Iterator[tuple[Path_, ast.expr | ast.stmt, _Place]]:
    """Every node that may change, with its path and place."""
    if isinstance(node, ast.expr | ast.stmt) and path:
        if isinstance(node, ast.stmt):
            place = place.statement(node)
        yield path, node, place
    for name, index, child in _children(node):
        below = _below(node, name, child, place)
        if below is not None:
            yield from _walk(child, (*path, (name, index)), below)


def _children(node: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            yield name, None, value
        elif isinstance(value, list):
            yield from ((name, index, item) for index, item in enumerate(value) if isinstance(item, ast.AST))


def _below(node: ast.AST, name: str, child: ast.AST, place: _Place) -> _Place | None:
    """The place of a child; None for what never changes."""
    if _stays(node, name, child):
        return None
    prose = place.prose or isinstance(node, ast.Raise)
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func).rpartition(".")[2]
        prose = prose or called in _MESSAGES or called.endswith("Error")
    if isinstance(node, ast.keyword):
        prose = prose or node.arg in _PROSE
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        function = not isinstance(node, ast.ClassDef)
        inside = place.inside or (function and name == "body")
        return _Place((*place.scope, node.name), inside, place.span, prose)
    return _Place(place.scope, place.inside, place.span, prose)


def _stays(node: ast.AST, name: str, child: ast.AST) -> bool:
    """Whether a part of the code never changes: imports, types of functions, docstrings, texts with values in them."""
    if isinstance(child, _LEFT_OUT):
        return True
    if isinstance(child, ast.Expr):
        return isinstance(child.value, ast.Constant)
    if isinstance(child, ast.If):
        return ast.unparse(child.test) == "TYPE_CHECKING"
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0]) in {"__all__", "model_config"}
    return name in {"decorator_list", "returns"} or (name == "annotation" and isinstance(node, ast.arg))


_Change = tuple[str, str, ast.AST]


def _changes(node: ast.expr | ast.stmt, place: _Place) -> Iterator[_Change]:
    if isinstance(node, ast.stmt):
        yield from _of_statement(node)
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node, place)
    else:
        yield from _of_expression(node)


def _of_statement(node: ast.stmt) -> Iterator[_Change]:
    nothing = ast.copy_location(ast.Pass(), node)
    if isinstance(node, ast.Expr | ast.AugAssign | ast.Raise | ast.Continue | ast.Break | ast.Delete):
        yield "statement left out", f"{_short(node)} -> pass", nothing
    elif isinstance(node, ast.Return) and node.value is not None:
        if not (isinstance(node.value, ast.Constant) and node.value.value is None):
            new = ast.copy_location(ast.Return(_constant(None, node.value)), node)
            yield "returned value", f"{_short(node)} -> return None", new
    elif isinstance(node, ast.If | ast.While):
        yield from _conditions(node, node.test, "if" if isinstance(node, ast.If) else "while")


def _conditions(node: ast.If | ast.While | ast.IfExp, test: ast.expr, word: str) -> Iterator[_Change]:
    for value in (True, False):
        if value and isinstance(node, ast.While):
            continue  # it never ends
        new = copy.copy(node)
        new.test = _constant(value, test)
        yield "condition", f"{word} {_short(test)} -> {word} {value}", new


def _of_constant(node: ast.Constant, place: _Place) -> Iterator[_Change]:
    value = node.value
    if isinstance(value, bool):
        yield "boolean", f"{value} -> {not value}", _constant(not value, node)
    elif isinstance(value, int | float):
        for other in (value + 1, value - 1):
            yield "number", f"{value} -> {other}", _constant(other, node)
    elif isinstance(value, str) and not place.prose and _is_value(value):
        yield "text", f"{value!r} -> {value + '~'!r}", _constant(f"{value}~", node)


def _is_value(text: str) -> bool:
    """Whether a text is a value, not words for people and not a source."""
    return bool(text) and " " not in text and not text.startswith("http") and text != "utf-8"


def _of_expression(node: ast.expr) -> Iterator[_Change]:
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            new = copy.copy(node)
            new.ops = [*node.ops]
            new.ops[index] = _COMPARISONS[type(operator)]()
            yield "comparison", f"{_short(node)} -> {_short(new)}", new
    elif isinstance(node, ast.BoolOp):
        other = copy.copy(node)
        other.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "and, or", f"{_short(node)} -> {_short(other)}", other
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not", f"{_short(node)} -> {_short(node.operand)}", node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC and not _is_type(node):
        changed = copy.copy(node)
        changed.op = _ARITHMETIC[type(node.op)]()
        yield "arithmetic", f"{_short(node)} -> {_short(changed)}", changed
    elif isinstance(node, ast.IfExp):
        yield from _conditions(node, node.test, "if")
    elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        yield from _of_comprehension(node)


def _of_comprehension(node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Iterator[_Change]:
    for index, generator in enumerate(node.generators):
        if generator.ifs:
            new = copy.copy(node)
            new.generators = [*node.generators]
            new.generators[index] = copy.copy(generator)
            new.generators[index].ifs = []
            yield "condition", f"{_short(node)} -> {_short(new)}", new


def _is_type(node: ast.BinOp) -> bool:
    """Whether ``|`` joins types or what is merged: ``str | None``."""
    text = ast.unparse(node)
    return isinstance(node.op, ast.BitOr) and ("None" in text or "[" in text or text[:1].isupper() or "str" in text)


def _constant(value: object, node: ast.AST) -> ast.Constant:
    return ast.copy_location(ast.Constant(value), node)  # type: ignore[arg-type]


_LONGEST = 90


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
