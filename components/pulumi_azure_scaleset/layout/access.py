"""What is attached to the set by its id: role assignments and diagnostic settings."""

import re
import uuid

from pulumi_azure_scaleset.layout import protection
from pulumi_azure_scaleset.layout.scale_set import KEY as SCALE_SET
from pulumi_azure_scaleset.model.access import DiagnosticSetting, RoleAssignment, role_guid
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.resources import (
    Advice,
    Child,
    Plan,
    Ref,
    compact,
    lazy,
)

_CONDITION_VERSION = "2.0"
_SUBSCRIPTION = re.compile(r"^/subscriptions/[^/]+", re.IGNORECASE)
_NAMES = uuid.UUID("5d0d3f0b-51f6-4c4e-8a54-2f6a4a8c9e17")

# The errors by which azure-native and Azure report that the same resource exists.
_EXISTS = ("already existing resource", "RoleAssignmentExists", "already used in diagnostic setting")
# Azure does not change the role or the delegation of an existing assignment, which azure-native does not know.
_FIXED = ("roleDefinitionId", "delegatedManagedIdentityResourceId")


def add_access(plan: Plan, model: ScaleSetModel, component: str) -> None:
    """Add the grants on the set and its diagnostic settings."""
    for key, grant in model.role_assignments.items():
        plan.add(_role_assignment(key, grant, component))
    for key, setting in model.diagnostic_settings.items():
        plan.add(_diagnostic_setting(key, setting, component))


def _role_assignment(key: str, grant: RoleAssignment, component: str) -> Child:
    scope = Ref(SCALE_SET, required=True)
    return Child(
        key=f"role:{key}",
        kind="roleAssignment",
        type=tokens.ROLE_ASSIGNMENT,
        name=f"{component}-role-{key}",
        inputs=compact(
            {
                "scope": scope,
                # Derived from the immutable properties of an assignment: another name is always another grant.
                "roleAssignmentName": grant.name or lazy(assignment_name, scope, grant.role, grant.principal_id),
                "roleDefinitionId": lazy(role_definition_id, scope, grant.role),
                "principalId": grant.principal_id,
                "principalType": grant.principal_type,
                "description": grant.description,
                "condition": grant.condition,
                "conditionVersion": None if grant.condition is None else grant.condition_version or _CONDITION_VERSION,
                "delegatedManagedIdentityResourceId": grant.delegated_managed_identity_resource_id,
            }
        ),
        replace_on_changes=_FIXED,
        advice=(*protection.set_advice("role_assignments"), *_twice(f"role_assignments[{key!r}]", "grant")),
    )


def assignment_name(scope: str, role: str, principal: str) -> str:
    """The GUID of the assignment of ``role`` to ``principal`` at ``scope``: always the same for the same three.

    Names are unique in the whole tenant, so the scope's id, which has the subscription, is part of it.
    """
    return str(uuid.uuid5(_NAMES, "|".join((scope.lower(), role_guid(role), principal.lower()))))


def role_definition_id(scope: str, role: str) -> str:
    """A role definition's id as Azure writes it in an assignment, however it was given.

    Args:
        scope: The id of a resource in the subscription.
        role: A role definition's id or GUID.
    """
    subscription = _SUBSCRIPTION.match(scope)
    prefix = subscription.group() if subscription is not None else ""
    return f"{prefix}/providers/Microsoft.Authorization/roleDefinitions/{role_guid(role)}"


def _twice(field: str, thing: str) -> Advice:
    """The advice for a person when Azure has the same resource already.

    A new key makes a new resource, and Pulumi creates it before it deletes the one with the old key.
    """
    sentence = (
        f"Azure has the {thing} of {field} already. If only its key is new: take it out, run `pulumi up`, and put it "
        "back under the new key. If somebody else made it: leave it out here, or adopt it with `pulumi import`."
    )
    return tuple((word, sentence) for word in _EXISTS)


def _diagnostic_setting(key: str, setting: DiagnosticSetting, component: str) -> Child:
    return Child(
        key=f"diagnostics:{key}",
        kind="diagnosticSetting",
        type=tokens.DIAGNOSTIC_SETTING,
        name=f"{component}-diagnostics-{key}",
        inputs=compact(
            {
                "resourceUri": Ref(SCALE_SET, required=True),
                "name": setting.name or key,
                "workspaceId": setting.workspace_id,
                "storageAccountId": setting.storage_account_id,
                "eventHubAuthorizationRuleId": setting.event_hub_authorization_rule_id,
                "eventHubName": setting.event_hub_name,
                "marketplacePartnerId": setting.marketplace_partner_id,
                "logAnalyticsDestinationType": setting.log_analytics_destination_type,
                "metrics": [{"category": category, "enabled": True} for category in setting.metric_categories],
            }
        ),
        advice=(
            *protection.set_advice("diagnostic_settings"),
            *_twice(f"diagnostic_settings[{key!r}]", "setting"),
        ),
    )
