"""What azurerm splits into resources of its own, put back where ARM has it."""

from collections.abc import Sequence
from typing import Any, Protocol

from pulumi_azure_scaleset.properties import UNKNOWN
from scaleset_policies.estate import normal_id
from scaleset_policies.formats.entries import Entry
from scaleset_policies.formats.terraform.convert import Refs, at_path
from scaleset_policies.formats.terraform.network import LINKS, LISTED, OWNERS


class Source(Protocol):
    """A planned resource, as :mod:`scaleset_policies.formats.terraform.plan` has it."""

    address: str
    type: str
    values: dict[str, Any]
    expressions: dict[str, Any]


def fold(planned: Sequence[Source], entries: list[Entry]) -> list[Entry]:
    """``entries`` with owners named, load balancer parts as members, and associations as properties."""
    finder = _Finder(entries)
    by_label = {entry.label: entry for entry in entries}
    for source in planned:
        entry = by_label.get(source.address)
        attribute = OWNERS.get(source.type)
        if entry is None or attribute is None:
            continue
        owner = finder.owner(source, attribute)
        if owner is not None:
            entry.parent = owner.label
            _list_in(owner, entry)
    for source in planned:
        if source.type in LINKS:
            _link(source, finder)
    return entries


class _Finder:
    def __init__(self, entries: list[Entry]) -> None:
        self.by_label = {entry.label: entry for entry in entries}
        self.by_id = {normal_id(entry.id): entry for entry in entries if entry.id}

    def owner(self, source: Source, attribute: str) -> Entry | None:
        """The entry that an attribute names, by its id or by the configuration's reference."""
        value = source.values.get(attribute)
        if isinstance(value, str) and normal_id(value) in self.by_id:
            return self.by_id[normal_id(value)]
        addresses = self.addresses(source, attribute)
        found = [self.by_label[each] for each in addresses if each in self.by_label]
        return found[0] if len(found) == 1 else None

    @staticmethod
    def addresses(source: Source, attribute: str) -> tuple[str, ...]:
        """The addresses that the configuration names for an attribute."""
        expression = source.expressions.get(attribute)
        return expression.addresses if isinstance(expression, Refs) else ()


def _list_in(owner: Entry, entry: Entry) -> None:
    name = LISTED.get(entry.type)
    if name is None:
        return
    members = owner.properties.setdefault(name, [])
    if not isinstance(members, list):
        return
    at = f"{name}[{len(members)}]"
    members.append({**entry.properties, "id": entry.id or UNKNOWN})
    owner.places = {**owner.places, at: ("", *entry.at)}
    moved = {f"{at}.{path}": addresses for path, addresses in entry.references.items()}
    owner.references = {**owner.references, f"{at}.id": (entry.label,), **moved}


def _link(source: Source, finder: _Finder) -> None:
    owner_attribute, attribute, path = LINKS[source.type]
    owner = finder.owner(source, owner_attribute)
    if owner is None:
        return
    value = source.values.get(attribute) or UNKNOWN
    if path.startswith("ipConfigurations[]."):
        configuration = _configuration(owner, source.values.get("ip_configuration_name"))
        if configuration is None:
            return
        path = path.removeprefix("ipConfigurations[].")
        tree, at = configuration
    else:
        tree, at = owner.properties, ""
    if path.endswith("[].id"):
        listed = tree.setdefault(path[:-5], [])
        if isinstance(listed, list):
            place = f"{at}{path[:-5]}[{len(listed)}].id"
            listed.append({"id": value})
        else:
            return
    else:
        at_path(tree, path.rpartition(".")[0])["id"] = value
        place = f"{at}{path}"
    addresses = finder.addresses(source, attribute)
    owner.references = {**owner.references, place: addresses} if addresses else owner.references


def _configuration(owner: Entry, name: Any) -> tuple[dict[str, Any], str] | None:
    configurations = owner.properties.get("ipConfigurations")
    if not isinstance(configurations, list):
        return None
    for index, each in enumerate(configurations):
        if isinstance(each, dict) and (each.get("name") == name or len(configurations) == 1):
            return each, f"ipConfigurations[{index}]."
    return None
