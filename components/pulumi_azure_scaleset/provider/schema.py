"""From the schema that Pulumi infers to the one that is published: prose for pages, secrets, enumerations."""

import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from pulumi_azure_scaleset.model.forms import Form, Kind, enumerations, every, member
from pulumi_azure_scaleset.model.marks import Enumeration, Secret
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.provider.publication import LANGUAGES, PACKAGE

_SNAKE_CASE = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")
_CAPITAL = re.compile(r"[A-Z]")
_MEMBERS = ("properties", "inputProperties")
_ELEMENTS = ("items", "additionalProperties")


def spelling(inferred: Mapping[str, Any]) -> dict[str, str]:
    """The names of all arguments and outputs in a schema, by their names in Python: size_gb and sizeGb.

    Args:
        inferred: The schema that Pulumi's analyzer made, which keeps no other record of Python's names in public.
    """
    specs = [spec for kind in ("types", "resources") for spec in inferred[kind].values()]
    names = {name for spec in specs for member in _MEMBERS for name in spec.get(member, ())}
    return {_CAPITAL.sub(lambda found: f"_{found[0].lower()}", name): name for name in sorted(names)}


def spell(text: str, spelling: Mapping[str, str]) -> str:
    """``text`` with arguments named as the schema names them: sizeGb for size_gb."""
    return _SNAKE_CASE.sub(lambda found: spelling.get(found[0], found[0]), text)


def published(inferred: Mapping[str, Any], spelling: Mapping[str, str]) -> dict[str, Any]:
    """The package's schema, in the form in which the engine gives it back.

    Args:
        inferred: The schema that Pulumi's analyzer made.
        spelling: The schema's names of arguments by their Python names.
    """
    publisher = _Publisher(inferred["name"], spelling)
    models = {model.__name__: model for _, model, _ in every(ScaleSetModel)} | {"ScaleSet": ScaleSetModel}
    schema = {**inferred, **PACKAGE, "config": {}}
    schema["language"] = {name: {**spec, **LANGUAGES.get(name, {})} for name, spec in inferred["language"].items()}
    for kind in ("types", "resources"):
        schema[kind] = {
            token: publisher.type(spec, models[token.rsplit(":", 1)[1]]) for token, spec in inferred[kind].items()
        }
    schema["types"] |= {
        f"{inferred['name']}:index:{name}": publisher.enumeration(*each)
        for name, each in enumerations(ScaleSetModel).items()
    }
    if not schema["dependencies"]:
        del schema["dependencies"]
    return schema


class _Publisher:
    def __init__(self, package: str, spelling: Mapping[str, str]) -> None:
        self._prefix = f"{package}:index:"
        self._spelling = spelling

    def type(self, spec: Mapping[str, Any], model: type[BaseModel]) -> dict[str, Any]:
        """An object type or a resource.

        Args:
            spec: The type as Pulumi's analyzer sees it.
            model: The model of its arguments.
        """
        found = self._described(spec)
        for member_of in _MEMBERS:
            if member_of in spec:
                # A resource's other properties are outputs, which the model does not have.
                form = None if member_of == "properties" and "inputProperties" in spec else Form(Kind.OBJECT, model)
                found[member_of] = {
                    name: self._property(each, member(form, name)) for name, each in spec[member_of].items()
                }
        return found

    def enumeration(self, mark: Enumeration, values: Sequence[str]) -> dict[str, Any]:
        """A closed list of texts."""
        named = [{"value": value} | _named(mark.name, value) for value in values]
        return {"type": "string", "description": spell(mark.description, self._spelling), "enum": named}

    def _property(self, spec: Mapping[str, Any], form: Form | None) -> dict[str, Any]:
        found = self._described(self._listed(_value(spec), form))
        return found | ({"secret": True} if form is not None and form.mark(Secret) is not None else {})

    def _listed(self, spec: dict[str, Any], form: Form | None) -> dict[str, Any]:
        """``spec`` with a reference in place of a text that is one of a closed list."""
        mark = None if form is None else form.mark(Enumeration)
        if mark is not None:
            rest = {name: value for name, value in spec.items() if name != "type"}
            return {"$ref": f"#/types/{self._prefix}{mark.name}", **rest}
        item = None if form is None else form.item
        return {**spec, **{name: self._listed(spec[name], item) for name in _ELEMENTS if name in spec}}

    def _described(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        return {**spec, "description": spell(prose(spec["description"]), self._spelling)}


def _named(enumeration: str, value: str) -> dict[str, str]:
    """The name of a value that is not a valid name: Zone_1 for 1."""
    if value.isidentifier():
        return {}
    name = re.sub(r"\W+", "_", value)
    return {"name": name if name.isidentifier() else f"{enumeration}_{name}"}


def prose(docstring: str) -> str:
    """A docstring as Markdown: without indentation, one line a paragraph."""
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(docstring))
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _value(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A property without the descriptions of its elements: the analyzer repeats the property's own there."""
    return {name: _bare(value) if name in _ELEMENTS else value for name, value in spec.items()}


def _bare(spec: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in _value(spec).items() if name != "description"}
