"""Rules of good practice and of several resources on both sides of each edge: the verdict, and the places."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from scaleset_core.facts.properties import UNKNOWN, View
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.outcome import Outcome
from scaleset_policies.relations import NO_MODE
from scaleset_policies.rules import RULES

GROUP = "/subscriptions/s/resourceGroups/rg/providers"
SET_ID = f"{GROUP}/Microsoft.Compute/virtualMachineScaleSets/web"
VM_ID = f"{GROUP}/Microsoft.Compute/virtualMachines/web-0"
PROFILE = "virtualMachineProfile"
LINUX = {"linuxConfiguration": {"disablePasswordAuthentication": True}}
BY_NAME = {rule.name: rule for rule in RULES.values()}


def scale_set(name: Any = "web", **properties: Any) -> Resource:
    """A scale set; Flexible unless it says otherwise."""
    body = {"orchestrationMode": "Flexible", **properties}
    return Resource(key="set", type=arm_types.SCALE_SET, name=name, properties=body, id=SET_ID)


def partial(**properties: Any) -> Resource:
    """The same in a template, where the body may only change a set that exists."""
    return replace(scale_set(**properties), partial=True)


def machine(**properties: Any) -> Resource:
    """A virtual machine of that set."""
    body = {"virtualMachineScaleSet": {"id": SET_ID}, **properties}
    return Resource(key="vm", type=arm_types.VIRTUAL_MACHINE, name="web-0", properties=body, id=VM_ID)


def says(rule: str, resource: Resource, *others: Resource, whole: bool = True) -> str:
    """The verdict in short: the broken places, or the undecided ones with a question mark, or why it does not apply."""
    outcome: Outcome = BY_NAME[rule].decide(Estate([resource, *others], whole=whole), resource)
    for each in outcome.findings:
        there = View(resource.properties).first(each.path)
        told = each.value if isinstance(each.value, bool | int | float) else None
        assert told is None or there is None or there.value == told
    broken = [each.path for each in outcome.findings] + [f"?{path}" for path in outcome.undecided]
    return ", ".join(broken) or (f"- {outcome.not_applicable}" if outcome.not_applicable else "")


def profile(**more: Any) -> Resource:
    """A set with a profile."""
    return scale_set(**{PROFILE: more})


_NO_PROFILE = "- the set has no profile"
_FLAG = "osProfile.linuxConfiguration.disablePasswordAuthentication"
_KIND = f"{PROFILE}.securityProfile.securityType"
_HOST = f"{PROFILE}.securityProfile.encryptionAtHost"
_PATCH = "AutomaticByPlatform"
_OWN = "virtualMachineProfile.osProfile"

_OS_UPGRADE = "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade"
_WATCHED = {
    "extensionProfile": {"extensions": [{"publisher": "Microsoft.ManagedServices", "type": "ApplicationHealthLinux"}]}
}


def _image(publisher: str, offer: str, sku: str) -> dict[str, Any]:
    reference = {"publisher": publisher, "offer": offer, "sku": sku, "version": "latest"}
    return {"storageProfile": {"imageReference": reference}}


def _custom(path: str) -> dict[str, Any]:
    return {"storageProfile": {"imageReference": {"id": f"{GROUP}/Microsoft.Compute/{path}"}}}


_JAMMY = _image("canonical", "0001-com-ubuntu-server-jammy", "22_04-LTS-gen2")
_NOBLE = _image("Canonical", "ubuntu-24_04-lts", "server")
_GALLERY, _MANAGED = _custom("galleries/g/images/i"), _custom("images/i")
MACHINES: list[tuple[str, Resource, str]] = [
    ("ssh-keys-only", profile(osProfile=LINUX), ""),
    ("ssh-keys-only", profile(osProfile={"linuxConfiguration": {}}), f"{PROFILE}.{_FLAG}"),
    ("ssh-keys-only", machine(osProfile={"linuxConfiguration": {"disablePasswordAuthentication": False}}), _FLAG),
    ("ssh-keys-only", profile(osProfile={"windowsConfiguration": {}}), ""),
    ("ssh-keys-only", profile(storageProfile={"osDisk": {"osType": "windows"}}, osProfile={"adminPassword": "x"}), ""),
    (
        "ssh-keys-only",
        profile(storageProfile={"osDisk": {"osType": "Linux"}}, osProfile={"adminPassword": "x"}),
        f"{PROFILE}.{_FLAG}",
    ),
    ("ssh-keys-only", profile(osProfile={"adminPassword": "x"}), f"?{PROFILE}.storageProfile.osDisk.osType"),
    ("ssh-keys-only", profile(osProfile={"adminPassword": "x"}, **_image("Canonical", "u", "s")), f"{PROFILE}.{_FLAG}"),
    ("ssh-keys-only", profile(osProfile={"adminPassword": "x"}, **_image("MicrosoftWindowsServer", "w", "s")), ""),
    ("ssh-keys-only", machine(osProfile={"adminPassword": "x"}, **_image("MicrosoftWindowsDesktop", "w", "s")), ""),
    ("ssh-keys-only", profile(osProfile={"adminPassword": "x"}, **_image("MicrosoftSQLServer", "sql-ws2019", "")), ""),
    ("ssh-keys-only", profile(osProfile={"adminPassword": "x"}, **_image("microsoftvisualstudio", "windows", "s")), ""),
    ("ssh-keys-only", profile(osProfile={"adminPassword": "x"}, **_image("somebody", "w", "s")),
     f"?{PROFILE}.storageProfile.osDisk.osType"),
    ("ssh-keys-only", profile(storageProfile={"imageReference": {"id": "/galleries/g/images/i"}}), ""),
    ("ssh-keys-only", profile(osProfile={"adminUsername": "x"}), ""),
    ("ssh-keys-only", profile(), ""),
    ("ssh-keys-only", scale_set(), _NO_PROFILE),
    ("ssh-keys-only", machine(virtualMachineScaleSet=None), "- the virtual machine is in no scale set"),
    ("encryption-at-host", profile(securityProfile={"encryptionAtHost": True}), ""),
    ("encryption-at-host", profile(securityProfile={"encryptionAtHost": False}), _HOST),
    ("encryption-at-host", profile(), _HOST),
    ("trusted-launch", profile(securityProfile={"securityType": "TrustedLaunch"}), ""),
    ("trusted-launch", profile(securityProfile={"securityType": "ConfidentialVM"}), ""),
    ("trusted-launch", profile(securityProfile={"securityType": "Standard"}), _KIND),
    ("trusted-launch", profile(), _KIND),
    ("vm-agent", profile(osProfile={"linuxConfiguration": {"provisionVMAgent": False}}),
     f"{_OWN}.linuxConfiguration.provisionVMAgent"),
    ("vm-agent", machine(osProfile={"windowsConfiguration": {"provisionVMAgent": False}}),
     "osProfile.windowsConfiguration.provisionVMAgent"),
    ("vm-agent", profile(osProfile={"linuxConfiguration": {"provisionVMAgent": True}}), ""),
]  # fmt: skip
SETS: list[tuple[str, Resource, str]] = [
    ("automatic-repairs", scale_set(**{PROFILE: {}, "automaticRepairsPolicy": {"enabled": True}}), ""),
    ("automatic-repairs", scale_set(**{PROFILE: {}, "automaticRepairsPolicy": {"enabled": False}}),
     "automaticRepairsPolicy.enabled"),
    ("automatic-repairs", scale_set(**{PROFILE: {}}), "automaticRepairsPolicy.enabled"),
    ("zone-redundant", scale_set(zones=["1", "2"]), ""),
    ("zone-redundant", scale_set(zones=["1"]), "zones"),
    ("zone-redundant", scale_set(), "zones"),
    ("zone-redundant", scale_set(placement={"zonePlacementPolicy": "Auto"}), ""),
    ("no-strict-zone-balance", scale_set(zoneBalance=True), "zoneBalance"),
    ("no-strict-zone-balance", scale_set(zoneBalance=False), ""),
    ("prefer-flexible", scale_set(), ""),
    ("prefer-flexible", scale_set(orchestrationMode="uniform"), "orchestrationMode"),
    ("prefer-flexible", scale_set(orchestrationMode=None), "orchestrationMode"),
    ("prefer-flexible", partial(orchestrationMode=None, **{PROFILE: {}}), "orchestrationMode"),
    ("prefer-flexible", partial(orchestrationMode=None), f"- {NO_MODE}"),
    ("prefer-flexible", partial(orchestrationMode=None, overprovision=True), "?orchestrationMode"),
    ("prefer-flexible", scale_set(orchestrationMode=UNKNOWN), "?orchestrationMode"),
    ("prefer-flexible", scale_set(orchestrationMode="Other"), ""),
    ("automatic-os-upgrades-on-uniform", scale_set(**{PROFILE: {}}), "- the rule is about Uniform sets"),
    ("automatic-os-upgrades-on-uniform", scale_set(orchestrationMode="Uniform", **{PROFILE: _JAMMY}), _OS_UPGRADE),
    ("automatic-os-upgrades-on-uniform", scale_set(orchestrationMode="Uniform", **{PROFILE: _GALLERY}), _OS_UPGRADE),
    ("automatic-os-upgrades-on-uniform", scale_set(orchestrationMode="Uniform", **{PROFILE: _MANAGED}), ""),
    ("automatic-os-upgrades-on-uniform", scale_set(orchestrationMode="Uniform", **{PROFILE: _NOBLE}), ""),
    ("automatic-os-upgrades-on-uniform", scale_set(orchestrationMode="Uniform", **{PROFILE: {}}), ""),
    ("automatic-os-upgrades-on-uniform", scale_set(orchestrationMode=UNKNOWN, **{PROFILE: _JAMMY}),
     "?orchestrationMode"),
    ("guest-patching-on-flexible",
     profile(osProfile={"linuxConfiguration": {"patchSettings": {"patchMode": _PATCH}}}, **_JAMMY, **_WATCHED), ""),
    ("guest-patching-on-flexible",
     profile(osProfile={"windowsConfiguration": {"patchSettings": {"patchMode": _PATCH}}}, **_WATCHED), ""),
    ("guest-patching-on-flexible",
     profile(**_image("MicrosoftWindowsServer", "WindowsServer", "2022-Datacenter"), **_WATCHED),
     f"{_OWN}.windowsConfiguration.patchSettings.patchMode"),
    ("guest-patching-on-flexible", profile(**_JAMMY, **_WATCHED), f"{_OWN}.linuxConfiguration.patchSettings.patchMode"),
    ("guest-patching-on-flexible", profile(**_JAMMY), ""),
    ("guest-patching-on-flexible", profile(**_GALLERY, **_WATCHED), ""),
    ("guest-patching-on-flexible", profile(**_image("Canonical", "ubuntu-25_04", "server"), **_WATCHED), ""),
    ("scale-set-name", scale_set("a" * 64), ""),
    ("scale-set-name", scale_set("a" * 65), "name"),
    ("scale-set-name", scale_set("_a"), "name"),
    ("scale-set-name", scale_set("a."), "name"),
    ("scale-set-name", scale_set("a-"), "name"),
    ("scale-set-name", scale_set("a b"), "name"),
    ("scale-set-name", scale_set("{parameters}"), "?name"),
    ("scale-set-name", scale_set(vmScaleSetName="a b"), "vmScaleSetName"),
    ("scale-set-name", scale_set("a b", vmScaleSetName="ab"), ""),
    ("scale-set-name", scale_set(vmScaleSetName=UNKNOWN), "?vmScaleSetName"),
    ("scale-set-name", scale_set(vmScaleSetName=3), "?vmScaleSetName"),
    ("computer-name-prefix", profile(osProfile={"computerNamePrefix": "web-1"}), ""),
    ("computer-name-prefix", profile(osProfile={"computerNamePrefix": "-web"}), f"{_OWN}.computerNamePrefix"),
    ("computer-name-prefix", profile(osProfile={"computerNamePrefix": "12"}), ""),
    ("computer-name-prefix", profile(osProfile={"computerNamePrefix": "12", "windowsConfiguration": {}}),
     f"{_OWN}.computerNamePrefix"),
    ("computer-name-prefix", profile(osProfile={"computerNamePrefix": 12}), ""),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "resource", "expected"), [*MACHINES, *SETS])
def test_the_edge(rule: str, resource: Resource, expected: str) -> None:
    """Exactly these places break the rule, or cannot be decided."""
    assert says(rule, resource) == expected


def test_what_a_set_without_a_mode_is_told() -> None:
    """A set without a mode is Uniform, and reported so; one of which nothing is known may be either."""
    rule = BY_NAME["prefer-flexible"]
    silent, loud = scale_set(orchestrationMode=None), scale_set(orchestrationMode="Uniform")
    (finding,) = rule.decide(Estate([silent]), silent).findings
    assert (finding.value, finding.detail) == (None, "it is missing, which means Uniform")
    (finding,) = rule.decide(Estate([loud]), loud).findings
    assert (finding.value, finding.detail) == ("Uniform", "")
    hidden = Resource(key="set", type=arm_types.SCALE_SET, name="web", properties=UNKNOWN)
    assert says("prefer-flexible", hidden) == "?orchestrationMode"


def test_rules_about_members_leave_other_machines_alone() -> None:
    """A machine in no set breaks no rule about members, except one that is about being in none."""
    alone = machine(virtualMachineScaleSet=None, availabilitySet={"id": "a"}, platformFaultDomain=1)
    for rule in ("availability-set-excludes-scale-set", "managed-disks-only-on-flexible", "fault-domain-in-range"):
        assert says(rule, alone).startswith("- ")
    assert says("fault-domain-needs-scale-set", alone) == "platformFaultDomain"
    assert says("availability-set-excludes-scale-set", machine(availabilitySet={"id": "a"})) == "availabilitySet.id"


def test_a_missing_flag_is_called_missing() -> None:
    """What is absent is missing, what is wrong has what was expected."""
    for flag, detail in ((None, "it is missing"), (False, "expected true")):
        found = machine(osProfile={"linuxConfiguration": {"disablePasswordAuthentication": flag}})
        (finding,) = BY_NAME["ssh-keys-only"].decide(Estate([found]), found).findings
        assert finding.detail == detail


HEALTH = {"publisher": "Microsoft.ManagedServices", "type": "ApplicationHealthLinux"}
MONITOR = {"publisher": "microsoft.azure.monitor", "type": "AzureMonitorWindowsAgent"}
OMS = {"publisher": "Microsoft.EnterpriseCloud.Monitoring", "type": "OmsAgentForLinux"}
HIDDEN = {"publisher": UNKNOWN, "type": "x"}
LIST = f"{PROFILE}.extensionProfile.extensions"


def with_extensions(*extensions: dict[str, Any], **more: Any) -> Resource:
    """A set with these extensions in its profile."""
    return profile(extensionProfile={"extensions": list(extensions)}, **more)


def own(kind: dict[str, Any], owner: str = SET_ID) -> Resource:
    """An extension of a set that is a separate resource."""
    found = f"{owner}/extensions/e"
    return Resource(key="e", type=arm_types.SCALE_SET_EXTENSION, name="e", properties=kind, id=found)


@pytest.mark.parametrize(("rule", "kind"), [("application-health", HEALTH), ("azure-monitor-agent", MONITOR)])
def test_an_extension_of_the_profile_or_of_its_own(rule: str, kind: dict[str, Any]) -> None:
    """The wanted extension can be in the profile, or beside it for this set; what is not known may be it."""
    assert says(rule, with_extensions(OMS, kind)) == ""
    assert says(rule, with_extensions(HIDDEN, kind)) == ""
    assert says(rule, with_extensions(OMS)) == LIST
    assert says(rule, with_extensions()) == LIST
    assert says(rule, with_extensions(HIDDEN)) == f"?{LIST}[0].publisher"
    assert says(rule, with_extensions(OMS), own(kind)) == ""
    assert says(rule, with_extensions(OMS), own(OMS)) == LIST
    assert says(rule, with_extensions(OMS), own(HIDDEN)) == "?what e adds to which set"
    other = scale_set()
    other = Resource(key="other", type=other.type, name="other", properties={}, id=f"{SET_ID}2")
    assert says(rule, with_extensions(OMS), other, own(kind, f"{SET_ID}2")) == LIST
    assert says(rule, with_extensions(OMS), own(kind, f"{SET_ID}3")) == "?what e adds to which set"
    assert says(rule, with_extensions(OMS), whole=False) == "?the extensions that are separate resources"


def test_a_probe_is_a_health_signal_too() -> None:
    """A load balancer's probe replaces the Application Health extension, and no other."""
    probe = {"networkProfile": {"healthProbe": {"id": "p"}}}
    assert says("application-health", with_extensions(OMS, **probe)) == ""
    assert says("azure-monitor-agent", with_extensions(OMS, **probe)) == LIST


