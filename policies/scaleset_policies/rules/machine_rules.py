"""Rules about what Azure refuses of a machine: its image, its administrator's name and password, its size."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from scaleset_core.facts import images, sizes
from scaleset_core.facts.checks import Finding, NotDecided
from scaleset_core.facts.properties import NotKnownError, View
from scaleset_core.modes.examples import ABSENT, OS, on_flexible
from scaleset_core.modes.pages import SDK, SIZE_NAMES_PAGE
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.outcome import Outcome, not_applicable
from scaleset_policies.rule import Decide, Rule
from scaleset_policies.rules.practice_parts import MACHINES, PROFILE, Check, practice, refused, run

_Check = Iterator[Finding | NotDecided]
_REFERENCE: Final = "storageProfile.imageReference"
_IMAGE_IDS: Final = ("id", "sharedGalleryImageId", "communityGalleryImageId")
_PARTS: Final = ("publisher", "offer", "sku", "version")
_WITH_DISK: Final = frozenset({"attach", "copy", "restore", "empty"})
REFUSED_NAMES: Final = frozenset(
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
"""The administrators' names that Azure refuses; a test compares them with the SDK's text."""
REFUSED_PASSWORDS: Final = frozenset(
    [
        "abc@123",
        "P@$$w0rd",
        "P@ssw0rd",
        "P@ssword123",
        "Pa$$word",
        "pass@word1",
        "Password!",
        "Password1",
        "Password22",
        "iloveyou!",
    ]
)
"""The passwords that Azure refuses; a test compares them with the SDK's text."""
_LONGEST_NAME: Final = {images.LINUX: 64, images.WINDOWS: 20}
_LENGTHS: Final = {images.LINUX: (6, 72), images.WINDOWS: (8, 123)}
_KINDS: Final = tuple(map(re.compile, ("[a-z]", "[A-Z]", "[0-9]", r"[\W_]")))
_NEEDED_KINDS: Final = 3
_PASSWORD: Final = "osProfile.adminPassword"  # noqa: S105 - the path of one
_LIKE: Final = 0.9
_MIX: Final = "mix"
"""The name of the size if the set has several."""


def _on_every_machine(check: Check) -> Decide:
    """``check`` over a set's profile or any virtual machine that the input writes itself."""

    def decide(_: Estate, resource: Resource) -> Outcome:
        if not resource.written:
            return not_applicable("its properties are not written in ARM's or azure-native's names")
        if resource.type == arm_types.VIRTUAL_MACHINE:
            return run(check, resource.view)
        found = resource.view.first(PROFILE)
        if found is None:
            return not_applicable("the set has no profile")
        return run(check, View(found.value, PROFILE))

    return decide


def _image(machine: View) -> _Check:
    if not machine.has("osProfile"):
        return
    option = machine.value("storageProfile.osDisk.createOption", "FromImage")
    if str(option).lower() in _WITH_DISK or machine.has("storageProfile.osDisk.image"):
        return
    if machine.has("storageProfile.osDisk.managedDisk.id"):
        return
    reference = machine.value(_REFERENCE)
    if reference is None:
        yield Finding(machine.path(_REFERENCE), detail="it is missing")
    elif isinstance(reference, Mapping) and not any(machine.has(f"{_REFERENCE}.{name}") for name in _IMAGE_IDS):
        missing = [name for name in _PARTS if not machine.has(f"{_REFERENCE}.{name}")]
        if missing:
            yield Finding(machine.path(_REFERENCE), detail=f"it has no {' and no '.join(missing)}")


def _admin_name(machine: View) -> _Check:
    path = "osProfile.adminUsername"
    name = machine.value(path)
    if not isinstance(name, str) or not name or "{" in name:
        return
    if name.lower() in REFUSED_NAMES:
        yield Finding(machine.path(path), name, "Azure refuses this name")
        return
    system = _system(machine)
    longest = _LONGEST_NAME.get(system, _LONGEST_NAME[images.LINUX])
    if len(name) > longest:
        yield Finding(machine.path(path), name, f"expected up to {longest} characters")
    elif system == images.WINDOWS and name.endswith("."):
        yield Finding(machine.path(path), name, "a Windows name does not end with a dot")


def _admin_password(machine: View) -> _Check:
    password, path = machine.value(_PASSWORD), _PASSWORD
    if not isinstance(password, str) or not password or "{" in password:
        return
    shortest, longest = _LENGTHS.get(_system(machine), (_LENGTHS[images.LINUX][0], _LENGTHS[images.WINDOWS][1]))
    if password in REFUSED_PASSWORDS:
        yield Finding(machine.path(path), detail="everyone knows it, and Azure refuses it")
    elif not shortest <= len(password) <= longest:
        yield Finding(machine.path(path), detail=f"expected {shortest} to {longest} characters")
    elif sum(1 for kind in _KINDS if kind.search(password)) < _NEEDED_KINDS:
        yield Finding(machine.path(path), detail="expected three of: small letters, capitals, digits, other characters")


