"""The limits of single arguments, each from the model: what is just inside is taken, what is just outside refused."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import pydantic
import pytest
from support.maximal import EVERYTHING

from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.errors import ScaleSetArgsError
from pulumi_azure_scaleset.model.forms import Form, Kind, Limits, every, form_of, limited, sized
from pulumi_azure_scaleset.model.marks import TableLimits
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from scaleset_core.facts.checks import duration_minutes

Place = tuple[Any, ...]
OTHER_WORDS = {"scale_set_name"}
"""Arguments whose limits are reported with the component's name, which replaces them."""


def owned() -> dict[tuple[str, str], Form]:
    """The forms of all arguments by model and name, each once."""
    return {(model.__name__, place[-1]): form for place, model, form in every(ScaleSetModel)}


def models() -> dict[str, type[pydantic.BaseModel]]:
    """The models by their names."""
    return {model.__name__: model for _, model, _ in every(ScaleSetModel)}


def field(owner: str, name: str) -> pydantic.TypeAdapter[Any]:
    """What validates one argument alone."""
    return pydantic.TypeAdapter(models()[owner].__annotations__[name], config={"arbitrary_types_allowed": True})


LIMITED = {key: form for key, form in owned().items() if form.limits != Limits()}


def inside(form: Form) -> Iterator[Any]:
    """Values on the edges that are accepted."""
    limits, step = form.limits, form.limits.multiple_of or 1
    yield from (value for value in (limits.ge, limits.le) if value is not None)
    if step > 1:
        yield limits.ge + step
    if form.holds is str:
        yield from ("a" * length for length in (limits.min_length, limits.max_length) if length and not _shaped(limits))


def outside(form: Form) -> Iterator[Any]:
    """Values just beyond the edges."""
    limits, step = form.limits, form.limits.multiple_of or 1
    if limits.ge is not None:
        yield limits.ge - step
    if limits.le is not None:
        yield limits.le + step
    if step > 1:
        yield limits.ge + 1
    if limits.allow_inf_nan is False:
        yield from (float("inf"), float("nan"))
    if limits.min_length:
        yield "a" * (limits.min_length - 1) if form.holds is str else []
    if limits.max_length is not None:
        yield ("a" if form.holds is str else [None]) * (limits.max_length + 1)
    if limits.pattern is not None:
        yield "\x00"


def _shaped(limits: Limits) -> bool:
    """Whether a row of letters is no value."""
    return limits.pattern is not None and "A-Za-z0-9" not in limits.pattern and "[^" not in limits.pattern


@pytest.mark.parametrize("key", LIMITED, ids=".".join)
def test_what_is_on_the_edge_is_taken_and_beyond_it_refused(key: tuple[str, str]) -> None:
    """Low and high are accepted, low - 1 and high + 1 are not; so with lengths, multiples, patterns, finite numbers."""
    validator, form = field(*key), LIMITED[key]
    for value in inside(form):
        assert validator.validate_python(value) == value
    beyond = list(outside(form))
    assert beyond
    for value in beyond:
        with pytest.raises(pydantic.ValidationError):
            validator.validate_python(value)


def places(args: Any, model: type[pydantic.BaseModel], place: Place = ()) -> Iterator[tuple[tuple[str, str], Place]]:
    """The paths of each model's arguments in ``args``."""
    for name, annotation in model.__annotations__.items():
        if name in args and args[name] is not None:
            yield (model.__name__, name), (*place, name)
            yield from _below(args[name], form_of(annotation), (*place, name))


def _below(value: Any, form: Form, place: Place) -> Iterator[tuple[tuple[str, str], Place]]:
    if form.kind is Kind.OBJECT:
        yield from places(value, form.holds, place)
    elif form.item is not None and isinstance(value, dict | list):
        keys = value if isinstance(value, dict) else range(len(value))
        for key in keys:
            yield from _below(value[key], form.item, (*place, key))


FOUND: dict[tuple[str, str], tuple[str, Place]] = {
    key: (name, place) for name, args in EVERYTHING.items() for key, place in places(args, ScaleSetModel)
}
"""For each argument a configuration that has it, and where."""


