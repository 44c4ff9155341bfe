"""Platform images as clients look them up before they create a machine: ``az vm create --image Ubuntu2204`` does.

Every image exists, as in the other rules of this simulator: publisher, offer and SKU are taken as they come. What an
image is follows from its names: Windows by its publisher or offer, generation 1 and Arm64 by the SKU.

https://learn.microsoft.com/rest/api/compute/virtual-machine-images/get
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from arm_simulator.core import errors
from arm_simulator.core.kinds import Body, Registry

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

VERSION = "1.0.0"
"""The only version that is listed; any other can be read."""
_NAMESPACE = "Microsoft.Compute"
_SKU = "locations/{location}/publishers/{publisher}/artifacttypes/vmimage/offers/{offer}/skus/{sku}"
_GENERATION_1 = ("gen1", "-g1")
_WINDOWS = ("windows", "sql")


def image(parameters: Mapping[str, str], version: str) -> Body:
    """An image's version.

    Args:
        parameters: Its location, publisher, offer and SKU, and the subscription.
        version: The version.
    """
    offer, sku, publisher = (parameters[name].lower() for name in ("offer", "sku", "publisher"))
    windows = any(word in publisher or word in offer for word in _WINDOWS) and "linux" not in offer
    first = any(mark in sku for mark in _GENERATION_1)
    arm = "arm64" in sku or "arm64" in offer
    properties: dict[str, Any] = {
        "architecture": "Arm64" if arm else "x64",
        "hyperVGeneration": "V1" if first else "V2",
        "automaticOSUpgradeProperties": {"automaticOSUpgradeSupported": True},
        "osDiskImage": {"operatingSystem": "Windows" if windows else "Linux", "sizeInGb": 127 if windows else 31},
        "dataDiskImages": [],
        "imageDeprecationStatus": {"imageState": "Active"},
        "features": [] if first else [{"name": "SecurityType", "value": "TrustedLaunchSupported"}],
    }
    return {**_entry(parameters, version), "properties": properties}


def _entry(parameters: Mapping[str, str], version: str) -> Body:
    path = (
        f"/Subscriptions/{parameters['subscription']}/Providers/{_NAMESPACE}/Locations/{parameters['location']}"
        f"/Publishers/{parameters['publisher']}/ArtifactTypes/VMImage/Offers/{parameters['offer']}"
        f"/Skus/{parameters['sku']}/Versions/{version}"
    )
    return {"location": parameters["location"].lower(), "name": version, "id": path}


def _versions(ctx: Context, parameters: Mapping[str, str], body: Body) -> Any:  # noqa: ARG001 - a route
    return [_entry(parameters, VERSION)]


def _version(ctx: Context, parameters: Mapping[str, str], body: Body) -> Body:  # noqa: ARG001 - a route
    version = parameters["version"]
    if version.lower() == "latest":
        raise errors.ArmError(
            404, "NotFound", "'latest' is no version: list the versions, newest first with $orderby=name desc."
        )
    return image(parameters, version)


def register(registry: Registry) -> None:
    """Add the lists of versions, and the versions."""
    registry.route("GET", _NAMESPACE, f"{_SKU}/versions", _versions)
    registry.route("GET", _NAMESPACE, f"{_SKU}/versions/{{version}}", _version)
