"""Custom roles (Microsoft.Authorization/roleDefinitions), and the three built-in roles that are known here.

A role is enforced for identities only; see :mod:`arm_simulator.access`. Checks and codes: "Azure custom roles" and
"Troubleshoot Azure RBAC".
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arm_simulator.core import errors, ids
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Body, Registry, ResourceKind
from arm_simulator.core.store import Resource, Store
from arm_simulator.providers.authorization.operations import is_known, matches

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

ROLE_DEFINITION_TYPE = "Microsoft.Authorization/roleDefinitions"
_ASSIGNMENT_TYPE = "Microsoft.Authorization/roleAssignments"
_LISTS = ("actions", "notActions", "dataActions", "notDataActions")
_WRITABLE = frozenset({"roleName", "description", "type", "permissions", "assignableScopes"})
_READ_ONLY = frozenset({"createdOn", "updatedOn", "createdBy", "updatedBy"})
_MOST_DESCRIPTION = 2048


@dataclass(frozen=True, slots=True)
class Permission:
    """What a role grants: each of ``actions`` but those of ``not_actions``."""

    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()

    def covers(self, operation: str) -> bool:
        """Whether it grants an operation."""
        return any(matches(each, operation) for each in self.actions) and not any(
            matches(each, operation) for each in self.not_actions
        )


_NAMES = {
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": ("Owner", "Grants full access to manage all resources."),
    "b24988ac-6180-42a0-ab88-20f7382dd24c": ("Contributor", "Grants full access, without assigning roles."),
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": ("Reader", "View all resources, without making any changes."),
}
_BUILT_IN: Mapping[str, Permission] = {
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": Permission(("*",)),  # Owner
    "b24988ac-6180-42a0-ab88-20f7382dd24c": Permission(  # Contributor
        ("*",), ("Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write")
    ),
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": Permission(("*/read",)),  # Reader
}


class RoleDefinitionKind(ResourceKind):
    """``Microsoft.Authorization/roleDefinitions`` at a subscription or a resource group."""

    type = ROLE_DEFINITION_TYPE
    tracked = False
    long_running = frozenset()
    deleted_body = True
    verbs = frozenset({"GET", "PUT", "DELETE"})
    graph_table = "authorizationresources"

    def load(self, ctx: Context, rid: ResourceId) -> Resource | None:
        """A custom role, whatever scope it is asked for at, or a built-in one: a role's name is its GUID."""
        return ctx.store.get(rid) or custom_role(ctx.store, rid.name) or _built_in(rid)

    def after_delete(self, ctx: Context, resource: Resource) -> None:
        """The role goes, at whatever scope it was made."""
        ctx.store.delete(resource.id)

    def load_children(self, ctx: Context, parent: ResourceId, after: int, limit: int) -> Sequence[Resource]:
        """The roles that can be assigned at a scope; ``$filter`` has ``roleName eq`` and ``type eq``, joined by and.

        Raises:
            ArmError: 400 for another filter.
        """
        if after:
            return []
        home = ids.subscription_id(parent.subscription)
        custom = [
            row
            for row in ctx.store.list(type=ROLE_DEFINITION_TYPE, subscription=parent.subscription)
            if not outside(row, parent)
        ]
        every = [*(_built_in(home.extension(ROLE_DEFINITION_TYPE, guid)) for guid in _BUILT_IN), *custom]
        wanted = _wanted(ctx.query.get("$filter", ""))
        return [row for row in every if row and all(str(row.properties[n]).lower() == v for n, v in wanted)][:limit]

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:
        """Check the form, that the name is free, and that each action is an operation of its provider.

        Raises:
            ArmError: 400 for a wrong property, 409 for a name that is taken.
        """
        properties = body.get("properties")
        if not isinstance(properties, dict):
            raise errors.invalid_request_content("The request content is invalid: 'properties' is required.")
        unknown = sorted(set(properties) - _WRITABLE - _READ_ONLY)
        if unknown:
            raise errors.invalid_request_content(
                f"Could not find member '{unknown[0]}' on object of type 'RoleDefinitionProperties'.",
                f"properties.{unknown[0]}",
            )
        try:
            uuid.UUID(rid.name)
        except ValueError:
            raise ArmError(
                400, "InvalidRoleDefinitionId", f"The role definition ID '{rid.name}' is not valid; it must be a GUID."
            ) from None
        _check_text(properties)
        _check_permissions(properties)
        _check_scopes(properties)
        _check_free(ctx, rid, str(properties["roleName"]))
        kept = {name: value for name, value in properties.items() if name in _WRITABLE}
        created = existing.properties["createdOn"] if existing else ctx.now
        return {"properties": {**kept, "type": "CustomRole", "createdOn": created, "updatedOn": ctx.now}}

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """A role that is assigned stays, and so does a built-in one."""
        if resource.id.name.lower() in _BUILT_IN:
            raise errors.bad_request(f"The role '{resource.properties['roleName']}' is built in and cannot be deleted.")
        for row in ctx.store.list(type=_ASSIGNMENT_TYPE):
            if _guid_of(row) == resource.id.name.lower():
                raise ArmError(
                    400, "RoleDefinitionHasAssignments", "There are existing role assignments referencing role."
                )


