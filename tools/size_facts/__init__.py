"""Rebuilds the VM sizes in ``scaleset_core/facts/azure.json`` from the JSON of ``az vm list-skus``."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_KIND = "virtualMachines"
_FLAGS = {
    "premium": "PremiumIO",
    "acceleratedNetworking": "AcceleratedNetworkingEnabled",
    "ephemeral": "EphemeralOSDiskSupported",
    "hibernation": "HibernationSupported",
}
ORDER = (
    "premium",
    "localDisk",
    "generations",
    "arm",
    "acceleratedNetworking",
    "ephemeral",
    "hibernation",
    "writeAccelerator",
)
"""The facts of a series, in the file's order."""
Facts = dict[str, Any]


def sizes(skus: Iterable[Mapping[str, Any]], read: str) -> Facts:
    """The file's ``sizes`` from SKUs.

    Args:
        skus: The entries of ``az vm list-skus --resource-type virtualMachines`` of one region or several.
        read: The day on which they were listed, ISO 8601.

    Returns:
        Sizes with equal facts are grouped. What the entries of several regions do not agree on is null.
    """
    found: dict[str, Facts] = {}
    families: dict[str, str] = {}
    zones: dict[str, dict[str, list[str]]] = {}
    for sku in skus:
        if sku.get("resourceType") != _KIND:
            continue
        name = str(sku["name"])
        facts = _facts(sku)
        before = found.setdefault(name, facts)
        found[name] = {key: facts[key] if facts[key] == before[key] else None for key in ORDER}
        families[name] = str(sku.get("family", ""))
        for region, sold in _zones(sku):
            zones.setdefault(region, {})[name] = sold
    return {
        "read": read,
        "sources": ["https://learn.microsoft.com/cli/azure/vm#az-vm-list-skus"],
        "zones": {region: dict(sorted(zones[region].items())) for region in sorted(zones)},
        "series": _series(found, families),
    }


def _series(found: Mapping[str, Facts], families: Mapping[str, str]) -> list[Facts]:
    groups: dict[str, Facts] = {}
    for name in sorted(found, key=lambda each: (families[each], each)):
        key = json.dumps([families[name], found[name]], sort_keys=True)
        group = groups.setdefault(key, {"family": families[name], "sizes": [], **found[name]})
        group["sizes"].append(name)
    return list(groups.values())


def _facts(sku: Mapping[str, Any]) -> Facts:
    said = {each["name"]: str(each["value"]) for each in sku.get("capabilities") or ()}
    facts: Facts = {key: _flag(said.get(name)) for key, name in _FLAGS.items()}
    local = [said[name] for name in ("MaxResourceVolumeMB", "NvmeDiskSizeInMiB") if name in said]
    generations = said.get("HyperVGenerations")
    facts["localDisk"] = any(_number(each) > 0 for each in local) if local else None
    facts["generations"] = (
        None if generations is None else sorted(int(each.strip().upper()[1:]) for each in generations.split(","))
    )
    architecture = said.get("CpuArchitectureType")
    facts["arm"] = None if architecture is None else architecture.lower() == "arm64"
    # The capability is listed for the sizes that have it.
    facts["writeAccelerator"] = _number(said.get("MaxWriteAcceleratorDisksAllowed", "0")) > 0
    return {key: facts[key] for key in ORDER}


def _zones(sku: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for place in sku.get("locationInfo") or ():
        yield str(place["location"]).lower(), sorted(place.get("zones") or ())


def _flag(value: str | None) -> bool | None:
    return None if value is None else value.lower() == "true"


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return 0


def text(document: Mapping[str, Any]) -> str:
    """The file's text: one line for each series and each list of images, so that a change shows as such."""
    sections = {"about": document["about"], "sizes": document["sizes"], "images": document["images"]}
    return "\n".join(_lines(sections, "")) + "\n"


def _lines(node: Any, indent: str) -> Iterator[str]:
    """The lines of a value: an object or a list that contains an object is opened, everything else is one line."""
    inner = f"{indent}  "
    if isinstance(node, Mapping) and _deep(node):
        parts = [(f"{json.dumps(key)}: ", value) for key, value in node.items()]
        opening, closing = "{", "}"
    elif isinstance(node, list) and _deep(node):
        parts, opening, closing = [("", value) for value in node], "[", "]"
    else:
        yield f"{indent}{json.dumps(node)}"
        return
    yield f"{indent}{opening}"
    for index, (label, value) in enumerate(parts):
        lines = list(_lines(value, inner))
        lines[0] = f"{inner}{label}{lines[0].removeprefix(inner)}"
        lines[-1] += "," if index < len(parts) - 1 else ""
        yield from lines
    yield f"{indent}{closing}"


def _deep(node: Any) -> bool:
    if isinstance(node, Mapping):
        return "family" not in node and any(isinstance(each, Mapping | list) for each in node.values())
    return any(isinstance(each, Mapping) for each in node)
