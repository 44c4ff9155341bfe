"""Good practice: access to instances, encryption and secrets."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from scaleset_core.facts.checks import Finding, NotDecided
from scaleset_core.facts.properties import Found, NotKnownError, View
from scaleset_core.modes.examples import ABSENT, FIRST_IP, FIRST_NIC, GROUP, HEALTH, MONITOR, OS, on_flexible
from scaleset_core.modes.pages import (
    CUSTOM_DATA_PAGE,
    DISK_ENCRYPTION_PAGE,
    LARGE_SETS_PAGE,
    NETWORKING_PAGE,
    TRUSTED_LAUNCH_PAGE,
    VM_SECURITY_PAGE,
    psrule,
)
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.outcome import Outcome, not_applicable
from scaleset_policies.relations import PROFILE_IP, inline_subnet, interfaces_of
from scaleset_policies.rule import Rule, Scope, Severity
from scaleset_policies.rules.practice_parts import (
    EXTENSIONS,
    MACHINES,
    PROFILE,
    extensions,
    is_windows,
    on_machine,
    practice,
    run,
)

_Check = Iterator[Finding | NotDecided]
_SECRET_TEXT: Final = re.compile(
    r"""(?ix)
    (?: password | passwd | pwd | secret | token | api[_-]?key | access[_-]?key | account[_-]?key | sas )
    \s* [=:] \s* ['"]? [^\s'"$<{%]{4,}            # a name with a value that is no variable
    | -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----
    | \bsig=[A-Za-z0-9%+/]{20,}                   # a shared access signature
    | --?p(?:assword)?(?:=|\s+) [^\s'"$<{%-][^\s]{3,}
    """
)
_COMMANDS: Final = ("commandToExecute", "script")
"""The settings that are read even if nothing marks them as secret."""
_MARKED: Final = "its value is secret, and everyone who reads the set can read settings"
_SECRET_EXPRESSION: Final = re.compile(
    r"listkeys|listsecrets|listaccountsas|listservicesas|securestring", re.IGNORECASE
)


def _password(machine: View) -> _Check:
    windows = is_windows(machine)
    if windows:
        return
    flag = "osProfile.linuxConfiguration.disablePasswordAuthentication"
    if not machine.has("osProfile"):
        return
    if windows is None:
        # Without its operating system a password tells nothing: Windows always has one.
        if machine.has("osProfile.adminPassword"):
            yield NotDecided(machine.path("storageProfile.osDisk.osType"))
        return
    value = machine.value(flag)
    if value is not True:
        yield Finding(machine.path(flag), value, "expected true" if value is not None else "it is missing")


def _encryption_at_host(machine: View) -> _Check:
    value = machine.value("securityProfile.encryptionAtHost")
    if value is not True:
        yield Finding(machine.path("securityProfile.encryptionAtHost"), value, "expected true")


def _trusted_launch(machine: View) -> _Check:
    value = machine.value("securityProfile.securityType")
    if str(value) not in {"TrustedLaunch", "ConfidentialVM"}:
        yield Finding(machine.path("securityProfile.securityType"), value, "expected TrustedLaunch or ConfidentialVM")


def _boot_data(machine: View) -> _Check:
    for path in ("osProfile.customData", "userData"):
        for found in machine.each(path):
            if found.hidden or not found.known:
                yield NotDecided(found.path)
            elif _holds_secret(found.value):
                yield Finding(found.path, detail="it reads like a password, key or token")


def _secret_settings(_: Estate, resource: Resource) -> Outcome:
    def check(__: View) -> _Check:
        for extension in extensions(resource):
            yield from _secret_parts(resource, extension)

    return run(check, resource.view)


def _secret_parts(resource: Resource, extension: View) -> _Check:
    """The public settings of one extension that are secret, by the input's own marks or by their texts."""
    settings = extension.first("settings")
    if settings is None:
        return
    marked = settings.path in resource.secrets
    if settings.hidden or not settings.known:
        yield Finding(settings.path, detail=_MARKED) if marked else NotDecided(settings.path)
        return
    names = [name for name in _COMMANDS if extension.first(f"settings.{name}") is not None]
    if marked and not names:
        yield Finding(settings.path, detail=_MARKED)
    for name in (*names, *_marked_names(resource, settings)):
        yield from _secret_setting(resource, extension, f"settings.{name}", marked=marked)


def _marked_names(resource: Resource, settings: Found) -> Iterator[str]:
    """The other settings that the input itself marks as secret."""
    if isinstance(settings.value, Mapping):
        for name in sorted(settings.value.keys() - set(_COMMANDS)):
            if _marks_inside(resource, f"{settings.path}.{name}"):
                yield name


def _marks_inside(resource: Resource, path: str) -> bool:
    """Whether the input marks the value at ``path`` or a part of it as secret.

    What it is part of does not count: a set of extensions is secret as a whole if the protected settings of one are.
    """
    return any(each == path or each.startswith((f"{path}.", f"{path}[")) for each in resource.secrets)


def _secret_setting(resource: Resource, extension: View, name: str, *, marked: bool) -> _Check:
    for found in extension.each(name):
        if marked or _marks_inside(resource, found.path):
            yield Finding(found.path, detail=_MARKED)
        elif found.hidden or not found.known:
            yield NotDecided(found.path)
        elif isinstance(found.value, str) and (
            _SECRET_TEXT.search(found.value) or _SECRET_EXPRESSION.search(found.value)
        ):
            yield Finding(found.path, detail="it reads like a command with a password, key or token")


def _public_addresses(estate: Estate, resource: Resource) -> Outcome:
    if resource.type == arm_types.SCALE_SET:
        return run(lambda view: _present(view, f"{PROFILE_IP}.publicIPAddressConfiguration"), resource.view)
    if resource.key not in estate.derived("member-interfaces", _member_interfaces):
        return not_applicable("the network interface belongs to no instance of a scale set")
    return run(lambda view: _present(view, "ipConfigurations[].publicIPAddress"), resource.view)


def _present(view: View, path: str) -> _Check:
    for found in view.each(path):
        yield NotDecided(found.path) if found.hidden else Finding(found.path)


def _security_group(estate: Estate, resource: Resource) -> Outcome:
    if resource.type == arm_types.SCALE_SET:
        if resource.view.first(f"{PROFILE}.networkProfile") is None:
            return not_applicable("the set's profile has no network")
        nics = f"{PROFILE}.networkProfile.networkInterfaceConfigurations"
        return _grouped(estate, resource, nics, f"{PROFILE_IP}.subnet.id")
    if resource.key not in estate.derived("member-interfaces", _member_interfaces):
        return not_applicable("the network interface belongs to no instance of a scale set")
    return _grouped(estate, resource, "", "ipConfigurations[].subnet.id")


def _grouped(estate: Estate, resource: Resource, nics: str, subnets: str) -> Outcome:
    def check(view: View) -> _Check:
        for nic in view.members(nics) if nics else [view]:
            if nic.has("networkSecurityGroup"):
                continue
            guarded = _subnets_guarded(estate, resource, subnets)
            if guarded is None:
                yield NotDecided(nic.path("ipConfigurations") or "ipConfigurations")
            elif not guarded:
                yield Finding(nic.path("networkSecurityGroup"), detail="neither it nor the subnet has one")

    return run(check, resource.view)


def _subnets_guarded(estate: Estate, resource: Resource, path: str) -> bool | None:
    """Whether all subnets have a network security group; None if they are not known."""
    targets = estate.follow(resource, path, arm_types.SUBNET)
    inline = [inline_subnet(estate, resource, path, each) for each in targets.outside]
    if targets.maybe or targets.blind or None in inline or not estate.whole:
        return None
    subnets = [*(subnet.view for subnet in targets.sure), *(view for view in inline if view is not None)]
    try:
        return bool(subnets) and all(subnet.value("networkSecurityGroup") is not None for subnet in subnets)
    except NotKnownError:
        return None


def _member_interfaces(estate: Estate) -> frozenset[str]:
    found: set[str] = set()
    for machine in estate.of_type(arm_types.VIRTUAL_MACHINE):
        if machine.view.first("virtualMachineScaleSet") is not None:
            found.update(each.key for each in interfaces_of(estate, machine).sure)
    return frozenset(found)


def _holds_secret(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        text = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        text = value
    return _SECRET_TEXT.search(text) is not None


_SET_EXTENSIONS: Final = f"{PROFILE}.extensionProfile.extensions"
_TELLING_SCRIPT: Final = base64.b64encode(b"#!/bin/sh\nexport DB_PASSWORD=hunter2-and-more\n").decode()
_HARMLESS_SCRIPT: Final = base64.b64encode(b"#!/bin/sh\napt-get install -y nginx\n").decode()
_COMMAND: Final = "./setup.sh --password=hunter2-and-more"


def _script(**settings: Any) -> dict[str, Any]:
    script = {"name": "setup", "publisher": "Microsoft.Azure.Extensions", "type": "CustomScript"}
    return {**script, "typeHandlerVersion": "2.1", **settings}


_INTERFACES = frozenset({arm_types.SCALE_SET, arm_types.NETWORK_INTERFACE})

RULES: tuple[Rule, ...] = (
    practice(
        "SS101",
        "ssh-keys-only",
        title="Linux instances should accept SSH keys and no passwords.",
        reason="anybody who reaches the port can guess passwords",
        remediation="set disablePasswordAuthentication to true and set ssh.publicKeys",
        path=f"{PROFILE}.osProfile.linuxConfiguration.disablePasswordAuthentication",
        sources=(
            psrule(
                "Azure.VMSS.PublicKey",
                says="password authentication is disabled on Linux; public keys are used instead",
            ),
        ),
        decide=on_machine(_password),
        severity=Severity.HIGH,
        types=MACHINES,
        tags=(
            "WAF:Security",
            "PSRule:AZR-000288",
            "Checkov:CKV_AZURE_49",
            "Checkov:CKV_AZURE_149",
            "Checkov:CKV_AZURE_178",
            "Trivy:AZU-0039",
        ),
        example=on_flexible(
            {f"{OS}.linuxConfiguration.disablePasswordAuthentication": False},
            {f"{OS}.linuxConfiguration.disablePasswordAuthentication": True},
        ),
    ),
    practice(
        "SS102",
        "encryption-at-host",
        title="Instances should encrypt their disks and caches at the host.",
        reason="the encryption of managed disks does not cover temporary disks and caches",
        remediation="register the feature Microsoft.Compute/EncryptionAtHost and set securityProfile.encryptionAtHost "
        "to true",
        path=f"{PROFILE}.securityProfile.encryptionAtHost",
        sources=(
            DISK_ENCRYPTION_PAGE.at(
                says="encryption at host adds temporary disks and caches, which server-side encryption leaves out"
            ),
        ),
        decide=on_machine(_encryption_at_host),
        types=MACHINES,
        tags=("WAF:Security", "Checkov:CKV_AZURE_97", "AzurePolicy:fc4d8e41-e223-45ea-9bf5-eada37891d87"),
        example=on_flexible(
            {f"{PROFILE}.securityProfile.encryptionAtHost": ABSENT},
            {f"{PROFILE}.securityProfile.encryptionAtHost": True},
        ),
    ),
    practice(
        "SS103",
        "trusted-launch",
        title="Instances should use trusted launch or be confidential machines.",
        reason="secure boot and a virtual TPM protect generation 2 machines from boot kits",
        remediation="use a generation 2 image and set securityProfile.securityType to TrustedLaunch with secure boot "
        "and vTPM",
        path=f"{PROFILE}.securityProfile.securityType",
        sources=(
            TRUSTED_LAUNCH_PAGE.at(
                "Secure Boot, vTPM", says="protects generation 2 machines against rootkits and boot kits"
            ),
        ),
        decide=on_machine(_trusted_launch),
        types=MACHINES,
        tags=("WAF:Security",),
        example=on_flexible(
            {f"{PROFILE}.securityProfile.securityType": "Standard"},
            {f"{PROFILE}.securityProfile.securityType": "TrustedLaunch"},
        ),
    ),
    practice(
        "SS104",
        "no-secrets-in-boot-data",
        title="Custom data and user data must not contain secrets.",
        reason="everybody who can read the machine, and every process on it, can read them",
        remediation="read secrets from Key Vault with the instance's managed identity",
        path=f"{PROFILE}.osProfile.customData",
        sources=(
            CUSTOM_DATA_PAGE.at(
                "Can I place sensitive values in custom data?",
                says="advises not to; and user data can be read through the metadata service",
            ),
        ),
        decide=on_machine(_boot_data),
        severity=Severity.HIGH,
        types=MACHINES,
        tags=("WAF:Security", "Trivy:AZU-0037"),
        example=on_flexible({f"{OS}.customData": _TELLING_SCRIPT}, {f"{OS}.customData": _HARMLESS_SCRIPT}),
    ),
    practice(
        "SS105",
        "no-secrets-in-extension-settings",
        title="The public settings of an extension must not contain secrets.",
        reason="everybody who can read the machine can see the settings; only protectedSettings are encrypted",
        remediation="move the command into protectedSettings, or read the secret from Key Vault",
        path=f"{PROFILE}.extensionProfile.extensions[].settings.commandToExecute",
        sources=(
            psrule(
                "Azure.VMSS.ScriptExtensions",
                says="settings are rendered in clear text; secret values go to protectedSettings",
            ),
        ),
        decide=_secret_settings,
        severity=Severity.HIGH,
        types=EXTENSIONS,
        tags=("WAF:Security", "PSRule:AZR-000333"),
        example=on_flexible(
            {_SET_EXTENSIONS: [HEALTH, MONITOR, _script(settings={"commandToExecute": _COMMAND})]},
            {
                _SET_EXTENSIONS: [
                    HEALTH,
                    MONITOR,
                    _script(protectedSettings={"commandToExecute": {"fn::secret": _COMMAND}}),
                ]
            },
        ),
    ),
    practice(
        "SS106",
        "no-public-address-per-instance",
        title="Instances should not have public addresses.",
        reason="a public address bypasses the load balancer and its rules",
        remediation="reach instances through Azure Bastion or NAT rules, and remove the public address",
        path=f"{PROFILE_IP}.publicIPAddressConfiguration",
        sources=(
            psrule(
                "Azure.VMSS.PublicIPAttached", says="a public address exposes the instance directly to the Internet"
            ),
            NETWORKING_PAGE.at(
                "Public IPv4 per virtual machine", says="in general, instances need no public addresses of their own"
            ),
        ),
        decide=_public_addresses,
        severity=Severity.HIGH,
        types=_INTERFACES,
        scope=Scope.STACK,
        tags=("WAF:Security", "PSRule:AZR-000450"),
        example=on_flexible({f"{FIRST_IP}.publicIPAddressConfiguration": {"name": "public"}}),
    ),
    practice(
        "SS107",
        "network-security-group",
        title="Each network interface, or its subnet, should have a network security group.",
        reason=(
            "a Standard load balancer forwards nothing without one, and nothing else filters traffic within the network"
        ),
        remediation="set networkSecurityGroup on the network interface or on the subnet",
        path=f"{PROFILE}.networkProfile.networkInterfaceConfigurations[].networkSecurityGroup",
        sources=(
            VM_SECURITY_PAGE.at("Networking", says="limit network access with network security groups"),
            LARGE_SETS_PAGE.at(
                "Checklist for using large scale sets", says="a Standard load balancer requires one on the set"
            ),
        ),
        decide=_security_group,
        types=_INTERFACES,
        scope=Scope.STACK,
        tags=("WAF:Security", "Trivy:AZU-0068"),
        example=on_flexible(
            {"subnet:networkSecurityGroup": ABSENT},
            {
                "subnet:networkSecurityGroup": ABSENT,
                f"{FIRST_NIC}.networkSecurityGroup": {
                    "id": f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/instances"
                },
            },
        ),
    ),
)
