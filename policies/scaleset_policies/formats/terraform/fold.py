"""Merges resources that azurerm splits off back into the resource that has them in ARM."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies.estate import normal_id
from scaleset_policies.formats.entries import Entry
from scaleset_policies.formats.terraform.convert import Refs, at_path
from scaleset_policies.formats.terraform.network import BALANCING_RULE, KINDS, LINKS, LISTED, OWNERS

_INDEX: Final = re.compile(r"\[[^\]]*\]$")


class Source(Protocol):
    """A planned resource of :mod:`scaleset_policies.formats.terraform.plan`."""

    address: str
    type: str
    values: dict[str, Any]
    expressions: dict[str, Any]
    complete: bool


@dataclass(frozen=True, slots=True)
class _Owners:
    """The owner of a resource: one certain entry, or several possible ones."""

    sure: Entry | None = None
    maybe: tuple[Entry, ...] = ()


def fold(planned: Sequence[Source], entries: list[Entry]) -> list[Entry]:
    """``entries`` with owners named, load balancer parts as members, and associations as properties.

    A part that may belong to several owners is UNKNOWN at each: a rule that reads it is undecided there.
    """
    finder = _Finder(planned, entries)
    by_label = {entry.label: entry for entry in entries}
    unsure: list[tuple[Entry, Entry]] = []
    for source in planned:
        entry = by_label.get(source.address)
        attribute = OWNERS.get(source.type)
        if entry is None or attribute is None:
            continue
        owners = finder.owners(source, attribute)
        unsure += [(owner, entry) for owner in owners.maybe]
        if owners.sure is not None:
            entry.parent = owners.sure.label
            _list_in(owners.sure, entry)
    for owner, entry in unsure:
        _maybe_list_in(owner, entry)
    for source in planned:
        if source.type in LINKS:
            _link(source, finder)
    return entries


class _Finder:
    def __init__(self, planned: Sequence[Source], entries: list[Entry]) -> None:
        self.by_label = {entry.label: entry for entry in entries}
        self.by_id = {normal_id(entry.id): entry for entry in entries if entry.id}
        self.keys: dict[str, set[str]] = {}
        for source in planned:
            plain, key = _key(source.address)
            self.keys.setdefault(plain, set()).add(key)

    def owners(self, source: Source, attribute: str) -> _Owners:
        """The entries that an attribute names, by its id or by the configuration's reference."""
        value = source.values.get(attribute)
        if isinstance(value, str) and normal_id(value) in self.by_id:
            return _Owners(self.by_id[normal_id(value)])
        found = [self.by_label[each] for each in self.addresses(source, attribute) if each in self.by_label]
        if len(found) == 1:
            return _Owners(found[0])
        same = self._same_key(source, found)
        if same is not None:
            return _Owners(same)
        if not found and value is UNKNOWN and not source.complete:
            found = [entry for entry in self.by_label.values() if entry.type == KINDS.get(attribute)]
        return _Owners(maybe=tuple(found))

    def _same_key(self, source: Source, found: list[Entry]) -> Entry | None:
        """The owner with the same key, if source and owners are repeated over the same keys."""
        plain, key = _key(source.address)
        by_key = {_key(entry.label)[1]: entry for entry in found}
        repeated = len(by_key) == len(found) and len({_key(entry.label)[0] for entry in found}) == 1
        return by_key.get(key) if repeated and self.keys[plain] == by_key.keys() else None

    @staticmethod
    def addresses(source: Source, attribute: str) -> tuple[str, ...]:
        """The addresses that the configuration names for an attribute."""
        expression = source.expressions.get(attribute)
        return expression.addresses if isinstance(expression, Refs) else ()


def _key(address: str) -> tuple[str, str]:
    """An address without its key, and the key: ``["web"]`` of ``azurerm_subnet.this["web"]``."""
    found = _INDEX.search(address)
    return (address[: found.start()], found[0]) if found else (address, "")


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


def _maybe_list_in(owner: Entry, entry: Entry) -> None:
    """Add a member that may be another owner's; certain members are kept, since their presence can decide a rule."""
    name = LISTED.get(entry.type)
    if name is not None and (entry.type == BALANCING_RULE or name not in owner.properties):
        owner.properties[name] = UNKNOWN


def _link(source: Source, finder: _Finder) -> None:
    owner_attribute, attribute, path = LINKS[source.type]
    owners = finder.owners(source, owner_attribute)
    for owner in owners.maybe:
        owner.properties.setdefault(path.partition(".")[0].partition("[")[0], UNKNOWN)
    if owners.sure is None:
        return
    owner, value = owners.sure, source.values.get(attribute)
    if path.startswith("ipConfigurations[]."):
        configuration = _configuration(owner, source.values.get("ip_configuration_name"))
        if configuration is None:
            return
        path = path.removeprefix("ipConfigurations[].")
        tree, at = configuration
    else:
        tree, at = owner.properties, ""
    value = UNKNOWN if value is None else value
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