def _built_in(rid: ResourceId) -> Resource | None:
    guid = rid.name.lower()
    if guid not in _BUILT_IN:
        return None
    name, text = _NAMES[guid]
    granted = _BUILT_IN[guid]
    permission = {"actions": list(granted.actions), "notActions": list(granted.not_actions)}
    properties = {
        "roleName": name,
        "type": "BuiltInRole",
        "description": text,
        "assignableScopes": ["/"],
        "permissions": [{**permission, "dataActions": [], "notDataActions": []}],
    }
    return Resource(id=rid, body={"properties": properties})


def _wanted(text: str) -> list[tuple[str, str]]:
    """Members and values, lower case, that a filter asks for; ``atScopeAndBelow()`` and ``atScope()`` ask for none."""
    found = []
    for part in filter(None, (each.strip() for each in re.split(r"\s+and\s+", text, flags=re.IGNORECASE))):
        match = re.fullmatch(r"(roleName|type)\s+eq\s+'([^']*)'", part, re.IGNORECASE)
        if match:
            found.append(("roleName" if match[1].lower() == "rolename" else "type", match[2].lower()))
        elif part.lower() not in {"atscopeandbelow()", "atscope()"}:
            raise errors.bad_request(f"The filter '{text}' is not valid; expected roleName eq '...'.", "$filter")
    return found


def _check_text(properties: Body) -> None:
    name = properties.get("roleName")
    if not isinstance(name, str) or not name.strip():
        raise ArmError(400, "RoleDefinitionNameNotSpecified", "The role name is required.", "properties.roleName")
    if len(str(properties.get("description") or "")) > _MOST_DESCRIPTION:
        raise errors.bad_request("A role's description is limited to 2048 characters.", "properties.description")


def _check_permissions(properties: Body) -> None:
    found = properties.get("permissions")
    if not isinstance(found, list) or not found or not all(isinstance(item, dict) for item in found):
        raise errors.bad_request("A role needs 'permissions': a list of objects.", "properties.permissions")
    for item in found:
        unknown = sorted(set(item) - {*_LISTS, "condition", "conditionVersion"})
        if unknown:
            raise errors.invalid_request_content(
                f"Could not find member '{unknown[0]}' on object of type 'Permission'."
            )
        for name in _LISTS:
            values = item.get(name) or []
            if not isinstance(values, list) or not all(isinstance(each, str) and each for each in values):
                raise errors.bad_request(f"'{name}' must be a list of texts.", f"properties.permissions.{name}")
        for action in (*(item.get("actions") or []), *(item.get("notActions") or [])):
            if not is_known(action):
                raise ArmError(
                    400,
                    "InvalidActionOrNotAction",
                    f"'{action}' does not match any of the actions supported by the providers.",
                )


def _check_scopes(properties: Body) -> None:
    scopes = properties.get("assignableScopes")
    if not isinstance(scopes, list) or not scopes:
        raise ArmError(
            400, "MissingAssignableScopes", "A role needs at least one scope.", "properties.assignableScopes"
        )
    for scope in scopes:
        try:
            parsed = ids.parse(str(scope))
        except ids.InvalidResourceIdError as error:
            raise errors.bad_request(str(error), "properties.assignableScopes") from None
        try:
            uuid.UUID(parsed.subscription)
        except ValueError:
            raise errors.bad_request(
                f"The scope '{scope}' is not valid: '{parsed.subscription}' is no subscription.",
                "properties.assignableScopes",
            ) from None


def _check_free(ctx: Context, rid: ResourceId, name: str) -> None:
    for row in ctx.store.list(type=ROLE_DEFINITION_TYPE):
        if row.id.name.lower() != rid.name.lower() and str(row.properties["roleName"]).lower() == name.lower():
            raise ArmError(
                409, "RoleDefinitionWithSameNameExists", f"A custom role with the same name '{name}' already exists."
            )


def _guid_of(assignment: Resource) -> str:
    return str(assignment.properties["roleDefinitionId"]).rpartition("/")[2].lower()


def custom_role(store: Store, guid: str) -> Resource | None:
    """The custom role with this GUID, None where there is none."""
    return next((row for row in store.list(type=ROLE_DEFINITION_TYPE) if row.id.name.lower() == guid.lower()), None)


def permissions(store: Store, assignment: Resource) -> Iterator[Permission]:
    """What an assignment's role grants; a built-in role that is not known here grants nothing."""
    guid = _guid_of(assignment)
    if guid in _BUILT_IN:
        yield _BUILT_IN[guid]
        return
    role = custom_role(store, guid)
    for item in role.properties["permissions"] if role else ():
        yield Permission(tuple(item.get("actions") or ()), tuple(item.get("notActions") or ()))


def outside(role: Resource, scope: ResourceId) -> bool:
    """Whether a scope is none that the role can be assigned at."""
    keys = [ids.key_of(str(each)) for each in role.properties["assignableScopes"]]
    return not any(scope.key == key or scope.key.startswith(f"{key}/") for key in keys)


def register(registry: Registry) -> None:
    """Add role definitions."""
    registry.add(RoleDefinitionKind())