def with_value(args: Mapping[str, Any], place: Place, value: Any) -> dict[str, Any]:
    """``args`` with another value at a place."""
    changed = copy.deepcopy(dict(args))
    inner: Any = changed
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] = value
    return changed


def refusals(args: Mapping[str, Any]) -> dict[str, str]:
    """The problems of arguments, by field."""
    try:
        compile_args("web", args)
    except ScaleSetArgsError as error:
        return {problem.field: problem.message for problem in error.problems}
    return {}


def spelt(place: Place) -> str:
    """A place without keys and indexes: ``load_balancer.rules.probe.port``."""
    return ".".join(part for part in place if isinstance(part, str) and part.isidentifier())


@pytest.mark.parametrize("key", [key for key in LIMITED if key in FOUND], ids=".".join)
def test_beyond_the_edge_is_told_in_the_words_of_the_house(key: tuple[str, str]) -> None:
    """Each kind of constraint that the model uses has words of ours: what is there, and what was expected."""
    name, place = FOUND[key]
    form = LIMITED[key]
    words = {limited(form.limits), sized(form.limits, "character"), sized(form.limits, "item"), form.limits.pattern}
    for value in outside(form):
        told = refusals(with_value(EVERYTHING[name], place, value))
        about = [message for field, message in told.items() if field.endswith(place[-1]) or place[-1] in OTHER_WORDS]
        assert about, (value, told)
        assert not any(" should " in message.lower() for message in told.values()), told
        ours = [each for each in words - {"", None} if each is not None]
        finite = any("JSON can hold" in message for message in about)
        assert finite or any(each in message for message in about for each in ours), about


@pytest.mark.newest
def test_every_limited_argument_is_tried_in_a_configuration() -> None:
    """The maximal configurations have each argument with limits, so that none goes untested."""
    assert LIMITED.keys() - FOUND.keys() <= {("ScaleSetModel", "scale_set_name")}


def test_a_constraint_without_words_is_found() -> None:
    """A kind of constraint that messages have no words for is an error, where the forms are made."""
    with pytest.raises(TypeError, match="no words"):
        form_of(Annotated[int, pydantic.Field(gt=3)])


def test_expected_values() -> None:
    """Limits in words, as messages and pages have them."""
    base = EVERYTHING["Flexible"]
    found = refusals({**base, "platform_fault_domain_count": 7})
    assert found["platform_fault_domain_count"] == "got 7; expected 1 to 5"
    found = refusals({**base, "timeouts": {"create": ""}})
    assert found["timeouts.create"] == "got ''; expected 2 or more characters"


TABLED = {key: mark for key, form in owned().items() if (mark := form.mark(TableLimits)) is not None}


def _beyond(value: int | str, step: int) -> Any:
    if isinstance(value, int):
        return value + step
    minutes = duration_minutes(value)
    assert minutes is not None
    return f"PT{int(minutes) + step}M"


@pytest.mark.parametrize("key", TABLED, ids=".".join)
def test_the_limits_of_the_mode_table_are_those_of_the_prose(key: tuple[str, str]) -> None:
    """What the model says of limits that the table holds is so: the edges are accepted, what is beyond is refused."""
    name, place = FOUND[key]
    mark, args = TABLED[key], EVERYTHING[name]
    if key == ("InstanceMix", "vm_sizes"):
        sizes = [{"name": f"Standard_D{2**index}s_v5"} for index in range(1, 7)]
        values: dict[bool, list[Any]] = {True: [sizes[:1], sizes[:5]], False: [[], sizes]}
    else:
        values = {True: [mark.low, mark.high], False: [_beyond(mark.low, -1), _beyond(mark.high, 1)]}
    for accepted, each in ((accepted, each) for accepted, found in values.items() for each in found):
        told = [field for field in refusals(with_value(args, place, each)) if place[-1] in field or place[0] in field]
        assert bool(told) is not accepted, (each, told)