def _password_given(estate: Estate, resource: Resource) -> Outcome:
    """The decision about a password in the input; one that is not in it cannot be judged."""
    prefix = "" if resource.type == arm_types.VIRTUAL_MACHINE else f"{PROFILE}."
    found = resource.view.first(f"{prefix}{_PASSWORD}")
    if resource.written and found is not None and not found.known and not found.hidden:
        return not_applicable("the input does not contain the password")
    return _on_every_machine(_admin_password)(estate, resource)


def _system(machine: View) -> str:
    """The operating system, ``""`` where nothing that is known says it."""
    try:
        return images.operating_system(machine) or ""
    except NotKnownError:
        return ""


def _size_known(_: Estate, resource: Resource) -> Outcome:
    machine = resource.type == arm_types.VIRTUAL_MACHINE
    paths = ("hardwareProfile.vmSize",) if machine else ("sku.name", "skuProfile.vmSizes[].name")

    def check(view: View) -> _Check:
        for path in paths:
            for found in view.each(path):
                if not found.known:
                    yield NotDecided(found.path)
                elif wrong := _wrong_size(found.value):
                    yield Finding(found.path, found.value, wrong)

    return run(check, resource.view)


def _wrong_size(size: Any) -> str:
    """Why no VM size has this name, ``""`` if one may have it; a separate rule is about a missing tier."""
    if not isinstance(size, str) or not size or "{" in size or size.lower() == _MIX:
        return ""
    if sizes.known(size) is not None or sizes.with_tier(size) or sizes.named_like_one(size):
        return ""
    near = difflib.get_close_matches(size.lower(), (each.lower() for each in sizes.names()), n=1, cutoff=_LIKE)
    found = sizes.known(near[0]) if near else None
    return f"did you mean {found.name}?" if found is not None else "expected a name such as Standard_D2s_v5"


RULES: tuple[Rule, ...] = (
    refused(
        "SS156",
        "image-given",
        title="A machine needs an image or an existing disk.",
        reason="without one, Azure has nothing to start and refuses the request",
        remediation="set an id in imageReference, or publisher, offer, sku and version",
        path=f"{PROFILE}.{_REFERENCE}",
        sources=(
            SDK.at(
                "ImageReference",
                says="required for platform, marketplace and custom images, and for nothing else",
            ),
        ),
        decide=_on_every_machine(_image),
        example=on_flexible(
            {f"{PROFILE}.{_REFERENCE}.version": ABSENT},
            {f"{PROFILE}.{_REFERENCE}.version": "latest"},
        ),
    ),
    refused(
        "SS157",
        "admin-name-taken",
        title="The administrator's name must be one that Azure accepts.",
        reason="Azure refuses names that are easy to guess",
        remediation="choose a name that is not in the list, with up to 64 characters on Linux and 20 on Windows",
        path=f"{OS}.adminUsername",
        sources=(SDK.at("OSProfile.admin_username", says="lists the names that are refused, and the lengths"),),
        decide=_on_every_machine(_admin_name),
        example=on_flexible({f"{OS}.adminUsername": "admin"}, {f"{OS}.adminUsername": "azureuser"}),
    ),
    refused(
        "SS158",
        "admin-password-taken",
        title="The administrator's password must be one that Azure accepts.",
        reason="Azure refuses short, simple and well-known passwords",
        remediation="use a long random password from a secret, or SSH keys and no password",
        path=f"{OS}.adminPassword",
        sources=(SDK.at("OSProfile.admin_password", says="has the lengths, the kinds of characters and a list"),),
        decide=_password_given,
        example=on_flexible({f"{OS}.adminPassword": "Password1"}, {f"{OS}.adminPassword": ABSENT}),
    ),
    practice(
        "SS159",
        "vm-size-known",
        title="The size's name must be a possible name of a VM size.",
        reason="Azure refuses a size that does not exist",
        remediation="use a name from `az vm list-skus`",
        path="sku.name",
        sources=(SIZE_NAMES_PAGE.at(says="how the names are made: family, CPUs, features, version"),),
        decide=_size_known,
        types=MACHINES,
        tags=("WAF:OperationalExcellence", "TFLint:azurerm_linux_virtual_machine_scale_set_invalid_sku"),
        example=on_flexible({"sku.name": "Standard_Nope_v9"}, {"sku.name": "Standard_D2s_v5"}),
    ),
)
