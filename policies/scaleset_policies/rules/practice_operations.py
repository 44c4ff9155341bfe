"""Good practice: availability, health, updates, monitoring and names."""

import re
from collections.abc import Iterator
from typing import Final

from scaleset_core.facts import health, images
from scaleset_core.facts.checks import Finding, NotDecided
from scaleset_core.facts.properties import View
from scaleset_core.modes import Mode
from scaleset_core.modes.examples import ABSENT, HEALTH, MONITOR, OS, flexible, on_flexible, on_uniform, pair, uniform
from scaleset_core.modes.pages import (
    APRL,
    CHECKOV,
    GUEST_PATCHING_PAGE,
    ORCHESTRATION_PAGE,
    OS_PATCHING_POLICY,
    SDK,
    psrule,
)
from scaleset_core.modes.rules.parts import most_zones
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.outcome import PASSES, Outcome, not_applicable
from scaleset_policies.relations import NO_MODE, changes_only, mode_in
from scaleset_policies.rule import Rule, Scope, Severity
from scaleset_policies.rules.practice_parts import (
    EXTENSIONS,
    MACHINES,
    PROFILE,
    extension_kind,
    has_extension,
    is_windows,
    on_extensions,
    on_machine,
    on_profile,
    on_resource,
    or_own,
    practice,
)

_Check = Iterator[Finding | NotDecided]
_EXTENSIONS: Final = f"{PROFILE}.extensionProfile.extensions"
_PATCH_MODES: Final = (
    "osProfile.linuxConfiguration.patchSettings.patchMode",
    "osProfile.windowsConfiguration.patchSettings.patchMode",
)
_AUTO_OS: Final = "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade"
_LEGACY_AGENTS: Final = frozenset(
    {
        "microsoft.enterprisecloud.monitoring/microsoftmonitoringagent",
        "microsoft.enterprisecloud.monitoring/omsagentforlinux",
    }
)
_MONITOR_AGENTS: Final = frozenset(
    {
        "microsoft.azure.monitor/azuremonitorlinuxagent",
        "microsoft.azure.monitor/azuremonitorwindowsagent",
    }
)
_ZONES: Final = 2
_NAME: Final = re.compile(r"(?!_)[^\\/\"\[\]:|<>+=;,?*@&~!#$%^()\s]{1,64}(?<![.-])")
_PREFIX: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


def _repairs(view: View) -> _Check:
    value = view.value("automaticRepairsPolicy.enabled")
    if value is not True:
        yield Finding("automaticRepairsPolicy.enabled", value, "expected true")


def _zones(view: View) -> _Check:
    count = most_zones(view)
    if count is not None and count < _ZONES:
        yield Finding("zones", detail=f"{count or 'no'} zone{'' if count == 1 else 's'}, expected two or three")


def _strict_balance(view: View) -> _Check:
    if view.value("zoneBalance") is True:
        yield Finding("zoneBalance", value=True, detail="expected false or nothing")


def _zones_of_new_sets(estate: Estate, resource: Resource) -> Outcome:
    return not_applicable(NO_MODE) if changes_only(resource) else on_resource(_zones)(estate, resource)


def _uniform(estate: Estate, resource: Resource) -> Outcome:
    if changes_only(resource):
        return not_applicable(NO_MODE)
    mode = mode_in(estate, resource)
    if mode is Mode.UNIFORM:
        said = resource.view.first("orchestrationMode") is not None
        detail = "" if said else "it is missing, which means Uniform"
        return Outcome((Finding("orchestrationMode", "Uniform" if said else None, detail),))
    return PASSES if isinstance(mode, str) else Outcome(undecided=("orchestrationMode",))


def _legacy_agent(extension: View) -> _Check:
    kind = extension_kind(extension)
    if kind in _LEGACY_AGENTS:
        yield Finding(extension.path("type") or "type", kind.rpartition("/")[2])


def _monitor_agent(view: View) -> _Check:
    if not has_extension(view, _MONITOR_AGENTS):
        yield Finding(_EXTENSIONS, detail="none is the Azure Monitor Agent")


def _health_signal(view: View) -> _Check:
    if not view.has(f"{PROFILE}.networkProfile.healthProbe") and not has_extension(view, health.KINDS):
        yield Finding(_EXTENSIONS, detail="none is the Application Health extension")


