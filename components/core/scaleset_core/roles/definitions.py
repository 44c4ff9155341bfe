"""Role definitions as files: what ``az role definition create`` takes, and the body of the REST API's PUT."""

import json
import uuid
from enum import StrEnum
from typing import Any

from scaleset_core.roles.table import Role

PLACEHOLDER = "/subscriptions/00000000-0000-0000-0000-000000000000"
"""The scope of the files in the repository."""
_NAMES = uuid.UUID("6a9d7f0c-6f3e-4c54-9a0c-0f6f5a2f2d6e")


class Format(StrEnum):
    """The form of a role definition."""

    AZ = "az"
    REST = "rest"


def to_json(role: Role, scope: str = PLACEHOLDER, form: Format = Format.AZ) -> dict[str, Any]:
    """A role as JSON.

    Args:
        role: The role.
        scope: Where it can be assigned, and below.
        form: For ``az role definition create --role-definition @FILE``, or the body of a PUT.
    """
    if form is Format.AZ:
        return {
            "Name": role.title,
            "IsCustom": True,
            "Description": role.description,
            "Actions": list(role.operations),
            "NotActions": [],
            "DataActions": [],
            "NotDataActions": [],
            "AssignableScopes": [scope],
        }
    permission = {"actions": list(role.operations), "notActions": [], "dataActions": [], "notDataActions": []}
    return {
        "properties": {
            "roleName": role.title,
            "description": role.description,
            "type": "CustomRole",
            "permissions": [permission],
            "assignableScopes": [scope],
        }
    }


def path_of(role: Role, scope: str = PLACEHOLDER) -> str:
    """The URL path of the PUT; the GUID is the role's own at that scope, so a second PUT changes the same role."""
    name = uuid.uuid5(_NAMES, f"{scope.rstrip('/').lower()}:{role.id}")
    return f"{scope.rstrip('/')}/providers/Microsoft.Authorization/roleDefinitions/{name}"


def file_name(role: Role) -> str:
    """The name of its file in ``docs/roles``."""
    return f"{role.id}.json"


def file_text(role: Role, scope: str = PLACEHOLDER) -> str:
    """The file's text."""
    return json.dumps(to_json(role, scope), indent=2) + "\n"
