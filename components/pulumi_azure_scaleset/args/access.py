"""Who may do what with the set, and where its metrics go. Read by Pulumi's component analyzer.

No ``from __future__ import annotations`` here: the analyzer reads annotations as they are.
"""

from typing import Required, TypedDict

import pulumi


class RoleAssignment(TypedDict, total=False):
    """A grant on the scale set: a principal gets a role with the set as its scope.

    On Uniform it holds for the set's instances too. The instances of a Flexible set are virtual machines beside the set
    and not below it: for those grant on the resource group, or on each of instance_ids. Azure takes one assignment of a
    role to a principal: to give a grant another key, remove it, deploy, and add it again.
    """

    role_definition_name: str
    """The name of a built-in role, for example Virtual Machine Contributor or Reader; or role_definition_id."""
    role_definition_id: pulumi.Input[str]
    """The id of any role definition, custom ones too: its full resource id or its GUID alone."""
    principal_id: Required[pulumi.Input[str]]
    """The object id of the user, group, service principal or managed identity (never an application's client id). In
    Python also the identity resource itself. Changing it replaces the assignment, as do another role or name."""
    principal_type: str
    """User, Group, ServicePrincipal, ForeignGroup or Device. Give it for a principal that was just made, which Azure
    may not find yet otherwise. Managed identities are ServicePrincipal."""
    description: pulumi.Input[str]
    """Why the grant is there."""
    condition: pulumi.Input[str]
    """A condition (ABAC) that restricts the grant further."""
    condition_version: str
    """The version of the condition's language; 2.0 by default, and the only one."""
    delegated_managed_identity_resource_id: pulumi.Input[str]
    """The id of the delegated managed identity, for a grant across tenants (Azure Lighthouse)."""
    name: str
    """The assignment's name in Azure, a GUID; derived from set, role and principal by default."""


class DiagnosticSetting(TypedDict, total=False):
    """A diagnostic setting of the scale set: where Azure Monitor sends the set's platform metrics.

    At least one destination is needed, and at most one of each kind; a set has up to five settings. Scale sets have
    metrics and no resource logs: logs of the guest come from the Azure Monitor agent, an extension. Azure sends a
    category to one destination once: to give a setting another key, remove it, deploy, and add it again.
    """

    workspace_id: pulumi.Input[str]
    """The id of a Log Analytics workspace."""
    storage_account_id: pulumi.Input[str]
    """The id of a storage account, in the set's region."""
    event_hub_authorization_rule_id: pulumi.Input[str]
    """The id of an authorization rule of an event hub namespace, in the set's region."""
    event_hub_name: pulumi.Input[str]
    """The event hub in that namespace; Azure makes one for the category by default."""
    marketplace_partner_id: pulumi.Input[str]
    """The id of a partner solution's resource (Datadog, Elastic and others)."""
    metric_categories: list[str]
    """The metric categories to send; AllMetrics by default, the only one that scale sets have."""
    log_analytics_destination_type: str
    """Dedicated or AzureDiagnostics: which tables of the workspace get logs. It changes nothing about metrics."""
    name: str
    """The setting's name in Azure; its key by default."""
