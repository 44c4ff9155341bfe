"""From imports to what is drawn: the packages and their modules, by layers."""

from __future__ import annotations

from collections.abc import Mapping

import grimp

PACKAGES: Mapping[str, str] = {
    "pulumi_azure_scaleset": "the component",
    "scaleset_policies": "rules, policy pack, check",
    "scaleset_operations": "day-2 commands, fleets",
    "scaleset_core": "the mode table, its facts",
    "scaleset_migration": "from Uniform to Flexible",
    "arm_templates": "language of ARM templates",
    "arm_simulator": "Azure on this machine",
    "azure_native": "the stand-in provider",
}
"""The packages, each with what it is."""

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
    return max(_heights(arrows).values(), default=0)


def layers(arrows: Arrows) -> list[list[str]]:
    """The modules by layers, each below all that import it; the lowest layer, the last one, imports none of them."""
    heights = _heights(arrows)
    return [sorted(room for room in arrows if heights[room] == floor) for floor in range(floors(arrows), 0, -1)]


def _heights(arrows: Arrows) -> dict[str, int]:
    circle = sorted(room for room in arrows if room in _reach(arrows, room))
    if circle:
        raise ValueError(f"these import each other in a circle: {', '.join(circle)}")
    found: dict[str, int] = {}

    def height(room: str) -> int:
        if room not in found:
            found[room] = 1 + max((height(target) for target in arrows.get(room, ())), default=0)
        return found[room]

    return {room: height(room) for room in arrows}


def between(graph: grimp.ImportGraph) -> Arrows:
    """Which package imports which, without what follows from a path over another one."""
    direct = {one: {two for two in PACKAGES if two != one and _direct(graph, one, two)} for one in PACKAGES}
    return reduced(direct)


def table(graph: grimp.ImportGraph) -> str:
    """The table of each package: boxes (rooms), depth (floors) and arrows."""
    rows = ["| Package | Modules | Layers | Imports |", "|---|--:|--:|--:|"]
    for package in PACKAGES:
        arrows = rooms(graph, package)
        count = sum(map(len, arrows.values()))
        rows.append(f"| `{package}` | {len(arrows)} | {floors(arrows)} | {count} |")
    return "\n".join(rows) + "\n"
