"""From the schema that Pulumi infers to the one that is published: prose for documentation pages, secrets marked."""

import inspect
import re
from collections.abc import Mapping
from typing import Any

from scaleset_core.facts.secrets import SECRET_FIELDS

_PACKAGE: dict[str, Any] = {
    "displayName": "Azure Scale Set",
    "description": "Azure Virtual Machine Scale Sets, right in both orchestration modes.",
    "keywords": ["pulumi", "azure", "vmss", "category/cloud", "kind/component"],
    "license": "Apache-2.0",
    "config": {},
}
_SNAKE_CASE = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")
_CAPITAL = re.compile(r"[A-Z]")
_MEMBERS = ("properties", "inputProperties")
_ELEMENTS = ("items", "additionalProperties")
_LANGUAGES = {
    # The generated SDK must not take the place of the library, whose import name is pulumi_azure_scaleset.
    "python": {"packageName": "pulumi_azure_scaleset_sdk", "pyproject": {"enabled": True}},
}


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
    publisher = _Publisher(spelling)
    schema = {**inferred, **_PACKAGE}
    schema["language"] = {name: {**spec, **_LANGUAGES.get(name, {})} for name, spec in inferred["language"].items()}
    for kind in ("types", "resources"):
        schema[kind] = {token: publisher.type(spec) for token, spec in inferred[kind].items()}
    if not schema["dependencies"]:
        del schema["dependencies"]
    return schema


class _Publisher:
    def __init__(self, spelling: Mapping[str, str]) -> None:
        self._spelling = spelling
        self._secrets = frozenset(spelling[name] for name in SECRET_FIELDS)

    def type(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        """An object type or a resource."""
        members = [name for name in _MEMBERS if name in spec]
        return self._described(spec) | {name: self._properties(spec[name]) for name in members}

    def _properties(self, specs: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: self._described(_value(spec)) | ({"secret": True} if name in self._secrets else {})
            for name, spec in specs.items()
        }

    def _described(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        return {**spec, "description": spell(prose(spec["description"]), self._spelling)}


def prose(docstring: str) -> str:
    """A docstring as Markdown: without indentation, one line a paragraph."""
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(docstring))
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _value(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A property without the descriptions of its elements: the analyzer repeats the property's own there."""
    return {name: _bare(value) if name in _ELEMENTS else value for name, value in spec.items()}


def _bare(spec: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in _value(spec).items() if name != "description"}
