"""Sets that belong to another service, which would undo a migration or break by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scaleset_migration.reverse.parts import at, objects

_PROFILE = "virtualMachineProfile.extensionProfile.extensions"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns a set, and what its owner offers instead.

    Attributes:
        name: The service.
        instead: What to do, as an instruction.
        source: The page that says so.
    """

    name: str
    instead: str
    source: str


_SERVICE_FABRIC = Owner(
    "Service Fabric",
    "add a separate node type on another set and move the services, or use a managed cluster",
    "https://learn.microsoft.com/azure/service-fabric/service-fabric-scale-up-primary-node-type",
)
_AKS = Owner(
    "Azure Kubernetes Service",
    "add a node pool to the cluster (`az aks nodepool add`) and drain the old one",
    "https://learn.microsoft.com/azure/aks/manage-node-pools",
)
_BATCH = Owner(
    "Azure Batch",
    "create a new pool (`az batch pool create`) and move the jobs",
    "https://learn.microsoft.com/azure/batch/nodes-and-pools",
)
_DATABRICKS = Owner(
    "Azure Databricks",
    "change the cluster or the pool in the workspace: it owns its machines",
    "https://learn.microsoft.com/azure/databricks/compute/",
)


def owner(body: Mapping[str, Any], group: str) -> Owner | None:
    """The service that owns a set; None for a set that the user manages.

    Args:
        body: The set's properties as azure-native flattens them.
        group: Its resource group.
    """
    tags = at(body, "tags")
    keys = {str(key).lower(): str(value).lower() for key, value in tags.items()} if isinstance(tags, Mapping) else {}
    if any(key.startswith("aks-managed") for key in keys) or group.lower().startswith("mc_"):
        return _AKS
    if "databricks" in keys.get("vendor", "") or group.lower().startswith("databricks-rg"):
        return _DATABRICKS
    if "batch" in str(at(body, "managedBy")).lower() or group.lower().startswith("azurebatch-"):
        return _BATCH
    for each in objects(body, _PROFILE):
        if str(each.get("publisher")).lower() == "microsoft.azure.servicefabric":
            return _SERVICE_FABRIC
    return None
