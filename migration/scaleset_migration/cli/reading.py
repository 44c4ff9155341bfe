"""The sources that are files."""

from pathlib import Path

from scaleset_migration.situation import Situation
from scaleset_migration.sources.files import situations
from scaleset_operations.errors import UsageError
from scaleset_policies.checking import Options, read_bytes, read_file
from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.json_text import decode
from scaleset_policies.formats.read import FileEstate, read_parameters


def read_source(source: str, parameters: list[Path]) -> list[Situation]:
    """The scale sets that a file declares.

    Args:
        source: The file, or ``-``.
        parameters: A template's parameter files.

    Raises:
        UsageError: It cannot be read.
    """
    found, place = read_estate(source, parameters)
    return list(situations(found.estate, place))


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
