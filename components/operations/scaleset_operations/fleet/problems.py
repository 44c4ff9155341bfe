"""Everything that is wrong with a fleet file, reported at once and in the user's terms."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        where: The part of the file: `member 'web'`, `defaults`, `members[3]`.
        field: The field's name.
        message: The value and what is expected.
    """

    where: str
    field: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.where, self.field, self.message) if part)


class FleetError(Exception):
    """The fleet file can't be used.

    Attributes:
        problems: All that is wrong.
    """

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.problems = problems
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__("\n".join([f"{file} has {count}; nothing was started.", *(f"  - {p}" for p in problems)]))


def of_model(where: str, model: type[BaseModel], data: Mapping[str, Any]) -> Iterator[Problem]:
    """The problems of `data` as a `model`; the fields' descriptions state what is expected."""
    try:
        model.model_validate(data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            location = detail["loc"]
            field = str(location[0]) if location else ""
            yield Problem(where, _path(location), _message(model, field, detail["type"], detail["input"]))


def _message(model: type[BaseModel], field: str, kind: str, value: Any) -> str:
    known = model.model_fields
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(field, known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"expected one of {', '.join(known)}"
        return f"there is no such field; {hint}"
    expected = known[field].description if field in known else "a mapping"
    return f"missing; expected {expected}" if kind == "missing" else f"got {value!r}; expected {expected}"


def _path(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
