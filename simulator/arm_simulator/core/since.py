"""Members and values that are newer than the request's api-version: Compute does not know them, and refuses the body.

Each version of Microsoft.Compute reads bodies into its own models, where an unknown member is an error ("Could not find
member 'networkApiVersion' on object of type ...", azure-powershell issue 15331). The versions are those of
``since.json``: see :mod:`.since_generator`.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from arm_simulator.core.errors import ArmError
from arm_simulator.core.since_generator import SINCE_FILE


@cache
def document() -> dict[str, Any]:
    """The generated file."""
    loaded: dict[str, Any] = json.loads(SINCE_FILE.read_text(encoding="utf-8"))
    return loaded


def first_version(root: str, path: str) -> str:
    """The api-version that a member came with, ``""`` for one that was always there.

    Args:
        root: the model of the resource, ``VirtualMachineScaleSet``.
        path: of the member in the JSON body, without positions in lists: ``properties.storageProfile.dataDisks.lun``.
    """
    found: str = document()["members"].get(root, {}).get(path, "")
    return found


def check(model: str, body: Any, api_version: str) -> None:
    """Refuse a body that has a member or a value which the request's version does not know.

    Args:
        model: ``compute.VirtualMachineScaleSet``; other models do not depend on the version.
        body: with canonical names, as :func:`.schema.check` returns it.
        api_version: of the request.

    Raises:
        ArmError: 400 BadRequest in Compute's words.
    """
    root = model.partition(".")[2]
    if model.startswith("compute.") and root in document()["members"]:
        _walk(root, body, "", "", api_version)


def _walk(root: str, value: Any, path: str, where: str, version: str) -> None:
    if isinstance(value, list):
        for number, item in enumerate(value):
            _walk(root, item, path, f"{where}[{number}]", version)
    if not isinstance(value, dict):
        _value(root, value, path, where, version)
        return
    for name, item in value.items():
        inner = f"{path}.{name}" if path else name
        place = f"{where}.{name}" if where else name
        if item is not None and first_version(root, inner) > version:
            kind = path.rpartition(".")[2] or root
            raise _refused(f"Could not find member '{name}' on object of type '{kind}'.", place)
        _walk(root, item, inner, place, version)


def _value(root: str, value: Any, path: str, where: str, version: str) -> None:
    came = document()["values"].get(root, {}).get(path, {})
    if isinstance(value, str) and came.get(value, "") > version:
        raise _refused(f"Error converting value {json.dumps(value)} to type '{path.rpartition('.')[2]}'.", where)


def _refused(message: str, where: str) -> ArmError:
    return ArmError(400, "BadRequest", f"{message} Path '{where}', line 1, position 1.", where)