def test_old_agents() -> None:
    """Both retired agents, in a profile and as separate resources."""
    rule = "no-legacy-monitoring-agent"
    assert says(rule, with_extensions(MONITOR, OMS)) == f"{LIST}[1].type"
    assert says(rule, with_extensions({**OMS, "type": "MicrosoftMonitoringAgent"})) == f"{LIST}[0].type"
    assert says(rule, with_extensions(MONITOR, HEALTH)) == ""
    assert says(rule, own(OMS)) == "type"
    assert says(rule, own({"publisher": OMS["publisher"], "typePropertiesType": OMS["type"], "type": "x"})) == "type"
    assert says(rule, own(MONITOR)) == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("password=hunter2", True),
        ("DB_PASSWORD: 'hunter2'", True),
        ("password=abc", False),
        ("password=$SECRET", False),
        ("password={{ secret }}", False),
        ("-----BEGIN RSA PRIVATE KEY-----", True),
        ("https://x/y?sig=" + "a" * 20, True),
        ("https://x/y?sig=" + "a" * 19, False),
        ("tool -p hunter2", True),
        ("tool --password hunter2", True),
        ("tool -p $P", False),
        ("apt-get install nginx", False),
    ],
)
def test_what_reads_like_a_secret(text: str, *, found: bool) -> None:
    """The same in a command, in boot data and in boot data before base64."""
    command = with_extensions({**OMS, "settings": {"commandToExecute": text}})
    place = f"{LIST}[0].settings.commandToExecute"
    assert says("no-secrets-in-extension-settings", command) == (place if found else "")
    encoded = base64.b64encode(text.encode()).decode()
    for value in (text, encoded):
        assert says("no-secrets-in-boot-data", profile(userData=value)) == (f"{PROFILE}.userData" if found else "")
        boot = machine(osProfile={"customData": value})
        assert says("no-secrets-in-boot-data", boot) == ("osProfile.customData" if found else "")


