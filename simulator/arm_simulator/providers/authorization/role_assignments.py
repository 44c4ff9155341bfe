"""Role assignments (Microsoft.Authorization/roleAssignments): who may do what at a scope.

They are enforced for identities only (:mod:`arm_simulator.access`); the simulator's own token may do anything. Every
principal counts as existing (a new one late, on request: see :mod:`arm_simulator.core.lags`), and so does every role,
because the built-in ones are not listed here. What makes programs fail is simulated: names, immutable properties, that
scope, role and principal together are unique, and that a custom role is assigned at one of its scopes only (Azure RBAC
documentation: "Understand Azure role assignments" and "Troubleshoot Azure RBAC").
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from arm_simulator.core import errors
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Body, Registry, ResourceKind
from arm_simulator.core.store import Resource
from arm_simulator.providers.authorization import role_definitions

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

ROLE_ASSIGNMENT_TYPE = "Microsoft.Authorization/roleAssignments"
PRINCIPAL_TYPES = ("User", "Group", "ServicePrincipal", "ForeignGroup", "Device")
CONDITION_VERSION = "2.0"

_WRITABLE = frozenset(
    {
        "roleDefinitionId",
        "principalId",
        "principalType",
        "description",
        "condition",
        "conditionVersion",
        "delegatedManagedIdentityResourceId",
    }
)
_READ_ONLY = frozenset({"scope", "createdOn", "updatedOn", "createdBy", "updatedBy"})
_ROLE = re.compile(r"(?:^|.*/providers/Microsoft\.Authorization/roleDefinitions/)([^/]+)$", re.IGNORECASE)
_FILTER = re.compile(r"^(?:principalId eq '([^']*)'|atScope\(\))$", re.IGNORECASE)


class RoleAssignmentKind(ResourceKind):
    """``Microsoft.Authorization/roleAssignments``, an extension resource of every scope.

    Deleting a scope deletes its assignments at once. Azure leaves them orphaned for a while and then removes them,
    which cannot be observed through the scope.
    """

    type = ROLE_ASSIGNMENT_TYPE
    tracked = False
    long_running = frozenset()
    deleted_body = True
    verbs = frozenset({"GET", "PUT", "DELETE"})
    graph_table = "authorizationresources"

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:
        """Check the form first, then immutable properties, then existing assignments.

        Raises:
            ArmError: 400 for a wrong or changed property, 409 RoleAssignmentExists.
        """
        properties = _read(body)
        if _guid(rid.name) is None:
            raise ArmError(
                400,
                "InvalidRoleAssignmentId",
                f"The role assignment ID '{rid.name}' is not valid. The role assignment ID must be a GUID.",
            )
        role, principal = _check(properties)
        if "principalType" not in properties and not ctx.store.lags.principal_known(principal):
            raise _not_found(principal)
        assert rid.scope is not None
        custom = role_definitions.custom_role(ctx.store, role)
        if custom is not None and role_definitions.outside(custom, rid.scope):
            raise ArmError(
                400,
                "RoleDefinitionDoesNotExist",
                f"The specified role definition with ID '{uuid.UUID(role).hex}' does not exist at this scope: it can "
                f"be assigned at {', '.join(custom.properties['assignableScopes'])}.",
            )
        properties["roleDefinitionId"] = (
            f"/subscriptions/{rid.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
        )
        for other in _others(ctx, rid):
            if other.id.name.lower() == rid.name.lower():
                # A name is unique in the whole tenant: the same name elsewhere is the same assignment at a new scope.
                raise _not_permitted()
            if other.id.scope == rid.scope and _grants(other, role, principal):
                raise ArmError(
                    409,
                    "RoleAssignmentExists",
                    "The role assignment already exists. The ID of the existing role assignment is "
                    f"{uuid.UUID(other.id.name).hex}.",
                )
        if existing is not None and not _grants(existing, role, principal):
            raise _not_permitted()
        if existing is None:
            ctx.store.lags.assignment_written(rid.key)
        created = existing.properties["createdOn"] if existing else ctx.now
        properties |= {"scope": rid.scope.path, "createdOn": created, "updatedOn": ctx.now}
        properties.setdefault("principalType", "User")
        return {"properties": properties}

    def load_children(self, ctx: Context, parent: ResourceId, after: int, limit: int) -> Sequence[Resource]:
        """A list at a scope has what applies there: assignments at it, above it and, without ``atScope()``, below it.

        Raises:
            ArmError: 400 for a ``$filter`` that is not simulated.
        """
        wanted = ctx.query.get("$filter", "")
        match = _FILTER.match(wanted)
        if wanted and match is None:
            raise errors.bad_request(f"The filter '{wanted}' is not supported.", "$filter")
        principal = match.group(1) if match else None
        above = {scope.key for scope in parent.ancestors()}
        found = []
        for row in ctx.store.list(type=self.type, subscription=parent.subscription, after=after):
            assert row.id.scope is not None
            here = row.id.scope.key in above or (not wanted.lower().startswith("atscope") and _below(row, parent))
            if here and principal in {None, row.properties["principalId"]}:
                found.append(row)
        return found[:limit]


def _read(body: Body) -> Body:
    properties = body.get("properties")
    if not isinstance(properties, dict):
        raise errors.invalid_request_content("The request content is invalid: 'properties' is required.")
    unknown = sorted(set(properties) - _WRITABLE - _READ_ONLY)
    if unknown:
        raise errors.invalid_request_content(
            f"Could not find member '{unknown[0]}' on object of type 'RoleAssignmentProperties'.",
            f"properties.{unknown[0]}",
        )
    return {name: value for name, value in properties.items() if name in _WRITABLE and value is not None}


def _check(properties: Body) -> tuple[str, str]:
    """The GUIDs of role and principal; raises for invalid properties."""
    match = _ROLE.match(str(properties.get("roleDefinitionId", "")))
    role = _guid(match.group(1)) if match else None
    if role is None:
        raise ArmError(
            400,
            "InvalidRoleDefinitionId",
            f"The role definition ID '{properties.get('roleDefinitionId')}' is not valid. The role definition ID must "
            "be a GUID.",
            "properties.roleDefinitionId",
        )
    principal = _guid(properties.get("principalId"))
    if principal is None:
        raise ArmError(
            400,
            "InvalidPrincipalId",
            "A valid principal ID must be provided for role assignment.",
            "properties.principalId",
        )
    kind = properties.get("principalType", "User")
    if kind not in PRINCIPAL_TYPES:
        raise errors.bad_request(
            f"The principal type '{kind}' is not valid: use {', '.join(PRINCIPAL_TYPES)}.", "properties.principalType"
        )
    condition, version = properties.get("condition"), properties.get("conditionVersion")
    if (condition is None) != (version is None) or version not in {None, CONDITION_VERSION}:
        raise errors.bad_request(
            f"A condition and its version {CONDITION_VERSION} go together, got version '{version}'.",
            "properties.conditionVersion",
        )
    return role, principal


def _others(ctx: Context, rid: ResourceId) -> Iterator[Resource]:
    return (row for row in ctx.store.list(type=ROLE_ASSIGNMENT_TYPE) if row.id != rid)


def _grants(resource: Resource, role: str, principal: str) -> bool:
    own = resource.properties
    return _guid(own["roleDefinitionId"].rsplit("/", 1)[-1]) == role and _guid(own["principalId"]) == principal


def _not_found(principal: str) -> ArmError:
    """Azure's answer to an assignment for a principal that has not reached the directory replica that was asked."""
    return ArmError(
        400,
        "PrincipalNotFound",
        f"Principal {uuid.UUID(principal).hex} does not exist in the directory. Check that you have the correct "
        "principal ID. If you are creating this principal and then immediately assigning a role, this error might be "
        "related to a replication delay. In this case, set the role assignment principalType property to a value, such "
        "as ServicePrincipal, User, or Group. See https://aka.ms/docs-principaltype",
    )


def _not_permitted() -> ArmError:
    return ArmError(
        400,
        "RoleAssignmentUpdateNotPermitted",
        "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    )


def _below(resource: Resource, scope: ResourceId) -> bool:
    return resource.id.key.startswith(f"{scope.key}/")


def _guid(value: object) -> str | None:
    """The GUID in its usual form, None if ``value`` is not a GUID."""
    try:
        return str(uuid.UUID(value)) if isinstance(value, str) and len(value) == len(str(uuid.UUID(int=0))) else None
    except ValueError:
        return None


def register(registry: Registry) -> None:
    """Add role assignments."""
    registry.add(RoleAssignmentKind())
