"""Property rules: upgrade policy, OS upgrades and patching."""

from collections.abc import Iterator

from scaleset_core.facts.checks import (
    Finding,
    NotDecided,
    between,
    both,
    forbidden,
    lasts,
    one_of,
    same,
)
from scaleset_core.facts.properties import View
from scaleset_core.modes.rules.parts import (
    AUTO_OS,
    AUTO_OS_PAGE,
    BOTH,
    DESIGN_PAGE,
    FLEXIBLE,
    MAX_SURGE_PAGE,
    NETWORK,
    ORCHESTRATION_PAGE,
    PATCH_MODES,
    PROFILE,
    ROLLING,
    ROLLING_PAGE,
    SDK,
    STORAGE,
    UNIFORM,
    UPGRADE_PAGE,
    has_profile,
    health_extensions,
    is_auto_os,
    is_rolling,
)
from scaleset_core.modes.types import Conflict, PropertyRule, Severity

_BY_PLATFORM = "AutomaticByPlatform"
_Check = Iterator[Finding | NotDecided]


def _rolling_health_flexible(view: View) -> _Check:
    if is_rolling(view) and has_profile(view) and not health_extensions(view):
        yield Finding("upgradePolicy.mode", "Rolling", "the profile has no Application Health extension")


def _rolling_health_uniform(view: View) -> _Check:
    if is_rolling(view) and not view.has(f"{NETWORK}.healthProbe") and not health_extensions(view):
        yield Finding("upgradePolicy.mode", "Rolling", "the profile has no health probe or health extension")


def _auto_os_flexible(view: View) -> _Check:
    if is_auto_os(view):
        yield Finding(AUTO_OS, value=True)


def _auto_os_with_surge(view: View) -> _Check:
    if is_auto_os(view) and view.value(f"{ROLLING}.maxSurge") is True:
        yield Finding(f"{ROLLING}.maxSurge", value=True)


def _auto_os_needs(view: View) -> _Check:
    if not is_auto_os(view):
        return
    version = view.first(f"{STORAGE}.imageReference.version")
    if version is not None and version.known and version.value != "latest":
        yield Finding(version.path, version.value, "expected latest")
    path = f"{PROFILE}.osProfile.windowsConfiguration.enableAutomaticUpdates"
    if view.has(f"{PROFILE}.osProfile.windowsConfiguration") and view.value(path) is not False:
        yield Finding(path, view.value(path), "expected false")
    for path in PATCH_MODES:
        if same(view.value(path), _BY_PLATFORM):
            yield Finding(path, _BY_PLATFORM, "expected ImageDefault, Manual or AutomaticByOS")
    if not view.has(f"{NETWORK}.healthProbe") and not health_extensions(view):
        yield Finding(AUTO_OS, value=True, detail="the set has no health signal")


def _by_platform(view: View) -> _Check:
    for path in PATCH_MODES:
        if same(view.value(path), _BY_PLATFORM):
            yield Finding(path, _BY_PLATFORM, "expected ImageDefault, Manual or AutomaticByOS")


def _by_platform_agent(view: View) -> _Check:
    for path in PATCH_MODES:
        agent = path.replace("patchSettings.patchMode", "provisionVMAgent")
        if same(view.value(path), _BY_PLATFORM) and view.value(agent) is False:
            yield Finding(agent, value=False, detail="expected true")


def _windows_updates(view: View) -> _Check:
    mode, path = view.value(PATCH_MODES[1]), f"{PROFILE}.osProfile.windowsConfiguration.enableAutomaticUpdates"
    updates = view.value(path)
    if same(mode, "Manual") and updates is not False:
        yield Finding(path, updates, "expected false with Manual")
    if (same(mode, "AutomaticByOS") or same(mode, _BY_PLATFORM)) and updates is False:
        yield Finding(path, updates, f"expected true with {mode}")


def _surge_overprovision(view: View) -> _Check:
    if view.value(f"{ROLLING}.maxSurge") is True and view.value("overprovision") is not False:
        yield Finding("overprovision", view.value("overprovision"), "expected false with maxSurge")


RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="upgrade-mode-known",
        modes=BOTH,
        path="upgradePolicy.mode",
        argument="upgrade_policy.mode",
        statement="The upgrade mode is Automatic, Manual or Rolling, in both orchestration modes.",
        reason="these are Azure's modes",
        alternative="use Manual (the default on Flexible), Automatic or Rolling",
        source=UPGRADE_PAGE,
        conflict=Conflict(
            stale="the orchestration-modes page lists upgradePolicy as unsupported on Flexible ('must be null or "
            "empty') and the migration page as 'not valid for flex, yet'",
            followed="the upgrade-policy page, which is newer and describes all three modes on Flexible",
        ),
        check=one_of("upgradePolicy.mode", "Automatic", "Manual", "Rolling"),
    ),
    PropertyRule(
        id="rolling-needs-health-extension-on-flexible",
        modes=FLEXIBLE,
        path="upgradePolicy.mode",
        argument="health",
        statement="Rolling upgrades of a Flexible set need the Application Health extension in its profile.",
        reason="a batch goes on only when the instances before it report that they are healthy",
        alternative="add health (protocol, port, request_path), or use Manual or Automatic",
        source=ROLLING_PAGE,
        check=_rolling_health_flexible,
    ),
    PropertyRule(
        id="rolling-needs-health-signal-on-uniform",
        modes=UNIFORM,
        path="upgradePolicy.mode",
        argument="health",
        statement="Rolling upgrades of a Uniform set need a health probe or the Application Health extension.",
        reason="a batch goes on only when the instances before it report that they are healthy",
        alternative="add health (an extension or health.probe_id), or use Manual or Automatic",
        source=ROLLING_PAGE,
        check=_rolling_health_uniform,
    ),
    PropertyRule(
        id="rolling-policy-ranges",
        modes=BOTH,
        path=ROLLING,
        argument="upgrade_policy.rolling",
        statement="Rolling batches are 5 to 100 percent, tolerated failures 5 to 100 (upgraded: 0 to 100) percent.",
        reason="these are the limits of the REST specification",
        alternative="use percentages inside the limits and an ISO 8601 pause such as PT10S",
        source=ROLLING_PAGE,
        check=both(
            between(f"{ROLLING}.maxBatchInstancePercent", 5, 100, "percent"),
            between(f"{ROLLING}.maxUnhealthyInstancePercent", 5, 100, "percent"),
            between(f"{ROLLING}.maxUnhealthyUpgradedInstancePercent", 0, 100, "percent"),
            lasts(f"{ROLLING}.pauseTimeBetweenBatches", 0, 1440),
        ),
    ),
    PropertyRule(
        id="rollback-on-breach-on-flexible",
        modes=FLEXIBLE,
        path=f"{ROLLING}.rollbackFailedInstancesOnPolicyBreach",
        argument="upgrade_policy.rolling.rollback_failed_instances_on_policy_breach",
        statement="Rolling back failed instances on a policy breach is Uniform only.",
        reason="Flexible has no instance rollback",
        alternative="leave it out; use max_surge to keep the old instances until the new ones are healthy",
        source=ROLLING_PAGE,
        check=forbidden(f"{ROLLING}.rollbackFailedInstancesOnPolicyBreach"),
    ),
    PropertyRule(
        id="max-surge-needs-no-overprovision",
        modes=UNIFORM,
        path=f"{ROLLING}.maxSurge",
        argument="upgrade_policy.rolling.max_surge",
        statement="maxSurge on Uniform needs overprovision to be false.",
        reason="both make additional instances, and Azure takes only one of them",
        alternative="set overprovision to false",
        source="hashicorp/terraform-provider-azurerm: azurerm_linux_virtual_machine_scale_set",
        check=_surge_overprovision,
    ),
    PropertyRule(
        id="automatic-os-upgrade-on-flexible",
        modes=FLEXIBLE,
        path=AUTO_OS,
        argument="upgrade_policy.automatic_os_upgrade",
        statement="Automatic OS image upgrades on Flexible are contested between Microsoft's pages.",
        reason="the orchestration-modes page says No for Flexible",
        alternative="use patch_mode AutomaticByPlatform (guest patching), or accept this rule by its id",
        source=ORCHESTRATION_PAGE,
        conflict=Conflict(
            stale="the MaxSurge page says that only automatic OS upgrades together with MaxSurge are unsupported on "
            "Flexible, and the scaling-profile page lists the property for sets with a profile",
            followed="refused by default, can be accepted",
        ),
        check=_auto_os_flexible,
    ),
    PropertyRule(
        id="automatic-os-upgrade-with-max-surge-on-flexible",
        modes=FLEXIBLE,
        path=f"{ROLLING}.maxSurge",
        argument="upgrade_policy.rolling.max_surge",
        statement="Automatic OS upgrades with maxSurge are unsupported on Flexible.",
        reason="the MaxSurge page says so",
        alternative="use one of the two",
        source=MAX_SURGE_PAGE,
        check=_auto_os_with_surge,
    ),
    PropertyRule(
        id="automatic-os-upgrade-needs",
        modes=BOTH,
        path=AUTO_OS,
        argument="upgrade_policy.automatic_os_upgrade",
        statement="Automatic OS upgrades need image version latest, a health signal, Windows automatic updates off, "
        "and no platform patching.",
        reason="two mechanisms must not patch one instance, and a bad image must be noticed",
        alternative="use version latest, add health, set enable_automatic_updates to false and another patch_mode",
        source=AUTO_OS_PAGE,
        check=_auto_os_needs,
    ),
    PropertyRule(
        id="patch-by-platform-on-uniform",
        modes=UNIFORM,
        path=PATCH_MODES[0],
        argument="patch_mode",
        statement="Patch mode AutomaticByPlatform is Flexible only.",
        reason="guest patching works on virtual machines, not on Uniform instances",
        alternative="use automatic OS image upgrades on Uniform, or Flexible",
        source=ORCHESTRATION_PAGE,
        check=_by_platform,
    ),
    PropertyRule(
        id="patch-by-platform-needs-agent",
        modes=BOTH,
        path=PATCH_MODES[0],
        argument="patch_mode",
        statement="Patch mode AutomaticByPlatform needs the VM agent.",
        reason="the agent installs the patches",
        alternative="set provision_vm_agent to true",
        source="Azure Verified Modules: avm-res-compute-virtualmachinescaleset",
        check=_by_platform_agent,
        machine=True,
    ),
    PropertyRule(
        id="patch-mode-and-windows-updates",
        modes=BOTH,
        path=PATCH_MODES[1],
        argument="patch_mode",
        statement="On Windows patch mode Manual needs automatic updates off, the two automatic modes need them on.",
        reason="the patch mode and the operating system's own setting must say the same",
        alternative="leave enable_automatic_updates out: it follows patch_mode",
        source=f"{SDK}: PatchSettings.patch_mode",
        check=_windows_updates,
        machine=True,
    ),
    PropertyRule(
        id="overprovision-on-flexible",
        modes=FLEXIBLE,
        path="overprovision",
        argument="overprovision",
        statement="Overprovisioning is Uniform only.",
        reason="Flexible creates exactly the virtual machines that it is asked for",
        alternative="leave it out",
        source=f"{DESIGN_PAGE}; {ORCHESTRATION_PAGE}",
        check=forbidden("overprovision"),
    ),
    PropertyRule(
        id="overprovisioned-extensions-on-flexible",
        modes=FLEXIBLE,
        path="doNotRunExtensionsOnOverprovisionedVMs",
        argument="do_not_run_extensions_on_overprovisioned_vms",
        statement="doNotRunExtensionsOnOverprovisionedVMs is Uniform only.",
        reason="Flexible does not overprovision",
        alternative="leave it out",
        source=ORCHESTRATION_PAGE,
        check=forbidden("doNotRunExtensionsOnOverprovisionedVMs"),
    ),
    PropertyRule(
        id="disk-performance-on-flexible",
        modes=FLEXIBLE,
        path=f"{STORAGE}.dataDisks[].diskIOPSReadWrite",
        argument="data_disks[].disk_iops_read_write",
        statement="IOPS and throughput of data disks are listed as unsupported on Flexible.",
        reason="the orchestration-modes page lists the two properties as unsupported",
        alternative="leave them out to take the disk's baseline",
        severity=Severity.WARNING,
        source=ORCHESTRATION_PAGE,
        conflict=Conflict(
            stale="the list of unsupported parameters",
            followed="the same page says Ultra Disks: Yes, and Microsoft's own modules set both; warned about only",
        ),
        check=both(
            forbidden(f"{STORAGE}.dataDisks[].diskIOPSReadWrite"), forbidden(f"{STORAGE}.dataDisks[].diskMBpsReadWrite")
        ),
    ),
)
