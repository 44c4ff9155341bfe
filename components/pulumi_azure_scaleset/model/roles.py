"""Azure's built-in roles that fit a scale set, by name.

Their ids are the same in every tenant. Source: learn.microsoft.com, Azure built-in roles (2026-09) and the
pages of its categories.
"""

import difflib
from collections.abc import Mapping

from scaleset_core.facts.checks import show

BUILT_IN_ROLES: Mapping[str, str] = {
    "Contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "Desktop Virtualization Power On Contributor": "489581de-a3bd-480d-9518-53dea7416b33",
    "Desktop Virtualization Power On Off Contributor": "40c5ff49-9181-41f8-ae61-143b0e78555e",
    "Desktop Virtualization Virtual Machine Contributor": "a959dbd1-f747-45e3-8ba6-dd80f235f97c",
    "Monitoring Contributor": "749f88d5-cbae-40b8-bcfc-e573ddc772fa",
    "Monitoring Reader": "43d0d8ad-25c7-4714-9337-8ba259a9fe05",
    "Owner": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "Reader": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "Role Based Access Control Administrator": "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
    "User Access Administrator": "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
    "Virtual Machine Administrator Login": "1c0163c0-47e6-4577-8991-ea5c82e286e4",
    "Virtual Machine Contributor": "9980e02c-c2be-4d73-94e8-173b1dc7cf3c",
    "Virtual Machine User Login": "fb879df8-f326-4884-b1cf-06f3ad86be52",
    "VM Scanner Operator": "d24ecba3-c1f4-40fa-a7bb-4588a071e8fd",
}


def role_name(value: str) -> str:
    """``value`` if it names a known role.

    Raises:
        ValueError: it does not; the message names the closest roles.
    """
    if value in BUILT_IN_ROLES:
        return value
    close = difflib.get_close_matches(value[:80], BUILT_IN_ROLES, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(BUILT_IN_ROLES)}."
    raise ValueError(
        f"got {show(value)}, which is not a known built-in role; {hint} For any other role, set its id as "
        "role_definition_id"
    )
