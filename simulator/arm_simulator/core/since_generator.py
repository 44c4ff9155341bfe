"""Writes ``since.json``: with which api-version each member of a machine or scale set came.

The releases of azure-mgmt-compute are the source: one that carries many versions, and one for each version after it.
They are not dependencies of the simulator. Run the command after an update to a newer SDK::

    pip download --no-deps azure-mgmt-compute==33.1.0 azure-mgmt-compute==36.0.0 ...   # each unpacked into a folder
    python -m arm_simulator.core.since_generator FOLDER...

The file's shape::

    {"versions": [...], "members": {root: {path: version}}, "values": {root: {path: {value: version}}}}

Paths are those of the JSON body, with lists and free names left out: ``properties.storageProfile.dataDisks.lun``. What
the oldest version has is not in it, nor what the service sets.
"""

from __future__ import annotations

import argparse
import enum
import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from arm_simulator.core.schema_generator import OPEN_ENUMS, SCHEMA_FILE

SINCE_FILE = Path(__file__).with_name("since.json")
ROOTS = ("VirtualMachineScaleSet", "VirtualMachine", "VirtualMachineScaleSetVM", "VirtualMachineExtension")
_DEEPEST = 14
_UNTOLD = OPEN_ENUMS | {"ComponentNames", "PassNames", "SecurityTypes", "ResourceIdentityType"}
"""Enumerations whose values say nothing about versions: the service takes more than they list, or they had no list."""


def paths(package: dict[str, Any], root: str) -> Iterator[tuple[str, str]]:
    """Each member of a model that a caller may set: its path, and the name of its enumeration or ``""``."""
    yield from _paths(package, root, "", 0)


def _paths(package: dict[str, Any], model: str, prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    for member, spec in package["models"][model].items():
        kind = spec.lstrip("!").lstrip("[{")
        path = f"{prefix}.{member}" if prefix else member
        if kind.startswith("-") or depth > _DEEPEST:
            continue
        yield path, kind[1:] if kind.startswith("#") else ""
        if kind.startswith("@"):
            yield from _paths(package, kind[1:], path, depth + 1)


def _old_paths(models: Any, model: str, prefix: str, depth: int) -> Iterator[str]:
    """The same for a release whose models are flat: a member's key has dots where objects are left out."""
    cls = getattr(models, model)
    read_only = {name for name, rule in getattr(cls, "_validation", {}).items() if rule.get("readonly")}
    for name, item in cls._attribute_map.items():
        steps = [step.replace("\\.", ".") for step in re.split(r"(?<!\\)\.", item["key"])]
        for number in range(len(steps)):
            yield ".".join([*([prefix] if prefix else []), *steps[: number + 1]])
        kind = item["type"].strip("[]{}")
        if name not in read_only and depth <= _DEEPEST and hasattr(getattr(models, kind, None), "_attribute_map"):
            yield from _old_paths(models, kind, ".".join([*([prefix] if prefix else []), *steps]), depth + 1)


def describe() -> dict[str, Any]:
    """What the importable release has: for each version the paths of the roots, and the values of its enumerations."""
    base = importlib.import_module("azure.mgmt.compute")
    folder = Path(str(base.__file__)).parent
    found: dict[str, Any] = {}
    old = sorted(path.name for path in folder.glob("v20*") if "preview" not in path.name)
    for module in [f"azure.mgmt.compute.{name}.models" for name in old] or ["azure.mgmt.compute.models"]:
        models = importlib.import_module(module)
        if not hasattr(models, ROOTS[0]):
            continue
        version = module.split(".")[3].lstrip("v").replace("_", "-") if old else _newest(folder)
        found[version] = {root: sorted(set(_any_paths(models, root))) for root in ROOTS if hasattr(models, root)}
        found[version]["enums"] = {
            name: [str(item.value) for item in value]
            for name, value in vars(models).items()
            if isinstance(value, type) and issubclass(value, enum.Enum)
        }
    return found


def _any_paths(models: Any, root: str) -> Iterator[str]:
    if hasattr(getattr(models, root), "_attribute_map"):
        yield from _old_paths(models, root, "", 0)
        return
    from arm_simulator.core.schema_generator import _Package  # noqa: PLC0415 - needs the SDK's newer form

    package = _Package("compute")
    package.build([root])
    yield from (path for path, _ in paths({"models": package.done}, root))


def _newest(folder: Path) -> str:
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("operations/_*.py"))
    versions: list[str] = re.findall(r'"api-version", "(\d{4}-\d{2}-\d{2})"', text)
    return max(set(versions), key=versions.count)


def merge(releases: list[dict[str, Any]]) -> dict[str, Any]:
    """The table from the descriptions of several releases."""
    versions: dict[str, Any] = {}
    for release in releases:
        versions |= release
    ordered = sorted(versions)
    package = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))["compute"]
    members: dict[str, dict[str, str]] = {}
    values: dict[str, dict[str, dict[str, str]]] = {}
    for root in ROOTS:
        members[root], values[root] = {}, {}
        came: dict[str, str] = {}
        for path, enumeration in paths(package, root):
            first = next((v for v in ordered if path in versions[v].get(root, ())), ordered[-1])
            came[path] = first
            if first not in {ordered[0], came.get(path.rpartition(".")[0])}:
                members[root][path] = first
            for value in () if enumeration in _UNTOLD else package["enums"].get(enumeration, ()):
                with_it = [v for v in ordered if value in versions[v]["enums"].get(enumeration, ())]
                if with_it and with_it[0] > first:
                    values[root].setdefault(path, {})[value] = with_it[0]
    return {"versions": ordered, "members": members, "values": values}


def main(arguments: list[str] | None = None) -> int:
    """Write the file; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m arm_simulator.core.since_generator")
    parser.add_argument("folders", nargs="*", help="unpacked releases of azure-mgmt-compute, the newest one last")
    parser.add_argument("--describe", action="store_true", help="print what the importable release has")
    options = parser.parse_args(arguments)
    if options.describe:
        sys.stdout.write(json.dumps(describe()))
        return 0
    releases = []
    for folder in options.folders:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([folder, *sys.path])}
        command = [sys.executable, "-m", "arm_simulator.core.since_generator", "--describe"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
        releases.append(json.loads(done.stdout))
    text = json.dumps(merge(releases), indent=0, separators=(",", ":"))
    SINCE_FILE.write_text(f"{text}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
