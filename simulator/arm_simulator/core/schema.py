"""Bodies are checked against the azure-mgmt models: unknown members, wrong JSON types and enum values are 400s.

As Azure's deserialisers do, member names and enum values are compared without case and stored in the canonical
spelling, read-only members are dropped silently, and the first problem is the one reported.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache, lru_cache
from typing import Any

from arm_simulator.core import errors
from arm_simulator.core.errors import ArmError
from arm_simulator.core.schema_generator import OPEN_ENUMS, SCHEMA_FILE

# Never shown by a GET, never stored. userData is stored: GET shows it with $expand=userData.
WRITE_ONLY = frozenset(
    {"adminPassword", "customData", "protectedSettings", "protectedParameters", "runAsPassword", "certificateData"}
)
_SCALAR_NAMES = {"s": "string", "i": "integer", "f": "number", "b": "boolean"}
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_WHOLE = re.compile(r"[+-]?\d+")
_COMMA = re.compile(r"\s*,\s*")
"""The flags of ``identity.type`` may be written with or without a blank between them."""
_ENVELOPE = frozenset({"id", "name", "type", "etag", "systemData", "location"})


@cache
def document() -> dict[str, Any]:
    """The generated schema file."""
    loaded: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=4096)
def _model(package: str, name: str) -> dict[str, tuple[str, str, bool, bool]]:
    """Lower-case member -> (canonical name, type, read-only, required)."""
    members = document()[package]["models"][name]
    return {
        member.lower(): (member, spec.lstrip("-!"), spec.startswith("-"), spec.startswith("!"))
        for member, spec in members.items()
    }


@lru_cache(maxsize=4096)
def _enum(package: str, name: str) -> dict[str, str]:
    return {value.lower(): value for value in document()[package]["enums"][name]}


def members(model: str) -> dict[str, str]:
    """Canonical member names and types of a model, for example ``members("compute.OSDisk")``."""
    package, _, name = model.partition(".")
    return dict(document()[package]["models"][name])


def check(model: str, body: Any, *, partial: bool = False) -> dict[str, Any]:
    """Check a body and return a normalised copy.

    Args:
        model: ``package.Model``, for example ``compute.VirtualMachine``.
        body: The request's JSON.
        partial: A PATCH body: required members may be missing.

    Raises:
        ArmError: 400 naming the member, its path and what was expected.
    """
    package, _, name = model.partition(".")
    if not isinstance(body, dict):
        raise _error(package, f"Error converting value to type '{name}': the request body must be a JSON object.", "")
    return _object(package, name, body, "", partial)


def _object(package: str, name: str, body: dict[str, Any], path: str, partial: bool) -> dict[str, Any]:
    table = _model(package, name)
    checked: dict[str, Any] = {}
    for key, value in body.items():
        where = f"{path}.{key}" if path else key
        found = table.get(key.lower())
        if found is None:
            if not path and key in _ENVELOPE:
                checked[key] = value
                continue
            raise _error(package, f"Could not find member '{key}' on object of type '{name}'.", where)
        canonical, spec, read_only, _ = found
        if read_only and not (path and canonical in {"id", "name"}):
            continue
        checked[canonical] = None if value is None else _value(package, spec, value, where, partial)
    if not partial:
        _require(package, name, checked, path)
    return checked


def _require(package: str, name: str, checked: dict[str, Any], path: str) -> None:
    for canonical, _, read_only, required in _model(package, name).values():
        if required and not read_only and checked.get(canonical) is None and not (not path and canonical in _ENVELOPE):
            where = f"{path}.{canonical}" if path else canonical
            raise errors.invalid_parameter(f"Required parameter '{where}' is missing (null).", where)


def _value(package: str, spec: str, value: Any, where: str, partial: bool) -> Any:
    mark = spec[0]
    if mark == "a":
        return value
    if mark == "@":
        if not isinstance(value, dict):
            raise _conversion(package, value, spec[1:], where)
        return _object(package, spec[1:], value, where, partial)
    if mark == "#":
        return _enum_value(package, spec[1:], value, where)
    if mark == "[":
        if not isinstance(value, list):
            raise _conversion(package, value, "array", where)
        return [_value(package, spec[1:], item, f"{where}[{index}]", partial) for index, item in enumerate(value)]
    if mark == "{":
        if not isinstance(value, dict):
            raise _conversion(package, value, "object", where)
        return {
            key: None if item is None else _value(package, spec[1:], item, f"{where}.{key}", partial)
            for key, item in value.items()
        }
    return _scalar(package, mark, value, where)


def _scalar(package: str, mark: str, value: Any, where: str) -> Any:
    if mark == "s" and isinstance(value, str):
        return value
    value = _from_text(mark, value)
    if mark == "b" and isinstance(value, bool):
        return value
    if mark in "if" and isinstance(value, int | float) and not isinstance(value, bool):
        if mark == "f":
            return value
        if float(value).is_integer():
            return int(value)
    raise _conversion(package, value, _SCALAR_NAMES[mark], where)


def _from_text(mark: str, value: Any) -> Any:
    """A number or boolean that came as text, as ``az ... --set member=30`` sends it; other values as they are.

    Azure's services are made with Json.NET, which converts a text token to the member's type.
    """
    if not isinstance(value, str):
        return value
    text = value.strip()
    if mark == "b":
        return {"true": True, "false": False}.get(text.lower(), value)
    if mark in "if" and _NUMBER.fullmatch(text):
        return float(text) if mark == "f" else int(text) if _WHOLE.fullmatch(text) else value
    return value


def _enum_value(package: str, name: str, value: Any, where: str) -> Any:
    known = _enum(package, name)
    if isinstance(value, str):
        found = known.get(value.lower()) or known.get(_COMMA.sub(", ", value.lower()))
        if found is not None:
            return found
        if name in OPEN_ENUMS:
            return value
    allowed = ", ".join(sorted(known.values()))
    raise _error(
        package, f"Error converting value {json.dumps(value)} to type '{name}'. Allowed values: {allowed}.", where
    )


def _conversion(package: str, value: Any, wanted: str, where: str) -> ArmError:
    shown = json.dumps(value) if isinstance(value, bool | int | float) else f"of JSON type {_json_type(value)}"
    return _error(package, f"Error converting value {shown} to type '{wanted}'.", where)


def _json_type(value: Any) -> str:
    names = {dict: "object", list: "array", str: "string", type(None): "null"}
    return names.get(type(value), "number")


def _error(package: str, message: str, path: str) -> ArmError:
    """The form in which each service returns the same deserialisation error."""
    full = f"{message} Path '{path}', line 1, position 1." if path else message
    if package == "network":
        detail = {"code": "InvalidJson", "message": full, "target": path}
        return ArmError(400, "InvalidRequestFormat", f"Cannot parse the request. {full}", path or None, [detail])
    return ArmError(400, "BadRequest", full, path or None)


def strip_secrets(body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Remove write-only members and nulls from a body that is about to be stored.

    Returns:
        The clean copy, and for each removed secret its path and a digest (to see whether it changed).
    """
    digests: dict[str, str] = {}
    return _strip(body, "", digests), digests


def _strip(value: Any, path: str, digests: dict[str, str]) -> Any:
    if isinstance(value, dict):
        clean = {}
        for key, item in value.items():
            where = f"{path}.{key}" if path else key
            if key in WRITE_ONLY:
                if item is not None:
                    digests[where] = _digest(item)
            elif item is not None:
                clean[key] = _strip(item, where, digests)
        return clean
    if isinstance(value, list):
        return [_strip(item, f"{path}[{index}]", digests) for index, item in enumerate(value)]
    return value


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True).encode()
    return hashlib.blake2b(text, digest_size=16, key=_DIGEST_KEY).hexdigest()


_DIGEST_KEY = b"arm-simulator write-only member"


def redact(value: Any) -> Any:
    """A copy of a JSON value with write-only members (and userData) masked: for recordings."""
    if isinstance(value, dict):
        return {key: "***" if key in WRITE_ONLY or key == "userData" else redact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [redact(item) for item in value]
    return value
