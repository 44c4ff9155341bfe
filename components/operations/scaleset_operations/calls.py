"""One REST call: what is sent, to where, and which client method sends it.

The same value is printed by ``--dry-run`` and executed, so the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from scaleset_core.facts.secrets import masked
from scaleset_core.modes import Route
from scaleset_operations.instances import Instance
from scaleset_operations.target import Target

COMPUTE = "2026-04-01"
API_VERSIONS: Mapping[str, str] = {
    "management_locks": "2020-05-01",
    "load_balancers": "2026-03-01",
    "nat_gateways": "2026-03-01",
    "network_interfaces": "2026-03-01",
    "network_security_groups": "2026-03-01",
    "public_ip_addresses": "2026-03-01",
    "resource_graph": "2021-03-01",
    "scheduled_actions": "2025-05-01",
    "subnets": "2026-03-01",
    "virtual_networks": "2026-03-01",
}
"""The api-version of each operation group's client; every other group is Microsoft.Compute's :data:`COMPUTE`."""

_SET_GROUPS = {
    "virtual_machine_scale_sets",
    "virtual_machine_scale_set_extensions",
    "virtual_machine_scale_set_rolling_upgrades",
    "virtual_machine_scale_set_life_cycle_hook_events",
}
_SET_MACHINE_GROUPS = {
    "virtual_machine_scale_set_vms",
    "virtual_machine_scale_set_vm_extensions",
    "virtual_machine_scale_set_vm_run_commands",
}
_MACHINE_GROUPS = {"virtual_machines", "virtual_machine_extensions", "virtual_machine_run_commands"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One REST call.

    Attributes:
        group: The client's operation group (``virtual_machines``).
        method: The method in it (``begin_restart``).
        arguments: Its positional arguments before the body.
        body: The JSON body, None where there is none.
        query: Query parameters in ARM's spelling.
        verb: The HTTP verb.
        path: The URL's path.
        instances: Names of the instances that it acts on; empty: the whole set.
        then: Calls on the same instance that are made when it has ended; what one of them reads is the result: see
            :mod:`scaleset_operations.following`.
        stage: Calls of a later stage are made when those of the earlier ones have ended well.
        answers: Whether the result of its operation is wanted.
    """

    group: str
    method: str
    arguments: tuple[str, ...]
    verb: str
    path: str
    body: Mapping[str, Any] | None = None
    query: Mapping[str, Any] = field(default_factory=dict)
    instances: tuple[str, ...] = ()
    stage: int = 0
    answers: bool = False
    then: tuple[Call, ...] = ()

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.verb == "GET" or self.group == "resource_graph"

    @property
    def subject(self) -> str:
        """What it acts on, for people."""
        return ", ".join(self.instances) or "the scale set"

    @property
    def url(self) -> str:
        """Path and query, with the api-version."""
        query = {"api-version": API_VERSIONS.get(self.group, COMPUTE), **self.query}
        return self.path + "?" + "&".join(f"{name}={_query_text(value)}" for name, value in query.items())

    def to_json(self) -> dict[str, Any]:
        """What ``--dry-run`` prints; secrets are masked."""
        shown: dict[str, Any] = {"method": self.verb, "url": self.url}
        if self.body is not None:
            shown["body"] = masked(self.body)
        if self.instances:
            shown["instances"] = list(self.instances)
        return shown


def build(
    route: Route,
    target: Target,
    *,
    instance: Instance | None = None,
    name: str = "",
    body: Mapping[str, Any] | None = None,
    query: Mapping[str, Any] | None = None,
    instances: tuple[str, ...] = (),
) -> Call:
    """The call of a route.

    Args:
        route: The row's route in the set's mode.
        target: The scale set.
        instance: The instance, for calls on one.
        name: The extension's or the lock's name.
        body: The JSON body.
        query: Query parameters in ARM's spelling.
        instances: Names of the instances in the body, for batch calls; default: ``instance``'s name.
    """
    verb, _, word = route.http.partition(" ")
    base, arguments = _base(route.group, target, instance)
    path = f"{base}/{_tail(route, word)}" if word else base
    if name:
        path += f"/{name}"
        arguments = (*arguments, name)
    return Call(
        group=route.group,
        method=route.method,
        arguments=arguments,
        verb=verb,
        path=path,
        body=body,
        query=dict(query or {}),
        instances=instances or ((instance.name,) if instance else ()),
        answers=route.answers or route.reads or verb in {"PUT", "PATCH"},
    )


def _base(group: str, target: Target, instance: Instance | None) -> tuple[str, tuple[str, ...]]:
    if group in _SET_GROUPS or (group in _SET_MACHINE_GROUPS and instance is None):
        return target.id, (target.resource_group, target.name)
    if group in _SET_MACHINE_GROUPS and instance is not None:
        return target.instance_id(instance.instance_id), (target.resource_group, target.name, instance.instance_id)
    if group in _MACHINE_GROUPS and instance is None:
        return f"{target.group_id}/providers/Microsoft.Compute", (target.resource_group,)
    if group in _MACHINE_GROUPS and instance is not None:
        return target.machine_id(instance.name), (target.resource_group, instance.name)
    if group == "management_locks" and instance is not None:
        scope = target.machine_id(instance.name)
        return scope, (scope.lstrip("/"),)  # the client writes the first slash itself
    raise ValueError(f"no URL is known for the operation group {group!r}")


def _tail(route: Route, word: str) -> str:
    return f"providers/{word}" if route.group == "management_locks" else word


def _query_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return quote(str(value), safe="/'")
