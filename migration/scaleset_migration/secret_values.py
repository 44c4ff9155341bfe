"""Secrets of a set: Azure shows them to nobody, a source may have them, and a report or a program never does."""

from collections.abc import Mapping
from typing import Any

from scaleset_core.facts.properties import UNKNOWN
from scaleset_migration.draft import PROFILE
from scaleset_migration.facts import Fact, Fate
from scaleset_migration.reverse.guest import is_windows
from scaleset_migration.reverse.parts import at, objects
from scaleset_migration.settle import FromConfig

_PROTECTED = "protectedSettings"
HIDDEN = frozenset({"customData", "userData", "adminPassword", "content", _PROTECTED})
"""The properties that no report and no program shows."""
_BASE64 = "cGxhY2Vob2xkZXI="
"""The placeholder for a base64 secret while a program is checked."""


def hidden(node: Any) -> Any:
    """The tree with secrets as not known, even if the source contains them."""
    if isinstance(node, Mapping):
        return {
            name: UNKNOWN if name in HIDDEN and value is not None else hidden(value) for name, value in node.items()
        }
    return [hidden(each) for each in node] if isinstance(node, list | tuple) else node


def arguments(body: Mapping[str, Any], extensions: list[dict[str, Any]]) -> dict[str, Any]:
    """The arguments that a program takes from its configuration: what the source has, and what has to be there.

    Args:
        body: The set's properties, with secrets as not known.
        extensions: The extensions' arguments; those with protected settings get them.
    """
    profile = at(body, PROFILE)
    system = profile.get("osProfile") if isinstance(profile, Mapping) else None
    found: dict[str, Any] = {}
    if isinstance(system, Mapping):
        passwords = at(system, "linuxConfiguration.disablePasswordAuthentication") is not True
        if is_windows(profile) or passwords:
            found["admin_password"] = FromConfig("adminPassword")
        if system.get("customData") is UNKNOWN:
            found["custom_data"] = FromConfig("customData", example=_BASE64)
    if isinstance(profile, Mapping) and profile.get("userData") is UNKNOWN:
        found["user_data"] = FromConfig("userData", example=_BASE64)
    by_name = {str(each.get("name")): each for each in objects(profile, "extensionProfile.extensions")}
    for each in extensions:
        if by_name.get(str(each.get("name")), {}).get(_PROTECTED) is UNKNOWN:
            key = "".join(part[:1].upper() + part[1:] for part in str(each.get("name")).replace("_", "-").split("-"))
            each["protected_settings"] = FromConfig(f"settings{key}", structured=True, example={"key": "value"})
    found |= _unattended(profile)
    return found


def _unattended(profile: Any) -> dict[str, Any]:
    """The contents of Windows' answer file, which may have passwords in them."""
    listed = objects(profile, "osProfile.windowsConfiguration.additionalUnattendContent")
    contents = [
        {
            "setting_name": each.get("settingName"),
            "content": FromConfig(f"unattendContent{index}"),
        }
        for index, each in enumerate(listed)
    ]
    return {"additional_unattend_content": contents} if contents else {}


def facts(body: Mapping[str, Any], found: Mapping[str, Any]) -> list[Fact]:
    """What somebody has to give: secrets that are there, and those that may be.

    Args:
        body: The set's properties, with secrets as not known.
        found: The arguments of :func:`arguments`.
    """
    profile = at(body, PROFILE)
    told = [
        Fact(
            f"{PROFILE}.osProfile.{value.name}" if name != "user_data" else f"{PROFILE}.userData",
            Fate.OPEN,
            why="It is a secret: no report and no program has it.",
            todo=f"`pulumi config set --secret {value.name}`.",
        )
        for name, value in found.items()
        if isinstance(value, FromConfig)
    ]
    if "additional_unattend_content" in found:
        told.append(
            Fact(
                f"{PROFILE}.osProfile.windowsConfiguration.additionalUnattendContent",
                Fate.OPEN,
                why="It may have passwords: no report and no program has it.",
                todo="`pulumi config set --secret unattendContent0`, and so on.",
            )
        )
    if at(profile, "osProfile") is not None and "admin_password" not in found:
        given = (profile.get("osProfile") or {}).get("adminPassword") if isinstance(profile, Mapping) else None
        if given is UNKNOWN:
            why = "Logins by password are off, so it is of no use."
            told.append(Fact(f"{PROFILE}.osProfile.adminPassword", Fate.NONE, why=why))
    if at(profile, "osProfile") is not None and "custom_data" not in found:
        told.append(
            Fact(
                f"{PROFILE}.osProfile.customData",
                Fate.OPEN,
                why="Azure never shows custom data.",
                todo="If the set has some (cloud-init), give it as custom_data.",
                source="https://learn.microsoft.com/azure/virtual-machines/custom-data",
            )
        )
    for index, each in enumerate(objects(profile, "extensionProfile.extensions")):
        there = each.get(_PROTECTED) is UNKNOWN
        told.append(
            Fact(
                f"{PROFILE}.extensionProfile.extensions[{index}].{_PROTECTED}",
                Fate.OPEN,
                why=f"Azure never shows the protected settings of {each.get('name')}.",
                todo="Set them in the configuration." if there else "If it has some, give them as protected_settings.",
            )
        )
    return told
