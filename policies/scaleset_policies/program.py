"""Reading a Pulumi YAML program: the resources as the engine knows them in a preview, before anything exists."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource

_INTERPOLATION: Final = re.compile(r"\$\{([^}]+)\}")
_SECRET: Final = "fn::secret"  # noqa: S105 - the name of a function


def read_program(resources: Mapping[str, Any], *, before: Mapping[str, Any] | None = None) -> Estate:
    """The resources under ``resources:`` of a Pulumi YAML program.

    Args:
        resources: By logical name.
        before: Properties of some of them before the change that the program makes.

    Returns:
        An estate in which every ``${...}`` is unknown, with a reference to the resource that it names.
    """
    return Estate([_resource(name, each, (before or {}).get(name)) for name, each in resources.items()])


def _resource(name: str, body: Mapping[str, Any], before: Any) -> Resource:
    given = body.get("properties") or {}
    options = body.get("options") or {}
    references = {key: tuple(dict.fromkeys(_named(value))) for key, value in given.items()}
    depends_on = options.get("dependsOn") or []
    explicit = tuple(_named(depends_on))
    secrets: set[str] = set()
    return Resource(
        key=name,
        type=arm_types.from_pulumi(body.get("type", "")),
        name=name,
        properties=arm_types.versioned(
            {key: _value(value, key, secrets) for key, value in given.items()}, body.get("type", "")
        ),
        references={key: found for key, found in references.items() if found},
        dependencies=tuple(dict.fromkeys([*explicit, *(key for found in references.values() for key in found)])),
        secrets=frozenset(secrets),
        protect=bool(options.get("protect")),
        before=before,
        complete=True,
    )


def _value(node: Any, path: str, secrets: set[str]) -> Any:
    if isinstance(node, str):
        return UNKNOWN if _INTERPOLATION.search(node) else node
    if isinstance(node, Mapping):
        if set(node) == {_SECRET}:
            secrets.add(path)
            return _value(node[_SECRET], path, secrets)
        if any(str(key).startswith("fn::") for key in node):
            return UNKNOWN
        return {key: _value(value, f"{path}.{key}", secrets) for key, value in node.items()}
    if isinstance(node, list):
        return [_value(value, f"{path}[{index}]", secrets) for index, value in enumerate(node)]
    return node


def _named(node: Any) -> Iterator[str]:
    """The resources that the interpolations in ``node`` name."""
    if isinstance(node, str):
        for expression in _INTERPOLATION.findall(node):
            yield re.split(r"[.\[]", expression, maxsplit=1)[0]
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from _named(value)
    elif isinstance(node, list):
        for value in node:
            yield from _named(value)
