"""The resource graph that every rule reads: resources, their properties, and the references between them.

Readers (the policy request, templates, states, plans) build an :class:`Estate`; rules only query it. "Not known" is a
separate result everywhere: in properties it is :data:`~scaleset_core.facts.properties.UNKNOWN`, and :class:`Targets`
has the references that could not be followed.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from scaleset_core.facts.properties import (
    UNKNOWN,
    Found,
    Unknown,
    View,
)
from scaleset_policies import arm_types
from scaleset_policies.suppression import Suppression

_INDEX = re.compile(r"\[\d*\]")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the input.

    Attributes:
        file: The file, as the user named it.
        line: From 1; 0 if it is not known.
        column: From 1; 0 if it is not known.
        pointer: The JSON pointer (RFC 6901), ``""`` for the whole document.
    """

    file: str
    line: int = 0
    column: int = 0
    pointer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resource:
    """One resource, from any input format.

    Attributes:
        key: Its unique key in the input: a URN, an ARM id, a Terraform address.
        type: Its ARM type in lower case, one of :mod:`scaleset_policies.arm_types`.
        name: Its display name: in Azure if known, else in the program.
        properties: The tree in azure-native's flattened shape (no ``properties`` wrappers; ``location``, ``sku``,
            ``zones``, ``identity``, ``tags`` on top), with UNKNOWN where a value is not known.
        id: Its ARM id. Parts that are not known yet may be in braces
            (``/subscriptions/{subscription}/...``); equal texts then mean equal ids. UNKNOWN if nothing is known.
        parent: The key of the resource that ARM nests it in (the load balancer of a NAT rule), if that is known.
        dependencies: Keys of the resources that it is created after; None if the input does not define an order.
        before: Its properties before the change that the input describes; None for a new resource, or if the input
            describes no change.
        references: For each property (or its top-level property, as in Pulumi's property dependencies): the keys of the
            resources that its value was made from. It is used where the value itself is unknown.
        secrets: Paths of properties whose values are secret, with list indexes. Messages never show them.
        protect: Whether Pulumi protects it.
        locate: Returns the place of a property path (``""``: the resource) in the input, or None.
        label: Its name in messages, if not ``name``.
        partial: Whether its body may only change a resource that exists, as a template's may: Azure merges the two.
        logical: Its name in a template before anything is evaluated, which no parameter changes; ``""`` elsewhere.
        complete: Whether ``references`` names everything that unknown values were made from (Pulumi, Terraform). If
            so, an unknown value without references comes from outside the input.
        outputs: What Azure answered when it was deployed, in azure-native's names; empty if the input does not have it.
        replaced: Whether the input plans to replace it.
        ignores: The suppressions that the input has at it, its tags apart.
        written: Whether its author wrote these properties, in ARM's or azure-native's names: not converted from the
            names of another provider, no part of a body, not what Azure answered.
    """

    key: str
    type: str
    name: str
    properties: Any = field(repr=False)
    id: str | Unknown = UNKNOWN
    parent: str = ""
    dependencies: tuple[str, ...] | None = None
    before: Any = field(default=None, repr=False)
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    protect: bool | None = None
    locate: Callable[[str], Location | None] | None = None
    label: str = ""
    partial: bool = False
    logical: str = ""
    complete: bool = False
    outputs: Mapping[str, Any] = field(default_factory=dict, repr=False)
    replaced: bool = False
    ignores: tuple[Suppression, ...] = ()
    written: bool = True

    @property
    def view(self) -> View:
        """Its properties, for checks."""
        return View(self.properties)

    @property
    def names(self) -> tuple[str, ...]:
        """The names by which waivers and ``--path`` know it."""
        own = self.id if isinstance(self.id, str) else ""
        return tuple(filter(None, (self.name, self.key, self.label, self.logical, own)))

    def where(self, path: str = "") -> Location | None:
        """The place of ``path`` in the input, if the reader knows it."""
        return self.locate(path) if self.locate else None

    def __str__(self) -> str:
        return self.label or self.name


