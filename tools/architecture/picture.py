"""From imports to a picture in Mermaid: a box for each module or package, an arrow to each one that it imports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import grimp

PACKAGES: Mapping[str, str] = {
    "pulumi_azure_scaleset": "pulumi-azure-scaleset: the component",
    "scaleset_policies": "pulumi-azure-scaleset-policies: rules, pack, scaleset check",
    "scaleset_operations": "pulumi-azure-scaleset-operations: the scaleset command, fleets",
    "scaleset_core": "pulumi-azure-scaleset-core: the mode table and its facts",
    "scaleset_migration": "pulumi-azure-scaleset-migration: from Uniform to Flexible",
    "arm_templates": "pulumi-azure-scaleset-templates: the language of ARM templates",
    "arm_simulator": "pulumi-azure-scaleset-simulator: Azure on this machine",
    "azure_native": "the stand-in azure-native provider, beside the simulator",
}
"""The packages, each with its distribution."""

Arrows = dict[str, set[str]]


def rooms(graph: grimp.ImportGraph, package: str) -> Arrows:
    """The children of a package, each with those of its siblings that it imports, directly or in its modules."""
    children = sorted(graph.find_children(package))
    return {
        child: {other for other in children if other != child and _direct(graph, child, other)}
        for child in children
        if not child.endswith("__main__")
    }


def _direct(graph: grimp.ImportGraph, importer: str, imported: str) -> bool:
    inside = {imported, *graph.find_descendants(imported)}
    sources = {importer, *graph.find_descendants(importer)}
    return any(graph.find_modules_directly_imported_by(source) & inside for source in sources)


def reduced(arrows: Arrows) -> Arrows:
    """The arrows without those that follow from a path over another module."""
    return {
        room: {target for target in targets if not any(target in _reach(arrows, other) for other in targets - {target})}
        for room, targets in arrows.items()
    }


def _reach(arrows: Arrows, start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for target in arrows.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def floors(arrows: Arrows) -> int:
    """How many modules the longest import path has."""
    circle = sorted(room for room in arrows if room in _reach(arrows, room))
    if circle:
        raise ValueError(f"these import each other in a circle: {', '.join(circle)}")

    def height(room: str) -> int:
        return 1 + max((height(target) for target in arrows.get(room, ())), default=0)

    return max(map(height, arrows), default=0)


def mermaid(graph: grimp.ImportGraph) -> str:
    """The picture as a Mermaid flow chart."""
    lines = ["flowchart TD"]
    for package, title in PACKAGES.items():
        arrows = reduced(rooms(graph, package))
        lines.append(f'  subgraph {package}["{title}"]')
        lines += [f'    {_key(room)}["{room.rpartition(".")[2]}"]' for room in arrows]
        lines += [f"    {_key(room)} --> {_key(target)}" for room in arrows for target in sorted(arrows[room])]
        lines.append("  end")
    lines += [f"  {one} --> {two}" for one, two in _between(graph, PACKAGES)]
    return "\n".join(lines) + "\n"


def table(graph: grimp.ImportGraph) -> str:
    """The table of each package: boxes (rooms), depth (floors) and arrows."""
    rows = ["| Package | Modules | Layers | Imports |", "|---|--:|--:|--:|"]
    for package in PACKAGES:
        arrows = rooms(graph, package)
        count = sum(map(len, arrows.values()))
        rows.append(f"| `{package}` | {len(arrows)} | {floors(arrows)} | {count} |")
    return "\n".join(rows) + "\n"


def _between(graph: grimp.ImportGraph, packages: Iterable[str]) -> list[tuple[str, str]]:
    return [(one, two) for one in packages for two in packages if one != two and _direct(graph, one, two)]


def _key(room: str) -> str:
    return room.replace(".", "_")
