"""What every argument becomes, value by value, compared with golden files.

``SCALESET_GOLDEN=write`` regenerates the files; a review looks at their diff.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from support.emitted import golden, lines, places, spelled
from support.maximal import EVERYTHING
from support.minimal import MINIMAL

GOLDEN = Path(__file__).with_name("golden") / "emitted"
CASES: dict[str, dict[str, Any]] = {**EVERYTHING, **MINIMAL}
UNDRAWN = {
    "accept_rules[]": "it is about the mode table's rules",
    "readable_secrets[]": "it is about what is accepted: test_engine_readable",
    "adopt.names.*": "the registration applies it: test_engine_adoption",
    "adopt.parent_urn": "the registration applies it: test_engine_adoption",
    "adopt.types.*": "the registration applies it: test_engine_adoption",
    "role_assignments.*.condition_version": "2.0 is its only value",
    "timeouts.create": "the registration applies it: test_engine_options",
    "timeouts.delete": "the registration applies it: test_engine_options",
    "timeouts.update": "the registration applies it: test_engine_options",
    "win_rm_listeners[].protocol": "one value goes with a certificate, the other one without",
}
"""Arguments that no property of a resource comes from, and why."""


def file(name: str) -> Path:
    """The golden file of a case."""
    return GOLDEN / ("-".join("".join(letter if letter.isalnum() else " " for letter in name).lower().split()) + ".txt")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name == "Flexible" else ()) for name in CASES]
)
def test_each_property_has_its_value(name: str) -> None:
    """Each emitted property has the value that was reviewed, and comes from the arguments that were."""
    found = golden(CASES[name])
    if os.environ.get("SCALESET_GOLDEN") == "write":
        GOLDEN.mkdir(parents=True, exist_ok=True)
        file(name).write_text(found, encoding="utf-8")
    assert found == file(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_values_alone(name: str) -> None:
    """Each emitted property has the value that was reviewed: the quick half of the test above."""
    reviewed = file(name).read_text(encoding="utf-8").splitlines()
    found = lines(CASES[name])
    assert found is not None
    assert [f"{place} = {value}" for place, value in found.items()] == [
        line for line in reviewed if not line.startswith("    <- ")
    ]


@pytest.mark.newest
def test_there_is_no_file_too_many() -> None:
    """Each golden file belongs to a case."""
    assert {path.name for path in GOLDEN.iterdir()} == {file(name).name for name in CASES}


def test_every_argument_is_drawn() -> None:
    """Each argument, at any depth, is named by a property that comes from it, or is listed with the reason why not."""
    text = "".join(file(name).read_text(encoding="utf-8") for name in CASES)
    named = {_field(part) for line in text.splitlines() if "<- " in line for part in line.split("<- ")[1].split(", ")}
    used = {_field(spelled(path)) for args in CASES.values() for path in places(args)}
    inner = {field for field in used if not any(other.startswith((f"{field}.", f"{field}[")) for other in used)}
    assert inner - named == UNDRAWN.keys()


def _field(place: str) -> str:
    """A place without indexes and keys of the user's own."""
    keyed = r"\b(instances|inbound_nat|role_assignments|diagnostic_settings|tags|names|types|rules)\.[^.\[]+(?=\.|$)"
    return re.sub(keyed, r"\1.*", re.sub(r"\[\d+\]", "[]", place))


def test_the_comparison_is_not_blind() -> None:
    """Another value of an argument changes a line."""
    args = MINIMAL["flexible, the least"]
    before, after = lines(args), lines({**args, "vm_size": "Standard_D4s_v5"})
    assert before is not None
    assert after is not None
    assert {place for place in before if before[place] != after.get(place)} == {"vm:web-0 hardwareProfile.vmSize"}
    assert spelled(("instances", "web-0", "nat_ports")) == "instances.web-0.nat_ports"