@dataclass(frozen=True, slots=True)
class Targets:
    """The targets of the references at one property.

    Attributes:
        sure: Resources that it certainly refers to.
        maybe: Resources that it may refer to: its value is unknown and was made from these among others.
        outside: Ids of resources that the input does not contain.
        blind: Whether some reference could not be followed at all.
    """

    sure: tuple[Resource, ...] = ()
    maybe: tuple[Resource, ...] = ()
    outside: tuple[str, ...] = ()
    blind: bool = False

    @property
    def settled(self) -> bool:
        """Whether every reference was followed to a resource of the input."""
        return not (self.maybe or self.outside or self.blind)

    @property
    def nothing(self) -> bool:
        """Whether there is certainly no reference."""
        return self.settled and not self.sure


class Estate:
    """The resources of one input.

    Args:
        resources: All of them, in the input's order. Types that no rule is about may be left out.
        whole: Whether these are all resources that the input declares. False for a single resource (a resource
            policy), where nothing is known about others.

    Attributes:
        today: The day for which dates are judged; the check sets its configuration's.
    """

    def __init__(self, resources: Iterable[Resource], *, whole: bool = True) -> None:
        self.resources: tuple[Resource, ...] = tuple(resources)
        self.whole = whole
        self.today = date.today()  # noqa: DTZ011 - ends of support are days, in every time zone
        self._followed: dict[tuple[str, str, tuple[str, ...]], Targets] = {}
        self._derived: dict[Hashable, Any] = {}

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources)

    def __len__(self) -> int:
        return len(self.resources)

    def of_type(self, *types: str) -> list[Resource]:
        """The resources of these types, in the input's order of each type."""
        return [resource for kind in types for resource in self._by_type.get(kind, ())]

    def by_key(self, key: str) -> Resource | None:
        """The resource with this key."""
        return self._by_key.get(key)

    def by_id(self, resource_id: str, *types: str) -> Resource | None:
        """The resource with this id, compared as ARM does: the whole id, case-insensitively.

        With ``types``, an id of something inside such a resource finds the resource: the id of a backend pool finds
        its load balancer.
        """
        wanted = normal_id(resource_id)
        while wanted:
            found = self._by_id.get(wanted)
            if found is not None and (not types or found.type in types):
                return found
            if not types:
                return None
            wanted = _container(wanted)
        return None

    def children(self, resource: Resource, *types: str) -> list[Resource]:
        """The resources of these types that ARM nests in ``resource``, by parent key or by id."""
        return [child for child in self._children.get(resource.key, ()) if child.type in types]

    def follow(self, resource: Resource, path: str, *types: str) -> Targets:
        """The targets, of ``types``, of the ids at ``path`` of ``resource``; looked up once for all rules."""
        asked = (resource.key, path, types)
        if asked not in self._followed:
            self._followed[asked] = self._follow(resource, path, types)
        return self._followed[asked]

    def _follow(self, resource: Resource, path: str, types: tuple[str, ...]) -> Targets:
        sure: dict[str, Resource] = {}
        maybe: dict[str, Resource] = {}
        outside: list[str] = []
        blind = False
        for found in resource.view.each(path):
            if found.known and not isinstance(found.value, str):
                continue
            candidates = self._candidates(resource, found, types)
            if len(candidates) == 1:
                sure[candidates[0].key] = candidates[0]
            elif candidates:
                maybe.update((each.key, each) for each in candidates)
            elif found.known:
                outside.append(found.value)
            else:
                blind = True
        left = tuple(each for key, each in maybe.items() if key not in sure)
        return Targets(tuple(sure.values()), left, tuple(outside), blind)

    def _candidates(self, resource: Resource, found: Found, types: tuple[str, ...]) -> list[Resource]:
        """The resources that the id at one place may name."""
        made_from = self.made_from(resource, found.path, *types)
        if not found.known:
            return made_from
        target = self.by_id(found.value, *types)
        if target is not None:
            return [target]
        # Pulumi's policies do not get resource ids: use the resources that the id was made from, and the names in it.
        unseen = [each for each in made_from if each.id is UNKNOWN and _may_name(found.value, each)]
        return [each for each in unseen if _names(found.value, each)] or unseen

    def made_from(self, resource: Resource, path: str, *types: str) -> list[Resource]:
        """The resources of ``types`` (or that contain it) that the value at ``path`` was made from."""
        plain = _INDEX.sub("", path)
        found: dict[str, Resource] = {}
        for name, keys in resource.references.items():
            at = _INDEX.sub("", name)
            if not (plain == at or plain.startswith(f"{at}.") or at.startswith(f"{plain}.")):
                continue
            for key in keys:
                each = self._up_to(self.by_key(key), types)
                if each is not None:
                    found[each.key] = each
        return list(found.values())

    def derived(self, name: Hashable, make: "Callable[[Estate], _T]") -> _T:
        """The result of ``make`` for this estate, computed once (an index that several rules share)."""
        if name not in self._derived:
            self._derived[name] = make(self)
        result: _T = self._derived[name]
        return result

    def _up_to(self, resource: Resource | None, types: tuple[str, ...]) -> Resource | None:
        seen = set()
        while resource is not None and resource.type not in types and resource.key not in seen:
            seen.add(resource.key)
            resource = self.parent(resource)
        return resource if resource is not None and resource.type in types else None

    def parent(self, resource: Resource) -> Resource | None:
        """The resource that ARM nests ``resource`` in, if it is part of the input."""
        if resource.parent:
            return self.by_key(resource.parent)
        if isinstance(resource.id, str):
            return self._by_id.get(_container(normal_id(resource.id)))
        if resource.type not in arm_types.NESTED:
            return None
        kind, name = arm_types.NESTED[resource.type]
        made_from = self.made_from(resource, name, kind)
        if len(made_from) == 1:
            return made_from[0]
        named = self._by_name.get((kind, _text(resource, name)), ())
        return named[0] if len(named) == 1 else None

    @cached_property
    def _by_type(self) -> dict[str, list[Resource]]:
        result: dict[str, list[Resource]] = defaultdict(list)
        for resource in self.resources:
            result[resource.type].append(resource)
        return result

    @cached_property
    def _by_key(self) -> dict[str, Resource]:
        return {resource.key: resource for resource in self.resources}

    @cached_property
    def _by_id(self) -> dict[str, Resource]:
        return {normal_id(each.id): each for each in self.resources if isinstance(each.id, str)}

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], list[Resource]]:
        """The resources that others are nested in, by type and Azure name."""
        result: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        for kind, name in sorted(set(arm_types.NESTED.values())):
            for resource in self.of_type(kind):
                result[kind, _text(resource, name) or resource.name.lower()].append(resource)
        return result

    @cached_property
    def _children(self) -> dict[str, list[Resource]]:
        result: dict[str, list[Resource]] = defaultdict(list)
        for resource in self.resources:
            parent = self.parent(resource)
            if parent is not None:
                result[parent.key].append(resource)
        return result


