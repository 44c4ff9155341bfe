"""The template functions that depend only on their arguments.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions

A function whose arguments are not all known returns an unresolved value with the call as its identity. The exceptions,
which accept unknown arguments, are in :data:`LENIENT`.
"""

import base64
import json
import urllib.parse
from collections.abc import Callable
from typing import Any, Final

from arm_templates import dates, networks
from arm_templates import text_functions as text
from arm_templates.values import (
    MAX_ITEMS,
    MAX_TEXT,
    NO_VALUE,
    CannotEvaluateError,
    Unresolved,
    holds_secret,
    holds_unresolved,
    identity,
    revealed,
    shortened,
    unresolved,
    within_bounds,
)

Function = Callable[..., Any]
_ABSENT: Final = object()
_GROUP_TYPE: Final = "microsoft.resources/resourcegroups"
_GROUP_ID: Final = "/subscriptions/{subscription}/resourceGroups/{resourceGroup}"


def call(name: str, arguments: list[Any]) -> Any:
    """The value of a function; unresolved for one that is not in this table.

    Never raises: a call that Azure would refuse is unresolved.
    """
    given = [revealed(each) for each in arguments] if name.lower() in DECIDING else arguments
    function = _function(name.lower(), given)
    if function is None:
        return as_call(name, arguments)
    try:
        value = function(*given)
    except (CannotEvaluateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
        return as_call(name, arguments)
    return value if _small(value) else as_call(name, arguments)


def _function(name: str, arguments: list[Any]) -> Function | None:
    """The function with this name, if it can evaluate these arguments."""
    lenient = LENIENT.get(name)
    if lenient is not None:
        return lenient
    shallow = any(isinstance(argument, Unresolved) for argument in arguments)
    deep = name not in _SHALLOW and any(holds_unresolved(argument) for argument in arguments)
    return None if shallow or deep else STRICT.get(name)


def _small(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_TEXT
    return not isinstance(value, list | dict) or (len(value) <= MAX_ITEMS and within_bounds(value))


def as_call(name: str, arguments: list[Any]) -> Unresolved:
    """The unresolved value of a call.

    Its text has no slashes: it may be a name within an id, and ids are split at slashes.
    """
    secret = any(map(holds_secret, arguments))
    secret = secret or name.lower().startswith("list") or name.lower() == "getsecret"
    given = ", ".join(map(identity, arguments)).replace(_GROUP_ID, "{resourceGroup}.id").replace("/", ".")
    return Unresolved(shortened(f"{{{name}({given})}}"), secret)


def member(value: Any, key: Any, *, safe: bool = False) -> Any:
    """``value[key]`` or ``value.key``; names match case-insensitively."""
    if isinstance(value, Unresolved):
        if value.member is not None and isinstance(key, str | int):
            return value.member(key)
        return Unresolved(shortened(f"{{{value.text}.{identity(key)}}}"), value.secret)
    if isinstance(key, Unresolved):
        return as_call("item", [value, key])
    found = _in_object(value, key) if isinstance(value, dict) else _in_list(value, key)
    return found if found is not _ABSENT else None if safe else as_call("item", [value, key])


def _in_object(value: dict[str, Any], key: Any) -> Any:
    if not isinstance(key, str):
        return _ABSENT
    if key in value:
        return value[key]
    return next((item for name, item in value.items() if name.lower() == key.lower()), _ABSENT)


def _in_list(value: Any, key: Any) -> Any:
    numbered = isinstance(value, list) and isinstance(key, int) and not isinstance(key, bool)
    return value[key] if numbered and 0 <= key < len(value) else _ABSENT


def _concat(*parts: Any) -> Any:
    if parts and all(isinstance(part, list) for part in parts):
        return [item for part in parts for item in part]
    if any(isinstance(part, list | dict) for part in parts):
        raise CannotEvaluateError
    if any(isinstance(part, Unresolved) for part in parts):
        return unresolved(*map(text.plain, parts))
    return text.join(list(parts), "", write=text.plain)


def _equals(left: Any, right: Any) -> Any:
    if holds_unresolved(left) or holds_unresolved(right):
        return True if left == right else as_call("equals", [left, right])
    return type(left) is type(right) and left == right


def _and(*values: Any) -> Any:
    if any(value is False for value in values):
        return False
    return True if all(value is True for value in values) else as_call("and", list(values))


def _or(*values: Any) -> Any:
    if any(value is True for value in values):
        return True
    return False if all(value is False for value in values) else as_call("or", list(values))


def _coalesce(*values: Any) -> Any:
    for index, value in enumerate(values):
        if isinstance(value, Unresolved) and value.value is NO_VALUE:
            return as_call("coalesce", list(values[index:]))
        if value is not None:
            return value
    return None


def _union(first: Any, *rest: Any) -> Any:
    if any(isinstance(each, Unresolved) for each in (first, *rest)):
        return as_call("union", [first, *rest])
    if isinstance(first, list):
        merged: list[Any] = []
        for item in (item for each in (first, *rest) for item in each):
            if item not in merged:
                merged.append(item)
        return merged
    result = dict(first)
    for each in rest:
        for name, value in each.items():
            old = result.get(name)
            result[name] = _union(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def _shallow_merge(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: value for item in items for name, value in _known(item).items()}


def _known(value: Any) -> Any:
    if isinstance(value, Unresolved):
        raise CannotEvaluateError
    return value


def _create_object(*pairs: Any) -> dict[str, Any]:
    if len(pairs) % 2:
        raise CannotEvaluateError
    return {identity(pairs[index]): pairs[index + 1] for index in range(0, len(pairs), 2)}


def _empty(value: Any) -> bool:
    return value is None or len(value) == 0


def _contains(container: Any, item: Any) -> Any:
    if isinstance(container, Unresolved):
        raise CannotEvaluateError
    if isinstance(container, dict):
        return text.string(item).lower() in {name.lower() for name in container}
    if isinstance(container, str):
        return text.string(item) in container
    if item in container:
        return True
    if holds_unresolved(container) or holds_unresolved(item):
        raise CannotEvaluateError
    return False


def _items(value: dict[str, Any]) -> list[Any]:
    return [{"key": name, "value": value[name]} for name in sorted(value)]


def _intersection(first: Any, *rest: Any) -> Any:
    if isinstance(first, list):
        return [item for item in first if all(item in each for each in rest)]
    return {name: value for name, value in first.items() if all(each.get(name) == value for each in rest)}


def _try_get(value: Any, *keys: Any) -> Any:
    for key in keys:
        if value is None:
            return None
        value = member(value, key, safe=True)
    return value


def _flatten(lists: list[Any]) -> list[Any]:
    return [item for each in lists for item in _known(each)]


def _range(start: int, count: int) -> list[int]:
    if not 0 <= count <= MAX_ITEMS:
        raise CannotEvaluateError
    return list(range(start, start + count))


def _divide(left: int, right: int) -> int:
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _numbers(values: tuple[Any, ...]) -> list[Any]:
    return values[0] if len(values) == 1 and isinstance(values[0], list) else list(values)


def joined(*parts: Any) -> Any:
    """One text of several; unresolved if a part is."""
    return unresolved(*parts) if any(isinstance(part, Unresolved) for part in parts) else "".join(parts)


def _child_id(prefix: Any, kind: Any, names: tuple[Any, ...]) -> Any:
    if not isinstance(kind, str) or "/" not in kind:
        raise CannotEvaluateError
    namespace, *kinds = kind.split("/")
    if len(kinds) != len(names):
        raise CannotEvaluateError
    if kind.lower() == _GROUP_TYPE:  # no provider in its id
        return joined(prefix, "/resourceGroups/", *names)
    parts: list[Any] = [prefix, f"/providers/{namespace}"]
    for each, name in zip(kinds, names, strict=True):
        parts += [f"/{each}/", name]
    return joined(*parts)


def extension_resource_id(scope: Any, kind: Any, *names: Any) -> Any:
    """The id of an extension resource (a lock, a role assignment) on the resource ``scope``."""
    return _child_id(scope, kind, names)


def tenant_resource_id(kind: Any, *names: Any) -> Any:
    """The id of a resource at the tenant."""
    return _child_id("", kind, names)


DECIDING: Final = frozenset(
    {
        "bool",
        "contains",
        "empty",
        "endswith",
        "equals",
        "greater",
        "greaterorequals",
        "length",
        "less",
        "lessorequals",
        "startswith",
    }
)
"""Functions whose result tells no secret: they are evaluated with the values of secure parameters."""

LENIENT: dict[str, Function] = {
    "concat": _concat,
    "format": text.formatted,
    "equals": _equals,
    "and": _and,
    "or": _or,
    "coalesce": _coalesce,
    "union": _union,
    "contains": _contains,
    "createarray": lambda *items: list(items),
    "createobject": _create_object,
    "array": lambda value: _raise() if isinstance(value, Unresolved) else value if isinstance(value, list) else [value],
    "string": lambda value: value if isinstance(value, Unresolved) else text.string(_all_known(value)),
    "toupper": text.upper,
    "tolower": text.lower,
    "extensionresourceid": extension_resource_id,
    "tenantresourceid": tenant_resource_id,
    "tryget": _try_get,
}
"""Functions that can be evaluated although an argument is not known."""


def _raise() -> Any:
    raise CannotEvaluateError


def _all_known(value: Any) -> Any:
    return _raise() if holds_unresolved(value) else value


_SHALLOW = frozenset({"empty", "length", "first", "last", "take", "skip", "flatten", "items", "objectkeys"}) | {
    "shallowmerge",
}
"""Functions that read a list or object but not its items, which may be unresolved."""

STRICT: dict[str, Function] = {
    "add": lambda left, right: left + right,
    "sub": lambda left, right: left - right,
    "mul": lambda left, right: left * right,
    "div": _divide,
    "mod": lambda left, right: left - right * _divide(left, right),
    "min": lambda *values: min(_numbers(values)),
    "max": lambda *values: max(_numbers(values)),
    "int": int,
    "float": float,
    "bool": text.boolean,
    "not": lambda value: not value if isinstance(value, bool) else _raise(),
    "xor": lambda left, right: left != right,
    "true": lambda: True,
    "false": lambda: False,
    "null": lambda: None,
    "greater": lambda left, right: left > right,
    "greaterorequals": lambda left, right: left >= right,
    "less": lambda left, right: left < right,
    "lessorequals": lambda left, right: left <= right,
    "empty": _empty,
    "length": len,
    "first": lambda value: value[0] if value else text.nothing(value),
    "last": lambda value: value[-1] if value else text.nothing(value),
    "take": lambda value, count: value[: max(count, 0)],
    "skip": lambda value, count: value[max(count, 0) :],
    "range": _range,
    "flatten": _flatten,
    "items": _items,
    "objectkeys": sorted,
    "intersection": _intersection,
    "shallowmerge": _shallow_merge,
    "indexof": text.index,
    "lastindexof": lambda value, part: text.index(value, part, last=True),
    "split": text.split,
    "join": text.join,
    "replace": text.replace,
    "substring": text.substring,
    "trim": lambda value: value.strip(),
    "padleft": text.pad_left,
    "startswith": lambda value, part: value.lower().startswith(part.lower()),
    "endswith": lambda value, part: value.lower().endswith(part.lower()),
    "json": lambda value: json.loads(value, strict=False),
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "base64tostring": lambda value: base64.b64decode(value, validate=True).decode(),
    "base64tojson": lambda value: json.loads(base64.b64decode(value, validate=True)),
    "uri": urllib.parse.urljoin,
    "uricomponent": lambda value: urllib.parse.quote(value, safe="~()*!.'"),
    "uricomponenttostring": urllib.parse.unquote,
    "datauri": lambda value: "data:text/plain;charset=utf8;base64," + base64.b64encode(value.encode()).decode(),
    "datauritostring": text.of_data_uri,
    "guid": text.guid,
    "datetimeadd": dates.add,
    "datetimefromepoch": dates.from_epoch,
    "datetimetoepoch": dates.to_epoch,
    "parsecidr": networks.parsed,
    "cidrsubnet": networks.subnet,
    "cidrhost": networks.host,
}
"""Functions whose arguments must all be known."""
