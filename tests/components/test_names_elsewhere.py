"""Arguments that are written as in azurerm, Azure Verified Modules, az or azure-native are answered with ours."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic.alias_generators import to_camel
from support.scalesets import flexible

from pulumi_azure_scaleset.model.forms import every as every_argument
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.validation.names_elsewhere import TABLE, TOOLS, Elsewhere, every, meant, plain
from pulumi_azure_scaleset.validation.validate import validate

ARGUMENTS = {".".join(path).replace(".[]", "[]") for path, _, _ in every_argument(ScaleSetModel)}
CASES = [pytest.param(row, name, id=f"{row.place or 'set'}-{tool}-{name}") for row, tool, name in every()]


def refused(**args: Any) -> dict[str, str]:
    """The messages about single values by their fields."""
    problems = validate("web", {"resource_group_name": "rg", **flexible(**args)}).problems
    return {problem.field: problem.message for problem in problems}


def nested(place: str, value: Any) -> dict[str, Any]:
    """Arguments that have ``value`` at a place."""
    for part in reversed(place.split(".") if place else ()):
        value = {part.removesuffix("[]"): [value] if part.endswith("[]") else value}
    return dict(value)


def spellings(name: str) -> set[str]:
    """A name as people write it."""
    return {name, to_camel(name), name.replace("_", "-"), name.upper()}


@pytest.mark.parametrize(("row", "name"), CASES)
def test_a_foreign_name_is_answered_with_ours(row: Elsewhere, name: str) -> None:
    """In each spelling, at its place: the message has our argument, which exists there, and no list of arguments."""
    ours = row.ours.removeprefix(f"{row.place}.") if row.place else row.ours
    for spelling in spellings(name):
        found = refused(**nested(row.place, {spelling: "x"}))
        (message,) = (text for field, text in found.items() if plain(name) in plain(field) and "no such" in text)
        assert f"here it is {ours}" in message
        assert row.note in message
        assert message.count(",") <= row.note.count(",") + len(TOOLS), message


def test_every_row_names_an_argument_that_exists() -> None:
    """Each row's argument and place are the model's, and each tool is known."""
    assert {row.ours for row in TABLE} <= ARGUMENTS
    assert {row.place.removesuffix("[]") for row in TABLE} - {""} <= ARGUMENTS
    assert {tool for row in TABLE for tool in row.names} == TOOLS.keys()


def test_no_foreign_name_is_one_of_ours() -> None:
    """A name that we have too is never answered as a foreign one, and none means two arguments."""
    own = {(path.rpartition(".")[0], plain(path.rpartition(".")[2].removesuffix("[]"))) for path in ARGUMENTS}
    assert not {(row.place, name) for row, _, name in every() if (row.place, plain(name)) in own}
    assert not {(row.ours, name) for row, _, name in every() if meant(row.place, name) != row}


def test_names_in_a_single_instance() -> None:
    """For an instance: its own argument if it has one, else explicitly the set's."""
    found = refused(instances={"web-0": {"size": "x", "nsg": "x", "osDisk": {"diskSizeGb": 3}}})
    assert "here it is vm_size (" in found["instances['web-0'].size"]
    assert "network_security_group_id of the set" in found["instances['web-0'].nsg"]
    assert "here it is size_gb" in found["instances['web-0'].os_disk.diskSizeGb"]


@pytest.mark.parametrize("name", ["nonsense", "disk_stuff", "x" * 300, "--", "policy_of_zones"])
def test_an_unknown_argument_prints_few_names(name: str) -> None:
    """What nobody knows is answered with a few names that share a word, and where all of them are."""
    found = refused(**{name: 1})
    (message,) = (text for text in found.values() if "no such argument" in text)
    assert sum(argument in message.split() for argument in ARGUMENTS) <= 8
    assert len(message) < 300
    assert "docs/arguments.md" in message or "did you mean" in message


def test_an_instance_of_another_kind_prints_few_names() -> None:
    """Where a map with arguments is expected, a few of them are examples."""
    message = refused(instances={"web-0": 3})["instances['web-0']"]
    assert message.endswith("...; docs/arguments.md has them all")


def test_custom_data_that_is_no_base64() -> None:
    """Cloud-init as it is, which azurerm's modules encode, is refused with how to encode it, and not shown."""
    message = refused(customData="#cloud-config\nsecret: 1\n")["custom_data"]
    assert "base64.b64encode" in message
    assert "cloud-config" not in message
