"""Secrets in public places: refused before anything is registered.

Azure shows an extension's settings, tags and user data to everybody who may read the resource. A secret Output there
would be encrypted in Pulumi's state and readable in Azure. Whether an Output is secret is known to the event loop only,
later than the other problems of the arguments; so a :class:`Gate` is put before the resources instead: none of them is
registered until all such Outputs are known to be public. A preview refuses too: a secret whose value is not known yet
is known to be one.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pydantic import BaseModel

from pulumi_azure_scaleset.engine.remote import REMOTE
from pulumi_azure_scaleset.errors import Problem, ScaleSetArgsError, told_once
from pulumi_azure_scaleset.model.forms import forms
from pulumi_azure_scaleset.model.marks import READABLE_DATA, READABLE_SETTINGS, READABLE_TAGS, Readable
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel

_RAW = {
    "settings": ("settings", READABLE_SETTINGS),
    "tags": ("tags", READABLE_TAGS),
    "userData": ("user_data", READABLE_DATA),
}
"""The names of public places in raw inputs, with the arguments for them."""
_MARKED_BY_SDKS = "user_data"
"""Secret in every SDK that is generated from the schema. If the arguments come from another process, it cannot be
distinguished from a secret that the user marked."""


_WHY = "it is secret, and everybody with read access to the resource in Azure can see it"


@dataclass(frozen=True, slots=True)
class Found:
    """An Output in a public place.

    Attributes:
        kind: The name of the argument.
        place: Where it is.
        instead: What to do with a secret.
        output: The Output.
    """

    kind: str
    place: str
    instead: str
    output: pulumi.Output[Any]


class Gate:
    """Holds resources back until the Outputs in public places are known not to be secret.

    Args:
        name: The component's logical name.
        found: The Outputs.
    """

    def __init__(self, name: str, found: Sequence[Found]) -> None:
        self._name = name
        self._refuse = REMOTE.get() or _plainly
        self._found = found
        self._judged = asyncio.ensure_future(self._judge())

    async def _judge(self) -> ScaleSetArgsError | None:
        secret = [each for each in self._found if await each.output.is_secret()]
        problems = dict.fromkeys(Problem(each.place, f"{_WHY}: {each.instead}") for each in secret)
        return ScaleSetArgsError(self._name, tuple(problems)) if problems else None

    def hold(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """``inputs`` of a resource that is registered only if the verdict is good."""
        first, *rest = inputs.items()
        held = pulumi.Output.from_input(first[1]).apply(self._pass, run_with_unknowns=True)
        return {first[0]: held, **dict(rest)}

    async def _pass(self, value: Any) -> Any:
        refusal = await asyncio.shield(self._judged)
        if refusal is not None:
            raise self._refuse(refusal)
        return value


def gate(name: str, model: ScaleSetModel) -> Gate | None:
    """The gate before a set's resources; None if no public place has an Output.

    Args:
        name: The component's logical name.
        model: The arguments.
    """
    accepted = {*model.readable_secrets, *([_MARKED_BY_SDKS] if REMOTE.get() is not None else [])}
    found = [each for each in _public(model, "") if each.kind not in accepted]
    return Gate(name, found) if found else None


def _plainly(error: Exception) -> Exception:
    """The error as one that is no ValueError: the SDK would show those with the value and a traceback."""
    return told_once(pulumi.RunError(str(error)))


def _public(model: BaseModel, at: str) -> Iterator[Found]:
    """The Outputs in public places of a model."""
    for name, form in forms(type(model)).items():
        value, place, mark = getattr(model, name), f"{at}{name}", form.mark(Readable)
        if mark is not None:
            yield from (Found(name, where, mark.instead, output) for where, output in _outputs(value, place))
        elif name == "overrides":
            yield from _raw(value, place)
        else:
            yield from _inside(value, place)


def _inside(value: Any, place: str) -> Iterator[Found]:
    """The Outputs in public places of the models that a value is, or has."""
    if isinstance(value, BaseModel):
        yield from _public(value, f"{place}.")
        return
    items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if isinstance(item, BaseModel):
            yield from _public(item, f"{place}[{key!r}].")


def _raw(value: Any, place: str) -> Iterator[Found]:
    """The Outputs in public places of raw inputs, at any depth."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            where, mark = f"{place}.{key}", _RAW.get(key)
            if mark is None:
                yield from _raw(item, where)
            else:
                yield from (Found(mark[0], at, mark[1].instead, output) for at, output in _outputs(item, where))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _raw(item, f"{place}[{index}]")


def _outputs(value: Any, place: str) -> Iterator[tuple[str, pulumi.Output[Any]]]:
    """The Outputs in a value, each with its place."""
    if isinstance(value, pulumi.Output):
        yield place, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _outputs(item, f"{place}.{key}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _outputs(item, f"{place}[{index}]")
