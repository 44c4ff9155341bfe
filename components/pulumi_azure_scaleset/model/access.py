"""Who may do what with the set, and where its metrics go."""

import re
import uuid
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import pulumi
from pydantic import AfterValidator, BeforeValidator, Field, WrapValidator, model_validator

from pulumi_azure_scaleset.model import ids
from pulumi_azure_scaleset.model.base import InputId, InputStr, InputText, Model, SettingName, id_of, pass_deferred
from pulumi_azure_scaleset.model.marks import Enumeration, TakesResource
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
    """The principal of an identity that is given as a resource object."""
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
    RoleId = Annotated[
        str, AfterValidator(_role_id), WrapValidator(pass_deferred), BeforeValidator(id_of), TakesResource()
    ]
    PrincipalId = Annotated[
        str, AfterValidator(_guid), WrapValidator(pass_deferred), BeforeValidator(_principal_of), TakesResource()
    ]


PrincipalType = Annotated[
    Literal["User", "Group", "ServicePrincipal", "ForeignGroup", "Device"],
    Enumeration("PrincipalType", "What a principal is."),
]
ConditionVersion = Annotated[
    Literal["2.0"], Enumeration("ConditionVersion", "The version of the language of a grant's condition.")
]
LogDestinationType = Annotated[
    Literal["Dedicated", "AzureDiagnostics"],
    Enumeration("LogDestinationType", "Which tables of a Log Analytics workspace get logs."),
]


class RoleAssignment(Model):
    """A grant on the scale set: a principal gets a role with the set as its scope.

    On Uniform it holds for the set's instances too. The instances of a Flexible set are virtual machines beside the set
    and not below it: for those grant on the resource group, or on each of instance_ids. Azure takes one assignment of a
    role to a principal: to give a grant another key, remove it, deploy, and add it again.
    """

    role_definition_name: Annotated[str, AfterValidator(role_name)] | None = None
    """The name of a built-in role, for example Virtual Machine Contributor or Reader; or role_definition_id."""
    role_definition_id: RoleId | None = None
    """The id of any role definition, custom ones too: its full resource id or its GUID alone."""
    principal_id: PrincipalId
    """The object id of the user, group, service principal or managed identity (never an application's client id). In
    Python also the identity resource itself. Changing it replaces the assignment, as do another role or name."""
    principal_type: PrincipalType | None = None
    """What the principal is. Give it for one that was just made, which Azure may not find yet otherwise. Managed
    identities are ServicePrincipal."""
    description: InputText | None = None
    """Why the grant is there."""
    condition: InputText | None = None
    """A condition (ABAC) that restricts the grant further."""
    condition_version: ConditionVersion | None = None
    """The version of the condition's language; there is one."""
    delegated_managed_identity_resource_id: InputId | None = None
    """The id of the delegated managed identity, for a grant across tenants (Azure Lighthouse)."""
    name: Annotated[str, AfterValidator(_guid)] | None = None
    """The assignment's name in Azure, a GUID; derived from set, role and principal by default."""

    @model_validator(mode="after")
    def _one_role(self) -> Self:
        if (self.role_definition_name is None) == (self.role_definition_id is None):
            raise ValueError("give the role by role_definition_name (a built-in one) or by role_definition_id")
        if self.condition_version is not None and self.condition is None:
            raise ValueError("condition_version needs a condition: set condition too, or remove it")
        return self

    @property
    def role(self) -> Any:
        """The role definition: an id, a GUID, or an Output of one."""
        return (
            self.role_definition_id if self.role_definition_name is None else BUILT_IN_ROLES[self.role_definition_name]
        )


class DiagnosticSetting(Model):
    """A diagnostic setting of the scale set: where Azure Monitor sends the set's platform metrics.

    At least one destination is needed, and at most one of each kind; a set has up to five settings. Scale sets have
    metrics and no resource logs: logs of the guest come from the Azure Monitor agent, an extension. Azure sends a
    category to one destination once: to give a setting another key, remove it, deploy, and add it again.
    """

    workspace_id: Annotated[InputId, ids.WORKSPACE] | None = None
    """The id of a Log Analytics workspace."""
    storage_account_id: Annotated[InputId, ids.STORAGE] | None = None
    """The id of a storage account, in the set's region."""
    event_hub_authorization_rule_id: Annotated[InputId, ids.HUB_RULE] | None = None
    """The id of an authorization rule of an event hub namespace, in the set's region."""
    event_hub_name: InputStr | None = None
    """The event hub in that namespace; Azure makes one for the category by default."""
    marketplace_partner_id: InputId | None = None
    """The id of a partner solution's resource (Datadog, Elastic and others)."""
    metric_categories: Annotated[list[str], Field(min_length=1)] = ["AllMetrics"]
    """The metric categories to send; scale sets have one."""
    log_analytics_destination_type: LogDestinationType | None = None
    """Which tables of the workspace get logs. It changes nothing about metrics."""
    name: SettingName | None = None
    """The setting's name in Azure; its key by default."""

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
