"""The api-version of a resource, as Pulumi's types and states name it."""

from __future__ import annotations

import pytest
from policies.programs import estate_of

from scaleset_core.facts.checks import API_VERSION
from scaleset_policies import arm_types
from scaleset_policies.engine import check
from scaleset_policies.examples import EXAMPLES


@pytest.mark.parametrize(
    ("token", "version"),
    [
        ("azure-native:compute:VirtualMachineScaleSet", ""),
        ("azure-native:compute/v20240701:VirtualMachineScaleSet", "2024-07-01"),
        ("azure-native:compute/v20270301preview:VirtualMachineScaleSet", "2027-03-01-preview"),
        ("azure-native_compute_v20240701:compute:VirtualMachineScaleSet", "2024-07-01"),
    ],
)
def test_the_version_of_a_type(token: str, version: str) -> None:
    """A versioned token names its api-version, the plain one none."""
    assert arm_types.version_of(token) == version
    assert arm_types.versioned({"a": 1}, token) == ({"a": 1, API_VERSION: version} if version else {"a": 1})


def test_what_the_properties_say_comes_first() -> None:
    """A version that a resource itself has is kept."""
    said = {API_VERSION: "2024-11-01"}
    assert arm_types.versioned(said, "azure-native:compute/v20240701:VirtualMachineScaleSet") == said


def test_a_program_with_a_newer_type_is_not_refused() -> None:
    """A mode that only a newer version may know breaks no rule where the program declares that version."""
    program = EXAMPLES["upgrade-mode-known"].bad
    newer = {**program["web"], "type": "azure-native:compute/v20270301:VirtualMachineScaleSet"}
    found = {each.rule.name for each in check(estate_of({**program, "web": newer}))}
    assert "upgrade-mode-known" not in found
    assert "upgrade-mode-known" in {each.rule.name for each in check(estate_of(program))}
