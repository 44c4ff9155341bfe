"""Least-privilege roles: the Azure operations of each command in both modes, and of a deployment, as role definitions.

Derived from the mode table (:mod:`scaleset_core.modes`) and from the resources that the component declares
(:mod:`~scaleset_core.roles.deployment`). What an operation is called is Microsoft's "Azure permissions" reference.
"""

from scaleset_core.roles.commands import ALIASES, COMMANDS, needs_of_command
from scaleset_core.roles.definitions import Format, file_name, to_json
from scaleset_core.roles.deployment import DEPLOYED, REFERENCES
from scaleset_core.roles.groups import GROUPS, Group, group_of
from scaleset_core.roles.moves import MOVES, Source
from scaleset_core.roles.needs import Needs, needs_of
from scaleset_core.roles.operations import UNLISTED, operation_of
from scaleset_core.roles.table import ROLES, Role, granting, role

__all__ = [
    "ALIASES",
    "COMMANDS",
    "DEPLOYED",
    "GROUPS",
    "MOVES",
    "REFERENCES",
    "ROLES",
    "UNLISTED",
    "Format",
    "Group",
    "Needs",
    "Role",
    "Source",
    "file_name",
    "granting",
    "group_of",
    "needs_of",
    "needs_of_command",
    "operation_of",
    "role",
    "to_json",
]
