"""Secrets of an input in a picture: rules decide by their values, a picture shows that they are not known."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from scaleset_policies.estate import Estate
from scaleset_policies.formats.shape import veiled


def without_secrets(estate: Estate) -> Estate:
    """The estate with UNKNOWN for every value that the input marks as secret."""
    shown = (
        replace(each, properties=_without(each.properties, "", each.secrets)) if each.secrets else each
        for each in estate
    )
    return Estate(shown, whole=estate.whole)


def _without(node: Any, at: str, secrets: Collection[str]) -> Any:
    if at in secrets:
        return veiled(node)
    if isinstance(node, dict):
        return {name: _without(item, f"{at}.{name}" if at else name, secrets) for name, item in node.items()}
    if isinstance(node, list):
        return [_without(item, f"{at}[{index}]", secrets) for index, item in enumerate(node)]
    return node
