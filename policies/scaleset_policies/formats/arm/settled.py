"""Values of a template as rules read them: what only Azure knows is UNKNOWN."""

from typing import Any

from arm_templates.values import NO_VALUE, Unresolved, is_resource_id
from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies.formats.shape import covered


def settle(value: Any, name: str = "") -> Any:
    """``value`` for rules: unresolved parts are UNKNOWN.

    Resource ids and the names of list items keep their text, so that they can still be compared. The value of a secure
    parameter is known as far as rules decide by it.

    Args:
        value: The value.
        name: The name of the member that it is in.
    """
    if isinstance(value, dict):
        return {each: settle(item, each) for each, item in value.items()}
    if isinstance(value, list):
        return [_settle_item(item, name) for item in value]
    if isinstance(value, Unresolved):
        if value.value is not NO_VALUE:
            return covered(value.value, name)
        return value.text if is_resource_id(value.text) else UNKNOWN
    return value


def secret_flags(value: Any) -> Any:
    """``value`` with True for secret parts and None for all others."""
    if isinstance(value, dict):
        return {name: secret_flags(item) for name, item in value.items()}
    if isinstance(value, list):
        return [secret_flags(item) for item in value]
    return True if isinstance(value, Unresolved) and value.secret else None


def _settle_item(item: Any, name: str) -> Any:
    settled = settle(item, name)
    if isinstance(item, dict) and isinstance(item.get("name"), Unresolved):
        settled["name"] = item["name"].text
    return settled