def test_secrets_that_are_not_known() -> None:
    """Boot data that nobody knows yet are undecided; data that are no text are no secret."""
    assert says("no-secrets-in-boot-data", profile(userData=UNKNOWN)) == f"?{PROFILE}.userData"
    assert says("no-secrets-in-boot-data", profile(userData=3)) == ""
    assert says("no-secrets-in-boot-data", scale_set(**{PROFILE: UNKNOWN})).startswith("?")
    script = with_extensions({**OMS, "settings": {"script": UNKNOWN}})
    assert says("no-secrets-in-extension-settings", script) == f"?{LIST}[0].settings.script"
    keys = with_extensions({**OMS, "settings": {"commandToExecute": "run [listKeys(x)]"}})
    assert says("no-secrets-in-extension-settings", keys) == f"{LIST}[0].settings.commandToExecute"


ADDRESS = f"{PROFILE}.networkProfile.networkInterfaceConfigurations"


def test_public_addresses() -> None:
    """In the profile, and on the interfaces of a set's machines; other interfaces are ignored here."""
    rule = "no-public-address-per-instance"
    nics = [{"ipConfigurations": [{"name": "a"}, {"name": "b", "publicIPAddressConfiguration": {"name": "p"}}]}]
    found = profile(networkProfile={"networkInterfaceConfigurations": nics})
    assert says(rule, found) == f"{ADDRESS}[0].ipConfigurations[1].publicIPAddressConfiguration"
    assert says(rule, profile()) == ""
    nic_id = f"{GROUP}/Microsoft.Network/networkInterfaces/nic"
    body = {"ipConfigurations": [{"publicIPAddress": {"id": "p"}}]}
    nic = Resource(key="nic", type=arm_types.NETWORK_INTERFACE, name="nic", properties=body, id=nic_id)
    mine = machine(networkProfile={"networkInterfaces": [{"id": nic_id}]})
    alone = machine(virtualMachineScaleSet=None, networkProfile={"networkInterfaces": [{"id": nic_id}]})
    assert says(rule, nic, mine) == "ipConfigurations[0].publicIPAddress"
    assert says(rule, nic, alone).startswith("- the network interface belongs to no instance")
    assert says(rule, nic).startswith("- the network interface belongs to no instance")


