"""Terraform plans for the tests, from a few changes."""

import json
from typing import Any

from scaleset_policies.formats.read import FileEstate, read


def loaded(text: str) -> FileEstate:
    """A document that must be one of the formats."""
    found = read(text, "file")
    assert found is not None
    return found


def plan(*changes: dict[str, Any], modules: Any = None, resources: Any = ()) -> str:
    """A Terraform plan."""
    root = {"resources": list(resources), **({"module_calls": modules} if modules else {})}
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.9.0",
            "resource_changes": list(changes),
            "configuration": {"root_module": root},
        }
    )


def change(address: str, after: Any, unknown: Any = None, sensitive: Any = None) -> dict[str, Any]:
    """A resource change that creates something."""
    kind = (
        address.split("[", maxsplit=1)[0].split(".")[-2]
        if "]." not in address
        else address.rsplit("].", 1)[-1].split(".")[-2]
    )
    detail = {
        "actions": ["create"],
        "after": after,
        "after_unknown": unknown or {},
        "after_sensitive": sensitive or {},
    }
    return {"address": address, "mode": "managed", "type": kind, "change": detail}
