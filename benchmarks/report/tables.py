"""Markdown tables of the results of each part."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.report.targets import verdicts

Result = Mapping[str, Any]
_MEGABYTE = 1e6
_KILOBYTE = 1e3


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 0) -> list[str]:
    """A Markdown table.

    Args:
        heads: The heads of the columns.
        rows: As many cells each.
        left: How many columns, from the first, are text; the others are numbers, aligned right.
    """
    rule = [":--" if index < left else "--:" for index in range(len(heads))]
    return [f"| {' | '.join(cells)} |" for cells in (heads, rule, *rows)]


def spread(found: Mapping[str, float] | None, digits: int, scale: float = 1) -> str:
    """Median, smallest and largest value: ``2.3 (2.2 to 2.4)``, with a dash; empty where nothing was measured."""
    if found is None:
        return ""
    median, low, high = (f"{found[name] / scale:,.{digits}f}" for name in ("median", "low", "high"))
    return f"{median} ({low}–{high})"  # noqa: RUF001 - a range


def targets(results: Mapping[str, Any]) -> list[str]:
    """The promises of the project and the measured values."""
    rows = []
    for verdict in verdicts(results):
        unit = f" {verdict.target.unit}" if verdict.target.unit else ""
        value = "not measured" if verdict.value is None else f"{verdict.value:.2f}{unit}"
        met = {None: "", True: "yes", False: "**no**"}[verdict.met]
        rows.append([verdict.target.title, f"≤ {verdict.target.limit:g}{unit}", value, met])
    return table(["What", "Target", "Measured", "Met"], rows, left=1)


def registration(measured: Sequence[Result]) -> list[str]:
    """CPU, memory and wall of one operation at all sizes."""
    heads = ["Instances", "Resources", "Rounds"]
    for measure in ("CPU s", "Memory MB", "Wall s"):
        heads += [f"{measure}: ours", "by hand", "ratio"]
    rows = []
    for each in measured:
        cells = [f"{each['instances']:,}", f"{each['resources']:,}", str(each["rounds"])]
        for name, digits, scale in (("cpu", 2, 1), ("memory", 0, _MEGABYTE), ("wall", 2, 1)):
            found = each[name]
            cells += [spread(found.get(side), digits, scale) for side in ("ours", "handwritten")]
            cells.append(spread(found.get("ratio"), 2))
        rows.append(cells)
    return table(heads, rows)


def policies(measured: Sequence[Result]) -> list[str]:
    """The pack and an empty one."""
    rows = [
        [f"{each['instances']:,}", f"{each['resources']:,}", str(each["rounds"])]
        + [spread(each[name], 2) for name in ("pack_ms", "empty_ms", "extra_ms")]
        for each in measured
    ]
    return table(["Instances", "Resources", "Rounds", "Whole pack, ms", "Empty pack, ms", "Difference, ms"], rows)


def operations(measured: Sequence[Result]) -> list[str]:
    """The inventory and the restart."""
    rows = [
        [
            each["operation"],
            f"{each['instances']:,}",
            str(each["rounds"]),
            spread(each["wall"], 2),
            spread(each["cpu"], 2),
            f"{each['requests']:,}",
            f"{each['throttled']}" if "throttled" in each else "",
            spread(each.get("fan_out"), 1),
            f"{each['ideal']:.1f}" if "ideal" in each else "",
            spread(each.get("ratio"), 2),
        ]
        for each in measured
    ]
    heads = ["Operation", "Instances", "Rounds", "Wall s", "CPU s", "Requests", "Refused (429)"]
    return table([*heads, "Fan-out s", "Ideal s", "Fan-out / ideal"], rows, left=1)


def restart(measured: Sequence[Result]) -> list[str]:
    """Restarts that take Azure a while."""
    rows = [
        [
            each["mode"],
            each["rate"].replace(",", ", ") or "none",
            f"{each['instances']:,}",
            f"{each['seconds']:g}",
            f"{each['wall']:.1f}",
            f"{each['ideal']:.1f}",
            f"{each['ratio']:.2f}",
            f"{each['cpu']:.1f}",
            f"{each['calls']:,}",
            f"{each['polls']:,}",
        ]
        for each in measured
    ]
    heads = ["Mode", "Rate limit", "Instances", "Azure's s", "Wall s", "Ideal s", "Ratio", "CPU s", "Calls", "Polls"]
    return table(heads, rows, left=2)


def az(measured: Sequence[Result]) -> list[str]:
    """The Azure CLI and ours."""
    rows = []
    for each in measured:
        scaled = "" if each["measured"] == each["instances"] else f" ({each['measured']} measured with az, scaled)"
        cells = [f"{each['operation']}{scaled}", f"{each['instances']:,}"]
        for name, form in (("wall", ",.1f"), ("cpu", ",.1f"), ("requests", ",")):
            cells += [format(each[tool][name], form) for tool in ("az", "ours")]
        rows.append(cells)
    heads = ["Operation", "Instances", "Wall s: az", "ours", "CPU s: az", "ours", "Requests: az", "ours"]
    return table(heads, rows, left=1)


def check(measured: Sequence[Result]) -> list[str]:
    """Each input."""
    rows = [
        [
            each["input"],
            f"{each['resources']:,}",
            f"{each['bytes'] / _KILOBYTE:,.0f}",
            str(each["rounds"]),
            spread(each["wall"], 2),
            spread(each["cpu"], 2),
        ]
        for each in measured
    ]
    return table(["Input", "Resources", "kB", "Rounds", "Wall s", "CPU s"], rows, left=1)


def imports(measured: Sequence[Result]) -> list[str]:
    """Each pair of imports."""
    rows = [
        [f"`{each['statements']}`", f"`{each['against']}`", str(each["rounds"])]
        + [spread(each["cpu"][side], 2) for side in ("ours", "reference", "ratio")]
        for each in measured
    ]
    return table(["Ours", "Against", "Rounds", "CPU s: ours", "against", "ratio"], rows, left=2)


def commands(measured: Sequence[Result]) -> list[str]:
    """Each command."""
    rows = [
        [f"`scaleset {each['name']}`", str(each["rounds"]), spread(each["wall"], 2), spread(each["cpu"], 2)]
        for each in measured
    ]
    return table(["Command", "Rounds", "Wall s", "CPU s"], rows, left=1)


def simulator(measured: Result) -> list[str]:
    """Requests a second."""
    row = [f"{measured['requests']:,}", str(measured["rounds"])]
    row += [spread(measured[name], 0) for name in ("put_per_second", "get_per_second", "list_ms")]
    return table(["Resources", "Rounds", "PUT/s", "GET/s", "List of all, ms"], [row])
