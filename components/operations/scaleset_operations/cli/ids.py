"""``--ids``: one command on what whole ARM ids name, set by set."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scaleset_operations.errors import UsageError
from scaleset_operations.target import is_scale_set_id

if TYPE_CHECKING:
    from scaleset_operations.cli.options import TargetOptions

_OF_SET = re.compile(
    r"^(?P<set>/subscriptions/.+/virtualMachineScaleSets/[^/]+)/virtualMachines/(?P<name>[^/]+)/?$", re.IGNORECASE
)
_MACHINE = re.compile(
    r"^/subscriptions/(?P<subscription>[^/]+)/resourceGroups/[^/]+/providers/Microsoft\.Compute/virtualMachines/"
    r"(?P<name>[^/]+)/?$",
    re.IGNORECASE,
)
Packed = dict[str, Any]
Finder = Callable[[Sequence[str]], Mapping[str, str]]


def by_set(ids: Sequence[str], owners: Finder) -> dict[str, list[str]]:
    """The names of instances by the id of their set; no names: the whole set.

    Args:
        ids: As they were given.
        owners: Finds the sets of virtual machines by their ids; called once, and only for such.

    Raises:
        UsageError: An id names neither a scale set nor an instance, or a whole set and some of its instances.
    """
    wrong = [each for each in ids if not (is_scale_set_id(each) or _OF_SET.match(each) or _MACHINE.match(each))]
    if wrong:
        raise UsageError(
            f"--ids {' '.join(wrong)}: no id of a scale set or of an instance; expected /subscriptions/<id>/"
            "resourceGroups/<group>/providers/Microsoft.Compute/virtualMachineScaleSets/<name>, or that of a virtual "
            "machine."
        )
    machines = [each for each in ids if _MACHINE.match(each)]
    owner = owners(machines) if machines else {}
    found: dict[str, list[str]] = {}
    known: dict[str, str] = {}
    whole: set[str] = set()
    for each in ids:
        of_set, machine = _OF_SET.match(each), _MACHINE.match(each)
        identity = of_set["set"] if of_set else owner[each] if machine else each.rstrip("/")
        key = known.setdefault(identity.lower(), identity)
        names = found.setdefault(key, [])
        if of_set or machine:
            names.append(str((of_set or machine)["name"]))  # type: ignore[index]
        else:
            whole.add(key)
    mixed = [each for each in whole if found[each]]
    if mixed:
        raise UsageError(f"--ids names {mixed[0]} and single instances of it: which is meant? Give one of them.")
    return found


def each_set(packed: Packed) -> Iterator[Packed]:
    """The option groups of a command, once for each set that ``--ids`` names; unchanged without it.

    Raises:
        UsageError: The ids do not fit the command or its other options.
    """
    place = next((name for name, value in packed.items() if getattr(value, "ids", None)), "")
    if not place:
        yield packed
        return
    target: TargetOptions = packed[place]
    if target.name or target.stack:
        raise UsageError("--ids has whole ids, so it cannot be combined with --name or --stack. Use one of them.")
    chosen = next((name for name, value in packed.items() if hasattr(value, "instances")), "")
    if chosen and packed[chosen].given and any(not is_scale_set_id(each) for each in target.ids):
        raise UsageError(
            "--ids names instances, so it cannot be combined with --instances, --all or --where. Use one of them."
        )
    sets = by_set(target.ids, lambda machines: _owners(target, machines))
    for identity, names in sets.items():
        if names and not chosen:
            raise UsageError(
                f"--ids: this command is about whole sets, and {', '.join(names)} is an instance. Give {identity}."
            )
        more = {chosen: replace(packed[chosen], instances=names)} if names else {}
        yield {**packed, place: replace(target, ids=[], name=identity), **more}


def _owners(target: TargetOptions, machines: Sequence[str]) -> dict[str, str]:
    import asyncio  # noqa: PLC0415 - help does not wait for it

    from scaleset_operations.azure import Azure  # noqa: PLC0415 - loads the Azure SDK
    from scaleset_operations.calls import COMPUTE  # noqa: PLC0415
    from scaleset_operations.cli.settings import connection_for  # noqa: PLC0415

    connection = connection_for(target.cloud, target.endpoint)

    async def look(identity: str) -> tuple[str, str]:
        match = _MACHINE.match(identity)
        assert match is not None
        async with Azure(connection, match["subscription"]) as azure:
            body = await azure.get(identity, COMPUTE)
        if body is None:
            raise UsageError(f"--ids {identity}: there is no such virtual machine. Nothing was done.")
        owner = ((body.get("properties") or {}).get("virtualMachineScaleSet") or {}).get("id")
        if not owner:
            raise UsageError(f"--ids {identity}: the virtual machine belongs to no scale set. Nothing was done.")
        return identity, str(owner)

    async def all_of_them() -> list[tuple[str, str]]:
        return await asyncio.gather(*(look(each) for each in machines))

    return dict(asyncio.run(all_of_them()))
