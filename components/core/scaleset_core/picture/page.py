"""The page of a picture: one file, no requests, readable on a phone and on paper, in light and dark."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape
from importlib import resources

from scaleset_core.modes import ROWS, Mode
from scaleset_core.picture.grouping import MOST
from scaleset_core.picture.model import Change, Kind, Node, Picture
from scaleset_core.picture.topology import connections, draw

_UNKNOWN = "not told"
_FILTERS = {"Power state": "power", "Health": "health", "Model": "model", "Size": "size"}
_NETWORK = (
    Kind.ADDRESS, Kind.BALANCER, Kind.NAT_GATEWAY, Kind.SECURITY_GROUP, Kind.RULE, Kind.SUBNET, Kind.LOCK,
)  # fmt: skip
_NAMED = 8
"""If there are more connections than this, their number is shown instead of their names."""


def render(pictures: Sequence[Picture], title: str) -> str:
    """The page's HTML. What came from outside is escaped; the page's policy names style and script by their hash."""
    assets = resources.files("scaleset_core.picture") / "assets"
    css, js = ((assets / f"picture.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    parts = {
        "title": escape(title),
        "css": css,
        "js": js,
        "css-hash": _hash(css),
        "js-hash": _hash(js),
        "body": "".join(_picture(each, number) for number, each in enumerate(pictures)),
    }
    filled = (assets / "picture.html").read_text(encoding="utf-8").split("{{")
    return filled[0] + "".join(parts[name] + rest for name, _, rest in (part.partition("}}") for part in filled[1:]))


def _hash(text: str) -> str:
    """The source expression of an embedded style or script (Content Security Policy, level 2)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _picture(picture: Picture, number: int) -> str:
    name = escape(picture.name)
    sections = [
        _section(f"changes-{number}", "Changes", _changes(picture)) if picture.against else "",
        _section(f"unread-{number}", "Not read", _list(picture.unread)) if picture.unread else "",
        _section(f"map-{number}", "Instances", _filters(picture) + _map(picture)),
        _section(f"topology-{number}", "Topology", _scroll(draw(picture), f"Topology of {picture.name}")),
        _section(f"network-{number}", "Network and locks", _network(picture)),
        _section(f"modes-{number}", "What this mode can do", _verdicts(picture.mode)) if picture.mode else "",
    ]
    return f'<article class="picture" aria-label="{name}"><header><h1>{name}</h1>{_facts(picture)}</header>' + (
        "".join(sections) + "</article>"
    )


def _section(key: str, title: str, body: str) -> str:
    return f'<section aria-labelledby="{key}"><h2 id="{key}">{title}</h2>{body}</section>'


def _scroll(body: str, label: str, *, many: bool = False) -> str:
    """What is wide scrolls sideways, and what is long by itself, so that what follows stays within reach."""
    kind = "scroll many" if many else "scroll"
    return f'<div class="{kind}" tabindex="0" role="region" aria-label="{escape(label)}, scrolls">{body}</div>'


