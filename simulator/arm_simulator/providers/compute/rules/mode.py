"""Rules of the orchestration modes: which members each mode has and which it refuses."""

from __future__ import annotations

from collections.abc import Iterator

from .problem import Problem, check_choice, dig, invalid, items, missing, not_allowed_in_mode
from .view import SetRequest

FLEXIBLE_API_VERSION = "2021-03-01"
"""First Microsoft.Compute version with Flexible sets."""
NETWORK_API_VERSIONS = ("2020-11-01", "2022-11-01")
"""Values of ``networkApiVersion`` that Azure knows."""

_UNIFORM_ONLY = (
    "overprovision",
    "doNotRunExtensionsOnOverprovisionedVMs",
    "upgradePolicy.rollingUpgradePolicy.rollbackFailedInstancesOnPolicyBreach",
    "virtualMachineProfile.networkProfile.healthProbe",
)
_FLEXIBLE_ONLY = (
    "priorityMixPolicy",
    "skuProfile",
    "additionalCapabilities.hibernationEnabled",
    "virtualMachineProfile.storageProfile.osDisk.deleteOption",
)


def modes_known(request: SetRequest) -> Iterator[Problem]:
    """``orchestrationMode`` is Uniform or Flexible."""
    yield from check_choice("orchestrationMode", request.properties.get("orchestrationMode"), ("Uniform", "Flexible"))


def flexible_api_version(request: SetRequest) -> Iterator[Problem]:
    """Flexible sets exist from api-version 2021-03-01 on."""
    if request.flexible and request.api_version < FLEXIBLE_API_VERSION:
        yield invalid(
            "orchestrationMode",
            f"The value 'Flexible' of parameter 'orchestrationMode' is not allowed with api-version "
            f"'{request.api_version}'. Use api-version '{FLEXIBLE_API_VERSION}' or later.",
        )


def profile_required(request: SetRequest) -> Iterator[Problem]:
    """Uniform needs a profile; a Flexible set without one has no instances made from it."""
    if request.profile is None:
        if not request.flexible:
            yield missing("virtualMachineProfile")
        elif request.capacity:
            yield invalid(
                "sku.capacity",
                f"Parameter 'sku.capacity' is '{request.capacity}' but Virtual Machine Scale Set '{request.name}' has "
                "no 'virtualMachineProfile' to create instances from.",
            )
        return
    if not request.size:
        yield missing("sku.name")


def members_of_the_other_mode(request: SetRequest) -> Iterator[Problem]:
    """Each mode refuses the members that only the other one has; a switch that is off says what its absence says.

    No page says that ``false`` is refused, and Azure Verified Modules' Bicep module sends
    ``rollbackFailedInstancesOnPolicyBreach: false`` with every rolling policy of a Flexible set. The page on
    hibernation (Hibernating virtual machines) has it for single VMs and Flexible sets.
    """
    for path in _UNIFORM_ONLY if request.flexible else _FLEXIBLE_ONLY:
        value = dig(request.properties, path)
        if value is not None and value is not False:
            yield not_allowed_in_mode(path, request.name, request.mode)
    if request.flexible:
        return
    for number, disk in enumerate(items(request.profile, "storageProfile.dataDisks")):
        if disk.get("deleteOption") is not None:
            target = f"virtualMachineProfile.storageProfile.dataDisks[{number}].deleteOption"
            yield not_allowed_in_mode(target, request.name, request.mode)


def network_api_version(request: SetRequest) -> Iterator[Problem]:
    """``networkApiVersion`` is required on Flexible with a profile; Uniform refuses the member, null included."""
    network = dig(request.profile, "networkProfile")
    target = "virtualMachineProfile.networkProfile.networkApiVersion"
    if not request.flexible:
        if isinstance(network, dict) and "networkApiVersion" in network:
            yield not_allowed_in_mode(target, request.name, request.mode)
        return
    if request.profile is None:
        return
    version = dig(network, "networkApiVersion")
    if version is None:
        yield missing(target)
    yield from check_choice(target, version, NETWORK_API_VERSIONS)


def identity(request: SetRequest) -> Iterator[Problem]:
    """Flexible sets accept user-assigned identities only; a user-assigned type needs identities."""
    kind = str(dig(request.body, "identity.type") or "None")
    if request.flexible and "systemassigned" in kind.lower():
        yield invalid(
            "identity.type",
            f"The value '{kind}' of parameter 'identity.type' is not allowed on Virtual Machine Scale Set "
            f"'{request.name}' because its orchestrationMode is 'Flexible'. Allowed values are: UserAssigned, None.",
        )
    if "userassigned" in kind.lower() and not dig(request.body, "identity.userAssignedIdentities"):
        yield missing("identity.userAssignedIdentities")


RULES = (
    modes_known,
    flexible_api_version,
    profile_required,
    members_of_the_other_mode,
    network_api_version,
    identity,
)
