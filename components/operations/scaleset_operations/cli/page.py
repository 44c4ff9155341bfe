"""The page of ``set view --html``: one file, no requests, readable on a phone, in light and dark."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from importlib import resources
from typing import TYPE_CHECKING

from scaleset_operations.cli.topology import draw
from scaleset_operations.instances import Instance

if TYPE_CHECKING:
    from scaleset_operations.view import SetView

_UNKNOWN = "not told"


def render(view: SetView) -> str:
    """The page's HTML. Everything that came from Azure is escaped."""
    assets = resources.files("scaleset_operations.cli") / "assets"
    template = (assets / "view.html").read_text(encoding="utf-8")
    parts = {
        "name": escape(view.scale_set.target.name),
        "facts": _facts(view),
        "filters": _filters(view.instances),
        "map": _map(view),
        "topology": draw(view),
        "table": _verdicts(view),
        "css": (assets / "view.css").read_text(encoding="utf-8"),
        "js": (assets / "view.js").read_text(encoding="utf-8"),
    }
    for key, value in parts.items():
        template = template.replace("{{" + key + "}}", value)
    return template


def _facts(view: SetView) -> str:
    target = view.scale_set.target
    facts = {
        "Mode": view.scale_set.mode.value,
        "Location": view.scale_set.location,
        "Resource group": target.resource_group,
        "Instances": str(len(view.instances)),
        "States": view.source,
    }
    return "".join(f"<div><dt>{escape(key)}</dt><dd>{escape(value)}</dd></div>" for key, value in facts.items())


def _filters(instances: Iterable[Instance]) -> str:
    items = list(instances)
    choices = {
        "power": ("Power state", {item.power or _UNKNOWN for item in items}),
        "zone": ("Zone", {item.zone for item in items if item.zone}),
        "health": ("Health", {item.health for item in items if item.health}),
        "model": ("Model", {_model(item) for item in items if _model(item)}),
        "protection": ("Protection", {_protected(item) for item in items}),
    }
    made = [
        f'<label>{title} <select data-filter="{key}"><option value="">any</option>'
        + "".join(f"<option>{escape(value)}</option>" for value in sorted(values))
        + "</select></label>"
        for key, (title, values) in choices.items()
        if values
    ]
    return "".join(made)


def _model(item: Instance) -> str:
    return "" if item.latest_model is None else "latest" if item.latest_model else "older"


def _protected(item: Instance) -> str:
    return "protected" if item.protection else "not protected"


def _map(view: SetView) -> str:
    groups = []
    for (zone, domain), instances in view.placement().items():
        place = ", ".join(
            part
            for part in (f"Zone {zone}" if zone else "", "" if domain is None else f"fault domain {domain}")
            if part
        )
        cards = "".join(_card(item) for item in instances)
        title = escape(place[:1].upper() + place[1:] or "Regional")
        groups.append(f'<section class="place" aria-label="{title}"><h3>{title}</h3><ul>{cards}</ul></section>')
    return "".join(groups) or "<p>The scale set has no instances.</p>"


def _card(item: Instance) -> str:
    power = item.power or _UNKNOWN
    facts = [
        power,
        item.health,
        f"{_model(item)} model" if _model(item) else "",
        "Spot" if item.spot else "",
        item.size,
    ]
    shown = " · ".join(escape(fact) for fact in facts if fact)
    protection = f'<p class="lock">{escape(item.protection)}</p>' if item.protection else ""
    label = escape(", ".join([item.name, *(fact for fact in facts if fact), item.protection or "not protected"]))
    attributes = {
        "power": power,
        "zone": item.zone,
        "health": item.health,
        "model": _model(item),
        "protection": _protected(item),
    }
    data = " ".join(f'data-{key}="{escape(value)}"' for key, value in attributes.items())
    return (
        f'<li class="instance {escape(power.split()[0])}" {data} aria-label="{label}">'
        f"<strong>{escape(item.name)}</strong><p>{shown}</p>{protection}</li>"
    )


def _verdicts(view: SetView) -> str:
    rows = []
    for entry in view.verdicts():
        verdict = "yes" if entry["supported"] == "yes" else "no"
        route = entry["route"] + (f" ({entry['call']})" if entry["call"] else "")
        command = f"<code>scaleset {escape(entry['command'])}</code>" if entry["command"] else ""
        rows.append(
            f'<tr class="{verdict}"><th scope="row">{escape(entry["title"])}</th><td>{verdict}</td>'
            f"<td>{escape(route)}<br>{command}</td><td>{escape(entry['note'])}</td></tr>"
        )
    return "".join(rows)
