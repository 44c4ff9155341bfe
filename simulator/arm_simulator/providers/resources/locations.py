"""The regions of the simulated Azure, and the resource providers that it plays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from arm_simulator.core.kinds import Registry
from arm_simulator.core.sdk_operations import read

_FILE = Path(__file__).with_name("locations.json")
_OTHERS = {
    "microsoft.managedidentity": ("2023-01-31",),
    "microsoft.insights": ("2022-10-01", "2021-05-01-preview"),
    "microsoft.keyvault": ("2023-07-01",),
    "microsoft.storage": ("2023-05-01",),
    "microsoft.standbypool": ("2025-03-01",),
    "microsoft.computeschedule": ("2025-05-01",),
    "microsoft.resourcegraph": ("2022-10-01",),
}
"""Api-versions of the namespaces whose operations are not in the table."""


@cache
def _regions() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))["regions"]
    return found


def locations(subscription: str) -> list[dict[str, Any]]:
    """``GET /subscriptions/{s}/locations``: the regions in ``locations.json``."""
    return [_region(subscription, name, region) for name, region in _regions().items()]


def _region(subscription: str, name: str, region: dict[str, Any]) -> dict[str, Any]:
    base = f"/subscriptions/{subscription}/locations"
    group = region["group"]
    shown: dict[str, Any] = {
        "id": f"{base}/{name}",
        "name": name,
        "type": "Region",
        "displayName": region["name"],
        "regionalDisplayName": f"({group}) {region['name']}",
        "metadata": {
            "regionType": "Physical",
            "regionCategory": "Recommended" if region["zones"] else "Other",
            "geography": region["geography"],
            "geographyGroup": group,
            "longitude": str(region["at"][1]),
            "latitude": str(region["at"][0]),
            "physicalLocation": region["place"],
            "pairedRegion": [{"name": pair, "id": f"{base}/{pair}"} for pair in region["pairs"]],
        },
    }
    if region["zones"]:
        shown["availabilityZoneMappings"] = [
            {"logicalZone": str(zone), "physicalZone": f"{name}-az{zone}"} for zone in (1, 2, 3)
        ]
    return shown


@cache
def _versions() -> dict[str, tuple[str, ...]]:
    """The api-versions of each type, lower case, newest first: those that the SDKs' operations have."""
    found: dict[str, set[str]] = {}
    for operation in read():
        tail = re.sub(r"/\{[^}]*\}", "", operation.url.rpartition("/providers/")[2])
        if operation.api_version and "/" in tail:
            found.setdefault(tail.lower(), set()).add(operation.api_version)
    return {name: tuple(sorted(versions, reverse=True)) for name, versions in found.items()}


def api_versions(resource_type: str) -> list[str]:
    """The api-versions of a type, newest first."""
    key = resource_type.lower()
    known = _versions().get(key)
    if known:
        return list(known)
    namespace = key.partition("/")[0]
    if namespace in _OTHERS:
        return list(_OTHERS[namespace])
    near = [versions for name, versions in _versions().items() if name.startswith(f"{namespace}/")]
    return [max(versions[0] for versions in near)] if near else []


def providers(registry: Registry, subscription: str = "") -> list[dict[str, Any]]:
    """The providers of the played types, as ``GET .../providers`` lists them."""
    spelled: dict[str, str] = {}
    for kind in registry:
        name = kind.type.partition("/")[0]
        spelled.setdefault(name.lower(), name)
    return [provider(registry, subscription, name) for name in sorted(spelled.values(), key=str.lower)]


def provider(registry: Registry, subscription: str, namespace: str) -> dict[str, Any]:
    """One provider, with the types that are played, their regions and api-versions."""
    kinds = [kind for kind in registry if kind.type.partition("/")[0].lower() == namespace.lower()]
    spelled = next((kind.type.partition("/")[0] for kind in kinds), namespace)
    base = f"/subscriptions/{subscription}" if subscription else ""
    return {
        "id": f"{base}/providers/{spelled}",
        "namespace": spelled,
        "registrationState": "Registered",
        "registrationPolicy": "RegistrationRequired",
        "resourceTypes": [
            _type(name, tracked=tracked) for name, tracked in sorted((kind.type, kind.tracked) for kind in kinds)
        ],
    }


def _type(name: str, *, tracked: bool) -> dict[str, Any]:
    versions = api_versions(name)
    where: Iterable[str] = [region["name"] for region in _regions().values()] if tracked else []
    return {
        "resourceType": name.partition("/")[2],
        "locations": list(where),
        "apiVersions": versions,
        "defaultApiVersion": versions[0] if versions else None,
        "capabilities": "SupportsTags, SupportsLocation" if tracked else "None",
    }
