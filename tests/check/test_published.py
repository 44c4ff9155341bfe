"""The published REST examples as templates: no mandatory rule refuses what the examples deploy."""

from __future__ import annotations

import json

import pytest
from check.samples import SCHEMA
from support.published import SITUATIONS, Situation

from scaleset_policies.engine import check
from scaleset_policies.formats.read import read
from scaleset_policies.rule import Level

PUT = [situation for situation in SITUATIONS if situation.body is not None]
MISSED = {
    "machine-Create_WithPremiumStorage": "sizes of single machines outside of scale sets",
    "scale set-Create_WithLifecycleHooksProfile": "that a Uniform set has an upgrade policy",
    "machine-Create_CustomImageVmFromAnUnmanagedGeneralizedOsImage": "unmanaged disks of single machines",
    "machine-Create_PlatformImageVmWithUnmanagedOsAndDataDisks": "unmanaged disks of single machines",
    "machine-Create_WindowsVmWithPatchSettingModeOfAutomaticByPlatformAndEnableHotPatchingTrue": (
        "which images take hotpatches"
    ),
    "machine-Create_WindowsVmWithPatchSettingModeOfManual": "patch modes of single machines outside of scale sets",
}
"""What Azure refuses and no mandatory rule looks at, by example, with what the rules do not know."""


def named(situation: Situation) -> str:
    """The test's name."""
    return f"{situation.kind}-{situation.name}"


def broken(situation: Situation) -> set[str]:
    """The mandatory rules that a situation breaks, as the one resource of a template."""
    kind = "virtualMachineScaleSets" if situation.kind == "scale set" else "virtualMachines"
    resource = {"type": f"Microsoft.Compute/{kind}", "apiVersion": situation.api_version, "name": "x"}
    template = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": [resource | (situation.body or {})]}
    found = read(json.dumps(template), "main.json", parameters=None)
    assert found is not None
    assert found.problems == ()
    return {each.rule.name for each in check(found.estate) if each.rule.level is Level.MANDATORY}


@pytest.mark.parametrize("situation", [item for item in PUT if not item.refused], ids=named)
def test_what_is_published_is_not_refused(situation: Situation) -> None:
    """No mandatory rule is broken."""
    assert not broken(situation)


@pytest.mark.parametrize("situation", [item for item in PUT if item.refused], ids=named)
def test_what_azure_refuses_is_found(situation: Situation) -> None:
    """An example that Microsoft's own pages exclude breaks a mandatory rule, or is listed as missed; not both."""
    assert bool(broken(situation)) != (named(situation) in MISSED)
