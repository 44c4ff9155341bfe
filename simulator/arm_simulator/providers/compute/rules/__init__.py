"""Azure's own rules for scale sets, virtual machines and extensions, as pure functions over ARM bodies.

They duplicate the component library's rules on purpose: nothing is shared with it, so that tests can find where the two
disagree. Sources are the Microsoft.Compute REST descriptions and Microsoft's scale-set pages. If those pages contradict
each other, the simulator does what the table says:

====================================  ===========================================================================
Contradiction                         Here
====================================  ===========================================================================
platformFaultDomainCount on Flexible  1 by default (the fault-domain page of 2025-09), not required
                                      (the migration page)
singlePlacementGroup on Flexible      null is taken and stays platform-chosen; ``true`` for specialty sizes with
                                      several fault domains only; ``false`` is a must for attach
upgradePolicy on Flexible             Automatic, Manual and Rolling are taken ("must be null" is out of date)
Automatic OS upgrade on Flexible      taken without maxSurge, refused with it
enableAutomaticUpdates and OS upgrade set to false by default; ``true`` is refused
Premium with other sizes in a mix     taken (azurerm's acceptance tests), though the instance-mix page excludes it
Images for automatic OS upgrades      any platform image, since the page's list is open; no managed image
networkApiVersion                     2020-11-01 or 2022-11-01 (the enum), not "2021-11-01 or higher"
publicIPAddressConfiguration.sku      refused on Uniform (REST description)
diskIOPSReadWrite on Flexible         taken on UltraSSD_LRS and PremiumV2_LRS disks
Attach of an existing VM              taken under the attach page's conditions (the REST text says never)
automaticRepairsPolicy.gracePeriod    PT10M to PT90M (not PT30M to PT90M)
Repairs by LB probe on Flexible       refused: Flexible has no health probe
zoneBalance                           ``true`` needs more than one zone, or automatic placement with maxZoneCount
updateInstances, reimage on a set     taken on Flexible with VM names as instance ids (newest pages)
start, restart ... on a Flexible set  taken (the table of the orchestration-modes page)
setOrchestrationServiceState          taken on Flexible: repairs are there in both modes
Reimage of a single Flexible VM       ephemeral OS disks only (the API comparison)
VM instance view on Flexible          leaves fault and update domain out (the fault-domain page)
Delete of a Flexible set with VMs     refused while VMs that it did not create from its profile are attached
====================================  ===========================================================================

If no page has an answer, the simulator decides. ``sku.capacity`` of a Flexible set counts the instances that were
created from its profile. So attached VMs do not raise it, and a scale-in does not delete them. An attached VM keeps its
own model when the set's instances are updated. A scale-in that would need a protected or locked instance fails as a
whole. A rolling upgrade ends within the request that starts it, unless something holds it. An upgrade that a user
starts waits for the lifecycle hooks. An approval with nothing to approve is refused. performMaintenance works without
planned maintenance.
"""

from __future__ import annotations

from collections.abc import Iterator

from . import (
    capacity,
    changes,
    extension,
    health,
    hibernation,
    machine,
    mix,
    mode,
    network,
    placement,
    storage,
    upgrade,
    vm,
    vm_changes,
    zone_placement,
)
from .problem import Problem
from .view import SetRequest
from .vm import VmRequest

__all__ = ["Problem", "SetRequest", "VmRequest", "check_extension", "check_scale_set", "check_virtual_machine"]

_SET_RULES = (
    *changes.RULES,
    *mode.RULES,
    *placement.RULES,
    *network.RULES,
    *upgrade.RULES,
    *health.RULES,
    *capacity.RULES,
    *mix.RULES,
    hibernation.of_sets,
    *zone_placement.RULES,
)


def check_scale_set(request: SetRequest) -> list[Problem]:
    """Every reason why Azure refuses a scale set's body; empty when it is accepted."""
    problems = [problem for rule in _SET_RULES for problem in rule(request)]
    if request.profile is not None:
        for check in (*machine.RULES, *storage.RULES):
            problems.extend(check(request.machine))
    problems.extend(problem for rule in extension.RULES for problem in rule(request))
    return list(dict.fromkeys(problems))


def check_virtual_machine(request: VmRequest) -> list[Problem]:
    """Every reason why Azure refuses a VM's body; empty when it is accepted."""
    return list(
        dict.fromkeys(
            problem for rule in (*vm.RULES, *vm_changes.RULES, hibernation.of_machines) for problem in rule(request)
        )
    )


def check_extension(properties: dict[str, object]) -> list[Problem]:
    """Every reason why Azure refuses an extension's properties; empty when they are accepted."""
    return list(_each(properties))


def _each(properties: dict[str, object]) -> Iterator[Problem]:
    yield from extension.extension(properties)