def _list(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"


def _facts(picture: Picture) -> str:
    facts = picture.facts.items()
    return f"<dl>{''.join(f'<div><dt>{escape(key)}</dt><dd>{escape(value)}</dd></div>' for key, value in facts)}</dl>"


def _changes(picture: Picture) -> str:
    nodes = [node for node in picture.nodes if node.change]
    if not nodes:
        return f"<p>Nothing differs from {escape(picture.against)}.</p>"
    counts = picture.changes()
    summary = ", ".join(f"{counts[each]:,} {each}" for each in Change if counts[each])
    rows = "".join(
        f'<tr class="{node.change}"><td>{node.change.sign} {node.change}</td><th scope="row">{escape(node.title)}</th>'
        f"<td>{node.kind.singular}</td><td>{escape('; '.join(node.was) or node.detail)}</td></tr>"
        for node in nodes
    )
    table = _table(("Change", "Name", "Kind", "What"), rows, "changes")
    return f"<p>{summary}</p>{_scroll(table, 'Changes', many=len(nodes) > MOST)}"


def _table(titles: Iterable[str], rows: str, kind: str) -> str:
    head = "".join(f'<th scope="col">{title}</th>' for title in titles)
    return f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _filters(picture: Picture) -> str:
    items = picture.of(Kind.INSTANCE)
    choices = {key: (label, {node.facts.get(label, "") for node in items}) for label, key in _FILTERS.items()}
    choices["place"] = ("Place", {node.place for node in items})
    choices["protection"] = ("Protection", {_protected(node) for node in items})
    if picture.against:
        choices["change"] = ("Change", {node.change.value or "unchanged" for node in items})
    made = [
        f'<label>{title} <select data-filter="{key}"><option value="">any</option>'
        + "".join(f"<option>{escape(value)}</option>" for value in sorted(values - {""}))
        + "</select></label>"
        for key, (title, values) in choices.items()
        if values - {""}
    ]
    return (
        '<form class="filters" aria-label="Filter the instances"><label>Name or address '
        '<input type="search" data-filter="name" placeholder="part of it"></label>'
        f'{"".join(made)}<button type="reset">Show all</button></form>'
        '<p class="count" role="status" aria-live="polite"></p>'
    )


def _protected(node: Node) -> str:
    return "protected" if node.facts.get("Protection") else "not protected"


def _map(picture: Picture) -> str:
    groups = []
    for place, nodes in picture.places().items():
        title = escape(place[:1].upper() + place[1:] or "Regional")
        cards = "".join(map(_card, nodes))
        within = f' class="many" tabindex="0" aria-label="{title}, scrolls"' if len(nodes) > MOST else ""
        groups.append(
            f'<section class="place" aria-label="{title}"><h3>{title} <small>{len(nodes):,}</small></h3>'
            f"<ul{within}>{cards}</ul></section>"
        )
    return f'<div class="map">{"".join(groups) or "<p>The scale set has no instances.</p>"}</div>'


def _card(node: Node) -> str:
    power = node.facts.get("Power state", "")
    shown = " · ".join(
        escape(f"{text} model" if label == "Model" else text)
        for label, text in node.facts.items()
        if label not in {"Protection", "Addresses"}
    )
    addresses = node.facts.get("Addresses", "")
    lines = [f"<p>{shown}</p>" if shown else "", f'<p class="address">{escape(addresses)}</p>' if addresses else ""]
    protection = node.facts.get("Protection", "")
    lines += [f'<p class="lock">{escape(protection)}</p>'] if protection else []
    word = node.change.value
    lines += [f'<p class="change">{escape("; ".join([word, *node.was]))}</p>'] if word else []
    data = {key: node.facts.get(label, "") for label, key in _FILTERS.items()}
    data |= {"place": node.place, "protection": _protected(node), "change": word or "unchanged"}
    attributes = " ".join(f'data-{key}="{escape(value)}"' for key, value in data.items() if value)
    kinds = " ".join(filter(None, ("instance", _word(power), word)))
    sign = f"{node.change.sign} " if word else ""
    return f'<li class="{kinds}" {attributes}><strong>{sign}{escape(node.title)}</strong>{"".join(lines)}</li>'


def _word(power: str) -> str:
    """The class of a power state; a text that is none of Azure's gets none."""
    return power if power in {"running", "stopped", "deallocated"} else ""


def _network(picture: Picture) -> str:
    nodes = picture.of(*_NETWORK)
    if not nodes:
        return "<p>The network and the locks are not known.</p>"
    lines = connections(picture)
    rows = []
    for node in nodes:
        word = f"{node.change.sign} {node.change}" if node.change else ""
        facts = "<br>".join(f"{escape(label)}: {escape(text)}" for label, text in node.facts.items() if text)
        others = lines.get(node.key, [])
        leads = f"{len(others):,} others" if len(others) > _NAMED else ", ".join(others)
        rows.append(
            f'<tr class="{node.change}"><th scope="row">{escape(node.title)}</th><td>{node.kind.singular}'
            f"{f'<br>{word}' if word else ''}</td><td>{facts}</td><td>{escape(leads)}</td></tr>"
        )
    table = _table(("Name", "Kind", "Facts", "Connected to"), "".join(rows), "network")
    return _scroll(table, "Network and locks", many=len(rows) > MOST)


def _verdicts(mode: Mode) -> str:
    rows = []
    for entry in ROWS.values():
        route = entry.route(mode)
        verdict = "yes" if route.supported else "no"
        note = route.note or (f"{route.reason}. Instead: {route.alternative}." if route.reason else "")
        call = route.kind.value + (f" ({route.http})" if route.http else "")
        command = f"<code>scaleset {escape(entry.command)}</code>" if entry.command else ""
        rows.append(
            f'<tr class="{verdict}"><th scope="row">{escape(entry.title)}</th><td>{verdict}</td>'
            f"<td>{escape(call)}<br>{command}</td><td>{escape(note)}</td></tr>"
        )
    table = _table(("Operation", "Available", "Route", "Note"), "".join(rows), "modes")
    return f"<details><summary>{len(rows)} operations</summary>{_scroll(table, 'Mode table')}</details>"
