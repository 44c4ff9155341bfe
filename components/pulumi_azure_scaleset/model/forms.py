"""What a model's annotations declare about an argument, for readers other than pydantic.

The types of the arguments, the schema, the texts of messages and the path to a wrong value all follow from these forms,
so that an argument is declared once.
"""

import inspect
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, WrapValidator
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from pulumi_azure_scaleset.model.marks import Enumeration

_T = TypeVar("_T")
Place = Sequence[int | str]
"""The names, keys and indexes that lead to a value."""
KEY = "[key]"
"""What pydantic writes at the end of a location where the key itself is wrong."""


class Kind(StrEnum):
    """The kinds of values."""

    OBJECT = "object"
    """A map with arguments."""
    KEYED = "keyed"
    """A map with keys of the user's own."""
    LIST = "list"
    FREE = "free"
    """A map whose content belongs to others: any JSON, null too."""
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a number, a text or a list; None where there is none.

    Attributes:
        ge: The least number.
        le: The largest number.
        multiple_of: What the number is a multiple of.
        min_length: The fewest characters, items or keys.
        max_length: The most of them.
        pattern: The regular expression that a text matches.
        allow_inf_nan: False for a number that is finite.
    """

    ge: Any = None
    le: Any = None
    multiple_of: Any = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    allow_inf_nan: bool | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """What an annotation declares.

    Attributes:
        kind: The kind of the value.
        holds: The model of an object; the Python type of a value.
        values: The values of an enumeration, in their order.
        item: What a list or a keyed map has.
        key: What a keyed map's keys are.
        deferred: Whether it may be an Output.
        limits: The limits that pydantic checks.
        marks: The marks of the annotation.
    """

    kind: Kind
    holds: Any = None
    values: tuple[str, ...] = ()
    item: "Form | None" = None
    key: "Form | None" = None
    deferred: bool = False
    limits: Limits = Limits()
    marks: tuple[Any, ...] = field(default=(), repr=False)

    def mark(self, kind: type[_T]) -> _T | None:
        """The mark of a kind, if there is one."""
        return next((each for each in self.marks if isinstance(each, kind)), None)


@cache
def forms(model: type[BaseModel]) -> Mapping[str, Form]:
    """The forms of a model's arguments by their names."""
    return {name: form_of(annotation) for name, annotation in inspect.get_annotations(model).items()}


@cache
def marked(model: type[BaseModel], kind: type[_T]) -> Mapping[str, _T]:
    """The arguments of a model that have a mark, by their names."""
    found = {name: form.mark(kind) for name, form in forms(model).items()}
    return {name: mark for name, mark in found.items() if mark is not None}


@cache
def _spelled(model: type[BaseModel]) -> Mapping[str, Form]:
    """The forms of a model's arguments by their names in both spellings."""
    return {spelling: form for name, form in forms(model).items() for spelling in (name, to_camel(name))}


def member(form: Form | None, part: int | str) -> Form | None:
    """The form one step below ``form``; None where there cannot be one."""
    if form is None or form.kind is Kind.FREE:
        return form
    if form.kind is Kind.OBJECT:
        return _spelled(form.holds).get(str(part))
    return form.key if part == KEY else form.item


def at(form: Form | None, place: Place) -> Form | None:
    """The form at a location below ``form``; None where there cannot be one.

    A wrong key's location is that of its value with ``[key]`` at the end.
    """
    if place and place[-1] == KEY:
        above = at(form, place[:-2])
        return None if above is None else above.key
    for part in place:
        form = member(form, part)
    return form


_Every = Iterator[tuple[tuple[str, ...], type[BaseModel], Form]]


def every(model: type[BaseModel], place: tuple[str, ...] = ()) -> _Every:
    """Each argument of a model and of those in it: its path (``[]`` for keys and indexes), its model, its form."""
    for name, form in forms(model).items():
        here = (*place, name)
        yield here, model, form
        inner = form
        while inner.item is not None:
            inner, here = inner.item, (*here, "[]")
        if inner.kind is Kind.OBJECT:
            yield from every(inner.holds, here)