def _automatic_os_upgrade(view: View) -> _Check:
    value = view.value(_AUTO_OS)
    if value is True:
        return
    profile = View(view.value(PROFILE), PROFILE)
    image = images.platform_image(profile)
    listed = images.is_custom(profile) and not images.is_managed_image(profile)
    if listed or (image is not None and image.takes_automatic_upgrades):
        yield Finding(_AUTO_OS, value, "expected true")


def _patch_mode(view: View) -> _Check:
    profile = View(view.value(PROFILE), PROFILE)
    path = _PATCH_MODES[1 if is_windows(profile) else 0]
    value = profile.value(path)
    if value == "AutomaticByPlatform" or view.value(_AUTO_OS) is True:
        return
    image = images.platform_image(profile)
    if image is None or not image.takes_guest_patching:
        return
    if has_extension(view, health.KINDS) or view.value("externalHealthPolicy.enabled") is True:
        yield Finding(profile.path(path), value, "expected AutomaticByPlatform")


def _agent(machine: View) -> _Check:
    for system in ("linuxConfiguration", "windowsConfiguration"):
        path = f"osProfile.{system}.provisionVMAgent"
        if machine.value(path) is False:
            yield Finding(machine.path(path), value=False, detail="expected true")


def _set_name(_: Estate, resource: Resource) -> Outcome:
    found = resource.view.first("vmScaleSetName")
    if found is not None and not found.known:
        return Outcome(undecided=(found.path,))
    name, path = (found.value, found.path) if found is not None else (resource.name, "name")
    if not isinstance(name, str) or "{" in name or _NAME.fullmatch(name):
        return PASSES if isinstance(name, str) and "{" not in name else Outcome(undecided=(path,))
    return Outcome((Finding(path, name, "expected 1 to 64 letters, digits, dots, hyphens and underscores"),))


def _computer_name(view: View) -> _Check:
    path = f"{PROFILE}.osProfile.computerNamePrefix"
    prefix = view.value(path)
    if not isinstance(prefix, str):
        return
    if not _PREFIX.fullmatch(prefix):
        yield Finding(path, prefix, "expected letters, digits and hyphens, not a hyphen first")
    elif prefix.isdigit() and is_windows(View(view.value(PROFILE))):
        yield Finding(path, prefix, "a Windows name is not all digits")


_PATCHED: Final = f"{OS}.linuxConfiguration.patchSettings.patchMode"
_OLD_AGENT: Final = {
    "name": "oms",
    "publisher": "Microsoft.EnterpriseCloud.Monitoring",
    "type": "OmsAgentForLinux",
    "typeHandlerVersion": "1.13",
}

