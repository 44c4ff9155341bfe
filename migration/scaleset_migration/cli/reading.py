"""The sources of a plan."""

from pathlib import Path

from scaleset_migration.availability.files import availability_in
from scaleset_migration.availability.live import read_availability
from scaleset_migration.availability.sets import AvailabilitySet
from scaleset_migration.situation import Situation
from scaleset_migration.sources.files import situations
from scaleset_migration.sources.live import read_live
from scaleset_operations.azure import Azure
from scaleset_operations.errors import UsageError
from scaleset_policies.checking import Options, read_bytes, read_file
from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.json_text import decode
from scaleset_policies.formats.read import FileEstate, read_parameters


async def read_azure(azure: Azure, group: str, name: str) -> list[Situation | AvailabilitySet]:
    """The scale sets and availability sets that run in Azure; empty availability sets only by their name.

    Args:
        azure: The clients of the subscription.
        group: Only this resource group; ``""``: the whole subscription.
        name: Only those of this name.

    Raises:
        UsageError: There is none of this name.
        AzureError: Azure refused.
    """
    found = await read_availability(azure, group=group, name=name)
    chosen = [each for each in found if name or each.machines]
    try:
        return [*await read_live(azure, group=group, name=name), *chosen]
    except UsageError:
        if not chosen:
            raise
        return [*chosen]


def read_source(source: str, parameters: list[Path]) -> list[Situation | AvailabilitySet]:
    """The scale sets and availability sets that a file declares.

    Args:
        source: The file, or ``-``.
        parameters: A template's parameter files.

    Raises:
        UsageError: It cannot be read.
    """
    found, place = read_estate(source, parameters)
    return [*situations(found.estate, place), *availability_in(found.estate, place)]


def read_estate(source: str, parameters: list[Path]) -> tuple[FileEstate, str]:
    """What a file has, and its name for people.

    Args:
        source: The file, or ``-``.
        parameters: A template's parameter files.

    Raises:
        UsageError: It cannot be read.
    """
    values = {}
    try:
        for file in parameters:
            values.update(read_parameters(decode(read_bytes(str(file)), str(file)), str(file)))
        found = read_file(source, Options(parameters=values), walked=False)
    except UnreadableError as error:
        raise UsageError(str(error)) from None
    assert found is not None  # only a directory walk skips files
    if found.problems:
        raise UsageError("\n".join(map(str, found.problems)))
    return found, source if source != "-" else "standard input"
