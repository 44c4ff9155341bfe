"""A picture on a terminal: instances by place, what is around them, what differs, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from scaleset_core.picture.grouping import grouped
from scaleset_core.picture.model import Change, Kind, Node, Picture

_POWER = {"running": ("●", "green"), "stopped": ("◐", "yellow"), "deallocated": ("○", "bright_black")}
_HEALTH = {"healthy": "green", "unhealthy": "red"}
_CHANGE = {
    Change.ADDED: "green", Change.REMOVED: "red", Change.CHANGED: "yellow", Change.REPLACED: "magenta",
}  # fmt: skip
_AROUND = (
    Kind.ADDRESS, Kind.BALANCER, Kind.NAT_GATEWAY, Kind.SECURITY_GROUP, Kind.RULE, Kind.SUBNET, Kind.LOCK,
)  # fmt: skip
_FIRST = ("Power state", "Health", "Model", "Size", "Addresses")


def show(picture: Picture, console: Console) -> None:
    """Draw the picture."""
    mode = picture.mode.value if picture.mode else "mode not known"
    count = sum(node.change is not Change.REMOVED for node in picture.of(Kind.INSTANCE))
    console.print(Text.assemble((picture.name, "bold"), f"  {mode}  {count} instances"))
    for label, text in picture.facts.items():
        console.print(Text.assemble((f"{label}: ", "bright_black"), text))
    for place, nodes in picture.places().items():
        console.print(_panel(place or "regional", map(_instance, nodes), console))
    if any(node.facts.get("Power state") for node in picture.of(Kind.INSTANCE)):
        console.print(Text("● running  ◐ stopped  ○ deallocated  ? not told", style="bright_black"))
    around = sorted(
        (node for node in grouped(picture)[0] if node.kind in _AROUND), key=lambda node: _AROUND.index(node.kind)
    )
    if around:
        console.print(_panel("network and locks", (_thing(node) for node in around), console))
    if picture.against:
        _changes(picture, console)
    for sentence in picture.unread:
        console.print(Text(f"Not read: {sentence}", style="yellow"))


def _panel(title: str, rows: Iterable[list[Text]], console: Console) -> Panel:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    lines = [list(row) for row in rows]
    width = max(map(len, lines), default=0)
    for number in range(width):  # only the last column may be wrapped: the names of locks, the facts of things
        table.add_column(no_wrap=number < width - 1 or not console.is_terminal, overflow="fold")
    for line in lines:
        table.add_row(*line)
    return Panel(table, title=title, title_align="left", expand=False)


def _marked(node: Node, mark: str, style: str) -> Text:
    if node.change:
        return Text(f"{node.change.sign} {mark}{node.title}", style=_CHANGE[node.change])
    return Text(f"{mark}{node.title}", style=style)


def _instance(node: Node) -> list[Text]:
    facts = node.facts
    power = facts.get("Power state", "")
    mark, style = _POWER.get(power, ("?", "yellow")) if power else ("", "")
    model = facts.get("Model", "")
    protection = facts.get("Protection", "")
    more = [f"{label}: {text}" for label, text in facts.items() if label not in {*_FIRST, "Protection"}]
    last = [*more, *([f"protected: {protection}"] if protection else []), *_told(node)]
    return [
        _marked(node, f"{mark} " if mark else "", style),
        Text(power),
        Text(facts.get("Health", ""), style=_HEALTH.get(facts.get("Health", ""), "")),
        Text(f"{model} model" if model else "", style="yellow" if model == "older" else ""),
        Text(facts.get("Size", "")),
        Text(facts.get("Addresses", "")),
        Text("; ".join(last), style=_CHANGE.get(node.change, "cyan")),
    ]


def _told(node: Node) -> list[str]:
    """The change in words: a colour alone does not tell it."""
    return [": ".join(filter(None, (node.change.value, "; ".join(node.was))))] if node.change else []


def _thing(node: Node) -> list[Text]:
    facts = "; ".join(f"{label}: {text}" for label, text in node.facts.items() if text)
    told = _told(node)
    return [
        _marked(node, "", ""),
        Text(node.kind.singular, style="bright_black"),
        Text.assemble(facts, "  " if facts and told else "", ("; ".join(told), _CHANGE.get(node.change, ""))),
    ]


def _changes(picture: Picture, console: Console) -> None:
    counts = picture.changes()
    told = ", ".join(f"{counts[each]} {each}" for each in Change if counts[each]) or "nothing differs"
    console.print(Text(f"Against {picture.against}: {told}.", style="bold"))
