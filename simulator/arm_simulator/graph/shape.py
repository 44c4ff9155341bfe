"""The tables of Resource Graph and their columns, for the server and for the process that runs the queries."""

from __future__ import annotations

TABLES = ("resources", "resourcecontainers", "authorizationresources")
TEXT = (
    "key",
    "id",
    "name",
    "type",
    "tenantId",
    "kind",
    "location",
    "resourceGroup",
    "subscriptionId",
    "managedBy",
)
JSON = ("sku", "plan", "properties", "tags", "identity", "zones", "extendedLocation")
