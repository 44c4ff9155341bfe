"""What a region offers: platform images, extensions, run commands; and what a subscription uses of its quotas.

``image_facts.json`` is dated and names its source. Answers have the shape of the REST reference ("Virtual Machine
Images", "Virtual Machine Extension Images", "Virtual Machine Run Commands - List", "Usage - List").
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arm_simulator.core import errors
from arm_simulator.core.kinds import Registry

from .common import INSTANCE, SET, VM, Body
from .rules.problem import dig
from .sizes import fact, families

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

Parameters = Mapping[str, str]
_FACTS = Path(__file__).with_name("image_facts.json")
_IMAGES = "locations/{location}/publishers/{publisher}/artifacttypes/vmimage/offers"
_EXTENSIONS = "locations/{location}/publishers/{publisher}/artifacttypes/vmextension/types"
QUOTA = 1000
"""The limit of cores, sets and machines that is shown; nothing is ever refused for it."""


@cache
def _facts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_FACTS.read_text(encoding="utf-8"))
    return found


def _in(table: Mapping[str, Any], name: str, what: str) -> tuple[str, Any]:
    """An entry by name, which is compared without case, in its own spelling.

    Raises:
        ArmError: 404 NotFound.
    """
    for spelled, value in table.items():
        if spelled.lower() == name.lower():
            return spelled, value
    raise errors.not_found(f"Artifact: {what} '{name}' was not found. The simulator knows {', '.join(table)}.")


def aliases() -> dict[str, Any]:
    """The document of image aliases that ``vmImageAliasDoc`` of the metadata names, in the shape of azure-cli's own."""
    found: dict[str, dict[str, Any]] = {}
    for alias, image in _facts()["aliases"].items():
        publisher, offer, sku = image.split()
        system, _, architecture = _facts()["images"][publisher][offer][sku].split()
        reference = {"publisher": publisher, "offer": offer, "sku": sku, "version": "latest"}
        reference["architecture"] = architecture
        found.setdefault(system, {})[alias] = reference
    return {"outputs": {"aliases": {"type": "object", "value": found}}}


def _rows(parameters: Parameters, base: str, names: Iterable[str]) -> list[Body]:
    start = f"/Subscriptions/{parameters['subscription']}/Providers/Microsoft.Compute/Locations"
    place = parameters["location"].replace(" ", "").lower()
    return [{"location": place, "name": name, "id": f"{start}/{place}/Publishers{base}/{name}"} for name in names]


def _publishers(ctx: Context, parameters: Parameters, body: Body) -> list[Body]:  # noqa: ARG001 - a route's shape
    return _rows(parameters, "", sorted({*_facts()["images"], *_facts()["extensions"]}))


def _offers(ctx: Context, parameters: Parameters, body: Body) -> list[Body]:  # noqa: ARG001
    publisher, offers = _publisher(parameters)
    return _rows(parameters, f"/{publisher}/ArtifactTypes/VMImage/Offers", offers)


def _publisher(parameters: Parameters) -> tuple[str, dict[str, dict[str, str]]]:
    known = _facts()["images"]
    if any(parameters["publisher"].lower() == name.lower() for name in _facts()["extensions"]):
        return parameters["publisher"], {}
    return _in(known, parameters["publisher"], "Publisher")


def _skus(ctx: Context, parameters: Parameters, body: Body) -> list[Body]:  # noqa: ARG001
    publisher, offers = _publisher(parameters)
    offer, skus = _in(offers, parameters["offer"], "Offer")
    return _rows(parameters, f"/{publisher}/ArtifactTypes/VMImage/Offers/{offer}/Skus", skus)


def _image(parameters: Parameters) -> tuple[str, list[str], list[str]]:
    """The path of an image's versions, its traits and its versions."""
    publisher, offers = _publisher(parameters)
    offer, skus = _in(offers, parameters["offer"], "Offer")
    sku, text = _in(skus, parameters["sku"], "Sku")
    traits = str(text).split()
    path = f"/{publisher}/ArtifactTypes/VMImage/Offers/{offer}/Skus/{sku}/Versions"
    return path, traits, _facts()["versions"][traits[0]]


def _versions(ctx: Context, parameters: Parameters, body: Body) -> list[Body]:  # noqa: ARG001
    path, traits, names = _image(parameters)
    rows = _rows(parameters, path, _chosen(ctx, names))
    if "properties" in ctx.expand:
        return [{**row, "properties": _image_properties(traits)} for row in rows]
    return rows


def _chosen(ctx: Context, names: Iterable[str]) -> list[str]:
    """The versions that ``$filter``, ``$orderby`` and ``$top`` leave, oldest first unless the order says otherwise."""
    start = ctx.query.get("$filter", "").partition("'")[2].partition("'")[0]
    found = sorted(name for name in names if name.startswith(start))
    if ctx.query.get("$orderby", "").lower().endswith("desc"):
        found.reverse()
    top = ctx.query.get("$top", "")
    return found[: int(top)] if top.isdigit() else found


