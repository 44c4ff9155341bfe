"""Attributes that a plan shows as unknown only because nobody set them: the provider, or Azure, fills them in.

azurerm has attributes and blocks that are optional *and* computed (``extension``, ``computer_name_prefix``). Left out
of a configuration, a plan lists them in ``after_unknown`` like a value that another resource will give. What matters
here is the request to Azure, and in that they are absent.
"""

from collections.abc import Mapping
from typing import Any, Final

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies.formats.terraform.convert import Block, Fields, Refs

COMPUTED_BLOCKS: Final = frozenset(
    {
        "automatic_instance_repair",
        "extension",
        "scale_in",
        "security_rule",
        "spot_restore",
        "subnet",
        "terminate_notification",
        "termination_notification",
    }
)
"""The optional and computed blocks of the resources that are read, from the provider's schema.

A plan's configuration leaves ``dynamic`` blocks out: a block that is unknown as a whole and not in the configuration is
one of these that nobody set, or a dynamic one. Any other block can only be a dynamic one.
"""
_IDENTITY: Final = frozenset({"id", "name"})
"""Attributes that tell which resource it is, whether or not somebody set them."""


def without_unset(values: Mapping[str, Any], configured: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """A resource's attributes without those that nobody set.

    Args:
        values: The attributes, with UNKNOWN for what is not known yet.
        configured: The resource's configuration, with :class:`Refs` for expressions and None for constants.
        fields: The attributes that are read.
    """
    return _object(values, [configured], fields)


def _object(values: Mapping[str, Any], blocks: list[Mapping[str, Any]], fields: Fields) -> dict[str, Any]:
    """One object, made from one of ``blocks``; in a set nobody says from which."""
    result: dict[str, Any] = {}
    for name, value in values.items():
        target = fields.get(name)
        configured = [block[name] for block in blocks if name in block]
        if value is UNKNOWN:
            if not _is_unset(name, target, configured):
                result[name] = [value] if _of_one_kind(target, configured) else value
        elif isinstance(target, Block) and isinstance(value, list):
            inner = [each for found in configured for each in _blocks(found)]
            told = len(value) <= len(inner)  # more blocks than the configuration has: some are dynamic
            result[name] = [
                _object(each, inner, target.fields) if isinstance(each, Mapping) and told else each for each in value
            ]
        else:
            result[name] = value
    return result


def _of_one_kind(target: Any, configured: list[Any]) -> bool:
    """Whether ids that are unknown as a whole are those of resources of one type.

    A set with one unknown id in it is unknown, so a plan never shows its members. Nothing in such an expression but an
    id is unknown at the time of the plan: it is not empty.
    """
    if not isinstance(target, str) or not target.endswith("[].id") or len(configured) != 1:
        return False
    found = configured[0]
    kinds = {each.rsplit(".", 2)[-2] for each in found.addresses} if isinstance(found, Refs) else set()
    return len(kinds) == 1


def _is_unset(name: str, target: Any, configured: list[Any]) -> bool:
    if name in _IDENTITY:
        return False
    if isinstance(target, Block) and not configured:
        return name in COMPUTED_BLOCKS
    return all(_is_known(each) for each in configured)


def _is_known(expression: Any) -> bool:
    """Whether an expression has a value at the time of the plan: an unknown result of it can only be null.

    An expression without references that is no constant calls a function such as ``uuid``.
    """
    return expression is None or (isinstance(expression, Refs) and expression.known)


def _blocks(found: Any) -> list[Mapping[str, Any]]:
    return [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, Mapping)]
