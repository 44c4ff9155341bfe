"""The ranges, lengths and patterns of the API description, for the checks that the official provider makes of them.

Neither ``pulumi_azure_native`` nor today's ``azure-mgmt`` packages have them. Releases of the latter before they were
made from TypeSpec do, at the api-versions that azure-native calls (compute 2024-11-01, network 2024-05-01):

    pip install --no-deps --target DIR azure-mgmt-compute==34.1.0 azure-mgmt-network==28.1.0
    python -m azure_native.generate.limits DIR      # rewrites limits.json

Their model files are read as text and not imported.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from azure_native.table import TABLES

FILE = TABLES.parent / "limits.json"
_MODELS = {
    "compute": "azure/mgmt/compute/v2024_11_01/models/_models_py3.py",
    "network": "azure/mgmt/network/models/_models_py3.py",
}
_NAMES = {
    "minimum": "minimum",
    "maximum": "maximum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "pattern": "pattern",
}

Limits = dict[str, dict[str, dict[str, Any]]]


def read(text: str, known: set[str]) -> Limits:
    """The limits in a file of models: by type and property, as they are in JSON.

    Args:
        text: The file.
        known: The types that are wanted.
    """
    found: Limits = {}
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.ClassDef) or node.name not in known:
            continue
        members = dict(_literals(node))
        wires = members.get("_attribute_map", {})
        for attribute, rules in members.get("_validation", {}).items():
            limits = {_NAMES[name]: value for name, value in rules.items() if name in _NAMES}
            if limits and attribute in wires and not rules.get("readonly"):
                wire = wires[attribute]["key"].replace("\\.", "\0").rpartition(".")[2].replace("\0", ".")
                found.setdefault(node.name, {})[wire] = limits
    return found


def _literals(node: ast.ClassDef) -> Iterator[tuple[str, Any]]:
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            try:
                yield statement.targets[0].id, ast.literal_eval(statement.value)
            except ValueError:
                continue


def main(directory: Path) -> None:
    """Rewrite the file from the packages in a directory."""
    result = {}
    for module, file in _MODELS.items():
        table = json.loads((TABLES / f"{module}.json").read_text(encoding="utf-8"))
        result[module] = read((directory / file).read_text(encoding="utf-8"), {*table["types"], *table["resources"]})
    FILE.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
