"""Lists of a parent whose elements are also separate resources: subnets, NAT rules, backend pools.

A program that declares an inbound NAT rule beside its load balancer leaves ``inboundNatRules`` of the load balancer
out. ARM's PUT replaces the whole parent, so the provider sends the existing elements: an empty list at creation, the
live list in an update. A refresh does not copy such a list into inputs that never had it.
"""

from __future__ import annotations

import copy
from typing import Any

from azure_native.table import Property, ResourceType

Json = dict[str, Any]


def unset(resource: ResourceType, body: Json) -> list[Property]:
    """The maintained properties that a request body leaves out."""
    return [p for p in resource.maintained if p.wire not in _container(p, body)]


def set_empty(resource: ResourceType, body: Json) -> None:
    """For a creation: send an empty list for each of them, in place."""
    for prop in unset(resource, body):
        _writable(prop, body)[prop.wire] = []


def keep_live(resource: ResourceType, body: Json, live: Json) -> None:
    """For an update: send ARM's current list for each of them, in place."""
    for prop in unset(resource, body):
        source = _container(prop, live)
        if prop.wire in source:
            _writable(prop, body)[prop.wire] = copy.deepcopy(source[prop.wire])


def without_unset(resource: ResourceType, outputs: Json, inputs: Json) -> Json:
    """For a refresh: the outputs without those of these lists that the inputs do not set."""
    hidden = {p.name for p in resource.maintained if p.name not in inputs}
    return {name: value for name, value in outputs.items() if name not in hidden}


def _container(prop: Property, body: Json) -> Json:
    inner = body.get(prop.container) if prop.container else body
    return inner if isinstance(inner, dict) else {}


def _writable(prop: Property, body: Json) -> Json:
    target: Json = body.setdefault(prop.container, {}) if prop.container else body
    return target