@pytest.mark.parametrize(
    ("domain", "count", "expected"),
    [
        (0, 2, ""),
        (1, 2, ""),
        (2, 2, "platformFaultDomain"),
        (-1, 2, ""),
        (-2, 2, "platformFaultDomain"),
        (0, 1, "platformFaultDomain"),
        (0, None, "platformFaultDomain"),
        (None, 1, ""),
        ("1", 2, "platformFaultDomain"),
        (UNKNOWN, 2, "?platformFaultDomain"),
        (1, UNKNOWN, "?platformFaultDomainCount"),
    ],
)
def test_fault_domains(domain: Any, count: Any, expected: str) -> None:
    """From 0 to one less than the set has, or -1; a set with one has none to choose."""
    found = says(
        "fault-domain-in-range", machine(platformFaultDomain=domain), scale_set(platformFaultDomainCount=count)
    )
    assert found == expected


def test_a_machine_of_a_set_that_is_not_here() -> None:
    """What its set has is not known, where the set is declared elsewhere or only a part is shown."""
    rule, place = "fault-domain-in-range", "?virtualMachineScaleSet.id"
    assert says(rule, machine(platformFaultDomain=1)) == place
    assert says(rule, machine(platformFaultDomain=1), scale_set(platformFaultDomainCount=2), whole=False) == place
    assert says(rule, machine()) == ""
    (finding,) = BY_NAME[rule].decide(Estate([found := machine(platformFaultDomain=1), scale_set()]), found).findings
    assert finding.detail == "the set's platformFaultDomainCount is 1"


