"""Microsoft.Resources: subscriptions, resource groups, resource listings, providers and the metadata endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from arm_simulator.core import errors
from arm_simulator.core.ids import (
    RESOURCE_GROUP_TYPE,
    SUBSCRIPTION_TYPE,
    ResourceId,
    subscription_id,
)
from arm_simulator.core.kinds import Body, Registry, ResourceKind
from arm_simulator.core.store import Resource
from arm_simulator.providers.resources import filters
from arm_simulator.providers.resources.filters import Test

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

TENANT = "00000000-0000-0000-0000-0000000000aa"
CLOUD = "scaleset-sim"
_GROUP_MEMBERS = frozenset({"location", "tags", "properties", "managedBy"})


class SubscriptionKind(ResourceKind):
    """Every subscription id exists in the simulated tenant."""

    type = SUBSCRIPTION_TYPE
    tracked = False
    long_running = frozenset()
    verbs = frozenset({"GET"})

    def load(self, ctx: Context, rid: ResourceId) -> Resource | None:  # noqa: ARG002
        """A computed resource: nothing is stored for a subscription."""
        return Resource(id=rid, body={})

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:  # noqa: ARG002
        """The subscription as ``GET /subscriptions/{id}`` shows it."""
        return {
            "id": resource.id.path,
            "subscriptionId": resource.id.name,
            "tenantId": TENANT,
            "displayName": f"Simulated subscription {resource.id.name}",
            "state": "Enabled",
            "authorizationSource": "RoleBased",
        }


class ResourceGroupKind(ResourceKind):
    """Resource groups; deleting one deletes everything inside."""

    type = RESOURCE_GROUP_TYPE
    long_running = frozenset({"DELETE"})
    verbs = frozenset({"GET", "HEAD", "PUT", "PATCH", "DELETE"})
    graph_table = "resourcecontainers"

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:
        """Only location, tags and managedBy are known."""
        unknown = sorted(set(body) - _GROUP_MEMBERS)
        if unknown:
            raise errors.invalid_request_content(
                f"Could not find member '{unknown[0]}' on object of type 'ResourceGroup'.", unknown[0]
            )
        body["properties"] = {}
        return super().prepare_put(ctx, rid, body, existing)

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """Nothing to check: locks inside were checked before, and dependencies are deleted together."""

    def after_delete(self, ctx: Context, resource: Resource) -> None:
        """Do nothing: children are already deleted."""


def subscriptions(ctx: Context, known: Sequence[str]) -> list[Body]:
    """``GET /subscriptions``: those that the simulator was started with, and those that hold something."""
    rows = ctx.store.execute("SELECT DISTINCT subscription FROM resources ORDER BY 1")
    names = dict.fromkeys([*known, *(str(row[0]) for row in rows)])
    return [ctx.render(ctx.require(subscription_id(name))) for name in names]


def tenant() -> Body:
    """The tenant, as ``GET /tenants`` lists it."""
    return {
        "id": f"/tenants/{TENANT}",
        "tenantId": TENANT,
        "countryCode": "",
        "displayName": "Simulated tenant",
        "domains": [],
        "tenantCategory": "Home",
    }


def fits(test: Test, resource: Resource) -> bool:
    """Whether a resource or group fits a filter."""
    identity = resource.body.get("identity") or {}
    fields = {
        "name": resource.id.name,
        "resourcetype": resource.id.type,
        "location": str(resource.body.get("location", "")),
        "resourcegroup": resource.id.resource_group,
        "identity": str(identity.get("type", "")),
        "identity/principalid": str(identity.get("principalId", "")),
    }
    tags = resource.body.get("tags") or {}
    return filters.fits(test, fields, {str(name): str(value) for name, value in tags.items()})


def resources_in(ctx: Context, subscription: str, group: str, *, after: int, limit: int, test: Test) -> list[Resource]:
    """A page of the tracked top-level resources of a subscription or group that fit a filter."""
    found: list[Resource] = []
    while len(found) < limit:
        page = ctx.store.list(subscription=subscription, group=group or None, after=after, limit=limit)
        if not page:
            break
        after = page[-1].seq
        for resource in page:
            kind = ctx.registry.find(resource.id.type)
            if (
                kind
                and kind.tracked
                and not kind.is_child
                and kind.type != RESOURCE_GROUP_TYPE
                and fits(test, resource)
            ):
                found.append(resource)
    return found[:limit]


def listed(ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
    """A resource as the generic listing shows it: the envelope, no properties; ``$expand`` adds times and the state."""
    full = ctx.render(resource)
    shown = {name: value for name, value in full.items() if name not in {"properties", "etag", "resources"}}
    more = {
        "createdTime": resource.created,
        "changedTime": resource.changed,
        "provisioningState": (full.get("properties") or {}).get("provisioningState"),
    }
    return {**shown, **{name: value for name, value in more.items() if name.lower() in expand}}


def metadata_endpoints(base_url: str, api_version: str) -> Any:
    """``GET /metadata/endpoints``: this server is the resource manager and the sign-in of the only cloud there is.

    The answer is a list of clouds from api-version 2019-05-01 on, and the asked one alone from 2022-09-01 on, as
    azure-cli and Terraform read it.
    """
    if api_version >= "2022-09-01":
        return cloud(base_url)
    if api_version >= "2019-05-01":
        return [cloud(base_url)]
    return {
        "galleryEndpoint": "",
        "graphEndpoint": base_url,
        "portalEndpoint": base_url,
        "authentication": {"loginEndpoint": base_url, "audiences": [base_url], "tenant": TENANT},
    }


def cloud(base_url: str) -> dict[str, Any]:
    """The simulator as a cloud: its addresses, and the suffixes of services that it does not have."""
    host = base_url.partition("://")[2]
    here = ["portal", "media", "graphAudience", "graph", "microsoftGraphResourceId", "resourceManager", "gallery"]
    here += ["batch", "sqlManagement", "logAnalyticsResourceId", "activeDirectoryDataLake", "attestationResourceId"]
    here += ["synapseAnalyticsResourceId", "ossrDbmsResourceId", "appInsightsResourceId"]
    here += ["appInsightsTelemetryChannelResourceId", "appServiceResourceId"]
    return {
        "name": CLOUD,
        **dict.fromkeys(here, base_url),
        "authentication": {
            "loginEndpoint": base_url,
            "audiences": [base_url],
            "tenant": TENANT,
            "identityProvider": "AAD",
        },
        "vmImageAliasDoc": f"{base_url}/aliases.json",
        "suffixes": {
            "storage": f"core.{host}",
            "keyVaultDns": f"vault.{host}",
            "acrLoginServer": f"azurecr.{host}",
            "sqlServerHostname": f"database.{host}",
            "mhsmDns": f"managedhsm.{host}",
            "azureDataLakeStoreFileSystem": f"azuredatalakestore.{host}",
            "azureDataLakeAnalyticsCatalogAndJob": f"azuredatalakeanalytics.{host}",
            "azureFrontDoorEndpointSuffix": f"azurefd.{host}",
            "storageSyncEndpointSuffix": f"afs.{host}",
            "mysqlServerEndpoint": f"mysql.database.{host}",
            "postgresqlServerEndpoint": f"postgres.database.{host}",
            "mariadbServerEndpoint": f"mariadb.database.{host}",
            "synapseAnalytics": f"dev.azuresynapse.{host}",
            "attestationEndpoint": f"attest.{host}",
        },
    }


def register(registry: Registry) -> None:
    """Add subscriptions and resource groups."""
    registry.add(SubscriptionKind(), ResourceGroupKind())
