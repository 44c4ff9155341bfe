"""`components/schema.json`: the schema that programs in other languages are written against."""

from __future__ import annotations

import json
from typing import Any

from devkit import paths
from pulumi_azure_scaleset.provider import ScaleSetProvider

FILE = paths.ROOT / "components" / "schema.json"


def expected() -> str:
    """What the file must contain: what the provider serves."""
    served = ScaleSetProvider().schema
    assert served is not None
    return normal(json.loads(served))


def normal(schema: dict[str, Any]) -> str:
    """A schema as the file has it: names in alphabetical order."""
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