@pytest.mark.parametrize(
    ("zones", "of_set", "expected"),
    [
        (["1"], ["1", "2"], ""),
        (["3"], ["1", "2"], "zones[0]"),
        (["1"], None, "zones[0]"),
        (None, ["1"], ""),
        ([UNKNOWN], ["1"], "?zones[0]"),
        ([UNKNOWN], None, "zones[0]"),
        (["1"], ["2", UNKNOWN], "?zones[0]"),
        (["2"], ["2", UNKNOWN], ""),
    ],
)
def test_zones(zones: Any, of_set: Any, expected: str) -> None:
    """A zone of the set's; what is not known may be one, except in a regional set."""
    assert says("instance-zone-in-set", machine(zones=zones), scale_set(zones=of_set)) == expected


def pool(**more: Any) -> Resource:
    """A standby pool of the set."""
    body = {"attachedVirtualMachineScaleSetId": SET_ID, **more}
    return Resource(key="pool", type=arm_types.STANDBY_POOL, name="pool", properties=body)


@pytest.mark.parametrize(
    ("of_pool", "of_set", "expected"),
    [
        ({}, {}, ""),
        ({"name": "abc"}, {}, ""),
        ({"name": "ab"}, {}, "name"),
        ({"name": "a" * 24}, {}, ""),
        ({"name": "a" * 25}, {}, "name"),
        ({"standbyVirtualMachinePoolName": "ab"}, {}, "standbyVirtualMachinePoolName"),
        ({"elasticityProfile": {"maxReadyCapacity": 600}}, {"sku": {"capacity": 400}}, ""),
        (
            {"elasticityProfile": {"maxReadyCapacity": 1000}},
            {"sku": {"capacity": 400}},
            "",
        ),
        ({"elasticityProfile": {"maxReadyCapacity": 1000}}, {}, ""),
        ({"elasticityProfile": {"maxReadyCapacity": 1001}}, {}, "elasticityProfile.maxReadyCapacity"),
        ({}, {"sku": {"capacity": 1000}}, ""),
        ({}, {"platformFaultDomainCount": 2}, "attachedVirtualMachineScaleSetId"),
        ({}, {"platformFaultDomainCount": 1}, ""),
        ({"name": "ab"}, {"platformFaultDomainCount": 2}, "name, attachedVirtualMachineScaleSetId"),
    ],
)
def test_standby_pools(of_pool: dict[str, Any], of_set: dict[str, Any], expected: str) -> None:
    """A pool's name has 3 to 24 characters, its capacity 1,000 with its set's, and the set one fault domain."""
    assert says("standby-pool-one-fault-domain", pool(**of_pool), scale_set(**of_set)) == expected


@pytest.mark.parametrize(("mode", "expected"), [("Uniform", "attachedVirtualMachineScaleSetId"), ("Flexible", ""),
                                                (UNKNOWN, "?attachedVirtualMachineScaleSetId")])  # fmt: skip
def test_pools_of_uniform_sets(mode: Any, expected: str) -> None:
    """A pool belongs to a Flexible set."""
    assert says("standby-pool-on-uniform", pool(), scale_set(orchestrationMode=mode)) == expected
