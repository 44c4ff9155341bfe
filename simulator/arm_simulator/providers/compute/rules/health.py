"""Rules on the source of application health: which features need one, and that there is one only.

Sources: the Application Health extension, on Uniform sets a load balancer's probe, and ``externalHealthPolicy``. Pages:
"Configure rolling upgrades", "Automatic OS image upgrades", "Automatic instance repairs", "Automatic guest patching".
"""

from __future__ import annotations

from collections.abc import Iterator

from .problem import Body, Problem, check_duration, dig, invalid
from .view import SetRequest

_OS_UPGRADE = "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade"
_SILVER = frozenset({"silver", "gold"})


def rolling(request: SetRequest) -> Iterator[Problem]:
    """Rolling upgrades need a health signal: the extension on Flexible, a probe or the extension on Uniform."""
    if dig(request.properties, "upgradePolicy.mode") != "Rolling" or request.has_health_signal:
        return
    if request.service_fabric is not None:
        return
    needed = "the Application Health extension"
    if not request.flexible:
        needed = f"a health probe or {needed}"
    yield invalid(
        "upgradePolicy.mode",
        f"Rolling Upgrade mode is not supported for Virtual Machine Scale Set '{request.name}' because it does not "
        f"have {needed} in its model.",
    )


def os_upgrade(request: SetRequest) -> Iterator[Problem]:
    """Automatic OS upgrades need a health signal; Service Fabric of Silver or Gold durability is one."""
    if dig(request.properties, _OS_UPGRADE) is not True or request.has_health_signal:
        return
    cluster = request.service_fabric
    if cluster is None or not _durable(cluster):
        yield invalid(_OS_UPGRADE, "Automatic OS upgrade requires a health probe or the Application Health extension.")


def _durable(cluster: Body) -> bool:
    """Service Fabric requirements of the page: durability Silver or Gold, an extension of version 1.1 or later."""
    level = str(dig(cluster, "settings.durabilityLevel") or "Bronze").lower()
    try:
        version = tuple(int(part) for part in str(cluster.get("typeHandlerVersion") or "0").split("."))
    except ValueError:
        return level in _SILVER
    return level in _SILVER and version >= (1, 1)


def repairs(request: SetRequest) -> Iterator[Problem]:
    """Automatic repairs need health, and are not for Service Fabric sets."""
    if dig(request.properties, "automaticRepairsPolicy.enabled") is not True:
        return
    base = "automaticRepairsPolicy"
    if request.service_fabric is not None:
        yield invalid(base, "Automatic repairs are not supported for Service Fabric scale sets.")
    elif not request.has_health_signal:
        yield invalid(
            base,
            f"Automatic repairs cannot be enabled on Virtual Machine Scale Set '{request.name}' because its model has "
            "neither a health probe nor the Application Health extension.",
        )


def guest_patching(request: SetRequest) -> Iterator[Problem]:
    """AutomaticByPlatform on a Flexible set needs health monitoring: required there, recommended for single VMs."""
    for system in ("windowsConfiguration", "linuxConfiguration"):
        target = f"osProfile.{system}.patchSettings.patchMode"
        automatic = request.flexible and dig(request.profile, target) == "AutomaticByPlatform"
        if automatic and not request.has_health_signal:
            yield invalid(
                f"virtualMachineProfile.{target}",
                "patchMode 'AutomaticByPlatform' requires application health monitoring of a Virtual Machine Scale Set "
                "whose orchestrationMode is 'Flexible'.",
            )


def one_source(request: SetRequest) -> Iterator[Problem]:
    """One source of health for the services that use it; the external policy excludes the others at once.

    The pages: with both a probe and the extension "you need to remove one before using orchestration services like
    Instance Repairs or Automatic OS Upgrades". The SDK on ``ExternalHealthPolicy.enabled``.
    """
    sources = request.health_sources
    if len(sources) <= 1:
        return
    together = ", ".join(sources)
    if "externalHealthPolicy" in sources:
        text = "'externalHealthPolicy' cannot be enabled where another source of health is active"
        yield invalid("externalHealthPolicy", f"{text}: {together}.")
    users = (
        ("automaticRepairsPolicy", dig(request.properties, "automaticRepairsPolicy.enabled") is True),
        (_OS_UPGRADE, dig(request.properties, _OS_UPGRADE) is True),
        ("upgradePolicy.mode", dig(request.properties, "upgradePolicy.mode") == "Rolling"),
        (
            "resiliencyPolicy.automaticZoneRebalancingPolicy",
            dig(request.properties, "resiliencyPolicy.automaticZoneRebalancingPolicy.enabled") is True,
        ),
    )
    for target, used in users:
        if used:
            yield invalid(target, f"One source of application health is allowed, not both or several: {together}.")


def external(request: SetRequest) -> Iterator[Problem]:
    """``externalHealthPolicy``: its durations (SDK)."""
    base = "externalHealthPolicy"
    policy = request.properties.get(base)
    yield from check_duration(f"{base}.expiryDuration", dig(policy, "expiryDuration"), "PT5M", "PT3H")
    yield from check_duration(f"{base}.gracePeriod", dig(policy, "gracePeriod"), "PT5M", "PT4H")


RULES = (rolling, os_upgrade, repairs, guest_patching, one_source, external)