RULES: tuple[Rule, ...] = (
    practice(
        "SS121",
        "automatic-repairs",
        title="A set should repair instances that report themselves unhealthy.",
        reason="without repairs, an instance that does not answer stays in the backend pool until somebody notices",
        remediation="set automaticRepairsPolicy.enabled to true and give the set a health signal",
        path="automaticRepairsPolicy.enabled",
        sources=(
            psrule("Azure.VMSS.AutoInstanceRepairs", says="automatic instance repairs are enabled"),
            APRL.at(says="enable the automatic repair policy"),
        ),
        decide=on_profile(_repairs),
        tags=("WAF:Reliability", "PSRule:AZR-000426", "APRL:automatic-repair"),
        example=on_flexible(
            {"automaticRepairsPolicy": ABSENT}, {"automaticRepairsPolicy": {"enabled": True, "gracePeriod": "PT30M"}}
        ),
    ),
    practice(
        "SS122",
        "zone-redundant",
        title="A set should spread its instances over two or three availability zones.",
        reason="with one zone or none, the failure of one datacentre stops the whole set",
        remediation="name two or three zones if the region has them; zones cannot be removed later",
        path="zones",
        sources=(
            psrule("Azure.VMSS.AvailabilityZone", says="use at least two availability zones"),
            APRL.at(says="deploy sets across availability zones"),
        ),
        decide=_zones_of_new_sets,
        tags=("WAF:Reliability", "PSRule:AZR-000436", "APRL:zones"),
        example=on_flexible({"zones": ["1"]}, {"zones": ["1", "2", "3"]}),
    ),
    practice(
        "SS123",
        "no-strict-zone-balance",
        title="Zone balance should be best effort, not strict.",
        reason="with strict balance a set cannot scale out while one zone has too little capacity",
        remediation="remove zoneBalance or set it to false",
        path="zoneBalance",
        sources=(
            psrule("Azure.VMSS.ZoneBalance", says="with strict balance scaling fails where balance cannot be kept"),
            APRL.at(says="disable strictly even balance across zones"),
        ),
        decide=on_resource(_strict_balance),
        tags=("WAF:Reliability", "PSRule:AZR-000438", "APRL:strict-zone-balance"),
        example=on_flexible({"zoneBalance": True}),
    ),
    practice(
        "SS124",
        "prefer-flexible",
        title="New sets should use Flexible orchestration.",
        reason="Microsoft recommends it for new workloads, and adds new features there first",
        remediation="create the set with orchestrationMode Flexible; an existing set cannot be changed, so create a "
        "second one and migrate to it",
        path="orchestrationMode",
        sources=(
            APRL.at(says="deploy with Flexible orchestration instead of Uniform"),
            ORCHESTRATION_PAGE.at(says="Flexible is the recommended mode"),
        ),
        decide=_uniform,
        severity=Severity.LOW,
        modes=(Mode.UNIFORM,),
        tags=("WAF:Reliability", "APRL:e7495e1c-0c75-0946-b266-b429b5c7f3bf"),
        example=pair(uniform(), flexible(), "orchestrationMode"),
    ),
    practice(
        "SS125",
        "application-health",
        title="A set should have a health signal of its application.",
        reason="without a signal, upgrades and repairs continue although instances are broken",
        remediation="add the Application Health extension to the profile (on Uniform also a load balancer probe)",
        path=_EXTENSIONS,
        sources=(APRL.at(says="enable application health monitoring; upgrades and guest patching rely on it"),),
        decide=or_own(_health_signal, health.KINDS),
        scope=Scope.STACK,
        tags=("WAF:Reliability", "APRL:application-health-monitoring"),
        example=on_flexible(
            {_EXTENSIONS: [MONITOR], "automaticRepairsPolicy": ABSENT},
            {_EXTENSIONS: [HEALTH, MONITOR]},
            also=("SS091", "SS121"),
        ),
    ),
    practice(
        "SS126",
        "automatic-os-upgrades-on-uniform",
        title="A Uniform set should upgrade its OS image automatically, if Azure can upgrade that image.",
        reason="instances with an old image lack security fixes; Azure upgrades gallery images and the platform "
        "images that Microsoft lists",
        remediation="set enableAutomaticOSUpgrade to true with image version latest and a health signal",
        path=_AUTO_OS,
        sources=(OS_PATCHING_POLICY.at(says="enforces automatic OS image upgrades"),),
        decide=on_profile(_automatic_os_upgrade, Mode.UNIFORM),
        modes=(Mode.UNIFORM,),
        tags=("WAF:Security", "Checkov:CKV_AZURE_95", "AzurePolicy:465f0161-0087-490a-9ad9-ad6217f4f43a"),
        example=on_uniform(
            {"upgradePolicy.automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": False}},
            {"upgradePolicy.automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True}},
        ),
    ),
    practice(
        "SS127",
        "guest-patching-on-flexible",
        title="Azure should patch the instances of a Flexible set with a health signal, if it can patch their image.",
        reason="Azure installs security fixes zone by zone and watches the health of the patched machines; otherwise "
        "each machine installs them when its operating system does. Azure cannot patch custom images, and "
        "platform images that Microsoft does not list",
        remediation="set patchSettings.patchMode to AutomaticByPlatform",
        path=f"{PROFILE}.{_PATCH_MODES[0]}",
        sources=(GUEST_PATCHING_PAGE.at("Supported OS images", says="listed images only, no custom images"),),
        decide=on_profile(_patch_mode, Mode.FLEXIBLE),
        modes=(Mode.FLEXIBLE,),
        tags=("WAF:Security", "Checkov:CKV_AZURE_177"),
        example=on_flexible({_PATCHED: "ImageDefault"}, {_PATCHED: "AutomaticByPlatform"}),
    ),
    practice(
        "SS128",
        "no-legacy-monitoring-agent",
        title="Instances should not run the Log Analytics agent.",
        reason="the agent (MMA, OMS) retired in August 2024",
        remediation="use the Azure Monitor Agent",
        path=f"{_EXTENSIONS}[].type",
        sources=(psrule("Azure.VMSS.MigrateAMA", says="the Log Analytics agent retires on 2024-08-31"),),
        decide=on_extensions(_legacy_agent),
        types=EXTENSIONS,
        tags=("WAF:OperationalExcellence", "PSRule:AZR-000318"),
        example=on_flexible({_EXTENSIONS: [HEALTH, MONITOR, _OLD_AGENT]}, {_EXTENSIONS: [HEALTH, MONITOR]}),
    ),
    practice(
        "SS129",
        "azure-monitor-agent",
        title="A set's profile should have the Azure Monitor Agent.",
        reason="without it, nobody sees the logs and counters of the guest",
        remediation="add AzureMonitorLinuxAgent or AzureMonitorWindowsAgent to the profile's extensions",
        path=_EXTENSIONS,
        sources=(
            psrule("Azure.VMSS.AMA", says="sets install the Azure Monitor Agent, which replaces all earlier agents"),
        ),
        decide=or_own(_monitor_agent, _MONITOR_AGENTS),
        scope=Scope.STACK,
        severity=Severity.LOW,
        tags=("WAF:OperationalExcellence", "PSRule:AZR-000346"),
        example=on_flexible({_EXTENSIONS: [HEALTH]}, {_EXTENSIONS: [HEALTH, MONITOR]}),
    ),
    practice(
        "SS130",
        "scale-set-name",
        title="The set's name must be valid in Azure.",
        reason="Azure checks the name only when it creates the set",
        remediation="use 1 to 64 letters, digits, hyphens, dots and underscores; do not begin with an underscore or "
        "end with a dot or hyphen",
        path="vmScaleSetName",
        sources=(
            psrule(
                "Azure.VMSS.Name",
                says="1 to 64 characters; starts with a letter or digit, ends with one or an underscore",
            ),
        ),
        decide=_set_name,
        tags=("WAF:OperationalExcellence", "PSRule:AZR-000261"),
        example=on_flexible({"vmScaleSetName": "_web"}, {"vmScaleSetName": "web"}),
    ),
    practice(
        "SS131",
        "computer-name-prefix",
        title="The computer name prefix must make valid host names.",
        reason="the operating system refuses other names when the instance starts",
        remediation="use letters, digits and hyphens; on Windows not only digits",
        path=f"{PROFILE}.osProfile.computerNamePrefix",
        sources=(
            psrule(
                "Azure.VMSS.ComputerName",
                says="letters, digits and hyphens (periods on Linux); not only digits on Windows",
            ),
        ),
        decide=on_profile(_computer_name),
        tags=("WAF:OperationalExcellence", "PSRule:AZR-000262"),
        example=on_flexible({f"{OS}.computerNamePrefix": "-web_"}, {f"{OS}.computerNamePrefix": "web"}),
    ),
    practice(
        "SS132",
        "vm-agent",
        title="Instances should have the VM agent.",
        reason="extensions, health and guest patching need it",
        remediation="remove provisionVMAgent or set it to true",
        path=f"{PROFILE}.osProfile.linuxConfiguration.provisionVMAgent",
        sources=(
            CHECKOV.at("CKV_AZURE_179", says="the VM agent is installed"),
            SDK.at(
                "WindowsConfiguration.provision_vm_agent", says="the agent is there so that extensions can be added"
            ),
        ),
        decide=on_machine(_agent),
        types=MACHINES,
        tags=("WAF:OperationalExcellence", "Checkov:CKV_AZURE_179"),
        example=on_flexible(
            {f"{OS}.linuxConfiguration.provisionVMAgent": False, _PATCHED: "ImageDefault"},
            {f"{OS}.linuxConfiguration.provisionVMAgent": True},
            also=("SS127",),
        ),
    ),
)
