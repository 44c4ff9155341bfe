"""Good practice that other tools look at, too: open ports, boot integrity, updates, keys, images out of support."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from scaleset_core.facts import image_support, images
from scaleset_core.facts.checks import Finding, NotDecided, same
from scaleset_core.facts.properties import View
from scaleset_core.modes.examples import ABSENT, HEALTH, MONITOR, OS, flexible, on_flexible, on_uniform, pair
from scaleset_core.modes.pages import (
    APRL,
    CHECKOV,
    DISK_ENCRYPTION_PAGE,
    SDK,
    TRUSTED_LAUNCH_PAGE,
    VM_SECURITY_PAGE,
)
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.outcome import Outcome
from scaleset_policies.rule import Level, Rule, Scope, Severity
from scaleset_policies.rules.open_ports import reachable
from scaleset_policies.rules.practice_parts import (
    MACHINES,
    PROFILE,
    has_extension,
    is_windows,
    on_machine,
    or_own,
    practice,
    run,
)

_Check = Iterator[Finding | NotDecided]
_UEFI: Final = "securityProfile.uefiSettings"
_UPDATES: Final = "osProfile.windowsConfiguration.enableAutomaticUpdates"
_KEYS: Final = "osProfile.linuxConfiguration.ssh.publicKeys"
_AUTO_OS: Final = "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade"
_DISK_KEY: Final = "storageProfile.osDisk.managedDisk.diskEncryptionSet.id"
_REFERENCE: Final = "storageProfile.imageReference"
_EXTENSIONS: Final = f"{PROFILE}.extensionProfile.extensions"
_ATTESTED: Final = frozenset({"trustedlaunch", "confidentialvm"})
_ATTESTATION: Final = frozenset(
    {
        "microsoft.azure.security.linuxattestation/guestattestation",
        "microsoft.azure.security.windowsattestation/guestattestation",
    }
)
_SSH, _RDP = 22, 3389


def _open_to_internet(estate: Estate, resource: Resource) -> Outcome:
    """The decision about the rules that a group lists itself, or about one that is a separate resource.

    All rules of a group count together; each finding is reported at the resource that holds the rule.
    """
    alone = resource.type == arm_types.SECURITY_RULE
    group = estate.parent(resource) if alone else resource
    held = estate.children(group, arm_types.SECURITY_RULE) if group is not None else [resource]
    places = {f"rule {each.key}": each for each in held}

    def check(_: View) -> _Check:
        own = [] if group is None else group.view.members("securityRules")
        rules = [*own, *(View(each.properties, place) for place, each in places.items())]
        for port in (_SSH, _RDP):
            for found in reachable(rules, port):
                holder = places.get(found.path)
                if holder is resource:
                    yield replace(found, path="")
                elif holder is None and not alone:
                    yield found
                elif isinstance(found, NotDecided):
                    yield NotDecided("the rules of the security group")

    outcome = run(check, resource.view)
    if outcome.findings and (group is None or not estate.whole):
        return Outcome(undecided=("the other rules of the security group",))
    return outcome


def _boot_integrity(machine: View) -> _Check:
    if not same(machine.value("securityProfile.securityType"), "TrustedLaunch"):
        return
    for name in ("secureBootEnabled", "vTpmEnabled"):
        value = machine.value(f"{_UEFI}.{name}")
        if value is not True:
            yield Finding(machine.path(f"{_UEFI}.{name}"), value, "it is missing" if value is None else "expected true")


def _windows_updates(estate: Estate, resource: Resource) -> Outcome:
    view = resource.view

    def check(machine: View) -> _Check:
        if machine.value(_UPDATES) is not False:
            return
        patched = machine.value("osProfile.windowsConfiguration.patchSettings.patchMode")
        upgraded = resource.type == arm_types.SCALE_SET and view.value(_AUTO_OS) is True
        if not upgraded and not same(patched, "AutomaticByPlatform"):
            yield Finding(machine.path(_UPDATES), value=False, detail="nothing else updates the instances")

    return on_machine(check)(estate, resource)


def _keys_given(machine: View) -> _Check:
    if machine.value("osProfile.linuxConfiguration.disablePasswordAuthentication") is not True:
        return
    if is_windows(machine) is not True and not machine.members(_KEYS):
        yield Finding(machine.path(_KEYS), detail="no key is given, and passwords are off")


def _supported_image(estate: Estate, resource: Resource) -> Outcome:
    def check(machine: View) -> _Check:
        image = images.platform_image(machine)
        ends = None if image is None else image_support.end_of_support(image)
        if ends is not None and ends < estate.today:
            detail = f"the publisher's support ended on {ends.isoformat()}"
            yield Finding(machine.path(f"{_REFERENCE}.sku"), image.sku if image else None, detail)

    return on_machine(check)(estate, resource)


def _attestation(view: View) -> _Check:
    kind = view.value(f"{PROFILE}.securityProfile.securityType")
    if str(kind).lower() in _ATTESTED and not has_extension(view, _ATTESTATION):
        yield Finding(_EXTENSIONS, detail="none is Guest Attestation")


def _own_keys(machine: View) -> _Check:
    confidential = "storageProfile.osDisk.managedDisk.securityProfile.diskEncryptionSet.id"
    if not machine.has(_DISK_KEY) and not machine.has(confidential):
        yield Finding(machine.path(_DISK_KEY), detail="it is missing, so that Azure keeps the key")


def _group(**rule: Any) -> dict[str, Any]:
    """A security group with one rule."""
    usual = {
        "name": "in",
        "priority": 100,
        "direction": "Inbound",
        "access": "Allow",
        "protocol": "Tcp",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
    }
    properties = {"resourceGroupName": "web", "networkSecurityGroupName": "web", "securityRules": [{**usual, **rule}]}
    return {"type": "azure-native:network:NetworkSecurityGroup", "properties": properties}


_WINDOWS: Final = {
    f"{OS}.linuxConfiguration": ABSENT,
    f"{PROFILE}.{_REFERENCE}": {
        "publisher": "MicrosoftWindowsServer",
        "offer": "WindowsServer",
        "sku": "2022-datacenter-g2",
        "version": "latest",
    },
}

RULES: tuple[Rule, ...] = (
    practice(
        "SS160",
        "no-remote-access-from-internet",
        title="A security group must not open SSH or Remote Desktop to the whole Internet.",
        reason="attackers try these two ports on every address all day",
        remediation="name the addresses that may connect, or use Azure Bastion or just-in-time access",
        path="securityRules[]",
        sources=(
            VM_SECURITY_PAGE.at("Networking", says="limit access to management ports"),
            CHECKOV.at("CKV_AZURE_9, CKV_AZURE_10", says="RDP and SSH are restricted from the Internet"),
        ),
        decide=_open_to_internet,
        severity=Severity.HIGH,
        types=frozenset({arm_types.NETWORK_SECURITY_GROUP, arm_types.SECURITY_RULE}),
        scope=Scope.STACK,
        tags=("WAF:Security", "Checkov:CKV_AZURE_9", "Checkov:CKV_AZURE_10"),
        example=pair(
            flexible({"group:": _group(sourceAddressPrefix="*", destinationPortRanges=["20-25", "443"])}),
            flexible({"group:": _group(sourceAddressPrefix="203.0.113.0/24", destinationPortRange="22")}),
            "group:securityRules",
        ),
    ),
    practice(
        "SS161",
        "boot-integrity-on",
        title="With trusted launch, secure boot and the virtual TPM should be on.",
        reason="the security type only allows both, and each has a separate setting",
        remediation="set uefiSettings.secureBootEnabled and vTpmEnabled to true",
        path=f"{PROFILE}.{_UEFI}.secureBootEnabled",
        sources=(
            TRUSTED_LAUNCH_PAGE.at("Secure Boot, vTPM", says="the two are what trusted launch is made of"),
            SDK.at("UefiSettings", says="each is a separate property, next to the security type"),
        ),
        decide=on_machine(_boot_integrity),
        types=MACHINES,
        tags=(
            "WAF:Security",
            "AzurePolicy:97566dd7-78ae-4997-8b36-1c7bfe0d8121",
            "AzurePolicy:1c30f9cd-b84c-49cc-aa2c-9288447cc3b3",
        ),
        example=on_flexible(
            {f"{PROFILE}.{_UEFI}.secureBootEnabled": False}, {f"{PROFILE}.{_UEFI}.secureBootEnabled": True}
        ),
    ),
    practice(
        "SS162",
        "windows-updates",
        title="Windows instances should receive updates.",
        reason="with automatic updates off, and no other updates on, security fixes are never installed",
        remediation="leave enableAutomaticUpdates on, or use AutomaticByPlatform or automatic OS upgrades",
        path=f"{PROFILE}.{_UPDATES}",
        sources=(
            CHECKOV.at("CKV_AZURE_177", says="automatic updates are on"),
            SDK.at("WindowsConfiguration.enable_automatic_updates", says="on by default"),
        ),
        decide=_windows_updates,
        types=MACHINES,
        tags=("WAF:Security", "Checkov:CKV_AZURE_177"),
        example=on_uniform(
            {
                **_WINDOWS,
                f"{OS}.windowsConfiguration": {"enableAutomaticUpdates": False},
                "upgradePolicy.automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": False},
            },
            {**_WINDOWS, f"{OS}.windowsConfiguration": {"enableAutomaticUpdates": False}},
            also=("SS126",),
        ),
    ),
    practice(
        "SS163",
        "ssh-key-given",
        title="A Linux machine that accepts no password needs an SSH key.",
        reason="nobody could log in, and Azure refuses the request",
        remediation="set osProfile.linuxConfiguration.ssh.publicKeys",
        path=f"{PROFILE}.{_KEYS}",
        sources=(CHECKOV.at("CKV_AZURE_178", says="Linux machines have SSH keys"),),
        decide=on_machine(_keys_given),
        types=MACHINES,
        tags=("WAF:Security", "Checkov:CKV_AZURE_178"),
        example=on_flexible({f"{OS}.linuxConfiguration.ssh": ABSENT}, {}),
    ),
    practice(
        "SS164",
        "image-supported",
        title="The publisher of the image should still support its operating system.",
        reason="the publisher makes no more security fixes for it",
        remediation="move to a supported release; `scaleset_core/facts/image_support.json` has the dates",
        path=f"{PROFILE}.{_REFERENCE}.sku",
        sources=(APRL.at(says="upgrade from images that are deprecated or retired"),),
        decide=_supported_image,
        severity=Severity.HIGH,
        types=MACHINES,
        tags=("WAF:Security", "APRL:retired-image-versions"),
        example=on_flexible(
            {f"{PROFILE}.{_REFERENCE}.offer": "UbuntuServer", f"{PROFILE}.{_REFERENCE}.sku": "18_04-lts-gen2"},
            {},
        ),
    ),
    practice(
        "SS165",
        "customer-managed-keys",
        title="Disks should be encrypted with a customer-managed key.",
        reason="some standards require that the customer can revoke the key",
        remediation="set managedDisk.diskEncryptionSet.id",
        path=f"{PROFILE}.{_DISK_KEY}",
        sources=(DISK_ENCRYPTION_PAGE.at("Customer-managed keys", says="a disk encryption set names the key"),),
        decide=on_machine(_own_keys),
        types=MACHINES,
        level=Level.DISABLED,
        tags=("WAF:Security",),
        example=on_flexible(
            {},
            {
                f"{PROFILE}.{_DISK_KEY}": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/web"
                "/providers/Microsoft.Compute/diskEncryptionSets/web"
            },
        ),
    ),
    practice(
        "SS166",
        "guest-attestation",
        title="Machines with trusted launch should attest how they booted.",
        reason="secure boot and a virtual TPM protect the boot; only attestation reports it to you",
        remediation="add the extension GuestAttestation of Microsoft.Azure.Security.LinuxAttestation, or of "
        "WindowsAttestation, to the profile",
        path=_EXTENSIONS,
        sources=(
            TRUSTED_LAUNCH_PAGE.at("Microsoft Defender for Cloud integration", says="the extension is recommended"),
        ),
        decide=or_own(_attestation, _ATTESTATION),
        scope=Scope.STACK,
        severity=Severity.LOW,
        level=Level.DISABLED,
        tags=(
            "WAF:Security",
            "AzurePolicy:a21f8c92-9e22-4f09-b759-50500d1d2dda",
            "AzurePolicy:f655e522-adff-494d-95c2-52d4f6d56a42",
        ),
        example=on_flexible(
            {},
            {
                _EXTENSIONS: [
                    HEALTH,
                    MONITOR,
                    {
                        "name": "attestation",
                        "publisher": "Microsoft.Azure.Security.LinuxAttestation",
                        "type": "GuestAttestation",
                        "typeHandlerVersion": "1.0",
                    },
                ]
            },
        ),
    ),
)
