"""Local packages: one module of azure-native at one API version, as a separate package.

The parameters are two words on the command line, and base64 of a JSON object in a generated SDK; the package's name has
both (the official provider's ``provider_parameterize.go``).
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

_WORDS = 2


def local_package(request: Any) -> str:
    """The name of the package that a ``ParameterizeRequest`` asks for: ``azure-native_compute_v20240701``.

    Raises:
        ValueError: The parameters are not a module and a version.
    """
    if request.WhichOneof("parameters") == "args":
        words = list(request.args.args)
        if len(words) != _WORDS:
            raise ValueError(f"expected 2 arguments (module and API version), got {len(words)}")
        module, version = words
    else:
        module, version = _from_sdk(request.value.value)
    return f"azure-native_{module}_{version}"


def _from_sdk(value: bytes) -> tuple[str, str]:
    try:
        found = json.loads(base64.b64decode(value, validate=True))
        return str(found["module"]), str(found["version"])
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"failed to deserialize parameterize args: {error}") from None
