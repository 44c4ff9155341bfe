"""What the name of a VM size tells.

learn.microsoft.com: Azure virtual machine sizes naming conventions. The letter ``s`` among the features stands for
premium storage; the series DS and GS, which are older than the convention, have it in the family.
"""

import re

_NAME = re.compile(
    r"(?:Standard|Basic)_(?P<family>[A-Z]+?)(?P<old>S)?(?P<cpus>\d+)(?:-\d+)?(?P<features>[a-z]*)(?:_.+)?",
    re.IGNORECASE,
)
_OLD_FAMILIES = ("D", "G")
PREMIUM = "Premium"
"""How the storage types begin that need such a size."""


def takes_premium(size: object) -> bool | None:
    """Whether a VM size takes premium disks; None for a name that does not tell.

    Args:
        size: The name of the size, ``Standard_D2s_v5``.
    """
    match = _NAME.fullmatch(size) if isinstance(size, str) else None
    if match is None:
        return None
    return (match["old"] is not None and match["family"].upper() in _OLD_FAMILIES) or "s" in match["features"].lower()
