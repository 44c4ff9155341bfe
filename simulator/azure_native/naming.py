"""Generated names for resources without one, and the URL of a resource."""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from typing import Any
from urllib.parse import quote

from azure_native.table import ResourceType

_HEX = "0123456789abcdef"
_IDS = frozenset({"scope", "resourceUri"})
"""Parameters that are whole ids."""
_WHOLE_PATHS = frozenset({*_IDS, "parentResourcePath", "resourceType"})
"""Parameters that contain several path segments and are not escaped (``x-ms-skip-url-encoding``)."""

OPTIONAL = frozenset({"parentResourcePath"})
"""Parameters that may be empty: their segment is then missing."""


def generated_name(kind: str, logical_name: str, seed: bytes) -> tuple[str, bool]:
    """A name for a resource that has none, and whether it is random.

    Random names are the logical name and 8 hexadecimal digits; children of another resource keep the logical name
    (``copy``); role assignments get a UUID. The same seed gives the same name, as in a preview and the update after it;
    the digits themselves differ from the official provider's, which uses another generator.
    """
    if kind == "copy":
        return logical_name, False
    if kind == "uuid":
        return str(uuid.UUID(_digits(seed, 32))), True
    return logical_name + _digits(seed, 8), True


def _digits(seed: bytes, count: int) -> str:
    if not seed:
        return "".join(secrets.choice(_HEX) for _ in range(count))
    return hashlib.sha256(seed).hexdigest()[:count]


def resource_id(resource: ResourceType, inputs: dict[str, Any], subscription: str) -> str:
    """The ARM id (and URL path) of a resource.

    Raises:
        ValueError: A parameter of the URL is missing or is not text.
    """

    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        value = subscription if name == "subscriptionId" and name not in inputs else inputs.get(name)
        if value == "" and name in OPTIONAL:
            return ""
        if not isinstance(value, str) or not value:
            raise ValueError(f"{resource.token}: '{name}' is part of the URL and must be text, got {value!r}")
        return value.strip("/") if name in _WHOLE_PATHS else quote(value, safe="$&+,:;=@!~*'()")

    return re.sub(r"{(\w+)}", fill, resource.path).replace("//", "/")


def parse_id(resource: ResourceType, identifier: str) -> dict[str, str]:
    """The URL's parameters, read from an id.

    Raises:
        ValueError: The id does not have the type's form.
    """
    pattern = re.sub(
        r"\\{(\w+)\\}",
        lambda m: f"(?P<{m.group(1)}>{'.+?' if m.group(1) in _WHOLE_PATHS else '[^/]+'})",
        re.escape(resource.path),
    )
    for name in OPTIONAL:
        pattern = pattern.replace(f"(?P<{name}>.+?)/", f"(?:(?P<{name}>.+?)/)??")
    match = re.fullmatch(pattern, "/" + identifier.strip("/"), flags=re.IGNORECASE)
    if match is None:
        raise ValueError(f"'{identifier}' is no id of {resource.token}; expected the form {resource.path}")
    values = {name: value or "" for name, value in match.groupdict().items() if name != "subscriptionId"}
    return values | {name: "/" + values[name].strip("/") for name in _IDS & values.keys()}
