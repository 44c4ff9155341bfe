"""Validated: grants on the set, and where its metrics go. The fields are those of ``args_access``."""

import re
import uuid
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import pulumi
from pydantic import AfterValidator, BeforeValidator, Field, WrapValidator, model_validator

from pulumi_azure_scaleset.model import ids
from pulumi_azure_scaleset.model.base import InputId, InputStr, InputText, Model, SettingName, id_of, pass_deferred
from pulumi_azure_scaleset.model.roles import BUILT_IN_ROLES, role_name
from scaleset_core.facts.checks import show

MOST_DIAGNOSTIC_SETTINGS = 5
"""How many diagnostic settings Azure takes on one resource."""

_ROLE_ID = re.compile(r"/providers/Microsoft\.Authorization/roleDefinitions/([^/]+)$", re.IGNORECASE)


def _guid(value: str) -> str:
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise ValueError(f"expected a GUID such as 00000000-0000-0000-0000-000000000000, got {show(value)}") from None


def _role_id(value: str) -> str:
    if "/" not in value:
        return _guid(value)
    match = _ROLE_ID.search(value)
    if match is None or not value.startswith("/"):
        raise ValueError(
            "expected the id of a role definition, /subscriptions/{id}/providers/Microsoft.Authorization/"
            f"roleDefinitions/{{GUID}}, or its GUID, got {show(value)}"
        )
    _guid(match.group(1))
    return value


def _principal_of(value: Any) -> Any:
    """An identity's resource object stands for its principal."""
    if isinstance(value, pulumi.CustomResource):
        return getattr(value, "principal_id", value)
    return value


def role_guid(role: str) -> str:
    """The GUID at the end of a role definition's id, or the GUID itself."""
    return role.rsplit("/", 1)[-1].lower()


if TYPE_CHECKING:
    RoleId = str | pulumi.Output[str]
    PrincipalId = str | pulumi.Output[str]
else:
    RoleId = Annotated[str, AfterValidator(_role_id), WrapValidator(pass_deferred), BeforeValidator(id_of)]
    PrincipalId = Annotated[str, AfterValidator(_guid), WrapValidator(pass_deferred), BeforeValidator(_principal_of)]


class RoleAssignment(Model):
    """A grant on the set."""

    role_definition_name: Annotated[str, AfterValidator(role_name)] | None = None
    role_definition_id: RoleId | None = None
    principal_id: PrincipalId
    principal_type: Literal["User", "Group", "ServicePrincipal", "ForeignGroup", "Device"] | None = None
    description: InputText | None = None
    condition: InputText | None = None
    condition_version: Literal["2.0"] | None = None
    delegated_managed_identity_resource_id: InputId | None = None
    name: Annotated[str, AfterValidator(_guid)] | None = None

    @model_validator(mode="after")
    def _one_role(self) -> Self:
        if (self.role_definition_name is None) == (self.role_definition_id is None):
            raise ValueError("give the role by role_definition_name (a built-in one) or by role_definition_id")
        if self.condition_version is not None and self.condition is None:
            raise ValueError("condition_version is for a condition: give condition too, or leave it out")
        return self

    @property
    def role(self) -> Any:
        """The role definition: an id, a GUID, or an Output of one."""
        return (
            self.role_definition_id if self.role_definition_name is None else BUILT_IN_ROLES[self.role_definition_name]
        )


class DiagnosticSetting(Model):
    """Where the set's metrics go."""

    workspace_id: Annotated[InputId, ids.WORKSPACE] | None = None
    storage_account_id: Annotated[InputId, ids.STORAGE] | None = None
    event_hub_authorization_rule_id: Annotated[InputId, ids.HUB_RULE] | None = None
    event_hub_name: InputStr | None = None
    marketplace_partner_id: InputId | None = None
    metric_categories: Annotated[list[str], Field(min_length=1)] = ["AllMetrics"]
    log_analytics_destination_type: Literal["Dedicated", "AzureDiagnostics"] | None = None
    name: SettingName | None = None

    @model_validator(mode="after")
    def _destinations(self) -> Self:
        if not self.destinations:
            raise ValueError(
                "it has no destination: give workspace_id, storage_account_id, event_hub_authorization_rule_id or "
                "marketplace_partner_id"
            )
        if self.event_hub_name is not None and self.event_hub_authorization_rule_id is None:
            raise ValueError("event_hub_name needs event_hub_authorization_rule_id, a rule of the hub's namespace")
        if self.log_analytics_destination_type is not None and self.workspace_id is None:
            raise ValueError("log_analytics_destination_type needs workspace_id")
        return self

    @property
    def destinations(self) -> dict[str, Any]:
        """The ids of the destinations by argument."""
        found = {name: getattr(self, name) for name in _DESTINATIONS}
        return {name: value for name, value in found.items() if value is not None}


_DESTINATIONS = ("workspace_id", "storage_account_id", "event_hub_authorization_rule_id", "marketplace_partner_id")

__all__ = ["MOST_DIAGNOSTIC_SETTINGS", "DiagnosticSetting", "RoleAssignment", "role_guid"]