def _names(resource_id: str, resource: Resource) -> bool:
    """Whether an id ends with the type and the name of ``resource``."""
    name = _text(resource, arm_types.NAMES.get(resource.type, "name"))
    return bool(name) and normal_id(resource_id).endswith(f"/{resource.type.rpartition('/')[2]}/{name}")


def _may_name(resource_id: str, resource: Resource) -> bool:
    """Whether an id names ``resource`` or something inside it, as far as the resource's own name is known."""
    own = resource.view.first(arm_types.NAMES.get(resource.type, "name"))
    if own is None or not isinstance(own.value, str):
        return True
    kind = resource.type.rpartition("/")[2]
    return f"/{kind}/{own.value}/".lower() in f"{normal_id(resource_id)}/"


def _text(resource: Resource, path: str) -> str:
    """The text at ``path`` in lower case, ``""`` if there is none that is known."""
    found = resource.view.first(path)
    return found.value.lower() if found is not None and isinstance(found.value, str) else ""


def normal_id(resource_id: str) -> str:
    """``resource_id`` normalised for comparison: in lower case, without a trailing slash."""
    return resource_id.lower().rstrip("/")


def _container(resource_id: str) -> str:
    """The id of the parent of the resource with this (normal) id: two segments less, ``""`` at the provider."""
    head = resource_id.rsplit("/", 2)
    if len(head) != 3 or not head[0]:  # noqa: PLR2004 - the rest, a type and a name
        return ""
    return "" if head[1] == "providers" else head[0]