def _version(ctx: Context, parameters: Parameters, body: Body) -> Body:  # noqa: ARG001
    path, traits, names = _image(parameters)
    if parameters["version"] not in names:
        raise errors.not_found(
            f"Artifact: VMImage was not found: version '{parameters['version']}'; there are {', '.join(names)}."
        )
    return {**_rows(parameters, path, [parameters["version"]])[0], "properties": _image_properties(traits)}


def _image_properties(traits: list[str]) -> Body:
    system, generation, architecture = traits
    return {
        "architecture": architecture,
        "hyperVGeneration": generation,
        "osDiskImage": {"operatingSystem": system},
        "dataDiskImages": [],
        "automaticOSUpgradeProperties": {"automaticOSUpgradeSupported": True},
        "imageDeprecationStatus": {"imageState": "Active"},
        "features": [],
    }


def _extension_types(ctx: Context, parameters: Parameters, body: Body) -> list[Body]:  # noqa: ARG001
    known = _facts()["extensions"]
    if any(parameters["publisher"].lower() == name.lower() for name in _facts()["images"]):
        return []
    publisher, types = _in(known, parameters["publisher"], "Publisher")
    return _rows(parameters, f"/{publisher}/ArtifactTypes/VMExtension/Types", types)


def _extension(parameters: Parameters) -> tuple[str, list[str]]:
    publisher, types = _in(_facts()["extensions"], parameters["publisher"], "Publisher")
    name, versions = _in(types, parameters["type"], "VMExtension")
    return f"/{publisher}/ArtifactTypes/VMExtension/Types/{name}/Versions", versions


def _extension_versions(ctx: Context, parameters: Parameters, body: Body) -> list[Body]:  # noqa: ARG001
    path, names = _extension(parameters)
    return _rows(parameters, path, _chosen(ctx, names))


def _extension_version(ctx: Context, parameters: Parameters, body: Body) -> Body:  # noqa: ARG001
    path, names = _extension(parameters)
    if parameters["version"] not in names:
        raise errors.not_found(f"Artifact: VMExtension was not found: version '{parameters['version']}'.")
    system = "Windows" if "windows" in path.lower() or "/Microsoft.Compute/" in path else "Linux"
    properties = {"operatingSystem": system, "computeRole": "IaaS", "vmScaleSetEnabled": True}
    return {**_rows(parameters, path, [parameters["version"]])[0], "properties": properties}


def _run_commands(ctx: Context, parameters: Parameters, body: Body) -> Body:  # noqa: ARG001
    return {"value": [_run_command(name, *known) for name, known in _facts()["runCommands"].items()]}


def _run_command(name: str, system: str, text: str) -> Body:
    schema = "https://schema.management.azure.com/schemas/2016-11-17/runcommands.json"
    return {"$schema": schema, "id": name, "osType": system, "label": text, "description": text}


def _one_run_command(ctx: Context, parameters: Parameters, body: Body) -> Body:  # noqa: ARG001
    name, known = _in(_facts()["runCommands"], parameters["command"], "RunCommand")
    return {**_run_command(name, *known), "script": [], "parameters": []}


def _usages(ctx: Context, parameters: Parameters, body: Body) -> Body:  # noqa: ARG001
    """The subscription's sets, machines and cores in a region, by the family of their sizes."""
    place = parameters["location"].replace(" ", "").lower()
    used: Counter[str] = Counter()
    for resource_type in (VM, SET, INSTANCE):
        for row in ctx.store.list(type=resource_type, subscription=parameters["subscription"]):
            if row.body.get("location") != place:
                continue
            used["virtualMachineScaleSets" if resource_type == SET else "virtualMachines"] += 1
            size = fact(str(dig(row.properties, "hardwareProfile.vmSize") or ""))
            if size and resource_type != SET:
                used["cores"] += int(size.capabilities["vCPUs"])
                used[size.family] += int(size.capabilities["vCPUs"])
    names = {
        "availabilitySets": "Availability Sets",
        "cores": "Total Regional vCPUs",
        "virtualMachines": "Virtual Machines",
        "virtualMachineScaleSets": "Virtual Machine Scale Sets",
        **{name: f"{name} vCPUs" for name in families()},
    }
    return {
        "value": [
            {
                "unit": "Count",
                "currentValue": used[name],
                "limit": QUOTA,
                "name": {"value": name, "localizedValue": text},
            }
            for name, text in names.items()
        ]
    }


def register(registry: Registry) -> None:
    """Add the routes."""
    for path, handler in (
        ("locations/{location}/publishers", _publishers),
        (_IMAGES, _offers),
        (f"{_IMAGES}/{{offer}}/skus", _skus),
        (f"{_IMAGES}/{{offer}}/skus/{{sku}}/versions", _versions),
        (f"{_IMAGES}/{{offer}}/skus/{{sku}}/versions/{{version}}", _version),
        (_EXTENSIONS, _extension_types),
        (f"{_EXTENSIONS}/{{type}}/versions", _extension_versions),
        (f"{_EXTENSIONS}/{{type}}/versions/{{version}}", _extension_version),
        ("locations/{location}/runCommands", _run_commands),
        ("locations/{location}/runCommands/{command}", _one_run_command),
        ("locations/{location}/usages", _usages),
    ):
        registry.route("GET", "Microsoft.Compute", path, handler)