def enumerations(model: type[BaseModel]) -> Mapping[str, tuple[Enumeration, tuple[str, ...]]]:
    """The enumerations of a model's arguments and of those in it, by name, with their values."""
    found: dict[str, tuple[Enumeration, tuple[str, ...]]] = {}
    for _, _, form in every(model):
        for each in (form, form.item):
            mark = None if each is None else each.mark(Enumeration)
            if each is not None and mark is not None:
                found[mark.name] = (mark, each.values)
    return dict(sorted(found.items()))


def form_of(annotation: Any, metadata: Sequence[Any] = ()) -> Form:
    """The form of an annotation.

    Args:
        annotation: The annotation, with its metadata if it is ``Annotated``.
        metadata: The metadata of the enclosing annotation.

    Raises:
        TypeError: the annotation is of a kind that no argument has.
    """
    while (origin := get_origin(annotation)) in {Annotated, Union, types.UnionType}:
        arguments = get_args(annotation)
        if origin is Annotated:
            annotation, metadata = arguments[0], [*arguments[1:], *metadata]
        else:
            (annotation,) = (each for each in arguments if each is not types.NoneType)
    arguments = get_args(annotation)
    common: dict[str, Any] = {
        "deferred": any(isinstance(each, WrapValidator) for each in metadata),
        "limits": _limits(metadata),
        "marks": tuple(each for each in metadata if type(each).__module__ == Enumeration.__module__),
    }
    if annotation is Any or (origin is dict and arguments[1] is Any):
        return Form(Kind.FREE, annotation, **common)
    if origin is dict:
        return Form(Kind.KEYED, item=form_of(arguments[1]), key=form_of(arguments[0]), **common)
    if origin is list:
        return Form(Kind.LIST, item=form_of(arguments[0]), **common)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Form(Kind.OBJECT, annotation, **common)
    return Form(Kind.VALUE, *_value(annotation, common["marks"]), **common)


def _value(annotation: Any, marks: Sequence[Any]) -> tuple[type, tuple[str, ...]]:
    """The Python type of a single value, and its values if there is a closed list of them."""
    if get_origin(annotation) is Literal:
        return str, get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return str, tuple(each.value for each in annotation)
    if annotation not in {str, int, float, bool}:
        raise TypeError(f"no argument is a {annotation}")
    return annotation, next((each.values for each in marks if isinstance(each, Enumeration)), ())


_NO_CONSTRAINTS = (Enumeration.__module__, WrapValidator.__module__)


def _limits(metadata: Sequence[Any]) -> Limits:
    found: dict[str, Any] = {}
    for each in _constraints(metadata):
        names = [name for name in Limits.__slots__ if getattr(each, name, None) is not None]
        if not names:
            raise TypeError(f"messages have no words for the constraint {each!r}")
        found |= {name: getattr(each, name) for name in names}
    return Limits(**found)


def _constraints(metadata: Sequence[Any]) -> Iterator[Any]:
    """The constraints that pydantic checks: what ``Field`` made of its keywords."""
    for each in metadata:
        if isinstance(each, FieldInfo):
            # Older pydantics put the neighbouring metadata in there as well.
            yield from (inner for inner in each.metadata if type(inner).__module__ not in _NO_CONSTRAINTS)


def limited(limits: Limits) -> str:
    """Limits in words: ``0 to 2``, ``8 to 64000, a multiple of 8``, ``at most 512 characters``; empty for none.

    Lengths are in characters; for those of lists see :func:`sized`.
    """
    words = [_span(limits.ge, limits.le)]
    words.append("" if limits.multiple_of is None else f"a multiple of {limits.multiple_of}")
    return ", ".join(each for each in words if each)


def sized(limits: Limits, unit: str) -> str:
    """The limits of a length in words: ``1 to 64 characters``; empty for none.

    Args:
        limits: The limits.
        unit: What is counted, in the singular.
    """
    low, high = limits.min_length, limits.max_length
    many = _span(low if low != 1 or high is not None else None, high)
    if not many:
        return "" if low is None else f"at least 1 {unit}"
    return f"{many} {unit}s"


def _span(low: Any, high: Any) -> str:
    if low is None:
        return "" if high is None else f"at most {high}"
    return f"{low} or more" if high is None else f"{low} to {high}"
