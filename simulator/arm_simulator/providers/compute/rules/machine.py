"""Rules of osProfile and securityProfile, the same for a VM and for a scale set's profile."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from .problem import Body, Problem, check_choice, dig, invalid, missing, not_allowed_in_mode
from .view import Machine

MAX_CUSTOM_DATA_BYTES = 65535
PREFIX_LENGTH_WINDOWS = 9
PREFIX_LENGTH_LINUX = 58
NAME_LENGTH_WINDOWS = 15
NAME_LENGTH_LINUX = 64
USER_LENGTH_WINDOWS = 20
USER_LENGTH_LINUX = 64

_FORBIDDEN_USERS = frozenset(
    [
        "1",
        "123",
        "a",
        "actuser",
        "adm",
        "admin",
        "admin1",
        "admin2",
        "administrator",
        "aspnet",
        "backup",
        "console",
        "david",
        "guest",
        "john",
        "owner",
        "root",
        "server",
        "sql",
        "support",
        "support_388945a0",
        "sys",
        "test",
        "test1",
        "test2",
        "test3",
        "user",
        "user1",
        "user2",
        "user3",
        "user4",
        "user5",
    ]
)
_FORBIDDEN_PASSWORDS = frozenset(
    [
        "abc@123",
        "p@$$w0rd",
        "p@ssw0rd",
        "p@ssword123",
        "pa$$word",
        "pass@word1",
        "password!",
        "password1",
        "password22",
        "iloveyou!",
    ]
)
_NAME = re.compile(r"^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$")
_PREFIX = re.compile(r"^[A-Za-z0-9][A-Za-z0-9.-]*$")
_CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")


def os_profile(machine: Machine) -> Iterator[Problem]:
    """``osProfile`` names the machine and its administrator, for one operating system.

    A specialized image has its own, so there must be none (pages "Create a scale set / a VM from a specialized image
    version", REST examples FromASpecializedSharedImage); a generalized one needs it.
    """
    profile = machine.get("osProfile")
    from_image = machine.get("storageProfile.osDisk.createOption") in {"FromImage", None}
    state = machine.os_state if from_image else ""
    if not isinstance(profile, dict):
        if state == "Generalized":
            yield missing(machine.at("osProfile"))
        return
    if state == "Specialized":
        yield invalid(machine.at("osProfile"), "Parameter 'osProfile' is not allowed.")
        return
    linux, windows = profile.get("linuxConfiguration"), profile.get("windowsConfiguration")
    if linux is not None and windows is not None:
        yield invalid(
            machine.at("osProfile"),
            "Parameters 'linuxConfiguration' and 'windowsConfiguration' cannot be set together.",
        )
    yield from _computer_name(machine, profile)
    yield from _user(machine, profile)
    if machine.windows:
        yield from _windows_password(machine, profile)
    else:
        yield from _linux_access(machine, profile)
    yield from _encoded(machine.at("osProfile.customData"), profile.get("customData"))
    yield from _encoded(machine.at("userData"), machine.get("userData"))


def _computer_name(machine: Machine, profile: Body) -> Iterator[Problem]:
    in_set = machine.mode is not None
    member = "computerNamePrefix" if in_set else "computerName"
    target = machine.at(f"osProfile.{member}")
    name = profile.get(member)
    if name is None:
        yield missing(target)
        return
    if in_set:
        most = PREFIX_LENGTH_WINDOWS if machine.windows else PREFIX_LENGTH_LINUX
    else:
        most = NAME_LENGTH_WINDOWS if machine.windows else NAME_LENGTH_LINUX
    pattern = _PREFIX if in_set else _NAME
    unfit = machine.windows and (name.isdigit() or "." in name)
    if not 1 <= len(name) <= most or not pattern.match(name) or unfit:
        system = "Windows" if machine.windows else "Linux"
        yield invalid(
            target,
            f"{system} computer name '{name}' cannot be empty or more than {most} characters long, be entirely "
            "numeric, or contain characters other than letters, digits and hyphens.",
        )


def _user(machine: Machine, profile: Body) -> Iterator[Problem]:
    target = machine.at("osProfile.adminUsername")
    user = profile.get("adminUsername")
    if not user:
        yield missing(target)
    elif str(user).lower() in _FORBIDDEN_USERS or str(user).endswith("."):
        yield invalid(target, "The Admin Username specified is not allowed.")
    elif len(str(user)) > (USER_LENGTH_WINDOWS if machine.windows else USER_LENGTH_LINUX):
        yield invalid(target, "The Admin Username specified is too long.")


def _password(machine: Machine, password: str, least: int, most: int) -> Iterator[Problem]:
    target = machine.at("osProfile.adminPassword")
    if password.lower() in _FORBIDDEN_PASSWORDS:
        yield invalid(target, "The supplied password is not allowed: it is on the list of disallowed values.")
        return
    met = sum(bool(re.search(pattern, password)) for pattern in _CLASSES)
    if not least <= len(password) <= most or met < len(_CLASSES) - 1:
        yield invalid(
            target,
            f"The supplied password must be between {least}-{most} characters long and must satisfy at least 3 of "
            "password complexity requirements from the following: Contains an uppercase character, Contains a "
            "lowercase character, Contains a numeric digit, Contains a special character.",
        )


def _windows_password(machine: Machine, profile: Body) -> Iterator[Problem]:
    password = profile.get("adminPassword")
    if password is None and machine.update:
        return
    if password is None:
        yield missing(machine.at("osProfile.adminPassword"))
    else:
        yield from _password(machine, str(password), 8, 123)


def _linux_access(machine: Machine, profile: Body) -> Iterator[Problem]:
    linux = profile.get("linuxConfiguration") or {}
    keys = dig(linux, "ssh.publicKeys") or []
    password, target = profile.get("adminPassword"), machine.at("osProfile.adminPassword")
    if linux.get("disablePasswordAuthentication") is True:
        if not keys:
            yield missing(machine.at("osProfile.linuxConfiguration.ssh.publicKeys"))
        if password is not None:
            yield invalid(target, "Parameter 'adminPassword' is not allowed when password authentication is disabled.")
    elif password is None:
        if not machine.update and (not keys or linux.get("disablePasswordAuthentication") is False):
            yield missing(target)
    else:
        yield from _password(machine, str(password), 6, 72)
    for number, key in enumerate(keys):
        yield from _ssh_key(machine.at(f"osProfile.linuxConfiguration.ssh.publicKeys[{number}]"), profile, key)


def _ssh_key(target: str, profile: Body, key: Body) -> Iterator[Problem]:
    home = f"/home/{profile.get('adminUsername')}/.ssh/authorized_keys"
    if key.get("path") != home:
        yield invalid(
            f"{target}.path",
            f"Destination path for SSH public keys is currently limited to its default value {home} due to a known "
            "issue in Linux provisioning agent.",
        )
    data = str(key.get("keyData") or "")
    if not re.match(r"^(ssh-rsa|ssh-ed25519|ecdsa-sha2-nistp\d+) \S+", data.strip()):
        yield invalid(f"{target}.keyData", "The value of parameter 'keyData' is invalid: it is no SSH public key.")


def _encoded(target: str, value: str | None) -> Iterator[Problem]:
    if value is None:
        return
    try:
        size = len(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        name = target.rsplit(".", 1)[-1]
        yield invalid(target, f"Parameter '{name}' is not valid: it must be in Base64 encoding.")
        return
    if size > MAX_CUSTOM_DATA_BYTES:
        yield invalid(target, f"Parameter '{target.rsplit('.', 1)[-1]}' exceeds {MAX_CUSTOM_DATA_BYTES} bytes.")


HOTPATCH_SKUS = frozenset(
    [
        "2022-datacenter-azure-edition-core",
        "2022-datacenter-azure-edition-core-smalldisk",
        "2022-datacenter-azure-edition-hotpatch",
        "2022-datacenter-azure-edition-hotpatch-smalldisk",
        "2025-datacenter-azure-edition",
        "2025-datacenter-azure-edition-core",
        "2025-datacenter-azure-edition-core-smalldisk",
        "2025-datacenter-azure-edition-smalldisk",
    ]
)
"""SKUs of MicrosoftWindowsServer/WindowsServer that take hotpatching (Automatic Guest Patching, 2024-07)."""
_SYSTEMS = (
    ("windowsConfiguration", ("Manual", "AutomaticByOS", "AutomaticByPlatform")),
    ("linuxConfiguration", ("ImageDefault", "AutomaticByPlatform")),
)


def patching(machine: Machine) -> Iterator[Problem]:
    """Patch modes: AutomaticByPlatform needs the VM agent and is not for Uniform; Windows modes follow its updates."""
    for system, modes in _SYSTEMS:
        config = machine.get(f"osProfile.{system}")
        if not isinstance(config, dict):
            continue
        base = machine.at(f"osProfile.{system}.patchSettings")
        target = f"{base}.patchMode"
        mode = dig(config, "patchSettings.patchMode")
        yield from check_choice(target, mode, modes)
        agent = config.get("provisionVMAgent") is not False
        if mode == "AutomaticByPlatform":
            if machine.mode == "Uniform":
                yield not_allowed_in_mode(target, machine.name, "Uniform")
            if not agent:
                yield invalid(target, "patchMode 'AutomaticByPlatform' requires 'provisionVMAgent' to be true.")
        if dig(config, "patchSettings.assessmentMode") == "AutomaticByPlatform" and not agent:
            yield invalid(
                f"{base}.assessmentMode", "assessmentMode 'AutomaticByPlatform' requires 'provisionVMAgent' to be true."
            )
        updates = config.get("enableAutomaticUpdates")
        if mode == "AutomaticByOS" and updates is False:
            yield invalid(target, "patchMode 'AutomaticByOS' requires 'enableAutomaticUpdates' to be true.")
        if system == "windowsConfiguration" and mode == "AutomaticByPlatform" and updates is False:
            yield invalid(target, "patchMode 'AutomaticByPlatform' requires 'enableAutomaticUpdates' to be true.")
        if mode == "Manual" and updates is not False:
            yield invalid(target, "patchMode 'Manual' requires 'enableAutomaticUpdates' to be false.")


_HOTPATCHING = (
    "EnableHotpatching cannot be set to true. For enableHotpatching, the 'provisionVMAgent' must be set to true and "
    "'patchMode' must be set to 'AutomaticByPlatform'."
)


def hotpatching(machine: Machine) -> Iterator[Problem]:
    """Hotpatching needs the platform's patching, its safety checks and an image that takes it.

    An image that takes it has it on, unless the model says otherwise: azure-cli issue 21504 has Azure's words for a
    Flexible set, claranet's terraform-azurerm-windows-vm pull request 4 those on safety checks.
    """
    settings = machine.get("osProfile.windowsConfiguration.patchSettings") or {}
    image: Body = machine.get("storageProfile.imageReference") or {}
    known = str(image.get("publisher") or "").lower() == "microsoftwindowsserver" and (
        str(image.get("offer") or "").lower() == "windowsserver"
    )
    takes_it = known and str(image.get("sku") or "").lower() in HOTPATCH_SKUS
    wanted = settings.get("enableHotpatching")
    target = machine.at("osProfile.windowsConfiguration.patchSettings.enableHotpatching")
    agent = machine.get("osProfile.windowsConfiguration.provisionVMAgent") is not False
    by_platform = settings.get("patchMode") == "AutomaticByPlatform" and agent
    if wanted is True and known and not takes_it:
        yield invalid(target, f"Hotpatching is not supported for images of sku '{image.get('sku')}'.")
    on = wanted is True or (takes_it and wanted is None and machine.mode != "Uniform")
    if on and not by_platform and machine.get("osProfile") is not None:
        yield invalid(target, _HOTPATCHING)
    if wanted is True and dig(settings, "automaticByPlatformSettings.bypassPlatformSafetyChecksOnUserSchedule") is True:
        yield invalid(
            target,
            "Hotpatch updates require platform safety checks. The 'BypassPlatformSafetyChecksOnUserSchedule' flag must "
            "be set to false to enable hotpatching.",
        )


def security(machine: Machine) -> Iterator[Problem]:
    """Secure boot and vTPM need TrustedLaunch or ConfidentialVM; confidential disks need ConfidentialVM."""
    kind, target = machine.get("securityProfile.securityType"), machine.at("securityProfile.securityType")
    yield from check_choice(target, kind, ("TrustedLaunch", "ConfidentialVM", "Standard"))
    uefi = machine.get("securityProfile.uefiSettings")
    on = any(dig(uefi, member) is True for member in ("vTpmEnabled", "secureBootEnabled"))
    if on and kind not in {"TrustedLaunch", "ConfidentialVM"}:
        yield invalid(
            machine.at("securityProfile.uefiSettings"),
            "Use of UefiSettings is not supported without 'securityType' TrustedLaunch or ConfidentialVM.",
        )
    disk = machine.get("storageProfile.osDisk.managedDisk.securityProfile.securityEncryptionType")
    if kind == "ConfidentialVM":
        if disk is None:
            yield missing(machine.at("storageProfile.osDisk.managedDisk.securityProfile.securityEncryptionType"))
        if dig(uefi, "vTpmEnabled") is not True:
            yield invalid(target, "securityType 'ConfidentialVM' requires 'uefiSettings.vTpmEnabled' to be true.")
        if disk == "DiskWithVMGuestState" and dig(uefi, "secureBootEnabled") is not True:
            yield invalid(
                machine.at("securityProfile.uefiSettings.secureBootEnabled"),
                "securityEncryptionType 'DiskWithVMGuestState' requires 'uefiSettings.secureBootEnabled' to be true.",
            )
    elif disk is not None:
        yield invalid(
            machine.at("storageProfile.osDisk.managedDisk.securityProfile"),
            "Disk security encryption requires 'securityType' ConfidentialVM.",
        )


RULES = (os_profile, patching, hotpatching, security)
