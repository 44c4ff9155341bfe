"""Whether an identity may send a request: its role assignments against what the request needs.

A role assignment holds at its scope and below; a request needs each of its operations granted by one of them. Refusals
are Azure's: ``AuthorizationFailed`` for the request's own operation, ``LinkedAuthorizationFailed`` for those on what it
refers to, and a template's resources one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from arm_simulator.access import links
from arm_simulator.access.identities import Identity
from arm_simulator.access.needs import GRAPH, Need, need
from arm_simulator.core import ids
from arm_simulator.core.context import RequestContext
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import InvalidResourceIdError, ResourceId
from arm_simulator.core.messages import Call
from arm_simulator.core.store import Store
from arm_simulator.providers.authorization.role_assignments import ROLE_ASSIGNMENT_TYPE
from arm_simulator.providers.authorization.role_definitions import Permission, permissions
from arm_simulator.providers.resources import deployments

_DEPLOYMENT = "microsoft.resources/deployments"
_WRITES = frozenset({"PUT", "PATCH", "POST"})


@dataclass(frozen=True, slots=True)
class Rights:
    """What an identity was granted: permissions, each with the key of its scope."""

    granted: tuple[tuple[str, Permission], ...]

    @classmethod
    def of(cls, store: Store, identity: Identity) -> Rights:
        """The rights that the state has for an identity."""
        return cls(
            tuple(
                (row.id.scope.key, each)
                for row in store.list(type=ROLE_ASSIGNMENT_TYPE)
                if row.id.scope is not None
                and row.properties["principalId"].lower() == identity.object_id
                and store.lags.assignment_effective(row.id.key)
                for each in permissions(store, row)
            )
        )

    def may(self, operation: str, scope: str) -> bool:
        """Whether an operation is granted at a scope; for a query of Resource Graph, at any scope at all."""
        key = ids.key_of(scope)
        return any(
            each.covers(operation)
            for at, each in self.granted
            if operation == GRAPH or key == at or key.startswith(f"{at}/")
        )

    def listed(self, scope: str) -> list[dict[str, list[str]]]:
        """What is granted at a scope, as "Permissions - List For Resource" of Azure's REST reference shows it."""
        key = ids.key_of(scope)
        return [
            {
                "actions": list(each.actions), "notActions": list(each.not_actions), "dataActions": [],
                "notDataActions": [],
            }
            for at, each in self.granted
            if key == at or key.startswith(f"{at}/")
        ]  # fmt: skip


def check(ctx: RequestContext, call: Call, identity: Identity) -> None:
    """Refuse a request that the identity may not send; else note in the call what it may.

    Raises:
        ArmError: 403, naming the operation and the scope.
    """
    rights = Rights.of(ctx.store, identity)
    refuse(ctx, call, identity, rights)
    call.may = rights.may
    call.permissions = rights.listed


def refuse(ctx: RequestContext, call: Call, identity: Identity, rights: Rights) -> None:
    """Refuse a request that these rights do not allow.

    Raises:
        ArmError: 403, naming the operation and the scope.
    """
    wanted = need(call)
    if wanted is None:
        return
    if not rights.may(*wanted):
        raise _refused(identity, wanted)
    lacking = [each for each in _linked(call) if not rights.may(*each)]
    if lacking:
        raise _refused_link(identity, wanted, lacking)
    for inner in _template(ctx, call):
        if not rights.may(*inner):
            raise _refused_template(identity, inner)


def _linked(call: Call) -> list[Need]:
    if call.method not in _WRITES or call.body is None:
        return []
    parts = ids.split_path(call.path)
    if call.method == "POST":
        if "microsoft.computeschedule" in call.path.lower():
            return links.scheduled(parts[-1], call.body)
        parts = parts[:-1]
    try:
        return links.linked(ids.parse("/" + "/".join(parts)), call.body)
    except InvalidResourceIdError:
        return []


def _template(ctx: RequestContext, call: Call) -> Iterable[Need]:
    """What each resource of a template needs, and what those refer to."""
    if call.method != "PUT" or not isinstance(call.body, dict):
        return
    rid: ResourceId = ids.parse(call.path)
    if rid.type_key != _DEPLOYMENT or not isinstance(call.body.get("properties"), dict):
        return
    for target, body, _ in deployments.planned(ctx, rid, call.body["properties"]):
        yield Need(f"{target.type}/write", target.path)
        yield from links.linked(target, body)


def _client(identity: Identity) -> str:
    return f"The client '{identity.name}' with object id '{identity.object_id}'"


def _refused(identity: Identity, wanted: Need) -> ArmError:
    scope = "/" if wanted.operation == GRAPH else wanted.scope
    return ArmError(
        403,
        "AuthorizationFailed",
        f"{_client(identity)} does not have authorization to perform action '{wanted.operation}' over scope "
        f"'{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.",
    )


def _refused_link(identity: Identity, wanted: Need, lacking: list[Need]) -> ArmError:
    operations, scopes = (",".join(texts) for texts in zip(*lacking, strict=True))
    return ArmError(
        403,
        "LinkedAuthorizationFailed",
        f"{_client(identity)} has permission to perform action '{wanted.operation}' on scope '{wanted.scope}'; "
        f"however, it does not have permission to perform action(s) '{operations}' on the linked scope(s) '{scopes}' "
        "(respectively) or the linked scope(s) are invalid.",
    )


def _refused_template(identity: Identity, wanted: Need) -> ArmError:
    rid = ids.parse(wanted.scope)
    return ArmError(
        403,
        "InvalidTemplateDeployment",
        "Deployment failed with multiple errors: 'Authorization failed for template resource "
        f"'{rid.name}' of type '{rid.type}'. {_client(identity)} does not have permission to perform action "
        f"'{wanted.operation}' at scope '{wanted.scope}'.'",
    )
