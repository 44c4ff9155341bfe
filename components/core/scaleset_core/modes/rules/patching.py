"""Property rules: patching, overprovisioning, disk performance."""

from collections.abc import Iterator

from scaleset_core.facts.checks import (
    Finding,
    NotDecided,
    both,
    forbidden,
    same,
)
from scaleset_core.facts.fixes import drop
from scaleset_core.facts.properties import View
from scaleset_core.modes.examples import ABSENT, OS, on_flexible, on_uniform
from scaleset_core.modes.pages import (
    DESIGN_PAGE,
    GUEST_PATCHING_PAGE,
    MIGRATION_PAGE,
    ORCHESTRATION_PAGE,
    SDK,
    VM_MODULE_13,
)
from scaleset_core.modes.rules.parts import (
    BOTH,
    BY_PLATFORM,
    FLEXIBLE,
    PATCH_MODES,
    PROFILE,
    STORAGE,
    UNIFORM,
    patched_by_platform,
)
from scaleset_core.modes.types import Conflict, Impact, PropertyRule, Severity

_Check = Iterator[Finding | NotDecided]


def _by_platform_agent(view: View) -> _Check:
    for path in PATCH_MODES:
        agent = path.replace("patchSettings.patchMode", "provisionVMAgent")
        if same(view.value(path), BY_PLATFORM) and view.value(agent) is False:
            yield Finding(agent, value=False, detail="expected true")


def _windows_updates(view: View) -> _Check:
    mode, path = view.value(PATCH_MODES[1]), f"{PROFILE}.osProfile.windowsConfiguration.enableAutomaticUpdates"
    updates = view.value(path)
    if same(mode, "Manual") and updates is not False:
        yield Finding(path, updates, "expected false with Manual")
    if same(mode, "AutomaticByOS") and updates is False:
        yield Finding(path, updates, "expected true with AutomaticByOS")


_WINDOWS = f"{OS}.windowsConfiguration"
_AUTO_OS_POLICY = "upgradePolicy.automaticOSUpgradePolicy"
_PATCHING = f"{OS}.linuxConfiguration.patchSettings"
_UPDATES = {"patchSettings": {"patchMode": "AutomaticByOS"}}

RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="patch-by-platform-on-uniform",
        number="SS033",
        modes=UNIFORM,
        path=PATCH_MODES[0],
        argument="patch_mode",
        statement="Patch mode AutomaticByPlatform is Flexible only.",
        reason="guest patching works on virtual machines, not on Uniform instances",
        alternative="use automatic OS image upgrades on Uniform, or Flexible",
        sources=(
            ORCHESTRATION_PAGE.at(
                "Autoscaling and instance orchestration: In Guest Security Patching", says="Flexible yes, Uniform no"
            ),
            SDK.at("PatchSettings.patch_mode", says="for virtual machines and for members of sets in Flexible mode"),
            GUEST_PATCHING_PAGE.at(says="applies to virtual machines and Flexible scale sets"),
        ),
        check=patched_by_platform,
        impact=Impact.HIGH,
        example=on_uniform({_PATCHING: {"patchMode": "AutomaticByPlatform"}, _AUTO_OS_POLICY: ABSENT}, also=("SS126",)),
    ),
    PropertyRule(
        id="patch-by-platform-needs-agent",
        number="SS034",
        modes=BOTH,
        path=PATCH_MODES[0],
        argument="patch_mode",
        statement="Patch mode AutomaticByPlatform needs the VM agent.",
        reason="the agent installs the patches",
        alternative="set provision_vm_agent to true",
        sources=(
            SDK.at(
                "PatchSettings.patch_mode, LinuxPatchSettings.patch_mode",
                says="AutomaticByPlatform: provisionVMAgent must be true",
            ),
        ),
        check=_by_platform_agent,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible(
            {f"{OS}.linuxConfiguration.provisionVMAgent": False},
            {f"{OS}.linuxConfiguration.provisionVMAgent": True},
            also=("SS132",),
        ),
    ),
    PropertyRule(
        id="patch-mode-and-windows-updates",
        number="SS078",
        modes=BOTH,
        path=PATCH_MODES[1],
        argument="patch_mode",
        statement="On Windows, patch mode Manual needs automatic updates off, and AutomaticByOS needs them on.",
        reason="the patch mode and the operating system's own setting must agree",
        alternative="remove enable_automatic_updates: its value follows patch_mode",
        sources=(
            SDK.at(
                "PatchSettings.patch_mode",
                says="Manual: enableAutomaticUpdates must be false; the two automatic modes: true",
            ),
            VM_MODULE_13.at(says="Azure: AutomaticByOS is invalid, enableAutomaticUpdates must be set to true"),
        ),
        check=_windows_updates,
        machine=True,
        impact=Impact.HIGH,
        example=on_flexible(
            {
                f"{PROFILE}.osProfile.linuxConfiguration": ABSENT,
                _WINDOWS: {**_UPDATES, "enableAutomaticUpdates": False},
            },
            {f"{PROFILE}.osProfile.linuxConfiguration": ABSENT, _WINDOWS: {**_UPDATES, "enableAutomaticUpdates": True}},
            also=("SS127", "SS162"),
            tolerates=("SS127",),
        ),
    ),
    PropertyRule(
        id="overprovision-on-flexible",
        number="SS035",
        modes=FLEXIBLE,
        path="overprovision",
        argument="overprovision",
        statement="Overprovisioning is Uniform only.",
        reason="Flexible creates exactly the requested number of virtual machines",
        alternative="leave it out",
        sources=(
            DESIGN_PAGE.at("Overprovisioning", says="supported for Uniform only"),
            ORCHESTRATION_PAGE.at("Unsupported parameters", says="overprovisioning"),
            MIGRATION_PAGE.at(
                "Update Uniform scale sets", says="remove the overprovisioning parameter: not valid on Flexible"
            ),
        ),
        check=forbidden("overprovision", allow=(False,)),
        impact=Impact.HIGH,
        fix=drop("", "overprovision"),
        example=on_flexible({"overprovision": True}),
    ),
    PropertyRule(
        id="overprovisioned-extensions-on-flexible",
        number="SS036",
        modes=FLEXIBLE,
        path="doNotRunExtensionsOnOverprovisionedVMs",
        argument="do_not_run_extensions_on_overprovisioned_vms",
        statement="doNotRunExtensionsOnOverprovisionedVMs is Uniform only.",
        reason="Flexible does not overprovision",
        alternative="leave it out",
        sources=(
            SDK.at(
                "VirtualMachineScaleSetProperties.do_not_run_extensions_on_overprovisioned_v_ms",
                says="has a meaning only while overprovision is enabled",
            ),
            DESIGN_PAGE.at("Overprovisioning", says="supported for Uniform only"),
        ),
        check=forbidden("doNotRunExtensionsOnOverprovisionedVMs", allow=(False,)),
        impact=Impact.HIGH,
        fix=drop("", "doNotRunExtensionsOnOverprovisionedVMs"),
        example=on_flexible({"doNotRunExtensionsOnOverprovisionedVMs": True}),
    ),
    PropertyRule(
        id="disk-performance-on-flexible",
        number="SS037",
        modes=FLEXIBLE,
        path=f"{STORAGE}.dataDisks[].diskIOPSReadWrite",
        argument="data_disks[].disk_iops_read_write",
        statement="The IOPS and throughput of data disks cannot be set on Flexible.",
        reason="the orchestration-modes page lists the two properties as unsupported",
        alternative="remove them to use the disk's default performance",
        severity=Severity.WARNING,
        sources=(
            ORCHESTRATION_PAGE.at(
                "Unsupported parameters", says="diskIOPSReadWrite and diskMBpsReadWrite are not supported on Flexible"
            ),
            ORCHESTRATION_PAGE.at(
                "Basic setup: Ultra Disks", says="contradicts: Ultra Disks are supported on Flexible"
            ),
            SDK.at(
                "VirtualMachineScaleSetDataDisk.disk_iops_read_write",
                says="contradicts: limits it to UltraSSD_LRS, not to a mode",
            ),
        ),
        conflict=Conflict(
            stale="the list of unsupported parameters",
            followed="the same page says Ultra Disks: Yes, and Microsoft's own modules set both; warned about only",
        ),
        check=both(
            forbidden(f"{STORAGE}.dataDisks[].diskIOPSReadWrite"), forbidden(f"{STORAGE}.dataDisks[].diskMBpsReadWrite")
        ),
        impact=Impact.LOW,
        example=on_flexible(
            {
                f"{STORAGE}.dataDisks": [
                    {"lun": 0, "createOption": "Empty", "diskSizeGB": 64, "diskIOPSReadWrite": 4000}
                ]
            },
            {f"{STORAGE}.dataDisks": [{"lun": 0, "createOption": "Empty", "diskSizeGB": 64}]},
        ),
    ),
)
