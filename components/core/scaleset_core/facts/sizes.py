"""What is known of VM sizes: from the dated file ``azure.json``, and from their names where the file has nothing.

A size that the file does not have is *unknown*: no rule refuses it. ``python -m size_facts`` rebuilds the file's sizes
from the JSON of ``az vm list-skus``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from scaleset_core.facts.data import azure_facts

_NAME = re.compile(
    r"(?:Standard|Basic)_(?P<family>[A-Z]+?)(?P<old>S)?(?P<cpus>\d+)(?:-\d+)?(?P<features>[a-z]*)(?:_.+)?",
    re.IGNORECASE,
)
_OLD_FAMILIES = ("D", "G")
PREMIUM = "Premium"
"""How the storage types begin that need such a size."""
_TIERS = ("standard_", "basic_")
_USUAL_TIER = "Standard_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """One VM size. None: it is not known.

    Attributes:
        name: Its name, ``Standard_D2s_v5``.
        family: Its series, as the file names it.
        premium: Whether it takes premium disks.
        local_disk: Whether it has a temporary disk on the host.
        generations: The generations of machines that it runs, 1 and 2.
        arm: Whether its processor is Arm64.
        accelerated_networking: Whether its interfaces take accelerated networking.
        ephemeral: Whether it takes an ephemeral OS disk.
        hibernation: Whether it can be hibernated.
        write_accelerator: Whether its disks take the write accelerator.
        zones: The zones in which it is sold, by region; empty where the file does not say.
    """

    name: str
    family: str
    premium: bool | None = None
    local_disk: bool | None = None
    generations: tuple[int, ...] | None = None
    arm: bool | None = None
    accelerated_networking: bool | None = None
    ephemeral: bool | None = None
    hibernation: bool | None = None
    write_accelerator: bool | None = None
    zones: Mapping[str, tuple[str, ...]] | None = None


def known(size: object) -> Size | None:
    """What the file says of a size, whatever the case of its name; None if the file does not have it."""
    return _sizes().get(size.lower()) if isinstance(size, str) else None


def with_tier(size: object) -> str:
    """The name that was meant by a known size without its tier (``D2s_v5``), else ``""``."""
    if not isinstance(size, str) or size.lower().startswith(_TIERS):
        return ""
    found = known(f"{_USUAL_TIER}{size}")
    return "" if found is None else found.name


def named_like_one(size: str) -> bool:
    """Whether a name is made as the names of VM sizes are: a tier, a family, a number of CPUs, features, a version."""
    return _NAME.fullmatch(size) is not None


def names() -> Iterator[str]:
    """The names of all sizes that the file has."""
    for each in _sizes().values():
        yield each.name


def takes_premium(size: object) -> bool | None:
    """Whether a VM size supports premium disks; None if its name does not show it.

    For defaults. A size that is not in the file is judged by its name: the letter ``s`` among the features means
    premium storage, and the series DS and GS have it in the family (learn.microsoft.com: Azure virtual machine sizes
    naming conventions).

    Args:
        size: The name of the size, ``Standard_D2s_v5``.
    """
    found = known(size)
    if found is not None and found.premium is not None:
        return found.premium
    match = _NAME.fullmatch(size) if isinstance(size, str) else None
    if match is None:
        return None
    return (match["old"] is not None and match["family"].upper() in _OLD_FAMILIES) or "s" in match["features"].lower()


@cache
def _sizes() -> dict[str, Size]:
    facts = azure_facts()["sizes"]
    return {name.lower(): _size(name, each, facts["zones"]) for each in facts["series"] for name in each["sizes"]}


def _size(name: str, series: Mapping[str, Any], zones: Mapping[str, Mapping[str, list[str]]]) -> Size:
    generations = series["generations"]
    sold = {region: tuple(found[name]) for region, found in zones.items() if name in found}
    return Size(
        name=name,
        family=series["family"],
        premium=series["premium"],
        local_disk=series["localDisk"],
        generations=None if generations is None else tuple(generations),
        arm=series["arm"],
        accelerated_networking=series["acceleratedNetworking"],
        ephemeral=series["ephemeral"],
        hibernation=series["hibernation"],
        write_accelerator=series["writeAccelerator"],
        zones=sold or None,
    )
