"""The facts in an ``azure-mgmt`` model about a JSON object: fields, their mutability, and the flattened container."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from types import ModuleType
from typing import Any

_NESTED = re.compile(r"_models\.(\w+)")
_CONTAINER = "properties"


@dataclass(frozen=True)
class Field:
    """One JSON property of a model.

    Attributes:
        wire: The name in JSON.
        nested: Names of the model classes that its value holds (empty for a scalar).
        visibility: ``read``, ``create``, ``update`` …, as the model states it.
        inherited: Whether a base class declares it (in the API's description: an ``allOf``).
        container: Name of the flattened container that it is in, if any.
    """

    wire: str
    nested: tuple[str, ...]
    visibility: frozenset[str]
    inherited: bool
    container: str | None = None

    @property
    def read_only(self) -> bool:
        """Whether no request may set it."""
        return self.visibility == {"read"}

    @property
    def create_only(self) -> bool:
        """Whether it can be set at creation and never updated."""
        return "create" in self.visibility and "update" not in self.visibility


class Models:
    """The models of one package, by class name."""

    def __init__(self, module: ModuleType | None) -> None:
        self._module = module
        self._cache: dict[str, dict[str, list[Field]]] = {}

    def has(self, name: str | None) -> bool:
        """Whether there is a model of that name."""
        return name is not None and isinstance(getattr(self._module, name, None), type)

    def fields(self, name: str) -> dict[str, list[Field]]:
        """The fields of a model by wire name, with those of a flattened ``properties`` beside its own.

        A name on both levels has two entries, the model's own first.
        """
        if name not in self._cache:
            self._cache[name] = self._read(name)
        return self._cache[name]

    def _read(self, name: str) -> dict[str, list[Field]]:
        cls = getattr(self._module, name)
        own = _own_fields(cls)
        result: dict[str, list[Field]] = {}
        container = self._container(own, set(_flattened(cls)))
        for wire, field in own.items():
            if wire != container:
                result.setdefault(wire, []).append(field)
        if container is not None:
            for wire, fields in self.fields(own[container].nested[0]).items():
                for field in fields:
                    result.setdefault(wire, []).append(
                        Field(wire, field.nested, field.visibility, field.inherited, container)
                    )
        return result

    def _container(self, own: dict[str, Field], flattened: set[str]) -> str | None:
        """The field whose members are shown beside the others: ``properties``, or in a few models another one."""
        if not flattened:
            return None
        if _CONTAINER in own:
            return _CONTAINER
        for wire, field in own.items():
            if len(field.nested) == 1 and self.has(field.nested[0]):
                inner = getattr(self._module, field.nested[0])
                if flattened <= set(getattr(inner(), "_attr_to_rest_field", ())):
                    return wire
        return None


def _flattened(cls: type) -> list[str]:
    """The attributes that the client has beside the container's name, declared anywhere in the class tree."""
    names: list[str] = []
    for base in cls.__mro__:
        names.extend(getattr(base, f"_{base.__name__.lstrip('_')}__flattened_items", []))
    return names


def _own_fields(cls: type) -> dict[str, Field]:
    """The fields of a class and of its bases, without looking into containers."""
    result: dict[str, Field] = {}
    rest_fields: dict[str, Any] = cls()._attr_to_rest_field  # noqa: SLF001
    for attribute, rest_field in rest_fields.items():
        owner = next(base for base in cls.__mro__ if attribute in inspect.get_annotations(base))
        nested = tuple(dict.fromkeys(_NESTED.findall(str(inspect.get_annotations(owner)[attribute]))))
        wire = rest_field._rest_name  # noqa: SLF001
        visibility = frozenset(rest_field._visibility or ["read", "create", "update"])  # noqa: SLF001
        result[wire] = Field(wire, nested, visibility, owner is not cls)
    return result
